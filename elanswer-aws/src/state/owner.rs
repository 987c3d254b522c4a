//! Who holds a lock, for people; and what sets one session apart from every other.

use std::hash::{BuildHasher, Hasher, RandomState};

/// User, machine and process.
pub(super) fn owner() -> String {
    let user =
        ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let user = user.unwrap_or_else(|| "an unknown user".to_owned());
    let host = gethostname::gethostname();
    format!("{user}@{} (process {})", host.to_string_lossy(), std::process::id())
}

/// An id that no other session has.
pub(super) fn session_id() -> String {
    // The standard library keys its hash maps at random.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
