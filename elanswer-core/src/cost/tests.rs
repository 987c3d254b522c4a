//! Known sums.

mod running;

use serde_json::{Value, json};

use super::{
    charge::{Tree, charges},
    *,
};
use crate::{
    architecture::Architecture,
    checks::testing::{database, managed},
    dollars::Dollars,
    id::ResourceId,
    reference::Ref,
    region::Region,
    resource::{Kinds, Properties},
    services::{
        ec2::{Eip, NatGateway},
        ecs::{
            AwsVpcConfiguration, ContainerDefinition, EcsName, FargateSize, RuntimePlatform,
            Service, TaskDefinition,
        },
        kms::Key,
        logs::LogGroup,
    },
};

fn arch() -> Architecture {
    Architecture::new("shop", Region::UsEast1)
}

fn usd(text: &str) -> Dollars {
    text.parse().unwrap()
}

fn tasks(arch: &mut Architecture, count: u32, platform: RuntimePlatform) -> Ref<Service> {
    let task = TaskDefinition::builder()
        .size(FargateSize::of::<512, 1024>())
        .runtime_platform(platform)
        .container_definitions([ContainerDefinition::new(EcsName::literal("web"), "web:1")])
        .build();
    let task = arch.resource("task", task);
    let network = AwsVpcConfiguration::builder().subnets([Ref::existing("subnet-1")]);
    let service = Service::builder()
        .cluster(Ref::existing("cluster"))
        .task_definition(&task)
        .desired_count(count)
        .network_configuration(network.build().into());
    arch.resource("web", service.build())
}

fn some() -> ResourceId {
    ResourceId::new("some").unwrap()
}

/// What a resource of a kind comes to in `us-east-1`, and what has no price.
fn of(kind: &str, properties: Value) -> (Dollars, Vec<String>) {
    let Value::Object(properties) = properties else { panic!("no properties") };
    let charges = charges(kind, &some(), &Tree(&properties), &arch()).unwrap();
    let mut unpriced = charges.unknown;
    let amounts = charges.fixed.into_iter().map(|it| {
        let Some(price) = Prices::builtin().get(&it.key, Region::UsEast1) else {
            unpriced.push(it.key);
            return Dollars::ZERO;
        };
        price.monthly().share(it.part, it.whole)
    });
    let sum = amounts.sum();
    (sum, unpriced)
}

#[test]
fn a_nat_gateway_and_its_address() {
    let mut arch = arch();
    let eip = arch.resource("eip", Eip::default());
    let nat = NatGateway::builder().eip(&eip).subnet(Ref::existing("subnet-1")).build();
    arch.resource("nat", nat);
    let estimate = estimate(&arch);
    // 730 × 0.045 and 730 × 0.005.
    assert_eq!(estimate.monthly(), usd("36.5"));
    insta::assert_snapshot!(estimate, @"
          3.65  eip (AWS::EC2::EIP)
                3.65: 1 public IPv4 address at 0.005 per hour
         32.85  nat (AWS::EC2::NatGateway)
                32.85: 1 NAT gateway at 0.045 per hour
                by use, not counted: data that goes through
         36.50  USD a month at least, of 2 resources
                1 cost more by use, 0 are unpriced, 0 are free; 0 prices are not verified
    ");
}

#[test]
fn tasks_on_fargate_as_many_as_are_kept() {
    let mut x86 = arch();
    tasks(&mut x86, 2, RuntimePlatform::X86_64);
    // 2 × 730 × (0.5 × 0.04048 + 1 × 0.004445).
    assert_eq!(estimate(&x86).monthly(), usd("36.0401"));
    let mut arm = arch();
    tasks(&mut arm, 2, RuntimePlatform::ARM64);
    // 2 × 730 × (0.5 × 0.03238 + 1 × 0.00356).
    assert_eq!(estimate(&arm).monthly(), usd("28.835"));
    let mut none = arch();
    tasks(&mut none, 0, RuntimePlatform::ARM64);
    assert_eq!(estimate(&none).monthly(), Dollars::ZERO);
}

#[test]
fn a_database_with_a_standby_costs_twice() {
    let mut arch = arch();
    arch.resource("db", database());
    // 2 × 730 × 0.168, 2 × 100 × 0.115, and a secret.
    assert_eq!(estimate(&arch).monthly(), usd("268.68"));
    let reservations = reservations(&arch);
    assert_eq!(reservations.saved(), usd("73.584"));
    insta::assert_snapshot!(reservations, @"
         73.58  reserved instances for rds.postgres.db.m7g.large in us-east-1: 171.70 in the place of 245.28, the rate not verified
         73.58  USD a month saved by promises of a year without payment in advance
    ");
}

#[test]
fn what_has_no_price_is_not_taken_for_free() {
    let mut arch = Architecture::new("shop", Region::EuNorth1);
    let nat = NatGateway::builder().eip(managed("eip")).subnet(Ref::existing("subnet-1")).build();
    arch.resource("nat", nat);
    arch.resource("key", Key::default());
    let estimate = estimate(&arch);
    assert_eq!(estimate.monthly(), usd("1"));
    let unpriced: Vec<_> = estimate.unpriced().map(|cost| cost.unpriced.join(", ")).collect();
    assert_eq!(unpriced, ["NAT gateway: no price of `ec2.nat-gateway` in eu-north-1"]);
    assert!(estimate.to_string().contains("unpriced, not counted: NAT gateway"), "{estimate}");
    assert_eq!(estimate.unverified().count(), 1);
}

#[test]
fn every_kind_says_what_it_costs() {
    let nothing = Properties::new();
    let unknown: Vec<&str> = Kinds::builtin()
        .iter()
        .map(|kind| kind.schema.kind.as_str())
        .filter(|kind| charges(kind, &some(), &Tree(&nothing), &arch()).is_none())
        .collect();
    assert!(unknown.is_empty(), "add them to cost/charge.rs: {unknown:?}");
    assert!(charges("Acme::Queue::Queue", &some(), &Tree(&nothing), &arch()).is_none());
}

#[test]
fn what_belongs_to_the_edge() {
    let balancer =
        json!({"Type": "application", "Scheme": "internet-facing", "Subnets": ["a", "b"]});
    // 730 × 0.0225 and 2 × 730 × 0.005.
    assert_eq!(of("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer).0, usd("23.725"));
    let internal = json!({"Type": "application", "Scheme": "internal", "Subnets": ["a", "b"]});
    assert_eq!(of("AWS::ElasticLoadBalancingV2::LoadBalancer", internal).0, usd("16.425"));
    assert_eq!(of("AWS::WAFv2::WebACL", json!({"Rules": [{}, {}, {}]})).0, usd("8"));
    let group = |vendor: &str, name: &str| {
        let group = json!({"VendorName": vendor, "Name": name});
        let rule = json!({"Statement": {"ManagedRuleGroupStatement": group}});
        of("AWS::WAFv2::WebACL", json!({"Rules": [rule]}))
    };
    assert_eq!(group("AWS", "AWSManagedRulesCommonRuleSet"), (usd("6"), Vec::new()));
    for (vendor, name) in [("AWS", "AWSManagedRulesAntiDDoSRuleSet"), ("Acme", "Everything")] {
        let fee = format!("the fee of the group of rules `{name}`");
        assert_eq!(group(vendor, name), (usd("6"), vec![fee]));
    }
    let check = json!({"HealthCheckConfig": {"Type": "HTTPS_STR_MATCH", "RequestInterval": 10}});
    // The check, and HTTPS, a text and ten seconds.
    assert_eq!(of("AWS::Route53::HealthCheck", check).0, usd("6.75"));
    let inside = [json!({"Fn::GetAtt": ["front", "DNSName"]}), json!("d1.cloudfront.net")];
    for endpoint in inside {
        let check =
            json!({"HealthCheckConfig": {"Type": "HTTPS", "FullyQualifiedDomainName": endpoint}});
        assert_eq!(of("AWS::Route53::HealthCheck", check).0, usd("1.5"));
    }
    let calculated = json!({"HealthCheckConfig": {"Type": "CALCULATED"}});
    assert_eq!(of("AWS::Route53::HealthCheck", calculated).0, usd("0.5"));
    assert_eq!(of("AWS::Route53::HostedZone", json!({})).0, usd("0.5"));
}

#[test]
fn endpoints_and_secrets() {
    let interface = json!({"VpcEndpointType": "Interface", "SubnetIds": ["a", "b", "c"]});
    // 3 × 730 × 0.01.
    assert_eq!(of("AWS::EC2::VPCEndpoint", interface).0, usd("21.9"));
    let gateway = json!({"VpcEndpointType": "Gateway"});
    assert_eq!(of("AWS::EC2::VPCEndpoint", gateway).0, Dollars::ZERO);
    let copied = json!({"ReplicaRegions": [{"Region": "us-west-2"}]});
    assert_eq!(of("AWS::SecretsManager::Secret", copied).0, usd("0.8"));
}

#[test]
fn caches_and_alarms() {
    let group =
        json!({"Engine": "valkey", "CacheNodeType": "cache.t4g.small", "NumCacheClusters": 2});
    // 2 × 730 × 0.0256.
    assert_eq!(of("AWS::ElastiCache::ReplicationGroup", group).0, usd("37.376"));
    let shards = json!({"Engine": "redis", "CacheNodeType": "cache.r7g.large", "NumNodeGroups": 2,
        "ReplicasPerNodeGroup": 1});
    // 4 × 730 × 0.219.
    assert_eq!(of("AWS::ElastiCache::ReplicationGroup", shards).0, usd("639.48"));
    let huge = json!({"Engine": "valkey", "CacheNodeType": "cache.x9.huge"});
    let unpriced = of("AWS::ElastiCache::ReplicationGroup", huge).1;
    assert_eq!(unpriced, ["elasticache.valkey.cache.x9.huge"]);
    assert_eq!(of("AWS::CloudWatch::Alarm", json!({"Period": 300})).0, usd("0.1"));
    assert_eq!(of("AWS::CloudWatch::Alarm", json!({"Period": 10})).0, usd("0.3"));
    let both = json!({"Metrics": [{"MetricStat": {}}, {"MetricStat": {}}, {"Expression": "a/b"}]});
    assert_eq!(of("AWS::CloudWatch::Alarm", both).0, usd("0.2"));
    assert_eq!(of("AWS::CloudWatch::Dashboard", json!({})).0, usd("3"));
}

#[test]
fn what_a_database_has_besides() {
    let more = json!({"Engine": "postgres", "DBInstanceClass": "db.t4g.micro", "MultiAZ": false,
        "StorageType": "io1", "AllocatedStorage": "100", "Iops": 3000});
    let (sum, unpriced) = of("AWS::RDS::DBInstance", more);
    assert_eq!(sum, usd("11.68"));
    assert_eq!(unpriced, ["provisioned IOPS", "rds.storage.io1"]);
}

#[test]
fn tells_what_a_change_costs() {
    let mut before = arch();
    before.resource("key", Key::default());
    before.resource("logs", LogGroup::default());
    tasks(&mut before, 2, RuntimePlatform::X86_64);
    let mut after = arch();
    let eip = after.resource("eip", Eip::default());
    let nat = NatGateway::builder().eip(&eip).subnet(Ref::existing("subnet-1")).build();
    after.resource("nat", nat);
    after.resource("logs", LogGroup::default());
    tasks(&mut after, 3, RuntimePlatform::X86_64);
    insta::assert_snapshot!(before_and_after(&before, &after), @"
         +3.65  eip, new
         -1.00  key, gone
        +32.85  nat, new
        +18.02  web, from 36.04 to 54.06
    from 37.04 to 90.56 USD a month, +53.52
    ");
}

#[test]
fn promises_are_for_databases_caches_and_compute() {
    let mut arch = arch();
    tasks(&mut arch, 2, RuntimePlatform::X86_64);
    arch.resource("db", database());
    let found = reservations(&arch);
    let items: Vec<_> =
        found.items.iter().map(|it| (it.commitment, it.on_demand, it.reserved)).collect();
    assert_eq!(
        items,
        [
            (Commitment::Compute, usd("36.0401"), usd("28.83208")),
            (Commitment::Database, usd("245.28"), usd("171.696")),
        ]
    );
    assert!(found.unpriced.is_empty());
}

#[test]
fn prices_of_a_contract_take_the_place_of_those_of_the_table() {
    let mut arch = arch();
    arch.resource("key", Key::default());
    let price = Prices::builtin().get("kms.key", Region::UsEast1).unwrap().clone();
    let ours = Price { amount: Dollars::cents(90), verified: true, ..price };
    let prices = Prices::builtin().clone().with(ours);
    assert_eq!(prices.estimate(&arch).monthly(), usd("0.9"));
    assert_eq!(prices.estimate(&arch).unverified().count(), 0);
}
