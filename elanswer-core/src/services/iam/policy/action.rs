//! What a statement allows or denies.

use serde::{Deserialize, Serialize};

/// An action of an AWS service, or a pattern of actions: `logs:PutLogEvents`, `s3:Get*`, `*`.
///
/// The service is in lower case. IAM ignores the case of the rest too, but shows it as written, and
/// so does elanswer: write it as AWS does.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Action(String);

impl Action {
    /// An action. Whether it has the form that IAM asks for is told by
    /// [`is_well_formed`](Self::is_well_formed), and checked with the architecture.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.split_once(':') {
            Some((service, name)) => Self(format!("{}:{name}", service.to_ascii_lowercase())),
            None => Self(text.to_owned()),
        }
    }

    /// The text: `logs:PutLogEvents`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The service: `logs`; nothing of `*`.
    #[must_use]
    pub fn service(&self) -> Option<&str> {
        self.0.split_once(':').map(|(service, _)| service)
    }

    /// The name within the service: `PutLogEvents`; nothing of `*`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, name)| name)
    }

    /// Whether it is `*` or `service:Name`, where the name may have `*` and `?`.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let Some((service, name)) = self.0.split_once(':') else { return self.0 == "*" };
        let plain = |c: char| c.is_ascii_alphanumeric();
        !service.is_empty()
            && service.chars().all(|c| plain(c) || c == '-' || c == '.')
            && !name.is_empty()
            && name.chars().all(|c| plain(c) || "*?-_".contains(c))
    }

    /// Whether it stands for more than one action.
    #[must_use]
    pub fn has_wildcard(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    /// Whether it is, or as a pattern covers, the action `other`. IAM ignores case here.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let lower = |text: &str| text.to_ascii_lowercase().into_bytes();
        matches(&lower(&self.0), &lower(&other.0))
    }
}

/// Whether `text` has the form of `pattern`, in which `*` is any text and `?` one character.
///
/// A mismatch goes back to the last `*` only: an earlier one could take no more than that one can.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut pattern, mut text) = (pattern, text);
    let mut last_star = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', rest)), _) => {
                pattern = rest;
                last_star = Some((rest, text));
            }
            (Some((p, p_rest)), Some((t, t_rest))) if p == t || *p == b'?' => {
                (pattern, text) = (p_rest, t_rest);
            }
            (None, None) => return true,
            _ => match last_star {
                Some((after, [_, from @ ..])) => {
                    (pattern, text) = (after, from);
                    last_star = Some((after, from));
                }
                _ => return false,
            },
        }
    }
}

impl From<&str> for Action {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Action {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl From<Action> for String {
    fn from(action: Action) -> Self {
        action.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_is_in_lower_case() {
        assert_eq!(Action::new("S3:GetObject"), Action::new("s3:GetObject"));
        assert_eq!(Action::new("s3:GetObject").service(), Some("s3"));
        assert_eq!(Action::new("s3:GetObject").name(), Some("GetObject"));
        assert_eq!(Action::new("*").service(), None);
    }

    #[test]
    fn the_form_is_service_and_name() {
        for text in ["*", "s3:*", "s3:Get*", "ecr:Get?mage", "application-autoscaling:Put"] {
            assert!(Action::new(text).is_well_formed(), "{text}");
        }
        for text in ["", "s3", "s3:", ":Get", "*:*", "s3:a:b", "s 3:Get", "s3:Get Object"] {
            assert!(!Action::new(text).is_well_formed(), "{text}");
        }
    }

    #[test]
    fn patterns_cover_actions() {
        let covers = |pattern, action| Action::new(pattern).covers(&Action::new(action));
        assert!(covers("*", "sts:AssumeRole"));
        assert!(covers("sts:*", "sts:AssumeRole"));
        assert!(covers("sts:assumerole", "sts:AssumeRole"));
        assert!(covers("sts:*e*Role", "sts:AssumeRole"));
        assert!(covers("sts:Assume?ole", "sts:AssumeRole"));
        assert!(!covers("sts:AssumeRole", "sts:AssumeRoleWithSAML"));
        assert!(!covers("sts:*SAML", "sts:AssumeRole"));
        assert!(!covers("s3:*", "sts:AssumeRole"));
    }
}
