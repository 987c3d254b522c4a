//! The exploration itself: each operation once to see how it ends, and once more with a look at
//! what a crash does at each of its boundaries.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use elanswer_core::{Architecture, Error};
use tokio::runtime::Runtime;

use super::{
    CrashReport, ExploreCrashes, ExploreError, Progress,
    judge::{Judge, Problem, Then},
    look::Look,
    machine::{self, Machine, Setup, Start},
    record::{Moment, Name, Recorder},
};

/// What is interrupted.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    name: String,
    /// What shall be; nothing is a destroy.
    pub(super) goal: Option<Architecture>,
}

impl Operation {
    fn new(name: impl Into<String>, goal: Option<&Architecture>) -> Self {
        Self { name: name.into(), goal: goal.cloned() }
    }
}

impl ExploreCrashes {
    pub(super) fn explore(&self) -> Result<CrashReport, ExploreError> {
        let setup =
            Setup { aws: (self.aws)(), disk: (self.disk)(), store: Arc::clone(&self.store) };
        Exploration { explorer: self, setup }.run()
    }
}

/// An exploration that goes on.
struct Exploration<'a> {
    explorer: &'a ExploreCrashes,
    setup: Setup,
}

impl Exploration<'_> {
    fn run(&self) -> Result<CrashReport, ExploreError> {
        let runtime = machine::runtime()?;
        let ExploreCrashes { arch, changes, selection, .. } = self.explorer;
        let (stack, empty) = (arch.name(), self.setup.start());
        let apply = Operation::new("apply", Some(arch));
        self.check(&apply)?;
        let made = runtime.block_on(self.whole(&apply, &empty))?.start();
        let mut operations = vec![(apply, empty)];
        for (number, change) in (1..).zip(changes) {
            if change.name() != stack {
                let (from, to) = (stack.to_owned(), change.name().to_owned());
                return Err(ExploreError::OtherName { from, to });
            }
            let name = if number == 1 { "update".to_owned() } else { format!("update{number}") };
            let update = Operation::new(name, Some(change));
            self.check(&update)?;
            operations.push((update, made.clone()));
        }
        operations.push((Operation::new("destroy", None), made));
        let mut report = CrashReport::default();
        for (operation, start) in &operations {
            let prefix = format!("{}:", operation.name);
            let only = selection.only.as_ref();
            if only.is_none_or(|only| only.starts_with(&prefix)) {
                self.operation(&runtime, operation, start, &mut report)?;
            }
        }
        match &selection.only {
            Some(name) if report.boundaries == 0 => {
                Err(ExploreError::NoBoundary { name: name.clone() })
            }
            _ => Ok(report),
        }
    }

    /// Checks what shall be, once: what is interrupted and begins again is the same.
    fn check(&self, operation: &Operation) -> Result<(), ExploreError> {
        let goal = operation.goal.as_ref().filter(|_| self.explorer.check);
        match goal.map(elanswer_core::check) {
            Some(report) if !report.is_deployable() => Err(ExploreError::Fails {
                operation: operation.name.clone(),
                source: Error::Check(Box::new(report)),
            }),
            _ => Ok(()),
        }
    }

    /// Explores one operation from `start`.
    fn operation(
        &self,
        runtime: &Runtime,
        operation: &Operation,
        start: &Start,
        report: &mut CrashReport,
    ) -> Result<(), ExploreError> {
        let counter = Recorder::new(&operation.name, &self.explorer.selection, |_| {});
        let whole = self.setup.machine(start);
        counter.watch(&whole);
        runtime.block_on(self.complete(operation, &whole))?;
        let boundaries = counter.finish().len();
        let destroy = Operation::new("destroy", None);
        let destroyed = |start: &Start| {
            let destroyed = runtime.block_on(self.whole(&destroy, start))?;
            self.look(runtime, &destroyed, &destroy)
        };
        let judge = Judge {
            stack: self.explorer.arch.name(),
            operation,
            setup: &self.setup,
            whole: self.look(runtime, &whole, operation)?,
            destroyed: [destroyed(&whole.start())?, destroyed(start)?],
        };
        let verdicts = Verdicts {
            explorer: self.explorer,
            problems: Mutex::new(vec![Vec::new(); boundaries]),
            progress: Mutex::new(Progress {
                operation: operation.name.clone(),
                done: 0,
                boundaries,
                failures: 0,
            }),
        };
        let names = self.interrupted(runtime, operation, start, (&judge, &verdicts))?;
        verdicts.tell(names.iter().filter(|name| name.same_as.is_some()).count(), 0);
        let verdicts = verdicts.problems.into_inner().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            let problems = verdicts.get(name.same_as.unwrap_or(name.index));
            report.add(&name.name, problems.into_iter().flatten());
        }
        Ok(())
    }

    /// Does the operation once more, while other threads go on from each of its boundaries.
    fn interrupted(
        &self,
        runtime: &Runtime,
        operation: &Operation,
        start: &Start,
        (judge, verdicts): (&Judge<'_>, &Verdicts<'_>),
    ) -> Result<Vec<Name>, ExploreError> {
        let (sender, receiver) = mpsc::sync_channel(self.explorer.threads * 2);
        let receiver = Mutex::new(receiver);
        let next = || receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let work = || -> Result<(), ExploreError> {
            let runtime = machine::runtime()?;
            while let Ok(Moment { index, start }) = next() {
                verdicts.add(index, runtime.block_on(judge.moment(&start)));
            }
            Ok(())
        };
        let recorder = Recorder::new(&operation.name, &self.explorer.selection, move |moment| {
            // When every worker is gone, joining them says why.
            let _ = sender.send(moment);
        });
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.explorer.threads).map(|_| scope.spawn(work)).collect();
            let machine = self.setup.machine(start);
            recorder.watch(&machine);
            let recorded = runtime.block_on(self.complete(operation, &machine));
            let names = recorder.finish();
            for worker in workers {
                match worker.join() {
                    Ok(worked) => worked?,
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            recorded.map(|()| names)
        })
    }

    /// Does an operation from `start` without any crash.
    async fn whole(&self, operation: &Operation, start: &Start) -> Result<Machine, ExploreError> {
        let machine = self.setup.machine(start);
        self.complete(operation, &machine).await?;
        Ok(machine)
    }

    async fn complete(&self, operation: &Operation, machine: &Machine) -> Result<(), ExploreError> {
        let name = || operation.name.clone();
        let done = machine.work(self.explorer.arch.name(), operation.goal.as_ref()).await;
        match done {
            Ok(report) if report.is_complete() => Ok(()),
            Ok(report) => {
                Err(ExploreError::Incomplete { operation: name(), report: Box::new(report) })
            }
            Err(source) => Err(ExploreError::Fails { operation: name(), source }),
        }
    }

    fn look(
        &self,
        runtime: &Runtime,
        machine: &Machine,
        operation: &Operation,
    ) -> Result<Look, ExploreError> {
        runtime
            .block_on(machine.look(self.explorer.arch.name()))
            .map_err(|source| ExploreError::Fails { operation: operation.name.clone(), source })
    }
}

/// What was found so far in one operation.
struct Verdicts<'a> {
    explorer: &'a ExploreCrashes,
    problems: Mutex<Vec<Vec<(Then, Problem)>>>,
    progress: Mutex<Progress>,
}

impl Verdicts<'_> {
    fn add(&self, index: usize, found: Vec<(Then, Problem)>) {
        self.tell(1, found.len());
        let mut problems = self.problems.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(problems) = problems.get_mut(index) {
            *problems = found;
        }
    }

    fn tell(&self, done: usize, failures: usize) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.done += done;
        progress.failures += failures;
        if let Some(listener) = &self.explorer.progress {
            listener(&progress);
        }
    }
}
