//! Rule: secret-in-environment
//!
//! Severity: warning
//!
//! An environment variable that is called like a secret, or has what looks like one, has its value in
//! the task definition: whoever may describe task definitions reads it, and no revision ever forgets
//! it. Private keys, access keys of AWS and addresses with a password in them look like secrets.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html>
//!
//! Fix: put the value into Secrets Manager or the parameter store, and its ARN into `Secrets`.
//!
//! Suppress: when the value is not secret, whatever its name or looks.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ecs::TaskDefinition,
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-in-environment",
    severity: Severity::Warning,
    summary: "An environment variable that is called like a secret, or looks like one, is in plain text.",
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
                let called = WORDS.iter().any(|word| upper.ends_with(word));
                let is_secret = |value: &String| called && !value.is_empty() || looks_secret(value);
                if value.known().is_some_and(is_secret) {
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

/// Whether a value is a private key, an access key of AWS, or an address with a password.
fn looks_secret(value: &str) -> bool {
    value.contains("PRIVATE KEY-----") || is_access_key(value) || has_password(value)
}

/// Whether it is the id of an access key, whose other half is not far then.
fn is_access_key(value: &str) -> bool {
    let rest = value.strip_prefix("AKIA").or_else(|| value.strip_prefix("ASIA"));
    let word =
        |rest: &str| rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    rest.is_some_and(|rest| rest.len() == 16 && word(rest))
}

/// Whether it is an address of the form `scheme://user:password@host`.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| password);
    password.is_some_and(|password| !password.is_empty() && !password.starts_with('$'))
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
    fn fires_on_what_looks_like_a_secret() {
        check(
            &RULE,
            |arch| {
                let variables = [
                    ("AWS_ID", "AKIAIOSFODNN7EXAMPLE"),
                    ("DATABASE_URL", "postgres://app:hunter2@db.example.com/orders"),
                    ("SIGNER", "-----BEGIN RSA PRIVATE KEY-----\nMII"),
                ];
                task(arch, "task", [with(&variables)]);
            },
            &[
                "warning task: `web` has the value of `AWS_ID` in plain text",
                "warning task: `web` has the value of `DATABASE_URL` in plain text",
                "warning task: `web` has the value of `SIGNER` in plain text",
            ],
        );
    }

    #[test]
    fn accepts_addresses_without_a_password() {
        check(
            &RULE,
            |arch| {
                let variables = [
                    ("A", "https://example.com/a:b@c"),
                    ("B", "postgres://app@db.example.com:5432/orders"),
                    ("C", "postgres://app:${PASSWORD}@db.example.com/orders"),
                    ("D", "AKIA is how they begin"),
                ];
                task(arch, "task", [with(&variables)]);
            },
            &[],
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
