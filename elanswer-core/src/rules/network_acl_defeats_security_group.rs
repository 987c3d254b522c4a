//! Rule: network-acl-defeats-security-group
//!
//! Severity: error
//!
//! A rule of a security group lets traffic through, and a network ACL between the subnets where both
//! ends stand does not: it denies the traffic itself, or the answers to it.
//! An ACL keeps no record of connections: answers go to the ports 1024 to 65535 of who asked, and
//! must be let through the other way. Every connection times out, and the security groups look right.
//! What goes to the internet by a NAT gateway crosses the ACL of the gateway's subnet too.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html>
//!
//! Fix: add the entry that the message names, or give it a smaller number than the one that denies.
//!
//! Suppress: when it is meant that the ACL cuts the traffic off, as while an intruder is kept out.

use std::collections::BTreeSet;

use crate::{
    architecture::Node,
    checks::{
        Diagnostics, Rule, RuleContext, Typed, WayOut,
        acl::{Acls, Decision, Traffic, decide, denied_beyond_a_list, denied_whole, first_denied},
        standing::subnets_of,
    },
    cidr::Cidr,
    diagnostic::Severity,
    reference::Ref,
    services::ec2::{
        AclProtocol, Direction, NetworkAcl, Peer, Protocol, SecurityGroupEgress,
        SecurityGroupIngress, Subnet,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "network-acl-defeats-security-group",
    severity: Severity::Error,
    summary: "A network ACL denies what the security groups of both ends let through.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let acls = Acls::new(ctx);
    if ctx.all::<NetworkAcl>().next().is_none() {
        return;
    }
    for (node, rule) in ctx.all::<SecurityGroupIngress>() {
        let mut crossing = Crossing::new(ctx, &acls, node, rule.protocol);
        for target in subnets_of(ctx, &rule.group) {
            match &rule.peer {
                Peer::Cidr(range) => {
                    crossing.asks(out, target, Direction::Ingress, End::Addresses(*range));
                }
                // What egress rules name is let in by an ingress rule, or not at all.
                Peer::Group(sender) => {
                    for source in subnets_of(ctx, sender) {
                        crossing.connects(out, source, target);
                    }
                }
            }
        }
    }
    for (node, rule) in ctx.all::<SecurityGroupEgress>() {
        let Peer::Cidr(range) = rule.peer else { continue };
        let mut crossing = Crossing::new(ctx, &acls, node, rule.protocol);
        for source in subnets_of(ctx, &rule.group) {
            crossing.leaves(out, source, range);
        }
    }
}

/// The other end of what crosses the border of a subnet.
#[derive(Clone, Copy)]
enum End<'a> {
    Addresses(Cidr),
    Subnet(Typed<'a, Subnet>),
}

/// The way of the traffic of one rule of a security group through ACLs.
struct Crossing<'a, 'b> {
    ctx: &'b RuleContext<'a>,
    acls: &'b Acls<'a>,
    rule: &'a Node,
    protocol: Protocol,
    /// What was told of the rule: several subnets are behind one ACL.
    told: BTreeSet<(&'a str, Direction, bool)>,
}

impl<'a, 'b> Crossing<'a, 'b> {
    const fn new(
        ctx: &'b RuleContext<'a>,
        acls: &'b Acls<'a>,
        rule: &'a Node,
        protocol: Protocol,
    ) -> Self {
        Self { ctx, acls, rule, protocol, told: BTreeSet::new() }
    }

    /// From one subnet to another; within a subnet no ACL is asked.
    fn connects(
        &mut self,
        out: &mut Diagnostics,
        source: Typed<'a, Subnet>,
        target: Typed<'a, Subnet>,
    ) {
        if source.0.id != target.0.id {
            self.asks(out, source, Direction::Egress, End::Subnet(target));
            self.asks(out, target, Direction::Ingress, End::Subnet(source));
        }
    }

    /// Out of a subnet to addresses that no subnet of a group stands for.
    fn leaves(&mut self, out: &mut Diagnostics, source: Typed<'a, Subnet>, range: Cidr) {
        let end = End::Addresses(range);
        let vpc = self.ctx.get(&source.1.vpc);
        let outside = vpc.is_none_or(|(_, vpc)| !vpc.cidr_block.contains(range));
        if !outside {
            self.asks(out, source, Direction::Egress, end);
            return;
        }
        match self.ctx.way_out(&Ref::managed(source.0.id.clone())) {
            // What does not leave at all is none of the ACL's fault.
            WayOut::Nowhere => {}
            WayOut::InternetGateway(_) | WayOut::Unknown => {
                self.asks(out, source, Direction::Egress, end);
            }
            WayOut::NatGateway(gateway) => {
                self.asks(out, source, Direction::Egress, end);
                let gateway = self.ctx.get(gateway);
                let subnet = gateway.and_then(|(_, gateway)| self.ctx.get(&gateway.subnet));
                if let Some(subnet) = subnet.filter(|subnet| subnet.0.id != source.0.id) {
                    self.asks(out, subnet, Direction::Ingress, End::Subnet(source));
                    self.asks(out, subnet, Direction::Egress, end);
                }
            }
        }
    }

    /// Across the border of `subnet` one way, and the answers the other way.
    fn asks(
        &mut self,
        out: &mut Diagnostics,
        subnet: Typed<'a, Subnet>,
        direction: Direction,
        end: End<'a>,
    ) {
        let asked = AclProtocol::from(self.protocol);
        self.crosses(out, subnet, direction, end, (asked, false));
        if let Some(answers) = asked.answers() {
            let back = match direction {
                Direction::Egress => Direction::Ingress,
                Direction::Ingress => Direction::Egress,
            };
            self.crosses(out, subnet, back, end, (answers, true));
        }
    }

    fn crosses(
        &mut self,
        out: &mut Diagnostics,
        (subnet, _): Typed<'a, Subnet>,
        direction: Direction,
        end: End<'a>,
        (protocol, is_answer): (AclProtocol, bool),
    ) {
        let acl = self.acls.before(self.ctx, &Ref::managed(subnet.id.clone()));
        let Some((acl_node, acl)) = acl else { return };
        let traffic = Traffic::new(
            protocol,
            match end {
                End::Addresses(range) => range,
                End::Subnet((_, subnet)) => subnet.cidr_block,
            },
        );
        let decisions = decide(self.acls.entries(acl, direction), traffic);
        let denied = match (protocol, end) {
            // A group that lets everything through does not say what it is about.
            (AclProtocol::All, _) => denied_whole(&decisions),
            (_, End::Addresses(_)) => denied_beyond_a_list(&decisions, traffic),
            (_, End::Subnet(_)) => first_denied(&decisions),
        };
        let Some(Decision { by, traffic, .. }) = denied else { return };
        let decider = by.unwrap_or(acl_node);
        if !self.told.insert((decider.id.as_str(), direction, is_answer)) {
            return;
        }
        let (at, other) = (
            &subnet.id,
            match end {
                End::Addresses(range) => range.to_string(),
                End::Subnet((node, _)) => node.id.to_string(),
            },
        );
        let way = match direction {
            Direction::Egress => format!("out of `{at}` to `{other}`"),
            Direction::Ingress => format!("into `{at}` from `{other}`"),
        };
        let what = if is_answer {
            format!("the answers, `{traffic}`, {way}")
        } else {
            format!("`{traffic}` {way}")
        };
        let (message, help) = match by {
            Some(entry) => (
                format!("lets through `{}`, but `{}` denies {what}", self.protocol, entry.id),
                format!("remove `{}`, or allow this with a smaller number", entry.id),
            ),
            None => (
                format!(
                    "lets through `{}`, but no entry of `{}` allows {what}",
                    self.protocol, acl_node.id
                ),
                format!("add an entry to `{}` that allows it", acl_node.id),
            ),
        };
        out.push(self.rule, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, egress, group, ingress, managed, network, service, subnet, tcp},
        cidr,
        services::ec2::{
            NetworkAclEntry, Ports, RuleAction, RuleNumber, SecurityGroup,
            SubnetNetworkAclAssociation,
        },
    };

    const ANSWERS: AclProtocol = AclProtocol::Tcp(Ports::EPHEMERAL);

    fn port(port: u16) -> AclProtocol {
        AclProtocol::Tcp(Ports::one(port))
    }

    /// A service with the group `web` in `front`, one with `app` in `back`, and a network ACL
    /// before `back`; `web` may ask `app` on port 8080.
    fn describe(arch: &mut Architecture) -> (Ref<SecurityGroup>, Ref<SecurityGroup>) {
        let (web, app) = (group(arch, "web"), group(arch, "app"));
        for (id, name, range, group) in [
            ("front", "web-service", cidr!("10.0.1.0/24"), &web),
            ("back", "app-service", cidr!("10.0.2.0/24"), &app),
        ] {
            let subnet = arch.resource(id, subnet("vpc", range, 'a'));
            let mut it = service([subnet]);
            it.network_configuration.awsvpc_configuration.security_groups = [group.clone()].into();
            arch.resource(name, it);
        }
        ingress(arch, "in", &app, tcp(8080), &web);
        egress(arch, "out", &web, tcp(8080), &app);
        let acl = arch.resource("acl", NetworkAcl::new(managed("vpc")));
        let behind = SubnetNetworkAclAssociation::new(managed("back"), &acl);
        arch.resource("association", behind);
        (web, app)
    }

    fn entry(
        arch: &mut Architecture,
        number: u32,
        direction: Direction,
        action: RuleAction,
        (protocol, addresses): (AclProtocol, Cidr),
    ) {
        let entry = NetworkAclEntry::builder()
            .network_acl(managed("acl"))
            .direction(direction)
            .rule_number(RuleNumber::new(number).unwrap())
            .protocol(protocol)
            .action(action)
            .cidr_block(addresses);
        let way = if direction == Direction::Egress { "out" } else { "in" };
        arch.resource(&format!("entry-{way}-{number}"), entry.build());
    }

    use Direction::{Egress, Ingress};
    use RuleAction::{Allow, Deny};

    const FRONT: Cidr = cidr!("10.0.1.0/24");

    #[test]
    fn fires_on_an_acl_without_the_entries() {
        check(
            &RULE,
            |arch| _ = describe(arch),
            &[
                "error in: lets through `tcp 8080`, but no entry of `acl` allows `tcp 8080` into `back` from `front`",
                "error in: lets through `tcp 8080`, but no entry of `acl` allows the answers, `tcp 1024-65535`, out of `back` to `front`",
            ],
        );
    }

    #[test]
    fn fires_on_an_entry_that_comes_first_and_on_answers_to_some_ports() {
        check(
            &RULE,
            |arch| {
                describe(arch);
                entry(arch, 90, Ingress, Deny, (port(8080), cidr!("10.0.0.0/8")));
                entry(arch, 100, Ingress, Allow, (port(8080), FRONT));
                let most = AclProtocol::Tcp(Ports::range(32768, 65535).unwrap());
                entry(arch, 100, Egress, Allow, (most, FRONT));
            },
            &[
                "error in: lets through `tcp 8080`, but `entry-in-90` denies `tcp 8080` into `back` from `front`",
                "error in: lets through `tcp 8080`, but no entry of `acl` allows the answers, `tcp 1024-32767`, out of `back` to `front`",
            ],
        );
    }

    #[test]
    fn accepts_both_ways_with_a_later_entry_that_denies() {
        check(
            &RULE,
            |arch| {
                let (web, _) = describe(arch);
                entry(arch, 100, Ingress, Allow, (port(8080), FRONT));
                entry(arch, 110, Ingress, Deny, (AclProtocol::All, Cidr::ANY));
                entry(arch, 100, Egress, Allow, (ANSWERS, FRONT));
                // What stands in no subnet of this architecture, and what is within one.
                let other = group(arch, "other");
                ingress(arch, "a", &web, tcp(22), &other);
                ingress(arch, "b", &web, tcp(9000), &web);
            },
            &[],
        );
    }

    #[test]
    fn fires_on_the_internet_and_accepts_a_list_of_addresses_that_are_kept_out() {
        let describe = |arch: &mut Architecture, with_answers: bool| {
            let (_, app) = describe(arch);
            let net = cidr!("10.0.0.0/16");
            entry(arch, 10, Ingress, Deny, (AclProtocol::All, cidr!("192.0.2.0/24")));
            entry(arch, 100, Ingress, Allow, (AclProtocol::All, Cidr::ANY));
            let to = if with_answers { Cidr::ANY } else { net };
            entry(arch, 100, Egress, Allow, (ANSWERS, to));
            ingress(arch, "internet", &app, tcp(443), Cidr::ANY);
            ingress(arch, "whatever", &app, Protocol::All, Cidr::ANY);
        };
        check(
            &RULE,
            |arch| {
                describe(arch, false);
                entry(arch, 20, Ingress, Deny, (port(443), Cidr::ANY));
            },
            &[
                "error internet: lets through `tcp 443`, but `entry-in-20` denies `tcp 443` into `back` from `0.0.0.0/0`",
                "error internet: lets through `tcp 443`, but no entry of `acl` allows the answers, `tcp 1024-65535`, out of `back` to `0.0.0.0/0`",
            ],
        );
        check(&RULE, |arch| describe(arch, true), &[]);
    }

    /// The private subnets of a network, with a service that asks the internet by NAT, and an ACL
    /// before the subnets of the gateways.
    fn by_nat(arch: &mut Architecture) {
        let net = network(arch);
        let app = group(arch, "app");
        let mut it = service(net.private().subnets().iter().cloned());
        it.network_configuration.awsvpc_configuration.security_groups = [app.clone()].into();
        arch.resource("service", it);
        egress(arch, "out", &app, tcp(443), Cidr::ANY);
        let acl = arch.resource("acl", NetworkAcl::new(net.vpc()));
        for (index, subnet) in net.public().subnets().iter().enumerate() {
            let behind = SubnetNetworkAclAssociation::new(subnet, &acl);
            arch.resource(&format!("association-{index}"), behind);
        }
        let private = cidr!("10.0.8.0/21");
        entry(arch, 100, Ingress, Allow, (port(443), private));
        entry(arch, 100, Egress, Allow, (port(443), Cidr::ANY));
        entry(arch, 110, Egress, Allow, (ANSWERS, private));
    }

    #[test]
    fn fires_on_the_subnet_of_a_nat_gateway() {
        check(
            &RULE,
            by_nat,
            &[
                "error out: lets through `tcp 443`, but no entry of `acl` allows the answers, `tcp 1024-65535`, into `main/public-a` from `0.0.0.0/0`",
            ],
        );
        check(
            &RULE,
            |arch| {
                by_nat(arch);
                entry(arch, 110, Ingress, Allow, (ANSWERS, Cidr::ANY));
            },
            &[],
        );
    }
}
