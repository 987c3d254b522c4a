//! Rule: listener-rule-shadowed
//!
//! Severity: error
//!
//! A rule of a listener never matches: one that is asked before it takes all that it would take.
//! AWS accepts it, and every request goes where the other rule sends it.
//!
//! Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html>
//!
//! Fix: give the narrower rule the smaller priority number, or remove it.
//!
//! Suppress: never.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Set,
    checks::{Diagnostics, Rule, RuleContext, Typed},
    diagnostic::Severity,
    reference::Ref,
    services::elbv2::{Conditions, HostPattern, Listener, ListenerRule, PathPattern},
};

pub(crate) const RULE: Rule = Rule {
    slug: "listener-rule-shadowed",
    severity: Severity::Error,
    summary: "A rule of a listener takes nothing that an earlier one does not take.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut by_listener: BTreeMap<&Ref<Listener>, Vec<Typed<'_, ListenerRule>>> = BTreeMap::new();
    for (node, rule) in ctx.all::<ListenerRule>() {
        by_listener.entry(&rule.listener).or_default().push((node, rule));
    }
    for rules in by_listener.values_mut() {
        rules.sort_by_key(|(_, rule)| rule.priority);
        for (index, (node, rule)) in rules.iter().enumerate() {
            let earlier = rules.iter().take(index).find(|(_, earlier)| {
                earlier.priority < rule.priority && takes_all(&earlier.conditions, &rule.conditions)
            });
            if let Some((other, earlier)) = earlier {
                out.push(
                    *node,
                    format!(
                        "never matches: `{}` takes the same requests at priority {}",
                        other.id,
                        earlier.priority.get()
                    ),
                    format!("give it a priority below {}, or remove it", earlier.priority.get()),
                );
            }
        }
    }
}

/// Whether every request that `narrow` takes, `wide` takes too.
fn takes_all(wide: &Conditions, narrow: &Conditions) -> bool {
    let hosts = |it: &Conditions| texts(&it.host_header, HostPattern::as_str);
    let paths = |it: &Conditions| texts(&it.path_pattern, PathPattern::as_str);
    one_takes_all(&hosts(wide), &hosts(narrow)) && one_takes_all(&paths(wide), &paths(narrow))
}

fn texts<T>(patterns: &Set<T>, text: fn(&T) -> &str) -> Vec<Vec<u8>> {
    patterns.iter().map(|pattern| text(pattern).as_bytes().to_vec()).collect()
}

/// The same for the patterns of one kind of condition; none of them take everything.
fn one_takes_all(wide: &[Vec<u8>], narrow: &[Vec<u8>]) -> bool {
    let taken = |narrow: &Vec<u8>| wide.iter().any(|wide| covers(wide, narrow));
    wide.is_empty() || !narrow.is_empty() && narrow.iter().all(taken)
}

/// Whether the pattern `wide` matches all that the pattern `narrow` matches.
///
/// A `*` takes anything, also a `*` of the other; a `?` takes one character, so no `*`.
///
/// Keeps the set of places in `wide` that can be reached with what was read of `narrow`.
fn covers(wide: &[u8], narrow: &[u8]) -> bool {
    let at = |place: usize| wide.get(place).copied();
    // Behind a star is reached with the star, because a star takes nothing too.
    let reach = |places: &mut BTreeSet<usize>, place: usize| {
        let stars = wide.iter().skip(place).take_while(|byte| **byte == b'*').count();
        places.extend(place..=place + stars);
    };
    let mut places = BTreeSet::new();
    reach(&mut places, 0);
    for byte in narrow {
        let mut next = BTreeSet::new();
        for place in places {
            match at(place) {
                Some(b'*') => reach(&mut next, place),
                Some(other) if other == *byte || other == b'?' && *byte != b'*' => {
                    reach(&mut next, place + 1);
                }
                _ => {}
            }
        }
        places = next;
    }
    places.contains(&wide.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        services::elbv2::{Action, Priority},
    };

    fn rule(priority: u32, conditions: Conditions) -> ListenerRule {
        ListenerRule::builder()
            .listener(Ref::existing("arn:https"))
            .priority(Priority::new(priority).unwrap())
            .conditions(conditions)
            .action(Action::forward(Ref::existing("arn:web")))
            .build()
    }

    fn path(patterns: &[&str]) -> Conditions {
        Conditions::path(patterns.iter().map(|pattern| pattern.parse().unwrap()))
    }

    fn host(pattern: &str) -> Conditions {
        Conditions::host([pattern.parse().unwrap()])
    }

    #[test]
    fn fires_on_equal_and_narrower_conditions() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", rule(10, path(&["/api/*", "/v?"])));
                arch.resource("b", rule(20, path(&["/api/*"])));
                arch.resource("c", rule(30, path(&["/api/users/*", "/v2"])));
                let both = Conditions { host_header: host("a.org").host_header, ..path(&["/v1"]) };
                arch.resource("d", rule(40, both));
            },
            &[
                "error b: never matches: `a` takes the same requests at priority 10",
                "error c: never matches: `a` takes the same requests at priority 10",
                "error d: never matches: `a` takes the same requests at priority 10",
            ],
        );
    }

    #[test]
    fn accepts_narrow_before_wide_and_other_hosts() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", rule(10, path(&["/api/users"])));
                arch.resource("b", rule(20, path(&["/api/*"])));
                arch.resource("c", rule(30, path(&["/*"])));
                let narrow =
                    Conditions { host_header: host("*.a.org").host_header, ..path(&["/x"]) };
                arch.resource("d", rule(5, narrow));
                arch.resource("e", rule(6, host("b.org")));
                arch.resource("f", rule(7, path(&["/x", "/y"])));
            },
            &[],
        );
    }

    #[test]
    fn a_question_mark_does_not_cover_a_star() {
        for (wide, narrow, expected) in [
            ("/a*", "/a?b*", true),
            ("/a?", "/a*", false),
            ("/*/b", "/a/*/b", true),
            ("/*b", "/a*", false),
        ] {
            assert_eq!(covers(wide.as_bytes(), narrow.as_bytes()), expected, "{wide} {narrow}");
        }
    }
}
