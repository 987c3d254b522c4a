//! The journal of a running apply: what several steps write at once becomes durable at once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::state::{Entry, Session, State, StateError};

/// Writes entries to the session, and keeps the state as it is with them.
#[derive(Debug)]
pub(super) struct Journal {
    session: tokio::sync::Mutex<Box<dyn Session>>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    waiting: Vec<Entry>,
    /// How many entries were ever handed in, and how many of them are durable.
    handed_in: u64,
    durable: u64,
}

impl Journal {
    pub(super) fn new(session: Box<dyn Session>) -> Self {
        let state = session.state().clone();
        Self {
            session: tokio::sync::Mutex::new(session),
            inner: Mutex::new(Inner { state, waiting: Vec::new(), handed_in: 0, durable: 0 }),
        }
    }

    /// Writes an entry; it is durable when this returns.
    ///
    /// Whoever gets the session first writes what all others have handed in by then.
    pub(super) async fn write(&self, entry: Entry) -> Result<(), StateError> {
        let number = {
            let mut inner = self.inner();
            inner.waiting.push(entry);
            inner.handed_in += 1;
            inner.handed_in
        };
        let mut session = self.session.lock().await;
        let (entries, upto) = {
            let mut inner = self.inner();
            if inner.durable >= number {
                return Ok(());
            }
            (std::mem::take(&mut inner.waiting), inner.handed_in)
        };
        if let Err(error) = session.append(&entries).await {
            // Whoever writes next tries again: nobody is told that these are durable before.
            self.inner().waiting.splice(0..0, entries);
            return Err(error);
        }
        let mut inner = self.inner();
        entries.into_iter().for_each(|entry| inner.state.apply(entry));
        inner.durable = upto;
        Ok(())
    }

    /// Makes sure that nobody else has the state by now.
    pub(super) async fn ensure(&self) -> Result<(), StateError> {
        self.session.lock().await.ensure().await
    }

    /// Looks at the state.
    pub(super) fn with_state<T>(&self, f: impl FnOnce(&State) -> T) -> T {
        f(&self.inner().state)
    }

    pub(super) async fn close(self) -> Result<State, StateError> {
        let state = self.inner().state.clone();
        self.session.into_inner().close().await?;
        Ok(state)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{io, path::PathBuf};

    use async_trait::async_trait;

    use super::*;
    use crate::{id::ResourceId, state::ObjectKey};

    /// Fails at first, then writes what it is given.
    #[derive(Debug)]
    struct Flaky {
        state: State,
        failures: usize,
        written: std::sync::Arc<Mutex<Vec<Entry>>>,
    }

    #[async_trait]
    impl Session for Flaky {
        fn state(&self) -> &State {
            &self.state
        }

        async fn append(&mut self, entries: &[Entry]) -> Result<(), StateError> {
            if self.failures > 0 {
                self.failures -= 1;
                let source = io::Error::other("the disk is full");
                return Err(StateError::Io { action: "write", file: PathBuf::new(), source });
            }
            self.written.lock().unwrap().extend_from_slice(entries);
            Ok(())
        }

        async fn ensure(&mut self) -> Result<(), StateError> {
            Ok(())
        }

        async fn close(self: Box<Self>) -> Result<(), StateError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn what_was_not_written_is_not_durable() {
        let entry = |resource: &str| {
            let resource = ResourceId::new(resource).unwrap();
            Entry::Remove(ObjectKey { resource, incarnation: 1 })
        };
        let written = std::sync::Arc::default();
        let state = State::new("id");
        let session = Flaky { state, failures: 1, written: std::sync::Arc::clone(&written) };
        let journal = Journal::new(Box::new(session));
        let (first, second) =
            futures_util::future::join(journal.write(entry("a")), journal.write(entry("b"))).await;
        assert!(first.is_err() && second.is_ok());
        assert_eq!(*written.lock().unwrap(), [entry("a"), entry("b")]);
    }
}
