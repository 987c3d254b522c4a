//! Rule: images-can-be-overwritten
//!
//! Severity: warning
//!
//! A push moves a tag of the repository to another image: what a task definition names is no longer
//! what was tested, and a task that AWS starts again may run something else than the one before it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html>
//!
//! Fix: leave `image_tag_mutability` at `Immutable`, and give every image a tag of its own.
//!
//! Suppress: for a repository whose images are only ever named by their digests.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecr::{ImageTagMutability, Repository},
};

pub(crate) const RULE: Rule = Rule {
    slug: "images-can-be-overwritten",
    severity: Severity::Warning,
    summary: "A tag of a repository can be moved to another image.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, repository) in ctx.all::<Repository>() {
        if repository.image_tag_mutability == ImageTagMutability::Mutable {
            out.push(
                node,
                "a push moves its tags to other images",
                "set `image_tag_mutability` to `Immutable`, and give every image a tag of its own",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::check;

    #[test]
    fn fires_on_tags_that_move() {
        let mutable = ImageTagMutability::Mutable;
        check(
            &RULE,
            |arch| {
                let images = Repository::builder().image_tag_mutability(mutable).build();
                arch.resource("images", images);
            },
            &["warning images: a push moves its tags to other images"],
        );
    }

    #[test]
    fn accepts_tags_that_stay() {
        check(&RULE, |arch| _ = arch.resource("images", Repository::default()), &[]);
    }
}
