//! The names that a certificate is for.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::services::route53::DnsName;

/// A name that a certificate is for: `www.example.com`, or `*.example.com` for every name one
/// level below `example.com`.
///
/// At most 253 characters in lower case, at least two parts of 1 to 63 letters, digits and `-`, the
/// latter not at either end; only the first part may be `*`.
///
/// Source: <https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DomainName(Cow<'static, str>);

/// A text that cannot be a name of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a name that a certificate can be for: at most 253 characters, at least two parts of letters, digits and `-`, the first of which may be `*`"
)]
pub struct DomainNameError {
    text: String,
}

impl DomainName {
    /// A name that comes from configuration. Use [`DomainName::literal`] for one in the program.
    ///
    /// # Errors
    ///
    /// When AWS would not take it.
    pub fn new(text: impl Into<String>) -> Result<Self, DomainNameError> {
        let text = text.into();
        let name = text.strip_suffix('.').unwrap_or(&text).to_ascii_lowercase();
        if Self::fits(&name) { Ok(Self(name.into())) } else { Err(DomainNameError { text }) }
    }

    /// A name that stands in the program, in lower case; in a `const` it is checked when the
    /// program compiles.
    ///
    /// # Panics
    ///
    /// When AWS would not take it.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        assert!(Self::fits(text), "AWS issues no certificate for this name");
        Self(Cow::Borrowed(text))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name whose control ACM has to see: `example.com` of `*.example.com`, and of itself.
    #[must_use]
    pub fn validated(&self) -> Self {
        self.0.strip_prefix("*.").map_or_else(|| self.clone(), |base| Self(base.to_owned().into()))
    }

    const fn fits(text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut rest = match bytes {
            [b'*', b'.', rest @ ..] => rest,
            _ => bytes,
        };
        let (mut labels, mut label, mut last) = (1, 0, b'.');
        while let Some((byte, tail)) = rest.split_first() {
            match byte {
                b'.' if label == 0 || last == b'-' => return false,
                b'.' => (labels, label) = (labels + 1, 0),
                b'-' if label == 0 => return false,
                b'a'..=b'z' | b'0'..=b'9' | b'-' if label < 63 => label += 1,
                _ => return false,
            }
            last = *byte;
            rest = tail;
        }
        labels > 1 && label > 0 && last != b'-' && bytes.len() <= 253
    }
}

impl From<&DomainName> for DnsName {
    fn from(name: &DomainName) -> Self {
        Self::from_valid(name.0.clone())
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for DomainName {
    type Err = DomainNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for DomainName {
    type Error = DomainNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<DomainName> for String {
    fn from(name: DomainName) -> Self {
        name.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_that_aws_takes() {
        for good in ["example.com", "*.example.com", "a-b.c1", "xn--a.com", "EXAMPLE.com."] {
            assert!(DomainName::new(good).is_ok(), "{good}");
        }
        let long = format!("{}.com", "a".repeat(64));
        for bad in
            ["", "com", "*.", "a..b", "-a.com", "a-.com", "a.com-", "a_b.com", "a.*.com", &long]
        {
            assert!(bad.parse::<DomainName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_name_is_a_name_in_the_dns() {
        for text in ["*.example.com", "a-b.c1"] {
            let name = DomainName::literal(text);
            assert_eq!(Ok(DnsName::from(&name)), DnsName::new(text));
        }
    }

    #[test]
    fn a_wildcard_is_validated_as_the_name_below_it() {
        let validated = |text| DomainName::literal(text).validated().to_string();
        assert_eq!(validated("*.example.com"), "example.com");
        assert_eq!(validated("www.example.com"), "www.example.com");
    }
}
