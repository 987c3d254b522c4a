//! Rule: web-acl-in-other-region
//!
//! Severity: error
//!
//! AWS keeps the web ACLs and IP sets of distributions in `us-east-1`, and answers
//! `WAFInvalidParameterException` elsewhere.
//! What a web ACL looks for, protects and logs to is in its own Region: AWS answers
//! `WAFNonexistentItemException` to the rest.
//!
//! Source: <https://docs.aws.amazon.com/waf/latest/developerguide/cloudfront-features.html>
//!
//! Fix: declare it in the Region that the diagnostic names, as `Firewall` does by itself.
//!
//! Suppress: never.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
    reference::{Input, Ref},
    region::Region,
    services::{
        logs::LogGroup,
        wafv2::{IpSet, LoggingConfiguration, WafScope, WebAcl, WebAclAssociation},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "web-acl-in-other-region",
    severity: Severity::Error,
    summary: "A web ACL is not in the Region of what it is for.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, set) in ctx.all::<IpSet>() {
        for_distributions(node, set.scope, out);
    }
    for (node, acl) in ctx.all::<WebAcl>() {
        for_distributions(node, acl.scope, out);
        for set in acl.rules.iter().filter_map(|rule| rule.statement()).flat_map(|it| it.ip_sets())
        {
            beside(ctx, node, set.id(), out);
        }
    }
    for (node, it) in ctx.all::<WebAclAssociation>() {
        beside(ctx, node, it.web_acl.id(), out);
        beside(ctx, node, it.load_balancer.id(), out);
    }
    for (node, it) in ctx.all::<LoggingConfiguration>() {
        beside(ctx, node, it.web_acl.id(), out);
        // Buckets may be anywhere.
        if let Input::Output(reference) = &it.destination
            && ctx.get(&Ref::<LogGroup>::managed(reference.resource.clone())).is_some()
        {
            beside(ctx, node, Some(&reference.resource), out);
        }
    }
}

/// What is for distributions is in one Region.
fn for_distributions(node: &Node, scope: WafScope, out: &mut Diagnostics) {
    if scope == WafScope::CloudFront && node.place.region != Region::UsEast1 {
        out.push(
            node,
            format!(
                "is for distributions and in `{}`; AWS keeps such in `us-east-1`",
                node.place.region
            ),
            "declare it within `in_region(Region::UsEast1, ..)`, or use `Firewall::cloudfront`",
        );
    }
}

/// The other resource is in the same Region.
fn beside(ctx: &RuleContext<'_>, node: &Node, other: Option<&ResourceId>, out: &mut Diagnostics) {
    let Some(other) = other.and_then(|id| ctx.node(id)) else { return };
    let (here, there) = (node.place.region, other.place.region);
    if here != there {
        out.push(
            node,
            format!("is in `{here}`, and `{}` in `{there}`", other.id),
            "declare both in one Region",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        constructs::Firewall,
        services::wafv2::{MetricName, VisibilityConfig},
    };

    fn acl(scope: WafScope) -> WebAcl {
        let visibility = VisibilityConfig::named(MetricName::literal("it"));
        WebAcl::builder().scope(scope).visibility_config(visibility).build()
    }

    #[test]
    fn fires_on_what_is_for_distributions_elsewhere() {
        check(
            &RULE,
            |arch| {
                arch.in_region(Region::EuWest1, |scope| {
                    scope.resource("acl", acl(WafScope::CloudFront));
                    let set = IpSet::builder().scope(WafScope::CloudFront);
                    scope.resource("set", set.addresses("192.0.2.7".parse().unwrap()).build());
                });
            },
            &[
                "error acl: is for distributions and in `eu-west-1`; AWS keeps such in `us-east-1`",
                "error set: is for distributions and in `eu-west-1`; AWS keeps such in `us-east-1`",
            ],
        );
    }

    #[test]
    fn fires_on_parts_in_two_regions() {
        check(
            &RULE,
            |arch| {
                let acl = arch.in_region(Region::EuWest1, |scope| {
                    scope.resource("acl", acl(WafScope::Regional))
                });
                arch.resource("it", WebAclAssociation::new(&acl, Ref::existing("arn:front")));
                let group = arch.resource("group", LogGroup::default());
                arch.in_region(Region::EuWest1, |scope| {
                    scope.resource("logging", LoggingConfiguration::to_log_group(&acl, &group));
                });
            },
            &[
                "error it: is in `us-east-1`, and `acl` in `eu-west-1`",
                "error logging: is in `eu-west-1`, and `group` in `us-east-1`",
            ],
        );
    }

    #[test]
    fn accepts_a_firewall_wherever_the_architecture_is() {
        let mut arch = crate::Architecture::new("shop", Region::EuWest1);
        let set = || "192.0.2.7".parse().unwrap();
        arch.add(Firewall::cloudfront("edge").block_from("bots", set()));
        arch.add(Firewall::regional("here").block_from("bots", set()));
        let found = crate::check(&arch);
        assert!(found.diagnostics.iter().all(|it| it.code != RULE.slug), "{found}");
    }
}
