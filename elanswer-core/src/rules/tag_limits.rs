//! Rule: tag-limits
//!
//! Severity: error
//!
//! AWS allows 50 tags on a resource, keys of 128 characters and values of 256, and keeps keys that
//! start with `aws:` for itself; it answers `TagLimitExceeded`, `InvalidParameterValue` or the like.
//! elanswer takes three of the fifty, and the prefix `elanswer:`, to say who owns an object.
//! All services but EC2 accept only letters, digits, spaces and `_.:/=+-@`.
//!
//! Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>
//!
//! Fix: shorten, rename or remove tags; those of the whole architecture count on every resource.
//!
//! Suppress: never.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    tags::OWNERSHIP_PREFIX,
};

pub(crate) const RULE: Rule = Rule {
    slug: "tag-limits",
    severity: Severity::Error,
    summary: "Tags are more, longer or otherwise named than AWS allows.",
    check,
};

/// Fifty, less those of the ownership.
const MAX_TAGS: usize = 47;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let shared = ctx.arch().tags();
    for (key, value) in shared.iter() {
        for fault in faults(key, value, false) {
            out.push(ctx.root(), format!("the tag `{key}` {fault}"), HELP);
        }
    }
    for node in ctx.nodes() {
        let Some(tags) = node.resource.tags() else { continue };
        let own = tags.len();
        let inherited = shared.iter().filter(|(key, _)| tags.get(key).is_none()).count();
        if own + inherited > MAX_TAGS {
            out.push(
                node,
                format!(
                    "has {own} tags and {inherited} of the architecture, AWS leaves room for {MAX_TAGS}"
                ),
                format!("remove {} of them", own + inherited - MAX_TAGS),
            );
        }
        let lenient = node.resource.schema().kind.service() == "EC2";
        for (key, value) in tags.iter() {
            for fault in faults(key, value, lenient) {
                out.push(node, format!("the tag `{key}` {fault}"), HELP);
            }
        }
    }
}

const HELP: &str = "shorten, rename or remove the tag";

fn faults(key: &str, value: &str, lenient: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let (key_length, value_length) = (key.chars().count(), value.chars().count());
    if key.is_empty() {
        faults.push("has no key".to_owned());
    }
    if key_length > MAX_KEY {
        faults.push(format!("has a key of {key_length} characters, AWS allows {MAX_KEY}"));
    }
    if value_length > MAX_VALUE {
        faults.push(format!("has a value of {value_length} characters, AWS allows {MAX_VALUE}"));
    }
    if key.to_ascii_lowercase().starts_with("aws:") {
        faults.push("has the prefix `aws:`, which AWS keeps for itself".to_owned());
    }
    if key.starts_with(OWNERSHIP_PREFIX) {
        faults.push(format!("has the prefix `{OWNERSHIP_PREFIX}`, which says who owns an object"));
    }
    let allowed =
        |char: &char| char.is_alphanumeric() || char.is_whitespace() || "_.:/=+-@".contains(*char);
    if let Some(wrong) = key.chars().chain(value.chars()).find(|char| !lenient && !allowed(char)) {
        faults.push(format!("has the character `{wrong}`, which AWS refuses"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        cidr,
        services::{
            ec2::Vpc,
            route53::{DnsName, HostedZone},
        },
        tags::Tags,
    };

    fn vpc(tags: Tags) -> Vpc {
        Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).tags(tags).build()
    }

    fn many(count: usize) -> Tags {
        (0..count).map(|n| (format!("key-{n}"), "value")).collect()
    }

    #[test]
    fn fires_on_number_length_and_prefix() {
        let (key, value) = ("k".repeat(129), "v".repeat(257));
        check(
            &RULE,
            |arch| {
                arch.tag("stage", "prod");
                arch.tag("budget", "5*8");
                arch.resource("a", vpc(many(46)));
                arch.resource("b", vpc(Tags::new().with(&key, &value)));
                arch.resource("c", vpc(Tags::new().with("AWS:x", "").with("elanswer:x", "")));
                arch.resource("d", vpc(Tags::new().with("", "")));
                let mut zone = HostedZone::new(DnsName::literal("example.com"));
                zone.tags = Tags::new().with("", "");
                arch.resource("e", zone);
            },
            &[
                "error a: has 46 tags and 2 of the architecture, AWS leaves room for 47",
                &format!("error b: the tag `{key}` has a key of 129 characters, AWS allows 128"),
                &format!("error b: the tag `{key}` has a value of 257 characters, AWS allows 256"),
                "error c: the tag `AWS:x` has the prefix `aws:`, which AWS keeps for itself",
                "error c: the tag `elanswer:x` has the prefix `elanswer:`, which says who owns an object",
                "error d: the tag `` has no key",
                "error e: the tag `` has no key",
                "error test: the tag `budget` has the character `*`, which AWS refuses",
            ],
        );
    }

    #[test]
    fn accepts_what_just_fits() {
        check(
            &RULE,
            |arch| {
                arch.tag("stage", "prod");
                arch.resource("a", vpc(many(46)));
                arch.resource("b", vpc(Tags::new().with("k".repeat(128), "v".repeat(256))));
                arch.resource("c", vpc(Tags::new().with("Größe", "3 * 4")));
            },
            &[],
        );
    }
}
