//! Where a program can die: every boundary of a run, with what it would leave behind.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::machine::{Machine, Start};
use crate::{
    api,
    disk::{Change, MemoryDisk, Tree},
    world::World,
};

/// Which boundaries are looked at.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub(super) every: usize,
    pub(super) only: Option<String>,
}

impl Default for Selection {
    fn default() -> Self {
        Self { every: 1, only: None }
    }
}

/// What a crash at a boundary leaves behind.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) index: usize,
    pub(super) start: Start,
}

/// A boundary that was met.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) index: usize,
    pub(super) name: String,
    /// An earlier boundary at which a crash leaves the same.
    pub(super) same_as: Option<usize>,
}

/// Watches a run, and hands on what a crash at each of its boundaries leaves behind.
///
/// The run goes on undisturbed: that it dies is that another begins from what is handed on.
#[derive(Clone)]
pub(super) struct Recorder(Arc<Mutex<Option<Inner>>>);

struct Inner {
    operation: String,
    selection: Selection,
    sink: Box<dyn Fn(Moment) + Send>,
    /// How many of each there were.
    counts: BTreeMap<&'static str, usize>,
    met: usize,
    names: Vec<Name>,
    /// How many calls AWS has done.
    done: u64,
    /// What the last boundaries leave behind, to tell what is the same.
    last: VecDeque<(u64, u64, Tree, usize)>,
}

/// How far back a boundary can be that leaves the same.
const BACK: usize = 8;

impl Recorder {
    pub(super) fn new(
        operation: &str,
        selection: &Selection,
        sink: impl Fn(Moment) + Send + 'static,
    ) -> Self {
        Self(Arc::new(Mutex::new(Some(Inner {
            operation: operation.to_owned(),
            selection: selection.clone(),
            sink: Box::new(sink),
            counts: BTreeMap::new(),
            met: 0,
            names: Vec::new(),
            done: 0,
            last: VecDeque::new(),
        }))))
    }

    /// Watches what is done on this machine from now on.
    pub(super) fn watch(&self, machine: &Machine) {
        let (own, disk) = (self.clone(), machine.disk.clone());
        machine.aws.api().watch(Arc::new(move |number, moment, world: &World| {
            own.call(number, moment, world, &disk);
        }));
        let (own, api) = (self.clone(), machine.aws.api().downgrade());
        machine.disk.watch(Arc::new(move |change: &Change<'_>| {
            if let Some(api) = api.upgrade() {
                own.change(change, &api.world());
            }
        }));
    }

    /// Ends, with every boundary that was met.
    pub(super) fn finish(&self) -> Vec<Name> {
        self.inner().take().map(|inner| inner.names).unwrap_or_default()
    }

    fn call(&self, number: u64, moment: api::Moment, world: &World, disk: &MemoryDisk) {
        let mut inner = self.inner();
        let Some(inner) = inner.as_mut() else { return };
        let side = match moment {
            api::Moment::Before => "before",
            api::Moment::After => {
                inner.done += 1;
                "after"
            }
        };
        inner.meet(&format!("call:{number}:{side}"), world, || disk.power_cut().tree().clone());
    }

    fn change(&self, change: &Change<'_>, world: &World) {
        let mut inner = self.inner();
        let Some(inner) = inner.as_mut() else { return };
        let what = change.what;
        let count = inner.counts.entry(what).or_default();
        if change.done {
            let number = *count;
            inner.meet(&format!("{what}:{number}:after"), world, || change.kept());
            if let Some(tree) = change.alone() {
                inner.meet(&format!("{what}:{number}:alone"), world, || tree);
            }
            return;
        }
        *count += 1;
        let number = *count;
        inner.meet(&format!("{what}:{number}:before"), world, || change.lost());
        let Some(bytes) = change.bytes() else { return };
        inner.meet(&format!("{what}:{number}:half"), world, || change.torn(bytes.len() / 2));
        // Of several entries in one write, each may be the last that is whole.
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let ends: Vec<usize> = ends.map(|(at, _)| at + 1).filter(|at| *at < bytes.len()).collect();
        for at in &ends {
            inner.meet(&format!("{what}:{number}:{at}"), world, || change.torn(*at));
        }
        // Whoever asks for a byte gets it.
        let asked = inner.selection.only.as_ref().and_then(|only| {
            let at = only.strip_prefix(&format!("{}:{what}:{number}:", inner.operation))?;
            at.parse().ok()
        });
        if let Some(at) = asked.filter(|at| *at < bytes.len() && !ends.contains(at)) {
            inner.meet(&format!("{what}:{number}:{at}"), world, || change.torn(at));
        }
    }

    fn inner(&self) -> MutexGuard<'_, Option<Inner>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn meet(&mut self, name: &str, world: &World, tree: impl FnOnce() -> Tree) {
        let name = format!("{}:{name}", self.operation);
        let met = self.met;
        self.met += 1;
        let selected = match &self.selection.only {
            Some(only) => *only == name,
            None => met.is_multiple_of(self.selection.every),
        };
        if !selected {
            return;
        }
        let (index, tree) = (self.names.len(), tree());
        let same = |(done, now, other, _): &&(u64, u64, Tree, usize)| {
            *done == self.done && *now == world.now() && *other == tree
        };
        let same_as = self.last.iter().find(same).map(|(_, _, _, index)| *index);
        self.names.push(Name { index, name, same_as });
        if same_as.is_none() {
            self.last.push_back((self.done, world.now(), tree.clone(), index));
            if self.last.len() > BACK {
                self.last.pop_front();
            }
            (self.sink)(Moment { index, start: Start { world: world.clone(), tree } });
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}
