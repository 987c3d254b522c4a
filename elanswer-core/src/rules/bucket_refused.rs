//! Rule: bucket-refused
//!
//! Severity: error
//!
//! A lifecycle rule contradicts itself, or objects are copied from or to a bucket without versions.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html>
//!
//! Fix: what the diagnostic says.
//!
//! Suppress: never: AWS refuses it.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::s3::{Bucket, Versioning},
};

pub(crate) const RULE: Rule = Rule {
    slug: "bucket-refused",
    severity: Severity::Error,
    summary: "AWS refuses what a bucket says of lifecycle or replication.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, bucket) in ctx.all::<Bucket>() {
        for rule in bucket.lifecycle.iter().flat_map(|lifecycle| &lifecycle.rules) {
            if let Some(fault) = rule.fault() {
                out.push(
                    node,
                    format!("AWS refuses its lifecycle rule `{}`: {fault}", rule.id),
                    "change the rule",
                );
            }
        }
        let Some(replication) = &bucket.replication else { continue };
        if bucket.versioning != Versioning::Enabled {
            out.push(
                node,
                "its objects are copied, and it keeps no versions",
                "set `versioning` to `Enabled`",
            );
        }
        for rule in &replication.rules {
            if rule.encrypted_objects && rule.destination.replica_key.is_none() {
                out.push(
                    node,
                    format!("rule `{}` copies encrypted objects and names no key", rule.id),
                    "name the key of the copies with `Destination::encrypted_with`",
                );
            }
            let Input::Output(to) = &rule.destination.bucket else { continue };
            let there = ctx.all::<Bucket>().find(|(node, _)| node.id == to.resource);
            if there.is_some_and(|(_, there)| there.versioning != Versioning::Enabled) {
                out.push(
                    node,
                    format!("its objects are copied to `{}`, which keeps no versions", to.resource),
                    "set `versioning` of the other bucket to `Enabled`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::{
            iam::{Role, Service},
            s3::{Days, Destination, LifecycleRule, Replication, ReplicationRule},
        },
    };

    #[test]
    fn fires_on_what_aws_refuses() {
        check(
            &RULE,
            |arch| {
                let role = arch.resource("role", Role::assumed_by(Service::S3));
                let there = arch.resource("there", Bucket::default());
                let rule = ReplicationRule::builder()
                    .id("all")
                    .encrypted_objects(true)
                    .destination(Destination::from(&there))
                    .build();
                let bucket = Bucket::builder()
                    .replication(Replication::new(&role, [rule]))
                    .lifecycle([LifecycleRule::builder().id("idle").build()])
                    .build();
                arch.resource("bucket", bucket);
            },
            &[
                "error bucket: AWS refuses its lifecycle rule `idle`: at least one action needs to be specified in a rule",
                "error bucket: its objects are copied to `there`, which keeps no versions",
                "error bucket: its objects are copied, and it keeps no versions",
                "error bucket: rule `all` copies encrypted objects and names no key",
            ],
        );
    }

    #[test]
    fn accepts_versions_on_both_sides() {
        check(
            &RULE,
            |arch| {
                let role = arch.resource("role", Role::assumed_by(Service::S3));
                let versioned = || Bucket::builder().versioning(Versioning::Enabled).build();
                let there = arch.resource("there", versioned());
                let rule = ReplicationRule::builder()
                    .id("all")
                    .destination(Destination::from(&there))
                    .build();
                let old = LifecycleRule::builder().id("old").expiration_in_days(Days::of::<9>());
                let bucket = Bucket {
                    replication: Some(Replication::new(&role, [rule])),
                    lifecycle: Some([old.build()].into()),
                    ..versioned()
                };
                arch.resource("bucket", bucket);
            },
            &[],
        );
    }
}
