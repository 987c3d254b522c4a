//! A store of objects in memory, and what can happen between it and whoever uses it.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use futures_util::{StreamExt, stream::BoxStream};
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory,
    path::Path,
};
use tokio::time::Instant;

use crate::state::Clock;

/// What happens to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    Fine,
    /// It is done, or not, this much later.
    Late(Duration),
    /// It is done; the answer comes this much later.
    LateAnswer(Duration),
    /// It is not done, and an error comes back.
    Fails,
    /// It is done, and an error comes back.
    AnswerLost,
    /// It is not done, and nothing ever comes back; nor does it later.
    DiesBefore,
    /// It is done, and nothing ever comes back; nor does it later.
    DiesAfter,
}

type Forecast = Box<dyn FnMut(&Operation) -> Weather + Send>;
type Meanwhile = Pin<Box<dyn Future<Output = ()> + Send>>;

/// An operation: which one since the beginning, and on what.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) number: usize,
    pub(super) name: &'static str,
    pub(super) path: String,
}

/// How one process reaches the store.
#[derive(Clone)]
pub(super) struct Line {
    store: Arc<InMemory>,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    forecast: Forecast,
    operations: Vec<Operation>,
    dead: bool,
    /// What others do just before the operation of this number.
    meanwhile: Option<(usize, Meanwhile)>,
}

impl Line {
    pub(super) fn fine(store: &Arc<InMemory>) -> Self {
        Self::new(store, |_| Weather::Fine)
    }

    pub(super) fn new(
        store: &Arc<InMemory>,
        forecast: impl FnMut(&Operation) -> Weather + Send + 'static,
    ) -> Self {
        let inner = Inner {
            forecast: Box::new(forecast),
            operations: Vec::new(),
            dead: false,
            meanwhile: None,
        };
        Self { store: Arc::clone(store), inner: Arc::new(Mutex::new(inner)) }
    }

    /// Has something done just before the operation of this number.
    pub(super) fn meanwhile(
        self,
        number: usize,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        self.inner.lock().unwrap().meanwhile = Some((number, Box::pin(work)));
        self
    }

    pub(super) fn change(&self, forecast: impl FnMut(&Operation) -> Weather + Send + 'static) {
        self.inner.lock().unwrap().forecast = Box::new(forecast);
    }

    /// What was done so far.
    pub(super) fn operations(&self) -> Vec<Operation> {
        self.inner.lock().unwrap().operations.clone()
    }

    pub(super) fn writes(&self) -> Vec<String> {
        let operations = self.operations().into_iter();
        operations
            .filter(|done| ["put", "delete"].contains(&done.name))
            .map(|done| done.path)
            .collect()
    }

    fn begin(&self, name: &'static str, path: &Path) -> (Weather, Option<Meanwhile>) {
        let mut inner = self.inner.lock().unwrap();
        let number = inner.operations.len();
        let operation = Operation { number, name, path: path.to_string() };
        inner.operations.push(operation.clone());
        let meanwhile = match inner.meanwhile.take() {
            Some((at, work)) if at == number => Some(work),
            other => {
                inner.meanwhile = other;
                None
            }
        };
        if inner.dead {
            return (Weather::DiesBefore, meanwhile);
        }
        let weather = (inner.forecast)(&operation);
        inner.dead = matches!(weather, Weather::DiesBefore | Weather::DiesAfter);
        (weather, meanwhile)
    }

    /// Does an operation, in whatever weather.
    async fn operate<T>(
        &self,
        name: &'static str,
        path: &Path,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let (weather, meanwhile) = self.begin(name, path);
        if let Some(meanwhile) = meanwhile {
            meanwhile.await;
        }
        match weather {
            Weather::Fine => work.await,
            Weather::Late(by) => {
                tokio::time::sleep(by).await;
                work.await
            }
            Weather::LateAnswer(by) => {
                let answer = work.await;
                tokio::time::sleep(by).await;
                answer
            }
            Weather::Fails => Err(no_answer()),
            Weather::AnswerLost => work.await.and(Err(no_answer())),
            Weather::DiesBefore => std::future::pending().await,
            Weather::DiesAfter => {
                let _ = work.await;
                std::future::pending().await
            }
        }
    }
}

fn no_answer() -> Error {
    Error::Generic { store: "memory", source: "the connection was closed".into() }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

#[async_trait]
impl ObjectStore for Line {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.operate("put", location, self.store.put_opts(location, payload, options)).await
    }

    async fn put_multipart_opts(
        &self,
        _: &Path,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        panic!("nothing is that large")
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.operate("get", location, self.store.get_opts(location, options)).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let line = self.clone();
        let store = Arc::clone(&self.store);
        let removed = locations.then(move |location| {
            let (line, store) = (line.clone(), Arc::clone(&store));
            async move {
                let location = location?;
                let one = futures_util::stream::iter([Ok(location.clone())]).boxed();
                let mut removed = store.delete_stream(one);
                let work = async { removed.next().await.unwrap() };
                line.operate("delete", &location, work).await
            }
        });
        removed.boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let prefix = prefix.cloned().unwrap_or_default();
        let line = self.clone();
        let listed = async move {
            let work = async { Ok(line.store.list(Some(&prefix)).collect::<Vec<_>>().await) };
            let listed = line.operate("list", &prefix, work).await;
            futures_util::stream::iter(listed.unwrap_or_else(|error| vec![Err(error)]))
        };
        futures_util::stream::once(listed).flatten().boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Path>) -> Result<ListResult> {
        panic!("nobody asks for that")
    }

    async fn copy_opts(&self, _: &Path, _: &Path, _: CopyOptions) -> Result<()> {
        panic!("nothing is copied")
    }
}

/// A clock that goes with tokio's, which tests pause.
#[derive(Debug, Clone, Copy)]
pub(super) struct TestClock(Instant);

impl TestClock {
    /// As told by everybody in a test that has not waited yet.
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        epoch() + self.0.elapsed()
    }
}

/// A clock that has stopped: whoever believes it never sees its lock expire.
#[derive(Debug)]
pub(super) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> SystemTime {
        epoch()
    }
}

/// The 21st of June 2026.
fn epoch() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_782_000_000)
}

/// Numbers that look random and are the same every time.
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}
