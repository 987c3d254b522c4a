//! What a program does with an architecture: plan it, apply it, destroy it.

use std::{collections::BTreeMap, future::IntoFuture, pin::Pin};

use serde_json::Value;
use tokio::sync::mpsc;

use crate::{
    apply::{
        ApplyReport, Attempts, Cancel, Engine, EngineError, EngineOptions, Event, LOOKS, Rollback,
    },
    architecture::Architecture,
    executor::{CreateRequest, ExecError, Executor, Observation},
    plan::{Plan, PlanError, Planner, Seen},
    region::Place,
    resource::Kinds,
    schema::Schema,
    secret::Secrets,
    state::{ObjectKey, Phase, Record, State, StateError, Store},
};

pub use import::{ImportError, Importing, import};
use rollback::roll_back;

mod import;
mod rollback;

/// What an architecture is applied to: an executor, and the state of what it made.
///
/// A pair of the two is a target; an AWS in memory is one by itself.
pub trait Target: std::fmt::Debug + Send + Sync {
    /// Does the work.
    fn executor(&self) -> &dyn Executor;
    /// Remembers what was made.
    fn store(&self) -> &dyn Store;
}

impl<E: Executor, S: Store> Target for (E, S) {
    fn executor(&self) -> &dyn Executor {
        &self.0
    }

    fn store(&self) -> &dyn Store {
        &self.1
    }
}

impl Target for (Box<dyn Executor>, Box<dyn Store>) {
    fn executor(&self) -> &dyn Executor {
        &*self.0
    }

    fn store(&self) -> &dyn Store {
        &*self.1
    }
}

/// An operation on an architecture failed before it did anything, or cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The check found errors; nothing was sent.
    #[error("the architecture has errors:\n{0}")]
    Check(Box<crate::diagnostic::Report>),
    /// An object cannot be taken into the state.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// What exists could not be read.
    #[error("cannot read what exists: {0}")]
    Refresh(#[from] ExecError),
    /// The saved plan is not what would be done now.
    #[error(
        "the saved plan is out of date: the architecture, the state or AWS changed since; plan again"
    )]
    Stale,
    /// The state cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Plan(error) => Self::Plan(error),
            EngineError::State(error) => Self::State(error),
        }
    }
}

/// Plans how to come from what exists to `arch`: checks it, reads what exists, computes.
///
/// Await it, or say more first.
#[must_use = "an operation does nothing until it is awaited"]
pub fn plan<'a>(arch: &'a Architecture, target: &'a dyn Target) -> Planning<'a> {
    Planning { work: Work::new(arch.name(), Some(arch), target) }
}

/// Applies `arch`: plans, and carries the plan out.
///
/// Await it, or say more first.
#[must_use = "an operation does nothing until it is awaited"]
pub fn apply<'a>(arch: &'a Architecture, target: &'a dyn Target) -> Applying<'a> {
    Applying {
        work: Work::new(arch.name(), Some(arch), target),
        expected: None,
        roll_back: false,
        engine: EngineOptions { secrets: arch.secrets().clone(), ..EngineOptions::default() },
    }
}

/// Removes everything that was made for the architecture `stack`.
///
/// Await it, or say more first.
#[must_use = "an operation does nothing until it is awaited"]
pub fn destroy<'a>(stack: &'a str, target: &'a dyn Target) -> Applying<'a> {
    Applying {
        work: Work::new(stack, None, target),
        expected: None,
        roll_back: false,
        engine: EngineOptions::default(),
    }
}

/// Plans the removal of everything that was made for the architecture `stack`.
#[must_use = "an operation does nothing until it is awaited"]
pub fn plan_destroy<'a>(stack: &'a str, target: &'a dyn Target) -> Planning<'a> {
    Planning { work: Work::new(stack, None, target) }
}

#[derive(Debug)]
struct Work<'a> {
    stack: &'a str,
    arch: Option<&'a Architecture>,
    target: &'a dyn Target,
    refresh: bool,
    check: bool,
}

impl<'a> Work<'a> {
    fn new(stack: &'a str, arch: Option<&'a Architecture>, target: &'a dyn Target) -> Self {
        Self { stack, arch, target, refresh: true, check: true }
    }

    fn check(&self) -> Result<(), Error> {
        let report = match self.arch {
            Some(arch) if self.check => crate::check(arch),
            _ => return Ok(()),
        };
        if report.is_deployable() { Ok(()) } else { Err(Error::Check(Box::new(report))) }
    }

    async fn plan(&self, state: &State) -> Result<(Plan, BTreeMap<ObjectKey, Seen>), Error> {
        let executor = self.target.executor();
        let kinds = executor.kinds();
        let before = executor.calls();
        let seen = if self.refresh {
            refresh(executor, self.stack, state, &kinds).await?
        } else {
            BTreeMap::new()
        };
        let planner = Planner {
            arch: self.arch,
            stack: self.stack,
            state,
            seen: &seen,
            kinds: &kinds,
            read_calls: executor.calls() - before,
        };
        let plan = planner.plan()?;
        Ok((plan, seen))
    }
}

/// A plan that is about to be made.
#[derive(Debug)]
pub struct Planning<'a> {
    work: Work<'a>,
}

impl<'a> Planning<'a> {
    /// Whether to read what exists; otherwise the state is believed. Default: yes.
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn refresh(mut self, refresh: bool) -> Self {
        self.work.refresh = refresh;
        self
    }

    /// Leaves the check out, for a program that has done it.
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn unchecked(mut self) -> Self {
        self.work.check = false;
        self
    }
}

impl<'a> IntoFuture for Planning<'a> {
    type Output = Result<Plan, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.work.check()?;
            let state = self.work.target.store().load(self.work.stack).await?;
            Ok(self.work.plan(&state).await?.0)
        })
    }
}

/// An apply that is about to be made.
#[derive(Debug)]
pub struct Applying<'a> {
    work: Work<'a>,
    expected: Option<String>,
    roll_back: bool,
    engine: EngineOptions,
}

impl<'a> Applying<'a> {
    /// Whether to read what exists first; otherwise the state is believed. Default: yes.
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn refresh(mut self, refresh: bool) -> Self {
        self.work.refresh = refresh;
        self
    }

    /// Leaves the check out, for a program that has done it.
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn unchecked(mut self) -> Self {
        self.work.check = false;
        self
    }

    /// Does what `plan` says or nothing: [`Error::Stale`] if something else would be done now.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn expecting(mut self, plan: &Plan) -> Self {
        self.expected = Some(plan.fingerprint.clone());
        self
    }

    /// As [`expecting`](Self::expecting), with the [`Plan::fingerprint`] of a saved plan.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn expecting_fingerprint(mut self, fingerprint: impl Into<String>) -> Self {
        self.expected = Some(fingerprint.into());
        self
    }

    /// When a step fails, takes back what was done before: what
    /// [`Plan::compensation`](crate::plan::Plan::compensation) says of each step. Default: what
    /// was done stays, and the next apply goes on from there.
    ///
    /// What came of it is in [`ApplyReport::rollback`].
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn roll_back(mut self, roll_back: bool) -> Self {
        self.roll_back = roll_back;
        self
    }

    /// Tells what happens to `events`.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn events(mut self, events: mpsc::UnboundedSender<Event>) -> Self {
        self.engine.events = Some(events);
        self
    }

    /// Stops when `cancel` says so.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.engine.cancel = cancel;
        self
    }

    /// At most this many calls at once to each API. Default: 64.
    #[must_use = "an operation does nothing until it is awaited"]
    pub const fn concurrency(mut self, calls: usize) -> Self {
        self.engine.concurrency = calls;
        self
    }
}

impl<'a> IntoFuture for Applying<'a> {
    type Output = Result<ApplyReport, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.work.check()?;
            let executor = self.work.target.executor();
            let before = executor.calls();
            let session = self.work.target.store().open(self.work.stack).await?;
            let (plan, seen) = self.work.plan(session.state()).await?;
            if self.expected.is_some_and(|expected| expected != plan.fingerprint) {
                return Err(Error::Stale);
            }
            let outputs: BTreeMap<String, Value> = self
                .work
                .arch
                .iter()
                .flat_map(|arch| arch.outputs())
                .filter_map(|(name, value)| Some((name.clone(), serde_json::to_value(value).ok()?)))
                .collect();
            let recorded = self.roll_back.then(|| session.state().clone());
            let engine = Engine::new(executor, self.engine.clone());
            let mut report = engine.run(&plan, session, &seen, &outputs).await?;
            if let Some(recorded) = recorded.filter(|_| !report.failures.is_empty()) {
                let back = roll_back(&plan, &recorded, self.work.target, self.engine).await;
                report.rollback = Some(match back {
                    Ok(back) => Rollback::CarriedOut(Box::new(back)),
                    Err(error) => Rollback::NotPossible(error.to_string()),
                });
            }
            report.api_calls = executor.calls() - before;
            Ok(report)
        })
    }
}

/// Reads every object of the state, and looks for those whose creation was interrupted: as many
/// objects in one read as the executor can.
///
/// # Errors
///
/// When something cannot be read.
pub async fn refresh(
    executor: &dyn Executor,
    stack: &str,
    state: &State,
    kinds: &Kinds,
) -> Result<BTreeMap<ObjectKey, Seen>, ExecError> {
    let mut groups: BTreeMap<(&str, &Place), (&'static Schema, Vec<&Record>)> = BTreeMap::new();
    let mut interrupted = Vec::new();
    for record in state.records.values() {
        // A kind without handler cannot be read; the planner says so.
        let Some(kind) = kinds.get(&record.kind) else { continue };
        if record.identifier.is_some() {
            let group = groups.entry((&record.kind, &record.place));
            group.or_insert_with(|| (kind.schema, Vec::new())).1.push(record);
        } else {
            interrupted.push((kind.schema, record));
        }
    }
    let reads = groups.into_iter().map(|((_, place), (schema, records))| async move {
        let identifiers: Vec<String> =
            records.iter().filter_map(|record| record.identifier.clone()).collect();
        let answers = read_patiently(executor, schema, place, &identifiers).await;
        records.into_iter().zip(answers).collect::<Vec<_>>()
    });
    let finds = interrupted.into_iter().map(|(schema, record)| async move {
        let token = match &record.phase {
            Phase::Creating { token } => token.clone(),
            _ => String::new(),
        };
        let request = CreateRequest {
            schema,
            place: record.place.clone(),
            properties: record.properties.clone(),
            ownership: record.ownership(stack),
            token,
            // Nothing is made: what is looked for has its secrets.
            secrets: Secrets::default(),
        };
        (record, find_patiently(executor, &request).await)
    });
    let (answers, found) = futures_util::future::join(
        futures_util::future::join_all(reads),
        futures_util::future::join_all(finds),
    )
    .await;
    let see = |observation: Option<Observation>| {
        observation.map_or(Seen::Missing, |found| Seen::Present(Box::new(found)))
    };
    let mut seen = BTreeMap::new();
    for (record, answer) in answers.into_iter().flatten() {
        seen.insert(record.key.clone(), see(answer?));
    }
    for (record, answer) in found {
        seen.insert(record.key.clone(), see(answer?));
    }
    Ok(seen)
}

/// Reads objects; those that are not there are looked for a few times more, for they may have been
/// made a moment ago.
async fn read_patiently(
    executor: &dyn Executor,
    schema: &'static Schema,
    place: &Place,
    identifiers: &[String],
) -> Vec<Result<Option<Observation>, ExecError>> {
    let mut answers = read(executor, schema, place, identifiers).await;
    for pause in LOOKS {
        let missing: Vec<usize> = (0..)
            .zip(&answers)
            .filter(|(_, answer)| matches!(answer, Ok(None)))
            .map(|(at, _)| at)
            .collect();
        if missing.is_empty() {
            break;
        }
        tokio::time::sleep(pause).await;
        let again: Vec<String> =
            missing.iter().filter_map(|at| identifiers.get(*at).cloned()).collect();
        for (at, answer) in missing.into_iter().zip(read(executor, schema, place, &again).await) {
            if let Some(old) = answers.get_mut(at) {
                *old = answer;
            }
        }
    }
    answers
}

/// Looks for an object, a few times if it is not there: it may have been made a moment ago.
async fn find_patiently(
    executor: &dyn Executor,
    request: &CreateRequest,
) -> Result<Option<Observation>, ExecError> {
    for pause in LOOKS {
        if let Some(found) = find(executor, request).await? {
            return Ok(Some(found));
        }
        tokio::time::sleep(pause).await;
    }
    find(executor, request).await
}

/// Reads objects; those that AWS asked to slow down for, or had a passing fault with, again.
async fn read(
    executor: &dyn Executor,
    schema: &'static Schema,
    place: &Place,
    identifiers: &[String],
) -> Vec<Result<Option<Observation>, ExecError>> {
    let attempts = || Attempts::within(schema.timing.deadline, schema.kind.as_str());
    let mut answers = executor.read(schema, place, identifiers).await;
    let (mut left, mut tries) = (answers.len(), attempts());
    loop {
        let failed: Vec<usize> =
            (0..).zip(&answers).filter(|(_, answer)| answer.is_err()).map(|(at, _)| at).collect();
        if failed.len() < left {
            (left, tries) = (failed.len(), attempts());
        }
        let error = failed.first().and_then(|at| answers.get(*at)?.as_ref().err());
        let Some(pause) = error.and_then(|error| tries.next(error)) else { return answers };
        tokio::time::sleep(pause).await;
        let again: Vec<String> =
            failed.iter().filter_map(|at| identifiers.get(*at).cloned()).collect();
        for (at, answer) in failed.into_iter().zip(executor.read(schema, place, &again).await) {
            if let Some(old) = answers.get_mut(at) {
                *old = answer;
            }
        }
    }
}

/// Looks for an object, again when AWS asks to slow down or has a passing fault.
async fn find(
    executor: &dyn Executor,
    request: &CreateRequest,
) -> Result<Option<Observation>, ExecError> {
    let mut attempts = Attempts::within(request.schema.timing.deadline, &request.token);
    loop {
        let answer = executor.find(request).await;
        match answer.as_ref().err().and_then(|error| attempts.next(error)) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return answer,
        }
    }
}
