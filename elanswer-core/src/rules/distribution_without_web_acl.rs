//! Rule: distribution-without-web-acl
//!
//! Severity: warning
//!
//! Requests reach the origins of a distribution unseen by AWS WAF: injections, scanners and floods too.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html>
//!
//! Fix: attach a web ACL with `web_acl`, or `Cdn::guarded_by`.
//!
//! Suppress: for files that nobody can change by asking.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::cloudfront::Distribution,
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-without-web-acl",
    severity: Severity::Warning,
    summary: "No web ACL looks at the requests of a distribution.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        if it.config.web_acl.is_none() {
            out.push(node, "no web ACL looks at its requests", "give it a `web_acl`");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::{
            acm::DomainName,
            cloudfront::{DefaultCacheBehavior, DistributionConfig, Origin, OriginId},
            wafv2::WebAclArn,
        },
    };

    fn config() -> DistributionConfig {
        let server = OriginId::literal("server");
        let behavior = DefaultCacheBehavior::builder().target_origin_id(server.clone()).build();
        DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([Origin::https(server, &DomainName::literal("origin.example.com"))])
            .build()
    }

    #[test]
    fn fires_without() {
        check(
            &RULE,
            |arch| _ = arch.resource("cdn", Distribution::from(config())),
            &["warning cdn: no web ACL looks at its requests"],
        );
    }

    #[test]
    fn accepts_one_with_it() {
        check(
            &RULE,
            |arch| {
                let web_acl = Some(
                    WebAclArn::literal(
                        "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2",
                    )
                    .into(),
                );
                let config = DistributionConfig { web_acl, ..config() };
                arch.resource("cdn", Distribution::from(config));
            },
            &[],
        );
    }
}
