//! Who keeps the password of the master user.

use super::super::AppSecretHandle;
use crate::secret::SecretRef;

/// AWS makes the password up, keeps it in Secrets Manager and rotates it.
#[derive(Debug, Clone, Copy)]
pub struct ManagedPassword;

/// The program gives the password, and says which secret its readers find it in.
#[derive(Debug, Clone)]
pub struct OwnPassword {
    pub(super) password: SecretRef,
    pub(super) login: AppSecretHandle,
}

/// Who keeps the password of a database: [`ManagedPassword`] or [`OwnPassword`].
pub trait Password: sealed::Sealed {
    #[doc(hidden)]
    fn own(&self) -> Option<&OwnPassword>;
}

impl Password for ManagedPassword {
    fn own(&self) -> Option<&OwnPassword> {
        None
    }
}

impl Password for OwnPassword {
    fn own(&self) -> Option<&OwnPassword> {
        Some(self)
    }
}

/// A database that AWS makes replicas of: one with an [`OwnPassword`].
///
/// ```compile_fail,E0277
/// use elanswer_core::constructs::Database;
///
/// let _ = Database::postgres("orders").replicas(2); // its password is managed by AWS
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>.
#[diagnostic::on_unimplemented(
    message = "AWS makes no replicas of a database whose password it manages",
    label = "the password of this database is managed by AWS",
    note = "give it a password of your own with `.password(..)` before `.replicas(..)`"
)]
pub trait Replicable: sealed::Sealed {}

impl Replicable for OwnPassword {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::ManagedPassword {}
    impl Sealed for super::OwnPassword {}
}
