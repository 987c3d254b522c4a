//! Cache engines, their versions and parameter families, and the nodes they run on.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::text::{TextError, text};

/// A cache engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Engine {
    /// `redis`: Redis OSS, of which AWS has versions up to 7.1.
    Redis,
    /// `valkey`: Valkey, which goes on from Redis OSS 7.2.
    Valkey,
}

impl Engine {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Valkey => "valkey",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Engine {
    type Err = TextError;

    /// AWS does not care for the case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Redis, Self::Valkey]
            .into_iter()
            .find(|engine| engine.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| TextError::new(text.to_owned(), "an engine", "`redis` or `valkey`"))
    }
}

text! {
    /// A version of an engine: `8.0`, or `7.1`.
    ///
    /// AWS chooses the patch level by itself from Redis OSS 6 on.
    EngineVersion: "an engine version",
    "numbers joined by periods, as in `8.0`; `6.x` is the newest 6",
    is_version
}

impl EngineVersion {
    /// The major version: 8 of `8.0`.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.number(0).unwrap_or_default()
    }

    /// The minor version: 0 of `8.0`. None of `6.x`.
    #[must_use]
    pub fn minor(&self) -> Option<u32> {
        self.number(1)
    }

    /// Whether it is this version or a later one; `6.x` is the last 6.
    #[must_use]
    pub fn is_at_least(&self, major: u32, minor: u32) -> bool {
        (self.major(), self.minor().unwrap_or(u32::MAX)) >= (major, minor)
    }

    fn number(&self, part: usize) -> Option<u32> {
        self.as_str().split('.').nth(part)?.parse().ok()
    }
}

text! {
    /// A family of cache parameter groups: an engine and its major version, `valkey8`.
    CacheParameterGroupFamily: "a cache parameter group family",
    "the name of an engine and its major version, as in `valkey8` or `redis6.x`",
    is_family
}

impl CacheParameterGroupFamily {
    /// The family of this engine and version.
    ///
    /// ```
    /// use elanswer_core::services::elasticache::{CacheParameterGroupFamily, Engine, EngineVersion};
    ///
    /// let family = CacheParameterGroupFamily::of(Engine::Valkey, &EngineVersion::literal("8.1"));
    /// assert_eq!(family.as_str(), "valkey8");
    /// ```
    #[must_use]
    pub fn of(engine: Engine, version: &EngineVersion) -> Self {
        let major = version.major();
        let version = match (engine, major) {
            (Engine::Redis, ..=5) => format!("{major}.0"),
            (Engine::Redis, 6) => "6.x".to_owned(),
            _ => major.to_string(),
        };
        Self(Cow::Owned(format!("{engine}{version}")))
    }
}

text! {
    /// A type of cache nodes: `cache.m7g.large`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html>.
    CacheNodeType: "a cache node type",
    "`cache.`, a family, `.` and a size, as in `cache.m7g.large`",
    is_node_type
}

impl CacheNodeType {
    /// The family: `m7g` of `cache.m7g.large`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.as_str().split('.').nth(1).unwrap_or_default()
    }

    /// The size: `large` of `cache.m7g.large`.
    #[must_use]
    pub fn size(&self) -> &str {
        self.as_str().split('.').nth(2).unwrap_or_default()
    }

    /// Whether AWS makes no new nodes of its family any more.
    #[must_use]
    pub fn is_of_the_past(&self) -> bool {
        ["t1", "t2", "m1", "m2", "m3", "c1", "r3"].contains(&self.family())
    }

    /// Whether its nodes keep data on disks too, which must be asked for (`DataTieringEnabled`).
    #[must_use]
    pub fn has_tiers(&self) -> bool {
        self.family() == "r6gd"
    }

    /// Whether AWS had this type for new nodes when this version of elanswer was made.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let sizes: &[&str] = match self.family() {
            "t3" | "t4g" => &["micro", "small", "medium"],
            "m4" => &["large", "xlarge", "2xlarge", "4xlarge", "10xlarge"],
            "r4" => &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"],
            "m5" | "r5" => &["large", "xlarge", "2xlarge", "4xlarge", "12xlarge", "24xlarge"],
            "m6g" | "m7g" | "r6g" | "r7g" | "c7gn" => {
                &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"]
            }
            "r6gd" => &["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
            _ => &[],
        };
        sizes.contains(&self.size())
    }
}

/// Numbers joined by periods; the last may be `x`.
const fn is_version(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut before, mut periods) = (b'.', 0_u8);
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'0'..=b'9' if before != b'x' => {}
            b'.' if before.is_ascii_digit() => periods += 1,
            b'x' if before == b'.' && periods == 1 => {}
            _ => return false,
        }
        (before, rest) = (*byte, tail);
    }
    periods >= 1 && before != b'.'
}

/// A name in lower case, then a number, perhaps with a period and another, or with `.x`.
const fn is_family(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut letters, mut digits, mut before) = (0_usize, 0_usize, 0_u8);
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'a'..=b'z' if digits == 0 => letters += 1,
            b'0'..=b'9' if letters > 0 && (digits == 0 || before != b'x') => {
                digits += 1;
            }
            b'.' if digits > 0 && before.is_ascii_digit() => {}
            b'x' if before == b'.' => {}
            _ => return false,
        }
        (before, rest) = (*byte, tail);
    }
    digits > 0 && before != b'.'
}

/// Three parts joined by periods: `cache`, letters and digits, letters and digits.
const fn is_node_type(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut prefix: &[u8] = b"cache.";
    let (mut periods, mut before) = (0_u8, b'.');
    while let Some((byte, tail)) = rest.split_first() {
        if let Some((wanted, others)) = prefix.split_first() {
            if *byte != *wanted {
                return false;
            }
            prefix = others;
        }
        match *byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'.' if before != b'.' => periods += 1,
            _ => return false,
        }
        (before, rest) = (*byte, tail);
    }
    periods == 2 && before != b'.'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_an_order() {
        let version = EngineVersion::literal("7.1");
        assert!(version.is_at_least(7, 0) && !version.is_at_least(7, 2));
        assert!(EngineVersion::literal("6.x").is_at_least(6, 2));
        assert!(!EngineVersion::literal("6.x").is_at_least(7, 0));
        assert!(EngineVersion::literal("5.0.6").is_at_least(5, 0));
        for bad in ["", "7", "7.", ".1", "7..1", "v7.0", "6.xx", "6.x.1", "x.6"] {
            assert!(EngineVersion::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn families_follow_the_major_version() {
        for (engine, version, family) in [
            (Engine::Redis, "4.0.10", "redis4.0"),
            (Engine::Redis, "5.0.6", "redis5.0"),
            (Engine::Redis, "6.2", "redis6.x"),
            (Engine::Redis, "7.1", "redis7"),
            (Engine::Valkey, "7.2", "valkey7"),
            (Engine::Valkey, "8.2", "valkey8"),
        ] {
            let of = CacheParameterGroupFamily::of(engine, &EngineVersion::new(version).unwrap());
            assert_eq!(of.as_str(), family);
            assert!(CacheParameterGroupFamily::new(family).is_ok(), "{family}");
        }
        for bad in ["", "redis", "7", "redis7.", "Redis7", "redis6.x7"] {
            assert!(CacheParameterGroupFamily::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn node_types_have_three_parts() {
        let node = CacheNodeType::literal("cache.r7g.16xlarge");
        assert_eq!((node.family(), node.size()), ("r7g", "16xlarge"));
        assert!(node.is_known());
        assert!(!CacheNodeType::literal("cache.t4g.large").is_known());
        assert!(CacheNodeType::literal("cache.t2.micro").is_of_the_past());
        for bad in ["", "cache.t4g", "t4g.micro", "db.t4g.micro", "cache..micro", "cache.t4g."] {
            assert!(CacheNodeType::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn aws_writes_engines_in_either_case() {
        assert_eq!("REDIS".parse(), Ok(Engine::Redis));
        assert_eq!("valkey".parse(), Ok(Engine::Valkey));
        assert!("memcached".parse::<Engine>().is_err());
        assert_eq!(serde_json::to_value(Engine::Valkey).unwrap(), "valkey");
    }
}
