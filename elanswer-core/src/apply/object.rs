//! The work on one object: intent, call, outcome, and waiting until AWS is done with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{sync::mpsc, time::Instant};

use super::{
    cancel::Cancel,
    event::Event,
    journal::Journal,
    limiter::{Access, Limiter, Permit},
    poller::{self, Poller},
    retry::{Attempts, LOOKS},
};
use crate::{
    executor::{
        CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Executor, Observation,
        Outcome, Retry, Status, UpdateRequest,
    },
    id::ResourceId,
    plan::{self, Action, Reason, Seen, Step, Target},
    reference::Reference,
    region::Place,
    resource::{Kinds, Properties},
    schema::Schema,
    secret::Secrets,
    state::{Entry, ObjectKey, Phase, Record, StateError},
    tags::Ownership,
};

/// Why the work on an object ended before it was done.
#[derive(Debug)]
pub(super) enum Stop {
    /// The apply was cancelled; the state says how far it is.
    Cancelled,
    /// AWS or the executor refused.
    Failed(ExecError),
    /// The journal cannot be written: the apply cannot go on.
    State(StateError),
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<ExecError> for Stop {
    fn from(error: ExecError) -> Self {
        Self::Failed(error)
    }
}

/// The apply was cancelled before a call was sent.
#[derive(Debug)]
struct Cancelled;

impl From<Cancelled> for Stop {
    fn from(Cancelled: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Cancelled> for ExecError {
    fn from(Cancelled: Cancelled) -> Self {
        Self::new(ErrorKind::Unavailable, "cancelled before it was sent")
    }
}

/// How a create begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    /// With the call.
    Call,
    /// With looks for what an earlier call may have made, of which so many are done.
    Look {
        /// How many of [`LOOKS`] there were.
        done: usize,
    },
}

impl First {
    /// With every look: the call may have been a moment ago.
    const LOOK: Self = Self::Look { done: 0 };
    /// With one more look for what was looked for before.
    const GLANCE: Self = Self::Look { done: LOOKS.len() };
}

/// What all work on objects shares.
#[derive(Debug)]
pub(super) struct ObjectWork<'a> {
    pub(super) executor: &'a dyn Executor,
    pub(super) kinds: &'a Kinds,
    pub(super) journal: &'a Journal,
    pub(super) limiter: &'a Limiter,
    pub(super) poller: &'a Poller,
    pub(super) cancel: &'a Cancel,
    pub(super) events: Option<&'a mpsc::UnboundedSender<Event>>,
    pub(super) seen: &'a BTreeMap<ObjectKey, Seen>,
    pub(super) stack: &'a str,
    pub(super) secrets: &'a Secrets,
    /// The last incarnation before this apply.
    pub(super) last_incarnation: u32,
}

/// The error of a call for many that AWS throttled, so that none of them was made.
fn throttled(answers: &[Result<Observation, ExecError>]) -> Option<ExecError> {
    let error = answers.first()?.as_ref().err()?;
    let none = answers.iter().all(|answer| {
        let error = answer.as_ref().err();
        error
            .is_some_and(|it| it.retry() == Retry::Throttled && it.outcome() == Outcome::NotApplied)
    });
    none.then(|| error.clone())
}

/// For how long AWS may not know what it has just made.
const VISIBLE: Duration = Duration::from_secs(60);

impl ObjectWork<'_> {
    /// Makes or updates the targets of steps: one step, or several creates in one call.
    pub(super) async fn make(
        &self,
        steps: &[&Step],
        schema: &'static Schema,
    ) -> Vec<Result<(), Stop>> {
        match steps {
            [step] if step.action == Action::Update => vec![self.update(step, schema).await],
            [step] => vec![self.create(step, schema, self.first(step)).await],
            many => match self.create_together(many, schema).await {
                Ok(outcomes) => outcomes,
                Err(stop) => {
                    let mut first = Some(stop);
                    let cancelled = || Stop::Cancelled;
                    many.iter().map(|_| Err(first.take().unwrap_or_else(cancelled))).collect()
                }
            },
        }
    }

    fn first(&self, step: &Step) -> First {
        let interrupted = step
            .reasons
            .iter()
            .any(|reason| matches!(reason, Reason::Interrupted { doing } if doing == "create"));
        let seen = step.target.as_ref().and_then(|target| self.seen.get(&target.key));
        match seen {
            _ if !interrupted => First::Call,
            Some(Seen::Missing) => First::GLANCE,
            _ => First::LOOK,
        }
    }

    async fn create(&self, step: &Step, schema: &'static Schema, first: First) -> Result<(), Stop> {
        let (request, mut record) = self.intent(step, schema)?;
        let permit = match first {
            First::Call => {
                let calls = self.calls(schema, None, Some(&request.properties));
                Some(self.permit(schema, &step.place, Access::Write, calls).await?)
            }
            First::Look { .. } => None,
        };
        self.journal.write(put(&record)).await?;
        let made = self.create_once(&request, &record.dependencies, first, permit).await;
        let made = match made {
            Ok(made) => made,
            Err(Stop::Failed(error)) => {
                if error.outcome() == Outcome::NotApplied {
                    self.journal.write(Entry::Remove(record.key.clone())).await?;
                } else if let Some(identifier) = error.identifier() {
                    let made = Arc::make_mut(&mut record);
                    made.identifier = Some(identifier.to_owned());
                    made.phase = Phase::Pending;
                    self.journal.write(put(&record)).await?;
                }
                return Err(Stop::Failed(error));
            }
            Err(stop) => return Err(stop),
        };
        self.settle(record, made, &request.properties, &request.ownership, schema).await
    }

    /// Sends the create call until its outcome is known.
    async fn create_once(
        &self,
        request: &CreateRequest,
        dependencies: &BTreeSet<ResourceId>,
        mut first: First,
        mut permit: Option<Permit>,
    ) -> Result<Observation, Stop> {
        let started = Instant::now();
        let mut attempts = Attempts::within(request.schema.timing.deadline, &request.token);
        loop {
            let answer = self.create_or_find(request, &mut first, permit.take()).await;
            let error = match answer {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            if let Some(identifier) = error.identifier() {
                let (schema, resource) = (request.schema, &request.ownership.resource);
                return self.read_made(resource, schema, &request.place, identifier).await;
            }
            // What was made a moment ago may be seen by one part of AWS and not yet by another.
            let error = if error.kind() == ErrorKind::NotFound
                && started.elapsed() < VISIBLE
                && self.made_now(dependencies)
            {
                error.with_kind(ErrorKind::NotYetVisible)
            } else {
                error
            };
            // What may have been done must be looked for before it is done again, by this run or,
            // should this one fail, by the next.
            if error.outcome() != Outcome::NotApplied {
                first = First::LOOK;
            }
            let error = match first {
                First::Call => error,
                First::Look { .. } => error.with_outcome(Outcome::Unknown),
            };
            let resource = &request.ownership.resource;
            self.pause(&mut attempts, resource, error).await?;
        }
    }

    /// Whether any of these resources was made by this apply.
    fn made_now(&self, resources: &BTreeSet<ResourceId>) -> bool {
        self.journal.with_state(|state| {
            let mut records = resources.iter().filter_map(|resource| state.current(resource));
            records.any(|record| record.key.incarnation > self.last_incarnation)
        })
    }

    async fn create_or_find(
        &self,
        request: &CreateRequest,
        first: &mut First,
        permit: Option<Permit>,
    ) -> Result<Observation, ExecError> {
        if let First::Look { done } = first
            && let Some(found) = self.look_for(request, done).await?
        {
            return Ok(found);
        }
        let permit = match permit {
            Some(permit) => permit,
            None => {
                let calls = self.calls(request.schema, None, Some(&request.properties));
                self.permit(request.schema, &request.place, Access::Write, calls).await?
            }
        };
        let answer = self.executor.create(std::slice::from_ref(request)).await.pop();
        let answer = answer.unwrap_or_else(|| Err(no_answer()));
        permit.answered(answer.as_ref().err());
        answer
    }

    /// Looks for what a call may have made, as often as is left to do: AWS may not show it yet.
    async fn look_for(
        &self,
        request: &CreateRequest,
        done: &mut usize,
    ) -> Result<Option<Observation>, ExecError> {
        loop {
            let permit = self.permit(request.schema, &request.place, Access::Read, 1).await?;
            let found = self.executor.find(request).await;
            permit.answered(found.as_ref().err());
            let found = found?;
            let Some(pause) = LOOKS.get(*done).filter(|_| found.is_none()) else {
                return Ok(found);
            };
            *done += 1;
            tokio::select! {
                () = tokio::time::sleep(*pause) => {}
                () = self.cancel.cancelled() => {
                    return Err(ExecError::from(Cancelled).with_outcome(Outcome::Unknown));
                }
            }
        }
    }

    /// Reads an object whose create call failed half-way, or was not seen to succeed.
    async fn read_made(
        &self,
        resource: &ResourceId,
        schema: &'static Schema,
        place: &Place,
        identifier: &str,
    ) -> Result<Observation, Stop> {
        let mut attempts = Attempts::within(schema.timing.deadline, identifier);
        loop {
            let missing = || {
                ExecError::new(
                    ErrorKind::NotYetVisible,
                    format!("`{identifier}` is not visible yet"),
                )
                .with_outcome(Outcome::Applied)
            };
            let error = match self.read(schema, place, identifier).await {
                Ok(Some(made)) => return Ok(made),
                Ok(None) => missing(),
                Err(error) => error.with_outcome(Outcome::Applied),
            };
            let error = error.with_identifier(identifier);
            self.pause(&mut attempts, resource, error).await?;
        }
    }

    async fn create_together(
        &self,
        steps: &[&Step],
        schema: &'static Schema,
    ) -> Result<Vec<Result<(), Stop>>, Stop> {
        let mut intents = Vec::with_capacity(steps.len());
        for step in steps {
            intents.push(self.intent(step, schema)?);
        }
        let requests: Vec<CreateRequest> =
            intents.iter().map(|(request, _)| request.clone()).collect();
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let calls = self.calls(schema, None, Some(&first.properties));
        let mut attempts = Attempts::within(schema.timing.deadline, &first.token);
        let mut permit = Some(self.permit(schema, &first.place, Access::Write, calls).await?);
        let writes = intents.iter().map(|(_, record)| self.journal.write(put(record)));
        futures_util::future::try_join_all(writes).await?;
        let answers = loop {
            let turn = match permit.take() {
                Some(turn) => turn,
                None => self.permit(schema, &first.place, Access::Write, calls).await?,
            };
            let answers = self.executor.create(&requests).await;
            turn.answered(answers.iter().find_map(|answer| answer.as_ref().err()));
            // One call that was throttled is sent again as one call.
            let Some(error) = throttled(&answers) else { break answers };
            match self.pause(&mut attempts, &first.ownership.resource, error).await {
                Ok(()) => {}
                Err(Stop::Failed(_)) if !self.cancel.is_cancelled() => break answers,
                Err(stop) => return Err(stop),
            }
        };
        let settled = steps.iter().zip(intents).zip(answers).map(
            |((step, (request, record)), answer)| async move {
                match answer {
                    Ok(made) => {
                        self.settle(record, made, &request.properties, &request.ownership, schema)
                            .await
                    }
                    // AWS refuses a whole batch for one member: each goes alone.
                    Err(error) if error.outcome() == Outcome::NotApplied => {
                        self.create(step, schema, First::Call).await
                    }
                    Err(_) => self.create(step, schema, First::LOOK).await,
                }
            },
        );
        Ok(futures_util::future::join_all(settled).await)
    }

    /// The request of a create, and the record of the intent.
    fn intent(
        &self,
        step: &Step,
        schema: &'static Schema,
    ) -> Result<(CreateRequest, Arc<Record>), Stop> {
        let target = target(step)?;
        let properties = self.resolved(target, schema);
        let ownership = self.ownership(&target.key);
        let token = self.token(&target.key, "create", &properties);
        let record = Record {
            key: target.key.clone(),
            kind: schema.kind.as_str().to_owned(),
            place: step.place.clone(),
            phase: Phase::Creating { token: token.clone() },
            tagged_as: None,
            identifier: None,
            properties: properties.clone(),
            outputs: Properties::new(),
            dependencies: target.dependencies.clone(),
            protect: target.protect,
            retain: target.retain,
        };
        let request = CreateRequest {
            schema,
            place: step.place.clone(),
            properties,
            ownership,
            token,
            secrets: self.secrets.clone(),
        };
        Ok((request, Arc::new(record)))
    }

    /// Brings an object that exists to what it shall be, waits until it can be used, and records it.
    async fn settle(
        &self,
        mut record: Arc<Record>,
        mut made: Observation,
        desired: &Properties,
        ownership: &Ownership,
        schema: &'static Schema,
    ) -> Result<(), Stop> {
        if made.status != Status::Ready {
            self.journal.write(put(pending(&mut record, &made))).await?;
            made = self.wait_ready(&record, made, schema, schema.timing.create).await?;
        }
        let actual = made.properties_or(desired);
        if !plan::changes(schema, desired, &actual).is_empty() {
            self.journal.write(put(pending(&mut record, &made))).await?;
            made = self.bring_to(&mut record, &actual, desired, ownership, schema).await?;
        }
        self.ready(&record, made, desired).await
    }

    async fn update(&self, step: &Step, schema: &'static Schema) -> Result<(), Stop> {
        let target = target(step)?;
        let mut record = self
            .journal
            .with_state(|state| state.records.get(&target.key).cloned())
            .ok_or_else(|| internal("the object of the update is not in the state"))?;
        let changing = Arc::make_mut(&mut record);
        changing.dependencies.extend(target.dependencies.iter().cloned());
        let desired = self.resolved(target, schema);
        let ownership = self.ownership(&target.key);
        let seen = match self.seen.get(&target.key) {
            Some(Seen::Present(seen)) => {
                changing.identifier = Some(seen.identifier.clone());
                changing.outputs.clone_from(&seen.outputs);
                let timing = schema.timing.create;
                Some(self.wait_ready(&record, (**seen).clone(), schema, timing).await?)
            }
            _ => None,
        };
        let changed = !plan::changes(schema, &desired, &target.actual).is_empty();
        let observation = match seen {
            // There is nothing to send: only what is recorded differs.
            Some(seen) if !changed => {
                let properties = seen.properties_or(&record.properties).into_owned();
                Observation { properties, ..seen }
            }
            None if !changed && record.phase == Phase::Ready => Observation {
                identifier: record.identifier.clone().unwrap_or_default(),
                properties: target.actual.clone(),
                unread: Vec::new(),
                outputs: record.outputs.clone(),
                status: Status::Ready,
            },
            _ if changed || record.phase == Phase::Updating => {
                let actual = target.actual.clone();
                self.bring_to(&mut record, &actual, &desired, &ownership, schema).await?
            }
            _ => {
                let identifier = record.identifier.clone().unwrap_or_default();
                let resource = &record.key.resource;
                let read = self.read_made(resource, schema, &record.place, &identifier).await?;
                self.wait_ready(&record, read, schema, schema.timing.create).await?
            }
        };
        let changed = Arc::make_mut(&mut record);
        changed.dependencies.clone_from(&target.dependencies);
        changed.protect = target.protect;
        changed.retain = target.retain;
        self.ready(&record, observation, &desired).await
    }

    /// Sends the update call, and waits until it has taken effect.
    async fn bring_to(
        &self,
        record: &mut Arc<Record>,
        current: &Properties,
        desired: &Properties,
        ownership: &Ownership,
        schema: &'static Schema,
    ) -> Result<Observation, Stop> {
        let mut wanted = desired.clone();
        for name in schema.computed {
            if let (None, Some(value)) = (wanted.get(*name), current.get(*name)) {
                wanted.insert((*name).to_owned(), value.clone());
            }
        }
        let calls = self.calls(schema, Some(current), Some(&wanted));
        let mut permit = Some(self.permit(schema, &record.place, Access::Write, calls).await?);
        Arc::make_mut(record).phase = Phase::Updating;
        self.journal.write(put(record)).await?;
        let request = UpdateRequest {
            schema,
            place: record.place.clone(),
            identifier: record.identifier.clone().unwrap_or_default(),
            current: current.clone(),
            desired: wanted,
            outputs: record.outputs.clone(),
            ownership: ownership.clone(),
            token: self.token(&record.key, "update", desired),
            secrets: self.secrets.clone(),
        };
        let mut attempts = Attempts::within(schema.timing.deadline, &request.token);
        loop {
            let permit = match permit.take() {
                Some(permit) => permit,
                None => self.permit(schema, &record.place, Access::Write, calls).await?,
            };
            let answer = self.executor.update(&request).await;
            permit.answered(answer.as_ref().err());
            match answer {
                Ok(updated) => {
                    Arc::make_mut(record).outputs.clone_from(&updated.outputs);
                    return self.wait_ready(record, updated, schema, schema.timing.update).await;
                }
                Err(error) => {
                    self.pause(&mut attempts, &record.key.resource, error).await?;
                }
            }
        }
    }

    /// Records an object that can be used.
    async fn ready(
        &self,
        record: &Record,
        made: Observation,
        desired: &Properties,
    ) -> Result<(), Stop> {
        let mut properties = made.properties;
        for (name, value) in desired {
            if properties.get(name) != Some(value) {
                properties.insert(name.clone(), value.clone());
            }
        }
        let record = Record {
            key: record.key.clone(),
            kind: record.kind.clone(),
            place: record.place.clone(),
            phase: Phase::Ready,
            tagged_as: record.tagged_as.clone(),
            identifier: Some(made.identifier),
            properties,
            outputs: made.outputs,
            dependencies: record.dependencies.clone(),
            protect: record.protect,
            retain: record.retain,
        };
        Ok(self.journal.write(Entry::Put(Arc::new(record))).await?)
    }

    /// Removes an object, and waits until it is gone.
    pub(super) async fn remove(&self, key: &ObjectKey) -> Result<(), Stop> {
        let recorded = self.journal.with_state(|state| state.records.get(key).cloned());
        let Some(mut record) = recorded else { return Ok(()) };
        // The resource may be of another kind now.
        let schema = self.kinds.get(&record.kind).map(|kind| kind.schema).ok_or_else(|| {
            ExecError::new(
                ErrorKind::Unsupported,
                format!("this executor has no handler of {}", record.kind),
            )
        })?;
        match self.seen.get(key) {
            Some(Seen::Missing) => {
                return Ok(self.journal.write(Entry::Remove(key.clone())).await?);
            }
            Some(Seen::Present(seen)) => {
                let found = Arc::make_mut(&mut record);
                found.identifier = Some(seen.identifier.clone());
                found.outputs.clone_from(&seen.outputs);
            }
            None => {}
        }
        if record.identifier.is_none() && !self.identify(Arc::make_mut(&mut record), schema).await?
        {
            return Ok(self.journal.write(Entry::Remove(key.clone())).await?);
        }
        let calls = self.calls(schema, Some(&record.properties), None);
        let mut permit = Some(self.permit(schema, &record.place, Access::Write, calls).await?);
        let before = std::mem::replace(&mut Arc::make_mut(&mut record).phase, Phase::Deleting);
        self.journal.write(put(&record)).await?;
        let request = DeleteRequest {
            schema,
            place: record.place.clone(),
            identifier: record.identifier.clone().unwrap_or_default(),
            properties: record.properties.clone(),
            outputs: record.outputs.clone(),
            token: self.token(key, "delete", &record.properties),
        };
        let mut attempts = Attempts::within(schema.timing.deadline, &request.token);
        let mut refused = true;
        let deletion = loop {
            let answer = match permit.take() {
                Some(permit) => self.delete(&request, permit).await,
                None => match self.permit(schema, &record.place, Access::Write, calls).await {
                    Ok(permit) => self.delete(&request, permit).await,
                    Err(cancelled) => Err(cancelled.into()),
                },
            };
            match answer {
                Ok(deletion) => break deletion,
                Err(error) => {
                    refused &= error.outcome() == Outcome::NotApplied;
                    let pause = self.pause(&mut attempts, &key.resource, error);
                    if let Err(stop) = pause.await {
                        // The object stays as it was, also for a plan that does not read it.
                        if refused {
                            Arc::make_mut(&mut record).phase = before;
                            self.journal.write(put(&record)).await?;
                        }
                        return Err(stop);
                    }
                }
            }
        };
        if deletion == Deletion::Underway {
            self.wait_gone(&record, schema).await?;
        }
        Ok(self.journal.write(Entry::Remove(key.clone())).await?)
    }

    async fn delete(&self, request: &DeleteRequest, permit: Permit) -> Result<Deletion, ExecError> {
        let answer = self.executor.delete(request).await;
        permit.answered(answer.as_ref().err());
        answer
    }

    /// Finds out whether an interrupted create made an object, and which.
    async fn identify(&self, record: &mut Record, schema: &'static Schema) -> Result<bool, Stop> {
        let Phase::Creating { token } = &record.phase else { return Ok(false) };
        let request = CreateRequest {
            schema,
            place: record.place.clone(),
            properties: record.properties.clone(),
            ownership: record.ownership(self.stack),
            token: token.clone(),
            secrets: self.secrets.clone(),
        };
        let mut attempts = Attempts::within(schema.timing.deadline, token);
        let mut done = 0;
        loop {
            match self.look_for(&request, &mut done).await {
                Ok(Some(found)) => {
                    record.identifier = Some(found.identifier);
                    record.outputs = found.outputs;
                    return Ok(true);
                }
                Ok(None) => return Ok(false),
                Err(error) => {
                    self.pause(&mut attempts, &record.key.resource, error).await?;
                }
            }
        }
    }

    /// Waits until the object can be used. No permit is held meanwhile.
    async fn wait_ready(
        &self,
        record: &Record,
        mut last: Observation,
        schema: &'static Schema,
        typical: Duration,
    ) -> Result<Observation, Stop> {
        let started = Instant::now();
        let mut looks = 0;
        let mut told = None;
        loop {
            match &last.status {
                Status::Ready => return Ok(last),
                Status::Failed(reason) => {
                    return Err(ExecError::new(
                        ErrorKind::Invalid,
                        format!("AWS gave up on `{}`: {reason}", last.identifier),
                    )
                    .with_outcome(Outcome::Applied)
                    .into());
                }
                Status::Deleting => {
                    return Err(ExecError::new(
                        ErrorKind::NotFound,
                        format!("`{}` is being deleted by somebody else", last.identifier),
                    )
                    .with_outcome(Outcome::Applied)
                    .into());
                }
                Status::Pending(state) => {
                    if told.as_ref() != Some(state) {
                        told = Some(state.clone());
                        self.tell(Event::StepWaiting {
                            resource: record.key.resource.clone(),
                            state: state.clone(),
                        });
                    }
                }
            }
            let elapsed = started.elapsed();
            if elapsed >= schema.timing.deadline {
                let late = too_late(&last.identifier, "be ready", elapsed);
                return Err(late.with_help(schema.when_late).into());
            }
            let pause = poller::pause(typical, elapsed, looks);
            looks += 1;
            match self.look(record, schema, pause).await? {
                Ok(Some(next)) => last = next,
                // A read may not show yet what was just made.
                Ok(None) => {}
                Err(error) if error.retry() == Retry::Never => return Err(error.into()),
                Err(_) => {}
            }
        }
    }

    async fn wait_gone(&self, record: &Record, schema: &'static Schema) -> Result<(), Stop> {
        let started = Instant::now();
        let mut looks = 0;
        self.tell(Event::StepWaiting {
            resource: record.key.resource.clone(),
            state: "deleting".to_owned(),
        });
        loop {
            let elapsed = started.elapsed();
            if elapsed >= schema.timing.deadline {
                let identifier = record.identifier.clone().unwrap_or_default();
                let help = "look in AWS at what still uses it, then destroy or apply again";
                return Err(too_late(&identifier, "be gone", elapsed).with_help(help).into());
            }
            let pause = poller::pause(schema.timing.delete, elapsed, looks);
            looks += 1;
            match self.look(record, schema, pause).await? {
                Ok(None) => return Ok(()),
                Ok(Some(Observation { status: Status::Failed(reason), .. })) => {
                    return Err(ExecError::new(
                        ErrorKind::Dependency,
                        format!("AWS could not delete it: {reason}"),
                    )
                    .with_outcome(Outcome::Applied)
                    .into());
                }
                Err(error) if error.retry() == Retry::Never => return Err(error.into()),
                Ok(Some(_)) | Err(_) => {}
            }
        }
    }

    /// Reads the object after `pause`, together with others, unless the apply is cancelled first.
    async fn look(
        &self,
        record: &Record,
        schema: &'static Schema,
        pause: Duration,
    ) -> Result<Result<Option<Observation>, ExecError>, Stop> {
        let identifier = record.identifier.as_deref().unwrap_or_default();
        let read =
            self.poller.read(self.executor, self.limiter, schema, &record.place, identifier, pause);
        tokio::select! {
            answer = read => Ok(answer),
            () = self.cancel.cancelled() => Err(Stop::Cancelled),
        }
    }

    async fn read(
        &self,
        schema: &'static Schema,
        place: &Place,
        identifier: &str,
    ) -> Result<Option<Observation>, ExecError> {
        let permit = self.permit(schema, place, Access::Read, 1).await?;
        let answer = self.executor.read(schema, place, &[identifier.to_owned()]).await.pop();
        let answer = answer.unwrap_or_else(|| Err(no_answer()));
        permit.answered(answer.as_ref().err());
        answer
    }

    /// Waits until something that takes so many calls may be sent.
    async fn permit(
        &self,
        schema: &'static Schema,
        place: &Place,
        access: Access,
        calls: u32,
    ) -> Result<Permit, Cancelled> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Cancelled),
            permit = self.limiter.of(schema.api, place, access).acquire(calls) => Ok(permit),
        }
    }

    /// How many calls it takes to come from the one to the other; `None` is no object.
    fn calls(
        &self,
        schema: &'static Schema,
        from: Option<&Properties>,
        to: Option<&Properties>,
    ) -> u32 {
        self.kinds.get(schema.kind.as_str()).map_or(1, |kind| kind.calls(from, to))
    }

    /// Waits before the next try, or gives the error back when there is none.
    async fn pause(
        &self,
        attempts: &mut Attempts,
        resource: &ResourceId,
        error: ExecError,
    ) -> Result<(), Stop> {
        let Some(pause) = attempts.next(&error) else { return Err(Stop::Failed(error)) };
        self.tell(Event::StepRetrying {
            resource: resource.clone(),
            error: error.to_string(),
            pause,
        });
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(self.journal.ensure().await?),
            () = self.cancel.cancelled() => Err(Stop::Failed(error)),
        }
    }

    /// The properties of a target with every reference resolved.
    fn resolved(&self, target: &Target, schema: &Schema) -> Properties {
        self.journal.with_state(|state| {
            let lookup = |reference: &Reference| {
                let record = state.current(&reference.resource)?;
                let seen = match self.seen.get(&record.key) {
                    Some(Seen::Present(seen)) => seen.outputs.get(&reference.output),
                    _ => None,
                };
                record.outputs.get(&reference.output).or(seen).cloned()
            };
            self.kinds.resolve(schema, target.properties.clone(), &lookup)
        })
    }

    fn ownership(&self, key: &ObjectKey) -> Ownership {
        Ownership {
            stack: self.stack.to_owned(),
            resource: key.resource.clone(),
            incarnation: key.incarnation,
        }
    }

    /// The same for the same request about the same object, and for no other.
    fn token(&self, key: &ObjectKey, doing: &str, properties: &Properties) -> String {
        let state = self.journal.with_state(|state| state.id.clone());
        // A request is made of texts and trees, which all can be written.
        let request = serde_json::to_vec(&(state, self.stack, key, doing, properties));
        let request = request.unwrap_or_default();
        Sha256::digest(request).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    fn tell(&self, event: Event) {
        tracing::debug!(?event);
        if let Some(events) = self.events {
            // A listener that went away misses nothing it wants.
            let _ = events.send(event);
        }
    }
}

fn put(record: &Arc<Record>) -> Entry {
    Entry::Put(Arc::clone(record))
}

/// The record of something that exists and is not yet as it shall be.
fn pending<'r>(record: &'r mut Arc<Record>, made: &Observation) -> &'r Arc<Record> {
    let pending = Arc::make_mut(record);
    pending.identifier = Some(made.identifier.clone());
    pending.outputs.clone_from(&made.outputs);
    pending.phase = Phase::Pending;
    record
}

fn target(step: &Step) -> Result<&Target, Stop> {
    step.target.as_ref().ok_or_else(|| internal("the step has no target"))
}

fn internal(message: &str) -> Stop {
    Stop::Failed(ExecError::new(ErrorKind::Internal, message))
}

fn no_answer() -> ExecError {
    ExecError::new(ErrorKind::Internal, "the executor gave no answer")
        .with_outcome(Outcome::Unknown)
}

fn too_late(identifier: &str, what: &str, elapsed: Duration) -> ExecError {
    let message = format!("waited {} s for `{identifier}` to {what}", elapsed.as_secs());
    ExecError::new(ErrorKind::Unavailable, message).with_outcome(Outcome::Applied)
}
