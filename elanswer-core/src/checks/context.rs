//! What rules see of an architecture.

use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    Rule,
    firewall::Firewall,
    routing::{Routing, WayOut},
};
use crate::{
    architecture::{Architecture, Node},
    id::ResourceId,
    reference::Ref,
    region::Zone,
    resource::Resource,
    services::ec2::{
        InternetGateway, RouteTable, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress,
        Subnet, Vpc,
    },
};

/// A resource with its typed form.
pub type Typed<'a, R> = (&'a Node, &'a R);

/// An architecture, with what several rules need to know about it looked up once.
#[derive(Debug)]
pub struct RuleContext<'a> {
    arch: &'a Architecture,
    root: ResourceId,
    slugs: Vec<&'static str>,
    by_type: BTreeMap<TypeId, Vec<&'a Node>>,
    referrers: BTreeMap<&'a ResourceId, Vec<&'a Node>>,
    routing: Routing<'a>,
    firewall: Firewall<'a>,
}

impl<'a> RuleContext<'a> {
    pub(crate) fn new(arch: &'a Architecture, rules: &[Rule]) -> Self {
        let mut by_type: BTreeMap<TypeId, Vec<&Node>> = BTreeMap::new();
        let mut referrers: BTreeMap<&ResourceId, Vec<&Node>> = BTreeMap::new();
        for node in arch.nodes() {
            by_type.entry(node.resource.as_any().type_id()).or_default().push(node);
            for reference in node.references() {
                let nodes = referrers.entry(&reference.resource).or_default();
                if nodes.last().is_none_or(|last| last.id != node.id) {
                    nodes.push(node);
                }
            }
        }
        let mut ctx = Self {
            arch,
            root: ResourceId::sanitized(arch.name()),
            slugs: rules.iter().map(|rule| rule.slug).collect(),
            by_type,
            referrers,
            routing: Routing::default(),
            firewall: Firewall::default(),
        };
        ctx.routing = Routing::new(&ctx);
        ctx.firewall = Firewall::new(&ctx);
        ctx
    }

    /// The architecture.
    #[must_use]
    pub const fn arch(&self) -> &'a Architecture {
        self.arch
    }

    /// What a diagnostic is about that concerns the architecture as a whole.
    #[must_use]
    pub const fn root(&self) -> &ResourceId {
        &self.root
    }

    /// The slugs of the rules of this check.
    #[must_use]
    pub fn slugs(&self) -> &[&'static str] {
        &self.slugs
    }

    /// The resources, in the order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &'a Node> + use<'a> {
        self.arch.nodes()
    }

    /// Every resource of kind `R`, in the order of their ids.
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = Typed<'a, R>> + use<'a, '_, R> {
        let nodes = self.by_type.get(&TypeId::of::<R>()).map(Vec::as_slice).unwrap_or_default();
        nodes.iter().filter_map(|node| Some((*node, node.get::<R>()?)))
    }

    /// One resource.
    #[must_use]
    pub fn node(&self, id: &ResourceId) -> Option<&'a Node> {
        self.arch.node(id)
    }

    /// The resource that a reference leads to, when it is one of this architecture.
    #[must_use]
    pub fn get<R: Resource>(&self, reference: &Ref<R>) -> Option<Typed<'a, R>> {
        let node = self.arch.node(reference.id()?)?;
        Some((node, node.get()?))
    }

    /// The resources that refer to this one, in the order of their ids.
    #[must_use]
    pub fn referrers(&self, id: &ResourceId) -> &[&'a Node] {
        self.referrers.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether `node` is created after `other`, because it needs it or something that needs it.
    #[must_use]
    pub fn comes_after(&self, node: &Node, other: &ResourceId) -> bool {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&ResourceId> = node.dependencies().collect();
        while let Some(id) = next.pop() {
            if id == other {
                return true;
            }
            if seen.insert(id) {
                next.extend(self.node(id).into_iter().flat_map(Node::dependencies));
            }
        }
        false
    }

    /// The subnets of a VPC, in the order of their ids.
    #[must_use]
    pub fn subnets_of(&self, vpc: &Ref<Vpc>) -> &[Typed<'a, Subnet>] {
        self.routing.subnets_of(vpc)
    }

    /// The zones of these subnets; `None` when one of them is not managed by this architecture.
    #[must_use]
    pub fn zones<'b>(
        &self,
        subnets: impl IntoIterator<Item = &'b Ref<Subnet>>,
    ) -> Option<BTreeSet<Zone>> {
        let zone = |subnet: &Ref<Subnet>| Some(self.get(subnet)?.1.availability_zone);
        subnets.into_iter().map(zone).collect()
    }

    /// How what is in a subnet reaches the internet.
    #[must_use]
    pub fn way_out(&self, subnet: &Ref<Subnet>) -> WayOut<'a> {
        self.get(subnet).map_or(WayOut::Unknown, |(_, typed)| self.routing.way_out(subnet, typed))
    }

    /// The route table that a subnet is under, when that is said here.
    #[must_use]
    pub fn route_table_of(&self, subnet: &Ref<Subnet>) -> Option<&'a Ref<RouteTable>> {
        self.routing.table_of(subnet)
    }

    /// The VPC that an internet gateway is attached to.
    #[must_use]
    pub fn attached_to(&self, gateway: &Ref<InternetGateway>) -> Option<&'a Ref<Vpc>> {
        self.routing.attached_to(gateway)
    }

    /// The internet gateway of a VPC, and its attachment.
    #[must_use]
    pub fn internet_gateway_of(
        &self,
        vpc: &Ref<Vpc>,
    ) -> Option<(&'a Node, &'a Ref<InternetGateway>)> {
        self.routing.internet_gateway_of(vpc)
    }

    /// What a security group lets in.
    #[must_use]
    pub fn ingress_of(&self, group: &Ref<SecurityGroup>) -> &[Typed<'a, SecurityGroupIngress>] {
        self.firewall.ingress_of(group)
    }

    /// What a security group lets out.
    #[must_use]
    pub fn egress_of(&self, group: &Ref<SecurityGroup>) -> &[Typed<'a, SecurityGroupEgress>] {
        self.firewall.egress_of(group)
    }

    /// What a security group guards: whatever refers to it and is not one of the rules of groups.
    pub fn guarded_by(&self, group: &ResourceId) -> impl Iterator<Item = &'a Node> {
        self.referrers(group).iter().copied().filter(|node| {
            node.get::<SecurityGroupIngress>().is_none()
                && node.get::<SecurityGroupEgress>().is_none()
        })
    }
}
