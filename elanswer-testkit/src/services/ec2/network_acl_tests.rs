//! What AWS refuses of network ACLs, their entries and the subnets behind them.

use elanswer_core::{
    Architecture, Cidr, Executor, NetworkPlan, Ref, Region, cidr,
    constructs::{Nat, Network, NetworkAcls, SecurityGroup, Tcp},
    executor::UpdateRequest,
    resource::properties_of,
    services::ec2::{
        AclProtocol, Direction, NetworkAcl, NetworkAclEntry, Ports, RuleAction, RuleNumber,
        SubnetNetworkAclAssociation, Vpc,
    },
};

use super::{
    network_acl::default_acl_of,
    network_tests::{Account, subnet},
};
use crate::{explore_crashes, mock::MockAws};

fn entry(acl: &Ref<NetworkAcl>, direction: Direction, number: u32) -> NetworkAclEntry {
    NetworkAclEntry::builder()
        .network_acl(acl)
        .direction(direction)
        .rule_number(RuleNumber::new(number).unwrap())
        .protocol(AclProtocol::All)
        .action(RuleAction::Allow)
        .cidr_block(Cidr::ANY)
        .build()
}

fn default_acl(vpc: &Ref<Vpc>) -> Ref<NetworkAcl> {
    Ref::existing(default_acl_of(vpc.known().unwrap()))
}

#[tokio::test(start_paused = true)]
async fn a_number_is_taken_once_in_each_direction() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let acl = account.make(&NetworkAcl::new(&vpc)).await;
    let out = entry(&acl, Direction::Egress, 100);
    account.make(&out).await;
    account.make(&entry(&acl, Direction::Ingress, 100)).await;
    let other = NetworkAclEntry { action: RuleAction::Deny, ..out.clone() };
    for again in [out, other] {
        assert_eq!(account.refused(&again).await, "NetworkAclEntryAlreadyExists");
    }
    // The default ACL is made with the number 100.
    let default = default_acl(&vpc);
    let taken = entry(&default, Direction::Egress, 100);
    assert_eq!(account.refused(&taken).await, "NetworkAclEntryAlreadyExists");
    account.make(&entry(&default, Direction::Egress, 101)).await;
    let nowhere = entry(&Ref::existing("acl-none"), Direction::Egress, 100);
    assert_eq!(account.refused(&nowhere).await, "InvalidNetworkAclID.NotFound");
}

#[tokio::test(start_paused = true)]
async fn the_last_entry_counts() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let acl = account.make(&NetworkAcl::new(&vpc)).await;
    for number in 1..20 {
        account.make(&entry(&acl, Direction::Egress, number)).await;
    }
    let twentieth = entry(&acl, Direction::Egress, 20);
    assert_eq!(account.refused(&twentieth).await, "NetworkAclEntryLimitExceeded");
    account.make(&entry(&acl, Direction::Ingress, 20)).await;
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_is_gone_is_not_replaced() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let acl = account.make(&NetworkAcl::new(&vpc)).await;
    let allow = entry(&acl, Direction::Egress, 100);
    let request = account.request(&allow);
    let made = account.make(&allow).await;
    let now = account.read(&made).await.unwrap();
    let deny = NetworkAclEntry { action: RuleAction::Deny, ..allow.clone() };
    let update = UpdateRequest {
        schema: request.schema,
        place: request.place.clone(),
        identifier: now.identifier,
        current: properties_of(&allow),
        desired: properties_of(&deny),
        outputs: now.outputs,
        ownership: request.ownership.clone(),
        token: request.token.clone(),
        secrets: elanswer_core::Secrets::default(),
    };
    account.aws.update(&update).await.unwrap();
    assert_eq!(account.read(&made).await.unwrap().properties, properties_of(&deny));
    account.delete(&made).await.unwrap();
    let gone = account.aws.update(&update).await.unwrap_err();
    assert_eq!(gone.code(), Some("InvalidNetworkAclEntry.NotFound"));
}

#[tokio::test(start_paused = true)]
async fn a_subnet_is_behind_one_acl_of_its_vpc() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let subnet = account.make(&subnet(&vpc, cidr!("10.0.1.0/24"))).await;
    let acl = account.make(&NetworkAcl::new(&vpc)).await;
    let foreign_vpc = account.make(&Vpc::new(cidr!("10.1.0.0/16"))).await;
    let foreign = account.make(&NetworkAcl::new(&foreign_vpc)).await;
    let behind = |acl: &Ref<NetworkAcl>| SubnetNetworkAclAssociation::new(&subnet, acl);
    assert_eq!(account.refused(&behind(&foreign)).await, "InvalidParameterValue");
    let nowhere = behind(&Ref::existing("acl-none"));
    assert_eq!(account.refused(&nowhere).await, "InvalidNetworkAclID.NotFound");
    let loose = SubnetNetworkAclAssociation::new(Ref::existing("subnet-none"), &acl);
    assert_eq!(account.refused(&loose).await, "InvalidSubnetID.NotFound");

    // One takes the place of the other, and has another id.
    let first = account.make(&behind(&acl)).await;
    let second = account.make(&behind(&default_acl(&vpc))).await;
    assert_ne!(first, second);
    assert!(account.read(&first).await.is_none());
    account.delete(&acl).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_acl_stays_while_a_subnet_is_behind_it_and_takes_its_entries_along() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let subnet = account.make(&subnet(&vpc, cidr!("10.0.1.0/24"))).await;
    let acl = account.make(&NetworkAcl::new(&vpc)).await;
    account.make(&entry(&acl, Direction::Egress, 100)).await;
    account.make(&entry(&default_acl(&vpc), Direction::Egress, 90)).await;
    let association = account.make(&SubnetNetworkAclAssociation::new(&subnet, &acl)).await;
    for held in [
        account.delete(&acl).await.unwrap_err(),
        account.delete(&subnet).await.unwrap_err(),
        account.delete(&vpc).await.unwrap_err(),
    ] {
        assert_eq!(held.code(), Some("DependencyViolation"), "{held}");
    }
    account.delete(&association).await.unwrap();
    account.delete(&acl).await.unwrap();
    assert_eq!(account.aws.objects::<NetworkAclEntry>().len(), 1, "that of the default ACL");
    account.delete(&subnet).await.unwrap();
    account.delete(&vpc).await.unwrap();
    assert!(account.aws.inventory().is_empty(), "{:#?}", account.aws.inventory());
}

#[tokio::test(start_paused = true)]
async fn a_repeated_token_makes_no_second_acl() {
    let account = Account::new();
    let vpc = account.make(&Vpc::new(cidr!("10.0.0.0/16"))).await;
    let request = account.request(&NetworkAcl::new(&vpc));
    let first = account.aws.create(std::slice::from_ref(&request)).await.remove(0).unwrap();
    let again = account.aws.create(&[request]).await.remove(0).unwrap();
    assert_eq!(first.identifier, again.identifier);
    assert_eq!(account.aws.objects::<NetworkAcl>().len(), 1);
}

/// A subnet behind one of two ACLs; both have entries for this port, of this number.
fn behind_one_of_two(port: u16, number: u32, second: bool) -> Architecture {
    let mut arch = Architecture::new("test", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.1.0/24")));
    let [first, other] = ["first", "other"].map(|id| {
        let acl = arch.resource(id, NetworkAcl::new(&vpc));
        for direction in [Direction::Egress, Direction::Ingress] {
            let protocol = AclProtocol::Tcp(Ports::one(port));
            let entry = NetworkAclEntry { protocol, ..entry(&acl, direction, number) };
            arch.resource(&format!("{id}-{direction:?}"), entry);
        }
        acl
    });
    let acl = if second { &other } else { &first };
    arch.resource("behind", SubnetNetworkAclAssociation::new(&subnet, acl));
    arch
}

#[test]
fn what_is_killed_at_any_moment_is_put_right() {
    let report = explore_crashes(&behind_one_of_two(443, 100, false))
        .changed_to(&behind_one_of_two(80, 100, true))
        .changed_to(&behind_one_of_two(80, 110, false))
        .run()
        .unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.boundaries > 300, "{report}");
}

/// A network behind the ACLs of its tiers, with a database on this port.
fn behind_its_acls(port: u16) -> Architecture {
    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")])
        .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
    let mut arch = Architecture::new("test", Region::UsEast1);
    let net = arch.add(Network::new("main", PLAN).nat(Nat::None));
    let app = arch.add(SecurityGroup::internal("app", &net));
    let data = arch.add(SecurityGroup::internal("data", &net).from(&app, Tcp(port)));
    arch.add(NetworkAcls::of("acls", &net).private(&app).isolated(&data));
    arch
}

#[tokio::test(start_paused = true)]
async fn a_network_behind_its_acls_is_made_changed_and_removed() {
    let aws = MockAws::new();
    for port in [5432, 3306] {
        let arch = behind_its_acls(port);
        let report = elanswer_core::apply(&arch, &aws).await.unwrap();
        assert!(report.is_complete(), "{report}");
        assert_eq!(aws.inventory().len(), arch.nodes().len());
        let rest = elanswer_core::plan(&arch, &aws).await.unwrap();
        assert!(rest.is_empty(), "{rest}");
        let entries = aws.objects::<NetworkAclEntry>();
        let taken = |entry: &NetworkAclEntry| entry.protocol == AclProtocol::Tcp(Ports::one(port));
        assert_eq!(entries.iter().filter(|entry| taken(&entry.resource)).count(), 4);
    }
    let replaced = aws.log().into_iter().filter(|it| it.operation == "ReplaceNetworkAclEntry");
    assert_eq!(replaced.count(), 4, "the entries change in place");
    let report = elanswer_core::destroy("test", &aws).await.unwrap();
    assert!(report.is_complete() && aws.inventory().is_empty(), "{report}");
}
