//! What a platform can do without.

/// A part of the platform that can be [left out](super::Platform::without).
///
/// What is left out is missed by a rule: suppress it by name, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Part {
    /// The record of all traffic in the network.
    FlowLogs,
    /// The private ways to AWS: what the services call goes by NAT then.
    Endpoints,
    /// The firewall in front of the load balancer: `load-balancer-without-web-acl`.
    Firewall,
    /// The database's standby in another zone: `database-single-zone`.
    Standby,
}
