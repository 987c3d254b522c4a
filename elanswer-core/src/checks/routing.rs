//! Where the subnets of an architecture lead.

use std::collections::BTreeMap;

use super::{RuleContext, Typed};
use crate::{
    architecture::Node,
    reference::Ref,
    services::ec2::{
        InternetGateway, NatGateway, Route, RouteTable, RouteTarget, Subnet,
        SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment,
    },
};

/// How what is in a subnet reaches the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOut<'a> {
    /// Through an internet gateway: the subnet is public, and the internet may come in.
    InternetGateway(&'a Ref<InternetGateway>),
    /// Through a NAT gateway: the subnet is private, and nothing comes in.
    NatGateway(&'a Ref<NatGateway>),
    /// Not at all: the subnet is isolated.
    Nowhere,
    /// Not to be seen here: the subnet or its route table is not managed by this architecture.
    Unknown,
}

/// Routes, by the subnets they are for.
#[derive(Debug, Default)]
pub(super) struct Routing<'a> {
    subnets: BTreeMap<&'a Ref<Vpc>, Vec<Typed<'a, Subnet>>>,
    tables: BTreeMap<&'a Ref<Subnet>, &'a Ref<RouteTable>>,
    routes: BTreeMap<&'a Ref<RouteTable>, Vec<&'a Route>>,
    attached: BTreeMap<&'a Ref<InternetGateway>, &'a Ref<Vpc>>,
    gateways: BTreeMap<&'a Ref<Vpc>, (&'a Node, &'a Ref<InternetGateway>)>,
}

impl<'a> Routing<'a> {
    pub(super) fn new(ctx: &RuleContext<'a>) -> Self {
        let mut routing = Self::default();
        for (node, subnet) in ctx.all::<Subnet>() {
            routing.subnets.entry(&subnet.vpc).or_default().push((node, subnet));
        }
        for (_, association) in ctx.all::<SubnetRouteTableAssociation>() {
            routing.tables.entry(&association.subnet).or_insert(&association.route_table);
        }
        for (_, route) in ctx.all::<Route>() {
            routing.routes.entry(&route.route_table).or_default().push(route);
        }
        for (node, attachment) in ctx.all::<VpcGatewayAttachment>() {
            let gateway = &attachment.internet_gateway;
            routing.attached.entry(gateway).or_insert(&attachment.vpc);
            routing.gateways.entry(&attachment.vpc).or_insert((node, gateway));
        }
        routing
    }

    pub(super) fn subnets_of(&self, vpc: &Ref<Vpc>) -> &[Typed<'a, Subnet>] {
        self.subnets.get(vpc).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn table_of(&self, subnet: &Ref<Subnet>) -> Option<&'a Ref<RouteTable>> {
        self.tables.get(subnet).copied()
    }

    pub(super) fn attached_to(&self, gateway: &Ref<InternetGateway>) -> Option<&'a Ref<Vpc>> {
        self.attached.get(gateway).copied()
    }

    pub(super) fn internet_gateway_of(
        &self,
        vpc: &Ref<Vpc>,
    ) -> Option<(&'a Node, &'a Ref<InternetGateway>)> {
        self.gateways.get(vpc).copied()
    }

    pub(super) fn way_out(&self, subnet: &Ref<Subnet>, typed: &Subnet) -> WayOut<'a> {
        let Some(table) = self.tables.get(subnet) else {
            // Under the main table, which has no route out while nobody adds one.
            return if typed.vpc.id().is_some() { WayOut::Nowhere } else { WayOut::Unknown };
        };
        let routes = self.routes.get(table).map(Vec::as_slice).unwrap_or_default();
        let mut way = if table.id().is_some() { WayOut::Nowhere } else { WayOut::Unknown };
        for route in routes {
            match &route.target {
                RouteTarget::InternetGateway(gateway) => return WayOut::InternetGateway(gateway),
                RouteTarget::NatGateway(gateway) => way = WayOut::NatGateway(gateway),
            }
        }
        way
    }
}
