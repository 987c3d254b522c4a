//! Physical names for resources whose user left naming to elanswer.

use sha2::{Digest, Sha256};

use crate::{schema::NameRule, state::ObjectKey};

/// What makes any name begin as AWS likes it.
const NEUTRAL: &str = "x-";

/// A name of the form `STACK-LEAF-HASH` that AWS accepts, and that no other object has.
///
/// The hash is of the state, the resource and the incarnation, so that a replacement never gets in
/// the way of what it replaces.
pub(super) fn physical(rule: &NameRule, stack: &str, state: &str, key: &ObjectKey) -> String {
    let mut hasher = Sha256::new();
    hasher.update(format!("{state}\n{}\n{}", key.resource, key.incarnation));
    let hash: String = hasher.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let readable: String = format!("{stack}-{}", key.resource)
        .chars()
        .map(
            |char| {
                if char.is_ascii_alphanumeric() || rule.also.contains(char) { char } else { '-' }
            },
        )
        .take(rule.max_len.saturating_sub(hash.len() + 1))
        .collect();
    // AWS's kinds that take `-` do not all take it at the ends or twice in a row.
    let parts = readable.split('-').filter(|part| !part.is_empty());
    let mut name = parts.chain([hash.as_str()]).collect::<Vec<_>>().join("-");
    if rule.refused_start(&name).is_some() {
        let room = rule.max_len.saturating_sub(NEUTRAL.len() + hash.len());
        let readable: String = name.chars().take(room.min(name.len() - hash.len())).collect();
        name = format!("{NEUTRAL}{readable}{hash}");
    }
    if rule.lowercase { name.to_ascii_lowercase() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_the_rule_and_differs_by_incarnation() {
        let rule = NameRule { lowercase: true, ..NameRule::new("Name", 32) };
        let key = |incarnation| ObjectKey {
            resource: "Front/with_a.long/-path-of-parts".parse().unwrap(),
            incarnation,
        };
        let first = physical(&rule, "shop", "state", &key(1));
        assert!(first.len() <= 32, "{first}");
        assert!(first.starts_with("shop-front-with-a-long-"), "{first}");
        assert_ne!(first, physical(&rule, "shop", "state", &key(2)));
    }

    #[test]
    fn does_not_begin_as_aws_refuses_it() {
        let rule =
            NameRule { letter_first: true, not_first: &["internal-"], ..NameRule::new("Name", 32) };
        let key = ObjectKey { resource: "front".parse().unwrap(), incarnation: 1 };
        for stack in
            ["internal", "Internal", "2nd", "a-very-long-name-of-a-stack", "2nd-very-long-name"]
        {
            let name = physical(&rule, stack, "state", &key);
            assert!(name.len() <= 32 && rule.refused_start(&name).is_none(), "{name}");
            assert!(name.contains(stack.get(..3).unwrap()) && !name.contains("--"), "{name}");
        }
    }
}
