//! The physical names of load balancers and target groups.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The most characters of a name.
pub(super) const MAX_NAME_LEN: usize = 32;

/// The name of a load balancer: 1 to 32 letters, digits and hyphens, no hyphen at either end, and
/// not beginning with `internal-`.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LoadBalancerName(String);

/// The name of a target group: 1 to 32 letters, digits and hyphens, no hyphen at either end, and no
/// two in a row.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TargetGroupName(String);

/// A text that AWS does not accept as a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name of Elastic Load Balancing: {rule}")]
pub struct NameError {
    text: String,
    rule: &'static str,
}

const CHARACTERS: &str = "1 to 32 letters, digits and hyphens, no hyphen at either end";

fn check(text: &str) -> Result<(), NameError> {
    let well_formed = (1..=MAX_NAME_LEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if well_formed { Ok(()) } else { Err(NameError { text: text.to_owned(), rule: CHARACTERS }) }
}

impl FromStr for LoadBalancerName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text)?;
        if text.starts_with("internal-") {
            let rule = "AWS keeps names that begin with `internal-` for itself";
            return Err(NameError { text: text.to_owned(), rule });
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for TargetGroupName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(text)?;
        if text.contains("--") {
            let rule = "no two hyphens in a row";
            return Err(NameError { text: text.to_owned(), rule });
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! name {
    ($name:ident) => {
        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }
    };
}

name!(LoadBalancerName);
name!(TargetGroupName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_form_that_aws_accepts() {
        for good in ["a", "front", "a-1", &"x".repeat(32)] {
            assert!(good.parse::<LoadBalancerName>().is_ok(), "{good}");
            assert!(good.parse::<TargetGroupName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a_b", "a.b", "ä", &"x".repeat(33)] {
            assert!(bad.parse::<LoadBalancerName>().is_err(), "{bad}");
            assert!(bad.parse::<TargetGroupName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_target_groups_have_no_two_hyphens_in_a_row() {
        assert!("a--b".parse::<TargetGroupName>().is_err());
        assert!("a--b".parse::<LoadBalancerName>().is_ok());
    }

    #[test]
    fn only_load_balancers_must_not_begin_with_internal() {
        assert!("internal-api".parse::<LoadBalancerName>().is_err());
        assert!("internal".parse::<LoadBalancerName>().is_ok());
        assert!("internal-api".parse::<TargetGroupName>().is_ok());
    }
}
