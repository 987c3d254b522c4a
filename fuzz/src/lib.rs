//! What the fuzz targets share: how input becomes histories of a state, damage and documents.

pub mod damage;
pub mod document;
pub mod history;

/// A runtime on a clock of its own.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().expect("a runtime")
}
