//! The AWS in memory as an executor.

use std::{fmt, path::Path, time::Duration};

use async_trait::async_trait;
use elanswer_core::{
    Executor, Handler, Kind, Place, Resource, Schema, Tags,
    executor::{
        CreateRequest, DeleteRequest, Deletion, ExecError, Observation, Tagged, UpdateRequest,
    },
    handler::Handlers,
    operations::Target,
    resource::Kinds,
    state::{MemoryStore, Store},
    tags::Ownership,
};

use crate::{
    api::Api,
    fault::{Call, FaultGuard, FaultRule},
    services,
    world::{Entry, Object, Quotas, Saved, World},
};

/// An AWS in memory that enforces AWS's rules, on the clock of tokio.
///
/// Objects take as long as in AWS to become available: run it with tokio's clock paused
/// (`#[tokio::test(start_paused = true)]`), and minutes pass in no time. It is deterministic: the
/// same calls get the same identifiers.
///
/// A clone is the same AWS.
#[derive(Clone)]
pub struct MockAws {
    api: Api,
    handlers: Handlers,
    store: MemoryStore,
    kinds: Vec<AddHandler>,
}

/// Sets up a [`MockAws`].
#[derive(Debug)]
pub struct MockAwsBuilder {
    world: World,
    latency: Duration,
    kinds: Vec<AddHandler>,
}

type AddHandler = fn(Api, Handlers, &mut World) -> Handlers;

impl MockAws {
    /// An empty AWS with the default seed and AWS's default quotas.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Sets up another.
    #[must_use]
    pub fn builder() -> MockAwsBuilder {
        MockAwsBuilder {
            world: World::new(DEFAULT_SEED, Quotas::new()),
            latency: Duration::from_millis(50),
            kinds: Vec::new(),
        }
    }

    /// Installs a fault rule; it is in force while the guard lives.
    pub fn fault(&self, rule: impl FaultRule) -> FaultGuard {
        self.api.faults().install(rule)
    }

    /// An AWS that is as this one is now, and from now on goes its own way. It has no fault rules,
    /// and remembers nothing of what was applied to this one.
    ///
    /// ```
    /// use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
    /// use elanswer_testkit::MockAws;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), elanswer_core::Error> {
    /// let mut arch = Architecture::new("shop", Region::UsEast1);
    /// arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    /// let aws = MockAws::new();
    /// let empty = aws.fork();
    /// elanswer_core::apply(&arch, &aws).await?;
    /// assert_eq!(aws.fork().inventory(), aws.inventory());
    /// assert!(empty.inventory().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fork(&self) -> Self {
        self.fork_with(self.api.world().clone())
    }

    /// An AWS with the kinds of this one, and this in it.
    pub(crate) fn fork_with(&self, world: World) -> Self {
        Self::assemble(world, self.api.latency(), self.kinds.clone())
    }

    fn assemble(world: World, latency: Duration, kinds: Vec<AddHandler>) -> Self {
        let api = Api::new(world, latency);
        let mut handlers = Handlers::new();
        for add in services::kinds().into_iter().chain(kinds.iter().copied()) {
            handlers = add(api.clone(), handlers, &mut api.world());
        }
        Self { api, handlers, store: MemoryStore::new(), kinds }
    }

    pub(crate) const fn api(&self) -> &Api {
        &self.api
    }

    /// Returns when a fault rule has let the program die.
    pub async fn crashed(&self) {
        self.api.crashed().await;
    }

    /// Everything that exists.
    #[must_use]
    pub fn inventory(&self) -> Vec<Entry> {
        self.api.world().inventory()
    }

    /// The objects of one kind, anywhere.
    #[must_use]
    pub fn objects<R: Resource>(&self) -> Vec<Object<R>> {
        self.api.world().everywhere::<R>().map(|(_, _, object)| object.clone()).collect()
    }

    /// Changes every object of one kind behind elanswer's back, as somebody in the console might.
    ///
    /// # Panics
    ///
    /// When there is none: a test that tampers with nothing is wrong.
    pub fn tamper<R: Resource>(&self, mut f: impl FnMut(&mut R)) {
        let mut world = self.api.world();
        let all: Vec<(Place, String)> = world
            .everywhere::<R>()
            .map(|(place, identifier, _)| (place.clone(), identifier.to_owned()))
            .collect();
        assert!(!all.is_empty(), "there is no {} to tamper with", R::SCHEMA.kind);
        for (place, identifier) in all {
            let change = |object: &mut Object<R>| f(&mut object.resource);
            let changed = world.change::<R>(&place, &identifier, "", Duration::ZERO, change);
            debug_assert!(changed.is_ok(), "the object was there a moment ago");
        }
    }

    /// Puts an object where another AWS has it: the properties must be whole.
    pub(crate) fn put(
        &self,
        kind: Kind,
        place: &Place,
        observation: &Observation,
        ownership: &Ownership,
    ) -> Result<(), serde_json::Error> {
        self.api.world().seed(kind, place, observation, ownership)
    }

    /// Every API call so far.
    #[must_use]
    pub fn log(&self) -> Vec<Call> {
        self.api.log()
    }

    /// Writes everything to a file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), CloudFileError> {
        let failed = |reason| CloudFileError { file: file.to_owned(), reason };
        let saved = serde_json::to_vec_pretty(&self.api.world().save())
            .map_err(|error| failed(CloudFileReason::Damaged(error)))?;
        let temporary = file.with_extension("tmp");
        std::fs::write(&temporary, saved)
            .and_then(|()| std::fs::rename(&temporary, file))
            .map_err(|error| failed(CloudFileReason::Io(error)))
    }

    /// Reads what [`save`](Self::save) wrote; a file that does not exist is an empty AWS.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is not such a file.
    pub fn load(&self, file: &Path) -> Result<(), CloudFileError> {
        let failed = |reason| CloudFileError { file: file.to_owned(), reason };
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(CloudFileReason::Io(error))),
        };
        let saved: Saved = serde_json::from_slice(&bytes)
            .map_err(|error| failed(CloudFileReason::Damaged(error)))?;
        if saved.format != 1 {
            return Err(failed(CloudFileReason::Newer(saved.format)));
        }
        self.api.load(saved).map_err(|error| failed(CloudFileReason::Damaged(error)))
    }
}

const DEFAULT_SEED: u64 = 7;

impl Default for MockAws {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MockAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockAws").field("handlers", &self.handlers).finish_non_exhaustive()
    }
}

impl MockAwsBuilder {
    /// Other identifiers: every seed has its own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        let read_lag = self.world.read_lag;
        self.world = World::new(seed, self.world.quotas);
        self.world.read_lag = read_lag;
        self
    }

    /// For up to this many calls after an object was made, reads and searches may not show it, as
    /// AWS is consistent only eventually: which do is decided by the seed. Default: 0.
    ///
    /// What the call that makes an object answers, and what later calls about it do, is not late.
    ///
    /// ```
    /// use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
    /// use elanswer_testkit::MockAws;
    ///
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), elanswer_core::Error> {
    /// let aws = MockAws::builder().read_lag(5).build();
    /// let mut arch = Architecture::new("shop", Region::UsEast1);
    /// arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    /// assert!(elanswer_core::apply(&arch, &aws).await?.is_complete());
    /// assert!(elanswer_core::plan(&arch, &aws).await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn read_lag(mut self, calls: u64) -> Self {
        self.world.read_lag = calls;
        self
    }

    /// How long an API call takes: 50 ms unless set.
    #[must_use]
    pub const fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Sets a quota of the account, such as `VPCs per Region`.
    #[must_use]
    pub fn quota(mut self, name: &str, value: usize) -> Self {
        self.world.quotas.set(name, value);
        self
    }

    /// Adds a kind of your own, with its handler.
    #[must_use]
    pub fn kind<R: Resource, H: Handler<R> + From<Api>>(mut self) -> Self {
        self.kinds.push(services::add::<R, H>);
        self
    }

    /// The AWS.
    #[must_use]
    pub fn build(self) -> MockAws {
        MockAws::assemble(self.world, self.latency, self.kinds)
    }
}

#[async_trait]
impl Executor for MockAws {
    async fn read(
        &self,
        schema: &'static Schema,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observation>, ExecError>> {
        let mut answers = self.handlers.read(schema, place, identifiers).await;
        let world = self.api.world();
        for answer in &mut answers {
            if let Ok(Some(found)) = answer
                && world.is_hidden(schema.kind, place, &found.identifier)
            {
                *answer = Ok(None);
            }
        }
        answers
    }

    async fn create(&self, requests: &[CreateRequest]) -> Vec<Result<Observation, ExecError>> {
        self.handlers.create(requests).await
    }

    async fn find(&self, request: &CreateRequest) -> Result<Option<Observation>, ExecError> {
        let found = self.handlers.find(request).await?;
        let (world, kind) = (self.api.world(), request.schema.kind);
        Ok(found.filter(|found| !world.is_hidden(kind, &request.place, &found.identifier)))
    }

    async fn search(
        &self,
        schemas: &[&'static Schema],
        place: &Place,
        tags: &Tags,
    ) -> Result<Vec<(Kind, Tagged)>, ExecError> {
        let mut found = Vec::new();
        let mut listed = Vec::new();
        for schema in schemas {
            match self.handlers.search(schema, place, tags).await? {
                Some(own) => found.extend(own.into_iter().map(|tagged| (schema.kind, tagged))),
                None if schema.resource_type.is_some() => listed.push(schema.kind),
                None => {}
            }
        }
        if !listed.is_empty() {
            let answer = self.api.call("tagging", "GetResources", place, |world| {
                let one = |kind: Kind| {
                    world.tagged(kind, place, tags).into_iter().map(move |tagged| (kind, tagged))
                };
                Ok(listed.into_iter().flat_map(one).collect::<Vec<_>>())
            });
            found.extend(answer.await?);
        }
        Ok(found)
    }

    async fn update(&self, request: &UpdateRequest) -> Result<Observation, ExecError> {
        self.handlers.update(request).await
    }

    async fn delete(&self, request: &DeleteRequest) -> Result<Deletion, ExecError> {
        self.handlers.delete(request).await
    }

    fn kinds(&self) -> Kinds {
        self.handlers.kinds()
    }

    fn calls(&self) -> u64 {
        self.api.count()
    }
}

/// An AWS in memory remembers what was made in it: a test needs nothing else.
impl Target for MockAws {
    fn executor(&self) -> &dyn Executor {
        self
    }

    fn store(&self) -> &dyn Store {
        &self.store
    }
}

/// The file of an AWS in memory cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cloud file `{}`: {reason}", .file.display())]
pub struct CloudFileError {
    file: std::path::PathBuf,
    reason: CloudFileReason,
}

#[derive(Debug, thiserror::Error)]
enum CloudFileReason {
    #[error("{0}")]
    Io(std::io::Error),
    #[error("not a saved AWS in memory: {0}; restore it, or name another file")]
    Damaged(serde_json::Error),
    #[error("written by a newer elanswer (format {0}); use that version, or name another file")]
    Newer(u32),
}
