//! Constructs: what a platform is made of, each built of resources of [`services`](crate::services).
//!
//! Adding one to an [`Architecture`](crate::Architecture) returns a handle, which the next ones
//! take. The handles have the tier and the exposure of what was built in their types, so that a
//! database in public subnets, or one that the internet reaches, does not compile. What a construct
//! needs and has not been given is in its type too, as one of [`NoSubnets`] and its like, and it
//! cannot be added then.

pub use address::{AddressTarget, Check, TargetHealth};
pub use app_secret::{AppSecret, AppSecretHandle, SecretReaders};
pub use cdn::{Cdn, CdnContent, CdnHandle, NoContent};
pub use certificate::{
    Certificate, CertificateHandle, CloudFrontCertificate, CloudFrontCertificateHandle, NoZone,
};
pub use cluster::FargateCluster;
pub use database::{Database, DatabaseHandle};
pub use encryption_key::{EncryptionKey, EncryptionKeyHandle, KeyUser};
pub use endpoints::{Endpoints, EndpointsHandle, PrivateService};
pub use failover_address::{
    FailoverAddress, FailoverAddressHandle, NoPrimary, NoSecondary, Watched,
};
pub use fargate::{FargateHandle, FargateService};
pub use firewall::{Firewall, FirewallHandle, InRegion, OnCloudFront};
pub use flow_logs::FlowLogs;
pub use geolocation_address::{GeolocationAddress, GeolocationAddressHandle, Location};
pub use load_balancer::{Certified, LoadBalancer, LoadBalancerHandle, NoCertificate, NoDefault};
pub use log_bucket::{LogBucket, LogBucketHandle};
pub use network::{Isolated, Nat, Network, NetworkHandle, Private, Public, Tier};
pub use network_acls::{NetworkAcls, NetworkAclsHandle};
pub use private_bucket::{PrivateBucket, PrivateBucketHandle};
pub use reads::Reads;
pub use secret::Secret;
pub use security::{AtEdge, Edge, Group, Internal, SecurityGroup, Tcp, Udp};

mod address;
mod app_secret;
mod cdn;
mod certificate;
mod cluster;
mod database;
mod encryption_key;
mod endpoints;
mod failover_address;
mod fargate;
mod firewall;
mod flow_logs;
mod geolocation_address;
mod image;
mod load_balancer;
mod log_bucket;
mod network;
mod network_acls;
mod private_bucket;
mod reads;
mod secret;
mod security;
#[cfg(test)]
mod testing;

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
