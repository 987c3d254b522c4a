//! The contract between the engine and whatever carries out its steps.

use std::{borrow::Cow, fmt};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    region::Place,
    resource::{Kinds, Properties},
    schema::{Kind, Schema},
    secret::Secrets,
    tags::{Ownership, Tags},
};

pub use error::{ErrorKind, ExecError, Outcome, Retry};

mod error;

/// What an object shows of itself besides its properties: the values of [`Schema::outputs`].
pub type Outputs = Map<String, Value>;

/// Carries out single operations on objects: on AWS, or on an AWS in memory.
///
/// # Contract
///
/// *Idempotency.* [`create`](Self::create) with the token of an earlier create makes no second
/// object wherever AWS's API allows that. Where it does not, [`find`](Self::find) finds the object
/// by its ownership tags or natural key, and the engine asks it first whenever the outcome of an
/// earlier create is not known. Deleting what is gone succeeds.
///
/// *Ambiguous outcomes.* A failed call says with [`ExecError::outcome`] whether it took effect. A
/// call that needs several API calls may fail half-way; it then answers
/// [`Outcome::Applied`] with [`ExecError::identifier`], and the engine reads the object and
/// updates what is missing.
///
/// *Consistency.* A read that follows a write may not show it yet. The engine waits, always with
/// a deadline; executors never sleep and never retry.
///
/// *Ordering.* Calls may come concurrently and in any order. The engine orders what depends on
/// each other.
///
/// *Cancellation.* Every `.await` may be the last; a dropped future leaves an ambiguous outcome,
/// which the engine resolves as after a crash.
///
/// *Ownership.* The tags of [`CreateRequest::ownership`] go into the very call that creates the
/// object, wherever AWS takes tags there.
///
/// *Batches.* `read` and `create` answer each request in the order of the requests.
#[async_trait]
pub trait Executor: fmt::Debug + Send + Sync + 'static {
    /// Reads objects of one kind and place, in as few calls as the service allows.
    ///
    /// `None` is an object that does not exist.
    async fn read(
        &self,
        schema: &'static Schema,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>>;

    /// Makes objects of one kind and place. More than one only where
    /// [`Schema::batch_by`] allows it.
    async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>>;

    /// Looks for the object that `request` would have made, by its ownership tags or natural key.
    async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError>;

    /// Finds the objects of these kinds in a place that carry all of these tags.
    ///
    /// Nothing is found of a kind whose objects AWS does not list by tags: see
    /// [`Schema::resource_type`].
    async fn search(
        &self,
        schemas: &[&'static Schema],
        place: &Place,
        tags: &Tags,
    ) -> Result<Vec<(Kind, Tagged)>, ExecError>;

    /// Changes an object in place.
    async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError>;

    /// Removes an object.
    async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError>;

    /// The kinds that it handles.
    fn kinds(&self) -> Kinds;

    /// How many API calls it has sent so far.
    fn calls(&self) -> u64;
}

/// What a read, create or update found an object to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// What names the object in AWS: the output [`Schema::identifier`].
    pub identifier: String,
    /// Its properties, as far as the answer has them.
    pub properties: Properties,
    /// The properties that the answer says nothing of: [`Schema::write_only`], and what a server
    /// left out.
    pub unread: Vec<String>,
    /// What AWS decided.
    pub outputs: Outputs,
    /// Whether it can be used.
    pub status: Status,
}

impl Observation {
    /// The properties of the object, with those that the answer says nothing of as they were
    /// `written`.
    #[must_use]
    pub fn properties_or(&self, written: &Properties) -> Cow<'_, Properties> {
        let mut properties = Cow::Borrowed(&self.properties);
        for name in &self.unread {
            if let Some(value) = written.get(name) {
                properties.to_mut().insert(name.clone(), value.clone());
            }
        }
        properties
    }
}

/// An object that a search for tags found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// What names it in AWS: the output [`Schema::identifier`].
    pub identifier: String,
    /// All of its tags.
    pub tags: Tags,
}

/// Whether an object can be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It is going away.
    Deleting,
    /// AWS gave up on it, for this reason.
    Failed(String),
    /// AWS is still working on it, and calls that state so.
    Pending(String),
    /// It can be used.
    Ready,
}

/// Whether a delete is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// The object is gone.
    Gone,
    /// AWS is still at it; reads will show when it is gone.
    Underway,
}

/// An object to make.
#[derive(Debug, Clone)]
pub struct CreateRequest {
    /// The kind.
    pub schema: &'static Schema,
    /// Where.
    pub place: Place,
    /// Its properties; every reference is resolved.
    pub properties: Properties,
    /// Who owns it; goes into the tags of the call.
    pub ownership: Ownership,
    /// The token that makes the call idempotent: 32 hexadecimal digits.
    pub token: String,
    /// The values of the secrets that the properties name.
    pub secrets: Secrets,
}

/// An object to change.
#[derive(Debug, Clone)]
pub struct UpdateRequest {
    /// The kind.
    pub schema: &'static Schema,
    /// Where.
    pub place: Place,
    /// The object.
    pub identifier: String,
    /// What it is now, as far as known.
    pub current: Properties,
    /// What it shall be; every reference is resolved.
    pub desired: Properties,
    /// What AWS decided when it was made.
    pub outputs: Outputs,
    /// Who owns it.
    pub ownership: Ownership,
    /// A token for updates that take one: 32 hexadecimal digits.
    pub token: String,
    /// The values of the secrets that the properties name.
    pub secrets: Secrets,
}

/// An object to remove.
#[derive(Debug, Clone)]
pub struct DeleteRequest {
    /// The kind.
    pub schema: &'static Schema,
    /// Where.
    pub place: Place,
    /// The object.
    pub identifier: String,
    /// What it was, as far as known.
    pub properties: Properties,
    /// What AWS decided when it was made.
    pub outputs: Outputs,
    /// A token for deletes that take one: 32 hexadecimal digits.
    pub token: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn properties(value: Value) -> Properties {
        let Value::Object(properties) = value else { return Properties::new() };
        properties
    }

    #[test]
    fn what_an_answer_does_not_say_is_as_it_was_written() {
        let answer = Observation {
            identifier: "it".to_owned(),
            properties: properties(json!({"Read": 1})),
            unread: vec!["Unread".to_owned(), "NeverSet".to_owned()],
            outputs: Outputs::new(),
            status: Status::Ready,
        };
        let written = properties(json!({"Read": 2, "Unread": 3, "Removed": 4}));
        assert_eq!(*answer.properties_or(&written), properties(json!({"Read": 1, "Unread": 3})));
    }
}
