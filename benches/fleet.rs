//! Planning and applying fleets of growing size; and, before the times, how much longer than its
//! critical path an apply takes on AWS's clock.
//!
//! ```sh
//! cargo bench --bench fleet
//! ```

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on stops")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measures")]

#[path = "../examples/fleet/architecture.rs"]
mod architecture;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use divan::Bencher;
use elanswer::{
    Architecture, Platform, Region, ResourceId,
    plan::{Plan, Planner},
    resource::Kinds,
    services::elbv2::CertificateArn,
    state::State,
    testkit::MockAws,
};
use tokio::runtime::{Builder, Runtime};

fn main() {
    println!("applied on AWS's clock     time  critical path");
    for arch in [platform(), architecture::fleet(100, Region::UsEast1)] {
        let (took, path) = (apply_once(&arch), critical_path(&arch));
        let over = (took.as_secs_f64() / path.as_secs_f64() - 1.0) * 100.0;
        let (name, took, path) = (arch.name(), took.as_secs_f64(), path.as_secs_f64());
        println!("{name:20} {took:8.1} s     {path:8.1} s  {over:+.1} %");
    }
    divan::main();
}

fn platform() -> Architecture {
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";
    let certificate: CertificateArn = arn.parse().expect("the ARN of a certificate");
    let mut arch = Architecture::new("platform", Region::UsEast1);
    arch.add(Platform::new("platform", certificate).disposable());
    arch
}

fn apply_once(arch: &Architecture) -> Duration {
    let runtime = paused();
    let applying =
        async { elanswer::apply(arch, &MockAws::new()).unchecked().concurrency(1_000).await };
    runtime.block_on(applying).expect("applies").elapsed
}

/// The longest chain of resources that need each other, each with the time that AWS takes for it
/// and 50 ms for each of its calls.
fn critical_path(arch: &Architecture) -> Duration {
    fn until<'a>(
        arch: &'a Architecture,
        id: &'a ResourceId,
        known: &mut BTreeMap<&'a ResourceId, Duration>,
    ) -> Duration {
        if let Some(known) = known.get(id) {
            return *known;
        }
        let node = arch.node(id).expect("a resource of the architecture");
        let before = node.dependencies().map(|other| until(arch, other, known)).max();
        let calls = Duration::from_millis(50) * node.resource.calls_to_create();
        let own = node.resource.schema().timing.create + calls;
        let until = before.unwrap_or_default() + own;
        known.insert(id, until);
        until
    }
    let mut known = BTreeMap::new();
    arch.nodes().map(|node| until(arch, &node.id, &mut known)).max().unwrap_or_default()
}

fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
}

/// 601, 10,003 and 100,003 resources.
const SIZES: [u32; 3] = [100, 1_667, 16_667];

fn plan(arch: &Architecture, state: &State, kinds: &Kinds) -> Plan {
    let seen = BTreeMap::new();
    Planner { arch: Some(arch), stack: arch.name(), state, seen: &seen, kinds, read_calls: 0 }
        .plan()
        .expect("a fleet can be planned")
}

/// Nothing exists: every resource is to be created.
#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_everything(bencher: Bencher<'_, '_>, size: u32) {
    let arch = architecture::fleet(size, Region::UsEast1);
    let (state, kinds) = (State::new("bench"), Kinds::builtin());
    bencher.bench(|| plan(&arch, &state, &kinds));
}

/// Everything exists as it should: nothing is to be done.
#[divan::bench(args = SIZES, sample_count = 10)]
fn plan_nothing(bencher: Bencher<'_, '_>, size: u32) {
    let arch = architecture::fleet(size, Region::UsEast1);
    let kinds = Kinds::builtin();
    let state = applied(&arch, &kinds);
    assert!(plan(&arch, &state, &kinds).is_empty());
    bencher.bench(|| plan(&arch, &state, &kinds));
}

/// Describing the fleet, which is not part of a plan.
#[divan::bench(args = SIZES, sample_count = 10)]
fn describe(bencher: Bencher<'_, '_>, size: u32) {
    bencher.bench(|| architecture::fleet(size, Region::UsEast1));
}

/// Looking for what is wrong with it.
#[divan::bench(args = SIZES, sample_count = 10)]
fn check(bencher: Bencher<'_, '_>, size: u32) {
    let arch = architecture::fleet(size, Region::UsEast1);
    bencher.bench(|| elanswer::check(&arch));
}

/// Applying 601 resources to the AWS in memory, in virtual time.
#[divan::bench(sample_count = 10)]
fn apply(bencher: Bencher<'_, '_>) {
    let arch = architecture::fleet(100, Region::UsEast1);
    let runtime = paused();
    bencher.with_inputs(MockAws::new).bench_values(|aws| {
        let applying = elanswer::apply(&arch, &aws).unchecked().into_future();
        let report = runtime.block_on(applying).expect("applies");
        assert!(report.is_complete(), "{report}");
    });
}

/// The state after an apply: what AWS would have answered stands in for every identifier.
fn applied(arch: &Architecture, kinds: &Kinds) -> State {
    use elanswer::state::{Entry, ObjectKey, Phase, Record};

    let mut state = State::new("bench");
    let first = plan(arch, &state, kinds);
    for (number, step) in first.steps.iter().enumerate() {
        let node = arch.node(&step.resource).expect("a step of the architecture");
        let schema = node.resource.schema();
        let outputs = schema
            .outputs
            .iter()
            .map(|output| ((*output).to_owned(), format!("id-{}", node.id).into()))
            .collect();
        let mut properties = node.properties().clone();
        for (property, value) in &mut properties {
            let reference = node.references().iter().find(|_| value.get("Fn::GetAtt").is_some());
            if let Some(reference) = reference {
                *value = format!("id-{}", reference.resource).into();
                assert!(!property.is_empty());
            }
        }
        state.apply(Entry::Put(Arc::new(Record {
            key: ObjectKey {
                resource: node.id.clone(),
                incarnation: u32::try_from(number + 1).expect("a small number"),
            },
            kind: schema.kind.as_str().to_owned(),
            place: node.place.clone(),
            phase: Phase::Ready,
            tagged_as: None,
            identifier: Some(format!("id-{}", node.id)),
            properties,
            outputs,
            dependencies: node.dependencies().cloned().collect(),
            protect: false,
            retain: false,
        })));
    }
    state
}
