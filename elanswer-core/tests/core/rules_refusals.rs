//! What a rule says AWS refuses, the AWS in memory refuses, with the code that AWS has for it.

use elanswer_core::{
    Architecture, Cidr, Dollars, Input, NetworkPlan, Ref, Region, Set, Zone, apply,
    bounded::Bounded,
    check, cidr,
    constructs::{Network, NetworkHandle},
    services::{
        applicationautoscaling::{
            self, Capacity, Percent, PredefinedMetric, ScalableTarget, ScalingPolicy,
            TargetTracking,
        },
        budgets::{Budget, BudgetLimit, EmailAddress, Notification, Threshold},
        ce::{
            AnomalyMonitor, AnomalySubscription, AnomalyThreshold, Frequency, MonitorName,
            Subscriber, SubscriptionName,
        },
        ec2::{
            Description, Eip, GatewayService, InterfaceService, InternetGateway, NatGateway, Ports,
            Protocol, Route, RouteTable, SecurityGroup, SecurityGroupIngress, Subnet,
            SubnetRouteTableAssociation, Vpc, VpcEndpoint,
        },
        ecr::{LifecyclePolicy, Repository},
        ecs::{
            AwsVpcConfiguration, CapacityProvider, CapacityProviderStrategy, Cluster,
            ClusterCapacityProviderAssociations, ContainerDefinition, ContainerPort, EcsName,
            FargateSize, PortMapping, Service, ServiceLoadBalancer, TaskDefinition,
        },
        elasticache::{
            self, AccessString, CacheNodeType, CacheParameterGroupFamily, ParameterGroup,
            ReplicationGroup, User, UserGroup,
        },
        elbv2::{
            Action, CertificateArn, Conditions, HealthCheck, HealthCheckTimeout, Listener,
            ListenerProtocol, ListenerRule, LoadBalancer, Port, Priority, Scheme, TargetGroup,
        },
        iam::{self, Operator, PolicyDocument, PolicyName, Principal, Role, RolePolicy, Statement},
        rds::{
            DbInstance, DbInstanceClass, DbParameterGroup, DbParameterGroupFamily, DbSubnetGroup,
            EngineVersion, MasterUsername, StorageSize,
        },
        route53::{
            self, AliasTarget, DnsName, HostedZone, RecordSet, RecordType, Routing, SetIdentifier,
        },
        servicediscovery::{self, DnsConfig, PrivateDnsNamespace, RecordTtl, ServiceName},
        wafv2::{
            EntityName, LoggingConfiguration, MetricName, RateLimit, RequestLimit, RuleAction,
            VisibilityConfig, WafScope, WebAcl,
        },
    },
};
use elanswer_testkit::MockAws;

const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
    .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
    .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);

/// Describes something wrong; finds the rule `rule` firing with an error, and AWS answering `code`.
async fn refused(rule: &str, code: &str, describe: impl FnOnce(&mut Architecture)) {
    let mut arch = Architecture::new("wrong", Region::UsEast1);
    describe(&mut arch);
    let report = check(&arch);
    let found = report.diagnostics.iter().any(|found| found.code == rule);
    assert!(found && !report.is_deployable(), "{rule} does not fire: {report}");
    let aws = MockAws::new();
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    let codes: Vec<_> = done.failures.iter().map(|failure| failure.error.code()).collect();
    assert!(codes.contains(&Some(code)), "{rule}: AWS answers {codes:?}, not {code}: {done:#?}");
}

fn network(arch: &mut Architecture) -> NetworkHandle {
    arch.add(Network::new("net", PLAN))
}

fn vpc(arch: &mut Architecture, id: &str) -> Ref<Vpc> {
    arch.resource(id, Vpc::new(cidr!("10.0.0.0/16")))
}

fn subnet(vpc: &Ref<Vpc>, range: Cidr, zone: char) -> Subnet {
    let subnet = Subnet::builder().vpc(vpc).cidr_block(range);
    subnet.availability_zone(Zone::new(Region::UsEast1, zone)).build()
}

fn group(arch: &mut Architecture, id: &str, vpc: &Ref<Vpc>) -> Ref<SecurityGroup> {
    let group = SecurityGroup::builder().group_description(Description::literal("wrong"));
    arch.resource(id, group.vpc(vpc).build())
}

/// A load balancer in the public subnets of a network.
fn load_balancer(arch: &mut Architecture, net: &NetworkHandle) -> Ref<LoadBalancer> {
    let group = group(arch, "edge", net.vpc());
    let balancer = LoadBalancer::builder().subnets(net.public().subnets().to_vec());
    arch.resource("front", balancer.security_groups([group]).build())
}

fn listener(arch: &mut Architecture, id: &str, front: &Ref<LoadBalancer>) -> Ref<Listener> {
    let listener = Listener::builder().load_balancer(front).port(Port::of::<80>());
    arch.resource(id, listener.default_action(Action::redirect_to_https()).build())
}

fn rule(listener: &Ref<Listener>, patterns: &[&str]) -> ListenerRule {
    ListenerRule::builder()
        .listener(listener)
        .priority(Priority::of::<1>())
        .conditions(Conditions::path(patterns.iter().map(|pattern| pattern.parse().unwrap())))
        .action(Action::redirect_to_https())
        .build()
}

fn container(name: &'static str) -> ContainerDefinition {
    let mut container = ContainerDefinition::new(EcsName::literal(name), "web:1");
    container.port_mappings = Set::from([PortMapping::tcp(ContainerPort::of::<80>())]);
    container
}

fn task(containers: impl Into<Vec<ContainerDefinition>>) -> TaskDefinition {
    let size = FargateSize::of::<256, 512>();
    TaskDefinition::builder().size(size).container_definitions(containers).build()
}

/// A service of one container, behind the target group `web`.
fn service(arch: &mut Architecture, net: &NetworkHandle, port: ContainerPort) -> Service {
    let cluster = arch.resource("cluster", Cluster::builder().build());
    let task = arch.resource("task", task([container("web")]));
    let subnets: Set<Ref<Subnet>> = net.isolated().subnets().iter().cloned().collect();
    let target = TargetGroup::builder().vpc(net.vpc()).port(Port::of::<80>()).build();
    let target = ServiceLoadBalancer {
        target_group: arch.resource("web", target),
        container_name: EcsName::literal("web"),
        container_port: port,
    };
    Service::builder()
        .cluster(cluster)
        .task_definition(task)
        .network_configuration(AwsVpcConfiguration::builder().subnets(subnets).build().into())
        .load_balancers([target])
        .build()
}

fn database(arch: &mut Architecture, net: &NetworkHandle, subnets: usize) -> DbInstance {
    let subnets = net.isolated().subnets().iter().take(subnets);
    let subnets = DbSubnetGroup::builder().db_subnet_group_description("wrong").subnets(subnets);
    DbInstance::builder()
        .engine_version(EngineVersion::literal("16.4"))
        .db_instance_class(DbInstanceClass::literal("db.m7g.large"))
        .allocated_storage(StorageSize::gib::<100>())
        .master_username(MasterUsername::literal("app"))
        .db_subnet_group(arch.resource("subnets", subnets.build()))
        .vpc_security_groups([group(arch, "data", net.vpc())])
        .build()
}

#[tokio::test(start_paused = true)]
async fn networks() {
    refused("vpc-size", "InvalidVpc.Range", |arch| {
        arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/8")));
    })
    .await;
    refused("dns-hostnames-without-support", "InvalidParameterCombination", |arch| {
        let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true);
        arch.resource("vpc", vpc.enable_dns_support(false).build());
    })
    .await;
    refused("subnet-size", "InvalidSubnet.Range", |arch| {
        let vpc = vpc(arch, "vpc");
        arch.resource("subnet", subnet(&vpc, cidr!("10.0.0.0/29"), 'a'));
    })
    .await;
    refused("subnet-outside-vpc", "InvalidSubnet.Range", |arch| {
        let vpc = vpc(arch, "vpc");
        arch.resource("subnet", subnet(&vpc, cidr!("10.1.0.0/24"), 'a'));
    })
    .await;
    refused("subnets-overlap", "InvalidSubnet.Conflict", |arch| {
        let vpc = vpc(arch, "vpc");
        arch.resource("a", subnet(&vpc, cidr!("10.0.0.0/20"), 'a'));
        arch.resource("b", subnet(&vpc, cidr!("10.0.1.0/24"), 'b'));
    })
    .await;
    refused("unknown-zone", "InvalidParameterValue", |arch| {
        let vpc = vpc(arch, "vpc");
        let mut subnet = subnet(&vpc, cidr!("10.0.0.0/24"), 'a');
        subnet.availability_zone = Zone::new(Region::EuWest1, 'a');
        arch.resource("subnet", subnet);
    })
    .await;
    refused("reference-across-regions", "InvalidVpcID.NotFound", |arch| {
        let vpc = vpc(arch, "vpc");
        let mut subnet = subnet(&vpc, cidr!("10.0.0.0/24"), 'a');
        subnet.availability_zone = Zone::new(Region::EuWest1, 'a');
        arch.in_region(Region::EuWest1, |scope| _ = scope.resource("subnet", subnet));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn gateways_and_groups() {
    refused("gateway-not-attached", "InvalidParameterValue", |arch| {
        let vpc = vpc(arch, "vpc");
        let gateway = arch.resource("gateway", InternetGateway::default());
        let table = arch.resource("table", RouteTable::new(&vpc));
        arch.resource("route", Route::to_anywhere(&table, &gateway));
    })
    .await;
    refused("nat-without-internet-gateway", "Gateway.NotAttached", |arch| {
        let vpc = vpc(arch, "vpc");
        let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.0.0/24"), 'a'));
        let eip = arch.resource("eip", Eip::default());
        arch.resource("nat", NatGateway::builder().eip(eip).subnet(subnet).build());
    })
    .await;
    refused("not-unique", "Resource.AlreadyAssociated", |arch| {
        let vpc = vpc(arch, "vpc");
        let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.0.0/24"), 'a'));
        for id in ["a", "b"] {
            let table = arch.resource(&format!("table-{id}"), RouteTable::new(&vpc));
            arch.resource(id, SubnetRouteTableAssociation::new(&subnet, &table));
        }
    })
    .await;
    refused("different-vpcs", "InvalidParameterValue", |arch| {
        let (one, two) = (vpc(arch, "one"), vpc(arch, "two"));
        let subnet = arch.resource("subnet", subnet(&one, cidr!("10.0.0.0/24"), 'a'));
        let table = arch.resource("table", RouteTable::new(&two));
        arch.resource("association", SubnetRouteTableAssociation::new(&subnet, &table));
    })
    .await;
    refused("rule-never-matches", "InvalidPermission.Duplicate", |arch| {
        let vpc = vpc(arch, "vpc");
        let group = group(arch, "group", &vpc);
        for id in ["a", "b"] {
            let rule = SecurityGroupIngress::builder()
                .group(&group)
                .protocol(Protocol::Tcp(Ports::one(443)))
                .peer(cidr!("10.0.0.0/8"));
            arch.resource(id, rule.build());
        }
    })
    .await;
}

/// An endpoint for CloudWatch Logs in the first isolated subnet of a network.
fn logs(arch: &mut Architecture, id: &str, net: &NetworkHandle) -> VpcEndpoint {
    let group = group(arch, &format!("{id}-group"), net.vpc());
    let subnets = net.isolated().subnets().iter().take(1).cloned();
    VpcEndpoint::interface(net.vpc(), InterfaceService::LOGS, subnets, [group])
}

#[tokio::test(start_paused = true)]
async fn endpoints() {
    refused("endpoint-refused", "InvalidParameter", |arch| {
        let net = network(arch);
        for id in ["one", "two"] {
            let endpoint = logs(arch, id, &net);
            arch.resource(id, endpoint);
        }
    })
    .await;
    refused("endpoint-refused", "InvalidParameter", |arch| {
        // A VPC has no DNS hostnames unless it says so.
        let vpc = vpc(arch, "vpc");
        let subnet = arch.resource("subnet", subnet(&vpc, cidr!("10.0.1.0/24"), 'a'));
        arch.resource("it", VpcEndpoint::interface(vpc, InterfaceService::KMS, [subnet], []));
    })
    .await;
    refused("endpoint-refused", "RouteAlreadyExists", |arch| {
        let net = network(arch);
        for id in ["one", "two"] {
            let tables = net.isolated().route_tables().iter().cloned();
            arch.resource(id, VpcEndpoint::gateway(net.vpc(), GatewayService::S3, tables));
        }
    })
    .await;
    refused("endpoint-refused", "InvalidPolicyDocument", |arch| {
        let net = network(arch);
        let ours = Statement::allow(["logs:PutLogEvents"]).to([Principal::Any]).on(["*"]).when(
            Operator::STRING_LIKE,
            "aws:PrincipalAccount",
            ["1234*"],
        );
        let endpoint = logs(arch, "it", &net).with_policy(PolicyDocument::new([ours]));
        arch.resource("it", endpoint);
    })
    .await;
    refused("endpoint-refused", "SecurityGroupsPerInterfaceLimitExceeded", |arch| {
        let net = network(arch);
        let groups: Vec<_> =
            (0..6).map(|number| group(arch, &format!("group-{number}"), net.vpc())).collect();
        let subnets = net.isolated().subnets().iter().cloned();
        let it = VpcEndpoint::interface(net.vpc(), InterfaceService::LOGS, subnets, groups);
        arch.resource("it", it);
    })
    .await;
    refused("malformed-policy", "InvalidPolicyDocument", |arch| {
        let net = network(arch);
        let nobody = Statement::allow(["logs:PutLogEvents"]).on(["*"]);
        let endpoint = logs(arch, "it", &net).with_policy(PolicyDocument::new([nobody]));
        arch.resource("it", endpoint);
    })
    .await;
    refused("two-subnets-in-zone", "DuplicateSubnetsInSameZone", |arch| {
        let net = network(arch);
        let subnets = [&net.isolated().subnets()[0], &net.public().subnets()[0]];
        let subnets = subnets.into_iter().cloned();
        let it = VpcEndpoint::interface(net.vpc(), InterfaceService::LOGS, subnets, []);
        arch.resource("it", it);
    })
    .await;
    refused("different-vpcs", "InvalidParameter", |arch| {
        let (net, other) = (network(arch), vpc(arch, "other"));
        let table = arch.resource("table", RouteTable::new(&other));
        arch.resource("it", VpcEndpoint::gateway(net.vpc(), GatewayService::S3, [table]));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn load_balancers() {
    refused("load-balancer-single-zone", "ValidationError", |arch| {
        let net = network(arch);
        let group = group(arch, "edge", net.vpc());
        let balancer =
            LoadBalancer::builder().subnets(net.public().subnets().iter().take(1).cloned());
        arch.resource("front", balancer.security_groups([group]).build());
    })
    .await;
    refused("two-subnets-in-zone", "InvalidConfigurationRequest", |arch| {
        let net = network(arch);
        let group = group(arch, "edge", net.vpc());
        let third = arch.resource("third", subnet(net.vpc(), cidr!("10.0.3.0/24"), 'a'));
        let subnets = net.public().subnets().iter().cloned().chain([third]);
        let balancer = LoadBalancer::builder().subnets(subnets).scheme(Scheme::Internal);
        arch.resource("front", balancer.security_groups([group]).build());
    })
    .await;
    refused("not-unique", "DuplicateTargetGroupName", |arch| {
        let vpc = vpc(arch, "vpc");
        for (id, port) in [("a", Port::of::<80>()), ("b", Port::of::<81>())] {
            let group = TargetGroup::builder().name("web".parse().unwrap()).vpc(&vpc).port(port);
            arch.resource(id, group.build());
        }
    })
    .await;
    refused("listener-rule-conditions", "ValidationError", |arch| {
        let net = network(arch);
        let front = load_balancer(arch, &net);
        let listener = listener(arch, "http", &front);
        arch.resource("rule", rule(&listener, &["/1", "/2", "/3", "/4", "/5", "/6"]));
    })
    .await;
    refused("health-check-timeout", "ValidationError", |arch| {
        let vpc = vpc(arch, "vpc");
        let health = HealthCheck::builder().timeout(HealthCheckTimeout::of::<30>()).build();
        let group = TargetGroup::builder().vpc(vpc).port(Port::of::<80>()).health_check(health);
        arch.resource("group", group.build());
    })
    .await;
    refused("certificate-in-other-region", "ValidationError", |arch| {
        let net = network(arch);
        let front = load_balancer(arch, &net);
        let arn: CertificateArn =
            "arn:aws:acm:eu-west-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                .parse()
                .unwrap();
        let arn = Input::Literal(arn);
        let listener = Listener::builder()
            .load_balancer(front)
            .port(Port::of::<443>())
            .protocol(ListenerProtocol::https(arn))
            .default_action(Action::redirect_to_https());
        arch.resource("https", listener.build());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn names() {
    let record = |arch: &mut Architecture, id: &str, name: &str, record_type, value: &str| {
        let zone = Ref::managed("zone".parse().unwrap());
        let name: DnsName = name.parse().unwrap();
        arch.resource(id, RecordSet::new(zone, name, record_type, [value]));
    };
    let zone = |arch: &mut Architecture| {
        arch.resource("zone", HostedZone::new(DnsName::literal("example.com")))
    };
    let code = "InvalidChangeBatch";
    refused("cname-at-apex", code, |arch| {
        zone(arch);
        record(arch, "a", "example.com", RecordType::Cname, "www.example.org");
    })
    .await;
    refused("record-outside-zone", code, |arch| {
        zone(arch);
        record(arch, "a", "www", RecordType::A, "192.0.2.1");
    })
    .await;
    refused("records-conflict", code, |arch| {
        zone(arch);
        record(arch, "a", "www.example.com", RecordType::A, "192.0.2.1");
        record(arch, "b", "www.example.com", RecordType::Cname, "www.example.org");
    })
    .await;
    refused("record-value-malformed", code, |arch| {
        zone(arch);
        record(arch, "a", "www.example.com", RecordType::A, "www.example.org");
    })
    .await;
    refused("multivalue-refused", code, |arch| {
        let name = DnsName::literal("www.example.com");
        let values = ["192.0.2.1", "192.0.2.2"];
        let zone = zone(arch);
        let record = RecordSet::new(&zone, name, RecordType::A, values);
        let set_identifier = SetIdentifier::literal("a");
        arch.resource("a", record.routed(Routing::Multivalue { set_identifier }));
    })
    .await;
    refused("alias-health-refused", code, |arch| {
        let target = AliasTarget {
            evaluate_target_health: true,
            ..AliasTarget::cloudfront(DnsName::literal("d1.cloudfront.net"))
        };
        let name = DnsName::literal("www.example.com");
        let zone = zone(arch);
        arch.resource("a", RecordSet::alias(&zone, name, RecordType::A, target));
    })
    .await;
    refused("health-check-refused", "InvalidInput", |arch| {
        let address = std::net::IpAddr::from([10, 0, 0, 1]);
        arch.resource("check", route53::HealthCheck::tcp(address, Port::of::<443>()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn tasks_and_services() {
    refused("container-definitions", "ClientException", |arch| {
        arch.resource("task", task([container("web"), container("web")]));
    })
    .await;
    refused("task-without-execution-role", "ClientException", |arch| {
        let mut container = container("web");
        container
            .secrets
            .insert("KEY".into(), "arn:aws:secretsmanager:us-east-1:1:secret:k".into());
        arch.resource("task", task([container]));
    })
    .await;
    refused("service-target-group-unused", "InvalidParameterException", |arch| {
        let net = network(arch);
        let service = service(arch, &net, ContainerPort::of::<80>());
        arch.resource("service", service);
    })
    .await;
    refused("service-port-not-mapped", "InvalidParameterException", |arch| {
        let net = network(arch);
        let service = service(arch, &net, ContainerPort::of::<81>());
        arch.resource("service", service);
    })
    .await;
    refused("service-refused", "InvalidParameterException", |arch| {
        let net = network(arch);
        let mut service = service(arch, &net, ContainerPort::of::<80>());
        service.load_balancers.clear();
        service.health_check_grace_period_seconds = Bounded::of::<60>();
        arch.resource("service", service);
    })
    .await;
    refused("capacity-provider-not-associated", "InvalidParameterException", |arch| {
        let net = network(arch);
        let mut service = service(arch, &net, ContainerPort::of::<80>());
        service.load_balancers.clear();
        service.capacity = CapacityProviderStrategy::only(CapacityProvider::FargateSpot).into();
        arch.resource("service", service);
    })
    .await;
    refused("capacity-provider-not-associated", "InvalidParameterException", |arch| {
        let cluster = arch.resource("cluster", Cluster::builder().build());
        let list = ClusterCapacityProviderAssociations::builder()
            .cluster(&cluster)
            .capacity_providers([CapacityProvider::Fargate])
            .default_capacity_provider_strategy(CapacityProviderStrategy::only(
                CapacityProvider::FargateSpot,
            ));
        arch.resource("list", list.build());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn databases_and_policies() {
    refused("database-single-zone", "DBSubnetGroupDoesNotCoverEnoughAZs", |arch| {
        let net = network(arch);
        database(arch, &net, 1);
    })
    .await;
    refused("database-refused", "InvalidParameterCombination", |arch| {
        let net = network(arch);
        let more = Some(StorageSize::gib::<100>());
        let database = DbInstance { max_allocated_storage: more, ..database(arch, &net, 2) };
        arch.resource("db", database);
    })
    .await;
    refused("parameter-group-family", "InvalidParameterCombination", |arch| {
        let net = network(arch);
        let group = DbParameterGroup::builder()
            .family(DbParameterGroupFamily::literal("postgres15"))
            .description("wrong");
        let group = Some(arch.resource("group", group.build()));
        let database = DbInstance { db_parameter_group: group, ..database(arch, &net, 2) };
        arch.resource("db", database);
    })
    .await;
    caches().await;
    refused("malformed-policy", "MalformedPolicyDocument", |arch| {
        let trust = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])]);
        arch.resource("role", Role::builder().trust(trust).build());
    })
    .await;
    refused("policy-too-long", "LimitExceeded", |arch| {
        let role = arch.resource("role", Role::assumed_by(iam::Service::EcsTasks));
        let buckets = (0..300).map(|n| format!("arn:aws:s3:::a-bucket-with-a-long-name-{n:03}"));
        let policy = PolicyDocument::new([Statement::allow(["s3:ListBucket"]).on(buckets)]);
        let name = PolicyName::new("long").unwrap();
        arch.resource("policy", RolePolicy::new(&role, name, policy));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn web_acls() {
    use elanswer_core::services::{logs, wafv2};

    let acl = |scope, rules: Vec<wafv2::Rule>| {
        let visibility = VisibilityConfig::named(MetricName::literal("it"));
        WebAcl::builder().scope(scope).rules(rules).visibility_config(visibility).build()
    };
    let limit = |name, priority| {
        let rate = RateLimit::of(RequestLimit::of::<100>());
        wafv2::Rule::limiting(name, priority, rate, RuleAction::Block)
    };
    refused("web-acl-refused", "WAFInvalidParameterException", |arch| {
        let one = wafv2::Priority::of::<1>();
        let rules =
            vec![limit(EntityName::literal("a"), one), limit(EntityName::literal("b"), one)];
        arch.resource("acl", acl(WafScope::Regional, rules));
    })
    .await;
    refused("web-acl-refused", "WAFLimitsExceededException", |arch| {
        let rules = (0..11).map(|n| {
            let name = EntityName::new(format!("limit-{n}")).unwrap();
            limit(name, wafv2::Priority::new(n).unwrap())
        });
        arch.resource("acl", acl(WafScope::Regional, rules.collect()));
    })
    .await;
    refused("web-acl-refused", "WAFInvalidParameterException", |arch| {
        let acl = arch.resource("acl", acl(WafScope::Regional, Vec::new()));
        let logs = logs::LogGroup::builder()
            .log_group_name(logs::LogGroupName::literal("/aws/waf"))
            .build();
        let logs = arch.resource("logs", logs);
        arch.resource("logging", LoggingConfiguration::to_log_group(&acl, &logs));
    })
    .await;
    refused("web-acl-in-other-region", "WAFInvalidParameterException", |arch| {
        arch.in_region(Region::EuWest1, |scope| {
            scope.resource("acl", acl(WafScope::CloudFront, Vec::new()));
        });
    })
    .await;
}

/// A cache in the isolated subnets of a network.
fn cache(arch: &mut Architecture) -> ReplicationGroup {
    let net = network(arch);
    let subnets = elasticache::SubnetGroup::builder().description("wrong");
    let subnets = subnets.subnets(net.isolated().subnets()).build();
    let guard = group(arch, "guard", net.vpc());
    ReplicationGroup::builder()
        .replication_group_description("wrong")
        .engine(elasticache::Engine::Redis)
        .engine_version(elasticache::EngineVersion::literal("7.1"))
        .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
        .cache_subnet_group(arch.resource("subnets", subnets))
        .security_groups([guard])
        .build()
}

fn cache_user(engine: elasticache::Engine) -> User {
    User::builder().engine(engine).access_string(AccessString::everything()).build()
}

async fn caches() {
    refused("cache-refused", "InvalidParameterCombination", |arch| {
        let it = ReplicationGroup { automatic_failover_enabled: true, ..cache(arch) };
        arch.resource("cache", it);
    })
    .await;
    refused("cache-refused", "InvalidParameterCombination", |arch| {
        let family = CacheParameterGroupFamily::literal("valkey8");
        let group = ParameterGroup::builder().cache_parameter_group_family(family);
        let group = Some(arch.resource("group", group.description("wrong").build()));
        let it = ReplicationGroup { cache_parameter_group: group, ..cache(arch) };
        arch.resource("cache", it);
    })
    .await;
    refused("cache-refused", "InvalidParameterCombination", |arch| {
        let app = arch.resource("app", cache_user(elasticache::Engine::Redis));
        let users = UserGroup::builder().engine(elasticache::Engine::Valkey).users([&app]);
        let users = [arch.resource("users", users.build())].into();
        let it = ReplicationGroup { user_groups: users, ..cache(arch) };
        arch.resource("cache", it);
    })
    .await;
    refused("cache-refused", "InvalidParameterCombination", |arch| {
        let user_name = Some(elasticache::UserName::literal("other"));
        let user = User { user_name, ..cache_user(elasticache::Engine::Redis) };
        arch.resource("user", user);
    })
    .await;
    refused("cache-refused", "DefaultUserRequired", |arch| {
        let app = arch.resource("app", cache_user(elasticache::Engine::Redis));
        let users = UserGroup::builder().engine(elasticache::Engine::Redis).users([&app]);
        arch.resource("users", users.build());
    })
    .await;
    refused("cache-refused", "DuplicateUserName", |arch| {
        let users = ["one", "two"].map(|id| arch.resource(id, User::disabled_default()));
        let users = UserGroup::builder().engine(elasticache::Engine::Redis).users(users);
        arch.resource("users", users.build());
    })
    .await;
}

/// A target of a service without a load balancer.
fn scaled(arch: &mut Architecture, min: Capacity, max: Capacity) -> Ref<ScalableTarget> {
    let net = network(arch);
    let cluster = arch.resource("cluster", Cluster::builder().build());
    let task = arch.resource("task", task([container("web")]));
    let subnets = net.isolated().subnets().iter().cloned().collect::<Set<_>>();
    let service = Service::builder()
        .cluster(&cluster)
        .task_definition(task)
        .network_configuration(AwsVpcConfiguration::builder().subnets(subnets).build().into())
        .build();
    let service = arch.resource("service", service);
    arch.resource("target", ScalableTarget::of_service(&cluster, &service, min, max))
}

#[tokio::test(start_paused = true)]
async fn scaling() {
    refused("scaling-refused", "ValidationException", |arch| {
        scaled(arch, Capacity::of::<3>(), Capacity::of::<2>());
    })
    .await;
    refused("scaling-refused", "ValidationException", |arch| {
        let target = scaled(arch, Capacity::of::<1>(), Capacity::of::<2>());
        for name in ["cpu", "again"].map(applicationautoscaling::PolicyName::literal) {
            let tracking = TargetTracking::builder()
                .metric(PredefinedMetric::Cpu)
                .target_value(Percent::of::<60>())
                .build();
            let id = name.to_string();
            arch.resource(&id, ScalingPolicy::new(&target, name, tracking));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn images_and_spending() {
    refused("repository-refused", "InvalidParameterException", |arch| {
        let policy = LifecyclePolicy::default();
        arch.resource("images", Repository::builder().lifecycle_policy(policy).build());
    })
    .await;
    refused("budget-refused", "InvalidParameterException", |arch| {
        let told = Notification::actual(Threshold::of::<80>()).to([]);
        let budget = Budget::builder()
            .budget_limit(BudgetLimit::usd(Dollars::whole(100)))
            .notifications_with_subscribers([told]);
        arch.resource("budget", budget.build());
    })
    .await;
    refused("budget-refused", "ValidationException", |arch| {
        let monitor = AnomalyMonitor::of_services(MonitorName::literal("services"));
        let monitor = arch.resource("monitor", monitor);
        let subscription = AnomalySubscription::builder()
            .subscription_name(SubscriptionName::literal("ops"))
            .monitors([monitor])
            .frequency(Frequency::Immediate)
            .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
            .subscribers([Subscriber::Email(EmailAddress::literal("ops@example.com"))]);
        arch.resource("subscription", subscription.build());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn names_within_a_network() {
    let namespace = |vpc: &Ref<Vpc>| {
        PrivateDnsNamespace::builder().name(DnsName::literal("shop.internal")).vpc(vpc).build()
    };
    refused("not-unique", "CANNOT_CREATE_HOSTED_ZONE", |arch| {
        let vpc = vpc(arch, "vpc");
        arch.resource("a", namespace(&vpc));
        arch.resource("b", namespace(&vpc));
    })
    .await;
    refused("not-unique", "ServiceAlreadyExists", |arch| {
        let vpc = vpc(arch, "vpc");
        let namespace = arch.resource("namespace", namespace(&vpc));
        for id in ["a", "b"] {
            let service = servicediscovery::Service::builder()
                .name(ServiceName::literal("orders"))
                .namespace(&namespace)
                .dns_config(DnsConfig::addresses(RecordTtl::of::<10>()))
                .build();
            arch.resource(id, service);
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn alarms() {
    use elanswer_core::services::cloudwatch::{
        ActionArn, Alarm, ComparisonOperator, EvaluationPeriods, Metric, MetricName, Namespace,
        Period, Statistic,
    };

    let alarm = || {
        let metric = Metric::new(Namespace::literal("Shop"), MetricName::literal("Orders"));
        Alarm::builder()
            .metric(metric)
            .statistic(Statistic::Sum)
            .period(Period::MINUTE)
            .threshold(1)
            .comparison_operator(ComparisonOperator::LessThan)
    };
    refused("alarm-refused", "ValidationError", |arch| {
        let long = alarm().evaluation_periods(EvaluationPeriods::of::<1441>());
        arch.resource("alarm", long.build());
    })
    .await;
    refused("alarm-refused", "ValidationError", |arch| {
        let topic = ActionArn::literal("arn:aws:sns:eu-west-1:123456789012:alerts");
        let far = alarm().evaluation_periods(EvaluationPeriods::of::<1>()).alarm_actions([topic]);
        arch.resource("alarm", far.build());
    })
    .await;
}
