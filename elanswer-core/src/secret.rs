//! Values that nobody may see.

use std::{collections::BTreeMap, fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::executor::{ErrorKind, ExecError};

/// Stands for a secret value in a resource: its name and version, never the value.
///
/// The value itself is kept beside the architecture, by [`Architecture::secret`], and reaches AWS
/// in the one call that needs it. State, journal, plan, events, errors, reports and the serialised
/// architecture have the name and the version alone: not even a digest, which a weak secret could
/// be guessed from. A changed value is therefore set in AWS when its version changes.
///
/// ```
/// use elanswer_core::{Architecture, Region};
///
/// # let from_your_vault = || String::from("correct horse battery staple");
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let password = arch.secret("database-password", 1, from_your_vault());
/// assert_eq!(format!("{password:?}"), r#"SecretRef { name: "database-password", version: 1 }"#);
/// assert!(!format!("{arch:?}").contains("battery"));
/// ```
///
/// [`Architecture::secret`]: crate::Architecture::secret
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRef {
    #[serde(rename = "Elanswer::Secret")]
    name: String,
    #[serde(rename = "Version")]
    version: u32,
}

impl SecretRef {
    /// What [`Architecture::secret`](crate::Architecture::secret) gives for this name and version.
    #[must_use]
    pub fn new(name: impl Into<String>, version: u32) -> Self {
        Self { name: name.into(), version }
    }

    /// The name of the secret in its architecture.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version of its value.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }
}

/// The secret values of an architecture. Only an executor, in the call that sends one, looks at it.
#[derive(Clone, Default)]
pub struct Secrets(Arc<BTreeMap<String, SecretString>>);

impl Secrets {
    /// Keeps a value, in place of an earlier one of the same name.
    pub(crate) fn keep(
        &mut self,
        name: impl Into<String>,
        version: u32,
        value: impl Into<SecretString>,
    ) -> SecretRef {
        let name = name.into();
        Arc::make_mut(&mut self.0).insert(name.clone(), value.into());
        SecretRef::new(name, version)
    }

    /// The value, to be sent and nothing else.
    ///
    /// # Errors
    ///
    /// When there is none: an architecture that was read from a file has no values.
    pub fn reveal(&self, secret: &SecretRef) -> Result<&str, ExecError> {
        self.0.get(&secret.name).map(ExposeSecret::expose_secret).ok_or_else(|| {
            ExecError::new(
                ErrorKind::Invalid,
                format!(
                    "the secret `{}` has no value here; give it one with `Architecture::secret`",
                    secret.name
                ),
            )
        })
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
