//! What AWS refuses of VPC endpoints, and how long they take.

use std::time::Duration;

use elanswer_core::{
    Architecture, Cidr, Executor, NetworkPlan, Place, Ref, Region, Resource, Zone, cidr,
    constructs::{self, Endpoints, Nat, Network, PrivateService, Tcp},
    executor::{Deletion, ErrorKind, ExecError, Observation, Status, UpdateRequest},
    resource::properties_of,
    services::{
        ec2::{
            Description, EndpointType, GatewayService, InterfaceService, RouteTable, SecurityGroup,
            Subnet, Vpc, VpcEndpoint,
        },
        iam::{Operator, PolicyDocument, Principal, Statement},
    },
};

use super::network_tests::Account;
use crate::MockAws;

const LOGS: InterfaceService = InterfaceService::LOGS;

struct Net {
    vpc: Ref<Vpc>,
    subnets: [Ref<Subnet>; 2],
    group: Ref<SecurityGroup>,
    table: Ref<RouteTable>,
}

fn subnet(vpc: &Ref<Vpc>, range: Cidr, zone: char) -> Subnet {
    let zone = Zone::new(Region::UsEast1, zone);
    Subnet::builder().vpc(vpc).cidr_block(range).availability_zone(zone).build()
}

fn group(vpc: &Ref<Vpc>) -> SecurityGroup {
    SecurityGroup::builder()
        .group_name("endpoints".parse().unwrap())
        .group_description(Description::literal("for a test"))
        .vpc(vpc)
        .build()
}

/// A VPC whose names are resolved, with subnets in two zones.
async fn net(account: &Account) -> Net {
    let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true);
    let vpc = account.make(&vpc.build()).await;
    let subnets = [
        account.make(&subnet(&vpc, cidr!("10.0.1.0/24"), 'a')).await,
        account.make(&subnet(&vpc, cidr!("10.0.2.0/24"), 'b')).await,
    ];
    let group = account.make(&group(&vpc)).await;
    let table = account.make(&RouteTable::new(&vpc)).await;
    Net { vpc, subnets, group, table }
}

impl Net {
    fn s3(&self) -> VpcEndpoint {
        VpcEndpoint::gateway(&self.vpc, GatewayService::S3, [self.table.clone()])
    }

    fn logs(&self) -> VpcEndpoint {
        VpcEndpoint::interface(&self.vpc, LOGS, [self.subnets[0].clone()], [self.group.clone()])
    }
}

fn without_name(mut endpoint: VpcEndpoint) -> VpcEndpoint {
    let EndpointType::Interface(it) = &mut endpoint.endpoint_type else { panic!("{endpoint:?}") };
    it.private_dns_enabled = false;
    endpoint
}

async fn change(
    account: &Account,
    endpoint: &Ref<VpcEndpoint>,
    to: &VpcEndpoint,
) -> Result<Observation, ExecError> {
    let now = account.read(endpoint).await.unwrap();
    let request = account.request(to);
    account
        .aws
        .update(&UpdateRequest {
            schema: VpcEndpoint::SCHEMA,
            place: Place::new(Region::UsEast1),
            identifier: now.identifier,
            current: now.properties,
            desired: properties_of(to),
            outputs: now.outputs,
            ownership: request.ownership,
            token: request.token,
            secrets: request.secrets,
        })
        .await
}

#[tokio::test(start_paused = true)]
async fn a_table_has_one_gateway_to_a_service() {
    let account = Account::new();
    let net = net(&account).await;
    account.make(&net.s3()).await;
    assert_eq!(account.refused(&net.s3()).await, "RouteAlreadyExists");
    let tables = [net.table.clone()];
    account.make(&VpcEndpoint::gateway(&net.vpc, GatewayService::DynamoDb, tables)).await;
    let second = account.make(&RouteTable::new(&net.vpc)).await;
    let beside = VpcEndpoint::gateway(&net.vpc, GatewayService::S3, [second]);
    let beside = account.make(&beside).await;
    let error = change(&account, &beside, &net.s3()).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("RouteAlreadyExists"), ErrorKind::Conflict));
}

#[tokio::test(start_paused = true)]
async fn what_an_endpoint_takes_is_in_its_vpc() {
    let account = Account::new();
    let net = net(&account).await;
    let vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let foreign = self::net(&account).await;
    let gateway = VpcEndpoint::gateway(&vpc, GatewayService::S3, [net.table.clone()]);
    assert_eq!(account.refused(&gateway).await, "InvalidParameter");
    for (subnet, group) in [(&foreign.subnets[0], &net.group), (&net.subnets[0], &foreign.group)] {
        let endpoint = VpcEndpoint::interface(&net.vpc, LOGS, [subnet.clone()], [group.clone()]);
        assert_eq!(account.refused(&endpoint).await, "InvalidParameter");
    }
    for (vpc, table, code) in [
        ("vpc-none", net.table.clone(), "InvalidVpcID.NotFound"),
        (net.vpc.known().unwrap(), Ref::existing("rtb-none"), "InvalidRouteTableID.NotFound"),
    ] {
        let gateway = VpcEndpoint::gateway(Ref::existing(vpc), GatewayService::S3, [table]);
        assert_eq!(account.refused(&gateway).await, code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_zone_has_one_interface() {
    let account = Account::new();
    let net = net(&account).await;
    let again = account.make(&subnet(&net.vpc, cidr!("10.0.3.0/24"), 'a')).await;
    let subnets = [net.subnets[0].clone(), again.clone()];
    let both = VpcEndpoint::interface(&net.vpc, LOGS, subnets, [net.group.clone()]);
    assert_eq!(account.refused(&both).await, "DuplicateSubnetsInSameZone");
    let made = account.make(&net.logs()).await;
    let error = change(&account, &made, &both).await.unwrap_err();
    assert_eq!(error.code(), Some("DuplicateSubnetsInSameZone"));
    let moved = VpcEndpoint::interface(&net.vpc, LOGS, [again], [net.group.clone()]);
    change(&account, &made, &moved).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_name_of_a_service_stands_for_one_endpoint_of_a_vpc() {
    let account = Account::new();
    let net = net(&account).await;
    account.make(&net.logs()).await;
    let error = account.try_make(&net.logs()).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameter"));
    assert!(error.to_string().contains("logs.us-east-1.amazonaws.com"), "{error}");
    let unnamed = account.make(&without_name(net.logs())).await;
    let error = change(&account, &unnamed, &net.logs()).await.unwrap_err();
    assert!(error.to_string().contains("conflicting DNS domain"), "{error}");
    // A VPC starts without DNS hostnames.
    let vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let subnet = account.make(&subnet(&vpc, cidr!("10.1.1.0/24"), 'a')).await;
    let endpoint = VpcEndpoint::interface(&vpc, LOGS, [subnet], []);
    let error = account.try_make(&endpoint).await.unwrap_err();
    assert!(error.to_string().contains("enableDnsHostnames"), "{error}");
    account.make(&without_name(endpoint)).await;
}

#[tokio::test(start_paused = true)]
async fn interfaces_take_their_time_and_hold_what_they_stand_on() {
    let account = Account::new();
    let net = net(&account).await;
    let endpoint = account.make(&net.logs()).await;
    let pending = Status::Pending("pending".to_owned());
    assert_eq!(account.read(&endpoint).await.unwrap().status, pending);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let ready = account.read(&endpoint).await.unwrap();
    assert_eq!(ready.status, Status::Ready);
    let entries = ready.outputs["DnsEntries"].as_array().unwrap().clone();
    let first = entries[0].as_str().unwrap();
    assert!(first.ends_with(".logs.us-east-1.vpce.amazonaws.com"), "{first}");
    assert_eq!(entries.len(), 3, "{entries:?}");

    let both = VpcEndpoint::interface(&net.vpc, LOGS, net.subnets.clone(), [net.group.clone()]);
    let wider = change(&account, &endpoint, &both).await.unwrap();
    assert_eq!(wider.status, pending);
    assert_eq!(wider.outputs["DnsEntries"][0], first);
    assert_eq!(wider.outputs["DnsEntries"].as_array().unwrap().len(), 4);

    assert_eq!(account.delete(&endpoint).await.unwrap(), Deletion::Underway);
    assert_eq!(account.read(&endpoint).await.unwrap().status, Status::Deleting);
    for error in [
        account.delete(&net.subnets[1]).await.unwrap_err(),
        account.delete(&net.group).await.unwrap_err(),
        account.delete(&net.vpc).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), Some("DependencyViolation"));
    }
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(account.read(&endpoint).await.is_none());
    account.delete(&net.subnets[1]).await.unwrap();
    account.delete(&net.group).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_gateway_is_there_at_once_and_holds_its_tables() {
    let account = Account::new();
    let net = net(&account).await;
    let gateway = account.make(&net.s3()).await;
    let seen = account.read(&gateway).await.unwrap();
    assert_eq!(
        (seen.status, seen.outputs["DnsEntries"].as_array().unwrap().len()),
        (Status::Ready, 0)
    );
    assert_eq!(account.delete(&net.table).await.unwrap_err().kind(), ErrorKind::Dependency);
    assert_eq!(account.delete(&gateway).await.unwrap(), Deletion::Gone);
    account.delete(&net.table).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_repeated_token_makes_no_second_endpoint() {
    let account = Account::new();
    let net = net(&account).await;
    let request = account.request(&net.logs());
    let first = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    let again = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    assert_eq!(first.identifier, again.identifier);
    assert_eq!(account.aws.objects::<VpcEndpoint>().len(), 1);
    let other = elanswer_core::executor::CreateRequest {
        properties: properties_of(&without_name(net.logs())),
        ..request
    };
    let error = account.aws.create(&[other]).await.remove(0).unwrap_err();
    assert_eq!(error.code(), Some("IdempotentParameterMismatch"));
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_one_for_endpoints() {
    let account = Account::new();
    let net = net(&account).await;
    let allow = || Statement::allow(["logs:PutLogEvents"]).on(["*"]);
    let with = |statement| net.logs().with_policy(PolicyDocument::new([statement]));
    let ours = allow().to([Principal::Any]);
    let pattern = ours.clone().when(Operator::STRING_LIKE, "aws:SourceVpc", ["vpc-*"]);
    for refused in [with(allow()), with(pattern)] {
        assert_eq!(account.refused(&refused).await, "InvalidPolicyDocument");
    }
    let made = account.make(&with(ours)).await;
    let error = change(&account, &made, &with(allow())).await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidPolicyDocument"));
}

#[tokio::test(start_paused = true)]
async fn groups_that_are_not_named_are_those_of_aws() {
    let account = Account::new();
    let net = net(&account).await;
    let made = account.make(&net.logs()).await;
    let mut to = net.logs();
    let EndpointType::Interface(it) = &mut to.endpoint_type else { panic!("{to:?}") };
    it.security_groups.clear();
    it.subnets = [net.subnets[1].clone()].into();
    change(&account, &made, &to).await.unwrap();
    let groups = account.read(&made).await.unwrap().properties["SecurityGroupIds"].clone();
    assert_eq!(groups, serde_json::json!([net.group.known().unwrap()]));
}

/// A network without NAT, whose tasks reach AWS by endpoints, is made, settles, and goes.
#[tokio::test(start_paused = true)]
async fn a_network_of_endpoints_settles_and_goes() {
    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .private([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")]);
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let net = arch.add(Network::new("main", PLAN).nat(Nat::None));
    let app = arch.add(constructs::SecurityGroup::internal("app", &net).to_internet(Tcp(443)));
    let services = [PrivateService::Ecr, PrivateService::Logs, PrivateService::SecretsManager];
    arch.add(Endpoints::of("endpoints", &net).to(services).from(&app));
    let aws = MockAws::new();
    let report = elanswer_core::apply(&arch, &aws).unchecked().await.unwrap();
    assert!(report.is_complete(), "{report}");
    let plan = elanswer_core::plan(&arch, &aws).unchecked().await.unwrap();
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(aws.objects::<VpcEndpoint>().len(), 5);
    let report = elanswer_core::destroy("shop", &aws).await.unwrap();
    assert!(report.is_complete() && aws.inventory().is_empty(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_region_has_twenty_gateways() {
    let account = Account::new();
    let net = net(&account).await;
    for _ in 0..20 {
        account.make(&VpcEndpoint::gateway(&net.vpc, GatewayService::S3, [])).await;
    }
    let error = account.try_make(&net.s3()).await.unwrap_err();
    assert_eq!((error.code(), error.kind()), (Some("VpcEndpointLimitExceeded"), ErrorKind::Quota));
    account.make(&net.logs()).await;
}
