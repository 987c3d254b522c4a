//! Rule: reference-across-regions
//!
//! Severity: error
//!
//! A resource takes the id of an EC2 object, such as a VPC or a subnet, that lives in another
//! Region.
//! Such ids mean something in their own Region only: AWS answers `InvalidVpcID.NotFound`,
//! `InvalidSubnetID.NotFound` or the like.
//! A peering connection is the exception, because it names the Region of its peer.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resources.html>
//!
//! Fix: declare both in the same Region, or connect the Regions by peering.
//!
//! Suppress: when the kind of the resource names the Region of what it takes, as peering does.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    schema::Scope,
};

pub(crate) const RULE: Rule = Rule {
    slug: "reference-across-regions",
    severity: Severity::Error,
    summary: "A resource takes the id of an EC2 object in another Region.",
    check,
};

/// Kinds with a property for the Region of their peer.
const PEERING: [&str; 1] = ["AWS::EC2::VPCPeeringConnection"];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for node in ctx.nodes() {
        let schema = node.resource.schema();
        if schema.scope == Scope::Global || PEERING.contains(&schema.kind.as_str()) {
            continue;
        }
        for reference in node.references() {
            let Some(target) = ctx.node(&reference.resource) else { continue };
            let other = target.resource.schema();
            if other.kind.service() == "EC2"
                && reference.output == other.identifier
                && target.place.region != node.place.region
            {
                out.push(
                    node,
                    format!(
                        "is in `{}`, but takes the id of `{}`, which is in `{}`",
                        node.place.region, target.id, target.place.region
                    ),
                    "declare both in the same Region",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::check,
        cidr,
        region::{Region, Zone},
        services::ec2::{Subnet, Vpc},
    };

    fn describe(region: Region) -> impl FnOnce(&mut crate::Architecture) {
        move |arch| {
            let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
            let subnet = Subnet::builder()
                .vpc(vpc)
                .cidr_block(cidr!("10.0.1.0/24"))
                .availability_zone(Zone::new(region, 'a'))
                .build();
            arch.in_region(region, |scope| _ = scope.resource("subnet", subnet));
        }
    }

    #[test]
    fn fires_on_a_vpc_of_another_region() {
        check(
            &RULE,
            describe(Region::EuWest1),
            &[
                "error subnet: is in `eu-west-1`, but takes the id of `vpc`, which is in `us-east-1`",
            ],
        );
    }

    #[test]
    fn accepts_one_region() {
        check(&RULE, describe(Region::UsEast1), &[]);
    }
}
