//! Rule: capacity-provider-not-associated
//!
//! Severity: error
//!
//! A strategy names a capacity provider that the cluster does not have, or does not have yet when the
//! service is made; AWS answers `InvalidParameterException`.
//! A cluster has the providers that its one `ClusterCapacityProviderAssociations` lists, `FARGATE`
//! among them: without a list, services have a launch type.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html>
//!
//! Fix: list the provider in the associations of the cluster, and let the service depend on them, with
//! `Architecture::options` and `depends_on`.
//!
//! Suppress: when the providers of the cluster are managed outside of this architecture.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext, Typed},
    diagnostic::Severity,
    services::ecs::{
        CapacityProvider, CapacityProviderStrategy, ClusterCapacityProviderAssociations, Service,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "capacity-provider-not-associated",
    severity: Severity::Error,
    summary: "A strategy names a capacity provider that the cluster does not have.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, list) in ctx.all::<ClusterCapacityProviderAssociations>() {
        if list.capacity_providers.is_empty() {
            out.push(node, "lists no capacity provider", "list one, or remove it");
        }
        let default = list.default_capacity_provider_strategy.as_ref();
        for provider in default.into_iter().flat_map(CapacityProviderStrategy::providers) {
            if !list.capacity_providers.contains(&provider) {
                let provider = provider.as_str();
                out.push(
                    node,
                    format!("its default strategy names `{provider}`, which it does not list"),
                    format!("list `{provider}`"),
                );
            }
        }
    }
    for (node, service) in ctx.all::<Service>() {
        let Some(strategy) = service.capacity.strategy() else { continue };
        let Some((cluster, _)) = ctx.get(&service.cluster) else { continue };
        let list = list_of(ctx, cluster);
        for provider in strategy.providers() {
            if !list.is_some_and(|(_, list)| list.capacity_providers.contains(&provider)) {
                out.push(node, missing(provider, cluster), help(provider, cluster));
            }
        }
        if let Some((list, _)) = list
            && !ctx.comes_after(node, &list.id)
        {
            out.push(
                node,
                format!("may be created before `{}` has its capacity providers", cluster.id),
                format!("let it depend on `{}`", list.id),
            );
        }
    }
}

/// The capacity providers of a cluster.
fn list_of<'a>(
    ctx: &RuleContext<'a>,
    cluster: &Node,
) -> Option<Typed<'a, ClusterCapacityProviderAssociations>> {
    let nodes = ctx.referrers(&cluster.id).iter().copied();
    nodes.filter_map(|node| Some((node, node.get()?))).next()
}

fn missing(provider: CapacityProvider, cluster: &Node) -> String {
    format!("its strategy names `{}`, which `{}` does not have", provider.as_str(), cluster.id)
}

fn help(provider: CapacityProvider, cluster: &Node) -> String {
    format!(
        "list `{}` in the `ClusterCapacityProviderAssociations` of `{}`",
        provider.as_str(),
        cluster.id
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, service},
        reference::Ref,
        services::ecs::Cluster,
    };

    fn spot() -> CapacityProviderStrategy {
        CapacityProviderStrategy::only(CapacityProvider::FargateSpot)
    }

    /// A cluster with a service on Spot.
    fn describe(arch: &mut Architecture) -> (Ref<Cluster>, Ref<Service>) {
        let cluster = arch.resource("cluster", Cluster::builder().build());
        let mut it = service([Ref::existing("subnet-1")]);
        it.cluster = cluster.clone();
        it.capacity = spot().into();
        (cluster, arch.resource("service", it))
    }

    fn list(
        cluster: &Ref<Cluster>,
        provider: CapacityProvider,
    ) -> ClusterCapacityProviderAssociations {
        ClusterCapacityProviderAssociations::builder()
            .cluster(cluster)
            .capacity_providers([provider])
            .build()
    }

    #[test]
    fn fires_on_a_provider_that_the_cluster_does_not_have() {
        check(
            &RULE,
            |arch| _ = describe(arch),
            &["error service: its strategy names `FARGATE_SPOT`, which `cluster` does not have"],
        );
        check(
            &RULE,
            |arch| {
                let (cluster, service) = describe(arch);
                let mut list = list(&cluster, CapacityProvider::Fargate);
                list.default_capacity_provider_strategy = Some(spot());
                let list = arch.resource("list", list);
                arch.options(&service, |options| _ = options.depends_on(&list));
            },
            &[
                "error list: its default strategy names `FARGATE_SPOT`, which it does not list",
                "error service: its strategy names `FARGATE_SPOT`, which `cluster` does not have",
            ],
        );
    }

    #[test]
    fn fires_on_a_service_that_comes_too_early() {
        check(
            &RULE,
            |arch| {
                let (cluster, _) = describe(arch);
                arch.resource("list", list(&cluster, CapacityProvider::FargateSpot));
            },
            &["error service: may be created before `cluster` has its capacity providers"],
        );
    }

    #[test]
    fn fires_on_an_empty_list() {
        check(
            &RULE,
            |arch| {
                let cluster = Ref::existing("cluster");
                let mut list = list(&cluster, CapacityProvider::Fargate);
                list.capacity_providers.clear();
                arch.resource("list", list);
            },
            &["error list: lists no capacity provider"],
        );
    }

    #[test]
    fn accepts_a_service_that_comes_after_the_list() {
        check(
            &RULE,
            |arch| {
                let (cluster, service) = describe(arch);
                let list = list(&cluster, CapacityProvider::FargateSpot);
                let list = arch.resource("list", list);
                arch.options(&service, |options| _ = options.depends_on(&list));
                // Nothing is known of what others manage.
                let mut other = on_existing_cluster();
                other.capacity = spot().into();
                arch.resource("other", other);
            },
            &[],
        );
    }

    fn on_existing_cluster() -> Service {
        service([Ref::existing("subnet-1")])
    }
}
