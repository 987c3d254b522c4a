//! A VPC with its tiers of subnets and the ways to and from the internet.

use std::{fmt, marker::PhantomData};

use super::name_tag;
use crate::{
    Set,
    architecture::{Construct, ResourceOptions, Scope},
    id::ResourceId,
    network::{NetworkLayout, TierName},
    reference::Ref,
    region::Zone,
    services::ec2::{
        Eip, InternetGateway, NatGateway, Route, RouteTable, Subnet, SubnetRouteTableAssociation,
        Vpc, VpcGatewayAttachment,
    },
};

/// A VPC with up to three tiers of subnets over several zones.
///
/// - Public subnets share a route table with a route to the internet gateway.
/// - Private subnets have a route table for each zone, with a route to a NAT gateway.
/// - Isolated subnets share a route table without a route out.
///
/// ```
/// use elanswer_core::{Architecture, NetworkPlan, Region, cidr, constructs::{Nat, Network}};
///
/// const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
///     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
///     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let net = arch.add(Network::new("main", NETWORK).nat(Nat::PerZone));
/// assert_eq!(net.private().subnets().len(), 2);
/// ```
#[derive(Debug, Clone)]
#[must_use = "a network does nothing until it is added to an architecture"]
pub struct Network {
    name: String,
    layout: NetworkLayout,
    nat: Nat,
    zones: Option<Vec<char>>,
}

/// How private subnets reach the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Nat {
    /// They do not: what runs there needs VPC endpoints to reach AWS.
    None,
    /// Through a NAT gateway in their own zone: the failure of a zone stays in that zone.
    PerZone,
    /// All through one NAT gateway: cheaper, and the failure of its zone cuts off every zone.
    Single,
}

impl Network {
    /// A network with these addresses: a [`NetworkPlan`](crate::NetworkPlan), or a
    /// [`NetworkLayout`] from configuration. Each zone gets a NAT gateway; see [`nat`](Self::nat).
    pub fn new(name: impl Into<String>, addresses: impl Into<NetworkLayout>) -> Self {
        let (name, layout) = (name.into(), addresses.into());
        Self { name, layout, nat: Nat::PerZone, zones: None }
    }

    /// How private subnets reach the internet. Default: [`Nat::PerZone`].
    pub const fn nat(mut self, nat: Nat) -> Self {
        self.nat = nat;
        self
    }

    /// The letters of the zones, in the order of the subnets. Default: the first of the Region.
    ///
    /// Changing the letter of a zone replaces its subnets and what stands in them.
    pub fn zones(mut self, letters: impl IntoIterator<Item = char>) -> Self {
        self.zones = Some(letters.into_iter().collect());
        self
    }

    /// The zones of the subnets. What is wrong with them is reported, and the rest still built.
    fn zones_in(&self, scope: &mut Scope<'_>) -> Vec<Zone> {
        let (region, count) = (scope.place().region, self.layout.zones());
        let mut letters: Vec<char> = match &self.zones {
            Some(letters) => letters.clone(),
            None => region.zone_letters().chars().take(count).collect(),
        };
        let mut seen = Set::new();
        letters.retain(|letter| seen.insert(*letter));
        if letters.len() != count {
            scope.problem(
                format!("the plan has {count} zones, and {} are to hold it", letters.len()),
                format!("name {count} zones of {region} with `.zones(..)`, or plan fewer"),
            );
        }
        letters.into_iter().map(|letter| Zone::new(region, letter)).collect()
    }
}

impl Construct for Network {
    type Handle = NetworkHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> NetworkHandle {
        let zones = self.zones_in(scope);
        let tags = name_tag(scope, "vpc");
        let vpc = Vpc::builder().cidr_block(self.layout.vpc()).enable_dns_hostnames(true);
        let vpc = scope.resource("vpc", vpc.tags(tags).build());
        let layout = &self.layout;
        let mut build = Build { scope, vpc: &vpc, layout, zones: &zones };

        let (public, attachment) = build.public();
        let (private, nat_gateways) = build.private(self.nat, &public, attachment.as_ref());
        let isolated = build.isolated();
        NetworkHandle { vpc, zones, nat: self.nat, nat_gateways, public, private, isolated }
    }
}

/// A network while it is built.
struct Build<'a, 'b> {
    scope: &'a mut Scope<'b>,
    vpc: &'a Ref<Vpc>,
    layout: &'a NetworkLayout,
    zones: &'a [Zone],
}

impl Build<'_, '_> {
    /// The public subnets, all with one way to the internet gateway.
    fn public(&mut self) -> (Tier<Public>, Option<Ref<VpcGatewayAttachment>>) {
        let mut tier = self.subnets(TierName::Public);
        if tier.subnets.is_empty() {
            return (tier, None);
        }
        let gateway = InternetGateway { tags: name_tag(self.scope, "internet-gateway") };
        let gateway = self.scope.resource("internet-gateway", gateway);
        let attachment =
            VpcGatewayAttachment::builder().vpc(self.vpc).internet_gateway(&gateway).build();
        let attachment = self.scope.resource("internet-gateway-attachment", attachment);

        let table = self.route_table("public-routes");
        let route = self.scope.resource("public-route-out", Route::to_anywhere(&table, &gateway));
        self.scope.architecture().options(&route, |options| {
            options.depends_on(&attachment);
        });
        tier.needs(&attachment);
        tier.needs(&route);
        for (zone, subnet) in self.zones.iter().zip(tier.subnets.clone()) {
            self.associate(&mut tier, &format!("public-{}", zone.letter()), &subnet, &table);
        }
        (tier, Some(attachment))
    }

    /// The private subnets, each with its way to a NAT gateway, and these gateways.
    fn private(
        &mut self,
        nat: Nat,
        public: &Tier<Public>,
        attachment: Option<&Ref<VpcGatewayAttachment>>,
    ) -> (Tier<Private>, Vec<Ref<NatGateway>>) {
        let mut tier = self.subnets(TierName::Private);
        if tier.subnets.is_empty() {
            return (tier, Vec::new());
        }
        let gateways = self.nat_gateways(nat, public, attachment);
        for (index, (zone, subnet)) in self.zones.iter().zip(tier.subnets.clone()).enumerate() {
            let name = format!("private-{}", zone.letter());
            let table = self.route_table(&format!("{name}-routes"));
            if let Some(gateway) = gateways.get(index).or_else(|| gateways.first()) {
                let route = Route::to_anywhere(&table, gateway);
                let route = self.scope.resource(&format!("{name}-route-out"), route);
                tier.needs(&route);
            }
            self.associate(&mut tier, &name, &subnet, &table);
        }
        (tier, gateways)
    }

    /// The isolated subnets, all with one route table that has no way out.
    fn isolated(&mut self) -> Tier<Isolated> {
        let mut tier = self.subnets(TierName::Isolated);
        if tier.subnets.is_empty() {
            return tier;
        }
        let table = self.route_table("isolated-routes");
        for (zone, subnet) in self.zones.iter().zip(tier.subnets.clone()) {
            self.associate(&mut tier, &format!("isolated-{}", zone.letter()), &subnet, &table);
        }
        tier
    }

    fn subnets<T>(&mut self, tier: TierName) -> Tier<T> {
        let mut subnets = Vec::new();
        for (zone, cidr) in self.zones.iter().zip(self.layout.subnets(tier)) {
            let name = format!("{tier}-{}", zone.letter());
            let subnet = Subnet::builder()
                .vpc(self.vpc)
                .cidr_block(*cidr)
                .availability_zone(*zone)
                .tags(name_tag(self.scope, &name))
                .build();
            subnets.push(self.scope.resource(&name, subnet));
        }
        Tier::existing(self.vpc, subnets)
    }

    /// A gateway for each zone or one for all, in public subnets, each with its own address.
    fn nat_gateways(
        &mut self,
        nat: Nat,
        public: &Tier<Public>,
        attachment: Option<&Ref<VpcGatewayAttachment>>,
    ) -> Vec<Ref<NatGateway>> {
        let count = match nat {
            Nat::None => return Vec::new(),
            Nat::PerZone => self.zones.len(),
            Nat::Single => 1,
        };
        let Some(attachment) = attachment else {
            self.scope.problem(
                "private subnets reach the internet through NAT gateways, which stand in public \
                 subnets, and the plan has none",
                "plan a public tier with `.public([..])`, or choose `.nat(Nat::None)`",
            );
            return Vec::new();
        };
        let mut gateways = Vec::new();
        for (zone, subnet) in self.zones.iter().zip(public.subnets()).take(count) {
            let name = format!("nat-{}", zone.letter());
            let address = format!("{name}-address");
            let eip = Eip::builder().tags(name_tag(self.scope, &address)).build();
            let eip = self.scope.resource(&address, eip);
            let tags = name_tag(self.scope, &name);
            let gateway = NatGateway::builder().eip(&eip).subnet(subnet).tags(tags).build();
            let gateway = self.scope.resource(&name, gateway);
            self.scope.architecture().options(&gateway, |options| {
                options.depends_on(attachment);
            });
            gateways.push(gateway);
        }
        gateways
    }

    fn route_table(&mut self, name: &str) -> Ref<RouteTable> {
        let table = RouteTable::builder().vpc(self.vpc).tags(name_tag(self.scope, name)).build();
        self.scope.resource(name, table)
    }

    fn associate<T>(
        &mut self,
        tier: &mut Tier<T>,
        name: &str,
        subnet: &Ref<Subnet>,
        table: &Ref<RouteTable>,
    ) {
        if !tier.tables.contains(table) {
            tier.tables.push(table.clone());
        }
        let association = SubnetRouteTableAssociation::new(subnet, table);
        let association =
            self.scope.resource(&format!("{name}-route-table-association"), association);
        tier.needs(&association);
    }
}

/// A network that was added.
#[derive(Debug, Clone)]
pub struct NetworkHandle {
    vpc: Ref<Vpc>,
    zones: Vec<Zone>,
    nat: Nat,
    nat_gateways: Vec<Ref<NatGateway>>,
    public: Tier<Public>,
    private: Tier<Private>,
    isolated: Tier<Isolated>,
}

impl NetworkHandle {
    /// The VPC.
    #[must_use]
    pub const fn vpc(&self) -> &Ref<Vpc> {
        &self.vpc
    }

    /// The zones, in the order of the subnets of each tier.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// How the private subnets reach the internet.
    #[must_use]
    pub const fn nat(&self) -> Nat {
        self.nat
    }

    /// The NAT gateways, in the order of the zones.
    #[must_use]
    pub fn nat_gateways(&self) -> &[Ref<NatGateway>] {
        &self.nat_gateways
    }

    /// The subnets with a way to and from the internet.
    #[must_use]
    pub const fn public(&self) -> &Tier<Public> {
        &self.public
    }

    /// The subnets with a way to the internet and none from it.
    #[must_use]
    pub const fn private(&self) -> &Tier<Private> {
        &self.private
    }

    /// The subnets without a way to or from the internet.
    #[must_use]
    pub const fn isolated(&self) -> &Tier<Isolated> {
        &self.isolated
    }
}

/// Marks subnets with a way to and from the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Public {}

/// Marks subnets with a way to the internet, by NAT, and none from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {}

/// Marks subnets without a way to or from the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolated {}

/// The subnets of one tier of a network, one for each zone.
///
/// The tier is part of the type: [`Public`], [`Private`] or [`Isolated`].
pub struct Tier<T> {
    vpc: Ref<Vpc>,
    subnets: Vec<Ref<Subnet>>,
    tables: Vec<Ref<RouteTable>>,
    /// What makes the subnets what they are: routes and their associations.
    ways: Vec<ResourceId>,
    tier: PhantomData<fn() -> T>,
}

impl<T> Tier<T> {
    /// Subnets that no [`Network`] of this architecture built. That they are of the tier `T` is
    /// the word of the program.
    ///
    /// ```
    /// use elanswer_core::{Ref, constructs::{Isolated, Tier}};
    ///
    /// let subnets = ["subnet-0a", "subnet-0b"].map(Ref::existing);
    /// let data: Tier<Isolated> = Tier::existing(Ref::existing("vpc-0c"), subnets);
    /// ```
    #[must_use]
    pub fn existing(
        vpc: impl Into<Ref<Vpc>>,
        subnets: impl IntoIterator<Item = Ref<Subnet>>,
    ) -> Self {
        Self {
            vpc: vpc.into(),
            subnets: subnets.into_iter().collect(),
            tables: Vec::new(),
            ways: Vec::new(),
            tier: PhantomData,
        }
    }

    /// The VPC of the subnets.
    #[must_use]
    pub const fn vpc(&self) -> &Ref<Vpc> {
        &self.vpc
    }

    /// The subnets, in the order of the zones.
    #[must_use]
    pub fn subnets(&self) -> &[Ref<Subnet>] {
        &self.subnets
    }

    /// The route tables of the subnets: one for all, or one for each zone. Of subnets that no
    /// [`Network`] of this architecture built none are known.
    #[must_use]
    pub fn route_tables(&self) -> &[Ref<RouteTable>] {
        &self.tables
    }

    /// Whatever has these options comes after the routes of the subnets: it needs them to work,
    /// although it does not refer to them.
    pub fn ready_before(&self, options: &mut ResourceOptions) {
        options.depends_on.extend(self.ways.iter().cloned());
    }

    fn needs<R: crate::Resource>(&mut self, way: &Ref<R>) {
        self.reached_by(way.id().cloned());
    }

    /// Whatever comes after the routes of the subnets comes after these ways too.
    pub(super) fn reached_by(&mut self, ways: impl IntoIterator<Item = ResourceId>) {
        self.ways.extend(ways);
    }
}

impl<T> Clone for Tier<T> {
    fn clone(&self) -> Self {
        Self {
            vpc: self.vpc.clone(),
            subnets: self.subnets.clone(),
            tables: self.tables.clone(),
            ways: self.ways.clone(),
            tier: PhantomData,
        }
    }
}

impl<T> fmt::Debug for Tier<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tier").field("vpc", &self.vpc).field("subnets", &self.subnets).finish()
    }
}

#[cfg(test)]
mod tests;
