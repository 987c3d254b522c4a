//! The platform once it was added.

#[cfg(doc)]
use super::Platform;
use crate::{
    constructs::{
        AlertTopicHandle, AppSecretHandle, CacheHandle, CdnHandle, DatabaseHandle,
        DatabaseProxyHandle, DeliveryPipelineHandle, EncryptionKeyHandle, FargateHandle,
        FirewallHandle, Group, ImageRepositoryHandle, InRegion, Internal, LoadBalancerHandle,
        MonitoringHandle, NetworkHandle, OnCloudFront, PrivateBucketHandle,
    },
    reference::Ref,
    services::route53::HealthCheck,
};

/// A platform that was added.
#[derive(Debug, Clone)]
pub struct PlatformHandle {
    pub(super) network: NetworkHandle,
    pub(super) group: Group<Internal>,
    pub(super) key: EncryptionKeyHandle,
    pub(super) files: PrivateBucketHandle,
    pub(super) backups: PrivateBucketHandle,
    pub(super) load_balancer: LoadBalancerHandle,
    pub(super) firewall: Option<FirewallHandle<InRegion>>,
    pub(super) cdn: Option<CdnHandle>,
    pub(super) checks: Vec<Ref<HealthCheck>>,
    pub(super) session_key: Option<AppSecretHandle>,
    pub(super) site_firewall: Option<FirewallHandle<OnCloudFront>>,
    pub(super) services: Services,
    pub(super) database: DatabaseHandle,
    pub(super) pool: Option<DatabaseProxyHandle>,
    pub(super) cache: Option<CacheHandle>,
    pub(super) images: ImageRepositoryHandle,
    pub(super) pipeline: Option<DeliveryPipelineHandle>,
    pub(super) alerts: Option<AlertTopicHandle>,
    pub(super) monitoring: Option<MonitoringHandle>,
}

impl PlatformHandle {
    /// The network.
    #[must_use]
    pub const fn network(&self) -> &NetworkHandle {
        &self.network
    }

    /// The group of the services, which the data tier lets in.
    #[must_use]
    pub const fn group(&self) -> &Group<Internal> {
        &self.group
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

    /// What Route 53 checks: the targets of a [`Site`](super::Site) for other locations, and the load
    /// balancer if it has a standby.
    #[must_use]
    pub fn checks(&self) -> &[Ref<HealthCheck>] {
        &self.checks
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

    /// The pool of connections before the database, unless it is [left out](super::Part::Pool).
    #[must_use]
    pub const fn pool(&self) -> Option<&DatabaseProxyHandle> {
        self.pool.as_ref()
    }

    /// The cache, unless it is [left out](super::Part::Cache).
    #[must_use]
    pub const fn cache(&self) -> Option<&CacheHandle> {
        self.cache.as_ref()
    }

    /// Where the images of its services are.
    #[must_use]
    pub const fn images(&self) -> &ImageRepositoryHandle {
        &self.images
    }

    /// The pipeline, when it is [deployed](Platform::deployed_from) by one.
    #[must_use]
    pub const fn pipeline(&self) -> Option<&DeliveryPipelineHandle> {
        self.pipeline.as_ref()
    }

    /// The topic that people hear by what is wrong, unless it is [left out](super::Part::Alarms).
    #[must_use]
    pub const fn alerts(&self) -> Option<&AlertTopicHandle> {
        self.alerts.as_ref()
    }

    /// The alarms and the dashboard, unless they are [left out](super::Part::Alarms).
    #[must_use]
    pub const fn monitoring(&self) -> Option<&MonitoringHandle> {
        self.monitoring.as_ref()
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
