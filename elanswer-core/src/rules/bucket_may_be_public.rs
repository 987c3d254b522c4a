//! Rule: bucket-may-be-public
//!
//! Severity: warning
//!
//! A policy or an access control list could open the bucket to everyone.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
//!
//! Fix: leave `public_access_block` as it is, and serve what is public through CloudFront.
//!
//! Suppress: for a bucket of files for everyone.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::s3::{Bucket, PublicAccessBlock},
};

pub(crate) const RULE: Rule = Rule {
    slug: "bucket-may-be-public",
    severity: Severity::Warning,
    summary: "A bucket does not block all public access.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, bucket) in ctx.all::<Bucket>() {
        if bucket.public_access_block != PublicAccessBlock::ALL {
            out.push(
                node,
                "it does not block all public access",
                "leave `public_access_block` as it is, and serve what is public through CloudFront",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::check;

    #[test]
    fn fires_on_what_could_be_opened() {
        check(
            &RULE,
            |arch| {
                let open = Bucket::builder().public_access_block(PublicAccessBlock::NONE).build();
                arch.resource("open", open);
            },
            &["warning open: it does not block all public access"],
        );
    }

    #[test]
    fn accepts_the_default_of_aws() {
        check(&RULE, |arch| _ = arch.resource("closed", Bucket::default()), &[]);
    }
}
