//! AWS CodeConnections in memory.

pub use connection::ConnectionHandler;

mod connection;

/// The name of the API in calls and errors.
const SERVICE: &str = "codeconnections";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];
