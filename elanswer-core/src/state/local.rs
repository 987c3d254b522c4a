//! A state in a local folder: a snapshot and an append-only journal, durable against power loss.
//!
//! `FOLDER/STACK/` holds `snapshot-N` and `journal-N`, of the highest N that has a snapshot (or 0),
//! and `lock`. Compaction writes `snapshot-N+1` under another name, renames it, and only then
//! removes what it replaces: a crash at any point leaves one or the other whole. What it leaves
//! besides is removed by whoever opens the state next.

use std::{
    any::Any,
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;

use super::{
    Entry, Session, State, StateError, Store,
    disk::{Disk, DiskFile, Lock, OsDisk},
    format::{self, FORMAT, Header},
};

/// Compaction pays when the journal has this many lines more than there are records.
const COMPACT_AFTER: usize = 1000;

/// Keeps states in a local folder: one folder in it for each architecture.
#[derive(Debug, Clone)]
pub struct LocalStore {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    compact_after: usize,
}

impl LocalStore {
    /// The store in `folder`, which is made when something is first written.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::on(Arc::new(OsDisk), folder)
    }

    /// The store in `folder` of a disk that is not the system's.
    #[doc(hidden)]
    #[must_use]
    pub fn on(disk: Arc<dyn Disk>, folder: impl Into<PathBuf>) -> Self {
        Self { disk, folder: folder.into(), compact_after: COMPACT_AFTER }
    }

    /// The store, which compacts when a journal has this many lines more than there are records.
    #[doc(hidden)]
    #[must_use]
    pub const fn compact_after(mut self, lines: usize) -> Self {
        self.compact_after = lines;
        self
    }

    fn files(&self, stack: &str) -> Files {
        Files {
            disk: Arc::clone(&self.disk),
            stack: stack.to_owned(),
            folder: self.folder.join(stack),
            compact_after: self.compact_after,
        }
    }
}

/// The files of one architecture.
#[derive(Debug, Clone)]
struct Files {
    disk: Arc<dyn Disk>,
    stack: String,
    folder: PathBuf,
    compact_after: usize,
}

/// A state as read from its files.
struct Loaded {
    state: State,
    generation: u64,
    /// The length of the journal up to its last whole line.
    journal_len: u64,
    journal_lines: usize,
}

/// The files of a folder that are of a state, by their generation.
#[derive(Debug, Default, PartialEq)]
struct Listing {
    snapshots: BTreeMap<u64, PathBuf>,
    journals: BTreeMap<u64, PathBuf>,
    /// What a compaction was writing when it died.
    temporary: Vec<PathBuf>,
}

impl Listing {
    /// The newest generation that has a snapshot.
    fn generation(&self) -> u64 {
        self.snapshots.keys().next_back().copied().unwrap_or(0)
    }

    /// What is of no use any more.
    fn leftovers(&self) -> impl Iterator<Item = &PathBuf> {
        let generation = self.generation();
        let old = [&self.snapshots, &self.journals];
        let old = old.into_iter().flat_map(move |files| files.range(..generation));
        self.temporary.iter().chain(old.map(|(_, file)| file))
    }
}

impl Files {
    fn path(&self, name: &str, generation: u64) -> PathBuf {
        self.folder.join(format!("{name}-{generation}"))
    }

    fn list(&self) -> Result<Listing, StateError> {
        let mut listing = Listing::default();
        let names = match self.disk.list(&self.folder) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
            Err(error) => return Err(failed("read", &self.folder, error)),
        };
        for name in names {
            let file = self.folder.join(&name);
            let number = |prefix: &str| {
                let number: u64 = name.strip_prefix(prefix)?.parse().ok()?;
                // Names in another form, or without a next one, are none of ours.
                let ours = name == format!("{prefix}{number}") && number < u64::MAX;
                ours.then_some(number)
            };
            if name.starts_with("snapshot-") && name.ends_with(".tmp") {
                listing.temporary.push(file);
            } else if let Some(generation) = number("snapshot-") {
                listing.snapshots.insert(generation, file);
            } else if let Some(generation) = number("journal-") {
                listing.journals.insert(generation, file);
            }
        }
        listing.temporary.sort();
        Ok(listing)
    }

    /// Reads the state, again if a compaction went on meanwhile.
    fn load(&self) -> Result<Option<Loaded>, StateError> {
        loop {
            let before = self.list()?;
            let loaded = self.load_generation(&before);
            if self.list()?.generation() == before.generation() {
                return loaded;
            }
        }
    }

    fn load_generation(&self, listing: &Listing) -> Result<Option<Loaded>, StateError> {
        let generation = listing.generation();
        if let Some((_, journal)) = listing.journals.range(generation + 1..).next() {
            return Err(StateError::Damaged {
                file: journal.clone(),
                line: 1,
                reason: "the snapshot that it goes with is missing".to_owned(),
            });
        }
        let mut state = None;
        if generation > 0 {
            let file = self.path("snapshot", generation);
            let text = self.disk.read(&file).map_err(|error| failed("read", &file, error))?;
            let lines = format::lines(&file, &text)?.ok_or_else(|| StateError::Damaged {
                file: file.clone(),
                line: 1,
                reason: "the header is missing".to_owned(),
            })?;
            let snapshot = lines.state(&file)?;
            if snapshot.id != lines.header.id {
                let reason = "it holds another state than it says".to_owned();
                return Err(StateError::Damaged { file, line: 2, reason });
            }
            state = Some(snapshot);
        }
        let file = self.path("journal", generation);
        let text = match self.disk.read(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(failed("read", &file, error)),
        };
        let Some(lines) = format::lines(&file, &text)? else {
            let empty = |state| Loaded { state, generation, journal_len: 0, journal_lines: 0 };
            return Ok(state.map(empty));
        };
        let mut state = state.unwrap_or_else(|| State::new(&lines.header.id));
        if state.id != lines.header.id {
            let reason = "it belongs to another state".to_owned();
            return Err(StateError::Damaged { file, line: 1, reason });
        }
        let entries = lines.entries(&file)?;
        let journal_lines = entries.len();
        entries.into_iter().for_each(|entry| state.apply(entry));
        Ok(Some(Loaded { state, generation, journal_len: lines.whole as u64, journal_lines }))
    }

    fn open(self) -> Result<LocalSession, StateError> {
        self.create_folder(&self.folder)?;
        let lock = self.lock()?;
        let (state, generation, len, lines) = match self.load()? {
            Some(loaded) => {
                (loaded.state, loaded.generation, loaded.journal_len, loaded.journal_lines)
            }
            None => (State::new(self.disk.new_id(&self.folder)), 0, 0, 0),
        };
        for file in self.list()?.leftovers() {
            // What cannot be removed is in nobody's way.
            let _ = self.disk.remove(file);
        }
        Ok(LocalSession {
            files: self,
            lock,
            current: state.clone(),
            state,
            generation,
            len,
            lines,
            journal: None,
        })
    }

    /// Makes a folder and those that it is in, all of them durable.
    fn create_folder(&self, folder: &Path) -> Result<(), StateError> {
        let failed = |error| failed("write", folder, error);
        let created = match self.disk.create_folder(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && parent(folder) != folder => {
                self.create_folder(parent(folder))?;
                self.disk.create_folder(folder)
            }
            created => created,
        };
        match created {
            Ok(()) => self.disk.sync_folder(parent(folder)).map_err(failed),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    fn lock(&self) -> Result<Box<dyn Any + Send>, StateError> {
        let file = self.folder.join("lock");
        match self.disk.lock(&file).map_err(|error| failed("lock", &file, error))? {
            Lock::Taken(lock) => Ok(lock),
            Lock::Held { owner } => {
                let owner = if owner.is_empty() { "another process".to_owned() } else { owner };
                Err(StateError::Locked { stack: self.stack.clone(), owner })
            }
        }
    }

    /// Appends to the journal from `len` on, over whatever a crash left there, and makes it
    /// durable. Returns the file and its new length.
    fn append(
        &self,
        journal: Option<Box<dyn DiskFile>>,
        path: &Path,
        len: u64,
        text: &str,
    ) -> Result<(Box<dyn DiskFile>, u64), StateError> {
        let io = |error| failed("write", path, error);
        let fresh = journal.is_none();
        let mut file = match journal {
            Some(file) => file,
            None => {
                let mut file = self.disk.open(path).map_err(io)?;
                file.cut(len).map_err(io)?;
                file
            }
        };
        file.append(text.as_bytes()).map_err(io)?;
        file.sync().map_err(io)?;
        if fresh {
            // Whoever made these names may have died before they were durable.
            let store = parent(&self.folder);
            for folder in [&self.folder, store] {
                let failed = |error| failed("write", folder, error);
                self.disk.sync_folder(folder).map_err(failed)?;
            }
            // The folder above may be one that may not be read.
            let _ = self.disk.sync_folder(parent(store));
        }
        Ok((file, len + text.len() as u64))
    }

    /// Writes the state as the snapshot of the next generation, and removes the last one.
    fn compact(&self, generation: u64, state: &State) -> Result<(), StateError> {
        let path = self.path("snapshot", generation + 1);
        let temporary = path.with_extension("tmp");
        let header = line(&Header { format: FORMAT, id: state.id.clone() }, &path)?;
        let text = header + &line(state, &path)?;
        let io = |error| failed("write", &path, error);
        let mut file = self.disk.open(&temporary).map_err(io)?;
        file.cut(0).map_err(io)?;
        file.append(text.as_bytes()).map_err(io)?;
        file.sync().map_err(io)?;
        drop(file);
        self.disk.rename(&temporary, &path).map_err(io)?;
        self.disk.sync_folder(&self.folder).map_err(io)?;
        for name in ["snapshot", "journal"] {
            match self.disk.remove(&self.path(name, generation)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
                _ => {}
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Store for LocalStore {
    async fn load(&self, stack: &str) -> Result<State, StateError> {
        let files = self.files(stack);
        let loaded = blocking(self.disk.blocks(), move || files.load()).await?;
        Ok(loaded.map_or_else(|| State::new("new"), |loaded| loaded.state))
    }

    async fn open(&self, stack: &str) -> Result<Box<dyn Session>, StateError> {
        let files = self.files(stack);
        let session = blocking(self.disk.blocks(), move || files.open()).await?;
        Ok(Box::new(session))
    }
}

#[derive(Debug)]
struct LocalSession {
    files: Files,
    lock: Box<dyn Any + Send>,
    /// As it was when the session was opened.
    state: State,
    /// With what was appended since.
    current: State,
    generation: u64,
    len: u64,
    lines: usize,
    journal: Option<Box<dyn DiskFile>>,
}

#[async_trait]
impl Session for LocalSession {
    fn state(&self) -> &State {
        &self.state
    }

    async fn append(&mut self, entries: &[Entry]) -> Result<(), StateError> {
        let path = self.files.path("journal", self.generation);
        let mut text = String::new();
        if self.len == 0 {
            text.push_str(&line(&Header { format: FORMAT, id: self.current.id.clone() }, &path)?);
        }
        for entry in entries {
            text.push_str(&line(entry, &path)?);
        }
        // A file that failed is opened anew, and what it may have got is cut off.
        let (files, journal, len) = (self.files.clone(), self.journal.take(), self.len);
        let append = move || files.append(journal, &path, len, &text);
        let (journal, len) = blocking(self.files.disk.blocks(), append).await?;
        self.journal = Some(journal);
        self.len = len;
        self.lines += entries.len();
        entries.iter().for_each(|entry| self.current.apply(entry.clone()));
        Ok(())
    }

    /// The system keeps the lock for as long as the process lives.
    async fn ensure(&mut self) -> Result<(), StateError> {
        Ok(())
    }

    async fn close(self: Box<Self>) -> Result<(), StateError> {
        if self.lines > self.current.records.len() + self.files.compact_after {
            let Self { files, generation, current, lock, .. } = *self;
            return blocking(files.disk.blocks(), move || {
                files.compact(generation, &current)?;
                drop(lock);
                Ok(())
            })
            .await;
        }
        Ok(())
    }
}

fn line(value: &impl serde::Serialize, path: &Path) -> Result<String, StateError> {
    format::line(value).map_err(|error| failed("write", path, error.into()))
}

/// The folder that a file or folder is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => path,
    }
}

fn failed(action: &'static str, file: &Path, source: io::Error) -> StateError {
    StateError::Io { action, file: file.to_owned(), source }
}

/// Runs what may block off the runtime's threads.
async fn blocking<T: Send + 'static>(
    blocks: bool,
    f: impl FnOnce() -> Result<T, StateError> + Send + 'static,
) -> Result<T, StateError> {
    if !blocks {
        return f();
    }
    match tokio::task::spawn_blocking(f).await {
        Ok(result) => result,
        Err(error) => Err(failed("use", Path::new("state"), io::Error::other(error))),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use super::*;
    use crate::state::{ObjectKey, Phase, Record};

    fn record(name: &str, incarnation: u32) -> Entry {
        let resource = name.parse().unwrap();
        Entry::Put(Arc::new(Record {
            key: ObjectKey { resource, incarnation },
            kind: "AWS::EC2::VPC".into(),
            place: crate::Place::new(crate::Region::UsEast1),
            phase: Phase::Ready,
            tagged_as: None,
            identifier: Some("vpc-1".into()),
            properties: serde_json::Map::new(),
            outputs: serde_json::Map::new(),
            dependencies: std::collections::BTreeSet::new(),
            protect: false,
            retain: false,
        }))
    }

    #[tokio::test]
    async fn keeps_what_was_appended_and_cuts_a_torn_tail() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path());
        let mut session = store.open("s").await.unwrap();
        session.append(&[record("a", 1), record("b", 2)]).await.unwrap();
        drop(session);
        let journal = folder.path().join("s/journal-0");
        let whole = fs::read(&journal).unwrap();
        for cut in 1..whole.len() {
            fs::write(&journal, &whole[..cut]).unwrap();
            let state = store.load("s").await.unwrap();
            assert!(state.records.len() <= 2);
            let mut session = store.open("s").await.unwrap();
            session.append(&[record("c", 3)]).await.unwrap();
            session.close().await.unwrap();
            assert_eq!(store.load("s").await.unwrap().records.len(), state.records.len() + 1);
        }
    }

    #[tokio::test]
    async fn tells_damage_and_newer_formats() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path());
        let mut session = store.open("s").await.unwrap();
        session.append(&[record("a", 1), record("b", 2)]).await.unwrap();
        drop(session);
        let journal = folder.path().join("s/journal-0");
        let text = fs::read_to_string(&journal).unwrap();
        fs::write(&journal, text.replacen("vpc-1", "vpc-2", 1)).unwrap();
        let error = store.load("s").await.unwrap_err();
        assert!(matches!(error, StateError::Damaged { line: 2, .. }), "{error}");
        fs::write(&journal, format::line(&serde_json::json!({"format": 9})).unwrap()).unwrap();
        let error = store.load("s").await.unwrap_err();
        assert!(matches!(error, StateError::Newer { found: 9, .. }), "{error}");
    }

    #[tokio::test]
    async fn a_second_writer_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path());
        let session = store.open("s").await.unwrap();
        let error = store.open("s").await.unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(session);
        store.open("s").await.unwrap();
    }

    #[tokio::test]
    async fn compaction_keeps_the_state() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path());
        let mut session = store.open("s").await.unwrap();
        let entries: Vec<Entry> = (0..1100).map(|n| record("a", n)).collect();
        session.append(&entries).await.unwrap();
        for n in 0..1099 {
            let key = ObjectKey { resource: "a".parse().unwrap(), incarnation: n };
            session.append(&[Entry::Remove(key)]).await.unwrap();
        }
        session.close().await.unwrap();
        let before = store.load("s").await.unwrap();
        assert_eq!((before.records.len(), before.serial), (1, 2199));
        assert!(folder.path().join("s/snapshot-1").exists());
        assert!(!folder.path().join("s/journal-0").exists());
        let mut session = store.open("s").await.unwrap();
        session.append(&[record("b", 7)]).await.unwrap();
        drop(session);
        assert_eq!(store.load("s").await.unwrap().records.len(), 2);
    }

    /// Leaves a state that was compacted once, and the files of before.
    async fn compacted(folder: &Path) -> (LocalStore, PathBuf, [Vec<u8>; 2]) {
        let store = LocalStore::new(folder).compact_after(0);
        let mut session = store.open("s").await.unwrap();
        session.append(&[record("a", 1), record("a", 1)]).await.unwrap();
        drop(session);
        let stack = folder.join("s");
        let journal = fs::read(stack.join("journal-0")).unwrap();
        store.open("s").await.unwrap().close().await.unwrap();
        let snapshot = fs::read(stack.join("snapshot-1")).unwrap();
        (store, stack, [snapshot, journal])
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names = OsDisk.list(folder).unwrap();
        names.sort();
        names
    }

    #[tokio::test]
    async fn what_a_dead_compaction_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let (store, stack, [snapshot, journal]) = compacted(folder.path()).await;
        let before = store.load("s").await.unwrap();
        fs::write(stack.join("journal-0"), journal).unwrap();
        fs::write(stack.join("snapshot-2.tmp"), &snapshot[..snapshot.len() / 2]).unwrap();
        fs::write(stack.join("notes.tmp"), "not ours").unwrap();
        assert_eq!(store.load("s").await.unwrap(), before);
        let session = store.open("s").await.unwrap();
        assert_eq!(*session.state(), before);
        drop(session);
        assert_eq!(names(&stack), ["lock", "notes.tmp", "snapshot-1"]);
    }

    #[tokio::test]
    async fn names_that_are_almost_ours_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (store, stack, [snapshot, _]) = compacted(folder.path()).await;
        let before = store.load("s").await.unwrap();
        let others = ["snapshot-+7", "snapshot-007", "snapshot-18446744073709551615"];
        for name in others {
            fs::write(stack.join(name), &snapshot).unwrap();
        }
        let session = store.open("s").await.unwrap();
        assert_eq!(*session.state(), before);
        drop(session);
        assert!(others.iter().all(|name| stack.join(name).exists()));
    }

    #[tokio::test]
    async fn a_snapshot_of_another_state_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let (store, stack, [snapshot, _]) = compacted(folder.path()).await;
        let text = String::from_utf8(snapshot).unwrap();
        let state = text.lines().nth(1).unwrap();
        let header = format::line(&Header { format: FORMAT, id: "another".to_owned() }).unwrap();
        fs::write(stack.join("snapshot-1"), format!("{header}{state}\n")).unwrap();
        let error = store.load("s").await.unwrap_err();
        assert!(matches!(error, StateError::Damaged { line: 2, .. }), "{error}");
    }

    #[tokio::test]
    async fn a_journal_without_its_snapshot_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let (store, stack, [_, journal]) = compacted(folder.path()).await;
        fs::write(stack.join("journal-2"), journal).unwrap();
        for error in [store.load("s").await.unwrap_err(), store.open("s").await.unwrap_err()] {
            assert!(matches!(error, StateError::Damaged { .. }), "{error}");
            assert!(error.to_string().contains("journal-2"), "{error}");
        }
        fs::remove_file(stack.join("journal-2")).unwrap();
        fs::remove_file(stack.join("snapshot-1")).unwrap();
        assert!(store.load("s").await.unwrap().records.is_empty());
    }

    #[tokio::test]
    async fn a_header_that_is_cut_short_is_no_journal() {
        let folder = tempfile::tempdir().unwrap();
        let (store, stack, [_, journal]) = compacted(folder.path()).await;
        let header = journal.iter().position(|byte| *byte == b'\n').unwrap();
        for cut in [0, 1, header] {
            fs::write(stack.join("journal-1"), &journal[..cut]).unwrap();
            let mut session = store.open("s").await.unwrap();
            assert_eq!(session.state().records.len(), 1);
            session.append(&[record("b", 2)]).await.unwrap();
            drop(session);
            assert_eq!(store.load("s").await.unwrap().records.len(), 2);
        }
    }

    #[tokio::test]
    async fn makes_the_folders_that_it_is_in() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::new(folder.path().join("a/b/c"));
        store.open("s").await.unwrap().append(&[record("a", 1)]).await.unwrap();
        assert_eq!(store.load("s").await.unwrap().records.len(), 1);
    }
}
