//! Cases of VPC endpoints.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags, Zone, cidr,
    services::{
        ec2::{
            Description, GatewayService, InterfaceEndpoint, InterfaceService, RouteTable,
            SecurityGroup, Subnet, Vpc, VpcEndpoint,
        },
        iam::{Operator, PolicyDocument, Principal, Statement},
        sts::CallerIdentity,
    },
};

use super::Case;

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "ec2_vpc_endpoint_gateway",
        kind: VpcEndpoint::SCHEMA.kind,
        made: || with_gateway(GatewayService::S3, |tables| vec![tables.0.clone()]),
        updated: Some(|| {
            with_gateway(GatewayService::S3, |tables| vec![tables.1.clone(), tables.2.clone()])
        }),
        replaced: Some(|| with_gateway(GatewayService::DynamoDb, |tables| vec![tables.0.clone()])),
    },
    Case {
        name: "ec2_vpc_endpoint_interface",
        kind: VpcEndpoint::SCHEMA.kind,
        made: || with_interface(LOGS, |net| (vec![&net.subnets.0], &net.groups.0), Tags::new()),
        updated: Some(|| {
            with_interface(
                LOGS,
                |net| (vec![&net.subnets.1, &net.subnets.2], &net.groups.1),
                Tags::new().with("Name", "renamed"),
            )
        }),
        replaced: Some(|| {
            with_interface(
                InterfaceService::KMS,
                |net| (vec![&net.subnets.0], &net.groups.0),
                Tags::new(),
            )
        }),
    },
    Case {
        name: "ec2_vpc_endpoint_policy",
        kind: VpcEndpoint::SCHEMA.kind,
        made: || with_policy(&["logs:PutLogEvents"]),
        updated: Some(|| with_policy(&["logs:CreateLogStream", "logs:PutLogEvents"])),
        replaced: None,
    },
    Case {
        name: "ec2_vpc_endpoint_private_dns",
        kind: VpcEndpoint::SCHEMA.kind,
        made: || with_name(false),
        updated: Some(|| with_name(true)),
        replaced: None,
    },
];

const LOGS: InterfaceService = InterfaceService::LOGS;

/// A VPC whose names are resolved.
fn described() -> (Architecture, Ref<Vpc>) {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true);
    let vpc = arch.resource("vpc", vpc.build());
    (arch, vpc)
}

fn with_gateway(
    service: GatewayService,
    tables: impl FnOnce(&(Ref<RouteTable>, Ref<RouteTable>, Ref<RouteTable>)) -> Vec<Ref<RouteTable>>,
) -> Architecture {
    let (mut arch, vpc) = described();
    let mut table = |id: &str| arch.resource(id, RouteTable::new(&vpc));
    let three = (table("one"), table("two"), table("three"));
    arch.resource("it", VpcEndpoint::gateway(&vpc, service, tables(&three)));
    arch
}

/// Subnets in three zones, and two groups.
struct Net {
    subnets: (Ref<Subnet>, Ref<Subnet>, Ref<Subnet>),
    groups: (Ref<SecurityGroup>, Ref<SecurityGroup>),
}

fn net(arch: &mut Architecture, vpc: &Ref<Vpc>) -> Net {
    let mut subnet = |id: &str, range, zone| {
        let subnet = Subnet::builder()
            .vpc(vpc)
            .cidr_block(range)
            .availability_zone(Zone::new(Region::UsEast1, zone));
        arch.resource(id, subnet.build())
    };
    let subnets = (
        subnet("subnet-a", cidr!("10.0.1.0/24"), 'a'),
        subnet("subnet-b", cidr!("10.0.2.0/24"), 'b'),
        subnet("subnet-c", cidr!("10.0.3.0/24"), 'c'),
    );
    let mut group = |id: &str| {
        let group = SecurityGroup::builder().group_description(DESCRIPTION).vpc(vpc);
        arch.resource(id, group.build())
    };
    let groups = (group("group"), group("other-group"));
    Net { subnets, groups }
}

const DESCRIPTION: Description = Description::literal("conformance");

fn with_interface(
    service: InterfaceService,
    choose: impl FnOnce(&Net) -> (Vec<&Ref<Subnet>>, &Ref<SecurityGroup>),
    tags: Tags,
) -> Architecture {
    let (mut arch, vpc) = described();
    let net = net(&mut arch, &vpc);
    let (subnets, group) = choose(&net);
    let subnets = subnets.into_iter().cloned();
    let endpoint = VpcEndpoint::interface(&vpc, service, subnets, [group.clone()]);
    arch.resource("it", VpcEndpoint { tags, ..endpoint });
    arch
}

fn with_policy(actions: &[&'static str]) -> Architecture {
    let (mut arch, vpc) = described();
    let net = net(&mut arch, &vpc);
    let caller = arch.resource("caller", CallerIdentity::new());
    let ours = Statement::allow(actions.iter().copied()).to([Principal::Any]).on(["*"]).when(
        Operator::STRING_EQUALS,
        "aws:PrincipalAccount",
        [caller.account()],
    );
    let endpoint = VpcEndpoint::interface(&vpc, LOGS, [net.subnets.0], [net.groups.0]);
    arch.resource("it", endpoint.with_policy(PolicyDocument::new([ours])));
    arch
}

/// Under the name of the service, or not.
fn with_name(private_dns: bool) -> Architecture {
    let (mut arch, vpc) = described();
    let net = net(&mut arch, &vpc);
    let endpoint = InterfaceEndpoint::builder()
        .service(LOGS)
        .subnets([net.subnets.0])
        .security_groups([net.groups.0])
        .private_dns_enabled(private_dns)
        .build();
    arch.resource("it", VpcEndpoint::builder().vpc(&vpc).endpoint_type(endpoint).build());
    arch
}
