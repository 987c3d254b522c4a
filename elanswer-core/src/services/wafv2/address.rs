//! The addresses of an IP set.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::{IpNet, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::{Set, cidr::Cidr};

/// The addresses of an IP set: of one version, none of them all addresses there are.
///
/// ```
/// use elanswer_core::{cidr, services::wafv2::Addresses};
///
/// let office = Addresses::v4([cidr!("192.0.2.0/24")])?;
/// let home: Addresses = "2001:db8::/48".parse()?;
/// assert!(Addresses::v4([cidr!("0.0.0.0/0")]).is_err());
/// # Ok::<(), elanswer_core::services::wafv2::AddressesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Shape", into = "Shape")]
pub struct Addresses(Ranges);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Ranges {
    V4(Set<Cidr>),
    V6(Set<Ipv6Net>),
}

/// CloudFormation's shape: two properties of the IP set.
#[derive(Clone, Serialize, Deserialize)]
struct Shape {
    #[serde(rename = "IPAddressVersion")]
    version: String,
    #[serde(rename = "Addresses")]
    addresses: Set<String>,
}

/// What AWS does not take into an IP set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressesError {
    /// It is every address there is.
    #[error("AWS WAF takes no range of prefix length 0 into an IP set")]
    Everything,
    /// It is no range of the version.
    #[error("`{0}` is not a range such as `192.0.2.0/24` or `2001:db8::/32`")]
    Form(String),
    /// There are more than AWS takes.
    #[error("an IP set takes at most 10000 addresses, not {0}")]
    TooMany(usize),
    /// There is no such version.
    #[error("`{0}` is not a version of IP addresses: `IPV4` or `IPV6`")]
    Version(String),
}

/// The most addresses of an IP set.
const MAX: usize = 10_000;

impl Addresses {
    /// Addresses of version 4; there may be none yet.
    ///
    /// # Errors
    ///
    /// When one of them is `0.0.0.0/0`, or there are more than 10,000.
    pub fn v4(ranges: impl IntoIterator<Item = Cidr>) -> Result<Self, AddressesError> {
        let ranges: Set<Cidr> = ranges.into_iter().collect();
        check(ranges.len(), ranges.iter().any(|range| range.prefix_len() == 0))?;
        Ok(Self(Ranges::V4(ranges)))
    }

    /// Addresses of version 6; there may be none yet.
    ///
    /// # Errors
    ///
    /// When one of them is not a range, or is `::/0`, or there are more than 10,000.
    pub fn v6<T: AsRef<str>>(ranges: impl IntoIterator<Item = T>) -> Result<Self, AddressesError> {
        let ranges = ranges.into_iter().map(|range| v6(range.as_ref()));
        let ranges: Set<Ipv6Net> = ranges.collect::<Result<_, _>>()?;
        check(ranges.len(), ranges.iter().any(|range| range.prefix_len() == 0))?;
        Ok(Self(Ranges::V6(ranges)))
    }

    /// AWS's word for the version: `IPV4`.
    #[must_use]
    pub const fn version(&self) -> &'static str {
        match self.0 {
            Ranges::V4(_) => "IPV4",
            Ranges::V6(_) => "IPV6",
        }
    }

    /// The ranges as AWS takes them.
    #[must_use]
    pub fn texts(&self) -> Set<String> {
        match &self.0 {
            Ranges::V4(ranges) => ranges.iter().map(ToString::to_string).collect(),
            Ranges::V6(ranges) => ranges.iter().map(ToString::to_string).collect(),
        }
    }

    /// Those of a version as AWS has them.
    ///
    /// # Errors
    ///
    /// When the version or a range is not one.
    pub fn of_version<T: AsRef<str>>(
        version: &str,
        ranges: impl IntoIterator<Item = T>,
    ) -> Result<Self, AddressesError> {
        match version {
            "IPV4" => {
                let ranges = ranges.into_iter().map(|range| v4(range.as_ref()));
                Self::v4(ranges.collect::<Result<Set<_>, _>>()?)
            }
            "IPV6" => Self::v6(ranges),
            other => Err(AddressesError::Version(other.to_owned())),
        }
    }
}

const fn check(count: usize, everything: bool) -> Result<(), AddressesError> {
    if everything {
        return Err(AddressesError::Everything);
    }
    if count > MAX { Err(AddressesError::TooMany(count)) } else { Ok(()) }
}

fn v4(text: &str) -> Result<Cidr, AddressesError> {
    text.parse().map_err(|_| AddressesError::Form(text.to_owned()))
}

fn v6(text: &str) -> Result<Ipv6Net, AddressesError> {
    let range: Ipv6Net = text.parse().map_err(|_| AddressesError::Form(text.to_owned()))?;
    if range == range.trunc() { Ok(range) } else { Err(AddressesError::Form(text.to_owned())) }
}

/// A range, or one address, of either version.
impl FromStr for Addresses {
    type Err = AddressesError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AddressesError::Form(text.to_owned());
        let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        match net.map_err(|_| wrong())? {
            IpNet::V4(range) => Self::v4([v4(&range.to_string()).map_err(|_| wrong())?]),
            IpNet::V6(range) => Self::v6([range.to_string()]),
        }
    }
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.texts().into_iter().collect::<Vec<_>>().join(", "))
    }
}

impl From<Addresses> for Shape {
    fn from(addresses: Addresses) -> Self {
        Self { version: addresses.version().to_owned(), addresses: addresses.texts() }
    }
}

impl TryFrom<Shape> for Addresses {
    type Error = AddressesError;

    fn try_from(shape: Shape) -> Result<Self, Self::Error> {
        Self::of_version(&shape.version, shape.addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cidr;

    #[test]
    fn a_set_has_addresses_of_one_version() {
        let v4 = Addresses::v4([cidr!("192.0.2.0/24"), cidr!("198.51.100.7/32")]).unwrap();
        assert_eq!(v4.version(), "IPV4");
        assert_eq!(v4.to_string(), "192.0.2.0/24, 198.51.100.7/32");
        assert!(Addresses::of_version("IPV6", ["192.0.2.0/24"]).is_err());
        assert!(Addresses::of_version("IPV5", ["192.0.2.0/24"]).is_err());
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let long = Addresses::v6(["2001:0db8:0000:0000:0000:0000:0000:0001/128"]).unwrap();
        assert_eq!(long, "2001:db8::1".parse().unwrap());
        assert_eq!("192.0.2.7".parse::<Addresses>().unwrap().to_string(), "192.0.2.7/32");
    }

    #[test]
    fn not_everything_is_a_range() {
        for bad in ["", "x", "192.0.2.1/24", "2001:db8::1/64", "0.0.0.0/0", "::/0"] {
            assert!(bad.parse::<Addresses>().is_err(), "{bad}");
        }
        let many = (0..=10_000_u32).map(|n| format!("2001:db8::{n:x}/128"));
        assert_eq!(Addresses::v6(many), Err(AddressesError::TooMany(10_001)));
    }
}
