//! Rule: gateway-not-attached
//!
//! Severity: error
//!
//! A route leads to an internet gateway that is attached to no VPC; AWS refuses the route with
//! `InvalidParameterValue`, because gateway and route table belong to different networks.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html>
//!
//! Fix: attach the gateway to the VPC of the route table.
//!
//! Suppress: when the attachment is made outside of this architecture.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    services::ec2::{Route, RouteTarget},
};

pub(crate) const RULE: Rule = Rule {
    slug: "gateway-not-attached",
    severity: Severity::Error,
    summary: "A route leads to an internet gateway that is attached to no VPC.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, route) in ctx.all::<Route>() {
        let RouteTarget::InternetGateway(gateway) = &route.target else { continue };
        if let Some((target, _)) = ctx.get(gateway)
            && ctx.attached_to(gateway).is_none()
        {
            out.push(
                node,
                format!("leads to `{}`, which is attached to no VPC", target.id),
                "attach the gateway to the VPC of the route table",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks::testing::{check, network},
        reference::Ref,
        services::ec2::{InternetGateway, RouteTable},
    };

    #[test]
    fn fires_without_an_attachment() {
        check(
            &RULE,
            |arch| {
                let gateway = arch.resource("gateway", InternetGateway::default());
                let table = arch.resource("table", RouteTable::new(Ref::existing("vpc-1")));
                arch.resource("route", Route::to_anywhere(&table, &gateway));
            },
            &["error route: leads to `gateway`, which is attached to no VPC"],
        );
    }

    #[test]
    fn accepts_a_network_and_a_gateway_that_exists() {
        check(
            &RULE,
            |arch| {
                let net = network(arch);
                let table = arch.resource("table", RouteTable::new(net.vpc()));
                let gateway = Ref::<InternetGateway>::existing("igw-1");
                arch.resource("route", Route::to_anywhere(&table, gateway));
            },
            &[],
        );
    }
}
