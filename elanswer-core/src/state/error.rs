//! Why a state cannot be used.

use std::{io, path::PathBuf};

/// A state cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The file is not a state, or was changed by something else.
    #[error(
        "state file `{}` is damaged at line {line}: {reason}; restore it from a copy, or move it away and import what exists", .file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Another process holds the lock that this one let expire.
    #[error(
        "the state of `{stack}` was taken over by {owner} after the lock of this process had expired, and this process stopped writing; run it again, which finds what was done since"
    )]
    Fenced {
        /// The architecture.
        stack: String,
        /// Who took over: process, user and machine.
        owner: String,
    },
    /// The folder or file cannot be used.
    #[error("cannot {action} `{}`: {source}; check that the folder exists and that you may write it", .file.display())]
    Io {
        /// What was being done: `read`.
        action: &'static str,
        /// The file.
        file: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Somebody else is applying.
    #[error("the state of `{stack}` is in use by {owner}; wait until that is done")]
    Locked {
        /// The architecture.
        stack: String,
        /// Who has it: process, user and machine; and until when, where a lock can expire.
        owner: String,
    },
    /// Written by a newer elanswer.
    #[error(
        "state file `{}` has format {found}; this elanswer knows formats up to {known}: use the version that wrote it, or a newer one", .file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format that is known.
        known: u32,
    },
    /// The place away from this machine cannot be used.
    #[error(
        "cannot {action} `{object}`: {source}; check that it is there and that your credentials may read and write it"
    )]
    Remote {
        /// What was being done: `read`.
        action: &'static str,
        /// The object: `s3://bucket/key`.
        object: String,
        /// What the other side said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
