//! What is too much.

use bon::Builder;

use crate::services::cloudwatch::Threshold;

/// What is too much of each metric: above it, or below it where that is said, the alarm goes off.
///
/// An alarm looks at points of a minute and goes off when three of the last five are beyond the
/// limit, unless it says otherwise: one bad minute wakes nobody. Where a service reports only when
/// something happens, no point is a good one.
///
/// ```
/// use elanswer_core::{constructs::Limits, services::cloudwatch::Threshold};
///
/// let limits = Limits::builder().latency(Threshold::new(0.5)?).database_connections(200).build();
/// # Ok::<(), elanswer_core::services::cloudwatch::ThresholdError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Builder)]
#[builder(on(Threshold, into))]
pub struct Limits {
    /// Answers with a status of 500 or more that a load balancer gives by itself, each minute.
    /// Default: 10. Users feel it.
    #[builder(default = 10)]
    pub load_balancer_errors: Threshold,
    /// Answers with a status of 500 or more that the targets of a load balancer give, each minute.
    /// Default: 10. Users feel it.
    #[builder(default = 10)]
    pub target_errors: Threshold,
    /// Seconds until the slowest hundredth of the answers of targets. Default: 1. Users feel it.
    #[builder(default = 1)]
    pub latency: Threshold,
    /// Targets that do not answer health checks. Default: 0, so that one is too many, three minutes
    /// in a row: a deployment goes by. Users feel it.
    #[builder(default = 0)]
    pub unhealthy_targets: Threshold,
    /// Percent of the processors of the tasks of a service. Default: 85, for ten minutes in a row.
    #[builder(default = 85)]
    pub service_cpu: Threshold,
    /// Percent of the memory of the tasks of a service, above which they are near being killed.
    /// Default: 85.
    #[builder(default = 85)]
    pub service_memory: Threshold,
    /// Percent of the processors of a database. Default: 80, for ten minutes in a row.
    #[builder(default = 80)]
    pub database_cpu: Threshold,
    /// Bytes of free storage of a database: below it. Default: 10 GiB.
    #[builder(default = Threshold::gib(10))]
    pub database_storage: Threshold,
    /// Connections to a database. Default: 700, four fifths of what PostgreSQL takes with the
    /// memory of a `db.m7g.large`; other classes take as many more as they have memory.
    #[builder(default = 700)]
    pub database_connections: Threshold,
    /// Seconds that a copy of a database is behind. Default: 30.
    #[builder(default = 30)]
    pub replica_lag: Threshold,
    /// Percent of the processor that the engine of a cache has. Default: 90, as AWS suggests.
    #[builder(default = 90)]
    pub cache_cpu: Threshold,
    /// Percent of the memory of a cache. Default: 80.
    #[builder(default = 80)]
    pub cache_memory: Threshold,
    /// Keys that a cache threw out for want of memory, each minute. Default: 100.
    #[builder(default = 100)]
    pub cache_evictions: Threshold,
    /// Connections that a NAT gateway could not open for want of ports, each minute. Default: 0, so
    /// that one is too many. Users feel it.
    #[builder(default = 0)]
    pub nat_port_errors: Threshold,
    /// Packets that a NAT gateway dropped, each minute. Default: 100.
    #[builder(default = 100)]
    pub nat_dropped_packets: Threshold,
    /// Requests that a firewall blocked, each minute. Default: 1000.
    #[builder(default = 1000)]
    pub blocked_requests: Threshold,
}

impl Default for Limits {
    fn default() -> Self {
        Self::builder().build()
    }
}
