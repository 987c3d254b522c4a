//! The objects of one architecture.

use std::{path::PathBuf, sync::Arc};

use elanswer_core::state::StateError;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::{
    Error, GetOptions, ObjectStore, PutMode, PutOptions, UpdateVersion, path::Path,
};

/// How many objects are read or removed at once.
pub(super) const AT_ONCE: usize = 32;

/// The objects of one architecture, by what they are.
#[derive(Debug, Clone)]
pub(super) struct Objects {
    store: Arc<dyn ObjectStore>,
    root: Path,
    /// What people call the store: `s3://bucket`.
    name: String,
}

/// Where an object is in the history of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) generation: u64,
    /// 0 is the snapshot that the generation begins with.
    pub(super) number: u64,
}

/// What became of a write that must not replace anything.
#[derive(Debug)]
pub(super) enum Written {
    Done(UpdateVersion),
    /// Something else is there, or not what was expected.
    Refused,
}

impl Objects {
    pub(super) fn new(store: Arc<dyn ObjectStore>, name: &str, prefix: &Path, stack: &str) -> Self {
        Self { store, root: prefix.clone().join(stack), name: name.to_owned() }
    }

    pub(super) fn lock(&self) -> Path {
        self.root.clone().join("lock")
    }

    pub(super) fn path(&self, at: Position) -> Path {
        let Position { generation, number } = at;
        self.root.clone().join(format!("{generation:010}")).join(format!("{number:010}"))
    }

    /// What people call an object.
    pub(super) fn name(&self, path: &Path) -> String {
        format!("{}/{path}", self.name)
    }

    pub(super) fn file(&self, path: &Path) -> PathBuf {
        PathBuf::from(self.name(path))
    }

    /// Every snapshot and journal object, in the order in which they were made.
    pub(super) async fn list(&self) -> Result<Vec<Position>, StateError> {
        let position = |path: &Path| {
            let mut parts = path.prefix_match(&self.root)?;
            let generation = parts.next()?.as_ref().parse().ok()?;
            let number = parts.next()?.as_ref().parse().ok()?;
            parts.next().is_none().then_some(Position { generation, number })
        };
        let found = self.store.list(Some(&self.root));
        let found = found.map_ok(|meta| position(&meta.location));
        let found = found.try_filter_map(|position| async move { Ok(position) });
        let mut found: Vec<Position> =
            found.try_collect().await.map_err(|error| self.failed("list", &self.root, error))?;
        found.sort_unstable();
        Ok(found)
    }

    /// An object, or `None` when there is none.
    pub(super) async fn read(
        &self,
        path: &Path,
    ) -> Result<Option<(Vec<u8>, UpdateVersion)>, StateError> {
        let read = async {
            let found = self.store.get_opts(path, GetOptions::default()).await?;
            let meta = &found.meta;
            let version =
                UpdateVersion { e_tag: meta.e_tag.clone(), version: meta.version.clone() };
            Ok((found.bytes().await?.to_vec(), version))
        };
        match read.await {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("read", path, error)),
        }
    }

    /// Writes an object where there is none.
    pub(super) async fn create(&self, path: &Path, text: &str) -> Result<Written, Error> {
        self.write(path, text, PutMode::Create).await
    }

    /// Replaces an object, if it still is the one that was read or written before.
    pub(super) async fn replace(
        &self,
        path: &Path,
        text: &str,
        version: &UpdateVersion,
    ) -> Result<Written, Error> {
        self.write(path, text, PutMode::Update(version.clone())).await
    }

    async fn write(&self, path: &Path, text: &str, mode: PutMode) -> Result<Written, Error> {
        let options = PutOptions::from(mode);
        match self.store.put_opts(path, text.to_owned().into(), options).await {
            Ok(result) => Ok(Written::Done(result.into())),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(Written::Refused),
            Err(error) => Err(error),
        }
    }

    /// Removes objects; those that are gone already are no error.
    pub(super) async fn remove(&self, objects: Vec<Position>) -> Result<(), StateError> {
        let paths: Vec<_> = objects.into_iter().map(|at| Ok(self.path(at))).collect();
        let mut removed = self.store.delete_stream(stream::iter(paths).boxed());
        while let Some(result) = removed.next().await {
            match result {
                Ok(_) | Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(self.failed("remove", &self.root, error)),
            }
        }
        Ok(())
    }

    pub(super) fn failed(&self, action: &'static str, path: &Path, source: Error) -> StateError {
        StateError::Remote { action, object: self.name(path), source: source.into() }
    }
}

/// Whether trying again may help, and the call may have taken effect.
pub(super) fn is_transient(error: &Error) -> bool {
    matches!(error, Error::Generic { .. } | Error::JoinError { .. })
}
