//! Rule: secret-without-value
//!
//! Severity: warning
//!
//! A container gets a secret whose value somebody puts by hand: until then the tasks stop with
//! `ResourceInitializationError`, and a service that deploys for the first time rolls back.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>
//!
//! Fix: have AWS make up the value, give it with `Architecture::secret`, or apply the secret first.
//!
//! Suppress: when somebody has put the value.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Reference},
    services::{
        ecs::TaskDefinition,
        secretsmanager::{Secret, SecretValue},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-without-value",
    severity: Severity::Warning,
    summary: "A container gets a secret that has no value yet.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for (variable, from) in task.container_definitions.iter().flat_map(|it| &it.secrets) {
            let Some(secret) = source(from).and_then(|it| ctx.node(&it.resource)) else { continue };
            if secret.get::<Secret>().is_some_and(|it| it.value == SecretValue::Elsewhere) {
                out.push(
                    node,
                    format!("`{variable}` comes from `{}`, which has no value", secret.id),
                    "have AWS make one up, give one, or put one before the tasks start",
                );
            }
        }
    }
}

/// The output that a container gets a value from.
fn source(from: &Input<String>) -> Option<&Reference> {
    match from {
        Input::Output(reference) => Some(reference),
        Input::Join(parts) => parts.first().and_then(source),
        Input::Literal(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, task},
        services::secretsmanager::GenerateSecretString,
    };

    fn describe(arch: &mut Architecture, secret: Secret) {
        let secret = arch.resource("secret", secret);
        let mut container = container();
        let whole: Input<String> = secret.arn().text().into();
        let part = Input::concat([whole.clone(), ":key::".into()]);
        container.secrets.insert("PART".into(), part);
        container.secrets.insert("WHOLE".into(), whole);
        container.secrets.insert("THEIRS".into(), "arn:secret".into());
        task(arch, "task", [container]);
    }

    #[test]
    fn fires_on_a_secret_that_is_empty() {
        check(
            &RULE,
            |arch| describe(arch, Secret::default()),
            &[
                "warning task: `PART` comes from `secret`, which has no value",
                "warning task: `WHOLE` comes from `secret`, which has no value",
            ],
        );
    }

    #[test]
    fn accepts_one_that_is_made_up() {
        let secret = Secret::builder().value(GenerateSecretString::default()).build();
        check(&RULE, |arch| describe(arch, secret), &[]);
    }
}
