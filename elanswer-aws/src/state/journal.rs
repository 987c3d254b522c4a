//! What the objects of a state hold, and the state that follows from them.

use std::path::Path;

use elanswer_core::state::{
    Entry, State, StateError,
    format::{self, FORMAT, Header},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::objects::{AT_ONCE, Objects, Position};

/// How often a state is read again that was compacted meanwhile.
const READ_AGAIN: usize = 3;

/// A line of a journal object, after its header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Line {
    /// Who wrote the object, and how many lines follow: its first line.
    Session {
        id: String,
        owner: String,
        /// Objects of the first days do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<usize>,
    },
    /// Nothing more is appended to this generation.
    Seal,
    /// A change of the state.
    #[serde(untagged)]
    Entry(Entry),
}

/// A state as read from its objects.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// `None` if nothing was ever written.
    pub(super) state: Option<State>,
    /// Where the next object of the journal goes.
    pub(super) next: Position,
    /// How many entries the journal has.
    pub(super) entries: usize,
    /// Whether the journal was about to be compacted.
    pub(super) sealed: bool,
    /// The objects of this generation that say only who wrote them, and must stay.
    pub(super) marks: Vec<Position>,
    /// Objects of earlier generations.
    pub(super) left_over: Vec<Position>,
}

impl Default for Position {
    fn default() -> Self {
        Self { generation: 0, number: 1 }
    }
}

/// A journal object.
pub(super) fn journal_text(id: &str, lines: &[Line]) -> Result<String, serde_json::Error> {
    let mut text = format::line(&Header { format: FORMAT, id: id.to_owned() })?;
    for line in lines {
        text.push_str(&format::line(line)?);
    }
    Ok(text)
}

/// A snapshot.
pub(super) fn snapshot_text(state: &State) -> Result<String, serde_json::Error> {
    let header = format::line(&Header { format: FORMAT, id: state.id.clone() })?;
    Ok(header + &format::line(state)?)
}

/// The lines of an object. Objects come whole: a last line that is not is no torn write.
fn whole<'a>(file: &Path, text: &'a [u8]) -> Result<format::Lines<'a>, StateError> {
    match format::lines(file, text)? {
        Some(lines) if lines.whole == text.len() => Ok(lines),
        lines => {
            let good = lines.and_then(|lines| text.get(..lines.whole)).unwrap_or_default();
            let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(damaged(file, line, "the checksum does not fit"))
        }
    }
}

/// What a journal object holds, and the id of the state that it belongs to.
pub(super) fn parse(file: &Path, text: &[u8]) -> Result<(String, Vec<Line>), StateError> {
    let lines = whole(file, text)?;
    let values: Vec<Line> = lines.values(file)?;
    match values.split_first() {
        Some((Line::Session { lines, .. }, rest)) if lines.is_none_or(|all| all == rest.len()) => {}
        _ => return Err(damaged(file, values.len() + 2, "lines are missing, or too many")),
    }
    Ok((lines.header.id, values))
}

fn damaged(file: &Path, line: usize, reason: &str) -> StateError {
    StateError::Damaged { file: file.to_owned(), line, reason: reason.to_owned() }
}

/// Whether an object only says who wrote it.
pub(super) fn is_mark(lines: &[Line]) -> bool {
    lines.iter().all(|line| matches!(line, Line::Session { .. }))
}

impl Loaded {
    /// Reads a state.
    pub(super) async fn read(objects: &Objects) -> Result<Self, StateError> {
        let mut missing = Position::default();
        for _ in 0..READ_AGAIN {
            match Self::read_once(objects, objects.list().await?).await? {
                Ok(loaded) => return Ok(loaded),
                // Compacted between the list and the read: the next list shows what replaced it.
                Err(gone) => missing = gone,
            }
        }
        Err(damaged(&objects.file(&objects.path(missing)), 1, "it is missing"))
    }

    /// Reads what was listed, or says which object of it is missing.
    async fn read_once(
        objects: &Objects,
        listed: Vec<Position>,
    ) -> Result<Result<Self, Position>, StateError> {
        let generation = listed.iter().filter(|at| at.number == 0).map(|at| at.generation).max();
        let generation = generation.unwrap_or(0);
        let (left_over, current): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|at| at.generation < generation);
        let first = u64::from(generation == 0);
        for (number, at) in (first..).zip(&current) {
            let expected = Position { generation, number };
            if *at != expected {
                return Ok(Err(expected));
            }
        }
        let texts = stream::iter(current.clone()).map(|at| async move {
            Ok::<_, StateError>((at, objects.read(&objects.path(at)).await?))
        });
        let texts: Vec<_> = texts.buffered(AT_ONCE).try_collect().await?;
        let number = first.max(1);
        let next = Position { generation, number };
        let mut loaded = Self { next, left_over, ..Self::default() };
        for (at, text) in texts {
            let Some((text, _)) = text else { return Ok(Err(at)) };
            loaded.add(at, &objects.file(&objects.path(at)), &text)?;
        }
        Ok(Ok(loaded))
    }

    fn add(&mut self, at: Position, file: &Path, text: &[u8]) -> Result<(), StateError> {
        if at.number == 0 {
            self.state = Some(whole(file, text)?.state(file)?);
            return Ok(());
        }
        let (id, lines) = parse(file, text)?;
        let state = self.state.get_or_insert_with(|| State::new(&id));
        if state.id != id {
            return Err(damaged(file, 1, "it belongs to another state"));
        }
        if self.sealed {
            return Err(damaged(file, 1, "it comes after the end of its generation"));
        }
        if is_mark(&lines) {
            self.marks.push(at);
        }
        for line in lines {
            match line {
                Line::Session { .. } => {}
                Line::Seal => self.sealed = true,
                Line::Entry(entry) => {
                    state.apply(entry);
                    self.entries += 1;
                }
            }
        }
        self.next.number = at.number + 1;
        Ok(())
    }
}
