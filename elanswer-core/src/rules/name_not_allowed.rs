//! Rule: name-not-allowed
//!
//! Severity: error
//!
//! A physical name is longer than AWS accepts, or has characters or a beginning that AWS refuses: the create call
//! fails with `ValidationError` or the like.
//! An upper-case letter in a name that AWS stores in lower case would differ at every plan.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html>
//!
//! Fix: shorten the name, or leave it out: elanswer then makes one that fits.
//!
//! Suppress: never.

use serde_json::Value;

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    schema::NameRule,
};

pub(crate) const RULE: Rule = Rule {
    slug: "name-not-allowed",
    severity: Severity::Error,
    summary: "AWS refuses a physical name: too long, wrong characters, or a wrong beginning.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        let Some(rule) = node.resource.schema().name else { continue };
        let Some(Value::String(name)) = node.properties().get(rule.property) else { continue };
        for (message, help) in faults(name, &rule) {
            out.push(node, format!("{} `{name}` {message}", rule.property), help);
        }
    }
}

fn faults(name: &str, rule: &NameRule) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    let length = name.chars().count();
    if name.is_empty() {
        faults.push(("is empty".into(), "write a name, or leave it out".into()));
    }
    if length > rule.max_len {
        faults.push((
            format!("has {length} characters, AWS allows {}", rule.max_len),
            format!("shorten it by {}, or leave it out", length - rule.max_len),
        ));
    }
    let allowed =
        |char: char| char.is_ascii_alphanumeric() || char == '-' || rule.also.contains(char);
    if let Some(wrong) = name.chars().find(|char| !allowed(*char)) {
        let also: String = rule.also.chars().map(|char| format!(", `{char}`")).collect();
        faults.push((
            format!("has the character `{}`, which AWS refuses", wrong.escape_default()),
            format!("use letters, digits, `-`{also}"),
        ));
    }
    if let Some(start) = rule.refused_start(name) {
        faults.push((
            format!("begins with `{start}`, which AWS refuses"),
            "begin with another word, or leave the name out".into(),
        ));
    }
    if rule.lowercase && name.chars().any(|char| char.is_ascii_uppercase()) {
        faults.push((
            "has upper-case letters, AWS stores it in lower case".into(),
            format!("write `{}`", name.to_ascii_lowercase()),
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::{
        checks::testing::check,
        resource::Resource,
        schema::{Kind, Schema},
    };

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Queue {
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    }

    #[derive(Debug, Clone, Serialize, Deserialize)]
    struct QueueOutputs {}

    impl Resource for Queue {
        type Outputs = QueueOutputs;

        const SCHEMA: &'static Schema = &Schema {
            name: Some(NameRule { also: "_", lowercase: true, ..NameRule::new("name", 8) }),
            ..Schema::new(Kind::new("Acme::Queue::Queue"))
        };
    }

    #[test]
    fn fires_on_length_characters_and_case() {
        check(
            &RULE,
            |arch| {
                for (id, name) in [("a", "far_too_long"), ("b", "a.b"), ("c", "Aa"), ("d", "")] {
                    arch.resource(id, Queue { name: Some(name.into()) });
                }
            },
            &[
                "error a: name `far_too_long` has 12 characters, AWS allows 8",
                "error b: name `a.b` has the character `.`, which AWS refuses",
                "error c: name `Aa` has upper-case letters, AWS stores it in lower case",
                "error d: name `` is empty",
            ],
        );
    }

    #[test]
    fn accepts_a_name_that_fits_and_none() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", Queue { name: Some("a_b-1234".into()) });
                arch.resource("b", Queue { name: None });
            },
            &[],
        );
    }
}
