//! The rules of a web ACL.

use serde::{Deserialize, Serialize};

use super::{
    EntityName, LabelName, ManagedRuleGroup, OverrideAction, RateLimit, RuleAction, Statement,
    VisibilityConfig,
};
use crate::{Set, bounded::Bounded};

/// When a rule comes: the lowest number first. AWS takes each once in a web ACL.
pub type Priority = Bounded<0, 2_147_483_647>;

/// A rule of a web ACL.
///
/// A managed rule group takes an [`OverrideAction`] and every other rule a [`RuleAction`]; AWS
/// refuses it the other way round, and there is no way to write that here.
///
/// ```
/// use elanswer_core::services::wafv2::{
///     EntityName, ManagedRuleGroup, ManagedRules, Priority, RateLimit, RequestLimit, Rule,
///     RuleAction,
/// };
///
/// let common = Rule::managed(
///     EntityName::literal("common"),
///     Priority::of::<10>(),
///     ManagedRuleGroup::of(ManagedRules::Common),
/// );
/// let limit = Rule::limiting(
///     EntityName::literal("limit"),
///     Priority::of::<20>(),
///     RateLimit::of(RequestLimit::of::<2000>()),
///     RuleAction::Block,
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Shape", into = "Shape")]
pub struct Rule {
    /// `Priority`.
    pub priority: Priority,
    /// `Name`, unique in the web ACL.
    pub name: EntityName,
    /// `Statement`, with what becomes of a request that it matches.
    pub body: RuleBody,
    /// `VisibilityConfig`: what AWS tells about it.
    pub visibility_config: VisibilityConfig,
}

/// What a rule is about, and what it does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleBody {
    /// The rules of a managed rule group.
    Managed {
        /// `ManagedRuleGroupStatement`.
        group: ManagedRuleGroup,
        /// `OverrideAction`: what is made of what they do.
        action: OverrideAction,
    },
    /// Requests that match.
    Match {
        /// `Statement`.
        statement: Statement,
        /// `Action`: what becomes of them.
        action: RuleAction,
        /// `RuleLabels`: what is put on them for later rules. AWS takes 100.
        labels: Set<LabelName>,
    },
    /// Requests of an address that sends too many.
    RateLimit {
        /// `RateBasedStatement`.
        rate: RateLimit,
        /// `Action`: what becomes of them.
        action: RuleAction,
        /// `RuleLabels`: what is put on them for later rules. AWS takes 100.
        labels: Set<LabelName>,
    },
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shape {
    name: EntityName,
    priority: Priority,
    statement: StatementShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<RuleAction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    override_action: Option<OverrideAction>,
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    rule_labels: Set<LabelShape>,
    visibility_config: VisibilityConfig,
}

/// What stands in a rule and within no other statement, and what stands in both.
#[derive(Clone, Serialize, Deserialize)]
enum StatementShape {
    #[serde(rename = "ManagedRuleGroupStatement")]
    Managed(ManagedRuleGroup),
    #[serde(rename = "RateBasedStatement")]
    Rate(RateLimit),
    #[serde(untagged)]
    Match(Statement),
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LabelShape {
    name: LabelName,
}

impl Rule {
    fn new(name: EntityName, priority: Priority, body: RuleBody) -> Self {
        let visibility_config = VisibilityConfig::of_rule(&name);
        Self { priority, name, body, visibility_config }
    }

    /// The rules of a managed rule group do what they do.
    #[must_use]
    pub fn managed(name: EntityName, priority: Priority, group: ManagedRuleGroup) -> Self {
        Self::new(name, priority, RuleBody::Managed { group, action: OverrideAction::None })
    }

    /// This becomes of requests that match.
    pub fn matching(
        name: EntityName,
        priority: Priority,
        statement: impl Into<Statement>,
        action: RuleAction,
    ) -> Self {
        let (statement, labels) = (statement.into(), Set::new());
        Self::new(name, priority, RuleBody::Match { statement, action, labels })
    }

    /// This becomes of requests of an address that sends too many.
    #[must_use]
    pub fn limiting(
        name: EntityName,
        priority: Priority,
        rate: RateLimit,
        action: RuleAction,
    ) -> Self {
        let labels = Set::new();
        Self::new(name, priority, RuleBody::RateLimit { rate, action, labels })
    }

    /// The same, but that it only counts: to see what it would do.
    #[must_use]
    pub fn counting(mut self) -> Self {
        match &mut self.body {
            RuleBody::Managed { action, .. } => *action = OverrideAction::Count,
            RuleBody::Match { action, .. } | RuleBody::RateLimit { action, .. } => {
                *action = RuleAction::Count;
            }
        }
        self
    }

    /// Whether it keeps some requests out, or makes those who send them prove something.
    #[must_use]
    pub fn stops(&self) -> bool {
        match &self.body {
            RuleBody::Managed { action, .. } => *action == OverrideAction::None,
            RuleBody::Match { action, .. } | RuleBody::RateLimit { action, .. } => action.stops(),
        }
    }

    /// The statement that it is about, or that narrows what it looks at.
    #[must_use]
    pub const fn statement(&self) -> Option<&Statement> {
        match &self.body {
            RuleBody::Managed { group, .. } => group.scope_down.as_ref(),
            RuleBody::Match { statement, .. } => Some(statement),
            RuleBody::RateLimit { rate, .. } => rate.scope_down.as_ref(),
        }
    }
}

impl From<Rule> for Shape {
    fn from(rule: Rule) -> Self {
        let (statement, action, override_action, labels) = match rule.body {
            RuleBody::Managed { group, action } => {
                (StatementShape::Managed(group), None, Some(action), Set::new())
            }
            RuleBody::Match { statement, action, labels } => {
                (StatementShape::Match(statement), Some(action), None, labels)
            }
            RuleBody::RateLimit { rate, action, labels } => {
                (StatementShape::Rate(rate), Some(action), None, labels)
            }
        };
        Self {
            name: rule.name,
            priority: rule.priority,
            statement,
            action,
            override_action,
            rule_labels: labels.into_iter().map(|name| LabelShape { name }).collect(),
            visibility_config: rule.visibility_config,
        }
    }
}

impl TryFrom<Shape> for Rule {
    type Error = String;

    fn try_from(shape: Shape) -> Result<Self, Self::Error> {
        let labels = shape.rule_labels.into_iter().map(|label| label.name).collect();
        let body = match (shape.statement, shape.action, shape.override_action) {
            (StatementShape::Managed(group), None, Some(action)) => {
                RuleBody::Managed { group, action }
            }
            (StatementShape::Match(statement), Some(action), None) => {
                RuleBody::Match { statement, action, labels }
            }
            (StatementShape::Rate(rate), Some(action), None) => {
                RuleBody::RateLimit { rate, action, labels }
            }
            (StatementShape::Managed(_), ..) => {
                return Err(format!("the rule group `{}` takes an override action", shape.name));
            }
            _ => return Err(format!("the rule `{}` takes an action", shape.name)),
        };
        let (priority, name) = (shape.priority, shape.name);
        Ok(Self { priority, name, body, visibility_config: shape.visibility_config })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::services::wafv2::{Countries, CountryCode, ManagedRules, RequestLimit};

    fn tree(statement: &Value, action: &str, does: &Value) -> Value {
        json!({
            "Name": "it",
            "Priority": 7,
            "Statement": statement,
            action: does,
            "VisibilityConfig": {
                "CloudWatchMetricsEnabled": true,
                "MetricName": "it",
                "SampledRequestsEnabled": true,
            },
        })
    }

    const NAME: EntityName = EntityName::literal("it");

    #[test]
    fn has_the_shape_of_cloudformation() {
        let priority = Priority::of::<7>();
        let group = ManagedRuleGroup::of(ManagedRules::Sql);
        let managed = json!({"ManagedRuleGroupStatement": {
            "VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet",
        }});
        let abroad = Statement::from_countries(Countries::of(CountryCode::literal("AQ")));
        let geo = json!({"GeoMatchStatement": {"CountryCodes": ["AQ"]}});
        let rate = RateLimit::of(RequestLimit::of::<100>());
        let limit = json!({"RateBasedStatement": {
            "Limit": 100, "EvaluationWindowSec": 300, "AggregateKeyType": "IP",
        }});
        for (rule, tree) in [
            (
                Rule::managed(NAME, priority, group),
                tree(&managed, "OverrideAction", &json!({"None": {}})),
            ),
            (
                Rule::matching(NAME, priority, abroad, RuleAction::Block),
                tree(&geo, "Action", &json!({"Block": {}})),
            ),
            (
                Rule::limiting(NAME, priority, rate, RuleAction::Captcha),
                tree(&limit, "Action", &json!({"Captcha": {}})),
            ),
        ] {
            assert_eq!(serde_json::to_value(&rule).unwrap(), tree);
            assert_eq!(serde_json::from_value::<Rule>(tree).unwrap(), rule);
            assert!(rule.stops() && !rule.counting().stops());
        }
    }

    #[test]
    fn a_group_takes_an_override_and_nothing_else_does() {
        let managed = json!({"ManagedRuleGroupStatement": {
            "VendorName": "AWS", "Name": "AWSManagedRulesSQLiRuleSet",
        }});
        let geo = json!({"GeoMatchStatement": {"CountryCodes": ["AQ"]}});
        for wrong in [
            tree(&managed, "Action", &json!({"Block": {}})),
            tree(&geo, "OverrideAction", &json!({"None": {}})),
        ] {
            assert!(serde_json::from_value::<Rule>(wrong).is_err());
        }
    }

    #[test]
    fn rules_are_in_the_order_of_their_priorities() {
        let rule = |name, priority| {
            let rate = RateLimit::of(RequestLimit::of::<100>());
            Rule::limiting(name, priority, rate, RuleAction::Block)
        };
        let last = rule(EntityName::literal("a"), Priority::of::<10>());
        let first = rule(EntityName::literal("b"), Priority::of::<9>());
        let rules = Set::from([last.clone(), first.clone()]);
        assert_eq!(rules.into_iter().collect::<Vec<_>>(), [first, last]);
    }
}
