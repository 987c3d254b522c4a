//! IPv4 ranges that are checked when the program compiles, or when a configuration is read.

use std::{fmt, net::Ipv4Addr, str::FromStr};

use ipnet::Ipv4Net;
use serde::{Deserialize, Serialize};

/// An IPv4 range in CIDR notation whose host bits are zero: `10.0.0.0/16`.
///
/// Write literals with [`cidr!`](crate::cidr!), which refuses a wrong one at compile time, and
/// parse values that come from configuration with [`str::parse`]. Both are one implementation.
///
/// ```
/// use elanswer_core::{Cidr, cidr};
///
/// const VPC: Cidr = cidr!("10.0.0.0/16");
/// assert!(VPC.contains(cidr!("10.0.3.0/24")));
/// assert!("10.0.0.1/16".parse::<Cidr>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cidr(Ipv4Net);

/// Why a text is not a [`Cidr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CidrError {
    /// Not four numbers of 0 to 255, a `/` and a prefix length of 0 to 32.
    #[error("not a range in CIDR notation such as `10.0.0.0/16`")]
    Form,
    /// The address has bits outside its prefix, which AWS would silently cut off.
    #[error("the address has bits set beyond the prefix length")]
    HostBits,
}

impl Cidr {
    /// Every IPv4 address: `0.0.0.0/0`.
    pub const ANY: Self = Self(Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0));

    /// Parses a range; the implementation behind [`cidr!`](crate::cidr!) and [`FromStr`].
    ///
    /// # Errors
    ///
    /// See [`CidrError`].
    pub const fn parse(text: &str) -> Result<Self, CidrError> {
        let mut rest = text.as_bytes();
        let Some(octets) = octets_of(&mut rest) else { return Err(CidrError::Form) };
        let prefix = match number(&mut rest, 32) {
            Some(prefix) if rest.is_empty() => prefix,
            _ => return Err(CidrError::Form),
        };
        let bits = u32::from_be_bytes(octets);
        let host = if prefix == 0 { u32::MAX } else { !(u32::MAX << (32 - prefix as u32)) };
        if bits & host != 0 {
            return Err(CidrError::HostBits);
        }
        let [a, b, c, d] = octets;
        Ok(Self(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)))
    }

    /// Whether `other` lies wholly within this range.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0.prefix_len() <= other.0.prefix_len() && other.first() & self.mask() == self.first()
    }

    /// Whether the two ranges share an address.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The prefix length: 16 of `10.0.0.0/16`.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }

    /// The range as `ipnet` has it.
    #[must_use]
    pub const fn as_net(&self) -> &Ipv4Net {
        &self.0
    }

    /// Whether the range lies in one of the private blocks of RFC 1918.
    #[must_use]
    pub fn is_private(self) -> bool {
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
            .into_iter()
            .filter_map(|block| Self::parse(block).ok())
            .any(|block| block.contains(self))
    }

    /// The fewest ranges that have exactly the addresses of `ranges`, in their order.
    ///
    /// ```
    /// use elanswer_core::{Cidr, cidr};
    ///
    /// let ranges = [cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24"), cidr!("10.0.3.0/24")];
    /// assert_eq!(Cidr::merged(ranges), [cidr!("10.0.1.0/24"), cidr!("10.0.2.0/23")]);
    /// ```
    #[must_use]
    pub fn merged(ranges: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let ranges: Vec<Ipv4Net> = ranges.into_iter().map(|range| range.0).collect();
        Ipv4Net::aggregate(&ranges).into_iter().map(Self).collect()
    }

    /// The first and the last address, as numbers.
    pub(crate) const fn bounds(self) -> (u32, u32) {
        (self.first(), self.first() | !self.mask())
    }

    const fn first(self) -> u32 {
        u32::from_be_bytes(self.0.addr().octets())
    }

    const fn mask(self) -> u32 {
        if self.0.prefix_len() == 0 { 0 } else { u32::MAX << (32 - self.0.prefix_len() as u32) }
    }
}

/// Reads `a.b.c.d/` off the front of `rest`.
const fn octets_of(rest: &mut &[u8]) -> Option<[u8; 4]> {
    let Some(a) = octet(rest, b'.') else { return None };
    let Some(b) = octet(rest, b'.') else { return None };
    let Some(c) = octet(rest, b'.') else { return None };
    let Some(d) = octet(rest, b'/') else { return None };
    Some([a, b, c, d])
}

const fn octet(rest: &mut &[u8], end: u8) -> Option<u8> {
    let Some(value) = number(rest, 255) else { return None };
    match rest.split_first() {
        Some((first, tail)) if *first == end => {
            *rest = tail;
            Some(value)
        }
        _ => None,
    }
}

/// Reads a decimal number of at most `max`, without leading zeros, off the front of `rest`.
const fn number(rest: &mut &[u8], max: u16) -> Option<u8> {
    let mut value: u16 = 0;
    let mut digits = 0;
    while let Some((digit, tail)) = rest.split_first() {
        if !digit.is_ascii_digit() {
            break;
        }
        if digits > 0 && value == 0 {
            return None;
        }
        value = value * 10 + (*digit - b'0') as u16;
        if value > max {
            return None;
        }
        digits += 1;
        *rest = tail;
    }
    #[expect(clippy::cast_possible_truncation, reason = "max is at most 255")]
    if digits == 0 { None } else { Some(value as u8) }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Cidr {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.0.to_string()
    }
}

/// A [`Cidr`] literal that is checked when the program compiles.
///
/// ```compile_fail,E0080
/// let wrong = elanswer_core::cidr!("10.0.0.1/16"); // bits set beyond the prefix length
/// ```
#[macro_export]
macro_rules! cidr {
    ($text:literal) => {
        const {
            match $crate::Cidr::parse($text) {
                Ok(cidr) => cidr,
                Err($crate::CidrError::HostBits) => panic!(concat!(
                    "the CIDR `",
                    $text,
                    "` has bits set beyond its prefix length; write the network address"
                )),
                Err(_) => panic!(concat!(
                    "`",
                    $text,
                    "` is not a range in CIDR notation such as `10.0.0.0/16`"
                )),
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn refuses_what_is_not_a_range() {
        for bad in [
            "",
            "10.0.0.0",
            "10.0.0/16",
            "10.0.0.0/33",
            "256.0.0.0/8",
            "10.0.0.0/16 ",
            "010.0.0.0/8",
            "10.0.0.0/",
        ] {
            assert_eq!(bad.parse::<Cidr>(), Err(CidrError::Form), "{bad}");
        }
        assert_eq!("10.0.0.1/24".parse::<Cidr>(), Err(CidrError::HostBits));
    }

    #[test]
    fn knows_private_ranges() {
        assert!(cidr!("172.31.0.0/16").is_private());
        assert!(!cidr!("172.32.0.0/16").is_private());
        assert!(!Cidr::ANY.is_private());
    }

    proptest! {
        #[test]
        fn agrees_with_ipnet(bits: u32, prefix in 0_u8..=32, other: u32, other_prefix in 0_u8..=32) {
            let net = Ipv4Net::new(Ipv4Addr::from(bits), prefix).unwrap().trunc();
            let second = Ipv4Net::new(Ipv4Addr::from(other), other_prefix).unwrap().trunc();
            let (a, b) = (net.to_string().parse::<Cidr>().unwrap(), second.to_string().parse::<Cidr>().unwrap());
            prop_assert_eq!(a.to_string(), net.to_string());
            prop_assert_eq!(a.contains(b), net.contains(&second));
        }

        #[test]
        fn never_panics(text in "[0-9./ a]{0,24}") {
            let ours = text.parse::<Cidr>().is_ok();
            let theirs = text.parse::<Ipv4Net>().is_ok_and(|net| net == net.trunc());
            prop_assert_eq!(ours, theirs);
        }
    }
}
