//! Why there is nothing to explore.

use elanswer_core::{ApplyReport, Error};

/// An exploration cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExploreError {
    /// What was to be interrupted fails by itself.
    #[error("{operation} fails without any crash: {source}")]
    Fails {
        /// What: `apply`.
        operation: String,
        /// Why.
        #[source]
        source: Error,
    },
    /// What was to be interrupted leaves something undone by itself.
    #[error("{operation} is not complete without any crash: {report}")]
    Incomplete {
        /// What: `apply`.
        operation: String,
        /// What was done.
        report: Box<ApplyReport>,
    },
    /// The architectures have different names, and so nothing to do with each other.
    #[error("`{to}` is no change of `{from}`: give both architectures the same name")]
    OtherName {
        /// The name of the first.
        from: String,
        /// The name of the second.
        to: String,
    },
    /// There is no such boundary.
    #[error("there is no boundary `{name}`: take one from a report of the same architectures")]
    NoBoundary {
        /// What was asked for.
        name: String,
    },
    /// The system gives no threads or no runtime.
    #[error("cannot start a runtime: {0}")]
    Runtime(#[source] std::io::Error),
}
