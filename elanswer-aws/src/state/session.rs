//! A state in a bucket that is open for writing.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use elanswer_core::state::{Entry, Session, State, StateError};
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use tokio::{runtime::Handle, task::JoinHandle};

use super::{
    journal::{Line, Loaded, is_mark, journal_text, parse, snapshot_text},
    lease::{Found, Holder, Lease, pause},
    objects::{AT_ONCE, Objects, Position, Written, is_transient},
};

/// How often a write is tried when the answer is lost or an error may pass.
const TRIES: u32 = 5;

/// Compaction pays when the journal has more objects than this,
pub(super) const COMPACT_OBJECTS: u64 = 100;
/// or this many entries more than there are records.
const COMPACT_ENTRIES: usize = 1000;

/// Locks that are being given back by sessions that were dropped.
pub(super) type Releases = Arc<Mutex<Vec<JoinHandle<()>>>>;

#[derive(Debug)]
pub(super) struct BucketSession {
    objects: Objects,
    lease: Arc<Lease>,
    heartbeat: JoinHandle<()>,
    releases: Releases,
    /// Whether the lock is given back when this is dropped.
    release: bool,
    /// As it was when opened.
    state: State,
    /// As it is with what was appended.
    current: State,
    /// Where the next object of the journal goes.
    next: Position,
    /// How many entries the journal has.
    entries: usize,
    marks: Vec<Position>,
    left_over: Vec<Position>,
    /// What was sent to `next` without an answer: it may be there, or come to be.
    unanswered: Vec<Unanswered>,
}

#[derive(Debug)]
struct Unanswered {
    text: String,
    lines: Vec<Line>,
}

/// What became of a journal object.
enum Created {
    Done,
    /// This was there before.
    Taken(Vec<u8>),
}

impl BucketSession {
    pub(super) async fn open(
        objects: Objects,
        holder: Holder,
        releases: Releases,
    ) -> Result<Self, StateError> {
        let (lease, found) = Lease::take(&objects, holder).await?;
        let lease = Arc::new(lease);
        let keeper = Arc::clone(&lease);
        let heartbeat = tokio::spawn(async move { keeper.keep().await });
        let state = State::new(&lease.holder().session);
        let mut session = Self {
            objects,
            lease,
            heartbeat,
            releases,
            // A lock that was not given back to begin with is not, until the state is safe.
            release: found == Found::Released,
            current: state.clone(),
            state,
            next: Position::default(),
            entries: 0,
            marks: Vec::new(),
            left_over: Vec::new(),
            unanswered: Vec::new(),
        };
        session.begin(found).await?;
        session.release = true;
        Ok(session)
    }

    /// Reads the state, and makes sure that nobody else goes on with it.
    async fn begin(&mut self, found: Found) -> Result<(), StateError> {
        loop {
            let loaded = Loaded::read(&self.objects).await?;
            let written = loaded.state.is_some();
            if let Some(state) = loaded.state {
                self.current = state;
            }
            self.next = loaded.next;
            self.entries = loaded.entries;
            self.marks = loaded.marks;
            self.left_over = loaded.left_over;
            if loaded.sealed {
                // Whoever was compacting this did not come to the end of it.
                self.next_generation().await?;
            }
            let orderly = match found {
                Found::Released => true,
                Found::Missing => !written,
                Found::Expired => false,
            };
            if orderly || self.mark().await? {
                self.state = self.current.clone();
                return Ok(());
            }
        }
    }

    /// Takes the next place of the journal from a writer who had the lock before and may wake up.
    /// Says whether it was still free.
    async fn mark(&mut self) -> Result<bool, StateError> {
        let path = self.objects.path(self.next);
        let text = self.text(&path, &[])?;
        match self.create(&path, &text).await? {
            Created::Done => {}
            Created::Taken(found) if found == text.as_bytes() => {}
            // The one before wrote once more: that has to be read.
            Created::Taken(_) => return Ok(false),
        }
        self.marks.push(self.next);
        self.next.number += 1;
        Ok(true)
    }

    /// Appends lines.
    async fn write(&mut self, lines: &[Line]) -> Result<(), StateError> {
        let mut lines = lines.to_vec();
        while !lines.is_empty() {
            let path = self.objects.path(self.next);
            let text = self.text(&path, &lines)?;
            // Before it is sent: nobody may wait for the answer.
            if self.unanswered.iter().all(|sent| sent.text != text) {
                self.unanswered.push(Unanswered { text: text.clone(), lines: lines.clone() });
            }
            let there = match self.create(&path, &text).await? {
                Created::Done => text.into_bytes(),
                Created::Taken(found) => found,
            };
            let Some(sent) = self.unanswered.iter().find(|sent| sent.text.as_bytes() == there)
            else {
                self.lose(&path, &there);
                self.unanswered.clear();
                return self.lease.not_lost();
            };
            // Durable; but whoever took over meanwhile has seen to it already.
            self.lease.ensure().await?;
            let sent = sent.lines.clone();
            self.unanswered.clear();
            lines = lines.strip_prefix(&*sent).map(<[Line]>::to_vec).unwrap_or(lines);
            self.landed(sent);
        }
        Ok(())
    }

    /// Counts what is durable.
    fn landed(&mut self, lines: Vec<Line>) {
        self.next.number += 1;
        for line in lines {
            if let Line::Entry(entry) = line {
                self.current.apply(entry);
                self.entries += 1;
            }
        }
    }

    /// Somebody else wrote where this session was about to.
    fn lose(&self, path: &Path, found: &[u8]) {
        let lines = parse(&self.objects.file(path), found).map(|(_, lines)| lines);
        let owner = lines.unwrap_or_default().into_iter().find_map(|line| match line {
            Line::Session { owner, .. } => Some(owner),
            _ => None,
        });
        self.lease.lose(owner.as_deref().unwrap_or("another process"));
    }

    /// A journal object of this session.
    fn text(&self, path: &Path, lines: &[Line]) -> Result<String, StateError> {
        let Holder { session, owner, .. } = self.lease.holder();
        let (id, owner) = (session.clone(), owner.clone());
        let mut all = vec![Line::Session { id, owner, lines: Some(lines.len()) }];
        all.extend_from_slice(lines);
        journal_text(&self.current.id, &all).map_err(|error| self.no_json(path, error))
    }

    fn no_json(&self, path: &Path, error: serde_json::Error) -> StateError {
        let object = self.objects.name(path);
        StateError::Remote { action: "write", object, source: error.into() }
    }

    /// Makes an object, while the lock is held.
    async fn create(&self, path: &Path, text: &str) -> Result<Created, StateError> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.lease.ensure().await?;
            match self.objects.create(path, text).await {
                Ok(Written::Done(_)) => return Ok(Created::Done),
                Ok(Written::Refused) => match self.objects.read(path).await? {
                    Some((found, _)) => return Ok(Created::Taken(found)),
                    // S3 also refuses a write while another is not decided yet.
                    None if tries < TRIES => {}
                    None => {
                        let source = "it was refused, and there is nothing".into();
                        let object = self.objects.name(path);
                        return Err(StateError::Remote { action: "write", object, source });
                    }
                },
                Err(error) if is_transient(&error) && tries < TRIES => {}
                Err(error) => return Err(self.objects.failed("write", path, error)),
            }
            tokio::time::sleep(pause(tries)).await;
        }
    }

    async fn finish(&mut self) -> Result<(), StateError> {
        let grown = self.next.number > COMPACT_OBJECTS
            || self.entries > self.current.records.len() + COMPACT_ENTRIES;
        if !grown || !self.unanswered.is_empty() {
            return Ok(());
        }
        self.write(&[Line::Seal]).await?;
        self.next_generation().await
    }

    /// Writes the snapshot that the next generation begins with, and removes what it replaces.
    ///
    /// The end of the generation is durable: whoever does this writes the same.
    async fn next_generation(&mut self) -> Result<(), StateError> {
        let before = self.next;
        let at = Position { generation: before.generation + 1, number: 0 };
        let path = self.objects.path(at);
        let text = snapshot_text(&self.current).map_err(|error| self.no_json(&path, error))?;
        self.create(&path, &text).await?;
        self.next = Position { number: 1, ..at };
        self.entries = 0;
        let first = u64::from(before.generation == 0);
        let mut replaced: Vec<Position> =
            (first..before.number).map(|number| Position { number, ..before }).collect();
        replaced.retain(|at| !self.marks.contains(at));
        self.marks.clear();
        // What stays is not read again: the next compaction removes it.
        if let Err(error) = self.remove(replaced).await {
            tracing::warn!(%error, "old objects of the state were left");
        }
        Ok(())
    }

    async fn remove(&mut self, mut replaced: Vec<Position>) -> Result<(), StateError> {
        let objects = &self.objects;
        let left_over = std::mem::take(&mut self.left_over);
        let left_over: Vec<Option<Position>> = stream::iter(left_over)
            .map(|at| async move {
                let path = objects.path(at);
                let Some((text, _)) = objects.read(&path).await? else { return Ok(None) };
                let removable = at.number == 0
                    || parse(&objects.file(&path), &text).is_ok_and(|(_, lines)| !is_mark(&lines));
                Ok::<_, StateError>(removable.then_some(at))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        replaced.extend(left_over.into_iter().flatten());
        objects.remove(replaced).await
    }
}

#[async_trait]
impl Session for BucketSession {
    fn state(&self) -> &State {
        &self.state
    }

    async fn append(&mut self, entries: &[Entry]) -> Result<(), StateError> {
        let lines: Vec<Line> = entries.iter().cloned().map(Line::Entry).collect();
        self.write(&lines).await
    }

    async fn ensure(&mut self) -> Result<(), StateError> {
        self.lease.ensure().await
    }

    async fn close(mut self: Box<Self>) -> Result<(), StateError> {
        let finished = self.finish().await;
        if self.unanswered.is_empty() {
            self.release = false;
            self.heartbeat.abort();
            if let Err(error) = self.lease.release().await {
                tracing::warn!(%error, "the lock was not given back, and will expire");
            }
        }
        finished
    }
}

impl Drop for BucketSession {
    fn drop(&mut self) {
        self.heartbeat.abort();
        // What was sent without an answer may still arrive: the lock expires, and whoever takes
        // over sees to that.
        if !self.release || !self.unanswered.is_empty() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            let lease = Arc::clone(&self.lease);
            let release = runtime.spawn(async move {
                if let Err(error) = lease.release().await {
                    tracing::warn!(%error, "the lock was not given back, and will expire");
                }
            });
            let mut releases = self.releases.lock().unwrap_or_else(PoisonError::into_inner);
            releases.retain(|release| !release.is_finished());
            releases.push(release);
        }
    }
}
