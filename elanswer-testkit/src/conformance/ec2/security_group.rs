//! Cases of security groups and their rules.

use elanswer_core::{
    Architecture, Cidr, Ref, Region, Resource, Tags, cidr,
    services::ec2::{
        Description, Icmp, Peer, Ports, Protocol, SecurityGroup, SecurityGroupEgress,
        SecurityGroupIngress, SecurityGroupRule, Vpc,
    },
};

use super::Case;

/// What a security group is described as where the description does not matter: the one that
/// winterbaume gives to every group.
pub(in crate::conformance) const DESCRIPTION: Description = Description::literal("No description");

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "ec2_security_group",
        kind: SecurityGroup::SCHEMA.kind,
        made: || with_security_group(|vpcs| security_group(&vpcs.0).call()),
        updated: Some(|| {
            with_security_group(|vpcs| {
                security_group(&vpcs.0).tags(Tags::new().with("Name", "renamed")).call()
            })
        }),
        replaced: Some(|| with_security_group(|vpcs| security_group(&vpcs.1).call())),
    },
    Case {
        name: "ec2_security_group_description",
        kind: SecurityGroup::SCHEMA.kind,
        made: || with_security_group(|vpcs| described(&vpcs.0, "of the conformance suite")),
        updated: None,
        replaced: Some(|| with_security_group(|vpcs| described(&vpcs.0, "another"))),
    },
    Case {
        name: "ec2_security_group_ingress",
        kind: SecurityGroupIngress::SCHEMA.kind,
        made: || with_rule(|group| rule(group, 443, None)),
        updated: Some(|| with_rule(|group| rule(group, 443, WEB))),
        replaced: Some(|| with_rule(|group| rule(group, 80, None))),
    },
    Case {
        name: "ec2_security_group_egress",
        kind: SecurityGroupEgress::SCHEMA.kind,
        made: || with_rule(|group| egress_rule(group, 443, None)),
        updated: Some(|| with_rule(|group| egress_rule(group, 443, WEB))),
        replaced: Some(|| with_rule(|group| egress_rule(group, 80, None))),
    },
    Case {
        name: "ec2_security_group_ingress_of_every_form",
        kind: SecurityGroupIngress::SCHEMA.kind,
        made: rules_of_every_form,
        updated: None,
        replaced: None,
    },
];

const WEB: Option<Description> = Some(Description::literal("web"));

fn with_security_group(group: impl FnOnce(&(Ref<Vpc>, Ref<Vpc>)) -> SecurityGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpcs = (
        arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16"))),
        arch.resource("other-vpc", Vpc::new(cidr!("10.1.0.0/16"))),
    );
    arch.resource("it", group(&vpcs));
    arch
}

#[bon::builder]
fn security_group(
    #[builder(start_fn)] vpc: &Ref<Vpc>,
    #[builder(default)] tags: Tags,
) -> SecurityGroup {
    SecurityGroup::builder().group_description(DESCRIPTION).vpc(vpc).tags(tags).build()
}

fn described(vpc: &Ref<Vpc>, description: &'static str) -> SecurityGroup {
    let description = Description::literal(description);
    SecurityGroup::builder().group_description(description).vpc(vpc).build()
}

fn with_rule<R: SecurityGroupRule>(rule: impl FnOnce(&Ref<SecurityGroup>) -> R) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let group = arch.resource("group", security_group(&vpc).call());
    arch.resource("it", rule(&group));
    arch
}

fn rule(
    group: &Ref<SecurityGroup>,
    port: u16,
    description: Option<Description>,
) -> SecurityGroupIngress {
    SecurityGroupIngress::builder()
        .group(group)
        .protocol(Protocol::Tcp(Ports::one(port)))
        .peer(cidr!("10.0.0.0/8"))
        .maybe_description(description)
        .build()
}

fn egress_rule(
    group: &Ref<SecurityGroup>,
    port: u16,
    description: Option<Description>,
) -> SecurityGroupEgress {
    SecurityGroupEgress::builder()
        .group(group)
        .protocol(Protocol::Tcp(Ports::one(port)))
        .peer(cidr!("10.0.0.0/8"))
        .maybe_description(description)
        .build()
}

/// Several rules of one group, which may go to AWS in one call: every protocol and every peer.
fn rules_of_every_form() -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let group = arch.resource("group", security_group(&vpc).call());
    let other = arch.resource("other", security_group(&vpc).call());
    let from = |protocol, peer: Peer| {
        SecurityGroupIngress::builder().group(&group).protocol(protocol).peer(peer).build()
    };
    arch.resource("it", from(Protocol::Tcp(Ports::one(443)), Cidr::ANY.into()));
    arch.resource("same-ports", from(Protocol::Tcp(Ports::one(443)), Peer::from(&other)));
    arch.resource("itself", from(Protocol::All, Peer::from(&group)));
    arch.resource("udp", from(Protocol::Udp(Ports::ALL), cidr!("10.0.0.0/8").into()));
    arch.resource("ping", from(Protocol::Icmp(Icmp::Type(8)), Cidr::ANY.into()));
    let out = SecurityGroupEgress::builder().group(&group).protocol(Protocol::All).peer(Cidr::ANY);
    arch.resource("out", out.maybe_description(WEB).build());
    arch
}
