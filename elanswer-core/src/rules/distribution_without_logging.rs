//! Rule: distribution-without-logging
//!
//! Severity: warning
//!
//! Nobody can say afterwards who asked a distribution for what.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/cloudfront-controls.html>
//!
//! Fix: write logs with `logging`, or `Cdn::logs_to`.
//!
//! Suppress: where real-time logs or the newer delivery of logs do it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::cloudfront::Distribution,
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-without-logging",
    severity: Severity::Warning,
    summary: "The requests of a distribution are written down nowhere.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        if it.config.logging.is_none() {
            out.push(
                node,
                "its requests are written down nowhere",
                "give it `logging`, or `Cdn::logs_to` a bucket",
            );
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
            cloudfront::{DefaultCacheBehavior, DistributionConfig, Logging, Origin, OriginId},
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
            &["warning cdn: its requests are written down nowhere"],
        );
    }

    #[test]
    fn accepts_one_with_it() {
        check(
            &RULE,
            |arch| {
                let logging = Some(Logging {
                    bucket: "logs.s3.amazonaws.com".into(),
                    include_cookies: false,
                    prefix: String::new(),
                });
                let config = DistributionConfig { logging, ..config() };
                arch.resource("cdn", Distribution::from(config));
            },
            &[],
        );
    }
}
