//! Whether a rule of a bucket is in force.

use serde::{Deserialize, Serialize};

/// Whether a rule is in force, or kept for later.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Status {
    /// `Enabled`.
    #[default]
    Enabled,
    /// `Disabled`.
    Disabled,
}
