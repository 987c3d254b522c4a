//! Rule: endpoint-refused
//!
//! Severity: error
//!
//! A VPC endpoint is what AWS refuses: a second one under the name of a service in a VPC, or one
//! under a name in a VPC without DNS support and DNS hostnames (`InvalidParameter`); a second gateway
//! to a service in a route table (`RouteAlreadyExists`); more than five security groups; a policy of
//! more than 20,480 characters, or one that compares an account or a VPC with a pattern.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html>,
//! <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
//!
//! Fix: as the message says.
//!
//! Suppress: never.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::{EndpointType, VpcEndpoint},
};

pub(crate) const RULE: Rule = Rule {
    slug: "endpoint-refused",
    severity: Severity::Error,
    summary: "AWS refuses a VPC endpoint.",
    check,
};

/// The most security groups of a network interface, unless the quota is raised.
const MAX_GROUPS: usize = 5;

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let (mut tables, mut names) = (BTreeMap::new(), BTreeMap::new());
    for (node, endpoint) in ctx.all::<VpcEndpoint>() {
        for fault in endpoint.policy_faults() {
            out.push(node, format!("AWS refuses its policy: {fault}"), "correct the policy");
        }
        match &endpoint.endpoint_type {
            EndpointType::Gateway(gateway) => {
                for table in &gateway.route_tables {
                    let key = (&node.place, gateway.service, table);
                    if let Some(other) = second(&mut tables, key, node) {
                        out.push(
                            node,
                            format!(
                                "`{}` leads to `{}` by way of `{}`",
                                table.id().map_or_else(
                                    || table.known().unwrap_or_default(),
                                    |id| id.as_str()
                                ),
                                gateway.service,
                                other.id
                            ),
                            "keep one of the two, or give each other route tables",
                        );
                    }
                }
            }
            EndpointType::Interface(interface) => {
                let count = interface.security_groups.len();
                if count > MAX_GROUPS {
                    out.push(
                        node,
                        format!("has {count} security groups, AWS allows {MAX_GROUPS}"),
                        "guard it with fewer groups",
                    );
                }
                if !interface.private_dns_enabled {
                    continue;
                }
                let key = (&node.place, &interface.service, &endpoint.vpc);
                if let Some(other) = second(&mut names, key, node) {
                    out.push(
                        node,
                        format!("`{}` stands for `{}` in its VPC", interface.service, other.id),
                        "keep one of the two, or set `private_dns_enabled` of one to false",
                    );
                }
                let Some((vpc, typed)) = ctx.get(&endpoint.vpc) else { continue };
                if !(typed.enable_dns_support && typed.enable_dns_hostnames) {
                    out.push(
                        node,
                        format!(
                            "has a name in `{}`, which lacks DNS support or DNS hostnames",
                            vpc.id
                        ),
                        format!(
                            "set `enable_dns_support` and `enable_dns_hostnames` of `{}`",
                            vpc.id
                        ),
                    );
                }
            }
        }
    }
}

/// The node that had this key first, when `node` is another.
fn second<'a, K: Ord>(
    first: &mut BTreeMap<K, &'a Node>,
    key: K,
    node: &'a Node,
) -> Option<&'a Node> {
    match first.entry(key) {
        Entry::Vacant(entry) => {
            entry.insert(node);
            None
        }
        Entry::Occupied(entry) => Some(entry.get()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, group, managed, network},
        cidr,
        reference::Ref,
        services::{
            ec2::{GatewayService, InterfaceEndpoint, InterfaceService, RouteTable, Vpc},
            iam::{Operator, PolicyDocument, Principal, Statement},
        },
    };

    const LOGS: InterfaceService = InterfaceService::LOGS;

    fn logs(vpc: &Ref<Vpc>) -> VpcEndpoint {
        VpcEndpoint::interface(vpc, LOGS, [managed("main/private-a")], [managed("group")])
    }

    fn s3(vpc: &Ref<Vpc>, table: &'static str) -> VpcEndpoint {
        VpcEndpoint::gateway(vpc, GatewayService::S3, [managed::<RouteTable>(table)])
    }

    #[test]
    fn fires_on_a_second_one_of_a_name_or_a_table() {
        check(
            &RULE,
            |arch| {
                let vpc = network(arch).vpc().clone();
                arch.resource("a", logs(&vpc));
                arch.resource("b", logs(&vpc));
                arch.resource("c", s3(&vpc, "main/private-a-routes"));
                arch.resource("d", s3(&vpc, "main/private-a-routes"));
            },
            &[
                "error b: `logs` stands for `a` in its VPC",
                "error d: `main/private-a-routes` leads to `s3` by way of `c`",
            ],
        );
    }

    #[test]
    fn fires_on_a_vpc_without_names_on_groups_and_on_policies() {
        check(
            &RULE,
            |arch: &mut Architecture| {
                let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
                let groups: Vec<_> = ["1", "2", "3", "4", "5", "6"]
                    .iter()
                    .map(|id| group(arch, &format!("group-{id}")))
                    .collect();
                arch.resource("a", VpcEndpoint::interface(&vpc, LOGS, [], groups));
                let ours = Statement::allow(["s3:GetObject"]).to([Principal::Any]).on(["*"]).when(
                    Operator::STRING_LIKE,
                    "aws:PrincipalAccount",
                    ["1234*"],
                );
                let policy = PolicyDocument::new([ours]);
                arch.resource("b", s3(&vpc, "table").with_policy(policy));
            },
            &[
                "error a: has 6 security groups, AWS allows 5",
                "error a: has a name in `vpc`, which lacks DNS support or DNS hostnames",
                "error b: AWS refuses its policy: `aws:PrincipalAccount` is compared with a pattern",
            ],
        );
    }

    #[test]
    fn accepts_another_service_table_vpc_and_one_without_the_name() {
        check(
            &RULE,
            |arch| {
                let vpc = network(arch).vpc().clone();
                arch.resource("a", logs(&vpc));
                let kms = VpcEndpoint::interface(&vpc, InterfaceService::KMS, [], []);
                arch.resource("b", kms);
                arch.resource("c", logs(&Ref::existing("vpc-1")));
                let unnamed = InterfaceEndpoint::builder().service(LOGS).subnets([]);
                let unnamed = unnamed.security_groups([]).private_dns_enabled(false).build();
                let unnamed = VpcEndpoint::builder().vpc(&vpc).endpoint_type(unnamed).build();
                arch.resource("d", unnamed);
                arch.resource("e", s3(&vpc, "main/private-a-routes"));
                arch.resource("f", s3(&vpc, "main/private-b-routes"));
                let tables = [managed::<RouteTable>("main/private-a-routes")];
                let tables = VpcEndpoint::gateway(&vpc, GatewayService::DynamoDb, tables);
                arch.resource("g", tables);
            },
            &[],
        );
    }
}
