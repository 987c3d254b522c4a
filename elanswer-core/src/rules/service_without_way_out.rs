//! Rule: service-without-way-out
//!
//! Severity: warning
//!
//! The tasks of a service run in a subnet without a route to the internet, and VPC endpoints do not
//! lead to all that they need to start: the API, the registry and the S3 bucket of Amazon ECR for an
//! image there, CloudWatch Logs for their output, Secrets Manager or Systems Manager for their secrets.
//! They stop with `ResourceInitializationError` or `CannotPullContainerError`.
//! The same happens in a public subnet to a task without a public address.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>
//!
//! Fix: put the tasks into private subnets with a NAT gateway, or add the VPC endpoints that the
//! message names.
//!
//! Suppress: when VPC endpoints or routes are added outside of this architecture.

use std::collections::BTreeSet;

use crate::{
    architecture::Node,
    checks::{
        Diagnostics, Rule, RuleContext, Typed, WayOut,
        firewall::{blocked, covers},
    },
    diagnostic::Severity,
    reference::{Input, Ref, references_in},
    region::Region,
    services::{
        ec2::{
            GatewayService, InterfaceService, Peer, Ports, Protocol, SecurityGroup, Subnet, Vpc,
            VpcEndpoint,
        },
        ecs::{AssignPublicIp, ContainerDefinition, Service, TaskDefinition},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "service-without-way-out",
    severity: Severity::Warning,
    summary: "The tasks of a service cannot reach what they need to start.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, service) in ctx.all::<Service>() {
        let network = &service.network_configuration.awsvpc_configuration;
        for subnet in &network.subnets {
            let why = match (ctx.way_out(subnet), network.assign_public_ip) {
                (WayOut::Nowhere, _) => "which has no route out",
                (WayOut::InternetGateway(_), AssignPublicIp::Disabled) => {
                    "which is public, without public addresses"
                }
                _ => continue,
            };
            let Some((there, typed)) = ctx.get(subnet) else { continue };
            let endpoints = Endpoints::of(ctx, &typed.vpc);
            if endpoints.0.is_empty() {
                out.push(
                    node,
                    format!("cannot pull its image in `{}`, {why}", there.id),
                    "put it into private subnets with a NAT gateway, or add VPC endpoints",
                );
                continue;
            }
            let Some((_, task)) = ctx.get(&service.task_definition) else { continue };
            let needs = Needs::of(ctx, task, node.place.region);
            let lacking = endpoints.lacking(ctx, &needs, subnet);
            if !lacking.is_empty() {
                let words: Vec<String> = lacking.iter().map(|it| format!("`{it}`")).collect();
                out.push(
                    node,
                    format!("cannot reach {} in `{}`, {why}", words.join(", "), there.id),
                    "put it into private subnets with a NAT gateway, or add VPC endpoints for them",
                );
            }
            if needs.s3
                && !lacking.iter().any(|it| it == GatewayService::S3.as_str())
                && !to_s3(ctx, service)
            {
                out.push(
                    node,
                    format!(
                        "cannot reach `s3` in `{}`: its groups do not let `tcp 443` out to public \
                         addresses, which S3 has behind the gateway too",
                        there.id
                    ),
                    "let `tcp 443` out to every address: where no route leads out, that is S3 alone",
                );
            }
            for (endpoint, service_name) in endpoints.closed(ctx, &needs, service) {
                out.push(
                    node,
                    format!(
                        "cannot reach `{service_name}` in `{}`: `tcp 443` does not get through to \
                         `{}`",
                        there.id, endpoint.id
                    ),
                    format!("let `tcp 443` out to a group of `{0}`, and into `{0}`", endpoint.id),
                );
            }
        }
    }
}

/// What a task needs to start.
#[derive(Default)]
struct Needs {
    interfaces: BTreeSet<InterfaceService>,
    /// The layers of images of ECR.
    s3: bool,
    /// Images of registries that no endpoint leads to.
    elsewhere: BTreeSet<String>,
}

impl Needs {
    fn of(ctx: &RuleContext<'_>, task: &TaskDefinition, region: Region) -> Self {
        let mut needs = Self::default();
        for container in &task.container_definitions {
            needs.image(container, region);
            let logs = container.log_configuration.as_ref();
            if logs.is_some_and(|logs| logs.region == region) {
                needs.interfaces.insert(InterfaceService::LOGS);
            }
            let secrets = container.secrets.values();
            needs.interfaces.extend(secrets.map(|secret| keeper(ctx, secret)));
        }
        needs
    }

    /// An image that is not known yet needs nothing that is known.
    fn image(&mut self, container: &ContainerDefinition, region: Region) {
        let Some(image) = container.image.known() else { return };
        let host = image.split('/').next().unwrap_or_default();
        if host.ends_with(&format!(".dkr.ecr.{region}.amazonaws.com")) {
            self.interfaces.extend([InterfaceService::ECR_API, InterfaceService::ECR_DKR]);
            self.s3 = true;
        } else {
            self.elsewhere.insert(image.clone());
        }
    }
}

/// The service that keeps a secret of a container: an ARN of Secrets Manager, or the name or ARN of a
/// parameter.
fn keeper(ctx: &RuleContext<'_>, secret: &Input<String>) -> InterfaceService {
    let tree = serde_json::to_value(secret).unwrap_or_default();
    let mut references = Vec::new();
    references_in(&tree, &mut references);
    let of_parameter = references
        .iter()
        .filter_map(|reference| ctx.node(&reference.resource))
        .any(|node| node.resource.schema().kind.service() == "SSM");
    let name = secret.known().is_some_and(|text| !text.starts_with("arn:"));
    if of_parameter || name || tree.to_string().contains(":ssm:") {
        InterfaceService::SSM
    } else {
        InterfaceService::SECRETS_MANAGER
    }
}

/// The endpoints of a VPC.
struct Endpoints<'a>(Vec<Typed<'a, VpcEndpoint>>);

impl<'a> Endpoints<'a> {
    fn of(ctx: &RuleContext<'a>, vpc: &Ref<Vpc>) -> Self {
        Self(ctx.all::<VpcEndpoint>().filter(|(_, endpoint)| endpoint.vpc == *vpc).collect())
    }

    /// The endpoints that stand for a service in the whole VPC.
    fn to(&self, service: &InterfaceService) -> impl Iterator<Item = Typed<'a, VpcEndpoint>> {
        self.0.iter().copied().filter(move |(_, endpoint)| {
            let interface = endpoint.as_interface();
            interface.is_some_and(|it| it.service == *service && it.private_dns_enabled)
        })
    }

    /// What no endpoint leads to from a subnet.
    fn lacking(&self, ctx: &RuleContext<'_>, needs: &Needs, subnet: &Ref<Subnet>) -> Vec<String> {
        let interfaces = needs.interfaces.iter().filter(|it| self.to(it).next().is_none());
        let mut lacking: Vec<String> = interfaces.map(ToString::to_string).collect();
        let table = ctx.route_table_of(subnet);
        let to_s3 = self.0.iter().filter_map(|(_, endpoint)| endpoint.as_gateway()).any(|it| {
            it.service == GatewayService::S3
                && table.is_some_and(|table| it.route_tables.contains(table))
        });
        if needs.s3 && !to_s3 {
            lacking.push(GatewayService::S3.to_string());
        }
        lacking.extend(needs.elsewhere.iter().cloned());
        lacking
    }

    /// Endpoints that security groups keep the tasks of a service from.
    fn closed<'b>(
        &'b self,
        ctx: &'b RuleContext<'_>,
        needs: &'b Needs,
        service: &'b Service,
    ) -> impl Iterator<Item = (&'a Node, &'b InterfaceService)> {
        let from = &service.network_configuration.awsvpc_configuration.security_groups;
        let found =
            needs.interfaces.iter().flat_map(|it| self.to(it).map(move |found| (found, it)));
        found.filter_map(move |((node, endpoint), it)| {
            let to = &endpoint.as_interface()?.security_groups;
            let known = !from.is_empty() && !to.is_empty();
            (known && blocked(ctx, from, to, HTTPS).is_some()).then_some((node, it))
        })
    }
}

/// Whether the groups of a service let out what goes to S3.
fn to_s3(ctx: &RuleContext<'_>, service: &Service) -> bool {
    let groups = &service.network_configuration.awsvpc_configuration.security_groups;
    let open = |group: &Ref<SecurityGroup>| {
        let mut rules = ctx.egress_of(group).iter();
        rules.any(|(_, rule)| {
            let public = matches!(rule.peer, Peer::Cidr(range) if !range.is_private());
            public && covers(rule.protocol, HTTPS)
        })
    };
    groups.is_empty() || groups.iter().any(|group| group.id().is_none() || open(group))
}

/// What the services of AWS listen on.
const HTTPS: Protocol = Protocol::Tcp(Ports::one(443));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{
            check, container, egress, group, ingress, managed, network, service, task, tcp,
        },
        cidr::Cidr,
        constructs::NetworkHandle,
        services::ecs::AwsLogs,
    };

    #[test]
    fn fires_in_isolated_subnets_and_in_public_ones_without_addresses() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let subnets = [&net.isolated().subnets()[0], &net.public().subnets()[0]];
                arch.resource("service", service(subnets.into_iter().cloned()));
            },
            &[
                "warning service: cannot pull its image in `main/isolated-a`, which has no route out",
                "warning service: cannot pull its image in `main/public-a`, which is public, without public addresses",
            ],
        );
    }

    #[test]
    fn accepts_private_subnets_and_public_addresses() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                arch.resource("a", service(net.private().subnets().iter().cloned()));
                let mut b = service(net.public().subnets().iter().cloned());
                b.network_configuration.awsvpc_configuration.assign_public_ip =
                    AssignPublicIp::Enabled;
                arch.resource("b", b);
            },
            &[],
        );
    }

    const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4";

    /// A service in an isolated subnet, whose tasks have this image, logs and a secret.
    fn isolated(arch: &mut Architecture, image: &str) -> NetworkHandle {
        let net = network(arch);
        let logs = AwsLogs::builder().group("web").region(Region::UsEast1).stream_prefix("w");
        let mut container = ContainerDefinition {
            image: image.into(),
            log_configuration: Some(logs.build()),
            ..container()
        };
        let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:login-Ab12Cd";
        container.secrets.insert("LOGIN".into(), secret.into());
        container.secrets.insert("FLAG".into(), "/shop/flag".into());
        task(arch, "task", [container]);
        let mut it = service([net.isolated().subnets()[0].clone()]);
        let app = group(arch, "app");
        it.network_configuration.awsvpc_configuration.security_groups = [app].into();
        arch.resource("service", it);
        net
    }

    /// An endpoint to each of these services, which a group `ways` guards.
    fn endpoints(arch: &mut Architecture, net: &NetworkHandle, services: &[InterfaceService]) {
        let ways = group(arch, "ways");
        for it in services {
            let subnets = [net.private().subnets()[0].clone()];
            let endpoint = VpcEndpoint::interface(net.vpc(), it.clone(), subnets, [ways.clone()]);
            arch.resource(&it.as_str().replace('.', "-"), endpoint);
        }
    }

    /// The groups `app` and `ways` let each other through, and `app` lets out what goes to S3.
    fn opened(arch: &mut Architecture) {
        let [app, ways] = ["app", "ways"].map(managed);
        egress(arch, "to-s3", &app, tcp(443), Cidr::ANY);
        egress(arch, "out", &app, tcp(443), &ways);
        ingress(arch, "in", &ways, tcp(443), &app);
    }

    const ALL: [InterfaceService; 5] = [
        InterfaceService::ECR_API,
        InterfaceService::ECR_DKR,
        InterfaceService::LOGS,
        InterfaceService::SECRETS_MANAGER,
        InterfaceService::SSM,
    ];

    fn s3(net: &NetworkHandle, isolated: bool) -> VpcEndpoint {
        let tier = (net.private().route_tables(), net.isolated().route_tables());
        let tables = if isolated { tier.1 } else { tier.0 };
        VpcEndpoint::gateway(net.vpc(), GatewayService::S3, tables.iter().cloned())
    }

    #[test]
    fn fires_on_what_no_endpoint_leads_to() {
        check(
            &RULE,
            |arch| {
                let net = isolated(arch, IMAGE);
                endpoints(arch, &net, &[InterfaceService::ECR_API]);
                opened(arch);
                // Other subnets have a route to S3.
                arch.resource("s3", s3(&net, false));
            },
            &[
                "warning service: cannot reach `ecr.dkr`, `logs`, `secretsmanager`, `ssm`, `s3` in `main/isolated-a`, which has no route out",
            ],
        );
        check(
            &RULE,
            |arch| {
                let net = isolated(arch, "nginx:1.29");
                endpoints(arch, &net, &ALL);
                opened(arch);
            },
            &[
                "warning service: cannot reach `nginx:1.29` in `main/isolated-a`, which has no route out",
            ],
        );
    }

    #[test]
    fn fires_on_endpoints_that_are_closed_to_it() {
        check(
            &RULE,
            |arch| {
                let net = isolated(arch, IMAGE);
                endpoints(arch, &net, &ALL);
                egress(arch, "out", &managed("app"), tcp(443), Cidr::ANY);
                arch.resource("s3", s3(&net, true));
            },
            &[
                "warning service: cannot reach `ecr.api` in `main/isolated-a`: `tcp 443` does not get through to `ecr-api`",
                "warning service: cannot reach `ecr.dkr` in `main/isolated-a`: `tcp 443` does not get through to `ecr-dkr`",
                "warning service: cannot reach `logs` in `main/isolated-a`: `tcp 443` does not get through to `logs`",
                "warning service: cannot reach `secretsmanager` in `main/isolated-a`: `tcp 443` does not get through to `secretsmanager`",
                "warning service: cannot reach `ssm` in `main/isolated-a`: `tcp 443` does not get through to `ssm`",
            ],
        );
    }

    #[test]
    fn fires_on_groups_that_are_closed_to_s3() {
        check(
            &RULE,
            |arch| {
                let net = isolated(arch, IMAGE);
                endpoints(arch, &net, &ALL);
                let [app, ways] = ["app", "ways"].map(managed);
                egress(arch, "out", &app, tcp(443), &ways);
                ingress(arch, "in", &ways, tcp(443), &app);
                arch.resource("s3", s3(&net, true));
            },
            &[
                "warning service: cannot reach `s3` in `main/isolated-a`: its groups do not let `tcp 443` out to public addresses, which S3 has behind the gateway too",
            ],
        );
    }

    #[test]
    fn accepts_endpoints_for_all_that_a_task_needs() {
        check(
            &RULE,
            |arch| {
                let net = isolated(arch, IMAGE);
                endpoints(arch, &net, &ALL);
                opened(arch);
                arch.resource("s3", s3(&net, true));
            },
            &[],
        );
    }
}
