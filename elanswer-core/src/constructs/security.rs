//! Security groups as a chain: each one says from which group it is reached.

use std::{fmt, marker::PhantomData};

use super::{NetworkHandle, name_tag};
use crate::{
    architecture::{Construct, ResourceOptions, Scope},
    cidr::Cidr,
    id::ResourceId,
    reference::Ref,
    resource::Resource,
    services::ec2::{
        self, Description, Peer, Ports, Protocol, SecurityGroupEgress, SecurityGroupIngress, Vpc,
    },
};

/// A security group that lets through only what it names.
///
/// Its exposure `E` is part of its type: only an [`Edge`] group can name the internet as a source.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr, constructs::Network};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")]);
/// use elanswer_core::constructs::{SecurityGroup, Tcp};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
/// let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
/// arch.add(SecurityGroup::internal("data", &net).from(&app, Tcp(5432)));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a security group does nothing until it is added to an architecture"]
pub struct SecurityGroup<E> {
    name: String,
    vpc: Ref<Vpc>,
    description: Description,
    rules: Vec<Rule>,
    exposure: PhantomData<fn() -> E>,
}

/// Marks a security group that may let in what comes from the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {}

/// Marks a security group that lets in only what comes from other groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Internal {}

/// The exposure of a group that may let in what comes from the internet: [`Edge`] alone.
#[diagnostic::on_unimplemented(
    message = "a security group inside the network does not let in the internet",
    label = "this group is not at the edge",
    note = "name the group that the traffic comes from, `.from(&edge, ..)`, or make it a group at \
            the edge with `SecurityGroup::edge`"
)]
pub trait AtEdge: sealed::Sealed {}

impl AtEdge for Edge {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Edge {}
}

/// A TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tcp(pub u16);

/// A UDP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Udp(pub u16);

/// What a group lets through, as it was declared.
#[derive(Debug, Clone)]
pub(super) enum Rule {
    FromInternet(Protocol),
    FromGroup { name: String, group: Ref<ec2::SecurityGroup>, protocol: Protocol },
    FromItself(Protocol),
    ToInternet(Protocol),
}

impl SecurityGroup<Edge> {
    /// A group at the edge of the network: it may let in what comes from the internet.
    pub fn edge(name: impl Into<String>, network: impl Into<Ref<Vpc>>) -> Self {
        let description = Description::literal("Reached from the internet");
        Self::new(name, network, description)
    }
}

impl SecurityGroup<Internal> {
    /// A group inside the network: it lets in only what comes from other groups.
    pub fn internal(name: impl Into<String>, network: impl Into<Ref<Vpc>>) -> Self {
        let description = Description::literal("Reached from other security groups only");
        Self::new(name, network, description)
    }
}

impl<E> SecurityGroup<E> {
    fn new(
        name: impl Into<String>,
        network: impl Into<Ref<Vpc>>,
        description: Description,
    ) -> Self {
        Self {
            name: name.into(),
            vpc: network.into(),
            description,
            rules: Vec::new(),
            exposure: PhantomData,
        }
    }

    /// Lets in this traffic from every IPv4 address; only a group at the edge can.
    pub fn from_internet(mut self, traffic: impl Into<Protocol>) -> Self
    where
        E: AtEdge,
    {
        self.rules.push(Rule::FromInternet(traffic.into()));
        self
    }

    /// Lets in this traffic from `peer`, and lets it out of `peer`.
    pub fn from<P>(mut self, peer: &Group<P>, traffic: impl Into<Protocol>) -> Self {
        self.rules.push(Rule::FromGroup {
            name: peer.name.clone(),
            group: peer.group.clone(),
            protocol: traffic.into(),
        });
        self
    }

    /// Lets this traffic pass between those that this group guards.
    pub fn from_itself(mut self, traffic: impl Into<Protocol>) -> Self {
        self.rules.push(Rule::FromItself(traffic.into()));
        self
    }

    /// Lets out this traffic to every IPv4 address: `Tcp(443)` is what it takes to pull images and
    /// to call AWS where no VPC endpoint stands in.
    pub fn to_internet(mut self, traffic: impl Into<Protocol>) -> Self {
        self.rules.push(Rule::ToInternet(traffic.into()));
        self
    }
}

impl<E> Construct for SecurityGroup<E> {
    type Handle = Group<E>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> Group<E> {
        let Self { name, vpc, description, rules, .. } = self;
        let group = ec2::SecurityGroup::builder()
            .group_description(description)
            .vpc(vpc)
            .tags(name_tag(scope, "group"))
            .build();
        let group = scope.resource("group", group);
        let mut build = Build { scope, rules: Vec::new() };
        for rule in &rules {
            match rule {
                Rule::FromInternet(protocol) => {
                    let id = format!("from-internet-{}", slug(*protocol));
                    build.rule(&id, ingress(&group, *protocol, Cidr::ANY));
                }
                Rule::FromGroup { name: peer, group: from, protocol } => {
                    let id = format!("from-{peer}-{}", slug(*protocol));
                    build.rule(&id, ingress(&group, *protocol, from));
                    build.rule(&format!("{id}-egress"), egress(from, *protocol, &group));
                }
                Rule::FromItself(protocol) => {
                    let id = format!("from-itself-{}", slug(*protocol));
                    build.rule(&id, ingress(&group, *protocol, &group));
                    build.rule(&format!("{id}-egress"), egress(&group, *protocol, &group));
                }
                Rule::ToInternet(protocol) => {
                    let id = format!("to-internet-{}", slug(*protocol));
                    build.rule(&id, egress(&group, *protocol, Cidr::ANY));
                }
            }
        }
        Group { name, rules: build.rules, group, declared: rules, exposure: PhantomData }
    }
}

/// The rules of a group while they are built.
struct Build<'a, 'b> {
    scope: &'a mut Scope<'b>,
    rules: Vec<ResourceId>,
}

impl Build<'_, '_> {
    fn rule<R: Resource>(&mut self, id: &str, rule: R) {
        self.rules.extend(self.scope.resource(id, rule).id().cloned());
    }
}

fn ingress(
    group: &Ref<ec2::SecurityGroup>,
    protocol: Protocol,
    peer: impl Into<Peer>,
) -> SecurityGroupIngress {
    SecurityGroupIngress::builder().group(group).protocol(protocol).peer(peer).build()
}

fn egress(
    group: &Ref<ec2::SecurityGroup>,
    protocol: Protocol,
    peer: impl Into<Peer>,
) -> SecurityGroupEgress {
    SecurityGroupEgress::builder().group(group).protocol(protocol).peer(peer).build()
}

/// The traffic as a part of a resource id: `tcp-443`.
fn slug(protocol: Protocol) -> String {
    protocol.to_string().replace([' ', '/'], "-")
}

impl From<Tcp> for Protocol {
    fn from(Tcp(port): Tcp) -> Self {
        Self::Tcp(Ports::one(port))
    }
}

impl From<Udp> for Protocol {
    fn from(Udp(port): Udp) -> Self {
        Self::Udp(Ports::one(port))
    }
}

impl From<&NetworkHandle> for Ref<Vpc> {
    fn from(network: &NetworkHandle) -> Self {
        network.vpc().clone()
    }
}

/// A security group that was added. Its exposure `E`, [`Edge`] or [`Internal`], is part of its
/// type.
pub struct Group<E> {
    name: String,
    group: Ref<ec2::SecurityGroup>,
    rules: Vec<ResourceId>,
    declared: Vec<Rule>,
    exposure: PhantomData<fn() -> E>,
}

impl<E> Group<E> {
    /// The security group.
    #[must_use]
    pub const fn group(&self) -> &Ref<ec2::SecurityGroup> {
        &self.group
    }

    /// What it lets through, as it was declared.
    pub(super) fn declared(&self) -> &[Rule] {
        &self.declared
    }

    /// Whatever has these options comes after the rules of the group: without them it reaches
    /// nothing and is not reached, although it does not refer to them.
    pub fn ready_before(&self, options: &mut ResourceOptions) {
        options.depends_on.extend(self.rules.iter().cloned());
    }
}

impl<E> Clone for Group<E> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            group: self.group.clone(),
            rules: self.rules.clone(),
            declared: self.declared.clone(),
            exposure: PhantomData,
        }
    }
}

impl<E> fmt::Debug for Group<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.group).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, inventory, messages};

    #[test]
    fn a_group_may_reach_itself() {
        let (arch, group) = described(|arch| {
            let vpc = Ref::<Vpc>::existing("vpc-1");
            arch.add(SecurityGroup::internal("app", vpc).from_itself(Tcp(8080)))
        });
        insta::assert_snapshot!(inventory(&arch, ""), @"
        app/from-itself-tcp-8080 SecurityGroupIngress <- app/group.GroupId
        app/from-itself-tcp-8080-egress SecurityGroupEgress <- app/group.GroupId
        app/group SecurityGroup
        ");
        let itself = Peer::Group(group.group().clone());
        assert!(arch.all::<SecurityGroupIngress>().all(|(_, rule)| rule.peer == itself));
        assert!(arch.all::<SecurityGroupEgress>().all(|(_, rule)| rule.peer == itself));
    }

    #[test]
    fn ingress_and_egress_come_in_pairs() {
        let (arch, ()) = described(|arch| {
            let vpc = || Ref::<Vpc>::existing("vpc-1");
            let edge = arch.add(
                SecurityGroup::edge("alb", vpc()).from_internet(Tcp(80)).from_internet(Tcp(443)),
            );
            let app = SecurityGroup::internal("app", vpc()).from(&edge, Tcp(8080));
            let app = arch.add(app.to_internet(Tcp(443)));
            arch.add(SecurityGroup::internal("data", vpc()).from(&app, Tcp(5432)));
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, ""), @"
        alb/from-internet-tcp-443 SecurityGroupIngress <- alb/group.GroupId
        alb/from-internet-tcp-80 SecurityGroupIngress <- alb/group.GroupId
        alb/group SecurityGroup
        app/from-alb-tcp-8080 SecurityGroupIngress <- app/group.GroupId, alb/group.GroupId
        app/from-alb-tcp-8080-egress SecurityGroupEgress <- app/group.GroupId, alb/group.GroupId
        app/group SecurityGroup
        app/to-internet-tcp-443 SecurityGroupEgress <- app/group.GroupId
        data/from-app-tcp-5432 SecurityGroupIngress <- data/group.GroupId, app/group.GroupId
        data/from-app-tcp-5432-egress SecurityGroupEgress <- data/group.GroupId, app/group.GroupId
        data/group SecurityGroup
        ");

        let traffic: Vec<String> = arch
            .all::<SecurityGroupEgress>()
            .map(|(node, rule)| format!("{}: {} to {:?}", node.id, rule.protocol, rule.peer))
            .collect();
        insta::assert_debug_snapshot!(traffic, @r#"
        [
            "app/from-alb-tcp-8080-egress: tcp 8080 to Group(Ref(app/group))",
            "app/to-internet-tcp-443: tcp 443 to Cidr(0.0.0.0/0)",
            "data/from-app-tcp-5432-egress: tcp 5432 to Group(Ref(data/group))",
        ]
        "#);
    }
}
