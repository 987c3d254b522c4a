//! The network of the platform: its tiers, and what passes between them.

use super::{Part, Platform, data::Guards, storage::Buckets};
use crate::{
    architecture::Scope,
    constructs::{
        Edge, Endpoints, Group, Internal, Namespace, NamespaceHandle, Network, NetworkAcls,
        NetworkHandle, Private, PrivateService, Tcp, Tier,
    },
    network::TierName,
};

impl Platform {
    pub(super) fn net(&self, scope: &mut Scope<'_>) -> NetworkHandle {
        let network = Network::new("network", self.layout.clone()).nat(self.nat);
        scope.add(match &self.zones {
            Some(letters) => network.zones(letters.iter().copied()),
            None => network,
        })
    }

    /// A network ACL before each tier.
    pub(super) fn acls(
        &self,
        scope: &mut Scope<'_>,
        net: &NetworkHandle,
        edge: &Group<Edge>,
        app: &Group<Internal>,
        guards: &Guards,
    ) {
        let mut acls = NetworkAcls::of("acls", net).public(edge).private(app);
        for group in guards.all() {
            acls = acls.isolated(group);
        }
        if self.has(Part::Endpoints) {
            // The endpoints stand beside the services, in every zone.
            acls = acls.between(TierName::Private, TierName::Private, Tcp(443));
        }
        scope.add(acls);
    }

    /// The private subnets, with the ways to AWS that their services take.
    pub(super) fn private(
        &self,
        scope: &mut Scope<'_>,
        net: &NetworkHandle,
        buckets: &Buckets,
        app: &Group<Internal>,
    ) -> Tier<Private> {
        if !self.has(Part::Endpoints) {
            return net.private().clone();
        }
        let endpoints = Endpoints::of("endpoints", net)
            .to([PrivateService::Ecr, PrivateService::Logs, PrivateService::SecretsManager])
            .reads(&buckets.files)
            .writes(&buckets.backups)
            .from(app);
        scope.add(endpoints).private().clone()
    }

    /// The domain in which the services find each other.
    pub(super) fn namespace(
        &self,
        scope: &mut Scope<'_>,
        net: &NetworkHandle,
    ) -> Option<NamespaceHandle> {
        self.has(Part::Discovery).then(|| {
            let domain = format!("{}.internal", scope.label());
            scope.add(Namespace::private("internal", net, domain))
        })
    }
}
