//! Random architectures and random edits between them: whatever they are, and whatever the weather
//! in AWS is, the plan after an apply is empty, and a destroy leaves nothing.
//!
//! A failure prints the smallest case that fails, with its seed.

use std::collections::BTreeMap;

use elanswer::{
    Architecture, Cidr, Executor, Region, Tags, Target, Zone,
    operations::Applying,
    services::{
        ec2::{
            Description, Ports, Protocol, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress,
            Subnet, Vpc,
        },
        iam::{Role, RolePath, Service},
        logs::{LogGroup, Retention},
    },
    testkit::{Call, FaultGuard, MockAws, Verdict, explore_crashes},
};
use proptest::{collection::btree_map, prelude::*, test_runner::RngSeed};

use super::support::exactly;

/// An architecture, by what can differ: names are few, so that two of them have much in common.
#[derive(Debug, Clone)]
struct Shape {
    owner: u8,
    networks: BTreeMap<u8, Network>,
    logs: BTreeMap<u8, u8>,
    roles: BTreeMap<u8, u8>,
}

#[derive(Debug, Clone)]
struct Network {
    /// Which range it has.
    range: bool,
    dns_hostnames: bool,
    /// Which zone each is in, and which of two ranges it has.
    subnets: BTreeMap<u8, (u8, bool)>,
    /// Which description each has, and its rules.
    groups: BTreeMap<u8, (u8, BTreeMap<u8, Rule>)>,
}

#[derive(Debug, Clone)]
struct Rule {
    outwards: bool,
    description: u8,
    range: u8,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let rule = (any::<bool>(), 0..2_u8, 0..2_u8).prop_map(|(outwards, description, range)| Rule {
        outwards,
        description,
        range,
    });
    let group = (0..2_u8, btree_map(0..3_u8, rule, 0..3));
    let subnet = (0..3_u8, any::<bool>());
    let network = (
        prop::bool::weighted(0.2),
        any::<bool>(),
        btree_map(0..4_u8, subnet, 0..4),
        btree_map(0..3_u8, group, 0..3),
    )
        .prop_map(|(range, dns_hostnames, subnets, groups)| Network {
            range,
            dns_hostnames,
            subnets,
            groups,
        });
    (
        0..2_u8,
        btree_map(0..2_u8, network, 0..3),
        btree_map(0..3_u8, 0..3_u8, 0..3),
        btree_map(0..3_u8, 0..2_u8, 0..3),
    )
        .prop_map(|(owner, networks, logs, roles)| Shape { owner, networks, logs, roles })
}

impl Shape {
    fn architecture(&self) -> Architecture {
        let mut arch = Architecture::new("random", Region::EuCentral1);
        arch.tag("owner", format!("team-{}", self.owner));
        for (number, network) in &self.networks {
            network.build(*number, &mut arch);
        }
        for (number, retention) in &self.logs {
            let retention = [Retention::Days7, Retention::Days30, Retention::Days365]
                .get(usize::from(*retention))
                .copied()
                .unwrap();
            let logs = LogGroup::builder().retention_in_days(retention);
            arch.resource(&format!("logs-{number}"), logs.build());
        }
        for (number, path) in &self.roles {
            let path = RolePath::new(if *path == 0 { "/" } else { "/other/" }).unwrap();
            let role = Role { path, ..Role::assumed_by(Service::EcsTasks) };
            arch.resource(&format!("role-{number}"), role);
        }
        arch
    }
}

fn range(text: &str) -> Cidr {
    text.parse().unwrap()
}

impl Network {
    fn build(&self, number: u8, arch: &mut Architecture) {
        let first = number * 2 + u8::from(self.range);
        let vpc = Vpc::builder()
            .cidr_block(range(&format!("10.{first}.0.0/16")))
            .enable_dns_hostnames(self.dns_hostnames)
            .tags(Tags::new().with("Name", format!("network {number}")));
        let vpc = arch.resource(&format!("vpc-{number}"), vpc.build());
        for (subnet, (zone, other)) in &self.subnets {
            let third = subnet * 2 + u8::from(*other);
            let zone = char::from(b'a' + zone);
            let built = Subnet::builder()
                .vpc(&vpc)
                .cidr_block(range(&format!("10.{first}.{third}.0/24")))
                .availability_zone(Zone::new(Region::EuCentral1, zone));
            arch.resource(&format!("vpc-{number}-subnet-{subnet}"), built.build());
        }
        for (group, (description, rules)) in &self.groups {
            let name = format!("vpc-{number}-group-{group}");
            let built = SecurityGroup::builder()
                .group_description(Description::new(format!("group {description}")).unwrap())
                .vpc(&vpc);
            let group = arch.resource(&name, built.build());
            for (rule, Rule { outwards, description, range: peer }) in rules {
                let protocol = Protocol::Tcp(Ports::one(8000 + u16::from(*rule)));
                let peer = range(&format!("192.168.{peer}.0/24"));
                let description = Description::new(format!("rule {description}")).unwrap();
                let name = format!("{name}-rule-{rule}");
                if *outwards {
                    let rule = SecurityGroupEgress::builder().group(&group);
                    let rule = rule.protocol(protocol).peer(peer).description(description);
                    arch.resource(&name, rule.build());
                } else {
                    let rule = SecurityGroupIngress::builder().group(&group);
                    let rule = rule.protocol(protocol).peer(peer).description(description);
                    arch.resource(&name, rule.build());
                }
            }
        }
    }
}

/// What AWS is like.
#[derive(Debug, Clone)]
struct Weather {
    seed: u64,
    /// Of a hundred calls, how many are throttled, and how many answers are lost.
    throttled: u64,
    lost: u64,
    read_lag: u64,
    /// After how many calls the program dies, once for each.
    deaths: Vec<u64>,
}

impl Weather {
    const FINE: Self = Self { seed: 7, throttled: 0, lost: 0, read_lag: 0, deaths: Vec::new() };

    fn aws(&self) -> MockAws {
        MockAws::builder().seed(self.seed).read_lag(self.read_lag).build()
    }

    /// The faults of the next run, which dies at the call of this number.
    fn begin(&self, aws: &MockAws, death: Option<u64>) -> FaultGuard {
        let Self { seed, throttled, lost, .. } = *self;
        aws.fault(move |call: &Call| {
            if Some(call.number) == death {
                return Verdict::CrashAfter;
            }
            let mixed = (call.number ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let dice = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32;
            match dice % 100 {
                dice if dice < throttled => Verdict::Throttle,
                dice if dice < throttled + lost => Verdict::LoseResponse,
                _ => Verdict::Pass,
            }
        })
    }

    /// Does it, dying on the way.
    async fn work<'a>(
        &self,
        aws: &MockAws,
        work: impl Fn() -> Applying<'a>,
    ) -> Result<(), TestCaseError> {
        for calls in &self.deaths {
            let _guard = self.begin(aws, Some(aws.calls() + calls));
            tokio::select! {
                biased;
                () = aws.crashed() => {}
                done = work().into_future() => {
                    let report = done.map_err(|error| TestCaseError::fail(error.to_string()))?;
                    prop_assert!(report.is_complete(), "{}", report);
                }
            }
        }
        let _guard = self.begin(aws, None);
        let done = tokio::time::timeout(std::time::Duration::from_secs(1_000_000), work()).await;
        let report = done.map_err(|_| TestCaseError::fail("it never ends"))?;
        let report = report.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(report.is_complete(), "{}", report);
        Ok(())
    }
}

/// One architecture after the other is applied, and then all is removed.
async fn life(shapes: &[Shape], weather: &Weather) -> Result<(), TestCaseError> {
    let aws = weather.aws();
    for shape in shapes {
        let arch = shape.architecture();
        let report = elanswer::check(&arch);
        prop_assert!(report.is_deployable(), "{}", report);
        weather.work(&aws, || elanswer::apply(&arch, &aws)).await?;
        exactly(&arch, &aws, "after an apply");
        let _guard = weather.begin(&aws, None);
        for refresh in [true, false] {
            let plan = elanswer::plan(&arch, &aws).refresh(refresh).await;
            let plan = plan.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(plan.is_empty(), "refresh {}: {}", refresh, plan);
        }
    }
    weather.work(&aws, || elanswer::destroy("random", &aws)).await?;
    prop_assert!(aws.inventory().is_empty(), "left: {:#?}", aws.inventory());
    let state = aws.store().load("random").await;
    let state = state.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(state.records.is_empty(), "recorded: {:#?}", state.records);
    Ok(())
}

fn run(shapes: &[Shape], weather: &Weather) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(life(shapes, weather))
}

/// The same cases in every run, unless `PROPTEST_CASES` asks for more or `PROPTEST_RNG_SEED` for
/// others. A test that fails shows its seed, and the smallest case that it found.
#[expect(clippy::print_stderr, reason = "shown when the test fails")]
fn config(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    let seed = match asked.rng_seed {
        RngSeed::Fixed(seed) => seed,
        RngSeed::Random => 7,
    };
    let more = std::env::var_os("PROPTEST_CASES").is_some();
    let cases = if more { asked.cases } else { cases };
    eprintln!("PROPTEST_RNG_SEED={seed} PROPTEST_CASES={cases}");
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..asked }
}

fn lives() -> impl Strategy<Value = Vec<Shape>> {
    prop::collection::vec(shapes(), 1..4)
}

fn bad_weather() -> impl Strategy<Value = Weather> {
    (any::<u64>(), 0..6_u64, prop::collection::vec(1..40_u64, 0..3)).prop_map(
        |(seed, read_lag, deaths)| Weather { seed, throttled: 30, lost: 5, read_lag, deaths },
    )
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn in_fine_weather(shapes in lives()) {
        run(&shapes, &Weather::FINE)?;
    }

    #[test]
    fn with_reads_that_lag(shapes in lives(), seed in any::<u64>(), read_lag in 1..6_u64) {
        run(&shapes, &Weather { seed, read_lag, ..Weather::FINE })?;
    }

    #[test]
    fn in_bad_weather(shapes in lives(), weather in bad_weather()) {
        run(&shapes, &weather)?;
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn from_some_boundaries(
        before in shapes(),
        after in shapes(),
        every in 17..60_usize,
    ) {
        let exploring = explore_crashes(&before.architecture()).changed_to(&after.architecture());
        let report = exploring.every(every).threads(1).run();
        let report = report.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(report.is_clean(), "{}", report);
    }
}
