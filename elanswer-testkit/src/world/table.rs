//! The objects of one kind.

use std::{any::Any, collections::BTreeMap};

use elanswer_core::{
    Kind, Place, Properties, Resource, Schema, Tags,
    executor::{Observation, Status},
    schema::Scope,
    services::iam::{PolicyDocument, PolicyUse},
    tags::Ownership,
};
use serde_json::Value;

use super::{
    Entry, Millis, User, global,
    object::{AnyObject, Makers, Object, SavedObject},
};

/// The objects of one kind, by their place and identifier, without their type: what is compiled
/// once for all kinds.
#[derive(Debug, Clone)]
pub(super) struct Table {
    schema: &'static Schema,
    makers: Makers,
    objects: BTreeMap<(Place, String), Box<dyn AnyObject>>,
}

/// An object without its type.
#[derive(Debug, Clone)]
pub(crate) struct Sight {
    pub(crate) kind: Kind,
    pub(crate) place: Place,
    pub(crate) identifier: String,
    /// Its properties; tags are those that the user declared.
    pub(crate) properties: Properties,
    /// All of its tags.
    pub(crate) tags: Tags,
    pub(crate) status: Status,
}

/// An object with its policies.
#[derive(Debug)]
pub(crate) struct Documents<'a> {
    pub(crate) kind: Kind,
    pub(crate) place: &'a Place,
    pub(crate) identifier: &'a str,
    pub(crate) arn: Option<String>,
    pub(crate) properties: &'a Properties,
    pub(crate) policies: Vec<(PolicyUse, &'a PolicyDocument)>,
}

impl Table {
    pub(super) fn new<R: Resource>() -> Self {
        Self { schema: R::SCHEMA, makers: Makers::new::<R>(), objects: BTreeMap::new() }
    }

    /// The objects with their places and identifiers, in that order.
    fn iter(&self) -> impl Iterator<Item = (&Place, &str, &dyn AnyObject)> {
        self.objects
            .iter()
            .map(|((place, identifier), object)| (place, identifier.as_str(), &**object))
    }

    /// The same with their type.
    pub(super) fn typed<R: Resource>(&self) -> impl Iterator<Item = (&Place, &str, &Object<R>)> {
        self.iter().filter_map(|(place, identifier, object)| {
            Some((place, identifier, (object as &dyn Any).downcast_ref()?))
        })
    }

    pub(super) fn get<R: Resource>(&self, place: &Place, identifier: &str) -> Option<&Object<R>> {
        (self.find(place, identifier)? as &dyn Any).downcast_ref()
    }

    pub(super) fn get_mut<R: Resource>(
        &mut self,
        place: &Place,
        identifier: &str,
    ) -> Option<&mut Object<R>> {
        let object = self.objects.get_mut(&(place.clone(), identifier.to_owned()))?;
        (&mut **object as &mut dyn Any).downcast_mut()
    }

    fn find(&self, place: &Place, identifier: &str) -> Option<&dyn AnyObject> {
        self.objects.get(&(place.clone(), identifier.to_owned())).map(|object| &**object)
    }

    pub(super) fn insert(&mut self, place: Place, identifier: String, object: Box<dyn AnyObject>) {
        self.objects.insert((place, identifier), object);
    }

    pub(super) fn remove(&mut self, place: &Place, identifier: &str) {
        self.objects.remove(&(place.clone(), identifier.to_owned()));
    }

    /// Lets go of what is gone by now.
    pub(super) fn purge(&mut self, now: Millis) {
        self.objects.retain(|_, object| object.gone_at().is_none_or(|gone_at| now < gone_at));
    }

    /// When the next object that is being deleted is gone.
    pub(super) fn next_gone(&self) -> Option<Millis> {
        self.objects.values().filter_map(|object| object.gone_at()).min()
    }

    pub(super) fn users_of(&self, place: &Place, identifier: &str) -> Vec<User> {
        let users = self.iter().filter(|(at, own, object)| {
            *at == place && *own != identifier && object.index().texts.contains(identifier)
        });
        users
            .map(|(_, own, _)| User { kind: self.schema.kind, identifier: own.to_owned() })
            .collect()
    }

    /// The number of the call that made the object.
    pub(super) fn made_in(&self, place: &Place, identifier: &str) -> Option<u64> {
        let place = match self.schema.scope {
            Scope::Regional => place.clone(),
            Scope::Global => global(),
        };
        Some(self.find(&place, identifier)?.made_in())
    }

    pub(super) fn sights(&self, now: Millis) -> Vec<Sight> {
        let sight = |(place, identifier, object): (&Place, &str, &dyn AnyObject)| Sight {
            kind: self.schema.kind,
            place: place.clone(),
            identifier: identifier.to_owned(),
            properties: object.properties(),
            tags: object.tags().clone(),
            status: object.status_at(now),
        };
        self.iter().map(sight).collect()
    }

    pub(super) fn documents(&self) -> Vec<Documents<'_>> {
        let living = self.iter().filter(|(_, _, object)| object.gone_at().is_none());
        let documents = living.filter_map(|(place, identifier, object)| {
            let policies = object.policies();
            (!policies.is_empty()).then(|| Documents {
                kind: self.schema.kind,
                place,
                identifier,
                arn: arn_in(object, identifier),
                properties: &object.index().properties,
                policies,
            })
        });
        documents.collect()
    }

    pub(super) fn arn_of(&self, place: &Place, identifier: &str) -> Option<String> {
        arn_in(self.find(place, identifier)?, identifier)
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let entry = |(place, identifier, object): (&Place, &str, &dyn AnyObject)| Entry {
            kind: self.schema.kind,
            place: place.clone(),
            identifier: identifier.to_owned(),
            resource: object.tags().get("elanswer:resource").map(str::to_owned),
        };
        self.iter().map(entry).collect()
    }

    pub(super) fn save(&self) -> Option<Value> {
        if self.objects.is_empty() {
            return None;
        }
        let objects: Vec<_> = self
            .iter()
            .map(|(place, identifier, object)| ((place, identifier), object.save()))
            .collect();
        serde_json::to_value(objects).ok()
    }

    pub(super) fn load(&mut self, objects: Value) -> Result<(), serde_json::Error> {
        let objects: Vec<((Place, String), SavedObject)> = serde_json::from_value(objects)?;
        let objects = objects.into_iter().map(|(key, saved)| Ok((key, (self.makers.load)(saved)?)));
        self.objects = objects.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// Puts an object where another AWS has it.
    pub(super) fn seed(
        &mut self,
        place: &Place,
        observation: &Observation,
        ownership: &Ownership,
        now: Millis,
    ) -> Result<(), serde_json::Error> {
        let object = (self.makers.of)(observation, ownership, now)?;
        self.insert(place.clone(), observation.identifier.clone(), object);
        Ok(())
    }
}

/// The ARN of an object: its output `Arn`, or what identifies it.
fn arn_in(object: &dyn AnyObject, identifier: &str) -> Option<String> {
    let outputs = object.outputs();
    let arn = outputs.get("Arn").and_then(Value::as_str);
    arn.or_else(|| Some(identifier).filter(|it| it.starts_with("arn:"))).map(str::to_owned)
}
