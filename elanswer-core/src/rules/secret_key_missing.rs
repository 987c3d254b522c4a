//! Rule: secret-key-missing
//!
//! Severity: error
//!
//! A container gets what a secret has under a key, and the value that AWS makes up is no JSON or has
//! no such key: the tasks stop with `ResourceInitializationError`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
//!
//! Fix: name a key of the template, or give the value a template with `SecretTemplate`.
//!
//! Suppress: when a rotation has put another value.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Input,
    services::{
        ecs::TaskDefinition,
        secretsmanager::{Secret, SecretValue},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "secret-key-missing",
    severity: Severity::Error,
    summary: "A container gets what a secret does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, task) in ctx.all::<TaskDefinition>() {
        for (variable, from) in task.container_definitions.iter().flat_map(|it| &it.secrets) {
            let Input::Join(parts) = from else { continue };
            let [Input::Output(secret), Input::Literal(rest)] = parts.as_slice() else { continue };
            let Some(secret) = ctx.node(&secret.resource) else { continue };
            let Some(SecretValue::Generated(how)) = secret.get::<Secret>().map(|it| &it.value)
            else {
                continue;
            };
            let key = rest.split(':').nth(1).unwrap_or_default();
            if key.is_empty() {
                continue;
            }
            let message = match &how.template {
                None => format!("`{variable}` is `{key}` of `{}`, which is no JSON", secret.id),
                Some(template) if !template.has(key) => {
                    format!("`{variable}` is `{key}` of `{}`, which has no such key", secret.id)
                }
                Some(_) => continue,
            };
            out.push(node, message, "name a key of its template, or give its value one");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, container, task},
        services::secretsmanager::{GenerateSecretString, SecretTemplate},
    };

    fn describe(arch: &mut Architecture, template: Option<SecretTemplate>, rest: &str) {
        let how = GenerateSecretString::builder().maybe_template(template).build();
        let secret = arch.resource("secret", Secret::builder().value(how).build());
        let mut container = container();
        let from = Input::concat([secret.arn().text().into(), rest.into()]);
        container.secrets.insert("LOGIN".into(), from);
        task(arch, "task", [container]);
    }

    #[test]
    fn fires_on_a_plain_password_and_on_another_key() {
        check(
            &RULE,
            |arch| describe(arch, None, ":password::"),
            &["error task: `LOGIN` is `password` of `secret`, which is no JSON"],
        );
        check(
            &RULE,
            |arch| describe(arch, Some(SecretTemplate::new("password")), ":username::"),
            &["error task: `LOGIN` is `username` of `secret`, which has no such key"],
        );
    }

    #[test]
    fn accepts_keys_of_the_template_and_whole_values() {
        let template = SecretTemplate::new("password").with("username", "app");
        for key in [":password::", ":username::"] {
            check(&RULE, |arch| describe(arch, Some(template.clone()), key), &[]);
        }
        check(&RULE, |arch| describe(arch, None, ":::"), &[]);
    }
}
