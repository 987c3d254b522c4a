//! Rule: different-vpcs
//!
//! Severity: error
//!
//! A resource connects things of different VPCs: a subnet with a route table or a network ACL, a load
//! balancer with a security group, a database or cache with a subnet group, an endpoint with a subnet.
//! AWS answers `InvalidParameterValue`, `InvalidGroup.NotFound`, `InvalidConfigurationRequest`,
//! `InvalidVPCNetworkState` or the like.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/how-it-works.html>
//!
//! Fix: take both from one VPC.
//!
//! Suppress: for rules of security groups between VPCs that are peered outside of this architecture.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Ref,
    services::{
        ec2::{
            EndpointType, Peer, Route, RouteTarget, SecurityGroup, SecurityGroupEgress,
            SecurityGroupIngress, SecurityGroupRule, Subnet, SubnetNetworkAclAssociation,
            SubnetRouteTableAssociation, Vpc, VpcEndpoint,
        },
        ecs::Service,
        elasticache::{self, ReplicationGroup},
        elbv2::{Action, Listener, ListenerRule, LoadBalancer},
        rds::{DbInstance, DbProxy, DbSubnetGroup},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "different-vpcs",
    severity: Severity::Error,
    summary: "A resource connects things of different VPCs.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let parts = Parts { ctx };
    for (node, association) in ctx.all::<SubnetRouteTableAssociation>() {
        let table = ctx.get(&association.route_table).map(|(node, table)| (node, &table.vpc));
        parts.compare(out, node, table.into_iter().chain(parts.subnets([&association.subnet])));
    }
    for (node, association) in ctx.all::<SubnetNetworkAclAssociation>() {
        let acl = ctx.get(&association.network_acl).map(|(node, acl)| (node, &acl.vpc));
        parts.compare(out, node, acl.into_iter().chain(parts.subnets([&association.subnet])));
    }
    for (node, route) in ctx.all::<Route>() {
        let table = ctx.get(&route.route_table).map(|(node, table)| (node, &table.vpc));
        let target = match &route.target {
            RouteTarget::InternetGateway(gateway) => {
                let vpc = ctx.attached_to(gateway);
                ctx.get(gateway).and_then(|(node, _)| Some((node, vpc?)))
            }
            RouteTarget::NatGateway(gateway) => ctx
                .get(gateway)
                .and_then(|(node, gateway)| Some((node, &ctx.get(&gateway.subnet)?.1.vpc))),
        };
        parts.compare(out, node, table.into_iter().chain(target));
    }
    parts.rules::<SecurityGroupIngress>(out);
    parts.rules::<SecurityGroupEgress>(out);
    for (node, endpoint) in ctx.all::<VpcEndpoint>() {
        let vpc = ctx.get(&endpoint.vpc).map(|(node, _)| (node, &endpoint.vpc)).into_iter();
        match &endpoint.endpoint_type {
            EndpointType::Gateway(gateway) => {
                let tables = gateway.route_tables.iter().filter_map(|it| ctx.get(it));
                let tables = tables.map(|(node, table)| (node, &table.vpc));
                parts.compare(out, node, vpc.chain(tables));
            }
            EndpointType::Interface(it) => {
                let groups = parts.groups(&it.security_groups);
                parts.compare(out, node, vpc.chain(parts.subnets(&it.subnets)).chain(groups));
            }
        }
    }
    for (node, it) in ctx.all::<LoadBalancer>() {
        let groups = parts.groups(&it.security_groups);
        parts.compare(out, node, parts.subnets(&it.subnets).chain(groups));
    }
    parts.forwards(out);
    for (node, service) in ctx.all::<Service>() {
        let network = &service.network_configuration.awsvpc_configuration;
        let targets = service.load_balancers.iter().filter_map(|it| ctx.get(&it.target_group));
        let targets = targets.map(|(node, group)| (node, &group.vpc));
        let groups = parts.groups(&network.security_groups);
        parts.compare(out, node, parts.subnets(&network.subnets).chain(groups).chain(targets));
    }
    for (node, group) in ctx.all::<DbSubnetGroup>() {
        parts.compare(out, node, parts.subnets(&group.subnets));
    }
    for (node, database) in ctx.all::<DbInstance>() {
        let subnets = database.db_subnet_group.iter().filter_map(|group| ctx.get(group));
        // One subnet stands for the group, which is compared on its own.
        let subnet = subnets.flat_map(|(_, group)| parts.subnets(&group.subnets)).take(1);
        parts.compare(out, node, subnet.chain(parts.groups(&database.vpc_security_groups)));
    }
    for (node, group) in ctx.all::<elasticache::SubnetGroup>() {
        parts.compare(out, node, parts.subnets(&group.subnets));
    }
    for (node, cache) in ctx.all::<ReplicationGroup>() {
        let subnets = ctx.get(&cache.cache_subnet_group).into_iter();
        let subnet = subnets.flat_map(|(_, group)| parts.subnets(&group.subnets)).take(1);
        parts.compare(out, node, subnet.chain(parts.groups(&cache.security_groups)));
    }
    for (node, proxy) in ctx.all::<DbProxy>() {
        let groups = parts.groups(&proxy.vpc_security_groups);
        parts.compare(out, node, parts.subnets(&proxy.vpc_subnets).chain(groups));
    }
}

/// The VPCs of what resources refer to.
struct Parts<'a, 'b> {
    ctx: &'b RuleContext<'a>,
}

/// Something, and the VPC that it is in.
type Part<'a> = (&'a Node, &'a Ref<Vpc>);

impl<'a> Parts<'a, '_> {
    /// Reports every part that is in another VPC than the first.
    fn compare(
        &self,
        out: &mut Diagnostics,
        node: &Node,
        parts: impl IntoIterator<Item = Part<'a>>,
    ) {
        let mut parts = parts.into_iter();
        let Some((first, vpc)) = parts.next() else { return };
        for (other, other_vpc) in parts.filter(|(_, other)| *other != vpc) {
            out.push(
                node,
                format!(
                    "connects `{}` of {} with `{}` of {}",
                    first.id,
                    label(vpc),
                    other.id,
                    label(other_vpc)
                ),
                "take both from one VPC",
            );
        }
    }

    fn subnets<'c>(
        &self,
        subnets: impl IntoIterator<Item = &'c Ref<Subnet>>,
    ) -> impl Iterator<Item = Part<'a>> {
        let found = subnets.into_iter().filter_map(|it| self.ctx.get(it));
        found.map(|(node, subnet)| (node, &subnet.vpc))
    }

    fn groups<'c>(
        &self,
        groups: impl IntoIterator<Item = &'c Ref<SecurityGroup>>,
    ) -> impl Iterator<Item = Part<'a>> {
        let found = groups.into_iter().filter_map(|it| self.ctx.get(it));
        found.map(|(node, group)| (node, &group.vpc))
    }

    fn rules<R: SecurityGroupRule>(&self, out: &mut Diagnostics) {
        for (node, rule) in self.ctx.all::<R>() {
            if let Peer::Group(peer) = rule.peer() {
                self.compare(out, node, self.groups([rule.group(), peer]));
            }
        }
    }

    /// Listeners and rules, which connect a load balancer with a target group.
    fn forwards(&self, out: &mut Diagnostics) {
        let listener = |listener: &Ref<Listener>| self.ctx.get(listener);
        let defaults = self.ctx.all::<Listener>().map(|(node, it)| (node, it, &it.default_action));
        let rules = self.ctx.all::<ListenerRule>();
        let rules =
            rules.filter_map(|(node, it)| Some((node, listener(&it.listener)?.1, &it.action)));
        for (node, listener, action) in defaults.chain(rules) {
            let Action::Forward(target) = action else { continue };
            let target = self.ctx.get(target);
            let target = target.map(|(node, group)| (node, &group.vpc));
            let front = self.ctx.get(&listener.load_balancer);
            let front =
                front.and_then(|(node, it)| Some((node, self.subnets(&it.subnets).next()?.1)));
            self.compare(out, node, front.into_iter().chain(target));
        }
    }
}

fn label(vpc: &Ref<Vpc>) -> String {
    let name = vpc.id().map_or_else(|| vpc.known().unwrap_or_default(), |id| id.as_str());
    format!("`{name}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{
            check, database, group, ingress, managed, network, registered, service, subnet,
            target_group, tcp,
        },
        cidr,
        services::{
            ec2::{GatewayService, InterfaceService, NetworkAcl, RouteTable},
            elbv2::Port,
        },
    };

    /// A network `main`, and apart from it a subnet and a security group of the VPC `vpc`.
    fn describe(arch: &mut Architecture) -> (Ref<Subnet>, Ref<SecurityGroup>) {
        network(arch);
        let subnet = arch.resource("subnet", subnet("vpc", cidr!("10.0.1.0/24"), 'a'));
        (subnet, group(arch, "group"))
    }

    #[test]
    fn fires_on_routes_and_network_acls() {
        check(
            &RULE,
            |arch| {
                let (subnet, _) = describe(arch);
                let table = managed::<RouteTable>("main/public-routes");
                arch.resource("association", SubnetRouteTableAssociation::new(subnet, table));
                let table = arch.resource("table", RouteTable::new(managed("vpc")));
                arch.resource(
                    "nat",
                    Route::to_anywhere(&table, RouteTarget::NatGateway(managed("main/nat-a"))),
                );
                let gateway = RouteTarget::InternetGateway(managed("main/internet-gateway"));
                arch.resource("igw", Route::to_anywhere(&table, gateway));
                let acl = arch.resource("acl", NetworkAcl::new(managed("vpc")));
                let behind = SubnetNetworkAclAssociation::new(managed("main/public-a"), acl);
                arch.resource("behind", behind);
            },
            &[
                "error association: connects `main/public-routes` of `main/vpc` with `subnet` of `vpc`",
                "error behind: connects `acl` of `vpc` with `main/public-a` of `main/vpc`",
                "error igw: connects `table` of `vpc` with `main/internet-gateway` of `main/vpc`",
                "error nat: connects `table` of `vpc` with `main/nat-a` of `main/vpc`",
            ],
        );
    }

    #[test]
    fn fires_on_endpoints() {
        check(
            &RULE,
            |arch| {
                let (subnet, group) = describe(arch);
                let vpc = managed::<Vpc>("main/vpc");
                let tables = [managed::<RouteTable>("main/private-a-routes")];
                arch.resource("ours", VpcEndpoint::gateway(&vpc, GatewayService::S3, tables));
                let table = arch.resource("table", RouteTable::new(managed("vpc")));
                arch.resource("s3", VpcEndpoint::gateway(&vpc, GatewayService::S3, [table]));
                let logs = InterfaceService::LOGS;
                let logs = VpcEndpoint::interface(&vpc, logs, [subnet], [group]);
                arch.resource("logs", logs);
            },
            &[
                "error logs: connects `main/vpc` of `main/vpc` with `group` of `vpc`",
                "error logs: connects `main/vpc` of `main/vpc` with `subnet` of `vpc`",
                "error s3: connects `main/vpc` of `main/vpc` with `table` of `vpc`",
            ],
        );
    }

    #[test]
    fn fires_on_groups_services_load_balancers_and_databases() {
        check(
            &RULE,
            |arch| {
                let (_, group) = describe(arch);
                let subnets = [managed::<Subnet>("main/private-a"), managed("main/private-b")];
                let front = LoadBalancer::builder().subnets(subnets.clone());
                let front = arch.resource("front", front.security_groups([group.clone()]).build());
                let web = target_group(arch, "web");
                let listener = Listener::builder().load_balancer(&front).port(Port::of::<80>());
                arch.resource("http", listener.default_action(Action::forward(&web)).build());
                let mut it = service(subnets.clone());
                it.load_balancers = registered(&web);
                arch.resource("service", it);
                let data = DbSubnetGroup::builder().db_subnet_group_description("for a test");
                arch.resource("subnets", data.subnets(subnets).build());
                arch.resource(
                    "db",
                    DbInstance { vpc_security_groups: [group].into(), ..database() },
                );
            },
            &[
                "error db: connects `main/private-a` of `main/vpc` with `group` of `vpc`",
                "error front: connects `main/private-a` of `main/vpc` with `group` of `vpc`",
                "error http: connects `front` of `main/vpc` with `web` of `vpc`",
                "error service: connects `main/private-a` of `main/vpc` with `web` of `vpc`",
            ],
        );
    }

    #[test]
    fn accepts_one_vpc_and_what_exists() {
        check(
            &RULE,
            |arch| {
                let (subnet, a) = describe(arch);
                let b = group(arch, "b");
                ingress(arch, "in", &a, tcp(80), &b);
                ingress(arch, "from", &a, tcp(80), Ref::<SecurityGroup>::existing("sg-1"));
                let mut it = service([subnet]);
                it.load_balancers = registered(&target_group(arch, "web"));
                arch.resource("service", it);
            },
            &[],
        );
    }
}
