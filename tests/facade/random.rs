//! Random architectures and random edits between them: whatever they are, and whatever the weather
//! in AWS is, the plan after an apply is empty, and a destroy leaves nothing.
//!
//! A failure prints the smallest case that fails, with its seed.

mod shape;
mod stage;
mod weather;

use elanswer::{Architecture, Target, testkit::explore_crashes};
use proptest::{collection::vec, prelude::*, test_runner::RngSeed};

use self::{
    shape::{Shape, shapes},
    stage::{Stage, stages},
    weather::{Weather, bad_weather},
};
use super::support::exactly;

/// One architecture after the other is applied, and then all is removed.
async fn life(life: &[Architecture], weather: &Weather) -> Result<(), TestCaseError> {
    let aws = weather.aws();
    for arch in life {
        let report = elanswer::check(arch);
        prop_assert!(report.is_deployable(), "{}", report);
        weather.work(&aws, || elanswer::apply(arch, &aws)).await?;
        exactly(arch, &aws, "after an apply");
        let _guard = weather.begin(&aws, None);
        for refresh in [true, false] {
            let plan = elanswer::plan(arch, &aws).refresh(refresh).await;
            let plan = plan.map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert!(plan.is_empty(), "refresh {}: {}", refresh, plan);
        }
    }
    let name = life.first().map_or("nothing", Architecture::name);
    weather.work(&aws, || elanswer::destroy(name, &aws)).await?;
    prop_assert!(aws.inventory().is_empty(), "left: {:#?}", aws.inventory());
    let state = aws.store().load(name).await;
    let state = state.map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(state.records.is_empty(), "recorded: {:#?}", state.records);
    Ok(())
}

fn run<T>(
    edits: &[T],
    architecture: impl Fn(&T) -> Architecture,
    weather: &Weather,
) -> Result<(), TestCaseError> {
    let architectures: Vec<Architecture> = edits.iter().map(architecture).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(life(&architectures, weather))
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

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn in_fine_weather(life in vec(shapes(), 1..4)) {
        run(&life, Shape::architecture, &Weather::FINE)?;
    }

    #[test]
    fn with_reads_that_lag(
        life in vec(shapes(), 1..4),
        seed in any::<u64>(),
        read_lag in 1..6_u64,
    ) {
        run(&life, Shape::architecture, &Weather { seed, read_lag, ..Weather::FINE })?;
    }

    #[test]
    fn in_bad_weather(life in vec(shapes(), 1..4), weather in bad_weather()) {
        run(&life, Shape::architecture, &weather)?;
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn the_platform_in_fine_weather(life in vec(stages(), 2..4)) {
        run(&life, Stage::architecture, &Weather::FINE)?;
    }

    #[test]
    fn the_platform_in_bad_weather(life in vec(stages(), 2..4), weather in bad_weather()) {
        run(&life, Stage::architecture, &weather)?;
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
