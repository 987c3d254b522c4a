//! An apply of hundreds of resources through the bucket of tokens that AWS gives an account.

use std::{collections::BTreeMap, time::Duration};

use elanswer::{
    Cancel, Event, Region, Target,
    state::Phase,
    testkit::{MockAws, TokenBucket},
};
use tokio::time::Instant;

#[path = "../../examples/fleet/architecture.rs"]
mod architecture;

/// What AWS lets through is used: in EC2 50 calls at once and 5 in a second, elsewhere others.
#[tokio::test(start_paused = true)]
async fn a_token_bucket_is_used_to_its_last_token() {
    for (capacity, per_second) in [(50, 5.0), (20, 10.0), (100, 20.0)] {
        let (aws, arch) = (MockAws::new(), architecture::fleet(100, Region::UsEast1));
        let plan = elanswer::plan(&arch, &aws).await.unwrap();
        assert_eq!(plan.steps.len(), 601);
        let tokens_to_wait_for = plan.api_calls.apply as f64 - f64::from(capacity);
        let best = Duration::from_secs_f64(tokens_to_wait_for / per_second);

        let _throttled = aws.fault(TokenBucket::new(capacity, per_second).of("ec2").for_changes());
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let start = Instant::now();
        let report = elanswer::apply(&arch, &aws).events(sender).await.unwrap();
        let took = start.elapsed();
        assert!(report.is_complete(), "{report}");
        assert!(took >= best, "{took:?} is too good: the bucket does not limit");
        assert!(took <= best.mul_f64(1.1), "{took:?} where {best:?} is best");

        let mut retries = BTreeMap::<_, u32>::new();
        while let Ok(event) = events.try_recv() {
            if let Event::StepRetrying { resource, .. } = event {
                *retries.entry(resource).or_default() += 1;
            }
        }
        assert!(!retries.is_empty(), "nothing was throttled");
        assert!(retries.values().all(|times| *times <= 5), "{retries:?}");
    }
}

/// What waits for its turn ends at once when the apply is cancelled, and is not recorded: the next
/// apply has nothing to look for.
#[tokio::test(start_paused = true)]
async fn cancelled_while_hundreds_wait_for_their_turn() {
    let (aws, arch) = (MockAws::new(), architecture::fleet(100, Region::UsEast1));
    let _throttled = aws.fault(TokenBucket::new(50, 5.0).of("ec2").for_changes());
    let cancel = Cancel::new();
    let start = Instant::now();
    let applying = elanswer::apply(&arch, &aws).cancel(cancel.clone());
    let stop = async {
        tokio::time::sleep(Duration::from_secs(20)).await;
        cancel.cancel();
    };
    let (report, ()) = tokio::join!(applying.into_future(), stop);
    let report = report.unwrap();
    assert!(start.elapsed() < Duration::from_secs(22), "{:?}", start.elapsed());
    assert!(report.cancelled && report.created > 50 && report.skipped.len() > 300, "{report}");
    let state = aws.store().load(arch.name()).await.unwrap();
    let open =
        state.records.values().filter(|record| matches!(record.phase, Phase::Creating { .. }));
    assert!(open.count() <= report.failures.len(), "{report}");
}
