//! States in a bucket: S3, or any other store of objects.
//!
//! Everything of an architecture is below `PREFIX/ARCHITECTURE/`:
//!
//! - `lock`: who has the state open, and until when. It is never removed, only given back.
//! - `GENERATION/0000000000`: a snapshot, which generation 0 has not.
//! - `GENERATION/0000000001` and on: the journal, one object for each append. The last one of a
//!   generation that is being compacted says so, and the snapshot of the next follows from it.
//!
//! What counts is the newest generation that has a snapshot, and none before the first compaction.
//! Journal and snapshots have the lines of a local state; every object is made once and never
//! changed. So of two writers that read the same state only one can append to it: the store itself
//! refuses the other. Whoever takes over a lock that expired makes sure that it is the one that can,
//! by a first object that says only who wrote it. These stay when the rest of a generation goes,
//! for as long as a process may wake up that had stopped before them.

pub use bucket::BucketStore;
pub use clock::{Clock, SystemClock};
pub use location::{LocationError, S3Location};

mod bucket;
mod clock;
mod journal;
mod lease;
mod location;
mod objects;
mod owner;
mod s3;
mod session;
#[cfg(test)]
mod tests;
