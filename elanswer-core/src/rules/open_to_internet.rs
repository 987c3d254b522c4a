//! Rule: open-to-internet
//!
//! Severity: error
//!
//! A security group lets the internet in where only the edge may: on another port than 80 or 443,
//! or to something that is not an internet-facing load balancer.
//! Scanners find such a port within minutes.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html>
//!
//! Fix: name the security group that the traffic comes from, and let the internet in at a load
//! balancer only, on `tcp 80` and `tcp 443`.
//!
//! Suppress: for a group of something that is meant to face the internet without a load balancer.

use crate::{
    checks::{Diagnostics, Rule, RuleContext, firewall::is_internet},
    diagnostic::Severity,
    services::{
        ec2::{Peer, Protocol, SecurityGroupIngress},
        elbv2::{LoadBalancer, Scheme},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "open-to-internet",
    severity: Severity::Error,
    summary: "A security group lets the internet in beyond ports 80 and 443 of a load balancer.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<SecurityGroupIngress>() {
        let Peer::Cidr(range) = rule.peer else { continue };
        if !is_internet(range) {
            continue;
        }
        let traffic = rule.protocol;
        if !matches!(traffic, Protocol::Tcp(ports) if [(80, 80), (443, 443)].contains(&(ports.from(), ports.to())))
        {
            out.push(
                node,
                format!("lets in `{traffic}` from `{range}`"),
                "let the internet in on `tcp 80` and `tcp 443` only, or name the group that it comes from",
            );
            continue;
        }
        let Some((group, _)) = ctx.get(&rule.group) else { continue };
        let faces = |scheme| scheme == Scheme::InternetFacing;
        let inner = ctx
            .guarded_by(&group.id)
            .find(|node| !node.get::<LoadBalancer>().is_some_and(|it| faces(it.scheme)));
        if let Some(inner) = inner {
            out.push(
                node,
                format!(
                    "lets in `{range}` to `{}`, which is not an internet-facing load balancer",
                    inner.id
                ),
                "give the internet a group of its own, for the load balancer only",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, group, ingress, load_balancer, tcp, tcp_range},
        cidr,
    };

    #[test]
    fn fires_on_other_ports() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                ingress(arch, "a", &edge, tcp(22), cidr!("0.0.0.0/0"));
                ingress(arch, "b", &edge, tcp_range(80, 443), cidr!("0.0.0.0/1"));
                ingress(arch, "c", &edge, Protocol::All, cidr!("0.0.0.0/0"));
            },
            &[
                "error a: lets in `tcp 22` from `0.0.0.0/0`",
                "error b: lets in `tcp 80-443` from `0.0.0.0/1`",
                "error c: lets in `all traffic` from `0.0.0.0/0`",
            ],
        );
    }

    #[test]
    fn fires_on_what_is_not_the_edge() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                load_balancer(arch, "inner", Scheme::Internal, &edge);
                ingress(arch, "in", &edge, tcp(443), cidr!("0.0.0.0/0"));
            },
            &[
                "error in: lets in `0.0.0.0/0` to `inner`, which is not an internet-facing load balancer",
            ],
        );
    }

    #[test]
    fn accepts_web_ports_of_the_edge_and_known_ranges() {
        check(
            &RULE,
            |arch| {
                let edge = group(arch, "edge");
                load_balancer(arch, "front", Scheme::InternetFacing, &edge);
                ingress(arch, "a", &edge, tcp(443), cidr!("0.0.0.0/0"));
                ingress(arch, "b", &edge, tcp(80), cidr!("0.0.0.0/0"));
                ingress(arch, "c", &edge, tcp(22), cidr!("203.0.113.0/24"));
                ingress(arch, "d", &edge, tcp(22), cidr!("10.0.0.0/8"));
            },
            &[],
        );
    }
}
