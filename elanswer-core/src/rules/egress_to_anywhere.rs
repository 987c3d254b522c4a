//! Rule: egress-to-anywhere
//!
//! Severity: warning
//!
//! A security group lets out every protocol or every port to the internet.
//! Whoever breaks into what it guards can send anything anywhere.
//!
//! Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html>
//!
//! Fix: name the groups and ports that are needed; HTTPS to the internet is `tcp 443`.
//!
//! Suppress: for what must reach ports that are not known beforehand.

use crate::{
    checks::{
        Diagnostics, Rule, RuleContext,
        firewall::{covers, is_internet},
    },
    diagnostic::Severity,
    services::ec2::{Peer, Ports, Protocol, SecurityGroupEgress},
};

pub(crate) const RULE: Rule = Rule {
    slug: "egress-to-anywhere",
    severity: Severity::Warning,
    summary: "A security group lets out every protocol or port to the internet.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<SecurityGroupEgress>() {
        let Peer::Cidr(range) = rule.peer else { continue };
        // Port 0 is no port that anything listens on.
        let ports = Ports::range(1, u16::MAX).unwrap_or(Ports::ALL);
        let every = [Protocol::Tcp(ports), Protocol::Udp(ports)];
        if is_internet(range) && every.iter().any(|every| covers(rule.protocol, *every)) {
            out.push(
                node,
                format!("lets out `{}` to `{range}`", rule.protocol),
                "name the groups and ports that are needed, such as `tcp 443`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, egress, group, tcp, tcp_range},
        cidr,
    };

    #[test]
    fn fires_on_every_protocol_and_every_port() {
        check(
            &RULE,
            |arch| {
                let app = group(arch, "app");
                egress(arch, "a", &app, Protocol::All, cidr!("0.0.0.0/0"));
                egress(arch, "b", &app, tcp_range(1, 65535), cidr!("128.0.0.0/1"));
            },
            &[
                "warning a: lets out `all traffic` to `0.0.0.0/0`",
                "warning b: lets out `tcp 1-65535` to `128.0.0.0/1`",
            ],
        );
    }

    #[test]
    fn accepts_https_and_every_port_within_the_vpc() {
        check(
            &RULE,
            |arch| {
                let app = group(arch, "app");
                egress(arch, "a", &app, tcp(443), cidr!("0.0.0.0/0"));
                egress(arch, "b", &app, Protocol::All, cidr!("10.0.0.0/8"));
            },
            &[],
        );
    }
}
