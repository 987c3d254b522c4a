//! A machine that a program runs on: an AWS, a disk, and a state on it.

use std::{fmt, sync::Arc};

use elanswer_core::{ApplyReport, Architecture, Error, Executor, Target, state::Store};
use tokio::runtime::{Builder, Runtime};

use super::{ExploreError, look::Look};
use crate::{
    disk::{MemoryDisk, Tree},
    mock::MockAws,
    world::World,
};

pub(super) type MakeStore = dyn Fn(&MemoryDisk) -> Box<dyn Store> + Send + Sync;

/// How machines are made.
#[derive(Clone)]
pub(super) struct Setup {
    /// What AWS and the disk are like when everything begins.
    pub(super) aws: MockAws,
    pub(super) disk: MemoryDisk,
    pub(super) store: Arc<MakeStore>,
}

/// What a machine finds when it starts.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) world: World,
    pub(super) tree: Tree,
}

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) aws: MockAws,
    pub(super) disk: MemoryDisk,
    store: Box<dyn Store>,
}

impl Setup {
    pub(super) fn start(&self) -> Start {
        Start { world: self.aws.api().world().clone(), tree: self.disk.tree().clone() }
    }

    pub(super) fn machine(&self, start: &Start) -> Machine {
        let aws = self.aws.fork_with(start.world.clone());
        let disk = self.disk.with(start.tree.clone());
        let store = (self.store)(&disk);
        Machine { aws, disk, store }
    }
}

impl Machine {
    /// What another machine finds when this one is turned off now, in good order.
    pub(super) fn start(&self) -> Start {
        Start { world: self.aws.api().world().clone(), tree: self.disk.tree().clone() }
    }

    /// Brings `goal` about, which was checked; none is a destroy.
    pub(super) async fn work(
        &self,
        stack: &str,
        goal: Option<&Architecture>,
    ) -> Result<ApplyReport, Error> {
        match goal {
            Some(goal) => elanswer_core::apply(goal, self).unchecked().await,
            None => elanswer_core::destroy(stack, self).await,
        }
    }

    /// What there is.
    pub(super) async fn look(&self, stack: &str) -> Result<Look, Error> {
        let state = self.store.load(stack).await?;
        let sights = self.aws.api().world().sights();
        Ok(Look::new(&sights, &state, &self.aws.kinds()))
    }
}

impl Target for Machine {
    fn executor(&self) -> &dyn Executor {
        &self.aws
    }

    fn store(&self) -> &dyn Store {
        &*self.store
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("aws", &self.aws).finish_non_exhaustive()
    }
}

/// A runtime with a clock of its own, which stands still while there is something to do.
pub(super) fn runtime() -> Result<Runtime, ExploreError> {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(ExploreError::Runtime)
}
