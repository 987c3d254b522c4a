//! A state in memory, for tests and for programs that keep it elsewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::{Entry, Session, State, StateError, Store};

/// Keeps states in memory. A clone is the same store.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    states: BTreeMap<String, State>,
    open: BTreeSet<String>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A store with this state of the architecture `stack`.
    #[must_use]
    pub fn holding(stack: &str, state: State) -> Self {
        let store = Self::new();
        store.inner().states.insert(stack.to_owned(), state);
        store
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self, stack: &str) -> State {
        self.inner().states.get(stack).cloned().unwrap_or_else(|| State::new(stack))
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn load(&self, stack: &str) -> Result<State, StateError> {
        Ok(self.state(stack))
    }

    async fn open(&self, stack: &str) -> Result<Box<dyn Session>, StateError> {
        if !self.inner().open.insert(stack.to_owned()) {
            let owner = "this process".to_owned();
            return Err(StateError::Locked { stack: stack.to_owned(), owner });
        }
        let state = self.state(stack);
        Ok(Box::new(MemorySession { store: self.clone(), stack: stack.to_owned(), state }))
    }
}

#[derive(Debug)]
struct MemorySession {
    store: MemoryStore,
    stack: String,
    state: State,
}

#[async_trait]
impl Session for MemorySession {
    fn state(&self) -> &State {
        &self.state
    }

    async fn append(&mut self, entries: &[Entry]) -> Result<(), StateError> {
        let mut inner = self.store.inner();
        let state =
            inner.states.entry(self.stack.clone()).or_insert_with(|| State::new(&self.stack));
        entries.iter().for_each(|entry| state.apply(entry.clone()));
        Ok(())
    }

    async fn ensure(&mut self) -> Result<(), StateError> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), StateError> {
        Ok(())
    }
}

impl Drop for MemorySession {
    fn drop(&mut self) {
        self.store.inner().open.remove(&self.stack);
    }
}
