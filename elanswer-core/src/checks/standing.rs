//! What stands in which subnets.

use std::collections::BTreeMap;

use super::{RuleContext, Typed};
use crate::{
    architecture::Node,
    reference::Ref,
    services::ec2::{SecurityGroup, Subnet},
};

/// The subnets of what a security group guards, in the order of their ids; those that are not
/// managed here are left out.
///
/// Whatever is guarded names its subnets, or a group of subnets that names them.
pub(crate) fn subnets_of<'a>(
    ctx: &RuleContext<'a>,
    group: &Ref<SecurityGroup>,
) -> Vec<Typed<'a, Subnet>> {
    let Some(id) = group.id() else { return Vec::new() };
    let mut found = BTreeMap::new();
    for node in ctx.guarded_by(id) {
        for named in named_by(ctx, node) {
            let is_group = named.resource.schema().kind.short().ends_with("SubnetGroup");
            let within = is_group.then(|| named_by(ctx, named)).into_iter().flatten();
            let subnets = std::iter::once(named).chain(within);
            found
                .extend(subnets.filter_map(|node| Some((&node.id, (node, node.get::<Subnet>()?)))));
        }
    }
    found.into_values().collect()
}

/// The resources of this architecture that a resource refers to.
fn named_by<'a>(ctx: &RuleContext<'a>, node: &'a Node) -> impl Iterator<Item = &'a Node> {
    node.references().iter().filter_map(|reference| ctx.node(&reference.resource))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{database, group, ingress, network, service, tcp},
        region::Region,
        rules,
        services::rds::DbSubnetGroup,
    };

    #[test]
    fn services_and_databases_stand_in_their_subnets() {
        let mut arch = Architecture::new("test", Region::UsEast1);
        let net = network(&mut arch);
        let (app, data, idle) =
            (group(&mut arch, "app"), group(&mut arch, "data"), group(&mut arch, "idle"));
        let mut web = service(net.private().subnets().iter().take(2).cloned());
        let network = &mut web.network_configuration.awsvpc_configuration;
        network.security_groups = [app.clone()].into();
        network.subnets.insert(Ref::existing("subnet-1"));
        arch.resource("web", web);
        let subnets = DbSubnetGroup::builder().db_subnet_group_description("for a test");
        arch.resource("subnets", subnets.subnets(net.isolated().subnets().to_vec()).build());
        arch.resource("db", database());
        ingress(&mut arch, "in", &idle, tcp(80), &app);

        let ctx = RuleContext::new(&arch, &rules::all());
        let standing = |group| {
            let found = subnets_of(&ctx, group).into_iter();
            found.map(|(node, _)| node.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(standing(&app), ["main/private-a", "main/private-b"]);
        assert_eq!(standing(&data), ["main/isolated-a", "main/isolated-b", "main/isolated-c"]);
        assert!(standing(&idle).is_empty() && standing(&Ref::existing("sg-1")).is_empty());
    }
}
