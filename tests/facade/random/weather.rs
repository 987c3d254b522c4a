//! What AWS is like while a program works.

use elanswer::{
    Executor,
    operations::Applying,
    testkit::{Call, FaultGuard, MockAws, Verdict},
};
use proptest::{prelude::*, test_runner::TestCaseError};

/// What AWS is like.
#[derive(Debug, Clone)]
pub(super) struct Weather {
    pub(super) seed: u64,
    /// Of a hundred calls, how many are throttled, and how many answers are lost.
    pub(super) throttled: u64,
    pub(super) lost: u64,
    pub(super) read_lag: u64,
    /// After how many calls the program dies, once for each.
    pub(super) deaths: Vec<u64>,
}

impl Weather {
    pub(super) const FINE: Self =
        Self { seed: 7, throttled: 0, lost: 0, read_lag: 0, deaths: Vec::new() };

    pub(super) fn aws(&self) -> MockAws {
        MockAws::builder().seed(self.seed).read_lag(self.read_lag).build()
    }

    /// The faults of the next run, which dies at the call of this number.
    pub(super) fn begin(&self, aws: &MockAws, death: Option<u64>) -> FaultGuard {
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
    pub(super) async fn work<'a>(
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

pub(super) fn bad_weather() -> impl Strategy<Value = Weather> {
    (any::<u64>(), 0..6_u64, prop::collection::vec(1..40_u64, 0..3)).prop_map(
        |(seed, read_lag, deaths)| Weather { seed, throttled: 30, lost: 5, read_lag, deaths },
    )
}
