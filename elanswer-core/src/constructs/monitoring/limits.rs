//! What is too much.

use bon::Builder;

use crate::services::{cloudwatch::Threshold, rds::DbInstanceClass};

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
    /// Percent of the answers of a distribution that have a status of 500 or more. Default: 5. Users
    /// feel it.
    #[builder(default = 5)]
    pub distribution_errors: Threshold,
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
    /// memory of a `db.m7g.large`; of other classes see [`of_database`](Self::of_database).
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

impl Limits {
    /// The defaults, with as many connections as fit a PostgreSQL of this class: four fifths of what
    /// it takes. Of a class whose memory is not known here, the default.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html>.
    #[must_use]
    pub fn of_database(class: &DbInstanceClass) -> Self {
        let mut limits = Self::default();
        if let Some(gib) = memory(class) {
            limits.database_connections = four_fifths(connections(gib)).into();
        }
        limits
    }
}

/// The GiB of memory of a class.
///
/// Source: <https://aws.amazon.com/rds/instance-types/>.
fn memory(class: &DbInstanceClass) -> Option<u32> {
    let more = match class.family().chars().next()? {
        't' | 'm' => 1,
        'r' => 2,
        _ => return None,
    };
    let gib = match class.size() {
        "micro" => 1,
        "small" => 2,
        "medium" => 4,
        "large" => 8,
        size => match size.strip_suffix("xlarge")? {
            "" => 16,
            times => times.parse::<u32>().ok()?.checked_mul(16)?,
        },
    };
    Some(gib * more)
}

/// `max_connections`: one for each 9,531,392 bytes that PostgreSQL has, 5000 at most. A quarter of a
/// GiB is not its own.
fn connections(gib: u32) -> u32 {
    const QUARTER: u64 = 1 << 28;
    let bytes = (u64::from(gib) * 4 - 1) * QUARTER;
    u32::try_from(bytes / 9_531_392).map_or(5000, |most| most.min(5000))
}

/// In tens.
const fn four_fifths(of: u32) -> u32 {
    (of * 4 / 5 + 5) / 10 * 10
}

impl Default for Limits {
    fn default() -> Self {
        Self::builder().build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_fit_the_memory_of_a_class() {
        for (class, limit) in [
            ("db.t4g.micro", 70),
            ("db.t4g.medium", 340),
            ("db.m7g.large", 700),
            ("db.m7g.2xlarge", 2860),
            ("db.r7g.large", 1420),
            ("db.r7g.16xlarge", 4000),
            // Whose memory is not known here.
            ("db.x2g.large", 700),
            ("db.m7g.metal", 700),
        ] {
            let limits = Limits::of_database(&class.parse().unwrap());
            assert_eq!(limits.database_connections, Threshold::from(limit), "{class}");
        }
    }
}
