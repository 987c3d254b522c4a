//! Database engines, their versions and parameter families, and the classes they run on.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::text::{TextError, text};

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Engine {
    /// `postgres`: RDS for PostgreSQL.
    #[serde(rename = "postgres")]
    Postgres,
}

impl Engine {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
        }
    }

    /// The port that its clients try when told nothing else.
    #[must_use]
    pub const fn default_port(self) -> Port {
        match self {
            Self::Postgres => Port(5432),
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

text! {
    /// A version of an engine: `16`, or `16.4`.
    ///
    /// A major version alone is AWS's preferred minor version of it.
    EngineVersion: "an engine version",
    "numbers joined by periods, as in `16` or `16.4`; AWS's own additions follow a hyphen, as in `16.4-R2`",
    is_version
}

impl EngineVersion {
    /// The major version: `16` of `16.4`.
    #[must_use]
    pub fn major(&self) -> &str {
        let text = self.as_str();
        text.split(['.', '-']).next().unwrap_or(text)
    }

    /// The numbers, for comparison: an upgrade is a greater version.
    #[must_use]
    pub fn numbers(&self) -> Vec<u32> {
        let text = self.as_str();
        let numbers = text.split_once('-').map_or(text, |(numbers, _)| numbers);
        numbers.split('.').filter_map(|number| number.parse().ok()).collect()
    }
}

text! {
    /// A family of DB parameter groups: an engine and its major version, `postgres16`.
    DbParameterGroupFamily: "a DB parameter group family",
    "the name of an engine and its major version, as in `postgres16`",
    is_family
}

impl DbParameterGroupFamily {
    /// The family of this engine and version.
    ///
    /// ```
    /// use elanswer_core::services::rds::{DbParameterGroupFamily, Engine, EngineVersion};
    ///
    /// let family = DbParameterGroupFamily::of(Engine::Postgres, &EngineVersion::literal("16.4"));
    /// assert_eq!(family.as_str(), "postgres16");
    /// ```
    #[must_use]
    pub fn of(engine: Engine, version: &EngineVersion) -> Self {
        match engine {
            Engine::Postgres => Self(Cow::Owned(format!("postgres{}", version.major()))),
        }
    }
}

text! {
    /// A class of DB instances: `db.m7g.large`.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.html>.
    DbInstanceClass: "a DB instance class",
    "`db.`, a family, `.` and a size, as in `db.m7g.large`",
    is_class
}

impl DbInstanceClass {
    /// The family: `m7g` of `db.m7g.large`.
    #[must_use]
    pub fn family(&self) -> &str {
        self.as_str().split('.').nth(1).unwrap_or_default()
    }

    /// The size: `large` of `db.m7g.large`.
    #[must_use]
    pub fn size(&self) -> &str {
        self.as_str().split('.').nth(2).unwrap_or_default()
    }

    /// Whether AWS had this class for PostgreSQL when this version of elanswer was made.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let (families, sizes): (&[&str], &[&str]) = match self.family() {
            "t3" | "t4g" => {
                (&["t3", "t4g"], &["micro", "small", "medium", "large", "xlarge", "2xlarge"])
            }
            "x2g" | "c6gd" => (
                &["x2g", "c6gd"],
                &[
                    "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge",
                    "16xlarge",
                ],
            ),
            "x2idn" => (&["x2idn"], &["16xlarge", "24xlarge", "32xlarge"]),
            "x2iedn" => (
                &["x2iedn"],
                &["xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge", "24xlarge", "32xlarge"],
            ),
            _ => (
                &[
                    "m5", "m5d", "m6g", "m6gd", "m6i", "m6id", "m6idn", "m6in", "m7g", "m7i",
                    "m8g", "m8gd", "r5", "r5b", "r5d", "r6g", "r6gd", "r6i", "r6id", "r6idn",
                    "r6in", "r7g", "r7i", "r8g", "r8gd",
                ],
                &[
                    "medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge",
                    "16xlarge", "24xlarge", "32xlarge", "48xlarge",
                ],
            ),
        };
        families.contains(&self.family()) && sizes.contains(&self.size())
    }
}

/// The port that a database listens on: 1150 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Port(u16);

impl Port {
    /// A port that the program writes down: a wrong one does not compile.
    #[must_use]
    pub const fn number<const PORT: u16>() -> Self {
        const { assert!(PORT >= 1150, "a database listens on a port from 1150 to 65535") };
        Self(PORT)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Port {
    type Error = TextError;

    fn try_from(port: u16) -> Result<Self, Self::Error> {
        if port >= 1150 {
            Ok(Self(port))
        } else {
            Err(TextError::new(port.to_string(), "a port of a database", "1150 to 65535"))
        }
    }
}

/// CloudFormation has the port as a text.
impl TryFrom<String> for Port {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let port: u16 = text
            .parse()
            .map_err(|_| TextError::new(text.clone(), "a port of a database", "1150 to 65535"))?;
        port.try_into()
    }
}

impl From<Port> for String {
    fn from(port: Port) -> Self {
        port.0.to_string()
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

const fn is_version(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut before, mut additions) = (b'.', false);
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'0'..=b'9' => {}
            b'.' if before != b'.' => {}
            b'-' if before != b'.' && !additions => additions = true,
            b'a'..=b'z' | b'A'..=b'Z' if additions => {}
            _ => return false,
        }
        (before, rest) = (*byte, tail);
    }
    before != b'.' && before != b'-'
}

/// A name in lower case, then a number, perhaps with a period.
const fn is_family(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut letters, mut digits, mut before) = (0_usize, 0_usize, 0_u8);
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'a'..=b'z' if digits == 0 => letters += 1,
            b'-' if digits == 0 && letters > 0 && before != b'-' => {}
            b'0'..=b'9' if letters > 0 => digits += 1,
            b'.' if digits > 0 && before != b'.' => {}
            _ => return false,
        }
        (before, rest) = (*byte, tail);
    }
    digits > 0 && before != b'.'
}

/// Three parts joined by periods: `db`, letters and digits, letters and digits.
const fn is_class(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut prefix: &[u8] = b"db.";
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
    fn versions_have_a_major_part_and_an_order() {
        let version = EngineVersion::literal("16.4-R2");
        assert_eq!((version.major(), version.numbers()), ("16", vec![16, 4]));
        assert!(EngineVersion::literal("16").numbers() < version.numbers());
        assert!(EngineVersion::new("11.22-rds.20240509").is_ok());
        for bad in ["", "16.", ".4", "16..4", "v16", "16-", "sixteen"] {
            assert!(EngineVersion::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn classes_have_three_parts() {
        let class = DbInstanceClass::literal("db.r6gd.16xlarge");
        assert_eq!((class.family(), class.size()), ("r6gd", "16xlarge"));
        assert!(class.is_known());
        assert!(!DbInstanceClass::literal("db.t4g.48xlarge").is_known());
        assert!(!DbInstanceClass::literal("db.q9.large").is_known());
        for bad in
            ["", "db.t4g", "t4g.micro", "db..micro", "db.t4g.", "db.t4g.micro.x", "DB.t4g.micro"]
        {
            assert!(DbInstanceClass::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn families_and_ports() {
        assert!(DbParameterGroupFamily::new("aurora-postgresql16").is_ok());
        assert!(DbParameterGroupFamily::new("mysql8.0").is_ok());
        for bad in ["", "postgres", "16", "postgres16.", "Postgres16"] {
            assert!(DbParameterGroupFamily::new(bad).is_err(), "{bad}");
        }
        assert_eq!(serde_json::to_value(Port::number::<5432>()).unwrap(), "5432");
        assert!(Port::try_from(1149).is_err() && Port::try_from("x".to_owned()).is_err());
    }
}
