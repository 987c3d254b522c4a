//! Histories of a state: entries, and the states that they lead through.

use std::{collections::BTreeSet, sync::Arc};

use arbitrary::Arbitrary;
use elanswer_core::{
    Place, Properties, Region, ResourceId,
    state::{Entry, ObjectKey, Phase, Record, State},
};

/// What happened to an object.
#[derive(Debug, Arbitrary)]
pub enum Change {
    /// It is recorded so.
    Put { object: Object, phase: u8, identifier: Option<String>, note: String },
    /// It realises another resource.
    Move { object: Object, to: u8 },
    /// It is gone.
    Remove { object: Object },
}

/// One of a few objects.
#[derive(Debug, Clone, Copy, Arbitrary)]
pub struct Object {
    resource: u8,
    incarnation: u8,
}

impl Object {
    fn key(self) -> ObjectKey {
        let incarnation = u32::from(self.incarnation % 4) + 1;
        ObjectKey { resource: resource(self.resource), incarnation }
    }
}

fn resource(number: u8) -> ResourceId {
    ResourceId::new(format!("resource-{}", number % 6)).expect("an id")
}

impl Change {
    /// The entry that records it.
    #[must_use]
    pub fn entry(&self) -> Entry {
        match self {
            Self::Put { object, phase, identifier, note } => {
                let mut properties = Properties::new();
                properties.insert("Note".to_owned(), note.as_str().into());
                Entry::Put(Arc::new(Record {
                    key: object.key(),
                    kind: "AWS::EC2::VPC".to_owned(),
                    place: Place::new(Region::UsEast1),
                    phase: match phase % 5 {
                        0 => Phase::Creating { token: note.clone() },
                        1 => Phase::Deleting,
                        2 => Phase::Pending,
                        3 => Phase::Ready,
                        _ => Phase::Updating,
                    },
                    tagged_as: None,
                    identifier: identifier.clone(),
                    properties,
                    outputs: Properties::new(),
                    dependencies: BTreeSet::new(),
                    protect: phase & 8 != 0,
                    retain: phase & 16 != 0,
                }))
            }
            Self::Move { object, to } => Entry::Move { from: object.key(), to: resource(*to) },
            Self::Remove { object } => Entry::Remove(object.key()),
        }
    }
}

/// The states that the entries lead through, the first one before any of them.
#[must_use]
pub fn states(id: &str, entries: &[Entry]) -> Vec<State> {
    let mut states = vec![State::new(id)];
    for entry in entries {
        let mut next = states.last().expect("the first state").clone();
        next.apply(entry.clone());
        states.push(next);
    }
    states
}
