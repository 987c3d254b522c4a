//! What AWS refuses of the rules of a web ACL together: the checks and the AWS in memory share it.

use crate::Set;

use std::collections::BTreeMap;

use super::{EntityName, Priority, RuleBody, WebAcl};

/// What AWS refuses of the rules of a web ACL together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebAclFault {
    /// They need more capacity than a web ACL has.
    #[error("its rules take {0} capacity units, and a web ACL has {max}", max = WebAcl::MAX_CAPACITY)]
    Capacity(u32),
    /// Two have one name.
    #[error("two of its rules are called `{0}`")]
    Name(EntityName),
    /// Two have one priority.
    #[error("its rules `{0}` and `{1}` have one priority, {2}")]
    Priority(EntityName, EntityName, Priority),
    /// More limit rates than AWS allows.
    #[error("{0} of its rules limit rates, and AWS allows {max}", max = WebAcl::MAX_RATE_LIMITS)]
    RateLimits(usize),
}

impl WebAcl {
    /// The capacity that AWS gives a web ACL. What is beyond 1500 costs more for each request.
    ///
    /// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html>.
    pub const MAX_CAPACITY: u32 = 5000;

    /// How many rules of a web ACL may limit rates, unless AWS was asked for more.
    ///
    /// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
    pub const MAX_RATE_LIMITS: usize = 10;

    /// How much capacity its rules take, as far as AWS tells: those of vendors of the marketplace
    /// are not counted.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.rules.iter().map(super::Rule::capacity).fold(0, u32::saturating_add)
    }

    /// What AWS refuses of its rules together.
    #[must_use]
    pub fn faults(&self) -> Vec<WebAclFault> {
        let mut faults = Vec::new();
        let mut names = Set::new();
        let mut priorities = BTreeMap::new();
        for rule in &self.rules {
            if !names.insert(&rule.name) {
                faults.push(WebAclFault::Name(rule.name.clone()));
            }
            if let Some(first) = priorities.insert(rule.priority, &rule.name) {
                let (first, second) = (first.clone(), rule.name.clone());
                faults.push(WebAclFault::Priority(first, second, rule.priority));
            }
        }
        let capacity = self.capacity();
        if capacity > Self::MAX_CAPACITY {
            faults.push(WebAclFault::Capacity(capacity));
        }
        let rates =
            self.rules.iter().filter(|rule| matches!(rule.body, RuleBody::RateLimit { .. }));
        let rates = rates.count();
        if rates > Self::MAX_RATE_LIMITS {
            faults.push(WebAclFault::RateLimits(rates));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::wafv2::{
        ManagedRuleGroup, ManagedRules, MetricName, RateLimit, RequestLimit, Rule, RuleAction,
        VisibilityConfig, WafScope,
    };

    fn with(rules: impl IntoIterator<Item = Rule>) -> Vec<String> {
        let visibility = VisibilityConfig::named(MetricName::literal("it"));
        let acl = WebAcl::builder().scope(WafScope::Regional).visibility_config(visibility);
        acl.rules(rules).build().faults().iter().map(ToString::to_string).collect()
    }

    fn limit(name: &str, priority: u32) -> Rule {
        Rule::limiting(
            EntityName::new(name).unwrap(),
            Priority::new(priority).unwrap(),
            RateLimit::of(RequestLimit::of::<100>()),
            RuleAction::Block,
        )
    }

    #[test]
    fn names_and_priorities_are_taken_once() {
        assert_eq!(with([limit("a", 1), limit("b", 2)]), [""; 0]);
        assert_eq!(
            with([limit("a", 1), limit("b", 1), limit("a", 2)]),
            ["its rules `a` and `b` have one priority, 1", "two of its rules are called `a`"]
        );
    }

    #[test]
    fn rules_have_room_in_a_web_acl() {
        let common = |n: u32| {
            let name = EntityName::new(format!("common-{n}")).unwrap();
            let group = ManagedRuleGroup::of(ManagedRules::Common);
            Rule::managed(name, Priority::new(n).unwrap(), group)
        };
        assert_eq!(with((0..7).map(common)), [""; 0]);
        assert_eq!(
            with((0..8).map(common)),
            ["its rules take 5600 capacity units, and a web ACL has 5000"]
        );
        assert_eq!(
            with((0..11).map(|n| limit(&format!("limit-{n}"), n))),
            ["11 of its rules limit rates, and AWS allows 10"]
        );
    }
}
