//! Rule: image-without-version
//!
//! Severity: warning
//!
//! A container takes the image that is called `latest` when a task starts, so that two tasks of a
//! service may run different programs, and no rollback brings the earlier one back.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-considerations.html>
//!
//! Fix: name the version, or better the digest, of the image.
//!
//! Suppress: in a test environment that is to follow the newest image.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::TaskDefinition,
};

pub(crate) const RULE: Rule = Rule {
    slug: "image-without-version",
    severity: Severity::Warning,
    summary: "The image of a container has no version.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for container in &task.container_definitions {
            let image = container.image.known().filter(|image| !has_version(image));
            if let Some(image) = image {
                out.push(
                    node,
                    format!("`{}` takes `{image}`, whichever that is then", container.name),
                    "name the version or the digest of the image",
                );
            }
        }
    }
}

/// Whether an image has a digest, or a tag other than `latest`. A colon before the last slash is
/// that of a port.
fn has_version(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.contains('@') || name.split_once(':').is_some_and(|(_, tag)| tag != "latest")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, task},
        services::ecs::ContainerDefinition,
    };

    fn image(image: &str) -> ContainerDefinition {
        ContainerDefinition { image: image.into(), ..container() }
    }

    #[test]
    fn fires_on_latest_and_on_no_tag() {
        check(
            &RULE,
            |arch| {
                task(arch, "a", [image("web:latest")]);
                task(arch, "b", [image("registry.org:5000/web")]);
            },
            &[
                "warning a: `web` takes `web:latest`, whichever that is then",
                "warning b: `web` takes `registry.org:5000/web`, whichever that is then",
            ],
        );
    }

    #[test]
    fn accepts_tags_and_digests() {
        check(
            &RULE,
            |arch| {
                task(arch, "a", [image("registry.org:5000/web:1.2")]);
                task(arch, "b", [image("web@sha256:0123")]);
            },
            &[],
        );
    }
}
