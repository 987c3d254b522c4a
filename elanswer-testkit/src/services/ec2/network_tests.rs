//! What AWS refuses of gateways, addresses, route tables and routes.

use std::{cell::Cell, time::Duration};

use elanswer_core::{
    Architecture, Cidr, Executor, Place, Ref, Region, Resource, ResourceId, Zone, cidr,
    executor::{CreateRequest, DeleteRequest, Deletion, ErrorKind, ExecError, Observation, Status},
    resource::properties_of,
    services::ec2::{
        Eip, InternetGateway, NatGateway, Route, RouteTable, RouteTarget, Subnet,
        SubnetRouteTableAssociation, Vpc, VpcGatewayAttachment,
    },
    tags::Ownership,
};

use crate::mock::MockAws;

/// An AWS in memory that is spoken to without the engine.
pub(super) struct Account {
    pub(super) aws: MockAws,
    made: Cell<u32>,
}

impl Account {
    pub(super) fn new() -> Self {
        Self { aws: MockAws::new(), made: Cell::new(0) }
    }

    pub(super) fn request<R: Resource>(&self, resource: &R) -> CreateRequest {
        self.made.set(self.made.get() + 1);
        CreateRequest {
            schema: R::SCHEMA,
            place: Place::new(Region::UsEast1),
            properties: properties_of(resource),
            ownership: Ownership {
                stack: "test".to_owned(),
                resource: ResourceId::new(format!("r{}", self.made.get())).unwrap(),
                incarnation: 1,
            },
            token: format!("{:032x}", self.made.get()),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    pub(super) async fn try_make<R: Resource>(
        &self,
        resource: &R,
    ) -> Result<Observation, ExecError> {
        self.aws.create(&[self.request(resource)]).await.remove(0)
    }

    pub(super) async fn make<R: Resource>(&self, resource: &R) -> Ref<R> {
        Ref::existing(self.try_make(resource).await.unwrap().identifier)
    }

    pub(super) async fn refused<R: Resource>(&self, resource: &R) -> String {
        self.try_make(resource).await.unwrap_err().code().unwrap().to_owned()
    }

    pub(super) async fn read<R: Resource>(&self, reference: &Ref<R>) -> Option<Observation> {
        let ids = [reference.known().unwrap().to_owned()];
        let place = Place::new(Region::UsEast1);
        self.aws.read(R::SCHEMA, &place, &ids).await.remove(0).unwrap()
    }

    pub(super) async fn delete<R: Resource>(
        &self,
        reference: &Ref<R>,
    ) -> Result<Deletion, ExecError> {
        let now = self.read(reference).await.unwrap();
        self.aws
            .delete(&DeleteRequest {
                schema: R::SCHEMA,
                place: Place::new(Region::UsEast1),
                identifier: now.identifier,
                properties: now.properties,
                outputs: now.outputs,
                token: "f".repeat(32),
            })
            .await
    }
}

/// A VPC with one subnet and an attached internet gateway.
struct Net {
    vpc: Ref<Vpc>,
    subnet: Ref<Subnet>,
    gateway: Ref<InternetGateway>,
    attachment: Ref<VpcGatewayAttachment>,
    table: Ref<RouteTable>,
}

pub(super) fn subnet(vpc: &Ref<Vpc>, cidr_block: Cidr) -> Subnet {
    let zone = Zone::new(Region::UsEast1, 'a');
    Subnet::builder().vpc(vpc).cidr_block(cidr_block).availability_zone(zone).build()
}

fn attach(vpc: &Ref<Vpc>, gateway: &Ref<InternetGateway>) -> VpcGatewayAttachment {
    VpcGatewayAttachment::builder().vpc(vpc).internet_gateway(gateway).build()
}

fn nat(eip: &Ref<Eip>, subnet: &Ref<Subnet>) -> NatGateway {
    NatGateway::builder().eip(eip).subnet(subnet).build()
}

fn route(table: &Ref<RouteTable>, to: Cidr, target: impl Into<RouteTarget>) -> Route {
    Route::builder().route_table(table).destination(to).target(target).build()
}

async fn net(account: &Account) -> Net {
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let subnet = account.make(&subnet(&vpc, cidr!("10.0.1.0/24"))).await;
    let gateway = account.make(&InternetGateway::default()).await;
    let attachment = account.make(&attach(&vpc, &gateway)).await;
    let table = account.make(&RouteTable::new(&vpc)).await;
    Net { vpc, subnet, gateway, attachment, table }
}

#[tokio::test(start_paused = true)]
async fn one_gateway_for_one_vpc() {
    let account = Account::new();
    let net = net(&account).await;
    let other_vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let other_gateway = account.make(&InternetGateway::default()).await;
    assert_eq!(account.refused(&attach(&net.vpc, &other_gateway)).await, "InvalidParameterValue");
    assert_eq!(
        account.refused(&attach(&other_vpc, &net.gateway)).await,
        "Resource.AlreadyAssociated"
    );
    let code = account.refused(&attach(&other_vpc, &Ref::existing("igw-none"))).await;
    assert_eq!(code, "InvalidInternetGatewayID.NotFound");
    let attached = account.delete(&net.gateway).await.unwrap_err();
    assert_eq!(attached.code(), Some("DependencyViolation"));
    account.delete(&net.attachment).await.unwrap();
    account.delete(&net.gateway).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_needs_a_door_and_an_address_of_its_own() {
    let account = Account::new();
    let net = net(&account).await;
    let eip = account.make(&Eip::default()).await;
    let code = account.refused(&nat(&Ref::existing("eipalloc-none"), &net.subnet)).await;
    assert_eq!(code, "InvalidAllocationID.NotFound");
    account.make(&nat(&eip, &net.subnet)).await;
    let taken = account.refused(&nat(&eip, &net.subnet)).await;
    assert_eq!(taken, "Resource.AlreadyAssociated");
    let vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let closed = account.make(&subnet(&vpc, cidr!("10.1.0.0/24"))).await;
    let eip = account.make(&Eip::default()).await;
    assert_eq!(account.refused(&nat(&eip, &closed)).await, "Gateway.NotAttached");
}

#[tokio::test(start_paused = true)]
async fn a_nat_gateway_holds_what_it_stands_on_until_it_is_gone() {
    let account = Account::new();
    let net = net(&account).await;
    let eip = account.make(&Eip::default()).await;
    let gateway = account.make(&nat(&eip, &net.subnet)).await;
    let pending = account.read(&gateway).await.unwrap().status;
    assert_eq!(pending, Status::Pending("pending".to_owned()));
    let to_nat = Route::to_anywhere(&net.table, &gateway);
    assert_eq!(account.refused(&to_nat).await, "InvalidNatGatewayID.NotFound");
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(account.read(&gateway).await.unwrap().status, Status::Ready);
    account.make(&to_nat).await;

    assert_eq!(account.delete(&gateway).await.unwrap(), Deletion::Underway);
    assert_eq!(account.read(&gateway).await.unwrap().status, Status::Deleting);
    for error in [
        account.delete(&eip).await.unwrap_err(),
        account.delete(&net.subnet).await.unwrap_err(),
        account.delete(&net.attachment).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Dependency, "{error}");
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(account.read(&gateway).await.is_none());
    account.delete(&eip).await.unwrap();
    account.delete(&net.subnet).await.unwrap();
    account.delete(&net.attachment).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_repeated_token_makes_no_second_nat_gateway() {
    let account = Account::new();
    let net = net(&account).await;
    let eip = account.make(&Eip::default()).await;
    let request = account.request(&nat(&eip, &net.subnet));
    let first = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    let again = account.aws.create(&[request]).await.remove(0).unwrap();
    assert_eq!(first.identifier, again.identifier);
    assert_eq!(account.aws.objects::<NatGateway>().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn quotas_are_those_of_an_account() {
    let account = Account::new();
    for _ in 0..5 {
        account.make(&Eip::default()).await;
        account.make(&InternetGateway::default()).await;
    }
    assert_eq!(account.refused(&Eip::default()).await, "AddressLimitExceeded");
    assert_eq!(account.refused(&InternetGateway::default()).await, "InternetGatewayLimitExceeded");
    let addresses = account.aws.objects::<Eip>();
    let distinct: elanswer_core::Set<_> =
        addresses.iter().map(|eip| &eip.outputs.public_ip).collect();
    assert_eq!(distinct.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_route_leads_to_what_is_in_its_vpc() {
    let account = Account::new();
    let net = net(&account).await;
    let loose = account.make(&InternetGateway::default()).await;
    for (target, code) in [
        (RouteTarget::from(&loose), "InvalidParameterValue"),
        (Ref::<InternetGateway>::existing("igw-none").into(), "InvalidGatewayID.NotFound"),
        (Ref::<NatGateway>::existing("nat-none").into(), "InvalidNatGatewayID.NotFound"),
    ] {
        assert_eq!(account.refused(&Route::to_anywhere(&net.table, target)).await, code);
    }
    let nowhere = Route::to_anywhere(Ref::existing("rtb-none"), &net.gateway);
    assert_eq!(account.refused(&nowhere).await, "InvalidRouteTableID.NotFound");
    let made = account.make(&Route::to_anywhere(&net.table, &net.gateway)).await;
    let id = format!("{}|0.0.0.0/0", net.table.known().unwrap());
    assert_eq!(made.known(), Some(id.as_str()));
}

#[tokio::test(start_paused = true)]
async fn a_table_has_one_route_for_a_destination() {
    let account = Account::new();
    let net = net(&account).await;
    let eip = account.make(&Eip::default()).await;
    let gateway = account.make(&nat(&eip, &net.subnet)).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    let out = Route::to_anywhere(&net.table, &net.gateway);
    let first = account.make(&out).await;
    assert_eq!(account.make(&out).await, first);
    let other = Route::to_anywhere(&net.table, &gateway);
    assert_eq!(account.refused(&other).await, "RouteAlreadyExists");
    // The local route is one of them, and decides within the VPC.
    let code = account.refused(&route(&net.table, cidr!("10.0.0.0/16"), &net.gateway)).await;
    assert_eq!(code, "RouteAlreadyExists");
    for (destination, target) in [
        (cidr!("10.0.1.0/24"), RouteTarget::from(&net.gateway)),
        (cidr!("10.0.9.0/24"), RouteTarget::from(&gateway)),
        (cidr!("169.254.169.0/24"), RouteTarget::from(&net.gateway)),
    ] {
        let code = account.refused(&route(&net.table, destination, target)).await;
        assert_eq!(code, "InvalidParameterValue");
    }
    account.make(&route(&net.table, cidr!("10.0.1.0/24"), &gateway)).await;
}

#[tokio::test(start_paused = true)]
async fn a_subnet_is_under_one_table_of_its_vpc() {
    let account = Account::new();
    let net = net(&account).await;
    let second = account.make(&RouteTable::new(&net.vpc)).await;
    let foreign_vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let foreign = account.make(&RouteTable::new(&foreign_vpc)).await;
    let under = |table: &Ref<RouteTable>| SubnetRouteTableAssociation::new(&net.subnet, table);
    assert_eq!(account.refused(&under(&foreign)).await, "InvalidParameterValue");
    let association = account.make(&under(&net.table)).await;
    assert_eq!(account.refused(&under(&second)).await, "Resource.AlreadyAssociated");
    assert_eq!(account.refused(&under(&net.table)).await, "Resource.AlreadyAssociated");
    let held = account.delete(&net.table).await.unwrap_err();
    assert_eq!(held.code(), Some("DependencyViolation"));
    account.make(&Route::to_anywhere(&net.table, &net.gateway)).await;
    account.delete(&association).await.unwrap();
    account.delete(&net.table).await.unwrap();
    assert!(account.aws.objects::<Route>().is_empty());
}

fn whole(block: Cidr, subnet_block: Cidr) -> Architecture {
    let mut arch = Architecture::new("test", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(block));
    let subnet = arch.resource("subnet", subnet(&vpc, subnet_block));
    let gateway = arch.resource("gateway", InternetGateway::default());
    let attachment = arch.resource("attachment", attach(&vpc, &gateway));
    let eip = arch.resource("eip", Eip::default());
    let nat = arch.resource("nat", nat(&eip, &subnet));
    arch.options(&nat, |options| {
        options.depends_on(&attachment);
    });
    let table = arch.resource("table", RouteTable::new(&vpc));
    arch.resource("route", Route::to_anywhere(&table, &nat));
    arch.resource("association", SubnetRouteTableAssociation::new(&subnet, &table));
    arch
}

/// The gateway and the address stay, and cannot be in both networks at once.
#[tokio::test(start_paused = true)]
async fn a_vpc_is_replaced_under_a_whole_network() {
    let aws = MockAws::new();
    for block in [
        whole(cidr!("10.0.0.0/16"), cidr!("10.0.1.0/24")),
        whole(cidr!("10.1.0.0/16"), cidr!("10.1.1.0/24")),
    ] {
        let report = elanswer_core::apply(&block, &aws).unchecked().await.unwrap();
        assert!(report.is_complete(), "{report}");
        assert_eq!(aws.inventory().len(), block.nodes().len());
    }
}
