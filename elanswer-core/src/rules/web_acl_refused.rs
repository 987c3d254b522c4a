//! Rule: web-acl-refused
//!
//! Severity: error
//!
//! AWS refuses rules of a web ACL together, such as two of one priority or more than its capacity
//! takes; an IP set of another scope; a web ACL for distributions in front of a load balancer; and
//! logs in a log group or bucket whose name does not begin with `aws-waf-logs-`.
//! It answers `WAFInvalidParameterException`, `WAFDuplicateItemException` or
//! `WAFLimitsExceededException`.
//!
//! Source: <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html>
//!
//! Fix: change the rules, or the name, as the diagnostic says.
//!
//! Suppress: when AWS has granted the account more rules that limit rates.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{
        logs::{LogGroup, LogGroupName},
        s3::{Bucket, BucketName},
        wafv2::{
            LOG_DESTINATION_PREFIX, LogDestinationArn, LoggingConfiguration, WafScope, WebAcl,
            WebAclAssociation,
        },
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "web-acl-refused",
    severity: Severity::Error,
    summary: "AWS refuses what a web ACL is made of, or where it writes its logs.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, acl) in ctx.all::<WebAcl>() {
        for fault in acl.faults() {
            out.push(node, format!("AWS refuses it: {fault}"), "change its rules");
        }
        sets(ctx, node, acl, out);
    }
    for (node, it) in ctx.all::<WebAclAssociation>() {
        let acl = ctx.get(&it.web_acl);
        if let Some((acl, _)) = acl.filter(|(_, acl)| acl.scope == WafScope::CloudFront) {
            out.push(
                node,
                format!("`{}` is for distributions, and protects no load balancer", acl.id),
                "use a web ACL with the scope `REGIONAL`",
            );
        }
    }
    for (node, it) in ctx.all::<LoggingConfiguration>() {
        destination(ctx, node, &it.destination, out);
    }
}

/// The IP sets that its rules look for are of the same scope.
fn sets(ctx: &RuleContext<'_>, node: &Node, acl: &WebAcl, out: &mut Diagnostics) {
    for reference in
        acl.rules.iter().filter_map(|rule| rule.statement()).flat_map(|it| it.ip_sets())
    {
        let Some((set_node, set)) = ctx.get(reference) else { continue };
        if set.scope != acl.scope {
            out.push(
                node,
                format!(
                    "is of the scope `{}`, and `{}` of `{}`",
                    acl.scope, set_node.id, set.scope
                ),
                "make an IP set for each scope",
            );
        }
    }
}

/// What takes the logs has a name that AWS WAF writes to.
fn destination(
    ctx: &RuleContext<'_>,
    node: &Node,
    destination: &Input<LogDestinationArn>,
    out: &mut Diagnostics,
) {
    let (what, name) = match destination {
        Input::Literal(arn) => ("it".to_owned(), Some(arn.name())),
        Input::Output(reference) => {
            let group = Ref::<LogGroup>::managed(reference.resource.clone());
            let bucket = Ref::<Bucket>::managed(reference.resource.clone());
            let name = match (ctx.get(&group), ctx.get(&bucket)) {
                (Some((_, group)), _) => group.log_group_name.as_ref().map(LogGroupName::as_str),
                (_, Some((_, bucket))) => bucket.bucket_name.as_ref().map(BucketName::as_str),
                _ => return,
            };
            (format!("`{}`", reference.resource), name)
        }
        Input::Join(_) => return,
    };
    let wrong = match name {
        Some(name) if name.starts_with(LOG_DESTINATION_PREFIX) => return,
        Some(name) => format!("is called `{name}`"),
        None => "has a name that is made up".to_owned(),
    };
    out.push(
        node,
        format!("logs go where AWS WAF does not write: {what} {wrong}"),
        format!("let the name begin with `{LOG_DESTINATION_PREFIX}`"),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::wafv2::{
            EntityName, IpSet, MetricName, Priority, RateLimit, RequestLimit, Rule as WafRule,
            RuleAction, Statement, VisibilityConfig,
        },
    };

    fn acl(scope: WafScope, rules: impl IntoIterator<Item = WafRule>) -> WebAcl {
        let visibility = VisibilityConfig::named(MetricName::literal("it"));
        WebAcl::builder().scope(scope).rules(rules).visibility_config(visibility).build()
    }

    fn limit(name: &'static str, priority: Priority) -> WafRule {
        let rate = RateLimit::of(RequestLimit::of::<100>());
        WafRule::limiting(EntityName::literal(name), priority, rate, RuleAction::Block)
    }

    fn blocked(set: &Ref<IpSet>) -> WafRule {
        let from = Statement::from_addresses(set).negated();
        WafRule::matching(
            EntityName::literal("blocked"),
            Priority::of::<0>(),
            from,
            RuleAction::Block,
        )
    }

    fn set(scope: WafScope) -> IpSet {
        IpSet::builder().scope(scope).addresses("192.0.2.7".parse().unwrap()).build()
    }

    #[test]
    fn fires_on_rules_that_aws_refuses_together() {
        check(
            &RULE,
            |arch| {
                let rules = [limit("a", Priority::of::<1>()), limit("b", Priority::of::<1>())];
                arch.resource("acl", acl(WafScope::Regional, rules));
                let set = arch.resource("set", set(WafScope::CloudFront));
                arch.resource("other", acl(WafScope::Regional, [blocked(&set)]));
            },
            &[
                "error acl: AWS refuses it: its rules `a` and `b` have one priority, 1",
                "error other: is of the scope `REGIONAL`, and `set` of `CLOUDFRONT`",
            ],
        );
    }

    #[test]
    fn fires_on_a_web_acl_for_distributions_before_a_load_balancer() {
        check(
            &RULE,
            |arch| {
                let acl = arch.resource("acl", acl(WafScope::CloudFront, []));
                arch.resource("it", WebAclAssociation::new(&acl, Ref::existing("arn:front")));
            },
            &["error it: `acl` is for distributions, and protects no load balancer"],
        );
    }

    #[test]
    fn fires_on_names_that_logs_do_not_go_to() {
        check(
            &RULE,
            |arch| {
                let acl = arch.resource("acl", acl(WafScope::Regional, []));
                let group = LogGroup::builder().log_group_name(LogGroupName::literal("/aws/waf"));
                let group = arch.resource("group", group.build());
                arch.resource("one", LoggingConfiguration::to_log_group(&acl, &group));
                let bucket = arch.resource("bucket", Bucket::default());
                arch.resource("two", LoggingConfiguration::to_bucket(&acl, &bucket));
                let arn = LogDestinationArn::literal("arn:aws:s3:::logs");
                let literal = LoggingConfiguration::builder().web_acl(&acl);
                arch.resource("zzz", literal.destination(Input::Literal(arn)).build());
            },
            &[
                "error one: logs go where AWS WAF does not write: `group` is called `/aws/waf`",
                "error two: logs go where AWS WAF does not write: `bucket` has a name that is made up",
                "error zzz: logs go where AWS WAF does not write: it is called `logs`",
            ],
        );
    }

    #[test]
    fn accepts_what_aws_takes() {
        check(
            &RULE,
            |arch| {
                let set = arch.resource("set", set(WafScope::Regional));
                let rules = [blocked(&set), limit("limit", Priority::of::<1>())];
                let acl = arch.resource("acl", acl(WafScope::Regional, rules));
                arch.resource("it", WebAclAssociation::new(&acl, Ref::existing("arn:front")));
                let name = LogGroupName::literal("aws-waf-logs-shop");
                let group =
                    arch.resource("group", LogGroup::builder().log_group_name(name).build());
                arch.resource("logging", LoggingConfiguration::to_log_group(&acl, &group));
            },
            &[],
        );
    }
}
