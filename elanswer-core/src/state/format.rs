//! The on-disk form, version 1: lines of a checksum and a JSON value.
//!
//! A file begins with a [`Header`]. A snapshot goes on with one line, the state; a journal with a
//! line for each entry. A last line that is not whole, cut short or with a checksum that does not
//! fit, was being written when the power went: it is dropped. Damage anywhere else is an error.
//! Lines do not know of each other: whole lines that somebody takes out or swaps go unseen.
//!
//! For stores of other crates; no part of the interface that programs use.

use std::path::Path;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{Entry, State, StateError};

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
pub struct Header {
    /// The [`FORMAT`] of what follows.
    pub format: u32,
    /// The id of the state, so that a journal cannot be taken for that of another.
    pub id: String,
}

/// A value as a line.
///
/// # Errors
///
/// When it has no JSON form.
pub fn line(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(format!("{} {json}\n", checksum(&json)))
}

fn checksum(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The lines of a file that are whole.
#[derive(Debug)]
pub struct Lines<'a> {
    /// The first of them.
    pub header: Header,
    rest: Vec<(usize, &'a str)>,
    /// The length in bytes up to the end of the last of them.
    pub whole: usize,
}

/// Reads the header and checks every line; `None` is a file that was cut off within its header.
///
/// # Errors
///
/// When a line is damaged, or the format is newer than [`FORMAT`].
pub fn lines<'a>(file: &Path, text: &'a [u8]) -> Result<Option<Lines<'a>>, StateError> {
    let damaged = |line, reason: &str| StateError::Damaged {
        file: file.to_owned(),
        line,
        reason: reason.to_owned(),
    };
    let mut rest = Vec::new();
    let mut whole = 0;
    let mut pieces = text.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, piece)) = pieces.next() {
        let last = pieces.peek().is_none();
        let json = piece
            .strip_suffix(b"\n")
            .and_then(|line| std::str::from_utf8(line).ok())
            .and_then(|line| line.split_once(' '))
            .and_then(|(sum, json)| (sum == checksum(json)).then_some(json));
        match json {
            Some(json) => {
                whole += piece.len();
                rest.push((index + 1, json));
            }
            None if last => break,
            None => return Err(damaged(index + 1, "the checksum does not fit")),
        }
    }
    if rest.is_empty() {
        return Ok(None);
    }
    let (_, first) = rest.remove(0);
    let format = serde_json::from_str::<serde_json::Value>(first)
        .ok()
        .and_then(|header| header.get("format").and_then(serde_json::Value::as_u64))
        .ok_or_else(|| damaged(1, "not the header of a state"))?;
    if format > u64::from(FORMAT) {
        let found = u32::try_from(format).unwrap_or(u32::MAX);
        return Err(StateError::Newer { file: file.to_owned(), found, known: FORMAT });
    }
    let header = serde_json::from_str(first).map_err(|error| damaged(1, &error.to_string()))?;
    Ok(Some(Lines { header, rest, whole }))
}

impl Lines<'_> {
    /// The lines after the header.
    ///
    /// # Errors
    ///
    /// When one of them is no `T`.
    pub fn values<T: DeserializeOwned>(&self, file: &Path) -> Result<Vec<T>, StateError> {
        let parsed = self.rest.iter().map(|(line, json)| {
            serde_json::from_str(json).map_err(|error| StateError::Damaged {
                file: file.to_owned(),
                line: *line,
                reason: error.to_string(),
            })
        });
        parsed.collect()
    }

    /// The state of a snapshot.
    ///
    /// # Errors
    ///
    /// When it is missing, or not a state.
    pub fn state(&self, file: &Path) -> Result<State, StateError> {
        self.values(file)?.pop().ok_or_else(|| StateError::Damaged {
            file: file.to_owned(),
            line: 2,
            reason: "the state is missing".to_owned(),
        })
    }

    /// The entries of a journal.
    ///
    /// # Errors
    ///
    /// When one of them is not an entry.
    pub fn entries(&self, file: &Path) -> Result<Vec<Entry>, StateError> {
        self.values(file)
    }
}
