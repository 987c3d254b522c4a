//! How much an anomaly must cost to be told of.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::dollars::Dollars;

/// What an anomaly must have cost altogether, or more, to be told of.
///
/// AWS has it as an expression of `ANOMALY_TOTAL_IMPACT_ABSOLUTE`; other expressions are not
/// modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnomalyThreshold(Dollars);

/// A text is no expression of what an anomaly must have cost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no expression of what an anomaly must have cost altogether")]
pub struct AnomalyThresholdError(String);

impl AnomalyThreshold {
    /// The dimension of what an anomaly cost altogether.
    pub const DIMENSION: &'static str = "ANOMALY_TOTAL_IMPACT_ABSOLUTE";
    /// How it is compared.
    pub const MATCH: &'static str = "GREATER_THAN_OR_EQUAL";

    /// This much, or more.
    #[must_use]
    pub const fn at_least(amount: Dollars) -> Self {
        Self(amount)
    }

    /// How much.
    #[must_use]
    pub const fn amount(self) -> Dollars {
        self.0
    }

    /// The expression in JSON without white space, as CloudFormation has it.
    #[must_use]
    pub fn to_json(self) -> String {
        json!({ "Dimensions": {
            "Key": Self::DIMENSION,
            "MatchOptions": [Self::MATCH],
            "Values": [self.0.to_string()],
        } })
        .to_string()
    }
}

impl FromStr for AnomalyThreshold {
    type Err = AnomalyThresholdError;

    fn from_str(text: &str) -> Result<Self, AnomalyThresholdError> {
        let amount = || {
            let tree: Value = serde_json::from_str(text).ok()?;
            let value = tree.pointer("/Dimensions/Values/0")?.as_str()?;
            let it = Self(value.parse().ok()?);
            // Nothing but what such an expression has.
            let canonical: Value = serde_json::from_str(&it.to_json()).ok()?;
            let given = json!({ "Dimensions": {
                "Key": tree.pointer("/Dimensions/Key")?,
                "MatchOptions": tree.pointer("/Dimensions/MatchOptions")?,
                "Values": [it.0.to_string()],
            } });
            let parts = tree.as_object()?.len() == 1
                && tree.pointer("/Dimensions")?.as_object()?.len() == 3
                && tree.pointer("/Dimensions/Values")?.as_array()?.len() == 1;
            (parts && given == canonical).then_some(it)
        };
        amount().ok_or_else(|| AnomalyThresholdError(text.to_owned()))
    }
}

impl TryFrom<String> for AnomalyThreshold {
    type Error = AnomalyThresholdError;

    fn try_from(text: String) -> Result<Self, AnomalyThresholdError> {
        text.parse()
    }
}

impl From<AnomalyThreshold> for String {
    fn from(threshold: AnomalyThreshold) -> Self {
        threshold.to_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_expression_of_cloudformation() {
        let threshold = AnomalyThreshold::at_least(Dollars::cents(10_050));
        let json = threshold.to_json();
        assert_eq!(
            json,
            r#"{"Dimensions":{"Key":"ANOMALY_TOTAL_IMPACT_ABSOLUTE","MatchOptions":["GREATER_THAN_OR_EQUAL"],"Values":["100.5"]}}"#
        );
        assert_eq!(json.parse(), Ok(threshold));
        assert_eq!(json.replace("100.5", "100.50").parse(), Ok(threshold));
    }

    #[test]
    fn other_expressions_are_not_taken_for_it() {
        let json = AnomalyThreshold::at_least(Dollars::whole(100)).to_json();
        for (from, to) in [
            ("_ABSOLUTE", "_PERCENTAGE"),
            ("GREATER_THAN_OR_EQUAL", "EQUALS"),
            ("[\"100\"]", "[\"100\",\"200\"]"),
            ("{\"Dimensions\"", "{\"Tags\":{},\"Dimensions\""),
            ("Dimensions", "And"),
        ] {
            let other = json.replace(from, to);
            assert!(other.parse::<AnomalyThreshold>().is_err(), "{other}");
        }
    }
}
