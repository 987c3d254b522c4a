//! Cases of Amazon Route 53.

use elanswer_core::{
    Architecture, Ref, Region, Resource, Tags,
    services::route53::{
        AliasTarget, Answer, Continent, CountryCode, DnsName, FailoverRole, GeoLocation,
        HealthCheck, HostedZone, HostedZoneConfig, RecordSet, RecordType, ResourcePath, Routing,
        SetIdentifier, SubdivisionCode, Ttl, Weight, ZoneComment,
    },
};

use super::Case;

pub(super) mod health_check;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "route53_hosted_zone",
        kind: HostedZone::SCHEMA.kind,
        made: || with_zone(&ZONE, Some(ZoneComment::literal("conformance")), Tags::new()),
        updated: Some(|| {
            let tags = Tags::new().with("Name", "renamed");
            with_zone(&ZONE, Some(ZoneComment::literal("changed")), tags)
        }),
        replaced: Some(|| with_zone(&OTHER_ZONE, None, Tags::new())),
    },
    Case {
        name: "route53_record_set",
        kind: RecordSet::SCHEMA.kind,
        made: || with_records(|zones| vec![addresses(&zones.0, Ttl::of::<300>(), "192.0.2.2")]),
        updated: Some(|| {
            with_records(|zones| vec![addresses(&zones.0, Ttl::of::<60>(), "192.0.2.3")])
        }),
        replaced: Some(|| {
            with_records(|zones| {
                let it = addresses(&zones.1, Ttl::of::<60>(), "192.0.2.3");
                vec![RecordSet { name: DnsName::literal("www.elanswer-2.example").into(), ..it }]
            })
        }),
    },
    Case {
        name: "route53_record_set_retyped",
        kind: RecordSet::SCHEMA.kind,
        made: || with_records(|zones| vec![addresses(&zones.0, Ttl::of::<300>(), "192.0.2.2")]),
        updated: None,
        // A `CNAME` is the only record of its name, so the addresses go first.
        replaced: Some(|| {
            with_records(|zones| {
                let target = "www.elanswer-2.example";
                vec![RecordSet::new(&zones.0, WWW, RecordType::Cname, [target])]
            })
        }),
    },
    Case {
        name: "route53_record_set_renamed",
        kind: RecordSet::SCHEMA.kind,
        made: || {
            with_records(|zones| {
                let value = RecordType::quoted("a text with \"quotation marks\"");
                vec![RecordSet::new(&zones.0, TEXT, RecordType::Txt, [value])]
            })
        },
        updated: None,
        replaced: Some(|| {
            with_records(|zones| {
                vec![RecordSet::new(&zones.0, ANY, RecordType::Mx, ["10 mail.elanswer.example"])]
            })
        }),
    },
    Case {
        name: "route53_record_set_alias",
        kind: RecordSet::SCHEMA.kind,
        made: || with_alias("a.elanswer.example", false),
        updated: Some(|| with_alias("b.elanswer.example", true)),
        replaced: None,
    },
    Case {
        name: "route53_record_set_weighted",
        kind: RecordSet::SCHEMA.kind,
        made: || {
            with_records(|zones| {
                vec![weighted(&zones.0, ONE, Weight::of::<10>()), weighted_two(&zones.0)]
            })
        },
        updated: Some(|| {
            with_records(|zones| {
                vec![weighted(&zones.0, ONE, Weight::of::<20>()), weighted_two(&zones.0)]
            })
        }),
        replaced: Some(|| {
            with_records(|zones| {
                let three = SetIdentifier::literal("three");
                vec![weighted(&zones.0, three, Weight::of::<20>()), weighted_two(&zones.0)]
            })
        }),
    },
    Case {
        name: "route53_record_set_checked",
        kind: RecordSet::SCHEMA.kind,
        made: || with_checked("one"),
        updated: Some(|| with_checked("two")),
        replaced: None,
    },
    Case {
        name: "route53_record_set_of_every_policy",
        kind: RecordSet::SCHEMA.kind,
        made: || with_records(|zones| every_policy(&zones.0)),
        updated: None,
        replaced: None,
    },
];

const ZONE: DnsName = DnsName::literal("elanswer.example");
const OTHER_ZONE: DnsName = DnsName::literal("elanswer-2.example");
const WWW: DnsName = DnsName::literal("www.elanswer.example");
const TEXT: DnsName = DnsName::literal("_text.elanswer.example");
const ANY: DnsName = DnsName::literal("*.elanswer.example");
const ONE: SetIdentifier = SetIdentifier::literal("one");
const TWO: SetIdentifier = SetIdentifier::literal("two");

fn with_zone(name: &DnsName, comment: Option<ZoneComment>, tags: Tags) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let zone = HostedZone::builder().name(name.clone()).config(HostedZoneConfig { comment });
    arch.resource("it", zone.tags(tags).build());
    arch
}

/// Two zones with records: the first is `it`.
fn with_records(
    records: impl FnOnce(&(Ref<HostedZone>, Ref<HostedZone>)) -> Vec<RecordSet>,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let zones = (
        arch.resource("zone", HostedZone::new(ZONE)),
        arch.resource("other-zone", HostedZone::new(OTHER_ZONE)),
    );
    for (nth, record) in records(&zones).into_iter().enumerate() {
        let id = if nth == 0 { "it".to_owned() } else { format!("record-{nth}") };
        arch.resource(&id, record);
    }
    arch
}

fn addresses(zone: &Ref<HostedZone>, ttl: Ttl, second: &str) -> RecordSet {
    let answer = Answer::records(ttl, ["192.0.2.1", second]);
    RecordSet { answer, ..RecordSet::new(zone, WWW, RecordType::A, ["192.0.2.1"]) }
}

/// An alias for one of two records.
fn with_alias(target: &'static str, evaluate_target_health: bool) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let zone = arch.resource("zone", HostedZone::new(ZONE));
    let targets = ["a.elanswer.example", "b.elanswer.example"].map(|name| {
        let target = RecordSet::new(&zone, DnsName::literal(name), RecordType::A, ["192.0.2.1"]);
        arch.resource(name, target)
    });
    let target = AliasTarget {
        evaluate_target_health,
        ..AliasTarget::record(&zone, DnsName::literal(target))
    };
    let it = arch.resource("it", RecordSet::alias(&zone, WWW, RecordType::A, target));
    arch.options(&it, |options| {
        for target in &targets {
            options.depends_on(target);
        }
    });
    arch
}

/// A record that is an answer while one of two health checks says so.
fn with_checked(check: &str) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let zone = arch.resource("zone", HostedZone::new(ZONE));
    let [one, two] = ["one", "two"].map(|id| {
        let path = ResourcePath::literal("/health");
        arch.resource(id, HealthCheck::http(WWW, path))
    });
    let check = if check == "one" { one } else { two };
    arch.resource("it", addresses(&zone, Ttl::of::<60>(), "192.0.2.2").checked(check));
    arch
}

fn weighted(zone: &Ref<HostedZone>, set_identifier: SetIdentifier, weight: Weight) -> RecordSet {
    addresses(zone, Ttl::of::<60>(), "192.0.2.2")
        .routed(Routing::Weighted { set_identifier, weight })
}

fn weighted_two(zone: &Ref<HostedZone>) -> RecordSet {
    weighted(zone, TWO, Weight::of::<5>())
}

/// A failover, records for each other policy and for each form of location, and an alias of IPv6.
fn every_policy(zone: &Ref<HostedZone>) -> Vec<RecordSet> {
    let record = |name: &'static str, routing: Routing| {
        RecordSet::new(zone, DnsName::literal(name), RecordType::A, ["192.0.2.1"]).routed(routing)
    };
    let failover = |set_identifier, role| {
        record("failover.elanswer.example", Routing::Failover { set_identifier, role })
    };
    let located = |set_identifier, location| {
        record("geo.elanswer.example", Routing::Geolocation { set_identifier, location })
    };
    let latency = |set_identifier, region| {
        record("latency.elanswer.example", Routing::Latency { set_identifier, region })
    };
    let several = |set_identifier, value: &str| {
        let name = DnsName::literal("several.elanswer.example");
        RecordSet::new(zone, name, RecordType::Aaaa, [value])
            .routed(Routing::Multivalue { set_identifier })
    };
    let files = AliasTarget::cloudfront(DnsName::literal("d111111abcdef8.cloudfront.net"));
    let usa = CountryCode::literal("US");
    let new_york = GeoLocation::Subdivision(usa.clone(), SubdivisionCode::literal("NY"));
    vec![
        failover(ONE, FailoverRole::Primary),
        failover(TWO, FailoverRole::Secondary),
        located(ONE, GeoLocation::Default),
        located(TWO, GeoLocation::Continent(Continent::Europe)),
        located(SetIdentifier::literal("three"), GeoLocation::Country(usa)),
        located(SetIdentifier::literal("four"), new_york),
        latency(ONE, Region::UsEast1),
        latency(TWO, Region::EuWest1),
        several(ONE, "2001:db8::1"),
        several(TWO, "2001:db8::2"),
        RecordSet::alias(zone, DnsName::literal("ipv6.elanswer.example"), RecordType::Aaaa, files),
    ]
}
