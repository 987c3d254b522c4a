//! Rule: web-acl-never-blocks
//!
//! Severity: warning
//!
//! A web ACL lets requests through by default, and none of its rules keeps any out: it only counts.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-10>
//!
//! Fix: let rules block, or managed rule groups do what they do, once what they count is right.
//!
//! Suppress: while you watch what rules would do, before they do it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::wafv2::{DefaultAction, WebAcl},
};

pub(crate) const RULE: Rule = Rule {
    slug: "web-acl-never-blocks",
    severity: Severity::Warning,
    summary: "A web ACL keeps no request out.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, acl) in ctx.all::<WebAcl>() {
        let lets_through = acl.default_action == DefaultAction::Allow;
        if lets_through && !acl.rules.iter().any(|rule| rule.stops()) {
            let message = if acl.rules.is_empty() {
                "has no rules, and lets every request through"
            } else {
                "lets every request through: its rules only count or allow"
            };
            out.push(node, message, "let rules block, or block by default");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::wafv2::{
            EntityName, ManagedRuleGroup, ManagedRules, MetricName, Priority, Rule as WafRule,
            VisibilityConfig, WafScope,
        },
    };

    fn acl(rules: impl IntoIterator<Item = WafRule>) -> WebAcl {
        let visibility = VisibilityConfig::named(MetricName::literal("it"));
        let acl = WebAcl::builder().scope(WafScope::Regional).rules(rules);
        acl.visibility_config(visibility).build()
    }

    fn common() -> WafRule {
        let group = ManagedRuleGroup::of(ManagedRules::Common);
        WafRule::managed(EntityName::literal("common"), Priority::of::<0>(), group)
    }

    #[test]
    fn fires_when_rules_only_count() {
        check(
            &RULE,
            |arch| {
                arch.resource("counts", acl([common().counting()]));
                arch.resource("empty", acl([]));
            },
            &[
                "warning counts: lets every request through: its rules only count or allow",
                "warning empty: has no rules, and lets every request through",
            ],
        );
    }

    #[test]
    fn accepts_a_rule_or_a_default_that_blocks() {
        check(
            &RULE,
            |arch| {
                arch.resource("group", acl([common()]));
                let closed = WebAcl { default_action: DefaultAction::Block, ..acl([]) };
                arch.resource("closed", closed);
            },
            &[],
        );
    }
}
