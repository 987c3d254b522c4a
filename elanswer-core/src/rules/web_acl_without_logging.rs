//! Rule: web-acl-without-logging
//!
//! Severity: warning
//!
//! Nobody can tell afterwards which requests a web ACL blocked, or why, when it writes no logs.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html#waf-11>
//!
//! Fix: add a `LoggingConfiguration`, as `Firewall` does by itself.
//!
//! Suppress: when somebody else configures its logs, such as AWS Firewall Manager.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::wafv2::{LoggingConfiguration, WebAcl},
};

pub(crate) const RULE: Rule = Rule {
    slug: "web-acl-without-logging",
    severity: Severity::Warning,
    summary: "A web ACL writes no logs.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, _) in ctx.all::<WebAcl>() {
        let mut referrers = ctx.referrers(&node.id).iter();
        if !referrers.any(|other| other.get::<LoggingConfiguration>().is_some()) {
            out.push(
                node,
                "writes no logs: nobody can tell what it blocked, or why",
                "add a `LoggingConfiguration`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        constructs::Firewall,
        services::wafv2::{MetricName, VisibilityConfig, WafScope},
    };

    #[test]
    fn fires_without_logging() {
        check(
            &RULE,
            |arch| {
                let visibility = VisibilityConfig::named(MetricName::literal("it"));
                let acl = WebAcl::builder().scope(WafScope::Regional);
                arch.resource("acl", acl.visibility_config(visibility).build());
            },
            &["warning acl: writes no logs: nobody can tell what it blocked, or why"],
        );
    }

    #[test]
    fn accepts_logging() {
        check(&RULE, |arch| _ = arch.add(Firewall::regional("waf")), &[]);
    }
}
