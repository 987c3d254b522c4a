//! Finds the objects of resources among those that carry given tags.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ImportError, desired, record};
use crate::{
    architecture::{Architecture, Node},
    executor::{CreateRequest, ExecError, Executor, Observation, Tagged},
    operations::{Error, read},
    plan::is_unknown,
    region::Place,
    resource::{Kinds, Properties},
    schema::{Kind, Schema},
    secret::Secrets,
    state::{Record, State},
    tags::{Ownership, Tags},
};

/// A search for the objects of an architecture.
pub(super) struct Search<'a> {
    arch: &'a Architecture,
    executor: &'a dyn Executor,
    kinds: Kinds,
    tags: &'a Tags,
    /// The objects that are not searched for: each was said to be that of a resource.
    named: &'a [(String, String)],
    /// What was found, by place: each place is asked once, for every kind of the architecture.
    found: BTreeMap<Place, Vec<(Kind, Tagged)>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        arch: &'a Architecture,
        executor: &'a dyn Executor,
        tags: &'a Tags,
        named: &'a [(String, String)],
    ) -> Self {
        Self { arch, executor, kinds: executor.kinds(), tags, named, found: BTreeMap::new() }
    }

    /// The object of a resource; `None` when there is none, or when what it refers to has none.
    pub(super) async fn object(
        &mut self,
        node: &Node,
        state: &State,
    ) -> Result<Option<Record>, Error> {
        let schema = node.resource.schema();
        let desired = desired(self.arch, node, state, &self.kinds);
        let candidates = self.candidates(node, schema, state).await?;
        let own = self.own(node, schema, &candidates).await?;
        // What says that it realises another resource of this architecture is no other's.
        let candidates: Vec<Tagged> = candidates
            .into_iter()
            .filter(|it| it.tags.get("elanswer:stack") != Some(self.arch.name()))
            .collect();
        let (found, incarnation) = match own {
            Some((own, incarnation)) => (Some(own), Some(incarnation)),
            None if desired.values().any(is_unknown) => (None, None),
            None if candidates.is_empty() => {
                (self.by_key(node, schema, desired.clone(), state).await?, None)
            }
            None => (self.alike(node, schema, &desired, &candidates, state).await?, None),
        };
        let taken = |found: &Observation| super::owner_of(state, node, &found.identifier).is_some();
        let found = found.filter(|found| !taken(found));
        Ok(found.map(|found| record(node, found, &desired, state, incarnation)))
    }

    /// The object whose tags say that it realises the resource: the newest that there still is, for
    /// AWS goes on listing some that were removed.
    async fn own(
        &self,
        node: &Node,
        schema: &'static Schema,
        candidates: &[Tagged],
    ) -> Result<Option<(Observation, u32)>, ExecError> {
        let incarnation = |it: &Tagged| owner(self.arch, node, &it.tags);
        let mut own: Vec<(u32, &str)> = candidates
            .iter()
            .filter_map(|it| Some((incarnation(it)?, it.identifier.as_str())))
            .collect();
        own.sort_unstable();
        while let Some((incarnation, identifier)) = own.pop() {
            if let Some(found) = self.read(node, schema, identifier).await? {
                return Ok(Some((found, incarnation)));
            }
        }
        Ok(None)
    }

    /// The objects with the tags that could be that of the resource.
    async fn candidates(
        &mut self,
        node: &Node,
        schema: &'static Schema,
        state: &State,
    ) -> Result<Vec<Tagged>, ExecError> {
        if !self.found.contains_key(&node.place) {
            let here = self.arch.nodes().filter(|other| other.place == node.place);
            let schemas: BTreeMap<Kind, &'static Schema> =
                here.map(|other| other.resource.schema()).map(|it| (it.kind, it)).collect();
            let schemas: Vec<&'static Schema> = schemas.into_values().collect();
            let found = self.executor.search(&schemas, &node.place, self.tags).await?;
            self.found.insert(node.place.clone(), found);
        }
        let found = self.found.get(&node.place).into_iter().flatten();
        let same = found.filter(|(kind, _)| *kind == schema.kind).map(|(_, tagged)| tagged);
        let free = same.filter(|it| {
            // What some kinds are named by is the name of another: of the same kind only.
            let named = self.named.iter().any(|(resource, identifier)| {
                let kind = |other: &Node| other.resource.schema().kind;
                let mut nodes = self.arch.nodes();
                *identifier == it.identifier
                    && nodes.any(|it| it.id.as_str() == resource && kind(it) == schema.kind)
            });
            !named && super::owner_of(state, node, &it.identifier).is_none()
        });
        Ok(free.cloned().collect())
    }

    /// What has no tags has a natural key: a route that of its table and destination.
    async fn by_key(
        &self,
        node: &Node,
        schema: &'static Schema,
        properties: Properties,
        state: &State,
    ) -> Result<Option<Observation>, ExecError> {
        if schema.resource_type.is_some() {
            return Ok(None);
        }
        let ownership = Ownership {
            stack: self.arch.name().to_owned(),
            resource: node.id.clone(),
            incarnation: state.last_incarnation.saturating_add(1),
        };
        let request = CreateRequest {
            schema,
            place: node.place.clone(),
            properties,
            ownership,
            token: String::new(),
            secrets: Secrets::default(),
        };
        self.executor.find(&request).await
    }

    /// The one object that is like the resource in everything that makes another object, or has
    /// its name of those that are.
    async fn alike(
        &self,
        node: &Node,
        schema: &'static Schema,
        desired: &Properties,
        candidates: &[Tagged],
        state: &State,
    ) -> Result<Option<Observation>, Error> {
        let identifiers: Vec<String> = candidates.iter().map(|it| it.identifier.clone()).collect();
        let mut alike = Vec::new();
        for answer in read(self.executor, schema, &node.place, &identifiers).await {
            let Some(found) = answer? else { continue };
            let same = |name: &&str| {
                let unread = found.unread.iter().any(|unread| unread == name);
                unread || at(desired, name).is_none_or(|it| at(&found.properties, name) == Some(it))
            };
            if schema.replaces.iter().all(same) {
                alike.push(found);
            }
        }
        let wanted = name_of(desired);
        let named = alike.iter().filter(|found| name_of(&found.properties) == wanted);
        let named: Vec<Observation> = named.cloned().collect();
        if let ([_], Some(_)) = (named.as_slice(), &wanted) {
            alike = named;
        } else if !alike.is_empty()
            && let Some(other) = self.rival(node, schema, desired, state)
        {
            return Err(ImportError::Contested {
                resource: node.id.clone(),
                other: other.id.clone(),
                identifiers: alike.into_iter().map(|found| found.identifier).collect(),
            }
            .into());
        }
        match alike.len() {
            0 | 1 => Ok(alike.pop()),
            _ => Err(ImportError::Ambiguous {
                resource: node.id.clone(),
                identifiers: alike.into_iter().map(|found| found.identifier).collect(),
            }
            .into()),
        }
    }

    /// Another resource without an object, whose object would be like that of this one.
    fn rival(
        &self,
        node: &Node,
        schema: &Schema,
        desired: &Properties,
        state: &State,
    ) -> Option<&'a Node> {
        self.arch.nodes().find(|other| {
            let kind = other.resource.schema().kind;
            other.id != node.id
                && kind == schema.kind
                && other.place == node.place
                && state.current(&other.id).is_none()
                && !self.named.iter().any(|(resource, _)| resource == other.id.as_str())
                && {
                    let theirs = super::desired(self.arch, other, state, &self.kinds);
                    schema.replaces.iter().all(|name| at(&theirs, name) == at(desired, name))
                        && name_of(&theirs) == name_of(desired)
                }
        })
    }

    async fn read(
        &self,
        node: &Node,
        schema: &'static Schema,
        identifier: &str,
    ) -> Result<Option<Observation>, ExecError> {
        let identifiers = [identifier.to_owned()];
        let found = read(self.executor, schema, &node.place, &identifiers).await.pop();
        Ok(found.transpose()?.flatten())
    }
}

/// The property at `path`: `HealthCheckConfig.Type`.
fn at<'p>(properties: &'p Properties, path: &str) -> Option<&'p Value> {
    let mut names = path.split('.');
    let first = properties.get(names.next()?);
    names.fold(first, |value, name| value?.get(name))
}

/// The `Name` tag: of `Tags`, or of `HostedZoneTags` and their like.
fn name_of(properties: &Properties) -> Option<String> {
    let mut tags = properties.iter().filter(|(name, _)| name.ends_with("Tags"));
    tags.find_map(|(_, tags)| {
        let tags: Tags = serde_json::from_value(tags.clone()).ok()?;
        tags.get("Name").map(str::to_owned)
    })
}

/// The incarnation of the object that has these tags, when they say that it realises the resource.
fn owner(arch: &Architecture, node: &Node, tags: &Tags) -> Option<u32> {
    let incarnation = tags.get("elanswer:incarnation")?.parse().ok()?;
    let ownership =
        Ownership { stack: arch.name().to_owned(), resource: node.id.clone(), incarnation };
    ownership.owns(tags).then_some(incarnation)
}
