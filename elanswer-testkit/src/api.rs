//! One API call on the AWS in memory: counted, delayed, and subject to faults.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use elanswer_core::{
    Place, Resource,
    executor::{ErrorKind, ExecError, Outcome},
    handler::{Create, Observed, Update},
};
use tokio::{sync::Notify, time::Instant};

use crate::{
    fault::{Call, Faults, Verdict},
    world::{AwsError, Object, Saved, World},
};

/// The way of a handler to the AWS in memory: every call goes through [`Api::call`].
#[derive(Debug, Clone)]
pub struct Api(Arc<Inner>);

#[derive(Debug, Clone)]
pub(crate) struct WeakApi(Weak<Inner>);

impl WeakApi {
    pub(crate) fn upgrade(&self) -> Option<Api> {
        self.0.upgrade().map(Api)
    }
}

struct Inner {
    world: Mutex<World>,
    faults: Faults,
    calls: AtomicU64,
    log: Mutex<Vec<Call>>,
    latency: Duration,
    start: Mutex<Option<(Instant, u64)>>,
    crashed: Notify,
    watch: Mutex<Option<Watch>>,
}

/// Whoever looks at every call, by its number, before AWS has done it and after.
pub(crate) type Watch = Arc<dyn Fn(u64, Moment, &World) + Send + Sync>;

/// A side of an API call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It is about to be sent.
    Before,
    /// AWS has done it, and has not answered yet.
    After,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("calls", &self.calls).finish_non_exhaustive()
    }
}

impl Api {
    pub(crate) fn new(world: World, latency: Duration) -> Self {
        Self(Arc::new(Inner {
            world: Mutex::new(world),
            faults: Faults::default(),
            calls: AtomicU64::new(0),
            log: Mutex::default(),
            latency,
            start: Mutex::new(None),
            crashed: Notify::new(),
            watch: Mutex::new(None),
        }))
    }

    /// Makes one API call: `f` is what AWS does.
    ///
    /// # Errors
    ///
    /// Those of `f`, with the service, operation and request id; and those of the fault rules.
    pub async fn call<T>(
        &self,
        service: &str,
        operation: &str,
        place: &Place,
        f: impl FnOnce(&mut World) -> Result<T, AwsError> + Send,
    ) -> Result<T, ExecError> {
        let call = Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            place: place.clone(),
            number: self.0.calls.fetch_add(1, Ordering::Relaxed) + 1,
        };
        let verdict = self.send(&call).await?;
        let answer = {
            let mut world = self.world();
            world.call();
            let answer = f(&mut world);
            if let Some(watch) = self.watcher() {
                watch(call.number, Moment::After, &world);
            }
            answer
        };
        self.receive(&call, &verdict).await?;
        answer.map_err(|error| {
            error.into_exec(service, operation, call.request_id()).with_place(place.clone())
        })
    }

    /// The way of a call to AWS: what the fault rules say of it, unless it does not get there.
    async fn send(&self, call: &Call) -> Result<Verdict, ExecError> {
        if let Some(watch) = self.watcher() {
            watch(call.number, Moment::Before, &self.world());
        }
        let verdict = self.0.faults.verdict(call);
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner).push(call.clone());
        if matches!(verdict, Verdict::CrashBefore) {
            return self.crash().await;
        }
        let delay = match &verdict {
            Verdict::Delay(delay) => self.0.latency + *delay,
            _ => self.0.latency,
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        match &verdict {
            Verdict::Throttle => Err(call
                .failed(ErrorKind::Throttled, "Request limit exceeded")
                .with_code("RequestLimitExceeded")),
            Verdict::Reject(code) => {
                let kind = ErrorKind::of_code(code).unwrap_or(ErrorKind::Invalid);
                Err(call.failed(kind, "rejected by a fault rule").with_code(code))
            }
            _ => Ok(verdict),
        }
    }

    /// The way of the answer back.
    async fn receive(&self, call: &Call, verdict: &Verdict) -> Result<(), ExecError> {
        match verdict {
            Verdict::CrashAfter => self.crash().await,
            Verdict::LoseResponse => Err(call
                .failed(ErrorKind::Unavailable, "the connection broke before the answer came")
                .with_outcome(Outcome::Unknown)),
            _ => Ok(()),
        }
    }

    fn watcher(&self) -> Option<Watch> {
        self.0.watch.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads objects in one call.
    pub async fn read<R: Resource>(
        &self,
        service: &str,
        operation: &str,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<R>>, ExecError>> {
        let answer = self
            .call(service, operation, place, |world| {
                let object = |identifier: &String| world.look::<R>(place, identifier);
                let observed = |object: &Object<R>| object.observed(world.now());
                Ok(identifiers.iter().map(|it| Ok(object(it).map(observed))).collect())
            })
            .await;
        answer.unwrap_or_else(|error| identifiers.iter().map(|_| Err(error.clone())).collect())
    }

    /// Looks for the object that `request` made, by its ownership tags, in one call.
    ///
    /// # Errors
    ///
    /// Those of the fault rules.
    pub async fn find_owned<R: Resource>(
        &self,
        service: &str,
        operation: &str,
        request: &Create<R>,
    ) -> Result<Option<Observed<R>>, ExecError> {
        self.call(service, operation, &request.place, |world| {
            Ok(world
                .owned::<R>(&request.place, &request.ownership)
                .map(|(_, object)| object.observed(world.now())))
        })
        .await
    }

    /// Changes the tags of an object, with a call to set and a call to remove, where needed.
    ///
    /// # Errors
    ///
    /// When there is no such object, and those of the fault rules.
    pub async fn retag<R: Resource>(
        &self,
        service: &str,
        [set_operation, remove_operation]: [&str; 2],
        request: &Update<R>,
    ) -> Result<(), ExecError> {
        let (set, remove) = request.tag_changes();
        let place = &request.place;
        if !set.is_empty() {
            self.call(service, set_operation, place, |world| {
                world.change::<R>(place, &request.identifier, "", Duration::ZERO, |object| {
                    set.iter().for_each(|(key, value)| object.tags.insert(key, value));
                })
            })
            .await?;
        }
        if !remove.is_empty() {
            self.call(service, remove_operation, place, |world| {
                world.change::<R>(place, &request.identifier, "", Duration::ZERO, |object| {
                    remove.iter().for_each(|key| object.tags.remove(key));
                })
            })
            .await?;
        }
        Ok(())
    }

    /// The object of an update as it is now, without a call: what the last call answered.
    pub fn after<R: Resource>(&self, request: &Update<R>) -> Observed<R> {
        let world = self.world();
        world
            .look::<R>(&request.place, &request.identifier)
            .map_or_else(|| request.done(), |object| object.observed(world.now()))
    }

    /// The world as it is now.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.0.world.lock().unwrap_or_else(PoisonError::into_inner);
        let mut start = self.0.start.lock().unwrap_or_else(PoisonError::into_inner);
        if tokio::runtime::Handle::try_current().is_ok() {
            let (start, base) = *start.get_or_insert_with(|| (Instant::now(), world.now()));
            let passed = Instant::now().saturating_duration_since(start).as_millis();
            world.advance_to(base + u64::try_from(passed).unwrap_or(u64::MAX));
        }
        world
    }

    /// Puts a saved world in the place of this one. Its time goes on from when it was saved.
    pub(crate) fn load(&self, saved: Saved) -> Result<(), serde_json::Error> {
        let loaded = self.world().load(saved);
        *self.0.start.lock().unwrap_or_else(PoisonError::into_inner) = None;
        loaded
    }

    pub(crate) fn watch(&self, watch: Watch) {
        *self.0.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
    }

    /// The way without what keeps it alive, for whoever it would keep alive itself.
    pub(crate) fn downgrade(&self) -> WeakApi {
        WeakApi(Arc::downgrade(&self.0))
    }

    pub(crate) fn latency(&self) -> Duration {
        self.0.latency
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn log(&self) -> Vec<Call> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) async fn crashed(&self) {
        self.0.crashed.notified().await;
    }

    async fn crash<T>(&self) -> T {
        self.0.crashed.notify_one();
        std::future::pending().await
    }
}
