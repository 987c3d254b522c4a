//! Rule: unknown-zone
//!
//! Severity: error
//!
//! A subnet names an Availability Zone of another Region than its own; AWS answers
//! `InvalidParameterValue`.
//! A zone of the right Region that accounts usually do not see is a warning: which letters an
//! account sees depends on its age.
//!
//! Source: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>
//!
//! Fix: take one of the zones that the message names.
//!
//! Suppress: when `aws ec2 describe-availability-zones` shows the zone in your account.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    region::Region,
    services::ec2::Subnet,
};

pub(crate) const RULE: Rule = Rule {
    slug: "unknown-zone",
    severity: Severity::Error,
    summary: "A subnet is in a zone that its Region does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, subnet) in ctx.all::<Subnet>() {
        let (zone, region) = (subnet.availability_zone, node.place.region);
        let help = format!("take one of {}", zones(region));
        if zone.region() != region {
            out.push(node, format!("`{zone}` is not a zone of `{region}`"), help);
        } else if !zone.exists() {
            let message = format!("accounts usually do not see `{zone}`");
            out.push_as(Severity::Warning, node, message, help);
        }
    }
}

fn zones(region: Region) -> String {
    let letters = region.zone_letters().chars();
    letters.map(|letter| format!("`{region}{letter}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, subnet},
        cidr,
    };

    #[test]
    fn fires_on_another_region_and_on_an_unusual_letter() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", subnet("vpc", cidr!("10.0.0.0/24"), 'z'));
                let elsewhere = subnet("vpc", cidr!("10.0.1.0/24"), 'a');
                arch.in_region(Region::EuWest1, |scope| _ = scope.resource("b", elsewhere));
            },
            &[
                "error b: `us-east-1a` is not a zone of `eu-west-1`",
                "warning a: accounts usually do not see `us-east-1z`",
            ],
        );
    }

    #[test]
    fn accepts_every_zone_of_the_region() {
        check(
            &RULE,
            |arch| {
                for letter in Region::UsEast1.zone_letters().chars() {
                    let subnet = subnet("vpc", cidr!("10.0.0.0/24"), letter);
                    arch.resource(&format!("subnet-{letter}"), subnet);
                }
            },
            &[],
        );
    }
}
