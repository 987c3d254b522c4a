//! Rule: secret-in-environment
//!
//! Severity: warning
//!
//! An environment variable that is called like a secret has its value in the task definition: whoever
//! may describe task definitions reads it, and no revision ever forgets it.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
//!
//! Fix: put the value into Secrets Manager or the parameter store, and its ARN into `Secrets`.
//!
//! Suppress: when the value is not secret, whatever its name.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::TaskDefinition,
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-in-environment",
    severity: Severity::Warning,
    summary: "An environment variable that is called like a secret has its value in plain text.",
    check,
};

/// What the names of variables with secrets end in; a name of the secret, an address or a file of
/// it ends in something else.
const WORDS: [&str; 9] = [
    "ACCESS_KEY",
    "API_KEY",
    "APIKEY",
    "CREDENTIALS",
    "PASSWD",
    "PASSWORD",
    "PRIVATE_KEY",
    "SECRET",
    "TOKEN",
];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for container in &task.container_definitions {
            for (name, value) in &container.environment {
                let upper = name.to_ascii_uppercase();
                let secret = WORDS.iter().any(|word| upper.ends_with(word));
                if secret && value.known().is_some_and(|value| !value.is_empty()) {
                    out.push(
                        node,
                        format!("`{}` has the value of `{name}` in plain text", container.name),
                        "put the value into Secrets Manager, and its ARN into `Secrets`",
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, container, task},
        services::ecs::ContainerDefinition,
    };

    fn with(variables: &[(&str, &str)]) -> ContainerDefinition {
        let mut container = container();
        for (name, value) in variables {
            container.environment.insert((*name).to_owned(), (*value).into());
        }
        container
    }

    #[test]
    fn fires_on_a_password_and_does_not_show_it() {
        check(
            &RULE,
            |arch| _ = task(arch, "task", [with(&[("db_password", "hunter2")])]),
            &["warning task: `web` has the value of `db_password` in plain text"],
        );
    }

    #[test]
    fn accepts_other_names_empty_values_and_secrets() {
        check(
            &RULE,
            |arch| {
                let variables =
                    [("PASSWORD_FILE", "/run/p"), ("TOKEN_URL", "https://a"), ("API_KEY", "")];
                let mut container = with(&variables);
                container.secrets.insert("PASSWORD".into(), "arn:secret".into());
                task(arch, "task", [container]);
            },
            &[],
        );
    }
}
