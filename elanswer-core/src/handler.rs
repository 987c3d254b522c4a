//! How a kind is handled by an executor: typed, one trait for every kind, AWS's and yours.

use std::{collections::BTreeMap, fmt, marker::PhantomData, sync::Arc};

/// What an implementation of [`Handler`] carries: the traits of executors are async.
pub use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    executor::{
        CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Observation, Outputs, Status,
        Tagged, UpdateRequest,
    },
    region::Place,
    resource::{KindFns, Kinds, Properties, Resource, properties_of},
    schema::{Kind, Schema},
    secret::Secrets,
    tags::{Ownership, Tags},
};

/// Handles the objects of one kind for one executor.
///
/// The contract is that of [`Executor`](crate::executor::Executor); requests come typed and with
/// every reference resolved.
#[async_trait]
pub trait Handler<R: Resource>: Send + Sync + 'static {
    /// Reads objects, in as few calls as the service allows; one answer each, in order.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<R>>, ExecError>>;

    /// Makes an object.
    async fn create(&self, request: &Create<R>) -> Result<Observed<R>, ExecError>;

    /// Makes several objects in one call; only asked of kinds with [`Schema::batch_by`].
    async fn create_batch(&self, requests: &[Create<R>]) -> Vec<Result<Observed<R>, ExecError>> {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            answers.push(self.create(request).await);
        }
        answers
    }

    /// Looks for the object that `request` would have made, by ownership tags or natural key.
    async fn find(&self, request: &Create<R>) -> Result<Option<Observed<R>>, ExecError>;

    /// Finds the objects that carry all of these tags; `None` leaves it to the executor, which asks
    /// for [`Schema::resource_type`].
    async fn search(&self, _: &Place, _: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        Ok(None)
    }

    /// Changes an object in place.
    async fn update(&self, request: &Update<R>) -> Result<Observed<R>, ExecError>;

    /// Removes an object; succeeds when it is gone already.
    async fn delete(&self, request: &Delete<R>) -> Result<Deletion, ExecError>;
}

/// An object as an executor found it.
#[derive(Debug, Clone)]
pub struct Observed<R: Resource> {
    /// Its properties. Tags are those that the user declared: [`Tags::declared`].
    pub resource: R,
    /// What AWS decided.
    pub outputs: R::Outputs,
    /// Whether it can be used.
    pub status: Status,
    /// The properties, besides [`Schema::write_only`], that the answer says nothing of; what
    /// `resource` has for them is ignored, and what was last written is taken to hold.
    pub unread: Vec<&'static str>,
}

impl<R: Resource> Observed<R> {
    /// An object that can be used.
    #[must_use]
    pub const fn ready(resource: R, outputs: R::Outputs) -> Self {
        Self { resource, outputs, status: Status::Ready, unread: Vec::new() }
    }

    /// The same object in this status.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// The same object, with nothing known of `property` unless the answer `has` it.
    ///
    /// For what AWS always sends and other servers leave out.
    #[must_use]
    pub fn unread_unless(mut self, property: &'static str, has: bool) -> Self {
        if !has {
            self.unread.push(property);
        }
        self
    }
}

/// An object to make.
#[derive(Debug, Clone)]
pub struct Create<R> {
    /// Where.
    pub place: Place,
    /// What; every reference is known.
    pub desired: R,
    /// Who owns it.
    pub ownership: Ownership,
    /// What makes the call idempotent: 32 hexadecimal digits.
    pub token: String,
    /// The values of the secrets that it names.
    pub secrets: Secrets,
}

impl<R: Resource> Create<R> {
    /// The tags of the call: those the user declared, and those of the owner.
    #[must_use]
    pub fn tags(&self) -> Tags {
        all_tags(&self.desired, &self.ownership)
    }
}

fn all_tags<R: Resource>(desired: &R, ownership: &Ownership) -> Tags {
    let mut desired = desired.clone();
    let mut tags = desired.tags_mut().map(std::mem::take).unwrap_or_default();
    for (key, value) in ownership.tags().iter() {
        tags.insert(key, value);
    }
    tags
}

/// An object to change.
#[derive(Debug, Clone)]
pub struct Update<R: Resource> {
    /// Where.
    pub place: Place,
    /// The object.
    pub identifier: String,
    /// What it is now, as far as known.
    pub current: R,
    /// What it shall be; every reference is known.
    pub desired: R,
    /// What AWS decided when it was made.
    pub outputs: R::Outputs,
    /// Who owns it.
    pub ownership: Ownership,
    /// What makes the call idempotent: 32 hexadecimal digits.
    pub token: String,
    /// The values of the secrets that it names.
    pub secrets: Secrets,
}

impl<R: Resource> Update<R> {
    /// All tags that the object shall have: those the user declared, and those of the owner. For
    /// what takes the tags of an object all at once.
    #[must_use]
    pub fn tags(&self) -> Tags {
        all_tags(&self.desired, &self.ownership)
    }

    /// The tags to set and the keys to remove.
    #[must_use]
    pub fn tag_changes(&self) -> (Tags, Vec<String>) {
        let tags =
            |resource: &R| resource.clone().tags_mut().map(std::mem::take).unwrap_or_default();
        tags(&self.current).changes_to(&tags(&self.desired))
    }

    /// The object after the update.
    #[must_use]
    pub fn done(&self) -> Observed<R> {
        Observed::ready(self.desired.clone(), self.outputs.clone())
    }
}

/// An object to remove.
#[derive(Debug, Clone)]
pub struct Delete<R: Resource> {
    /// Where.
    pub place: Place,
    /// The object.
    pub identifier: String,
    /// What it was, as far as known.
    pub current: R,
    /// What AWS decided when it was made.
    pub outputs: R::Outputs,
    /// What makes the call idempotent: 32 hexadecimal digits.
    pub token: String,
}

/// The handlers of an executor, one for each kind.
#[derive(Clone, Default)]
pub struct Handlers {
    by_kind: BTreeMap<Kind, Arc<dyn AnyHandler>>,
}

impl Handlers {
    /// No handlers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the handler of a kind, in place of an earlier one.
    #[must_use]
    pub fn with<R: Resource>(mut self, handler: impl Handler<R>) -> Self {
        self.by_kind
            .insert(R::SCHEMA.kind, Arc::new(Typed { handler, kind: PhantomData::<fn() -> R> }));
        self
    }

    /// The kinds that have a handler.
    #[must_use]
    pub fn kinds(&self) -> Kinds {
        self.by_kind.values().map(|handler| handler.kind()).collect()
    }

    fn of(&self, schema: &Schema) -> Result<&dyn AnyHandler, ExecError> {
        self.by_kind.get(&schema.kind).map(AsRef::as_ref).ok_or_else(|| {
            ExecError::new(
                ErrorKind::Unsupported,
                format!("this executor has no handler of {}", schema.kind),
            )
        })
    }

    /// See [`Executor::read`](crate::executor::Executor::read).
    pub async fn read(
        &self,
        schema: &Schema,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>> {
        match self.of(schema) {
            Ok(handler) => handler.read(place, identifiers).await,
            Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// See [`Executor::create`](crate::executor::Executor::create).
    pub async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>> {
        let Some(first) = requests.first() else { return Vec::new() };
        match self.of(first.schema) {
            Ok(handler) => handler.create(requests).await,
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    /// See [`Executor::find`](crate::executor::Executor::find).
    ///
    /// # Errors
    ///
    /// Those of the handler.
    pub async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError> {
        self.of(request.schema)?.find(request).await
    }

    /// See [`Executor::search`](crate::executor::Executor::search); `None` when the handler of the
    /// kind leaves it to the executor.
    ///
    /// # Errors
    ///
    /// Those of the handler.
    pub async fn search(
        &self,
        schema: &Schema,
        place: &Place,
        tags: &Tags,
    ) -> Result<Option<Vec<Tagged>>, ExecError> {
        self.of(schema)?.search(place, tags).await
    }

    /// See [`Executor::update`](crate::executor::Executor::update).
    ///
    /// # Errors
    ///
    /// Those of the handler.
    pub async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError> {
        self.of(request.schema)?.update(request).await
    }

    /// See [`Executor::delete`](crate::executor::Executor::delete).
    ///
    /// # Errors
    ///
    /// Those of the handler.
    pub async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError> {
        self.of(request.schema)?.delete(request).await
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_kind.keys()).finish()
    }
}

/// A handler without its type.
#[async_trait]
trait AnyHandler: Send + Sync {
    fn kind(&self) -> KindFns;
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>>;
    async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>>;
    async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError>;
    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError>;
    async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError>;
    async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError>;
}

struct Typed<R, H> {
    handler: H,
    kind: PhantomData<fn() -> R>,
}

#[async_trait]
impl<R: Resource, H: Handler<R>> AnyHandler for Typed<R, H> {
    fn kind(&self) -> KindFns {
        KindFns::of::<R>()
    }

    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>> {
        let mut observations = Vec::with_capacity(identifiers.len());
        for answer in self.handler.read(place, identifiers).await {
            observations.push(answer.and_then(|it| it.map(observation).transpose()));
        }
        observations
    }

    async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>> {
        let typed: Result<Vec<Create<R>>, ExecError> = requests.iter().map(create).collect();
        match typed.as_deref() {
            Ok([only]) => vec![self.handler.create(only).await.and_then(observation)],
            Ok(many) => {
                let mut observations = Vec::with_capacity(many.len());
                for answer in self.handler.create_batch(many).await {
                    observations.push(answer.and_then(observation));
                }
                observations
            }
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError> {
        self.handler.find(&create(request)?).await?.map(observation).transpose()
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        self.handler.search(place, tags).await
    }

    async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError> {
        let typed = Update {
            place: request.place.clone(),
            identifier: request.identifier.clone(),
            current: parse::<R, R>(&request.current)?,
            desired: parse::<R, R>(&request.desired)?,
            outputs: parse::<R, R::Outputs>(&request.outputs)?,
            ownership: request.ownership.clone(),
            token: request.token.clone(),
            secrets: request.secrets.clone(),
        };
        self.handler.update(&typed).await.and_then(observation)
    }

    async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError> {
        let typed = Delete {
            place: request.place.clone(),
            identifier: request.identifier.clone(),
            current: parse::<R, R>(&request.properties)?,
            outputs: parse::<R, R::Outputs>(&request.outputs)?,
            token: request.token.clone(),
        };
        self.handler.delete(&typed).await
    }
}

fn create<R: Resource>(request: &CreateRequest) -> Result<Create<R>, ExecError> {
    Ok(Create {
        place: request.place.clone(),
        desired: parse::<R, R>(&request.properties)?,
        ownership: request.ownership.clone(),
        token: request.token.clone(),
        secrets: request.secrets.clone(),
    })
}

fn parse<R: Resource, T: DeserializeOwned>(tree: &Properties) -> Result<T, ExecError> {
    T::deserialize(tree).map_err(|error| not_of(R::SCHEMA, &error))
}

fn not_of(schema: &Schema, error: &serde_json::Error) -> ExecError {
    ExecError::new(
        ErrorKind::Internal,
        format!("these are not the properties or outputs of a {}: {error}", schema.kind),
    )
}

fn observation<R: Resource>(observed: Observed<R>) -> Result<Observation, ExecError> {
    let (properties, outputs) =
        (properties_of(&observed.resource), properties_of(&observed.outputs));
    untyped(R::SCHEMA, properties, outputs, observed.unread, observed.status)
}

/// The part of [`observation`] that has no type, so that it is compiled once.
fn untyped(
    schema: &Schema,
    mut properties: Properties,
    outputs: Outputs,
    mut unread: Vec<&'static str>,
    status: Status,
) -> Result<Observation, ExecError> {
    let identifier = outputs.get(schema.identifier).and_then(Value::as_str).ok_or_else(|| {
        ExecError::new(
            ErrorKind::Internal,
            format!("a {} without {}", schema.kind, schema.identifier),
        )
    })?;
    unread.extend(schema.write_only);
    properties.retain(|name, _| !unread.contains(&name.as_str()));
    Ok(Observation {
        identifier: identifier.to_owned(),
        properties,
        unread: unread.into_iter().map(str::to_owned).collect(),
        outputs,
        status,
    })
}
