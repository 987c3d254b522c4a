//! Rule: rule-never-matches
//!
//! Severity: warning; error when AWS refuses the rule
//!
//! A rule of a security group changes nothing: another rule of the group lets the same through, or
//! the group that it names guards nothing.
//! AWS answers an exact repetition with `InvalidPermission.Duplicate`.
//! Such rules count against the quota of 60 for each group, and hide what is meant.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>
//!
//! Fix: remove the rule, or put the missing group on what it is to guard.
//!
//! Suppress: when the group is given to something outside of this architecture.

use std::collections::BTreeMap;

use crate::{
    checks::{Diagnostics, Rule, RuleContext, Typed, firewall::covers},
    diagnostic::Severity,
    reference::Ref,
    services::ec2::{
        Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRule,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "rule-never-matches",
    severity: Severity::Warning,
    summary: "A rule of a security group repeats another one, or names a group that guards nothing.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    direction::<SecurityGroupIngress>(ctx, out);
    direction::<SecurityGroupEgress>(ctx, out);
}

fn direction<R: SecurityGroupRule>(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut groups: BTreeMap<&Ref<SecurityGroup>, Vec<Typed<'_, R>>> = BTreeMap::new();
    for (node, rule) in ctx.all::<R>() {
        groups.entry(rule.group()).or_default().push((node, rule));
        if let Peer::Group(peer) = rule.peer()
            && let Some((peer, _)) = ctx.get(peer)
            && ctx.guarded_by(&peer.id).next().is_none()
        {
            out.push(
                node,
                format!("names `{}`, which guards nothing", peer.id),
                format!("give `{}` to what it is to guard, or remove the rule", peer.id),
            );
        }
    }
    for rules in groups.values() {
        for (index, (node, rule)) in rules.iter().enumerate() {
            // Of two that cover each other, which are then equal, the later one is too many.
            let other = rules.iter().enumerate().find(|(other_index, (_, other))| {
                *other_index != index
                    && includes(*other, *rule)
                    && (*other_index < index || !includes(*rule, *other))
            });
            let Some((_, (other_node, other))) = other else { continue };
            if rule.same_as(other) {
                out.push_as(
                    Severity::Error,
                    *node,
                    format!("repeats `{}` (`InvalidPermission.Duplicate`)", other_node.id),
                    "remove one of the two",
                );
            } else {
                out.push(
                    *node,
                    format!(
                        "adds nothing to `{}`, which lets through `{}`",
                        other_node.id,
                        other.protocol()
                    ),
                    "remove the narrower rule, or narrow the wider one",
                );
            }
        }
    }
}

/// Whether `wide` lets through all that `narrow` does.
fn includes<R: SecurityGroupRule>(wide: &R, narrow: &R) -> bool {
    let peer = match (wide.peer(), narrow.peer()) {
        (Peer::Cidr(wide), Peer::Cidr(narrow)) => wide.contains(*narrow),
        (wide, narrow) => wide == narrow,
    };
    peer && covers(wide.protocol(), narrow.protocol())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, egress, group, ingress, load_balancer, tcp, tcp_range},
        cidr,
        services::{ec2::Protocol, elbv2::Scheme},
    };

    #[test]
    fn fires_on_repetitions_and_on_what_is_covered() {
        check(
            &RULE,
            |arch| {
                let app = group(arch, "app");
                load_balancer(arch, "lb", Scheme::Internal, &app);
                ingress(arch, "a", &app, tcp(443), cidr!("10.0.0.0/8"));
                ingress(arch, "b", &app, tcp(443), cidr!("10.0.0.0/8"));
                ingress(arch, "c", &app, tcp_range(400, 500), cidr!("10.0.0.0/8"));
                egress(arch, "d", &app, Protocol::All, cidr!("10.0.0.0/8"));
                egress(arch, "e", &app, tcp(443), cidr!("10.1.0.0/16"));
            },
            &[
                "error b: repeats `a` (`InvalidPermission.Duplicate`)",
                "warning a: adds nothing to `c`, which lets through `tcp 400-500`",
                "warning e: adds nothing to `d`, which lets through `all traffic`",
            ],
        );
    }

    #[test]
    fn fires_on_a_peer_that_guards_nothing() {
        check(
            &RULE,
            |arch| {
                let (app, data) = (group(arch, "app"), group(arch, "data"));
                load_balancer(arch, "lb", Scheme::Internal, &data);
                ingress(arch, "in", &data, tcp(443), &app);
            },
            &["warning in: names `app`, which guards nothing"],
        );
    }

    #[test]
    fn accepts_other_ports_other_peers_and_other_directions() {
        check(
            &RULE,
            |arch| {
                let app = group(arch, "app");
                load_balancer(arch, "lb", Scheme::Internal, &app);
                ingress(arch, "a", &app, tcp(443), cidr!("10.0.0.0/8"));
                ingress(arch, "b", &app, tcp(80), cidr!("10.0.0.0/8"));
                ingress(arch, "c", &app, tcp(443), cidr!("192.168.0.0/16"));
                ingress(arch, "d", &app, tcp(443), &app);
                egress(arch, "e", &app, tcp(443), cidr!("10.0.0.0/8"));
            },
            &[],
        );
    }
}
