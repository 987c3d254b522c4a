//! Which addresses the health checkers of AWS look at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 for special uses: RFC 5735, and RFC 6598 for the last.
const SPECIAL_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([100, 64, 0, 0], 10),
];

/// Blocks of IPv6 for special uses: RFC 5156.
const SPECIAL_V6: [([u16; 8], u32); 10] = [
    // The node itself, the unspecified address, and those that are IPv4 addresses.
    ([0, 0, 0, 0, 0, 0, 0, 0], 96),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
    ([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32),
    ([0x2001, 0x0010, 0, 0, 0, 0, 0, 0], 28),
    ([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0xff00, 0, 0, 0, 0, 0, 0, 0], 8),
];

/// Whether Route 53 makes a health check of this address: not of one in a local, private,
/// non-routable or multicast range.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html>.
#[must_use]
pub fn is_checkable(address: IpAddr) -> bool {
    !match address {
        IpAddr::V4(address) => SPECIAL_V4.iter().any(|(block, prefix)| {
            let differs = u32::from(address) ^ u32::from(Ipv4Addr::from(*block));
            differs.leading_zeros() >= *prefix
        }),
        IpAddr::V6(address) => SPECIAL_V6.iter().any(|(block, prefix)| {
            let differs = u128::from(address) ^ u128::from(Ipv6Addr::from(*block));
            differs.leading_zeros() >= *prefix
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_looked_at_and_special_blocks_are_not() {
        for good in ["1.2.3.4", "100.63.0.1", "172.32.0.1", "198.20.0.1", "2600:1f18::1"] {
            assert!(is_checkable(good.parse().unwrap()), "{good}");
        }
        let bad = [
            "10.1.2.3",
            "172.31.255.255",
            "192.168.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.2.44",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "0.0.0.0",
            "::1",
            "::ffff:1.2.3.4",
            "fe80::1",
            "fd00::1",
            "2001:db8::1",
            "ff02::1",
        ];
        for bad in bad {
            assert!(!is_checkable(bad.parse().unwrap()), "{bad}");
        }
    }
}
