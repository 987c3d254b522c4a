//! Rule: distribution-without-https
//!
//! Severity: warning
//!
//! A distribution answers requests without TLS, or asks an origin without TLS: requests and answers,
//! with their cookies and passwords, cross the internet unencrypted.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html>
//!
//! Fix: redirect viewers to HTTPS, and reach origins over HTTPS only: both are the default.
//!
//! Suppress: for files for everyone that old devices fetch.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::cloudfront::{Distribution, OriginKind, OriginProtocolPolicy, ViewerProtocolPolicy},
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-without-https",
    severity: Severity::Warning,
    summary: "A distribution speaks plain HTTP with viewers or origins.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        for (pattern, behavior) in it.config.behaviors() {
            if behavior.viewer_protocol_policy == ViewerProtocolPolicy::AllowAll {
                let what = pattern.map_or_else(String::new, |it| format!(" for `{it}`"));
                out.push(
                    node,
                    format!("answers plain HTTP{what}"),
                    "set `viewer_protocol_policy` to `RedirectToHttps`",
                );
            }
        }
        for origin in &it.config.origins {
            let OriginKind::Custom(custom) = &origin.kind else { continue };
            if custom.origin_protocol_policy != OriginProtocolPolicy::HttpsOnly {
                out.push(
                    node,
                    format!("asks its origin `{}` over plain HTTP", origin.id),
                    "set `origin_protocol_policy` to `HttpsOnly`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture,
        checks::testing::check,
        services::cloudfront::{
            CustomOrigin, DefaultCacheBehavior, DistributionConfig, Origin, OriginId,
        },
    };

    fn distribution(
        arch: &mut Architecture,
        viewers: ViewerProtocolPolicy,
        origin: OriginProtocolPolicy,
    ) {
        let server = OriginId::literal("server");
        let behavior = DefaultCacheBehavior::builder()
            .target_origin_id(server.clone())
            .viewer_protocol_policy(viewers)
            .build();
        let custom = CustomOrigin::builder().origin_protocol_policy(origin).build();
        let origin =
            Origin::builder().id(server).domain_name("origin.example.com").kind(custom).build();
        let config = DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([origin])
            .build();
        arch.resource("cdn", Distribution::from(config));
    }

    #[test]
    fn fires_on_both_sides() {
        check(
            &RULE,
            |arch| {
                distribution(
                    arch,
                    ViewerProtocolPolicy::AllowAll,
                    OriginProtocolPolicy::MatchViewer,
                );
            },
            &[
                "warning cdn: answers plain HTTP",
                "warning cdn: asks its origin `server` over plain HTTP",
            ],
        );
    }

    #[test]
    fn accepts_what_refuses_plain_http() {
        check(
            &RULE,
            |arch| {
                distribution(
                    arch,
                    ViewerProtocolPolicy::HttpsOnly,
                    OriginProtocolPolicy::HttpsOnly,
                );
            },
            &[],
        );
    }
}
