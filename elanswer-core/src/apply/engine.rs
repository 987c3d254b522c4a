//! The engine: begins what can begin, the longest chain first, until nothing is left.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde_json::Value;
use tokio::{sync::mpsc, time::Instant};
use tracing::Instrument;

use super::{
    cancel::Cancel,
    event::Event,
    graph::{self, Task, Work},
    journal::Journal,
    limiter::Limiter,
    object::{ObjectWork, Stop},
    poller::Poller,
    report::{ApplyReport, Failure},
};
use crate::{
    executor::{ErrorKind, Executor},
    plan::{Action, Plan, PlanError, Reason, Seen, Step},
    reference::resolve,
    resource::Kinds,
    secret::Secrets,
    state::{Entry, ObjectKey, Session, StateError},
};

/// How an apply goes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct EngineOptions {
    /// At most this many calls at once to each API; throttling makes it fewer. Default: 64.
    pub concurrency: usize,
    /// Asks the apply to stop.
    pub cancel: Cancel,
    /// The values of the secrets that the plan names.
    pub secrets: Secrets,
    /// Where to tell what happens.
    pub events: Option<mpsc::UnboundedSender<Event>>,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { concurrency: 64, cancel: Cancel::new(), secrets: Secrets::default(), events: None }
    }
}

/// An apply cannot go on at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The steps cannot be ordered.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The journal cannot be written. What was in flight is resolved by the next apply.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Carries out plans.
#[derive(Debug)]
pub struct Engine<'a> {
    executor: &'a dyn Executor,
    options: EngineOptions,
}

impl<'a> Engine<'a> {
    /// An engine that has `executor` do the work.
    #[must_use]
    pub const fn new(executor: &'a dyn Executor, options: EngineOptions) -> Self {
        Self { executor, options }
    }

    /// Carries out `plan`, and writes every intent and outcome to `session`.
    ///
    /// `seen` is what the plan was computed from: what was read is not read again.
    ///
    /// # Errors
    ///
    /// When the steps cannot be ordered or the journal cannot be written. Steps that fail do not
    /// make this fail; they are in the report.
    pub async fn run(
        &self,
        plan: &Plan,
        session: Box<dyn Session>,
        seen: &BTreeMap<ObjectKey, Seen>,
        outputs: &BTreeMap<String, Value>,
    ) -> Result<ApplyReport, EngineError> {
        let started = Instant::now();
        let kinds = self.executor.kinds();
        let tasks = graph::tasks(plan, session.state(), &kinds)?;
        let journal = Journal::new(session);
        self.tell(Event::Started { steps: plan.steps.len() });
        let mut report = ApplyReport::default();
        let result = async {
            self.bookkeeping(plan, &journal).await?;
            self.work(plan, (&tasks, &kinds), &journal, seen, &mut report).await
        }
        .await;
        report.outputs = journal.with_state(|state| {
            let lookup = |reference: &crate::reference::Reference| {
                state.current(&reference.resource)?.outputs.get(&reference.output).cloned()
            };
            let mut known = outputs.clone();
            known.values_mut().for_each(|value| _ = resolve(value, &lookup));
            known.retain(|_, value| !crate::plan::is_unknown(value));
            known
        });
        // A journal that failed is not tidied up: the next apply reads what is durable.
        result?;
        journal.close().await?;
        report.cancelled = self.options.cancel.is_cancelled() && !report.skipped.is_empty();
        report.elapsed = started.elapsed();
        Ok(report)
    }

    /// The steps that change only the state.
    async fn bookkeeping(&self, plan: &Plan, journal: &Journal) -> Result<(), StateError> {
        for step in &plan.steps {
            let Some(existing) = &step.existing else { continue };
            match (step.action, &step.target) {
                (Action::Move, Some(target)) => {
                    let to = target.key.resource.clone();
                    journal.write(Entry::Move { from: existing.clone(), to }).await?;
                }
                (Action::Forget, _) => journal.write(Entry::Remove(existing.clone())).await?,
                // Its object is gone: nothing is left to remove.
                (Action::Create, _) if step.reasons.contains(&Reason::Gone) => {
                    journal.write(Entry::Remove(existing.clone())).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn work(
        &self,
        plan: &Plan,
        (tasks, kinds): (&[Task], &Kinds),
        journal: &Journal,
        seen: &BTreeMap<ObjectKey, Seen>,
        report: &mut ApplyReport,
    ) -> Result<(), StateError> {
        let last_incarnation = journal.with_state(|state| state.last_incarnation);
        let limiter = Limiter::new(self.options.concurrency);
        let poller = Poller::default();
        let objects = ObjectWork {
            executor: self.executor,
            kinds,
            journal,
            limiter: &limiter,
            poller: &poller,
            cancel: &self.options.cancel,
            events: self.options.events.as_ref(),
            seen,
            stack: &plan.stack,
            secrets: &self.options.secrets,
            last_incarnation,
        };
        let mut needs: Vec<usize> = tasks.iter().map(|task| task.needs).collect();
        let mut ready: BinaryHeap<(Duration, Reverse<usize>)> = tasks
            .iter()
            .enumerate()
            .filter(|(_, task)| task.needs == 0)
            .map(|(index, task)| (task.chain, Reverse(index)))
            .collect();
        let mut begun = vec![false; tasks.len()];
        let mut running = FuturesUnordered::new();
        let mut times: BTreeMap<usize, Instant> = BTreeMap::new();
        // Without credentials every other call would fail as the first did.
        let mut hopeless = false;
        loop {
            while let Some((_, Reverse(first))) = ready.pop() {
                if self.options.cancel.is_cancelled() || hopeless {
                    break;
                }
                let batch = batch(plan, tasks, &mut ready, first);
                for index in &batch {
                    if let (Some(begun), Some(task)) = (begun.get_mut(*index), tasks.get(*index)) {
                        *begun = true;
                        if let Some(step) = plan.steps.get(task.step) {
                            times.entry(task.step).or_insert_with(Instant::now);
                            self.tell(Event::StepStarted {
                                action: step.action,
                                resource: step.resource.clone(),
                                kind: step.kind,
                            });
                        }
                    }
                }
                let span = tracing::info_span!("work", tasks = batch.len());
                let objects = &objects;
                running.push(
                    async move {
                        let outcomes =
                            match (&*batch, batch.first().and_then(|index| tasks.get(*index))) {
                                (_, Some(Task { work: Work::Remove, step, .. })) => {
                                    let step = plan.steps.get(*step);
                                    let existing = step.and_then(|step| step.existing.as_ref());
                                    match existing {
                                        Some(key) => vec![objects.remove(key).await],
                                        None => vec![Ok(())],
                                    }
                                }
                                (_, Some(Task { schema, .. })) => {
                                    let steps: Vec<&Step> = batch
                                        .iter()
                                        .filter_map(|index| tasks.get(*index))
                                        .filter_map(|task| plan.steps.get(task.step))
                                        .collect();
                                    objects.make(&steps, schema).await
                                }
                                _ => Vec::new(),
                            };
                        batch.into_iter().zip(outcomes).collect::<Vec<_>>()
                    }
                    .instrument(span),
                );
            }
            let Some(outcomes) = running.next().await else { break };
            for (index, outcome) in outcomes {
                let Some(task) = tasks.get(index) else { continue };
                let Some(step) = plan.steps.get(task.step) else { continue };
                match outcome {
                    Ok(()) => {
                        for next in &task.unlocks {
                            if let (Some(needs), Some(next_task)) =
                                (needs.get_mut(*next), tasks.get(*next))
                            {
                                *needs -= 1;
                                if *needs == 0 {
                                    ready.push((next_task.chain, Reverse(*next)));
                                }
                            }
                        }
                        self.finished(step, task, times.get(&task.step).copied(), report);
                    }
                    Err(Stop::Failed(error)) => {
                        tracing::warn!(resource = %step.resource, %error, "step failed");
                        hopeless |= error.kind() == ErrorKind::Credentials;
                        self.tell(Event::StepFailed {
                            action: step.action,
                            resource: step.resource.clone(),
                            error: error.to_string(),
                        });
                        report.failures.push(Failure { resource: step.resource.clone(), error });
                    }
                    Err(Stop::Cancelled) => report.skipped.push(step.resource.clone()),
                    Err(Stop::State(error)) => return Err(error),
                }
            }
        }
        for (task, begun) in tasks.iter().zip(begun) {
            if let (false, Some(step)) = (begun, plan.steps.get(task.step)) {
                self.tell(Event::StepSkipped { resource: step.resource.clone() });
                report.skipped.push(step.resource.clone());
            }
        }
        report.skipped.sort();
        report.skipped.dedup();
        report.failures.sort_by(|a, b| a.resource.cmp(&b.resource));
        Ok(())
    }

    /// Counts a step when its last piece of work is done.
    fn finished(
        &self,
        step: &Step,
        task: &Task,
        started: Option<Instant>,
        report: &mut ApplyReport,
    ) {
        let last = match (step.action, &task.work) {
            (Action::Replace, Work::Make) => step.delete_first,
            (Action::Replace, Work::Remove) => !step.delete_first,
            _ => true,
        };
        if !last {
            return;
        }
        match step.action {
            Action::Create => report.created += 1,
            Action::Update => report.updated += 1,
            Action::Replace => report.replaced += 1,
            Action::Delete => report.deleted += 1,
            Action::Adopt | Action::Forget | Action::Move => {}
        }
        self.tell(Event::StepFinished {
            action: step.action,
            resource: step.resource.clone(),
            took: started.map(|started| started.elapsed()).unwrap_or_default(),
        });
    }

    fn tell(&self, event: Event) {
        tracing::debug!(?event);
        if let Some(events) = &self.options.events {
            // A listener that went away misses nothing it wants.
            let _ = events.send(event);
        }
    }
}

/// The task `first`, with all that are ready and may go to AWS in the same call.
fn batch(
    plan: &Plan,
    tasks: &[Task],
    ready: &mut BinaryHeap<(Duration, Reverse<usize>)>,
    first: usize,
) -> Vec<usize> {
    let key = |index: usize| -> Option<(&Value, &Step)> {
        let task = tasks.get(index).filter(|task| task.work == Work::Make)?;
        let step = plan.steps.get(task.step).filter(|step| step.action == Action::Create)?;
        if step.reasons != [Reason::New] {
            return None;
        }
        let by = task.schema.batch_by?;
        Some((step.target.as_ref()?.properties.get(by)?, step))
    };
    let Some((value, step)) = key(first) else { return vec![first] };
    let mut batch = vec![first];
    let (same, others): (Vec<_>, Vec<_>) = ready.drain().partition(|(_, Reverse(index))| {
        key(*index).is_some_and(|(other, other_step)| {
            other == value && other_step.kind == step.kind && other_step.place == step.place
        })
    });
    ready.extend(others);
    batch.extend(same.into_iter().map(|(_, Reverse(index))| index));
    batch.sort_unstable();
    batch
}
