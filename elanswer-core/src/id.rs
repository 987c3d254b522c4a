//! The logical name of a resource in an architecture.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// The logical name of a resource, unique within its architecture: `main/public-1/subnet`.
///
/// It is the path of the constructs that the resource was declared in, joined by `/`.
/// It is not a name in AWS; changing it without saying so (see `Architecture::moved`) replaces the resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(Arc<str>);

/// The longest [`ResourceId`] in bytes: it must fit into the value of an AWS tag.
pub const MAX_RESOURCE_ID_LEN: usize = 256;

/// A text that is not a [`ResourceId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a resource id: parts of letters, digits, `-`, `_` and `.` joined by `/`, at most {MAX_RESOURCE_ID_LEN} bytes"
)]
pub struct ResourceIdError {
    text: String,
}

impl ResourceId {
    /// Parses a resource id.
    ///
    /// # Errors
    ///
    /// When a part is empty, holds a character other than ASCII letters, digits, `-`, `_` and `.`,
    /// or when the whole is longer than [`MAX_RESOURCE_ID_LEN`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, ResourceIdError> {
        let text = text.as_ref();
        let well_formed = text.len() <= MAX_RESOURCE_ID_LEN
            && text.split('/').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            });
        if well_formed {
            Ok(Self(text.into()))
        } else {
            Err(ResourceIdError { text: text.to_owned() })
        }
    }

    /// Makes an id of any text, by replacing what is not allowed with `-`.
    ///
    /// Used where a declaration must not fail; the declaration then carries a diagnostic.
    pub(crate) fn sanitized(text: &str) -> Self {
        let clean: String = text
            .chars()
            .take(MAX_RESOURCE_ID_LEN)
            .map(
                |char| {
                    if char.is_ascii_alphanumeric() || "-_./".contains(char) { char } else { '-' }
                },
            )
            .collect();
        let parts: Vec<&str> = clean.split('/').filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { Self("unnamed".into()) } else { Self(parts.join("/").into()) }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `subnet` of `main/public-1/subnet`.
    #[must_use]
    pub fn leaf(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl Borrow<str> for ResourceId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for ResourceId {
    type Err = ResourceIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for ResourceId {
    type Error = ResourceIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.0.as_ref().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_paths_and_refuses_the_rest() {
        assert_eq!(ResourceId::new("main/public-1/subnet").unwrap().leaf(), "subnet");
        for bad in ["", "/", "a//b", "a/", "a b", "ä", &"x".repeat(257)] {
            assert!(ResourceId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_sanitized_id_is_an_id() {
        for text in ["", "a b", "//", "ä/ö", "fine/name", &"x".repeat(300)] {
            let id = ResourceId::sanitized(text);
            assert_eq!(ResourceId::new(id.as_str()).unwrap(), id);
        }
    }
}
