//! Constructs: what a platform is made of, each built of resources of [`services`](crate::services).
//!
//! Adding one to an [`Architecture`](crate::Architecture) returns a handle, which the next ones
//! take. The handles have the tier and the exposure of what was built in their types, so that a
//! database in public subnets, or one that the internet reaches, does not compile. What a construct
//! needs and has not been given is in its type too, as one of [`NoSubnets`] and its like, and it
//! cannot be added then.

pub use address::{AddressTarget, Check, TargetHealth};
pub use alert_topic::{AlertTopic, AlertTopicHandle, Publisher};
pub use app_secret::{AppSecret, AppSecretHandle, SecretReaders};
pub use cache::{Cache, CacheHandle, CacheNodes, SnapshotDays};
pub use cdn::{Cdn, CdnContent, CdnHandle, NoContent};
pub use certificate::{
    Certificate, CertificateHandle, CloudFrontCertificate, CloudFrontCertificateHandle, NoZone,
};
pub use cluster::{FargateCluster, FargateClusterHandle};
pub use database::{Database, DatabaseHandle, ManagedPassword, OwnPassword, Password, Replicable};
pub use database_proxy::{DatabaseProxy, DatabaseProxyHandle};
pub use delivery_pipeline::{BuildsImage, DeliveryPipeline, DeliveryPipelineHandle, NoImage};
pub use discovered_service::{DiscoveredService, DiscoveredServiceHandle};
pub use encryption_key::{EncryptionKey, EncryptionKeyHandle, KeyUser};
pub use endpoints::{Endpoints, EndpointsHandle, PrivateService};
pub use event_alert::EventAlert;
pub use failover_address::{
    FailoverAddress, FailoverAddressHandle, NoPrimary, NoSecondary, Watched,
};
pub use fargate::{Balanced, FargateHandle, FargateService, Unbalanced, WorkerHandle};
pub use firewall::{Firewall, FirewallHandle, InRegion, OnCloudFront};
pub use flow_logs::FlowLogs;
pub use geolocation_address::{GeolocationAddress, GeolocationAddressHandle, Location};
pub use image_build::{ImageBuild, ImageBuildHandle};
pub use image_repository::{ImageRepository, ImageRepositoryHandle};
pub use load_balancer::{Certified, LoadBalancer, LoadBalancerHandle, NoCertificate, NoDefault};
pub use log_bucket::{LogBucket, LogBucketHandle};
pub use monitoring::{Limits, Monitoring, MonitoringHandle};
pub use namespace::{Namespace, NamespaceHandle};
pub use network::{Isolated, Nat, Network, NetworkHandle, Private, Public, Tier};
pub use network_acls::{NetworkAcls, NetworkAclsHandle};
pub use private_bucket::{PrivateBucket, PrivateBucketHandle};
pub use reads::Reads;
pub use secret::Secret;
pub use security::{AtEdge, Edge, Group, Internal, SecurityGroup, Tcp, Udp};
pub use service_scaling::{NoRange, ServiceScaling, ServiceScalingHandle};
pub use spending_alerts::{SpendingAlerts, SpendingAlertsHandle};
pub use tracing::{Tracing, TracingHandle};

mod address;
mod alert_topic;
mod app_secret;
mod cache;
mod cdn;
mod certificate;
mod cluster;
mod database;
mod database_proxy;
mod delivery_pipeline;
mod discovered_service;
mod encryption_key;
mod endpoints;
mod event_alert;
mod failover_address;
mod fargate;
mod firewall;
mod flow_logs;
mod geolocation_address;
mod image;
mod image_build;
mod image_repository;
mod load_balancer;
mod log_bucket;
mod monitoring;
mod namespace;
mod network;
mod network_acls;
mod private_bucket;
mod reads;
mod secret;
mod security;
mod service_scaling;
mod spending_alerts;
#[cfg(test)]
mod testing;
mod tracing;

use crate::{
    architecture::Scope,
    reference::Ref,
    services::{
        iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service},
        sts::CallerIdentity,
    },
    tags::Tags,
};

/// Stands where `.subnets(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoSubnets;

/// Stands where `.guarded_by(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoGroup;

/// The `Name` tag that the consoles of AWS show: where the thing stands in the architecture.
fn name_tag(scope: &Scope<'_>, part: &str) -> Tags {
    Tags::new().with("Name", format!("{}-{part}", scope.label()))
}

/// Who calls: one for all constructs of an architecture.
fn caller(scope: &mut Scope<'_>) -> Ref<CallerIdentity> {
    scope.shared("caller", CallerIdentity::new)
}

/// A role that a service of AWS assumes, and its policy unless that is empty.
fn role(
    scope: &mut Scope<'_>,
    service: Service,
    name: &'static str,
    policy: PolicyDocument,
) -> (Ref<Role>, Option<Ref<RolePolicy>>) {
    let id = format!("{name}-role");
    let mut role = Role::assumed_by(service);
    role.tags = name_tag(scope, &id);
    let role = scope.resource(&id, role);
    let policy = PolicyName::new(name)
        .ok()
        .filter(|_| !policy.statements.is_empty())
        .map(|name| RolePolicy::new(&role, name, policy))
        .map(|policy| scope.resource(&format!("{id}-policy"), policy));
    (role, policy)
}
