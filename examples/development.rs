//! A stage of the platform for development: small, cheap, and gone without a trace.
//!
//! It is the same blueprint as in production, without the second Region, with one NAT gateway and a
//! small database. What it gives up it gives up knowingly: each rule is suppressed by its name, with
//! the reason, and a rule that it broke besides these would still speak.
//!
//! ```sh
//! cargo run --example development
//! cargo run --example development -- check
//! ```

use std::{error::Error, process::ExitCode};

use elanswer::{Architecture, Platform, Region, cli::Context, services::elbv2::CertificateArn};

/// The rules that a stage for development may break.
const GIVEN_UP: &[(&str, &str)] = &[
    ("single-nat-gateway", "developers can wait until a zone is back"),
    ("database-single-zone", "its data is made up"),
    ("database-without-final-snapshot", "its data is made up"),
    ("deletion-protection-off", "it is built in the morning and removed in the evening"),
];

fn main() -> ExitCode {
    elanswer::cli::main(development)
}

fn development(context: &Context) -> Result<Architecture, Box<dyn Error>> {
    let region = context.region_or(Region::UsEast1);
    let certificate: CertificateArn = match context.var("certificate") {
        Some(arn) => arn.parse()?,
        None => format!(
            "arn:aws:acm:{region}:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
        )
        .parse()?,
    };
    let mut arch = Architecture::new("elanswer-development", region);
    arch.tag("stage", "development");
    for (rule, reason) in GIVEN_UP {
        arch.suppress(rule, "platform", reason)?;
    }
    let platform = arch.add(Platform::development("platform", certificate));
    arch.output("address", platform.load_balancer().dns_name());
    Ok(arch)
}
