//! What a user of a cache may do.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::TextError;

/// What a user may do: rules of the access control lists of Valkey and Redis.
///
/// `on` or `off`; then key patterns `~…`, channel patterns `&…`, and commands `+…` and `-…`, where
/// `@…` is a category of commands. Of commands and categories the later rule wins. Passwords have no
/// place in it.
///
/// It is kept as AWS keeps it, so that two ways to write the same are equal: `on` or `off` is first,
/// and the commands begin with `-@all`, unless with `+@all`.
///
/// ```
/// use elanswer_core::services::elasticache::AccessString;
///
/// let reader = AccessString::new("on ~orders:* +@read")?;
/// assert_eq!(reader.as_str(), "on ~orders:* -@all +@read");
/// assert_eq!(AccessString::everything().as_str(), "on ~* +@all");
/// assert!(AccessString::new("on >secret ~* +@all").is_err());
/// # Ok::<(), elanswer_core::TextError>(())
/// ```
///
/// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccessString(String);

const WHAT: &str = "an access string";
const FORM: &str = "`on` or `off`, then patterns of keys `~…` and of channels `&…`, and commands `+…` and `-…`, without passwords and `reset`";

impl AccessString {
    /// Parses an access string.
    ///
    /// # Errors
    ///
    /// When the text has something else than rules of these forms.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        canonical(&text).map(Self).ok_or_else(|| TextError::new(text, WHAT, FORM))
    }

    /// Every command on every key: `on ~* +@all`.
    #[must_use]
    pub fn everything() -> Self {
        Self("on ~* +@all".to_owned())
    }

    /// Nothing, not even logging in: `off ~* -@all`.
    #[must_use]
    pub fn nothing() -> Self {
        Self("off ~* -@all".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the user can log in.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.split(' ').next() == Some("on")
    }
}

fn canonical(text: &str) -> Option<String> {
    let mut state = None;
    let (mut rules, mut baseline) = (Vec::new(), false);
    for rule in text.split_whitespace() {
        let rule = match rule {
            "allkeys" => "~*",
            "allchannels" => "&*",
            "allcommands" => "+@all",
            "nocommands" => "-@all",
            rule => rule,
        };
        match rule {
            "on" | "off" => state = Some(rule),
            "-@all" if !baseline => {}
            "resetkeys" | "resetchannels" => rules.push(rule),
            _ if is_command(rule) => {
                if !baseline && rule != "+@all" {
                    rules.push("-@all");
                }
                baseline = true;
                rules.push(rule);
            }
            _ if is_pattern(rule) => rules.push(rule),
            _ => return None,
        }
    }
    if !baseline {
        rules.push("-@all");
    }
    rules.insert(0, state?);
    Some(rules.join(" "))
}

fn is_command(rule: &str) -> bool {
    let name = rule.strip_prefix(['+', '-']).unwrap_or_default();
    let name = name.strip_prefix('@').unwrap_or(name);
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'|' | b'.'))
}

fn is_pattern(rule: &str) -> bool {
    let keys = rule.strip_prefix(['~', '&']);
    let keys = keys.or_else(|| {
        let (access, keys) = rule.strip_prefix('%')?.split_once('~')?;
        matches!(access, "R" | "W" | "RW").then_some(keys)
    });
    keys.is_some_and(|keys| !keys.is_empty())
}

impl fmt::Display for AccessString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for AccessString {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for AccessString {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<AccessString> for String {
    fn from(text: AccessString) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_kept_as_aws_keeps_it() {
        for (text, kept) in [
            ("on ~app:* +@read", "on ~app:* -@all +@read"),
            ("on ~app:* -@all +@read", "on ~app:* -@all +@read"),
            ("on ~* +@all", "on ~* +@all"),
            ("on ~* -@all +@all -@dangerous", "on ~* +@all -@dangerous"),
            ("~* +get off", "off ~* -@all +get"),
            ("off", "off -@all"),
            ("on allkeys allcommands", "on ~* +@all"),
            (
                "on %R~a:* &news resetkeys +client|getname",
                "on %R~a:* &news resetkeys -@all +client|getname",
            ),
        ] {
            let parsed = AccessString::new(text).unwrap();
            assert_eq!(parsed.as_str(), kept);
            assert_eq!(AccessString::new(kept).unwrap(), parsed);
        }
        for known in [AccessString::everything(), AccessString::nothing()] {
            assert_eq!(AccessString::new(known.as_str()).unwrap(), known);
        }
        assert!(AccessString::everything().is_on() && !AccessString::nothing().is_on());
    }

    #[test]
    fn passwords_and_strange_rules_are_refused() {
        for bad in ["", "~* +@all", "on >pass", "on nopass", "on reset", "on ~", "on +", "on x"] {
            assert!(AccessString::new(bad).is_err(), "{bad}");
        }
    }
}
