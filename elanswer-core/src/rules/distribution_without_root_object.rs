//! Rule: distribution-without-root-object
//!
//! Severity: warning
//!
//! A distribution of files has nothing to answer at `/`: viewers get an error, or, of a bucket that
//! lets itself be listed, the names of all files.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html>
//!
//! Fix: set `default_root_object`, such as `index.html`.
//!
//! Suppress: for files that are only reached by their names, such as images.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::cloudfront::{Distribution, OriginKind},
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-without-root-object",
    severity: Severity::Warning,
    summary: "A distribution of files answers nothing at `/`.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        let config = &it.config;
        let default = &config.default_cache_behavior.target_origin_id;
        let origin = config.origins.iter().find(|origin| origin.id == *default);
        // What a server answers at `/` is its own affair.
        let files = origin.is_some_and(|it| matches!(it.kind, OriginKind::S3 { .. }));
        if files && config.default_root_object.is_none() {
            out.push(
                node,
                "it answers nothing at `/`",
                "set `default_root_object`, such as `index.html`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        reference::Ref,
        services::{
            acm::DomainName,
            cloudfront::{DefaultCacheBehavior, DistributionConfig, Origin, OriginId, RootObject},
        },
    };

    fn of(origin: Origin, root: Option<RootObject>) -> Distribution {
        let behavior = DefaultCacheBehavior::builder().target_origin_id(origin.id.clone()).build();
        DistributionConfig::builder()
            .default_cache_behavior(behavior)
            .origins([origin])
            .maybe_default_root_object(root)
            .build()
            .into()
    }

    const ID: OriginId = OriginId::literal("origin");

    #[test]
    fn fires_on_files() {
        check(
            &RULE,
            |arch| {
                let files = Origin::s3(ID, &Ref::existing("files"), Ref::existing("E1"));
                arch.resource("cdn", of(files, None));
            },
            &["warning cdn: it answers nothing at `/`"],
        );
    }

    #[test]
    fn accepts_an_index_and_a_server() {
        check(
            &RULE,
            |arch| {
                let files = Origin::s3(ID, &Ref::existing("files"), Ref::existing("E1"));
                arch.resource("files", of(files, Some(RootObject::literal("index.html"))));
                let server = Origin::https(ID, &DomainName::literal("origin.example.com"));
                arch.resource("server", of(server, None));
            },
            &[],
        );
    }
}
