//! One object of the AWS in memory.

use std::{any::Any, collections::BTreeSet, fmt, sync::OnceLock};

use elanswer_core::{
    Properties, Resource, Tags,
    executor::{Observation, Status},
    handler::Observed,
    resource::properties_of,
    services::iam::{PolicyDocument, PolicyUse},
    tags::Ownership,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Millis;

/// One object: what was asked for, what AWS decided, and how far it is.
#[derive(Debug, Clone)]
pub struct Object<R: Resource> {
    /// Its properties.
    pub resource: R,
    /// What AWS decided.
    pub outputs: R::Outputs,
    /// All of its tags, those of its owner among them.
    pub tags: Tags,
    /// The state that AWS reports until [`ready_at`](Self::ready_at).
    pub state: String,
    /// When it can be used.
    pub ready_at: Millis,
    /// When it will be gone, once it is being deleted.
    pub gone_at: Option<Millis>,
    /// When it was made.
    pub created_at: Millis,
    /// The number of the call that made it.
    pub(super) made_in: u64,
    /// Its properties, once something looked for them since it last changed.
    pub(super) index: OnceLock<Index>,
}

/// The properties of an object, to look through.
#[derive(Debug, Clone)]
pub(super) struct Index {
    pub(super) properties: Properties,
    /// Every text in them: what the object may refer to.
    pub(super) texts: BTreeSet<String>,
}

impl<R: Resource> Object<R> {
    /// Its status at `now`.
    #[must_use]
    pub fn status(&self, now: Millis) -> Status {
        if self.gone_at.is_some() {
            Status::Deleting
        } else if now < self.ready_at {
            Status::Pending(self.state.clone())
        } else {
            Status::Ready
        }
    }

    /// What a read shows of it at `now`.
    #[must_use]
    pub fn observed(&self, now: Millis) -> Observed<R> {
        Observed::ready(self.shown(), self.outputs.clone()).with_status(self.status(now))
    }

    /// Its properties with the tags that the user declared.
    fn shown(&self) -> R {
        let mut resource = self.resource.clone();
        if let Some(tags) = resource.tags_mut() {
            *tags = self.tags.clone().declared();
        }
        resource
    }

    /// The object of a file.
    fn load(saved: SavedObject) -> Result<Self, serde_json::Error> {
        Ok(Self {
            resource: R::deserialize(&saved.resource)?,
            outputs: R::Outputs::deserialize(&saved.outputs)?,
            tags: saved.tags,
            state: saved.state,
            ready_at: saved.ready_at,
            gone_at: saved.gone_at,
            created_at: saved.created_at,
            made_in: 0,
            index: OnceLock::new(),
        })
    }

    /// The object that another AWS has.
    fn of(
        observation: &Observation,
        ownership: &Ownership,
        now: Millis,
    ) -> Result<Self, serde_json::Error> {
        let mut resource = R::deserialize(&observation.properties)?;
        let mut tags = resource.tags_mut().cloned().unwrap_or_default();
        ownership.tags().iter().for_each(|(key, value)| tags.insert(key, value));
        Ok(Self {
            resource,
            outputs: R::Outputs::deserialize(&observation.outputs)?,
            tags,
            state: String::new(),
            ready_at: now,
            gone_at: None,
            created_at: now,
            made_in: 0,
            index: OnceLock::new(),
        })
    }
}

fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(map) => map.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// An object as a file has it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedObject {
    resource: Properties,
    outputs: Properties,
    tags: Tags,
    state: String,
    ready_at: Millis,
    gone_at: Option<Millis>,
    created_at: Millis,
}

/// An object without its type.
pub(super) trait AnyObject: fmt::Debug + Send + Any {
    fn copy(&self) -> Box<dyn AnyObject>;
    fn tags(&self) -> &Tags;
    fn gone_at(&self) -> Option<Millis>;
    fn made_in(&self) -> u64;
    /// Its status at this time.
    fn status_at(&self, now: Millis) -> Status;
    /// Its properties with the tags that the user declared.
    fn properties(&self) -> Properties;
    fn outputs(&self) -> Properties;
    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)>;
    fn index(&self) -> &Index;
    fn save(&self) -> SavedObject;
}

impl<R: Resource> AnyObject for Object<R> {
    fn copy(&self) -> Box<dyn AnyObject> {
        Box::new(self.clone())
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn gone_at(&self) -> Option<Millis> {
        self.gone_at
    }

    fn made_in(&self) -> u64 {
        self.made_in
    }

    fn status_at(&self, now: Millis) -> Status {
        self.status(now)
    }

    fn properties(&self) -> Properties {
        properties_of(&self.shown())
    }

    fn outputs(&self) -> Properties {
        properties_of(&self.outputs)
    }

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        self.resource.policies()
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let properties = properties_of(&self.resource);
            let mut found = BTreeSet::new();
            properties.values().for_each(|value| texts(value, &mut found));
            Index { properties, texts: found }
        })
    }

    fn save(&self) -> SavedObject {
        SavedObject {
            resource: properties_of(&self.resource),
            outputs: properties_of(&self.outputs),
            tags: self.tags.clone(),
            state: self.state.clone(),
            ready_at: self.ready_at,
            gone_at: self.gone_at,
            created_at: self.created_at,
        }
    }
}

impl Clone for Box<dyn AnyObject> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

/// An object made of what has no type, unless that is not of its kind.
type Made = Result<Box<dyn AnyObject>, serde_json::Error>;

/// How objects of a kind are made of what has no type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Makers {
    pub(super) load: fn(SavedObject) -> Made,
    pub(super) of: fn(&Observation, &Ownership, Millis) -> Made,
}

impl Makers {
    pub(super) fn new<R: Resource>() -> Self {
        Self {
            load: |saved| Ok(Box::new(Object::<R>::load(saved)?)),
            of: |observation, ownership, now| {
                Ok(Box::new(Object::<R>::of(observation, ownership, now)?))
            },
        }
    }
}
