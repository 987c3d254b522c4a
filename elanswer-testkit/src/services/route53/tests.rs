//! What Route 53 refuses of zones and records, and with how many calls they are made.

use std::net::IpAddr;

use elanswer_core::{
    Architecture, MemoryStore, Ref, Region, Tags, apply,
    constructs::FailoverAddress,
    destroy,
    executor::{ErrorKind, ExecError},
    plan,
    services::{
        ec2::Eip,
        elbv2::{LoadBalancer, Port},
        route53::{
            AliasTarget, Answer, CountryCode, DnsName, FailoverRole, GeoLocation, HealthCheck,
            HealthThreshold, HostedZone, RecordSet, RecordType, RequestInterval, ResourcePath,
            Routing, SetIdentifier, Ttl, Weight,
        },
    },
};

use crate::{Call, MockAws, Verdict, explore_crashes};

fn name(text: &'static str) -> DnsName {
    DnsName::literal(text)
}

fn zone(arch: &mut Architecture) -> Ref<HostedZone> {
    arch.resource("zone", HostedZone::new(name("example.com")))
}

fn address(zone: &Ref<HostedZone>, at: &'static str) -> RecordSet {
    RecordSet::new(zone, name(at), RecordType::A, ["192.0.2.1"])
}

/// What AWS answers to the records of a zone, one after another; an empty text is a success.
async fn answers(records: impl FnOnce(&Ref<HostedZone>) -> Vec<RecordSet>) -> Vec<String> {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let zone = zone(&mut arch);
    let mut last = None;
    for (nth, record) in records(&zone).into_iter().enumerate() {
        let record = arch.resource(&format!("record-{nth}"), record);
        if let Some(last) = last {
            arch.options(&record, |options| _ = options.depends_on(&last));
        }
        last = Some(record);
    }
    let aws = MockAws::new();
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    let codes: Vec<_> = done.failures.iter().map(|failed| failed.error.code()).collect();
    assert!(codes.iter().all(|code| *code == Some("InvalidChangeBatch")), "{codes:?}");
    done.failures.iter().map(|failed| failed.error.to_string()).collect()
}

#[track_caller]
fn refuses(answers: &[String], why: &str) {
    assert!(answers.iter().any(|answer| answer.contains(why)), "{why}: {answers:?}");
}

#[tokio::test(start_paused = true)]
async fn a_cname_is_alone_and_not_at_the_apex() {
    let cname = |zone: &Ref<HostedZone>, at| {
        RecordSet::new(zone, name(at), RecordType::Cname, ["www.example.org"])
    };
    let found = answers(|zone| vec![cname(zone, "example.com")]).await;
    refuses(&found, "is not permitted at apex");
    let found = answers(|zone| vec![address(zone, "a.example.com"), cname(zone, "a.example.com")]);
    refuses(&found.await, "conflicts with other records");
    let found = answers(|zone| vec![cname(zone, "a.example.com"), address(zone, "a.example.com")]);
    refuses(&found.await, "a conflicting RRSet of type CNAME");
    assert!(answers(|zone| vec![cname(zone, "a.example.com")]).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_lies_in_its_zone_and_has_the_form_of_its_type() {
    refuses(&answers(|zone| vec![address(zone, "a.example.org")]).await, "in zone example.com.");
    let wrong = |zone: &Ref<HostedZone>| {
        RecordSet::new(zone, name("a.example.com"), RecordType::A, ["a.example.org"])
    };
    refuses(&answers(|zone| vec![wrong(zone)]).await, "is not an IPv4 address");
    let servers = |zone: &Ref<HostedZone>| {
        RecordSet::new(zone, name("example.com"), RecordType::Ns, ["ns.example.org"])
    };
    refuses(&answers(|zone| vec![servers(zone)]).await, "already exists");
}

#[tokio::test(start_paused = true)]
async fn a_name_and_type_has_one_policy() {
    let routed = |zone: &Ref<HostedZone>, routing| address(zone, "a.example.com").routed(routing);
    let weighted = |set| Routing::Weighted {
        set_identifier: SetIdentifier::literal(set),
        weight: Weight::of::<1>(),
    };
    let primary = |set| Routing::Failover {
        set_identifier: SetIdentifier::literal(set),
        role: FailoverRole::Primary,
    };
    let german = |set| Routing::Geolocation {
        set_identifier: SetIdentifier::literal(set),
        location: GeoLocation::Country(CountryCode::literal("DE")),
    };
    for (one, two, why) in [
        (Routing::Simple, weighted("a"), "of the policy simple"),
        (weighted("a"), Routing::Simple, "of the policy weighted"),
        (primary("a"), primary("b"), "for the same failover"),
        (german("a"), german("b"), "for the same geolocation"),
    ] {
        refuses(&answers(|zone| vec![routed(zone, one), routed(zone, two)]).await, why);
    }
    let both = answers(|zone| vec![routed(zone, weighted("a")), routed(zone, weighted("b"))]);
    assert!(both.await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_alias_leads_to_something() {
    let alias = |zone: &Ref<HostedZone>, to| {
        let target = AliasTarget::record(zone, name(to));
        RecordSet::alias(zone, name("a.example.com"), RecordType::A, target)
    };
    refuses(&answers(|zone| vec![alias(zone, "b.example.com")]).await, "target was not found");
    let found = answers(|zone| vec![address(zone, "b.example.com"), alias(zone, "b.example.com")]);
    assert!(found.await.is_empty());
    let balancer = AliasTarget::builder()
        .dns_name(name("front.elb.amazonaws.com"))
        .hosted_zone_id("Z35SXDOTRQ7X7K")
        .build();
    let text = |zone: &Ref<HostedZone>| {
        RecordSet::alias(zone, name("a.example.com"), RecordType::Txt, balancer.clone())
    };
    refuses(&answers(|zone| vec![text(zone)]).await, "no records of this type");
    let front = Ref::<LoadBalancer>::existing("arn");
    assert!(AliasTarget::load_balancer(&front).evaluate_target_health);
}

#[tokio::test(start_paused = true)]
async fn a_zone_with_records_stays() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let zone = zone(&mut arch);
    arch.resource("record", address(&zone, "a.example.com"));
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    // Somebody else's record, that elanswer knows nothing of.
    let mut theirs = Architecture::new("theirs", Region::UsEast1);
    let zone_id = aws.objects::<HostedZone>()[0].outputs.id.clone();
    theirs.resource("record", address(&Ref::existing(zone_id), "b.example.com"));
    assert!(apply(&theirs, &aws).unchecked().await.unwrap().is_complete());
    let done = destroy("shop", &aws).await.unwrap();
    let failure = &done.failures[0].error;
    assert_eq!(
        (failure.code(), failure.kind()),
        (Some("HostedZoneNotEmpty"), ErrorKind::Dependency)
    );
    assert!(destroy("theirs", &aws).await.unwrap().is_complete());
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.inventory().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_the_same_already_is_taken_and_what_differs_is_not() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    zone(&mut arch);
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let zone = Ref::existing(&aws.objects::<HostedZone>()[0].outputs.id);
    let with = |stack: &str, ttl| {
        let mut arch = Architecture::new(stack, Region::UsEast1);
        let answer = Answer::records(ttl, ["192.0.2.1"]);
        arch.resource("record", RecordSet { answer, ..address(&zone, "a.example.com") });
        arch
    };
    for stack in ["first", "same"] {
        let arch = with(stack, Ttl::of::<300>());
        assert!(apply(&arch, &aws).unchecked().await.unwrap().is_complete());
    }
    let other = apply(&with("other", Ttl::of::<60>()), &aws).unchecked().await.unwrap();
    assert!(other.failures[0].error.to_string().contains("already exists"), "{other:?}");
}

#[tokio::test(start_paused = true)]
async fn a_drifted_record_is_removed_all_the_same() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let zone = zone(&mut arch);
    arch.resource("record", address(&zone, "a.example.com"));
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    aws.tamper::<RecordSet>(|record| {
        record.answer = Answer::records(Ttl::of::<1>(), ["192.0.2.9"])
    });
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.inventory().is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_records_are_made_in_one_call_and_read_in_one() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let zone = zone(&mut arch);
    for n in 0..100 {
        let at = DnsName::new(format!("host-{n}.example.com")).unwrap();
        arch.resource(
            &format!("record-{n}"),
            RecordSet::new(&zone, at, RecordType::A, ["192.0.2.1"]),
        );
    }
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let count =
        |operation: &str| aws.log().iter().filter(|call| call.operation == operation).count();
    assert_eq!(count("ChangeResourceRecordSets"), 1);
    assert!(plan(&arch, &aws).await.unwrap().is_empty());
    assert_eq!(count("ListResourceRecordSets"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_zone_whose_tags_were_not_set_gets_them() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.tag("team", "web");
    zone(&mut arch);
    let aws = MockAws::new();
    let mut first = true;
    let _guard = aws.fault(move |call: &Call| {
        if call.operation == "ChangeTagsForResource" && std::mem::take(&mut first) {
            Verdict::Reject("InternalError".to_owned())
        } else {
            Verdict::Pass
        }
    });
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let zones = aws.objects::<HostedZone>();
    assert_eq!(zones.len(), 1);
    assert_eq!(zones[0].tags.clone().declared(), Tags::new().with("team", "web"));
    assert!(zones[0].tags.get("elanswer:stack").is_some());
}

/// What is made of a health check: its codes.
async fn refusals(describe: impl FnOnce(&mut Architecture)) -> Vec<String> {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    describe(&mut arch);
    let done = apply(&arch, &MockAws::new()).unchecked().await.unwrap();
    let code = |error: &ExecError| error.code().unwrap_or_default().to_owned();
    done.failures.iter().map(|failed| code(&failed.error)).collect()
}

fn health(host: &'static str) -> HealthCheck {
    HealthCheck::https(name(host), ResourcePath::literal("/"))
}

#[tokio::test(start_paused = true)]
async fn only_addresses_of_the_internet_are_checked() {
    let check = |address: [u8; 4]| HealthCheck::tcp(IpAddr::from(address), Port::of::<443>());
    assert!(refusals(|arch| _ = arch.resource("check", check([1, 2, 3, 4]))).await.is_empty());
    let refused = refusals(|arch| _ = arch.resource("check", check([10, 0, 0, 1]))).await;
    assert_eq!(refused, ["InvalidInput"]);
    let own = refusals(|arch| {
        let address = arch.resource("address", Eip::default());
        arch.resource("check", HealthCheck::tcp(&address, Port::of::<443>()));
    });
    assert!(own.await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_refers_to_no_health_check_is_refused() {
    let refused = refusals(|arch| {
        let zone = zone(arch);
        arch.resource("record", address(&zone, "a.example.com").checked(Ref::existing("gone")));
        let child = Ref::<HealthCheck>::existing("gone");
        arch.resource("all", HealthCheck::calculated(HealthThreshold::of::<1>(), [child]));
    });
    let mut refused = refused.await;
    refused.sort_unstable();
    assert_eq!(refused, ["InvalidInput", "NoSuchHealthCheck"]);
}

#[tokio::test(start_paused = true)]
async fn a_health_check_goes_though_others_use_it() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.resource("check", health("a.example.com"));
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let id = &aws.objects::<HealthCheck>()[0].outputs.health_check_id;
    let mut theirs = Architecture::new("theirs", Region::UsEast1);
    let zone = zone(&mut theirs);
    theirs.resource("record", address(&zone, "a.example.com").checked(Ref::existing(id)));
    assert!(apply(&theirs, &aws).unchecked().await.unwrap().is_complete());
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.objects::<HealthCheck>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_caller_reference_is_one_health_check_for_ever() {
    let world = MockAws::new();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.resource("check", health("a.example.com"));
    let mut lost = true;
    let guard = world.fault(move |call: &Call| {
        if call.operation == "CreateHealthCheck" && std::mem::take(&mut lost) {
            Verdict::LoseResponse
        } else {
            Verdict::Pass
        }
    });
    assert!(apply(&arch, &world).await.unwrap().is_complete());
    drop(guard);
    let checks = world.objects::<HealthCheck>();
    assert_eq!(checks.len(), 1);
    assert!(checks[0].tags.get("elanswer:stack").is_some());
    assert!(plan(&arch, &world).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_quota_is_kept() {
    let aws = MockAws::builder().quota("health checks", 1).build();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    for host in ["a.example.com", "b.example.com"] {
        arch.resource(host, health(host));
    }
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    let failure = &done.failures[0].error;
    assert_eq!((failure.code(), failure.kind()), (Some("TooManyHealthChecks"), ErrorKind::Quota));
}

/// A health check that was made, and the same with another port.
async fn made() -> (MockAws, Architecture) {
    let described = |port: Option<Port>| {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let check = health("a.example.com");
        let check = check.with_endpoint(|it| it.port = port.unwrap_or(it.port));
        arch.resource("check", check);
        arch
    };
    let aws = MockAws::new();
    assert!(apply(&described(None), &aws).await.unwrap().is_complete());
    (aws, described(Some(Port::of::<8443>())))
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_wrote_meanwhile_is_not_overwritten() {
    let (aws, changed) = made().await;
    let mut theirs = Architecture::new("theirs", Region::UsEast1);
    theirs.resource("check", health("b.example.com"));
    let id = aws.objects::<HealthCheck>()[0].outputs.health_check_id.clone();
    let other = (aws.clone(), MemoryStore::new());
    elanswer_core::import(&theirs, &other).object("check", &id).await.unwrap();
    assert!(apply(&theirs, &other).await.unwrap().is_complete());
    let done = apply(&changed, &aws).refresh(false).await.unwrap();
    let failure = &done.failures[0].error;
    assert_eq!(
        (failure.code(), failure.kind()),
        (Some("HealthCheckVersionMismatch"), ErrorKind::Conflict)
    );
    // The next plan has seen what they wrote.
    assert!(apply(&changed, &aws).await.unwrap().is_complete());
    assert_eq!(aws.objects::<HealthCheck>()[0].outputs.health_check_version, 3);
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_is_known_for_ours() {
    let (aws, changed) = made().await;
    let mut lost = true;
    let guard = aws.fault(move |call: &Call| {
        if call.operation == "UpdateHealthCheck" && std::mem::take(&mut lost) {
            Verdict::LoseResponse
        } else {
            Verdict::Pass
        }
    });
    assert!(apply(&changed, &aws).await.unwrap().is_complete());
    drop(guard);
    assert_eq!(aws.objects::<HealthCheck>()[0].outputs.health_check_version, 2);
    assert!(plan(&changed, &aws).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn many_health_checks_are_read_in_one_call() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    for n in 0..25 {
        let host = DnsName::new(format!("host-{n}.example.com")).unwrap();
        arch.resource(&format!("check-{n}"), HealthCheck::https(host, ResourcePath::literal("/")));
    }
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let before = aws.log().len();
    assert!(plan(&arch, &aws).await.unwrap().is_empty());
    let calls: Vec<String> = aws.log().into_iter().skip(before).map(|it| it.operation).collect();
    assert_eq!(
        calls,
        [
            "ListHealthChecks",
            "ListTagsForResources",
            "ListTagsForResources",
            "ListTagsForResources"
        ]
    );
}

/// A name that fails over, whose health check is of this port and looks so often.
fn failing_over(port: Port, request_interval: RequestInterval) -> Architecture {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.tag("team", "web");
    let zone = zone(&mut arch);
    let check = health("a.example.com").with_endpoint(|it| {
        it.port = port;
        it.request_interval = request_interval;
    });
    let address = FailoverAddress::new("www", &zone, name("www.example.com"))
        .primary(IpAddr::from([192, 0, 2, 1]), check)
        .secondary(IpAddr::from([192, 0, 2, 2]));
    arch.add(address);
    arch
}

#[test]
fn a_crash_leaves_no_health_check_behind() {
    let (slow, fast) = (RequestInterval::Seconds30, RequestInterval::Seconds10);
    for read_lag in [0, 5] {
        let exploring = explore_crashes(&failing_over(Port::of::<443>(), slow))
            .changed_to(&failing_over(Port::of::<8443>(), slow))
            .changed_to(&failing_over(Port::of::<8443>(), fast))
            .aws(move || MockAws::builder().read_lag(read_lag).build());
        let report = exploring.run().unwrap();
        assert!(report.is_clean(), "{report}");
        assert!(report.boundaries > 50, "{report}");
    }
}
