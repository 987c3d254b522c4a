use std::collections::BTreeMap;

use crate::{
    Dollars, Platform, Ref, Region,
    constructs::Limits,
    platform::tests::{certificate, described},
    services::{
        ce::{AnomalyMonitor, AnomalySubscription},
        cloudwatch::Alarm,
    },
};

const HERE: Region = Region::UsEast1;

/// What the alarms over the database compare with: connections, and GiB of storage.
fn database(platform: Platform) -> (f64, f64) {
    let (arch, _) = described(HERE, platform);
    let all: BTreeMap<_, _> =
        arch.all::<Alarm>().map(|(node, it)| (node.id.as_str(), it.threshold.get())).collect();
    let of =
        |what: &str| all[format!("platform/monitoring/platform-database-instance-{what}").as_str()];
    (of("connections"), of("storage") / f64::from(1 << 30))
}

#[test]
fn limits_fit_the_database() {
    assert_eq!(database(Platform::new("platform", certificate(HERE))), (700.0, 10.0));
    assert_eq!(database(Platform::development("platform", certificate(HERE))), (70.0, 2.0));
    let limits = Limits::builder().database_connections(50).build();
    let platform = Platform::development("platform", certificate(HERE)).limits(limits);
    assert_eq!(database(platform), (50.0, 10.0));
}

#[test]
fn an_account_has_one_monitor_of_costs() {
    let platform = || Platform::new("platform", certificate(HERE)).budget(Dollars::whole(3000));
    let (arch, _) = described(HERE, platform());
    assert_eq!(arch.all::<AnomalyMonitor>().count(), 1);

    let there = Ref::existing("arn:aws:ce::123456789012:anomalymonitor/m");
    let (arch, _) = described(HERE, platform().spending_monitored_by(there.clone()));
    assert_eq!(arch.all::<AnomalyMonitor>().count(), 0);
    let (_, subscription) = arch.all::<AnomalySubscription>().next().unwrap();
    assert!(subscription.monitors.iter().all(|it| *it == there));
}
