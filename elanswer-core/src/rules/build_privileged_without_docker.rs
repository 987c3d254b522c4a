//! Rule: build-privileged-without-docker
//!
//! Severity: warning
//!
//! A build may do whatever its machine may, as only running Docker takes, and nothing in its
//! specification runs Docker.
//! Whoever changes what is built gets at more than the build needs.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html#codebuild-5>
//!
//! Fix: leave out `privileged_mode`.
//!
//! Suppress: when a script that the build calls runs Docker.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::codebuild::{BuildSpec, Project},
};

pub(crate) const RULE: Rule = Rule {
    slug: "build-privileged-without-docker",
    severity: Severity::Warning,
    summary: "A build is privileged and does not run Docker.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, project) in ctx.all::<Project>() {
        let spec = project.source.build_spec();
        if project.environment.privileged_mode && spec.is_some_and(|it| !runs_docker(it)) {
            out.push(
                node,
                "is privileged, and nothing in its specification runs Docker",
                "leave out `privileged_mode`",
            );
        }
    }
}

/// Whether it runs Docker or its like, or is a file, of which nothing is known here.
fn runs_docker(spec: &BuildSpec) -> bool {
    let text = spec.as_str();
    !text.contains("phases") || ["docker", "podman", "buildah"].iter().any(|it| text.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, project},
        services::codebuild::BuildSource,
    };

    fn privileged(build_spec: Option<&'static str>) -> Project {
        let mut project = project("arn:aws:iam::123456789012:role/build");
        project.environment.privileged_mode = true;
        project.source =
            BuildSource::CodePipeline { build_spec: build_spec.map(BuildSpec::literal) };
        project
    }

    #[test]
    fn fires_on_a_build_that_only_compiles() {
        check(
            &RULE,
            |arch| {
                let spec = "{version: 0.2, phases: {build: {commands: [cargo test]}}}";
                arch.resource("a", privileged(Some(spec)));
            },
            &["warning a: is privileged, and nothing in its specification runs Docker"],
        );
    }

    #[test]
    fn accepts_builds_of_images_and_files_that_nobody_sees() {
        check(
            &RULE,
            |arch| {
                let spec = "{version: 0.2, phases: {build: {commands: [docker build .]}}}";
                arch.resource("a", privileged(Some(spec)));
                arch.resource("b", privileged(Some("ci/build.yml")));
                arch.resource("c", privileged(None));
                arch.resource("d", project("arn:aws:iam::123456789012:role/build"));
            },
            &[],
        );
    }
}
