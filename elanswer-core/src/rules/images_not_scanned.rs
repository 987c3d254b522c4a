//! Rule: images-not-scanned
//!
//! Severity: warning
//!
//! AWS does not look for known vulnerabilities in the images of the repository: one that everybody
//! knows of runs until somebody finds it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html>
//!
//! Fix: leave `image_scanning_configuration` as it is by default.
//!
//! Suppress: where the registry scans all of its images by rules of its own, or the builds do.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecr::Repository,
};

pub(crate) const RULE: Rule = Rule {
    slug: "images-not-scanned",
    severity: Severity::Warning,
    summary: "AWS does not look for known vulnerabilities in the images of a repository.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, repository) in ctx.all::<Repository>() {
        if !repository.image_scanning_configuration.scan_on_push {
            out.push(
                node,
                "its images are not scanned for known vulnerabilities",
                "set `scan_on_push` to `true`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{checks::testing::check, services::ecr::ImageScanningConfiguration};

    #[test]
    fn fires_on_images_that_nobody_scans() {
        check(
            &RULE,
            |arch| {
                let off = ImageScanningConfiguration { scan_on_push: false };
                let images = Repository::builder().image_scanning_configuration(off).build();
                arch.resource("images", images);
            },
            &["warning images: its images are not scanned for known vulnerabilities"],
        );
    }

    #[test]
    fn accepts_images_that_are_scanned() {
        check(&RULE, |arch| _ = arch.resource("images", Repository::default()), &[]);
    }
}
