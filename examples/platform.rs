//! The main job: a whole three-tier platform, described, checked, planned and applied.
//!
//! ```sh
//! cargo run --example platform                      # everything, on an AWS in memory
//! cargo run --example platform -- plan --json
//! DATABASE_PASSWORD=… cargo run --example platform --features aws -- \
//!     apply --target aws --state ./state --var domain=shop.example --var mail=ops@shop.example \
//!     --var source=shop/platform
//! ```
//!
//! `--var domain=NAME` is the name that it answers at: `elanswer.example`, unless given. Its zone is
//! made with it, or `--var zone=ID` names one that exists. AWS issues the certificate of the load
//! balancer once the zone answers for the domain in the whole world; `--var certificate=ARN` takes
//! one that was issued before. `--var keep=yes` protects the database and the load balancer from
//! deletion, as a production platform should be; without it `destroy` removes everything.
//!
//! `--var mail=ADDRESS` is who hears of what is wrong, `--var budget=DOLLARS` what a month may cost,
//! or `none`, and `--var source=OWNER/REPOSITORY` what is built and deployed; unless given, they are
//! those of nobody. `--var connection=ARN` is a connection to GitHub that somebody has completed, and
//! `--var without=cache,tracing` leaves parts out. The database has a read replica, and so a password
//! of yours: it is taken from the variable `DATABASE_PASSWORD` of the environment; on an AWS in memory
//! it is made up.
//!
//! Five things are outside of the platform. `--var rotation=ARN` names the function that changes the
//! secret that signs sessions, and `--var login-rotation=ARN` the one that changes the password of the
//! database; tasks have the value of the moment when they started, so start them anew after a
//! rotation. `--var standby=ADDRESS` is what answers while the load balancer does not,
//! `--var europe=NAME` the distribution of CloudFront for viewers in Europe, and `--var monitor=ARN`
//! the monitor of unusual costs that the account may have. On an AWS in memory there is a stand-in
//! for each but the monitor, which is made.

use std::{error::Error, net::IpAddr, process::ExitCode};

use elanswer::{
    Architecture, Dollars, Input, Part, PartError, Platform, Ref, Region, Site,
    cli::Context,
    constructs::{AddressTarget, Certificate},
    services::{
        acm::DomainName,
        codeconnections::ConnectionArn,
        elbv2::CertificateArn,
        route53::{Continent, DnsName, HealthCheck, HostedZone, ResourcePath},
        secretsmanager::FunctionArn,
        wafv2::{ByteMatch, CountryCode, FieldToMatch, Position, RuleAction, SearchString},
    },
};
use mimalloc::MiMalloc;
use serde_json::json;

/// A plan and an apply are made of many small trees: with this allocator they take a seventh less.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Why the zone answers for the domain.
const DELEGATED: &str = "whoever applies has the domain delegated to the zone";

/// Why the connection to GitHub will be there.
const COMPLETED: &str = "whoever applies completes it in the console";

/// An address and a distribution of no one, for an AWS in memory.
const STANDBY: &str = "203.0.113.10";
const EUROPE: &str = "d111111abcdef8.cloudfront.net";

/// Who asks from where the platform does no business.
const REFUSED: [CountryCode; 2] = [CountryCode::literal("KP"), CountryCode::literal("SY")];

/// What a variable names, or its stand-in on an AWS in memory.
fn outside<'a>(context: &'a Context, key: &str, stand_in: &'a str) -> Option<&'a str> {
    context.var(key).or_else(|| context.is_mock().then_some(stand_in))
}

fn main() -> ExitCode {
    elanswer::cli::main(platform)
}

fn platform(context: &Context) -> Result<Architecture, Box<dyn Error>> {
    let region = context.region_or(Region::UsEast1);
    let mut arch = Architecture::new("elanswer", region);
    arch.tag("project", "elanswer");

    let domain = context.var("domain").unwrap_or("elanswer.example");
    let name: DnsName = domain.parse()?;
    let (site, origin): (DomainName, DomainName) =
        (domain.parse()?, format!("origin.{domain}").parse()?);
    let zone = match context.var("zone") {
        Some(id) => Ref::existing(id),
        None => arch.resource("zone", HostedZone::new(name)),
    };
    let certificate: Input<CertificateArn> = match context.var("certificate") {
        Some(arn) => arn.parse::<CertificateArn>()?.into(),
        None => {
            arch.suppress("zone-may-not-answer", "certificate", DELEGATED)?;
            let certificate = Certificate::dns("certificate", origin.clone());
            arch.add(certificate.validated_in(&zone)).arn().into()
        }
    };

    let mut site = Site::new(&zone, site, origin);
    if let Some(address) = outside(context, "standby", STANDBY) {
        site = site.standby(address.parse::<IpAddr>()?);
    }
    if let Some(name) = outside(context, "europe", EUROPE) {
        let name: DnsName = name.parse()?;
        let check = HealthCheck::https(name.clone(), ResourcePath::literal("/"));
        site = site.sends(Continent::Europe, AddressTarget::cloudfront(name).checked_by(check));
    }

    // The other side of the continent is far enough for backups.
    let second = if region == Region::UsWest2 { Region::UsEast1 } else { Region::UsWest2 };
    let mut platform = Platform::new("platform", certificate).copied_to(second).delivered_at(site);
    let rotate = format!("arn:aws:lambda:{region}:123456789012:function:rotate-session-key");
    if let Some(function) = outside(context, "rotation", &rotate) {
        platform = platform.session_key_rotated_by(function.parse::<FunctionArn>()?);
    }
    let rotate = format!("arn:aws:lambda:{region}:123456789012:function:rotate-login");
    if let Some(function) = outside(context, "login-rotation", &rotate) {
        platform = platform.login_rotated_by(function.parse::<FunctionArn>()?);
    }
    if let Some(arn) = context.var("monitor") {
        platform = platform.spending_monitored_by(Ref::existing(arn));
    }
    arch.suppress("zone-may-not-answer", "platform", DELEGATED)?;
    match context.var("connection") {
        Some(arn) => platform = platform.connected_by(arn.parse::<ConnectionArn>()?),
        None => arch.suppress("connection-needs-handshake", "platform", COMPLETED)?,
    }
    match context.var("budget").unwrap_or("3000") {
        "none" => {}
        dollars => platform = platform.budget(dollars.parse::<Dollars>()?),
    }
    if let Some(parts) = context.var("without") {
        let parts: Result<Vec<Part>, PartError> = parts.split(',').map(str::parse).collect();
        platform = platform.without(parts?);
    }
    platform = platform
        .alerts([context.var("mail").unwrap_or("ops@elanswer.example")])
        .deployed_from(context.var("source").unwrap_or("elanswer/platform"), "main")
        .services_call_each_other()
        .block_countries(REFUSED)
        .against_ddos()
        .firewall_rule(
            "no-admin",
            ByteMatch::new(
                FieldToMatch::path(),
                Position::StartsWith,
                SearchString::literal("/admin"),
            ),
            RuleAction::Block,
        );
    let password = match std::env::var("DATABASE_PASSWORD") {
        Ok(password) => password,
        Err(_) if context.is_mock() => "only-in-memory".to_owned(),
        Err(_) => return Err("the database needs a password: set `DATABASE_PASSWORD`".into()),
    };
    let login = json!({ "username": "postgres", "password": password }).to_string();
    let login = arch.secret("database-login", 1, login);
    let password = arch.secret("database-password", 1, password);
    platform = platform.replicas(1, &password, &login);
    if context.var("keep") != Some("yes") {
        platform = platform.disposable();
        let reason = "the example can be destroyed again";
        for rule in ["deletion-protection-off", "database-without-final-snapshot"] {
            arch.suppress(rule, "platform", reason)?;
        }
    }
    let platform = arch.add(platform);
    arch.output("domain", domain);
    arch.output("address", platform.load_balancer().dns_name());
    Ok(arch)
}
