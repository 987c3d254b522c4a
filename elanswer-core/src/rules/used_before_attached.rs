//! Rule: used-before-attached
//!
//! Severity: error
//!
//! A route to an internet gateway, a NAT gateway or an internet-facing load balancer needs the
//! gateway attached to the VPC, but does not come after the attachment: nothing that it refers to
//! leads there.
//! Both may then be created at the same time, and AWS answers `InvalidParameterValue` for the
//! route, `Gateway.NotAttached` for the NAT gateway and `InvalidSubnet` for the load balancer; on
//! the way down the gateway cannot be detached.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html>
//!
//! Fix: let it depend on the attachment, with `Architecture::options` and `depends_on`.
//!
//! Suppress: never.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::Ref,
    services::{
        ec2::{NatGateway, Route, RouteTarget, Vpc},
        elbv2::{LoadBalancer, Scheme},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "used-before-attached",
    severity: Severity::Error,
    summary: "Something needs an attached internet gateway, but does not come after the attachment.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, route) in ctx.all::<Route>() {
        if let RouteTarget::InternetGateway(gateway) = &route.target
            && let Some(vpc) = ctx.attached_to(gateway)
        {
            compare(ctx, out, node, vpc);
        }
    }
    for (node, nat) in ctx.all::<NatGateway>() {
        if let Some((_, subnet)) = ctx.get(&nat.subnet) {
            compare(ctx, out, node, &subnet.vpc);
        }
    }
    for (node, it) in ctx.all::<LoadBalancer>() {
        let subnet = it.subnets.iter().find_map(|subnet| ctx.get(subnet));
        if let (Scheme::InternetFacing, Some((_, subnet))) = (it.scheme, subnet) {
            compare(ctx, out, node, &subnet.vpc);
        }
    }
}

fn compare(ctx: &RuleContext<'_>, out: &mut Diagnostics, node: &Node, vpc: &Ref<Vpc>) {
    if let Some((attachment, _)) = ctx.internet_gateway_of(vpc)
        && !ctx.comes_after(node, &attachment.id)
    {
        out.push(
            node,
            format!("may be created before `{}` has attached the gateway", attachment.id),
            format!("let it depend on `{}`", attachment.id),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, managed, network},
        services::ec2::{InternetGateway, RouteTable, VpcGatewayAttachment},
    };

    #[test]
    fn fires_on_what_does_not_depend_on_the_attachment() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let table = arch.resource("table", RouteTable::new(net.vpc()));
                let gateway = managed::<InternetGateway>("main/internet-gateway");
                arch.resource("route", Route::to_anywhere(&table, gateway));
                let nat = NatGateway::builder().eip(Ref::existing("eipalloc-1"));
                arch.resource("nat", nat.subnet(managed("main/public-a")).build());
                let front = LoadBalancer::builder().subnets(net.public().subnets().to_vec());
                let front = front.security_groups([Ref::existing("sg-1")]);
                arch.resource("front", front.build());
            },
            &[
                "error front: may be created before `main/internet-gateway-attachment` has attached the gateway",
                "error nat: may be created before `main/internet-gateway-attachment` has attached the gateway",
                "error route: may be created before `main/internet-gateway-attachment` has attached the gateway",
            ],
        );
    }

    #[test]
    fn accepts_a_dependency_over_a_corner() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let attachment =
                    managed::<VpcGatewayAttachment>("main/internet-gateway-attachment");
                let table = arch.resource("table", RouteTable::new(net.vpc()));
                arch.options(&table, |options| _ = options.depends_on(&attachment));
                let gateway = managed::<InternetGateway>("main/internet-gateway");
                arch.resource("route", Route::to_anywhere(&table, gateway));
                let inner = LoadBalancer::builder().scheme(Scheme::Internal);
                let inner = inner.subnets(net.private().subnets().to_vec());
                arch.resource("inner", inner.security_groups([Ref::existing("sg-1")]).build());
            },
            &[],
        );
    }
}
