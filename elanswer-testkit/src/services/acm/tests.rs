//! When certificates are issued, and what becomes of those that are not.

use std::time::Duration;

use elanswer_core::{
    Action, Architecture, Ref, Region, Zone, apply, cidr, destroy, plan,
    services::{
        acm::{Certificate, DomainName, DomainValidation, IssuedCertificate},
        ec2::{Description, InternetGateway, SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
        elbv2::{self, Listener, ListenerProtocol, LoadBalancer, Port},
        route53::{Answer, DnsName, HostedZone, RecordSet, Ttl},
    },
};

use tokio::time::Instant;

use crate::MockAws;

const DOMAIN: DomainName = DomainName::literal("example.com");
const WILDCARD: DomainName = DomainName::literal("*.example.com");
const SHOP: DomainName = DomainName::literal("shop.example.com");

/// A zone, a certificate for these names with its records, and the wait for it.
fn waiting(
    arch: &mut Architecture,
    others: impl IntoIterator<Item = DomainName>,
) -> Ref<IssuedCertificate> {
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let certificate =
        Certificate::builder().domain_name(DOMAIN).subject_alternative_names(others).build();
    let names = certificate.validated_names();
    let certificate = arch.resource("certificate", certificate);
    let issued = arch.resource("issued", IssuedCertificate::new(&certificate));
    for name in names {
        let record = record(arch, &certificate, &name, &zone);
        arch.options(&issued, |options| _ = options.depends_on(&record));
    }
    issued
}

/// The record that a certificate wants to see for a name, and the validation that tells it.
fn record(
    arch: &mut Architecture,
    certificate: &Ref<Certificate>,
    name: &DomainName,
    zone: &Ref<HostedZone>,
) -> Ref<RecordSet> {
    let validation = DomainValidation::new(certificate, name);
    let validation = arch.resource(&format!("validation-{name}"), validation);
    arch.resource(&format!("record-{name}"), validation.record(zone))
}

fn shop() -> Architecture {
    Architecture::new("shop", Region::UsEast1)
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_issued_after_its_records() {
    let mut arch = shop();
    waiting(&mut arch, [WILDCARD]);
    let (aws, begun) = (MockAws::new(), Instant::now());
    let done = apply(&arch, &aws).await.unwrap();
    assert!(done.is_complete(), "{done}");
    let took = begun.elapsed();
    assert!((120..180).contains(&took.as_secs()), "{took:?}");
    assert!(plan(&arch, &aws).await.unwrap().is_empty());
    assert_eq!(aws.objects::<RecordSet>().len(), 1);
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.inventory().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wait_without_records_ends_and_goes_on() {
    let mut arch = shop();
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let certificate = arch.resource("certificate", Certificate::new(DOMAIN));
    arch.resource("issued", IssuedCertificate::new(&certificate));
    let (aws, begun) = (MockAws::new(), Instant::now());
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    assert!(done.failures[0].error.to_string().contains("to be ready"), "{done}");
    assert!(done.to_string().contains("name the name servers of the zone"), "{done}");
    assert!(begun.elapsed() >= Duration::from_secs(75 * 60));
    record(&mut arch, &certificate, &DOMAIN, &zone);
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    assert!(done.is_complete(), "{done}");
    assert!(plan(&arch, &aws).unchecked().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_certificate_times_out_and_is_replaced() {
    let mut arch = shop();
    arch.resource("certificate", Certificate::new(DOMAIN));
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    tokio::time::sleep(Duration::from_secs(71 * 3600)).await;
    assert!(plan(&arch, &aws).await.unwrap().is_empty());
    tokio::time::sleep(Duration::from_secs(2 * 3600)).await;
    let late = plan(&arch, &aws).await.unwrap();
    assert_eq!(late.step("certificate").unwrap().action, Action::Replace, "{late}");
    assert!(late.to_string().contains("VALIDATION_TIMED_OUT"), "{late}");
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    assert_eq!(aws.objects::<Certificate>().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_certificate_keeps_the_records() {
    let aws = MockAws::new();
    let mut before = shop();
    waiting(&mut before, []);
    assert!(apply(&before, &aws).await.unwrap().is_complete());
    let record = || {
        let records = aws.objects::<RecordSet>().into_iter();
        let mut made = records.map(|record| (record.outputs.id, record.created_at));
        made.next().unwrap()
    };
    let made = record();
    let mut after = shop();
    waiting(&mut after, [WILDCARD]);
    let planned = plan(&after, &aws).await.unwrap();
    assert_eq!(planned.step("certificate").unwrap().action, Action::Replace);
    assert_eq!(planned.step("validation-example.com").unwrap().action, Action::Update);
    assert!(planned.step("record-example.com").is_none(), "{planned}");
    let changes = || {
        let log = aws.log().into_iter();
        log.filter(|call| call.operation == "ChangeResourceRecordSets").count()
    };
    let changed = changes();
    assert!(apply(&after, &aws).await.unwrap().is_complete());
    assert_eq!((record(), changes()), (made, changed));
    assert!(plan(&after, &aws).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_issued_stays_so_and_a_wrong_record_does_not_count() {
    let mut arch = shop();
    waiting(&mut arch, []);
    let aws = MockAws::new();
    assert!(apply(&arch, &aws).await.unwrap().is_complete());
    let wrong = Answer::records(Ttl::of::<300>(), ["elsewhere.example.org"]);
    aws.tamper::<RecordSet>(|record| record.answer = wrong.clone());
    tokio::time::sleep(Duration::from_secs(80 * 3600)).await;
    let planned = plan(&arch, &aws).await.unwrap();
    assert_eq!(planned.steps.len(), 1, "{planned}");

    let aws = MockAws::new();
    let mut arch = shop();
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let certificate = arch.resource("certificate", Certificate::new(DOMAIN));
    let validation = arch.resource("validation", DomainValidation::new(&certificate, &DOMAIN));
    arch.resource("record", RecordSet { answer: wrong, ..validation.record(&zone) });
    arch.resource("issued", IssuedCertificate::new(&certificate));
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    assert_eq!(done.failures.len(), 1, "{done}");
}

#[tokio::test(start_paused = true)]
async fn every_name_needs_its_record() {
    let mut arch = shop();
    let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
    let certificate =
        Certificate::builder().domain_name(DOMAIN).subject_alternative_names([SHOP]).build();
    let certificate = arch.resource("certificate", certificate);
    record(&mut arch, &certificate, &DOMAIN, &zone);
    arch.resource("issued", IssuedCertificate::new(&certificate));
    let done = apply(&arch, &MockAws::new()).unchecked().await.unwrap();
    assert_eq!(done.failures.len(), 1, "{done}");
}

/// An HTTPS listener with a certificate, and all that it needs.
fn listener(arch: &mut Architecture, protocol: ListenerProtocol) {
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let gateway = arch.resource("gateway", InternetGateway::default());
    let attachment = VpcGatewayAttachment::builder().vpc(&vpc).internet_gateway(&gateway).build();
    let attachment = arch.resource("attachment", attachment);
    let subnets =
        [(cidr!("10.0.1.0/24"), 'a'), (cidr!("10.0.2.0/24"), 'b')].map(|(range, zone)| {
            let subnet = Subnet::builder().vpc(&vpc).cidr_block(range);
            let subnet = subnet.availability_zone(Zone::new(Region::UsEast1, zone)).build();
            arch.resource(&format!("subnet-{zone}"), subnet)
        });
    let description = Description::literal("for a test");
    let group = SecurityGroup::builder().group_description(description).vpc(&vpc).build();
    let group = arch.resource("group", group);
    let front = LoadBalancer::builder().subnets(subnets).security_groups([group]).build();
    let front = arch.resource("front", front);
    arch.options(&front, |options| _ = options.depends_on(&attachment));
    let https = Listener::builder()
        .load_balancer(&front)
        .port(Port::of::<443>())
        .protocol(protocol)
        .default_action(elbv2::Action::redirect_to_https())
        .build();
    arch.resource("https", https);
}

#[tokio::test(start_paused = true)]
async fn a_listener_takes_an_issued_certificate_and_keeps_it() {
    let mut arch = shop();
    let issued = waiting(&mut arch, []);
    listener(&mut arch, ListenerProtocol::https(issued.certificate_arn()));
    let aws = MockAws::new();
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    assert!(done.is_complete(), "{done}");
    assert!(plan(&arch, &aws).unchecked().await.unwrap().is_empty());
    let arn = &aws.objects::<Certificate>()[0].outputs.id;
    let listener = &aws.objects::<Listener>()[0].resource;
    let shown = listener.protocol.tls().and_then(|tls| tls.certificate.known());
    assert_eq!(shown.map(elbv2::CertificateArn::as_str), Some(arn.as_str()));
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.inventory().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_listener_refuses_a_certificate_that_is_not_issued() {
    let aws = MockAws::new();
    let mut first = Architecture::new("first", Region::UsEast1);
    first.resource("certificate", Certificate::new(DOMAIN));
    assert!(apply(&first, &aws).await.unwrap().is_complete());
    let arn: elbv2::CertificateArn = aws.objects::<Certificate>()[0].outputs.id.parse().unwrap();
    let mut arch = shop();
    listener(&mut arch, ListenerProtocol::https(arn));
    let done = apply(&arch, &aws).unchecked().await.unwrap();
    assert_eq!(done.failures[0].error.code(), Some("UnsupportedCertificate"), "{done}");
}

#[tokio::test(start_paused = true)]
async fn a_used_certificate_is_not_deleted() {
    let aws = MockAws::new();
    let mut first = Architecture::new("first", Region::UsEast1);
    waiting(&mut first, []);
    assert!(apply(&first, &aws).await.unwrap().is_complete());
    let arn: elbv2::CertificateArn = aws.objects::<Certificate>()[0].outputs.id.parse().unwrap();
    let mut arch = shop();
    listener(&mut arch, ListenerProtocol::https(arn));
    assert!(apply(&arch, &aws).unchecked().await.unwrap().is_complete());
    let done = destroy("first", &aws).await.unwrap();
    assert_eq!(done.failures[0].error.code(), Some("ResourceInUseException"), "{done}");
    assert!(destroy("shop", &aws).await.unwrap().is_complete());
    assert!(destroy("first", &aws).await.unwrap().is_complete());
}

#[tokio::test(start_paused = true)]
async fn names_are_limited() {
    let names = (0..10).map(|n| DomainName::new(format!("n{n}.example.com")).unwrap());
    let mut arch = shop();
    let certificate =
        Certificate::builder().domain_name(DOMAIN).subject_alternative_names(names).build();
    arch.resource("certificate", certificate);
    let done = apply(&arch, &MockAws::new()).unchecked().await.unwrap();
    assert_eq!(done.failures[0].error.code(), Some("LimitExceededException"), "{done}");
    let aws = MockAws::builder().quota("domain names per certificate", 100).build();
    assert!(apply(&arch, &aws).unchecked().await.unwrap().is_complete());
}
