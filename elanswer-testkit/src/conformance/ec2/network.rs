//! Cases of what leads in and out of a VPC: gateways, addresses, route tables and routes.

use elanswer_core::{
    Architecture, Cidr, Ref, Region, Resource, Tags, Zone, cidr,
    services::ec2::{
        Eip, InternetGateway, NatGateway, Route, RouteTable, RouteTarget, Subnet,
        SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment,
    },
};

use super::Case;

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "ec2_internet_gateway",
        kind: InternetGateway::SCHEMA.kind,
        made: || alone(InternetGateway::default()),
        updated: Some(|| alone(InternetGateway { tags: renamed() })),
        replaced: None,
    },
    Case {
        name: "ec2_vpc_gateway_attachment",
        kind: VpcGatewayAttachment::SCHEMA.kind,
        made: || with_attachment(|world| (&world.vpcs.0, &world.gateways.0)),
        updated: Some(|| with_attachment(|world| (&world.vpcs.0, &world.gateways.1))),
        replaced: Some(|| with_attachment(|world| (&world.vpcs.1, &world.gateways.1))),
    },
    Case {
        name: "ec2_eip",
        kind: Eip::SCHEMA.kind,
        made: || alone(Eip::default()),
        updated: Some(|| alone(Eip::builder().tags(renamed()).build())),
        replaced: None,
    },
    Case {
        name: "ec2_nat_gateway",
        kind: NatGateway::SCHEMA.kind,
        made: || with_nat(|subnets| &subnets.0, Tags::new()),
        updated: Some(|| with_nat(|subnets| &subnets.0, renamed())),
        replaced: Some(|| with_nat(|subnets| &subnets.1, Tags::new())),
    },
    Case {
        name: "ec2_route_table",
        kind: RouteTable::SCHEMA.kind,
        made: || with_table(|vpcs| &vpcs.0, Tags::new()),
        updated: Some(|| with_table(|vpcs| &vpcs.0, renamed())),
        replaced: Some(|| with_table(|vpcs| &vpcs.1, Tags::new())),
    },
    Case {
        name: "ec2_route",
        kind: Route::SCHEMA.kind,
        made: || with_route(Cidr::ANY, |ways| (&ways.0).into()),
        updated: Some(|| with_route(Cidr::ANY, |ways| (&ways.1).into())),
        replaced: Some(|| with_route(cidr!("192.0.2.0/24"), |ways| (&ways.0).into())),
    },
    Case {
        name: "ec2_subnet_route_table_association",
        kind: SubnetRouteTableAssociation::SCHEMA.kind,
        made: || with_association(|tables| &tables.0),
        updated: None,
        replaced: Some(|| with_association(|tables| &tables.1)),
    },
];

fn renamed() -> Tags {
    Tags::new().with("Name", "renamed")
}

fn alone<R: Resource>(resource: R) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", resource);
    arch
}

/// Two VPCs, and two gateways that are attached to neither.
struct Detached {
    vpcs: (Ref<Vpc>, Ref<Vpc>),
    gateways: (Ref<InternetGateway>, Ref<InternetGateway>),
}

fn with_attachment(
    ends: impl FnOnce(&Detached) -> (&Ref<Vpc>, &Ref<InternetGateway>),
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let world = Detached {
        vpcs: two_vpcs(&mut arch),
        gateways: (
            arch.resource("gateway", InternetGateway::default()),
            arch.resource("other-gateway", InternetGateway::default()),
        ),
    };
    let (vpc, gateway) = ends(&world);
    arch.resource("it", attachment(vpc, gateway));
    arch
}

fn with_nat(
    subnet: impl FnOnce(&(Ref<Subnet>, Ref<Subnet>)) -> &Ref<Subnet>,
    tags: Tags,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let gateway = arch.resource("gateway", InternetGateway::default());
    let attached = arch.resource("attachment", attachment(&vpc, &gateway));
    let subnets = (
        arch.resource("subnet", self::subnet(&vpc, cidr!("10.0.1.0/24"))),
        arch.resource("other-subnet", self::subnet(&vpc, cidr!("10.0.2.0/24"))),
    );
    let eip = arch.resource("eip", Eip::default());
    let nat = NatGateway::builder().eip(&eip).subnet(subnet(&subnets)).tags(tags).build();
    let it = arch.resource("it", nat);
    arch.options(&it, |options| {
        options.depends_on(&attached);
    });
    arch
}

fn with_table(vpc: impl FnOnce(&(Ref<Vpc>, Ref<Vpc>)) -> &Ref<Vpc>, tags: Tags) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpcs = two_vpcs(&mut arch);
    arch.resource("it", RouteTable::builder().vpc(vpc(&vpcs)).tags(tags).build());
    arch
}

fn with_route(
    destination: Cidr,
    target: impl FnOnce(&(Ref<InternetGateway>, Ref<NatGateway>)) -> RouteTarget,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let gateway = arch.resource("gateway", InternetGateway::default());
    let attached = arch.resource("attachment", attachment(&vpc, &gateway));
    let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.1.0/24")));
    let eip = arch.resource("eip", Eip::default());
    let nat = arch.resource("nat", NatGateway::builder().eip(&eip).subnet(&subnet).build());
    arch.options(&nat, |options| {
        options.depends_on(&attached);
    });
    let table = arch.resource("table", RouteTable::new(&vpc));
    let target = target(&(gateway, nat));
    let route = Route::builder().route_table(&table).destination(destination).target(target);
    let it = arch.resource("it", route.build());
    arch.options(&it, |options| {
        options.depends_on(&attached);
    });
    arch
}

fn with_association(
    table: impl FnOnce(&(Ref<RouteTable>, Ref<RouteTable>)) -> &Ref<RouteTable>,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.1.0/24")));
    let tables = (
        arch.resource("table", RouteTable::new(&vpc)),
        arch.resource("other-table", RouteTable::new(&vpc)),
    );
    arch.resource("it", SubnetRouteTableAssociation::new(&subnet, table(&tables)));
    arch
}

fn two_vpcs(arch: &mut Architecture) -> (Ref<Vpc>, Ref<Vpc>) {
    (
        arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16"))),
        arch.resource("other-vpc", Vpc::new(cidr!("10.1.0.0/16"))),
    )
}

fn attachment(vpc: &Ref<Vpc>, gateway: &Ref<InternetGateway>) -> VpcGatewayAttachment {
    VpcGatewayAttachment::builder().vpc(vpc).internet_gateway(gateway).build()
}

fn subnet(vpc: &Ref<Vpc>, cidr_block: Cidr) -> Subnet {
    let zone = Zone::new(Region::UsEast1, 'a');
    Subnet::builder().vpc(vpc).cidr_block(cidr_block).availability_zone(zone).build()
}
