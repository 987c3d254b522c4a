//! Rule: distribution-cannot-read
//!
//! Severity: error
//!
//! A distribution has a bucket for an origin, and is not let in: it signs no requests, the policy of
//! the bucket does not name CloudFront, or the key of the bucket refuses it. Viewers get
//! `403 Forbidden`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>
//!
//! Fix: allow `s3:GetObject` to `cloudfront.amazonaws.com` in the policy of the bucket, on condition
//! that `aws:SourceArn` is the distribution, as `Cdn` does; and `kms:Decrypt` in that of the key, as
//! `KeyUser::CloudFront` does.
//!
//! Suppress: where everyone may read the bucket.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Ref},
    services::{
        cloudfront::{Distribution, OriginKind},
        iam::{Effect, Principal, Service},
        kms::Key,
        s3::{Bucket, BucketPolicy, Encryption},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "distribution-cannot-read",
    severity: Severity::Error,
    summary: "A distribution is not let into the bucket that it answers from.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, it) in ctx.all::<Distribution>() {
        for origin in &it.config.origins {
            let OriginKind::S3 { access_control } = &origin.kind else { continue };
            if access_control.is_none() {
                out.push(
                    node,
                    format!("signs no requests to its origin `{}`", origin.id),
                    "give the origin an origin access control, as `Origin::s3` does",
                );
                continue;
            }
            let Input::Output(name) = &origin.domain_name else { continue };
            let bucket = Ref::<Bucket>::managed(name.resource.clone());
            let Some((at, bucket)) = ctx.get(&bucket) else { continue };
            if !is_let_in(ctx, at) {
                out.push(
                    node,
                    format!("the policy of `{}` does not let CloudFront read", at.id),
                    "allow `s3:GetObject` to `cloudfront.amazonaws.com`, as `Cdn` does",
                );
            }
            let Encryption::Kms { key: Some(Input::Output(key)), .. } = &bucket.encryption else {
                continue;
            };
            let key = ctx.get(&Ref::<Key>::managed(key.resource.clone()));
            if let Some((key, it)) = key
                && !it.lets(&Service::CloudFront, "kms:Decrypt")
            {
                out.push(
                    node,
                    format!("`{}`, which encrypts `{}`, refuses CloudFront", key.id, at.id),
                    "allow `kms:Decrypt` to CloudFront, as `KeyUser::CloudFront` does",
                );
            }
        }
    }
}

/// Whether a policy of the bucket lets CloudFront read, under some condition or none.
fn is_let_in(ctx: &RuleContext<'_>, bucket: &Node) -> bool {
    let cloudfront = Principal::Service(Service::CloudFront);
    ctx.all::<BucketPolicy>().any(|(_, policy)| {
        policy.bucket.id() == Some(&bucket.id)
            && policy.policy_document.statements.iter().any(|statement| {
                let mut principals = statement.principals.named();
                statement.effect == Effect::Allow
                    && principals.any(|it| *it == cloudfront || *it == Principal::Any)
                    && statement.actions.named().any(|it| it.covers(&"s3:GetObject".into()))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        constructs::{Cdn, EncryptionKey, KeyUser, PrivateBucket},
        services::cloudfront::{DefaultCacheBehavior, DistributionConfig, Origin, OriginId},
    };

    #[test]
    fn fires_on_a_bucket_and_a_key_that_refuse() {
        check(
            &RULE,
            |arch| {
                let files = OriginId::literal("files");
                let key = arch.resource("key", Key::default());
                let encryption = Encryption::with_key(key.arn());
                let bucket = Bucket::builder().encryption(encryption).build();
                let bucket = arch.resource("bucket", bucket);
                let behavior =
                    DefaultCacheBehavior::builder().target_origin_id(files.clone()).build();
                let mut unsigned =
                    Origin::s3(OriginId::literal("old"), &bucket, Ref::existing("E"));
                unsigned.kind = OriginKind::S3 { access_control: None };
                let config = DistributionConfig::builder()
                    .default_cache_behavior(behavior)
                    .origins([Origin::s3(files, &bucket, Ref::existing("E1")), unsigned])
                    .build();
                arch.resource("cdn", Distribution::from(config));
            },
            &[
                "error cdn: `key`, which encrypts `bucket`, refuses CloudFront",
                "error cdn: signs no requests to its origin `old`",
                "error cdn: the policy of `bucket` does not let CloudFront read",
            ],
        );
    }

    #[test]
    fn accepts_what_the_constructs_make() {
        check(
            &RULE,
            |arch| {
                let users = [KeyUser::CloudFront, KeyUser::S3];
                let key = arch.add(EncryptionKey::new("key").used_by(users));
                let files = arch.add(PrivateBucket::new("files").encrypted_with(&key));
                arch.add(Cdn::new("cdn").files(&files));
            },
            &[],
        );
    }
}
