//! States in a bucket in memory, in all weathers.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use elanswer_core::{
    Place, Region,
    state::{Entry, ObjectKey, Phase, Record, State, StateError, Store},
};
use object_store::{ObjectStore, ObjectStoreExt, memory::InMemory, path::Path};
use tokio::time::{sleep, timeout};

use super::BucketStore;
use weather::{Line, StoppedClock, TestClock, Weather};

mod crashes;
mod rivals;
mod weather;

const LOCK: Duration = Duration::from_secs(10);
/// Longer than a lock holds.
const LONG: Duration = Duration::from_secs(15);
/// Longer than any test.
const AGES: Duration = Duration::from_secs(1_000_000);

fn entry(name: &str) -> Entry {
    Entry::Put(Arc::new(Record {
        key: ObjectKey { resource: name.parse().unwrap(), incarnation: 1 },
        kind: "AWS::EC2::VPC".into(),
        place: Place::new(Region::UsEast1),
        phase: Phase::Ready,
        tagged_as: None,
        identifier: Some(format!("vpc-{name}")),
        properties: serde_json::Map::new(),
        outputs: serde_json::Map::new(),
        dependencies: BTreeSet::new(),
        protect: false,
        retain: false,
    }))
}

/// The store as a process has it that reaches it over `line`.
fn store(line: &Line, owner: &str) -> BucketStore {
    BucketStore::new(Arc::new(line.clone()), "memory://bucket", Path::from("states"))
        .with_lock(LOCK)
        .with_owner(owner)
}

fn memory() -> Arc<InMemory> {
    Arc::new(InMemory::new())
}

async fn names(objects: &InMemory) -> BTreeSet<String> {
    use futures_util::TryStreamExt;
    let listed: Vec<_> = objects.list(None).try_collect().await.unwrap();
    let name = |path: &Path| path.as_ref().trim_start_matches("states/s/").to_owned();
    listed.iter().map(|meta| name(&meta.location)).collect()
}

fn resources(state: &State) -> Vec<String> {
    state.records.keys().map(|key| key.resource.to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn keeps_what_was_appended() {
    let objects = memory();
    let line = Line::fine(&objects);
    let store = store(&line, "a").with_clock(TestClock::new());
    let mut session = store.open("s").await.unwrap();
    session.append(&[entry("a"), entry("b")]).await.unwrap();
    session.append(&[]).await.unwrap();
    session.append(&[entry("c")]).await.unwrap();
    session.close().await.unwrap();
    let state = store.load("s").await.unwrap();
    assert_eq!((resources(&state), state.serial), (["a", "b", "c"].map(Into::into).into(), 3));
    let expected = ["0000000000/0000000001", "0000000000/0000000002", "lock"];
    assert_eq!(names(&objects).await, expected.map(str::to_owned).into());
    let session = store.open("s").await.unwrap();
    assert_eq!(*session.state(), state);
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_writes_nothing_but_the_lock() {
    let line = Line::fine(&memory());
    let store = store(&line, "a").with_clock(TestClock::new());
    for _ in 0..2 {
        store.load("s").await.unwrap();
        assert!(line.writes().is_empty());
    }
    for _ in 0..3 {
        store.open("s").await.unwrap().close().await.unwrap();
    }
    assert_eq!(line.writes(), ["states/s/lock"; 6]);
}

#[tokio::test(start_paused = true)]
async fn an_append_costs_one_write_however_large_the_state() {
    let line = Line::fine(&memory());
    let store = store(&line, "a").with_clock(TestClock::new());
    let mut session = store.open("s").await.unwrap();
    for n in 0..50 {
        let before = line.operations().len();
        session.append(&[entry(&format!("r{n}"))]).await.unwrap();
        assert_eq!(line.operations().len(), before + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_writer_is_told_who_has_it_and_until_when() {
    let line = Line::fine(&memory());
    let clock = TestClock::new();
    let (first, second) = (
        store(&line, "ann@one (process 1)").with_clock(clock),
        store(&line, "bob").with_clock(clock),
    );
    let session = first.open("s").await.unwrap();
    let error = second.open("s").await.unwrap_err();
    assert!(matches!(error, StateError::Locked { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "the state of `s` is in use by ann@one (process 1), until 2026-06-21T00:00:10Z unless it goes on; wait until that is done"
    );
    // As long as it lives.
    for _ in 0..100 {
        sleep(LONG).await;
        assert!(matches!(second.open("s").await, Err(StateError::Locked { .. })));
    }
    second.open("other").await.unwrap();
    session.close().await.unwrap();
    second.open("s").await.unwrap().close().await.unwrap();
    // Also when it is dropped.
    drop(first.open("s").await.unwrap());
    first.settle().await;
    second.open("s").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_expired_is_taken_over_and_its_holder_refused() {
    let objects = memory();
    let clock = TestClock::new();
    let line = Line::fine(&objects);
    let stale = store(&line, "stale").with_clock(clock);
    let mut session = stale.open("s").await.unwrap();
    session.append(&[entry("a")]).await.unwrap();
    // It stops: nothing that it sends arrives.
    line.change(|_| Weather::Late(LONG * 2));
    sleep(LONG).await;
    let other = store(&Line::fine(&objects), "other").with_clock(clock);
    let mut taken = other.open("s").await.unwrap();
    assert_eq!(resources(taken.state()), ["a"]);
    line.change(|_| Weather::Fine);
    let error = session.append(&[entry("b")]).await.unwrap_err();
    assert!(matches!(&error, StateError::Fenced { owner, .. } if owner == "other"), "{error}");
    taken.append(&[entry("c")]).await.unwrap();
    // Nor later, nor may it tidy up or give back a lock that it has not.
    assert!(session.append(&[entry("b")]).await.is_err());
    let _ = session.close().await;
    assert!(matches!(stale.open("s").await, Err(StateError::Locked { .. })));
    taken.close().await.unwrap();
    assert_eq!(resources(&stale.load("s").await.unwrap()), ["a", "c"]);
}

/// The answer was on its way when the process stopped: the entry is durable, but what it was about
/// to do, the one who took over has done.
#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_after_a_takeover_is_no_leave_to_go_on() {
    let objects = memory();
    let clock = TestClock::new();
    let line = Line::fine(&objects);
    let stale = store(&line, "stale").with_clock(clock);
    let mut session = stale.open("s").await.unwrap();
    line.change(|done| match done.path.ends_with("lock") {
        true => Weather::Late(LONG * 2),
        false => Weather::LateAnswer(LONG * 2),
    });
    let other = store(&Line::fine(&objects), "other").with_clock(clock);
    let takeover = async {
        sleep(LONG).await;
        let taken = other.open("s").await.unwrap();
        line.change(|_| Weather::Fine);
        taken
    };
    let entries = [entry("a")];
    let (answer, taken) = futures_util::future::join(session.append(&entries), takeover).await;
    assert!(matches!(&answer, Err(StateError::Fenced { .. })), "{answer:?}");
    assert_eq!(resources(taken.state()), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn the_store_itself_refuses_a_writer_whose_clock_has_stopped() {
    // Right after the other took over, after it wrote, and after it compacted what was there.
    for appends in [0, 1, 150] {
        let objects = memory();
        let line = Line::fine(&objects);
        let stale = store(&line, "stale").with_clock(StoppedClock);
        let mut session = stale.open("s").await.unwrap();
        session.append(&[entry("a")]).await.unwrap();
        line.change(
            |done| if done.path.ends_with("lock") { Weather::Late(AGES) } else { Weather::Fine },
        );
        sleep(LONG).await;
        let clock = TestClock::new();
        sleep(LONG).await;
        let other = store(&Line::fine(&objects), "other").with_clock(clock);
        let mut taken = other.open("s").await.unwrap();
        for n in 0..appends {
            taken.append(&[entry(&format!("r{n}"))]).await.unwrap();
        }
        taken.close().await.unwrap();
        let before = other.load("s").await.unwrap();
        let error = session.append(&[entry("b")]).await;
        assert!(error.is_err(), "{appends}");
        assert_eq!(other.load("s").await.unwrap(), before);
    }
}

#[tokio::test(start_paused = true)]
async fn a_writer_that_overslept_goes_on_if_nobody_took_over() {
    let objects = memory();
    let clock = TestClock::new();
    let line = Line::fine(&objects);
    let store = store(&line, "a").with_clock(clock);
    let mut session = store.open("s").await.unwrap();
    line.change(|_| Weather::Fails);
    sleep(LONG).await;
    // It cannot be known whether somebody did.
    let error = session.append(&[entry("a")]).await.unwrap_err();
    assert!(matches!(error, StateError::Remote { action: "renew", .. }), "{error}");
    line.change(|_| Weather::Fine);
    session.append(&[entry("a")]).await.unwrap();
    let other = super::tests::store(&line, "other").with_clock(clock);
    assert!(matches!(other.open("s").await, Err(StateError::Locked { .. })));
    session.close().await.unwrap();
    assert_eq!(store.load("s").await.unwrap().serial, 1);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_whose_answer_is_lost_is_found_by_the_next() {
    let objects = memory();
    let clock = TestClock::new();
    let line = Line::fine(&objects);
    let store = store(&line, "a").with_clock(clock);
    let mut session = store.open("s").await.unwrap();
    let mut lost = false;
    line.change(move |done| {
        lost ^= done.name == "put";
        if done.name == "put" && lost { Weather::AnswerLost } else { Weather::Fine }
    });
    for _ in 0..20 {
        sleep(LONG).await;
        assert!(matches!(store.open("s").await, Err(StateError::Locked { .. })));
    }
    line.change(|_| Weather::Fine);
    session.append(&[entry("a")]).await.unwrap();
    // The last one too.
    let mut first = true;
    line.change(move |done| match done.name == "put" && std::mem::take(&mut first) {
        true => Weather::AnswerLost,
        false => Weather::Fine,
    });
    session.close().await.unwrap();
    store.open("s").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn whoever_removes_a_lock_by_hand_has_it() {
    let objects = memory();
    let line = Line::fine(&objects);
    let clock = TestClock::new();
    let store = store(&line, "a").with_clock(clock);
    let mut session = store.open("s").await.unwrap();
    session.append(&[entry("a")]).await.unwrap();
    objects.delete(&Path::from("states/s/lock")).await.unwrap();
    let mut other = store.open("s").await.unwrap();
    assert!(matches!(session.append(&[entry("b")]).await, Err(StateError::Fenced { .. })));
    other.append(&[entry("c")]).await.unwrap();
    assert_eq!(resources(&store.load("s").await.unwrap()), ["a", "c"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_damaged_or_newer_is_refused() {
    let objects = memory();
    let store = store(&Line::fine(&objects), "a").with_clock(TestClock::new());
    let mut session = store.open("s").await.unwrap();
    session.append(&[entry("a")]).await.unwrap();
    session.append(&[entry("b")]).await.unwrap();
    session.close().await.unwrap();
    let first = Path::from("states/s/0000000000/0000000001");
    let text = objects.get(&first).await.unwrap().bytes().await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let header = format!("{}\n", text.lines().next().unwrap());
    let newer = elanswer_core::state::format::line(&serde_json::json!({"format": 9})).unwrap();
    for (damage, expected) in [
        (text.replacen("vpc-a", "vpc-x", 1), "damaged at line 3: the checksum"),
        (text.trim_end().to_owned(), "damaged at line 3: the checksum"),
        (String::new(), "damaged at line 1: the checksum"),
        // Cut off where a line ends, every checksum fits.
        (header.clone(), "damaged at line 2: lines are missing"),
        (
            text.lines().take(2).map(|line| format!("{line}\n")).collect(),
            "damaged at line 3: lines",
        ),
        (text.replacen(&header, &newer, 1), "has format 9"),
    ] {
        objects.put(&first, damage.into()).await.unwrap();
        for error in [store.load("s").await.unwrap_err(), store.open("s").await.unwrap_err()] {
            let error = error.to_string();
            assert!(error.contains(expected), "{error}");
            assert!(error.contains("memory://bucket/states/s/0000000000/0000000001"), "{error}");
        }
        store.settle().await;
    }
    objects.delete(&first).await.unwrap();
    let error = store.load("s").await.unwrap_err().to_string();
    assert!(error.contains("0000000001` is damaged at line 1: it is missing"), "{error}");
    objects.put(&Path::from("states/s/lock"), r#"{"format":9}"#.into()).await.unwrap();
    assert!(matches!(store.open("s").await, Err(StateError::Newer { found: 9, .. })));
}

/// What version 1 wrote stays readable.
#[tokio::test(start_paused = true)]
async fn reads_what_version_1_wrote() {
    let objects = memory();
    for (name, text) in [
        ("lock", include_str!("tests/v1/lock")),
        ("0000000000/0000000002", include_str!("tests/v1/mark")),
        ("0000000001/0000000000", include_str!("tests/v1/snapshot")),
        ("0000000001/0000000001", include_str!("tests/v1/journal")),
    ] {
        objects.put(&Path::from(format!("states/s/{name}")), text.into()).await.unwrap();
    }
    let store = store(&Line::fine(&objects), "a").with_clock(TestClock::new());
    let state = store.load("s").await.unwrap();
    assert_eq!((resources(&state), state.serial), (["b", "c"].map(Into::into).into(), 4));
    assert_eq!(*store.open("s").await.unwrap().state(), state);
}
