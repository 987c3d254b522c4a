//! What a crash does to a platform: a program dies at every API call and at every write of the
//! state, and the next one puts it right.
//!
//! ```sh
//! cargo run --release --example explore_crashes
//! ```
//!
//! It explores the apply from nothing, an update in place, a replacement, and the destroy. It ends
//! with a line of JSON, and fails if any crash left an orphan, a duplicate or a difference.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it does")]

use std::{error::Error, net::IpAddr, process::ExitCode};

use elanswer::{
    Architecture, Dollars, Platform, Region, Site, cidr,
    constructs::{AddressTarget, Certificate},
    services::{
        acm::DomainName,
        ec2::{Description, Ports, Protocol, SecurityGroup, SecurityGroupIngress},
        logs::{LogGroup, Retention},
        route53::{Continent, DnsName, HealthCheck, HostedZone, ResourcePath},
        secretsmanager::FunctionArn,
    },
    testkit::explore_crashes,
};

/// What differs from release to release.
#[derive(Clone, Copy)]
struct Release {
    /// Changed with the tags of everything, and a new task definition.
    image: &'static str,
    /// Changed in place.
    retention: Retention,
    /// Changed by making another group, its rules with it.
    guests: &'static str,
}

const FIRST: Release =
    Release { image: "shop/api:1", retention: Retention::Days30, guests: "the auditors" };

/// A whole platform, and a door for guests.
fn platform(release: Release) -> Result<Architecture, Box<dyn Error>> {
    let mut arch = Architecture::new("elanswer", Region::UsEast1);
    arch.tag("image", release.image);
    let [domain, origin] = ["elanswer.example", "origin.elanswer.example"].map(DomainName::literal);
    let zone = arch.resource("zone", HostedZone::new(DnsName::from(&domain)));
    let certificate = Certificate::dns("certificate", origin.clone()).validated_in(&zone);
    let certificate = arch.add(certificate);

    let europe = DnsName::literal("d111111abcdef8.cloudfront.net");
    let check = HealthCheck::https(europe.clone(), ResourcePath::literal("/"));
    let site = Site::new(&zone, domain, origin)
        .standby(IpAddr::from([203, 0, 113, 10]))
        .sends(Continent::Europe, AddressTarget::cloudfront(europe).checked_by(check));
    let rotation: FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:rotate".parse()?;
    let changes: FunctionArn =
        "arn:aws:lambda:us-east-1:123456789012:function:rotate-login".parse()?;
    let password = arch.secret("database-password", 1, "correct-horse");
    let login = r#"{"username":"postgres","password":"correct-horse"}"#;
    let login = arch.secret("database-login", 1, login);
    let platform = Platform::new("platform", certificate.arn())
        .api_image(release.image)
        .services_call_each_other()
        .replicas(1, &password, &login)
        .login_rotated_by(changes)
        .copied_to(Region::UsWest2)
        .delivered_at(site)
        .session_key_rotated_by(rotation)
        .against_ddos()
        .deployed_from("elanswer/platform", "main")
        .alerts(["ops@elanswer.example"])
        .budget(Dollars::whole(3000));
    let platform = arch.add(platform.disposable());

    let audit = LogGroup::builder().retention_in_days(release.retention);
    arch.resource("audit", audit.build());
    let guests = SecurityGroup::builder()
        .group_description(Description::new(release.guests)?)
        .vpc(platform.network().vpc());
    let guests = arch.resource("guests", guests.build());
    let https = SecurityGroupIngress::builder()
        .group(&guests)
        .protocol(Protocol::Tcp(Ports::one(443)))
        .peer(cidr!("10.0.0.0/16"));
    arch.resource("guests-https", https.build());
    Ok(arch)
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let updated =
        Release { image: "shop/api:2", retention: Retention::Days90, guests: FIRST.guests };
    let replaced = Release { guests: "the guests of the auditors", ..FIRST };
    let report = explore_crashes(&platform(FIRST)?)
        .changed_to(&platform(updated)?)
        .changed_to(&platform(replaced)?)
        .progress(|progress| {
            if progress.done.is_multiple_of(100) || progress.done == progress.boundaries {
                eprintln!("{progress}");
            }
        })
        .run()?;
    eprintln!("{report}");
    println!("{}", serde_json::to_string(&report)?);
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
