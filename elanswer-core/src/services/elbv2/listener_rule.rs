//! `AWS::ElasticLoadBalancingV2::ListenerRule`.

use std::{fmt, str::FromStr};

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Action, Listener, action};
use crate::{
    Set,
    bounded::Bounded,
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
};

/// What a listener does with some of its requests.
///
/// AWS: [`AWS::ElasticLoadBalancingV2::ListenerRule`](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html).
/// Quota: 100 per load balancer unless raised.
///
/// CloudFormation's type has no tags; AWS gets those of the owner all the same.
///
/// ```
/// use elanswer_core::{Ref, services::elbv2::{Action, Conditions, Listener, ListenerRule, Priority}};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let https = Ref::<Listener>::existing("arn:aws:elasticloadbalancing:…");
/// let rule = ListenerRule::builder()
///     .listener(&https)
///     .priority(Priority::of::<10>())
///     .conditions(Conditions::path(["/api/*".parse()?]))
///     .action(Action::forward(Ref::existing("arn:aws:elasticloadbalancing:…")))
///     .build();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ListenerRule {
    /// `ListenerArn`. Changing it replaces the rule.
    #[builder(into)]
    #[serde(rename = "ListenerArn")]
    pub listener: Ref<Listener>,
    /// `Priority`: the rule with the lowest takes a request first. Unique in the listener.
    pub priority: Priority,
    /// `Conditions`: which requests it takes.
    pub conditions: Conditions,
    /// `Actions`: what is done with them.
    #[serde(rename = "Actions", with = "action::only")]
    pub action: Action,
}

/// The priority of a rule: 1 to 50000; the lowest comes first.
pub type Priority = Bounded<1, 50000>;

/// Which requests a rule takes: those that match a pattern of each condition that is set.
///
/// AWS takes at most five patterns in a rule.
///
/// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Shape>", into = "Vec<Shape>")]
pub struct Conditions {
    /// `host-header`: patterns of the host name.
    pub host_header: Set<HostPattern>,
    /// `path-pattern`: patterns of the path.
    pub path_pattern: Set<PathPattern>,
}

/// A pattern of paths, case-sensitive: 1 to 128 of the characters that AWS takes, where `*` is any
/// text and `?` any character: `/api/*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern(String);

/// A pattern of host names: 1 to 128 letters, digits, `-` and `.`, where `*` is any text and `?`
/// any character: `*.example.com`. Kept in lower case, as host names have no case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern(String);

/// A text that AWS does not take as a pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a pattern of {what}")]
pub struct PatternError {
    text: String,
    what: &'static str,
}

/// What AWS decides of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListenerRuleOutputs {
    /// `RuleArn`.
    pub rule_arn: String,
    /// `IsDefault`: whether it is the rule that AWS made with the listener.
    pub is_default: bool,
}

impl Resource for ListenerRule {
    type Outputs = ListenerRuleOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "RuleArn",
        outputs: &["RuleArn", "IsDefault"],
        replaces: &["ListenerArn"],
        exclusive: &["ListenerArn", "Priority"],
        resource_type: Some("elasticloadbalancing:listener-rule"),
        named_by_arn: true,
        api: "elasticloadbalancing",
        timing: Timing::seconds(0, 0, 0),
        ..Schema::new(Kind::new("AWS::ElasticLoadBalancingV2::ListenerRule"))
    };

    /// `CreateRule`; `ModifyRule`, `SetRulePriorities`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.conditions != to.conditions || from.action != to.action)
                    + u32::from(from.priority != to.priority)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl Conditions {
    /// Requests whose path matches one of the patterns.
    #[must_use]
    pub fn path(patterns: impl IntoIterator<Item = PathPattern>) -> Self {
        Self { host_header: Set::new(), path_pattern: patterns.into_iter().collect() }
    }

    /// Requests whose host name matches one of the patterns.
    #[must_use]
    pub fn host(patterns: impl IntoIterator<Item = HostPattern>) -> Self {
        Self { host_header: patterns.into_iter().collect(), path_pattern: Set::new() }
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.host_header.len() + self.path_pattern.len()
    }

    /// Whether there are none, which AWS refuses.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many wildcards there are in the patterns.
    #[must_use]
    pub fn wildcards(&self) -> usize {
        let hosts = self.host_header.iter().map(HostPattern::as_str);
        let texts = hosts.chain(self.path_pattern.iter().map(PathPattern::as_str));
        texts.map(|text| text.matches(['*', '?']).count()).sum()
    }
}

impl FromStr for PathPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$/~\"'@:+&*?".contains(&byte);
        if (1..=128).contains(&text.len()) && text.bytes().all(taken) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PatternError { text: text.to_owned(), what: "paths" })
        }
    }
}

impl FromStr for HostPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"-.*?".contains(&byte);
        // AWS wants a dot, and only letters after the last one.
        let ends_well = text
            .rsplit_once('.')
            .is_some_and(|(_, end)| end.bytes().all(|byte| byte.is_ascii_alphabetic()));
        if text.len() <= 128 && ends_well && text.bytes().all(taken) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(PatternError { text: text.to_owned(), what: "host names" })
        }
    }
}

macro_rules! pattern {
    ($name:ident) => {
        impl $name {
            /// The pattern as text.
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
            type Error = PatternError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(pattern: $name) -> Self {
                pattern.0
            }
        }
    };
}

pattern!(HostPattern);
pattern!(PathPattern);

/// The form that CloudFormation gives a condition.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "Field", rename_all = "kebab-case")]
enum Shape {
    #[serde(rename_all = "PascalCase")]
    HostHeader { host_header_config: Values<HostPattern> },
    #[serde(rename_all = "PascalCase")]
    PathPattern { path_pattern_config: Values<PathPattern> },
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", bound(deserialize = "T: Ord + Deserialize<'de>"))]
struct Values<T> {
    values: Set<T>,
}

impl From<Conditions> for Vec<Shape> {
    fn from(it: Conditions) -> Self {
        let host = (!it.host_header.is_empty())
            .then_some(Shape::HostHeader { host_header_config: Values { values: it.host_header } });
        let path = (!it.path_pattern.is_empty()).then_some(Shape::PathPattern {
            path_pattern_config: Values { values: it.path_pattern },
        });
        host.into_iter().chain(path).collect()
    }
}

impl From<Vec<Shape>> for Conditions {
    fn from(list: Vec<Shape>) -> Self {
        let mut conditions = Self::path([]);
        for condition in list {
            match condition {
                Shape::HostHeader { host_header_config } => {
                    conditions.host_header.extend(host_header_config.values);
                }
                Shape::PathPattern { path_pattern_config } => {
                    conditions.path_pattern.extend(path_pattern_config.values);
                }
            }
        }
        conditions
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn it_has_the_shape_of_cloudformation() {
        let mut conditions = Conditions::path(["/b/*".parse().unwrap(), "/a".parse().unwrap()]);
        conditions.host_header.insert("API.example.com".parse().unwrap());
        let it = ListenerRule::builder()
            .listener(Ref::existing("listener"))
            .priority(Priority::of::<10>())
            .conditions(conditions)
            .action(Action::Forward(Ref::existing("tg")))
            .build();
        let expected = json!({
            "ListenerArn": "listener",
            "Priority": 10,
            "Conditions": [
                {"Field": "host-header", "HostHeaderConfig": {"Values": ["api.example.com"]}},
                {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a", "/b/*"]}},
            ],
            "Actions": [{"Type": "forward", "TargetGroupArn": "tg"}],
        });
        let tree = Value::Object(properties_of(&it));
        assert_eq!(tree, expected);
        assert_eq!(serde_json::from_value::<ListenerRule>(tree).unwrap(), it);
    }

    #[test]
    fn patterns_have_the_characters_that_aws_takes() {
        for good in ["/", "/api/*", "*.png", "/a?b", "/~user/\"x\""] {
            assert!(good.parse::<PathPattern>().is_ok(), "{good}");
        }
        for bad in ["", "/a b", "/a#b", "/é", &"x".repeat(129)] {
            assert!(bad.parse::<PathPattern>().is_err(), "{bad}");
        }
        for good in ["example.com", "*.example.com", "a-?.example.com"] {
            assert!(good.parse::<HostPattern>().is_ok(), "{good}");
        }
        for bad in ["", "localhost", "example.c0m", "exa_mple.com", "example.*"] {
            assert!(bad.parse::<HostPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn wildcards_are_counted() {
        let conditions = Conditions::path(["/a/*".parse().unwrap(), "/b/?/*".parse().unwrap()]);
        assert_eq!((conditions.len(), conditions.wildcards()), (2, 3));
    }

    #[test]
    fn priorities_are_bounded() {
        assert!(Priority::new(0).is_err() && Priority::new(50001).is_err());
        assert!(Priority::new(1).is_ok() && Priority::new(50000).is_ok());
    }
}
