//! Cases of Elastic Load Balancing.
//!
//! Access logs and HTTPS are not among them: a bucket and an issued certificate would have to
//! exist in the account.

use elanswer_core::{
    Architecture, Cidr, Ref, Region, Resource, Tags, Zone, cidr,
    services::{
        ec2::{InternetGateway, SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
        elbv2::{
            Action, Conditions, ContentType, DeregistrationDelay, DesyncMitigation, FixedResponse,
            FixedStatus, HealthCheck, HealthCheckInterval, HealthCheckPort, HealthCheckTimeout,
            HostPattern, IdleTimeout, Listener, ListenerRule, LoadBalancer, LoadBalancerAttributes,
            PathPattern, Port, Priority, Protocol, Redirect, RedirectStatus, Scheme, TargetGroup,
            TargetGroupAttributes, Threshold,
        },
    },
};

use super::{Case, ec2::security_group::DESCRIPTION};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "elbv2_load_balancer",
        kind: LoadBalancer::SCHEMA.kind,
        made: || with_load_balancer(protected),
        updated: Some(|| with_load_balancer(renamed)),
        replaced: Some(|| with_load_balancer(|net| internal(net, Scheme::Internal))),
    },
    Case {
        name: "elbv2_target_group",
        kind: TargetGroup::SCHEMA.kind,
        made: || with_target_group(|vpc| targets(vpc, Port::of::<8080>())),
        updated: Some(|| with_target_group(retuned)),
        replaced: Some(|| with_target_group(|vpc| targets(vpc, Port::of::<8081>()))),
    },
    Case {
        name: "elbv2_listener",
        kind: Listener::SCHEMA.kind,
        made: || {
            with_listener(|front| listener(&front.balancers.0, Port::of::<80>(), forward(front)))
        },
        updated: Some(|| {
            with_listener(|front| listener(&front.balancers.0, Port::of::<8080>(), not_found()))
        }),
        replaced: Some(|| {
            with_listener(|front| listener(&front.balancers.1, Port::of::<8080>(), not_found()))
        }),
    },
    Case {
        name: "elbv2_listener_rule",
        kind: ListenerRule::SCHEMA.kind,
        made: || {
            with_rule(|listeners, front| {
                rule(&listeners.0, Priority::of::<10>(), paths(), forward(front))
            })
        },
        updated: Some(|| {
            with_rule(|listeners, _| rule(&listeners.0, Priority::of::<20>(), hosts(), moved()))
        }),
        replaced: Some(|| {
            with_rule(|listeners, _| rule(&listeners.1, Priority::of::<20>(), hosts(), moved()))
        }),
    },
];

/// A VPC with an internet gateway, three subnets in as many zones, and two security groups.
struct Net {
    vpc: Ref<Vpc>,
    attachment: Ref<VpcGatewayAttachment>,
    subnets: (Ref<Subnet>, Ref<Subnet>, Ref<Subnet>),
    groups: (Ref<SecurityGroup>, Ref<SecurityGroup>),
}

fn net(arch: &mut Architecture) -> Net {
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let gateway = arch.resource("gateway", InternetGateway::default());
    let attachment = VpcGatewayAttachment::builder().vpc(&vpc).internet_gateway(&gateway).build();
    let subnet = |cidr: Cidr, zone: char| {
        Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr)
            .availability_zone(Zone::new(Region::UsEast1, zone))
            .build()
    };
    let group = || SecurityGroup::builder().group_description(DESCRIPTION).vpc(&vpc).build();
    Net {
        attachment: arch.resource("attachment", attachment),
        subnets: (
            arch.resource("subnet-a", subnet(cidr!("10.0.1.0/24"), 'a')),
            arch.resource("subnet-b", subnet(cidr!("10.0.2.0/24"), 'b')),
            arch.resource("subnet-c", subnet(cidr!("10.0.3.0/24"), 'c')),
        ),
        groups: (arch.resource("group", group()), arch.resource("other-group", group())),
        vpc,
    }
}

fn with_load_balancer(balancer: impl FnOnce(&Net) -> LoadBalancer) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let net = net(&mut arch);
    let it = arch.resource("it", balancer(&net));
    arch.options(&it, |options| {
        options.depends_on(&net.attachment);
    });
    arch
}

fn internal(net: &Net, scheme: Scheme) -> LoadBalancer {
    LoadBalancer::builder()
        .scheme(scheme)
        .subnets([net.subnets.0.clone(), net.subnets.1.clone()])
        .security_groups([net.groups.0.clone()])
        .build()
}

fn protected(net: &Net) -> LoadBalancer {
    LoadBalancer {
        attributes: LoadBalancerAttributes::builder().deletion_protection(true).build(),
        ..internal(net, Scheme::InternetFacing)
    }
}

fn renamed(net: &Net) -> LoadBalancer {
    let attributes = LoadBalancerAttributes::builder()
        .desync_mitigation(DesyncMitigation::Strictest)
        .drop_invalid_header_fields(true)
        .http2(false)
        .idle_timeout(IdleTimeout::of::<120>())
        .build();
    LoadBalancer::builder()
        .subnets([net.subnets.1.clone(), net.subnets.2.clone()])
        .security_groups([net.groups.1.clone()])
        .attributes(attributes)
        .tags(Tags::new().with("Name", "renamed"))
        .build()
}

fn with_target_group(group: impl FnOnce(&Ref<Vpc>) -> TargetGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    arch.resource("it", group(&vpc));
    arch
}

fn targets(vpc: &Ref<Vpc>, port: Port) -> TargetGroup {
    TargetGroup::builder().vpc(vpc).port(port).build()
}

fn retuned(vpc: &Ref<Vpc>) -> TargetGroup {
    let check = HealthCheck::builder()
        .interval(HealthCheckInterval::of::<10>())
        .maybe_path("/health".parse().ok())
        .port(HealthCheckPort::Other(Port::of::<8081>()))
        .protocol(Protocol::Https)
        .timeout(HealthCheckTimeout::of::<4>())
        .healthy_threshold(Threshold::of::<2>())
        .maybe_matcher("200-299".parse().ok())
        .unhealthy_threshold(Threshold::of::<3>())
        .build();
    let attributes = TargetGroupAttributes::builder()
        .deregistration_delay(DeregistrationDelay::of::<30>())
        .stickiness(true)
        .build();
    TargetGroup::builder()
        .vpc(vpc)
        .port(Port::of::<8080>())
        .health_check(check)
        .attributes(attributes)
        .tags(Tags::new().with("Name", "renamed"))
        .build()
}

/// Two load balancers, and targets of the first.
struct Front {
    balancers: (Ref<LoadBalancer>, Ref<LoadBalancer>),
    targets: Ref<TargetGroup>,
}

fn front(arch: &mut Architecture) -> Front {
    let net = net(arch);
    Front {
        balancers: (
            arch.resource("front", internal(&net, Scheme::Internal)),
            arch.resource("other-front", internal(&net, Scheme::Internal)),
        ),
        targets: arch.resource("targets", targets(&net.vpc, Port::of::<8080>())),
    }
}

fn with_listener(listener: impl FnOnce(&Front) -> Listener) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let front = front(&mut arch);
    arch.resource("it", listener(&front));
    arch
}

fn listener(balancer: &Ref<LoadBalancer>, port: Port, action: Action) -> Listener {
    Listener::builder().load_balancer(balancer).port(port).default_action(action).build()
}

fn with_rule(
    rule: impl FnOnce(&(Ref<Listener>, Ref<Listener>), &Front) -> ListenerRule,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let front = front(&mut arch);
    let balancer = &front.balancers.0;
    let listeners = (
        arch.resource("listener", listener(balancer, Port::of::<80>(), not_found())),
        arch.resource("other-listener", listener(balancer, Port::of::<8080>(), not_found())),
    );
    arch.resource("it", rule(&listeners, &front));
    arch
}

fn rule(
    listener: &Ref<Listener>,
    priority: Priority,
    conditions: Conditions,
    action: Action,
) -> ListenerRule {
    ListenerRule::builder()
        .listener(listener)
        .priority(priority)
        .conditions(conditions)
        .action(action)
        .build()
}

fn paths() -> Conditions {
    Conditions::path(["/api/*", "/v?"].into_iter().flat_map(str::parse::<PathPattern>))
}

fn hosts() -> Conditions {
    let hosts = ["*.example.com"].into_iter().flat_map(str::parse::<HostPattern>);
    Conditions { host_header: hosts.collect(), ..paths() }
}

fn forward(front: &Front) -> Action {
    Action::forward(&front.targets)
}

fn not_found() -> Action {
    Action::FixedResponse(
        FixedResponse::builder()
            .status_code(FixedStatus::NOT_FOUND)
            .content_type(ContentType::Plain)
            .message_body("nothing here")
            .build(),
    )
}

fn moved() -> Action {
    Action::Redirect(
        Redirect::builder()
            .host("www.example.com")
            .port(Port::of::<8080>())
            .status_code(RedirectStatus::Temporary)
            .build(),
    )
}
