//! Rule: not-unique
//!
//! Severity: error
//!
//! Two resources of a kind have the same value where AWS allows it once: a name, the subnet of a
//! route table association, the destination of a route.
//! AWS answers the second with `RouteAlreadyExists`, `Resource.AlreadyAssociated`,
//! `DuplicateLoadBalancerName` or the like.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
//!
//! Fix: give each a value of its own, or leave names out: elanswer then makes them up.
//!
//! Suppress: never.

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::Value;

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    region::Place,
    schema::Kind,
};

pub(crate) const RULE: Rule = Rule {
    slug: "not-unique",
    severity: Severity::Error,
    summary: "Two resources of a kind share a value that AWS allows once.",
    check,
};

/// Kinds for which another rule says it better.
const ELSEWHERE: [&str; 4] = [
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::EC2::Subnet",
    "AWS::EC2::VPCEndpoint",
    "AWS::Route53::RecordSet",
];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut first: BTreeMap<(Kind, &Place, Vec<String>), &Node> = BTreeMap::new();
    for node in ctx.nodes() {
        let schema = node.resource.schema();
        if ELSEWHERE.contains(&schema.kind.as_str()) {
            continue;
        }
        let Some(values) = values(node) else { continue };
        match first.entry((schema.kind, &node.place, values)) {
            Entry::Vacant(entry) => _ = entry.insert(node),
            Entry::Occupied(entry) => {
                let (shown, other) = (shown(node), &entry.get().id);
                out.push(
                    node,
                    format!("has {shown} in common with `{other}`, which AWS allows once"),
                    format!("give it a value of its own, or remove `{other}`"),
                );
            }
        }
    }
}

/// The values of the exclusive properties, when the kind has such and all of them are set.
fn values(node: &Node) -> Option<Vec<String>> {
    let exclusive = node.resource.schema().exclusive;
    let value = |name: &&str| node.properties().get(*name).map(Value::to_string);
    exclusive.iter().map(value).collect::<Option<Vec<_>>>().filter(|values| !values.is_empty())
}

/// The exclusive properties, with their values where these are plain text or numbers.
fn shown(node: &Node) -> String {
    let shown = |name: &&str| match node.properties().get(*name) {
        Some(Value::String(text)) => format!("{name} `{text}`"),
        Some(Value::Number(number)) => format!("{name} `{number}`"),
        _ => format!("its {name}"),
    };
    node.resource.schema().exclusive.iter().map(shown).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, managed, network},
        region::Region,
        services::{
            ec2::{RouteTable, Subnet, SubnetRouteTableAssociation},
            logs::{LogGroup, LogGroupName},
        },
    };

    fn logs(name: &'static str) -> LogGroup {
        LogGroup::builder().log_group_name(LogGroupName::literal(name)).build()
    }

    #[test]
    fn fires_on_a_name_and_on_a_second_association() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", logs("app"));
                arch.resource("b", logs("app"));
                let net = network(arch);
                let table = arch.resource("table", RouteTable::new(net.vpc()));
                let subnet = managed::<Subnet>("main/public-a");
                arch.resource("zz", SubnetRouteTableAssociation::new(&subnet, &table));
            },
            &[
                "error b: has LogGroupName `app` in common with `a`, which AWS allows once",
                "error zz: has its SubnetId in common with `main/public-a-route-table-association`, which AWS allows once",
            ],
        );
    }

    #[test]
    fn accepts_other_names_other_regions_and_no_name() {
        check(
            &RULE,
            |arch| {
                arch.resource("a", logs("app"));
                arch.resource("b", logs("web"));
                arch.resource("c", LogGroup::default());
                arch.resource("d", LogGroup::default());
                arch.in_region(Region::EuWest1, |scope| _ = scope.resource("e", logs("app")));
            },
            &[],
        );
    }
}
