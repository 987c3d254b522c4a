//! Names in the DNS.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A name in the DNS: `www.example.com`, or `*.example.com` for every name that has no record.
///
/// The DNS does not tell upper from lower case, and Route 53 answers `www.example.com.` where
/// `www.example.com` was asked for, and `\052` for `*`. All of these are the same name here: in
/// lower case, without the dot at the end.
///
/// A name has at most 253 characters, each part of it 1 to 63 letters, digits, `-` and `_`; only
/// the first may be `*`. Not modelled: other characters, which Route 53 takes in escape codes.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html>.
///
/// ```
/// use elanswer_core::services::route53::DnsName;
///
/// let name = DnsName::new("WWW.example.com.")?;
/// assert_eq!(name, DnsName::literal("www.example.com"));
/// assert!(name.is_within(&DnsName::literal("example.com")));
/// # Ok::<(), elanswer_core::services::route53::DnsNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DnsName(Cow<'static, str>);

/// A text that cannot be a name in the DNS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a DNS name: at most 253 characters, parts of 1 to 63 letters, digits, `-` and `_`, the first of which may be `*`"
)]
pub struct DnsNameError {
    text: String,
}

/// The most characters of a name, without the dot at its end.
const MAX_NAME_LEN: usize = 253;
/// The most characters between two dots.
const MAX_LABEL_LEN: usize = 63;

impl DnsName {
    /// A name that comes from configuration or from AWS, with or without the dot at its end. Use
    /// [`DnsName::literal`] for one in the program.
    ///
    /// # Errors
    ///
    /// When it is not a name.
    pub fn new(text: impl Into<String>) -> Result<Self, DnsNameError> {
        let text = text.into();
        let name = text.strip_suffix('.').unwrap_or(&text);
        let name = match name.strip_prefix("\\052.") {
            Some(rest) => format!("*.{rest}"),
            None => name.to_owned(),
        };
        let name = name.to_ascii_lowercase();
        if Self::fits(&name) { Ok(Self(name.into())) } else { Err(DnsNameError { text }) }
    }

    /// A name that stands in the program, in lower case and without a dot at its end; in a `const`
    /// it is checked when the program compiles.
    ///
    /// # Panics
    ///
    /// When it is not such a name.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        assert!(Self::fits(text), "this text is not a DNS name in lower case without a final dot");
        Self(Cow::Borrowed(text))
    }

    /// A name of which is known that it is one, in its form here.
    pub(crate) const fn from_valid(name: Cow<'static, str>) -> Self {
        Self(name)
    }

    /// The name as text, without a dot at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `zone` or a name below it.
    #[must_use]
    pub fn is_within(&self, zone: &Self) -> bool {
        self.0
            .strip_suffix(zone.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    const fn fits(text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut rest = match bytes {
            [b'*', b'.', rest @ ..] => rest,
            _ => bytes,
        };
        let mut label = 0;
        while let Some((byte, tail)) = rest.split_first() {
            match byte {
                b'.' if label == 0 => return false,
                b'.' => label = 0,
                b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' if label < MAX_LABEL_LEN => label += 1,
                _ => return false,
            }
            rest = tail;
        }
        label > 0 && bytes.len() <= MAX_NAME_LEN
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for DnsName {
    type Err = DnsNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for DnsName {
    type Error = DnsNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<DnsName> for String {
    fn from(name: DnsName) -> Self {
        name.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_the_same() {
        for text in ["*.example.com", "*.Example.COM.", "\\052.example.com."] {
            assert_eq!(DnsName::new(text), Ok(DnsName::literal("*.example.com")), "{text}");
        }
    }

    #[test]
    fn a_name_is_one_that_route_53_takes() {
        let long = format!("{}.com", "a".repeat(63));
        for good in ["com", "_abc.example.com", "a-b.c1", "*.a", long.as_str()] {
            assert!(DnsName::new(good).is_ok(), "{good}");
        }
        let too_long = format!("{}.com", "a".repeat(64));
        let longest = ["a".repeat(63).as_str(); 4].join(".");
        let bad =
            ["", ".", "*", "a..b", ".a", "a b", "a.*.b", "a*.b", "é.com", &too_long, &longest];
        for bad in bad {
            assert!(bad.parse::<DnsName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_name_lies_within_its_zone() {
        let zone = DnsName::literal("example.com");
        for within in ["example.com", "a.example.com", "*.example.com"] {
            assert!(DnsName::literal(within).is_within(&zone), "{within}");
        }
        for outside in ["com", "badexample.com", "example.com.org"] {
            assert!(!DnsName::literal(outside).is_within(&zone), "{outside}");
        }
    }
}
