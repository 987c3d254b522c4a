//! Rule: distribution-refused
//!
//! Severity: error
//!
//! A distribution contradicts itself: an alias without a certificate, a cache behaviour for an origin
//! that it has not, two cache behaviours for one path, logs into a bucket without access control
//! lists, a web ACL that is not for distributions. Or a policy of CloudFront does, or shares its name with another of its kind.
//!
//! Source: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html>
//!
//! Fix: what the diagnostic says.
//!
//! Suppress: never: AWS refuses it, or, of logs in some Regions, delivers nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    region::Region,
    services::{
        acm::DomainName,
        cloudfront::{
            CachePolicy, Distribution, DistributionConfig, OriginAccessControl,
            OriginRequestPolicy, ResponseHeadersPolicy, ViewerCertificate,
        },
        s3::{Bucket, ObjectOwnership},
        wafv2::{WafScope, WebAcl},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-refused",
    severity: Severity::Error,
    summary: "AWS refuses a distribution, or a policy of CloudFront.",
    check,
};

/// The Regions to whose buckets CloudFront delivers no logs.
///
/// Source: <https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-enable-cloudfront-access-logs.html>.
const WITHOUT_LOGS: [Region; 4] =
    [Region::AfSouth1, Region::ApEast1, Region::EuSouth1, Region::MeSouth1];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut names: BTreeMap<&DomainName, &Node> = BTreeMap::new();
    for (node, it) in ctx.all::<Distribution>() {
        itself(node, &it.config, out);
        logs(ctx, node, &it.config, out);
        web_acl(ctx, node, &it.config, out);
        for alias in &it.config.aliases {
            match names.get(alias) {
                Some(other) => out.push(
                    node,
                    format!("answers for `{alias}`, as `{}` does", other.id),
                    "let one distribution answer for a name",
                ),
                None => _ = names.insert(alias, node),
            }
        }
    }
    for (node, it) in ctx.all::<CachePolicy>() {
        fault(node, it.config.fault(), out);
    }
    for (node, it) in ctx.all::<OriginRequestPolicy>() {
        fault(node, it.config.fault(), out);
    }
    unique(ctx.all::<CachePolicy>().map(|(node, it)| (node, it.config.name.as_str())), out);
    unique(ctx.all::<OriginRequestPolicy>().map(|(node, it)| (node, it.config.name.as_str())), out);
    unique(
        ctx.all::<ResponseHeadersPolicy>().map(|(node, it)| (node, it.config.name.as_str())),
        out,
    );
    unique(ctx.all::<OriginAccessControl>().map(|(node, it)| (node, it.config.name.as_str())), out);
}

/// What a distribution says against itself.
fn itself(node: &Node, config: &DistributionConfig, out: &mut Diagnostics) {
    if !config.aliases.is_empty() && config.viewer_certificate == ViewerCertificate::Default {
        out.push(
            node,
            "it answers for names of yours, and shows no certificate for them",
            "give it a `viewer_certificate`, as `Certificate::for_cloudfront` makes them",
        );
    }
    let origins: BTreeSet<_> = config.origins.iter().map(|origin| &origin.id).collect();
    if origins.len() < config.origins.len() {
        out.push(node, "two of its origins have one id", "give each origin an id of its own");
    }
    let mut patterns = BTreeSet::new();
    for (pattern, behavior) in config.behaviors() {
        let what = pattern.map_or_else(|| "the default".to_owned(), |it| format!("`{it}`"));
        if !origins.contains(&behavior.target_origin_id) {
            out.push(
                node,
                format!("the cache behaviour {what} is for no origin that it has"),
                format!("add an origin with the id `{}`", behavior.target_origin_id),
            );
        }
        if pattern.is_some_and(|pattern| !patterns.insert(pattern.rooted())) {
            out.push(
                node,
                format!("two cache behaviours are for {what}"),
                "remove the second, which would never be used",
            );
        }
    }
    let errors: BTreeSet<_> =
        config.custom_error_responses.iter().map(|it| it.error_code).collect();
    if errors.len() < config.custom_error_responses.len() {
        out.push(
            node,
            "two of its error responses are for one status",
            "answer each status in one way",
        );
    }
}

/// A web ACL of a Region, which looks at load balancers there.
fn web_acl(ctx: &RuleContext<'_>, node: &Node, config: &DistributionConfig, out: &mut Diagnostics) {
    let scope = match &config.web_acl {
        Some(Input::Literal(arn)) => Some(arn.scope()),
        Some(Input::Output(of)) => {
            let web_acl = ctx.get(&Ref::<WebAcl>::managed(of.resource.clone()));
            web_acl.map(|(_, web_acl)| web_acl.scope)
        }
        _ => None,
    };
    if scope == Some(WafScope::Regional) {
        out.push(
            node,
            "its web ACL is one of a Region, for load balancers there",
            "make one for distributions, as `Firewall::cloudfront` does",
        );
    }
}

/// Logs that AWS would not deliver.
fn logs(ctx: &RuleContext<'_>, node: &Node, config: &DistributionConfig, out: &mut Diagnostics) {
    let Some(Input::Output(to)) = config.logging.as_ref().map(|it| &it.bucket) else { return };
    let Some((at, bucket)) = ctx.get(&Ref::<Bucket>::managed(to.resource.clone())) else { return };
    if bucket.object_ownership == ObjectOwnership::BucketOwnerEnforced {
        out.push(
            node,
            format!("writes its logs into `{}`, which has no access control lists", at.id),
            "set `object_ownership` of the bucket to `BucketOwnerPreferred`",
        );
    }
    let region = at.place.region;
    if WITHOUT_LOGS.contains(&region) {
        out.push(
            node,
            format!(
                "writes its logs into `{}` in `{region}`, where CloudFront delivers none",
                at.id
            ),
            "put the bucket for the logs into another Region",
        );
    }
}

fn fault(node: &Node, fault: Option<&str>, out: &mut Diagnostics) {
    if let Some(fault) = fault {
        out.push(node, format!("AWS refuses it: {fault}"), "change the policy");
    }
}

/// Names that AWS has once.
fn unique<'a>(all: impl Iterator<Item = (&'a Node, &'a str)>, out: &mut Diagnostics) {
    let mut names: BTreeMap<&str, &Node> = BTreeMap::new();
    for (node, name) in all {
        match names.get(name) {
            Some(other) => out.push(
                node,
                format!("is called `{name}`, as `{}` is", other.id),
                "give each a name of its own",
            ),
            None => _ = names.insert(name, node),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        services::{
            cloudfront::{
                CacheBehavior, CachePolicyConfig, CacheTtl, DefaultCacheBehavior, Logging, Origin,
                OriginId, PathPattern, PolicyName,
            },
            wafv2::{MetricName, VisibilityConfig},
        },
    };

    const SERVER: OriginId = OriginId::literal("server");

    fn config() -> DistributionConfig {
        let behavior = DefaultCacheBehavior::builder().target_origin_id(SERVER).build();
        DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([Origin::https(SERVER, &DomainName::literal("origin.example.com"))])
            .build()
    }

    #[test]
    fn fires_on_what_contradicts_itself() {
        check(
            &RULE,
            |arch| {
                let elsewhere = DefaultCacheBehavior::builder()
                    .target_origin_id(OriginId::literal("other"))
                    .build();
                let behaviors = ["/a/*", "a/*"].map(PathPattern::literal);
                let behaviors =
                    behaviors.map(|pattern| CacheBehavior::new(pattern, elsewhere.clone()));
                let logs = arch
                    .in_region(Region::MeSouth1, |scope| scope.resource("logs", Bucket::default()));
                let it = DistributionConfig {
                    aliases: [DomainName::literal("www.example.com")].into(),
                    cache_behaviors: behaviors.into(),
                    logging: Some(Logging::to(&logs, "")),
                    ..config()
                };
                arch.resource("cdn", Distribution::from(it));
            },
            &[
                "error cdn: it answers for names of yours, and shows no certificate for them",
                "error cdn: the cache behaviour `/a/*` is for no origin that it has",
                "error cdn: the cache behaviour `a/*` is for no origin that it has",
                "error cdn: two cache behaviours are for `a/*`",
                "error cdn: writes its logs into `logs` in `me-south-1`, where CloudFront delivers none",
                "error cdn: writes its logs into `logs`, which has no access control lists",
            ],
        );
    }

    #[test]
    fn fires_on_policies_that_aws_refuses_and_on_names_that_are_taken() {
        check(
            &RULE,
            |arch| {
                let named = || CachePolicyConfig::builder().name(PolicyName::literal("shop"));
                arch.resource("a", CachePolicy::from(named().build()));
                let off = named().max_ttl(CacheTtl::of::<0>()).default_ttl(CacheTtl::of::<0>());
                arch.resource("b", CachePolicy::from(off.build()));
            },
            &[
                "error b: AWS refuses it: with a `MaxTTL` of 0 neither Gzip nor Brotli is in the cache key",
                "error b: is called `shop`, as `a` is",
            ],
        );
    }

    #[test]
    fn fires_on_a_web_acl_of_a_region_and_not_on_one_for_distributions() {
        let with = |scope: WafScope| {
            move |arch: &mut Architecture| {
                let metrics = VisibilityConfig::named(MetricName::literal("shop"));
                let web_acl = WebAcl::builder().scope(scope).visibility_config(metrics);
                let web_acl = arch.resource("web-acl", web_acl.build());
                let web_acl = Some(web_acl.arn().into());
                arch.resource(
                    "cdn",
                    Distribution::from(DistributionConfig { web_acl, ..config() }),
                );
            }
        };
        let refused = "error cdn: its web ACL is one of a Region, for load balancers there";
        check(&RULE, with(WafScope::Regional), &[refused]);
        check(&RULE, with(WafScope::CloudFront), &[]);
    }

    #[test]
    fn accepts_one_with_logs_where_access_control_lists_count() {
        check(
            &RULE,
            |arch| {
                let ownership = ObjectOwnership::BucketOwnerPreferred;
                let logs = Bucket::builder().object_ownership(ownership).build();
                let logs = arch.resource("logs", logs);
                let logging = Some(Logging::to(&logs, "cdn/"));
                arch.resource(
                    "cdn",
                    Distribution::from(DistributionConfig { logging, ..config() }),
                );
            },
            &[],
        );
    }
}
