//! What elanswer recorded of the objects it made: the state, and where it is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    executor::Outputs, id::ResourceId, region::Place, resource::Properties, tags::Ownership,
};

pub use error::StateError;
pub use local::LocalStore;
pub use memory::MemoryStore;

#[doc(hidden)]
pub mod disk;
mod error;
#[doc(hidden)]
pub mod format;
mod local;
mod memory;

/// Every object that elanswer made for an architecture and has not removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What sets this state apart from any other, also of an architecture of the same name: part
    /// of every idempotency token and generated name.
    pub id: String,
    /// How many entries the journal has had; what a saved plan was computed from.
    pub serial: u64,
    /// The highest incarnation that was ever used.
    pub last_incarnation: u32,
    /// The objects.
    #[serde(with = "records")]
    pub records: BTreeMap<ObjectKey, Arc<Record>>,
}

/// Which object: a resource may have several while it is being replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectKey {
    /// The resource that the object realises.
    pub resource: ResourceId,
    /// Which of the objects that ever realised it. The highest is the current one; others are
    /// deposed: replaced, and not deleted yet.
    pub incarnation: u32,
}

/// What is recorded of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Which object.
    #[serde(flatten)]
    pub key: ObjectKey,
    /// Its kind: `AWS::EC2::Subnet`.
    pub kind: String,
    /// Where it is.
    pub place: Place,
    /// How far it is.
    pub phase: Phase,
    /// The resource that its ownership tags name, where it was renamed since it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tagged_as: Option<ResourceId>,
    /// What names it in AWS, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<String>,
    /// Its properties as they were last written, references resolved.
    pub properties: Properties,
    /// What AWS decided.
    #[serde(default, skip_serializing_if = "Outputs::is_empty")]
    pub outputs: Outputs,
    /// The resources that it needs, and so must outlive it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub dependencies: BTreeSet<ResourceId>,
    /// Whether a plan that would delete it is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protect: bool,
    /// Whether it stays in AWS when the resource leaves the architecture.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retain: bool,
}

impl Record {
    /// Who owns the object, as its tags say it.
    #[must_use]
    pub fn ownership(&self, stack: &str) -> Ownership {
        Ownership {
            stack: stack.to_owned(),
            resource: self.tagged_as.as_ref().unwrap_or(&self.key.resource).clone(),
            incarnation: self.key.incarnation,
        }
    }
}

/// How far an object is. All but [`Ready`](Self::Ready) are intents whose outcome is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// A create call with this token was about to be sent.
    Creating {
        /// The idempotency token of the call.
        token: String,
    },
    /// A delete call was about to be sent.
    Deleting,
    /// It exists; AWS was still working on it.
    Pending,
    /// It exists as recorded.
    Ready,
    /// An update call was about to be sent.
    Updating,
}

/// A change of the state: what the journal is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Entry {
    /// This is now recorded of the object.
    Put(#[serde(with = "record")] Arc<Record>),
    /// The object now realises another resource: in one entry, so that it is never recorded twice.
    Move {
        /// The object as it was recorded.
        from: ObjectKey,
        /// The resource that it realises now.
        to: ResourceId,
    },
    /// The object is gone.
    Remove(ObjectKey),
}

impl State {
    /// An empty state.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), serial: 0, last_incarnation: 0, records: BTreeMap::new() }
    }

    /// Makes a change.
    pub fn apply(&mut self, entry: Entry) {
        self.serial = self.serial.saturating_add(1);
        match entry {
            Entry::Put(record) => {
                self.last_incarnation = self.last_incarnation.max(record.key.incarnation);
                self.records.insert(record.key.clone(), record);
            }
            Entry::Move { from, to } => {
                for record in self.records.values_mut() {
                    if record.dependencies.contains(&from.resource) {
                        let dependencies = &mut Arc::make_mut(record).dependencies;
                        dependencies.remove(&from.resource);
                        dependencies.insert(to.clone());
                    }
                }
                if let Some(record) = self.records.remove(&from) {
                    let mut record = Arc::unwrap_or_clone(record);
                    let tagged = record.tagged_as.unwrap_or(record.key.resource);
                    record.tagged_as = Some(tagged).filter(|tagged| *tagged != to);
                    record.key.resource = to;
                    self.records.insert(record.key.clone(), Arc::new(record));
                }
            }
            Entry::Remove(key) => {
                self.records.remove(&key);
            }
        }
    }

    /// The current object of a resource: that of the highest incarnation.
    #[must_use]
    pub fn current(&self, resource: &ResourceId) -> Option<&Record> {
        self.objects(resource).next_back()
    }

    /// Every object of a resource, deposed ones first.
    pub fn objects(&self, resource: &ResourceId) -> impl DoubleEndedIterator<Item = &Record> {
        let key = |incarnation| ObjectKey { resource: resource.clone(), incarnation };
        self.records.range(key(0)..=key(u32::MAX)).map(|(_, record)| &**record)
    }
}

/// Where the state of architectures is kept.
#[async_trait]
pub trait Store: std::fmt::Debug + Send + Sync + 'static {
    /// The state of the architecture `stack`, without locking it. One that was never written is
    /// empty.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is damaged, or is of a newer version.
    async fn load(&self, stack: &str) -> Result<State, StateError>;

    /// Opens the state for writing; others are refused until it is closed or dropped.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load); and when somebody else has it open, or it cannot be written.
    async fn open(&self, stack: &str) -> Result<Box<dyn Session>, StateError>;
}

/// A state that is open for writing. Dropping it without closing is what a crash does: nothing that
/// was appended is lost.
#[async_trait]
pub trait Session: std::fmt::Debug + Send {
    /// The state as it was when the session was opened.
    fn state(&self) -> &State;

    /// Writes entries; they are durable when this returns.
    ///
    /// # Errors
    ///
    /// When they cannot be written. The state is then as before.
    async fn append(&mut self, entries: &[Entry]) -> Result<(), StateError>;

    /// Makes sure that nobody else has the state by now: asked before a call is sent to AWS again,
    /// since the entry that went before its first time may be long ago.
    ///
    /// # Errors
    ///
    /// When somebody else has it.
    async fn ensure(&mut self) -> Result<(), StateError>;

    /// Tidies up and lets others in.
    ///
    /// # Errors
    ///
    /// When that fails; nothing that was appended is lost.
    async fn close(self: Box<Self>) -> Result<(), StateError>;
}

/// Records as a list, since their keys are no strings.
mod records {
    use std::{collections::BTreeMap, sync::Arc};

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{ObjectKey, Record};

    pub(super) fn serialize<S: Serializer>(
        records: &BTreeMap<ObjectKey, Arc<Record>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(records.values().map(|record| &**record))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<ObjectKey, Arc<Record>>, D::Error> {
        let records = Vec::<Record>::deserialize(deserializer)?;
        Ok(records.into_iter().map(|record| (record.key.clone(), Arc::new(record))).collect())
    }
}

/// A record that is shared, as if it were not.
mod record {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Record;

    pub(super) fn serialize<S: Serializer>(
        record: &Arc<Record>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        record.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<Record>, D::Error> {
        Record::deserialize(deserializer).map(Arc::new)
    }
}
