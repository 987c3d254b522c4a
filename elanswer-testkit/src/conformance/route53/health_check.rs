//! Cases of the health checks of Amazon Route 53.

use std::net::IpAddr;

use elanswer_core::{
    Architecture, Input, Region, Resource, Tags,
    services::{
        cloudwatch::AlarmName,
        elbv2::Port,
        route53::{
            AlarmCheck, CalculatedCheck, CheckerRegion, CheckerRegions, DnsName, Endpoint,
            EndpointCheck, FailureThreshold, HealthCheck, HealthThreshold, HttpRequest, HttpTarget,
            InsufficientDataStatus, RequestInterval, ResourcePath, SearchString, TcpTarget,
        },
    },
};

use crate::conformance::Case;

pub(in crate::conformance) const CASES: &[Case] = &[
    Case {
        name: "route53_health_check",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(HealthCheck::https(HOST, HEALTH)),
        updated: Some(|| {
            let tags = Tags::new().with("Name", "renamed");
            with(HealthCheck { tags, ..HealthCheck::from(changed()) })
        }),
        replaced: Some(|| {
            with(EndpointCheck { request_interval: RequestInterval::Seconds10, ..changed() }.into())
        }),
    },
    Case {
        name: "route53_health_check_latency",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(HealthCheck::http(HOST, HEALTH)),
        updated: None,
        replaced: Some(|| {
            with(HealthCheck::http(HOST, HEALTH).with_endpoint(|it| it.measure_latency = true))
        }),
    },
    Case {
        name: "route53_health_check_search",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(search([1, 2, 3, 4], HOST, Some("fine"), EAST)),
        updated: Some(|| with(search([1, 2, 3, 5], OTHER_HOST, Some("well"), WEST))),
        // Without a text to search for it is of another type.
        replaced: Some(|| with(search([1, 2, 3, 5], OTHER_HOST, None, WEST))),
    },
    Case {
        name: "route53_health_check_defaults",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(search([1, 2, 3, 4], HOST, None, EAST)),
        // No path, no name of the host, and all Regions.
        updated: Some(|| {
            let address = IpAddr::from([1, 2, 3, 4]);
            let request = HttpRequest::builder().target(address).build();
            let check = EndpointCheck::builder().endpoint(Endpoint::Http(request));
            with(check.port(Port::of::<80>()).build().into())
        }),
        replaced: None,
    },
    Case {
        name: "route53_health_check_tcp",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(HealthCheck::tcp(IpAddr::from([1, 2, 3, 4]), Port::of::<5432>())),
        updated: Some(|| with(HealthCheck::tcp(IpAddr::from([1, 2, 3, 5]), Port::of::<5433>()))),
        // An address is neither added nor removed in place.
        replaced: Some(|| with(HealthCheck::tcp(TcpTarget::from(HOST), Port::of::<5433>()))),
    },
    Case {
        name: "route53_health_check_calculated",
        kind: HealthCheck::SCHEMA.kind,
        made: || with_calculated(&["one", "two"], HealthThreshold::of::<1>(), false),
        updated: Some(|| {
            with_calculated(&["one", "three", "two"], HealthThreshold::of::<2>(), true)
        }),
        replaced: None,
    },
    Case {
        name: "route53_health_check_alarm",
        kind: HealthCheck::SCHEMA.kind,
        made: || with(HealthCheck::alarm(AlarmName::literal("late"), Region::UsEast1)),
        updated: Some(|| {
            let check = AlarmCheck::builder()
                .alarm(AlarmName::literal("later"))
                .region(Region::EuWest1)
                .insufficient_data(InsufficientDataStatus::Unhealthy)
                .inverted(true);
            with(check.build().into())
        }),
        replaced: Some(|| with(HealthCheck::http(HOST, HEALTH))),
    },
];

const HOST: DnsName = DnsName::literal("a.elanswer.example");
const OTHER_HOST: DnsName = DnsName::literal("b.elanswer.example");
const HEALTH: ResourcePath = ResourcePath::literal("/health");
const EAST: CheckerRegions = CheckerRegions::literal(&[
    CheckerRegion::ApNortheast1,
    CheckerRegion::ApSoutheast1,
    CheckerRegion::ApSoutheast2,
]);
const WEST: CheckerRegions = CheckerRegions::literal(&[
    CheckerRegion::EuWest1,
    CheckerRegion::UsEast1,
    CheckerRegion::UsWest1,
    CheckerRegion::UsWest2,
]);

fn with(check: HealthCheck) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", check);
    arch
}

/// [`HealthCheck::https`] with all that changes in place.
fn changed() -> EndpointCheck {
    let request = HttpRequest::to(OTHER_HOST, ResourcePath::literal("/deep?all=yes"));
    EndpointCheck::builder()
        .endpoint(Endpoint::Https { request, enable_sni: false })
        .port(Port::of::<8443>())
        .failure_threshold(FailureThreshold::of::<5>())
        .inverted(true)
        .build()
}

/// A request to an address, for a text or for any answer.
fn search(
    address: [u8; 4],
    host: DnsName,
    text: Option<&'static str>,
    regions: CheckerRegions,
) -> HealthCheck {
    let ip_address = Input::Literal(address.into());
    let request = HttpRequest::builder()
        .target(HttpTarget::Address { ip_address, host: Some(host.into()) })
        .resource_path(HEALTH)
        .maybe_search_string(text.map(SearchString::literal))
        .build();
    EndpointCheck::builder()
        .endpoint(Endpoint::Http(request))
        .port(Port::of::<80>())
        .regions(regions)
        .build()
        .into()
}

/// Three health checks, and one over some of them.
fn with_calculated(of: &[&str], threshold: HealthThreshold, inverted: bool) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let children = ["one", "three", "two"].map(|id| {
        let host = DnsName::new(format!("{id}.elanswer.example")).unwrap_or(HOST);
        (id, arch.resource(id, HealthCheck::http(host, HEALTH)))
    });
    let children = children.into_iter().filter(|(id, _)| of.contains(id)).map(|(_, child)| child);
    let check = CalculatedCheck::builder().children(children).threshold(threshold);
    arch.resource("it", HealthCheck::from(check.inverted(inverted).build()));
    arch
}
