//! The platform once it was added.

use crate::constructs::{
    AppSecretHandle, CdnHandle, DatabaseHandle, EncryptionKeyHandle, FargateHandle, FirewallHandle,
    InRegion, LoadBalancerHandle, NetworkHandle, PrivateBucketHandle,
};

/// A platform that was added.
#[derive(Debug, Clone)]
pub struct PlatformHandle {
    pub(super) network: NetworkHandle,
    pub(super) key: EncryptionKeyHandle,
    pub(super) files: PrivateBucketHandle,
    pub(super) backups: PrivateBucketHandle,
    pub(super) load_balancer: LoadBalancerHandle,
    pub(super) firewall: Option<FirewallHandle<InRegion>>,
    pub(super) cdn: Option<CdnHandle>,
    pub(super) session_key: Option<AppSecretHandle>,
    pub(super) services: Services,
    pub(super) database: DatabaseHandle,
}

impl PlatformHandle {
    /// The network.
    #[must_use]
    pub const fn network(&self) -> &NetworkHandle {
        &self.network
    }

    /// The key that encrypts what it stores.
    #[must_use]
    pub const fn key(&self) -> &EncryptionKeyHandle {
        &self.key
    }

    /// The bucket of static files.
    #[must_use]
    pub const fn files(&self) -> &PrivateBucketHandle {
        &self.files
    }

    /// The bucket of backups.
    #[must_use]
    pub const fn backups(&self) -> &PrivateBucketHandle {
        &self.backups
    }

    /// The load balancer.
    #[must_use]
    pub const fn load_balancer(&self) -> &LoadBalancerHandle {
        &self.load_balancer
    }

    /// The firewall in front of the load balancer, unless it is
    /// [left out](super::Part::Firewall).
    #[must_use]
    pub const fn firewall(&self) -> Option<&FirewallHandle<InRegion>> {
        self.firewall.as_ref()
    }

    /// The distribution, when it is [delivered](Platform::delivered_at) by CloudFront.
    #[must_use]
    pub const fn cdn(&self) -> Option<&CdnHandle> {
        self.cdn.as_ref()
    }

    /// The secret that signs sessions, when
    /// [a function changes it](Platform::session_key_rotated_by).
    #[must_use]
    pub const fn session_key(&self) -> Option<&AppSecretHandle> {
        self.session_key.as_ref()
    }

    /// The service that gets every request that no other one gets.
    #[must_use]
    pub const fn web(&self) -> &FargateHandle {
        &self.services.web
    }

    /// The service of this name; `web` too.
    #[must_use]
    pub fn service(&self, name: &str) -> Option<&FargateHandle> {
        self.services.all().find(|(known, _)| *known == name).map(|(_, service)| service)
    }

    /// Every service with its name, `web` first.
    pub fn services(&self) -> impl Iterator<Item = (&str, &FargateHandle)> {
        self.services.all()
    }

    /// The database.
    #[must_use]
    pub const fn database(&self) -> &DatabaseHandle {
        &self.database
    }
}

/// The services that were added.
#[derive(Debug, Clone)]
pub(super) struct Services {
    pub(super) web: FargateHandle,
    /// By name, in the order of their routes.
    pub(super) others: Vec<(String, FargateHandle)>,
}

impl Services {
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &FargateHandle)> {
        let others = self.others.iter().map(|(name, service)| (name.as_str(), service));
        std::iter::once((super::WEB, &self.web)).chain(others)
    }
}
