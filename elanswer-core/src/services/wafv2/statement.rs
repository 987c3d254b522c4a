//! Which requests a rule matches.

use serde::{Deserialize, Serialize};

use super::{ByteMatch, Countries, IpSet, LabelKey, LabelScope, SizeConstraint};
use crate::reference::Ref;

/// Which requests a rule matches: what can stand within other statements.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html>.
/// Not modelled: SQL injection, scripts and regular expressions, which managed rule groups look
/// for; autonomous systems; addresses and countries that a header tells.
///
/// ```
/// use elanswer_core::services::wafv2::{
///     ByteMatch, Countries, CountryCode, FieldToMatch, Position, SearchString, Statement,
/// };
///
/// let admin = ByteMatch::new(
///     FieldToMatch::path(),
///     Position::StartsWith,
///     SearchString::literal("/admin"),
/// );
/// let home = Statement::from_countries(Countries::of(CountryCode::literal("DE")));
/// let admin_from_abroad = Statement::from(admin).and(home.negated());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Statement {
    /// `AndStatement`: those that all of them match.
    #[serde(rename = "AndStatement", rename_all = "PascalCase")]
    And {
        /// `Statements`.
        statements: Several,
    },
    /// `ByteMatchStatement`: those in a part of which a text stands.
    #[serde(rename = "ByteMatchStatement")]
    Bytes(ByteMatch),
    /// `GeoMatchStatement`: those from these countries, by their address.
    #[serde(rename = "GeoMatchStatement", rename_all = "PascalCase")]
    Countries {
        /// `CountryCodes`.
        country_codes: Countries,
    },
    /// `IPSetReferenceStatement`: those from the addresses of an IP set of the same scope.
    #[serde(rename = "IPSetReferenceStatement", rename_all = "PascalCase")]
    IpSet {
        /// `Arn`.
        arn: Ref<IpSet>,
    },
    /// `LabelMatchStatement`: those that an earlier rule put a label on.
    #[serde(rename = "LabelMatchStatement", rename_all = "PascalCase")]
    Label {
        /// `Key`: the label, or its namespace with a `:` at the end.
        key: LabelKey,
        /// `Scope`: which of the two.
        scope: LabelScope,
    },
    /// `NotStatement`: those that it does not match.
    #[serde(rename = "NotStatement", rename_all = "PascalCase")]
    Not {
        /// `Statement`.
        statement: Box<Self>,
    },
    /// `OrStatement`: those that one of them matches.
    #[serde(rename = "OrStatement", rename_all = "PascalCase")]
    Or {
        /// `Statements`.
        statements: Several,
    },
    /// `SizeConstraintStatement`: those a part of which has some length.
    #[serde(rename = "SizeConstraintStatement")]
    Size(SizeConstraint),
}

/// Two statements or more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Vec<Statement>", into = "Vec<Statement>")]
pub struct Several(Vec<Statement>);

/// Fewer than two statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("AWS WAF joins two statements or more, not {0}")]
pub struct SeveralError(usize);

impl Several {
    /// These two.
    #[must_use]
    pub fn new(first: Statement, second: Statement) -> Self {
        Self(vec![first, second])
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, statement: Statement) -> Self {
        self.0.push(statement);
        self
    }

    /// The statements, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Statement] {
        &self.0
    }
}

impl TryFrom<Vec<Statement>> for Several {
    type Error = SeveralError;

    fn try_from(statements: Vec<Statement>) -> Result<Self, Self::Error> {
        match statements.len() {
            count @ 0..=1 => Err(SeveralError(count)),
            _ => Ok(Self(statements)),
        }
    }
}

impl From<Several> for Vec<Statement> {
    fn from(several: Several) -> Self {
        several.0
    }
}

impl Statement {
    /// Requests that this and the other match.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let statements = match self {
            Self::And { statements } => statements.with(other),
            first => Several::new(first, other),
        };
        Self::And { statements }
    }

    /// Requests that this or the other matches.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let statements = match self {
            Self::Or { statements } => statements.with(other),
            first => Several::new(first, other),
        };
        Self::Or { statements }
    }

    /// Requests that this does not match.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not { statement: Box::new(self) }
    }

    /// Requests from these countries.
    #[must_use]
    pub const fn from_countries(country_codes: Countries) -> Self {
        Self::Countries { country_codes }
    }

    /// Requests from the addresses of an IP set.
    pub fn from_addresses(arn: impl Into<Ref<IpSet>>) -> Self {
        Self::IpSet { arn: arn.into() }
    }

    /// Requests that an earlier rule put this label on.
    #[must_use]
    pub const fn labelled(key: LabelKey) -> Self {
        Self::Label { key, scope: LabelScope::Label }
    }

    /// The IP sets that it looks for, and those that statements within it look for.
    #[must_use]
    pub fn ip_sets(&self) -> Vec<&Ref<IpSet>> {
        match self {
            Self::And { statements } | Self::Or { statements } => {
                statements.as_slice().iter().flat_map(Self::ip_sets).collect()
            }
            Self::Not { statement } => statement.ip_sets(),
            Self::IpSet { arn } => vec![arn],
            _ => Vec::new(),
        }
    }
}

impl From<ByteMatch> for Statement {
    fn from(bytes: ByteMatch) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<SizeConstraint> for Statement {
    fn from(size: SizeConstraint) -> Self {
        Self::Size(size)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::wafv2::CountryCode;

    fn country(code: &'static str) -> Statement {
        Statement::from_countries(Countries::of(CountryCode::literal(code)))
    }

    #[test]
    fn statements_have_the_shape_of_cloudformation() {
        let blocked = Statement::from_addresses(Ref::existing("arn:set"));
        let label = Statement::labelled(LabelKey::literal("awswaf:managed:x"));
        let statement = country("DE").negated().and(blocked.or(label)).and(country("US"));
        let geo = |code| json!({"GeoMatchStatement": {"CountryCodes": [code]}});
        let tree = json!({"AndStatement": {"Statements": [
            {"NotStatement": {"Statement": geo("DE")}},
            {"OrStatement": {"Statements": [
                {"IPSetReferenceStatement": {"Arn": "arn:set"}},
                {"LabelMatchStatement": {"Key": "awswaf:managed:x", "Scope": "LABEL"}},
            ]}},
            geo("US"),
        ]}});
        assert_eq!(serde_json::to_value(&statement).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Statement>(tree).unwrap(), statement);
    }

    #[test]
    fn nothing_is_joined_with_nothing() {
        let one = json!({"AndStatement": {"Statements": [
            {"GeoMatchStatement": {"CountryCodes": ["DE"]}},
        ]}});
        assert!(serde_json::from_value::<Statement>(one).is_err());
    }

    #[test]
    fn ip_sets_are_found_all_the_way_down() {
        let [one, two] = ["arn:one", "arn:two"].map(Ref::<IpSet>::existing);
        let statement = Statement::from_addresses(&one)
            .negated()
            .and(country("FR").or(Statement::from_addresses(&two).negated()));
        assert_eq!(statement.ip_sets(), [&one, &two]);
    }
}
