//! Whatever ends at any operation, or goes wrong there, leaves a state that is whole.

use super::*;
use crate::state::{journal::Loaded, objects::Objects, session::COMPACT_OBJECTS};

/// What somebody does who makes two changes and tidies up: enough of them that it pays.
async fn life(store: &BucketStore, done: &std::sync::Mutex<Vec<String>>) -> Result<(), StateError> {
    let mut session = store.open("s").await?;
    for n in 0..COMPACT_OBJECTS {
        let name = format!("r{n:03}");
        session.append(&[entry(&name)]).await?;
        done.lock().unwrap().push(name);
    }
    session.close().await
}

/// A life in this weather; then everything that was done is there, others can go on, and nothing
/// that counts is removed with what does not.
async fn survives(weather: Weather, at: usize) -> bool {
    let objects = memory();
    let clock = TestClock::new();
    let line =
        Line::new(&objects, move |done| if done.number == at { weather } else { Weather::Fine });
    let done = std::sync::Mutex::default();
    let process = store(&line, "first").with_clock(clock);
    let end = timeout(LONG * 4, life(&process, &done)).await;
    let done = done.into_inner().unwrap();
    if line.operations().len() <= at {
        assert!(matches!(end, Ok(Ok(()))));
        return false;
    }
    let context = format!("{weather:?} at {:?}", line.operations()[at]);
    if weather == Weather::AnswerLost && line.operations()[at].name == "put" {
        assert!(matches!(end, Ok(Ok(()))), "{context}: {end:?}");
    }
    let other = store(&Line::fine(&objects), "other").with_clock(clock);
    let left = other.load("s").await.unwrap_or_else(|error| panic!("{context}: {error}"));
    let names = resources(&left);
    assert!(names.starts_with(&done) && names.len() <= done.len() + 1, "{context}");
    assert_eq!(left.serial as usize, names.len(), "{context}: something was counted twice");
    sleep(LONG).await;
    let mut session = other.open("s").await.unwrap_or_else(|error| panic!("{context}: {error}"));
    assert_eq!(resources(session.state()), names, "{context}");
    session.append(&[entry("z")]).await.unwrap();
    session.close().await.unwrap();
    let end = other.load("s").await.unwrap();
    assert_eq!(resources(&end).len(), names.len() + 1, "{context}");
    true
}

#[tokio::test(start_paused = true)]
async fn every_operation_may_fail_or_be_the_last() {
    for weather in [
        Weather::DiesBefore,
        Weather::DiesAfter,
        Weather::Fails,
        Weather::AnswerLost,
        Weather::Late(LONG),
        Weather::LateAnswer(LONG),
    ] {
        let mut at = 0;
        while survives(weather, at).await {
            // One append in the middle is as the next.
            at += if (20..90).contains(&at) { 9 } else { 1 };
        }
        assert!(at > 200, "{weather:?}: {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn compaction_keeps_the_state_and_removes_what_it_replaces() {
    let objects = memory();
    let store = store(&Line::fine(&objects), "a").with_clock(TestClock::new());
    let done = std::sync::Mutex::default();
    for generation in 1..4 {
        life(&store, &done).await.unwrap();
        let expected = [format!("{generation:010}/0000000000"), "lock".to_owned()];
        assert_eq!(names(&objects).await, expected.into());
        let state = store.load("s").await.unwrap();
        assert_eq!((state.records.len(), state.serial), (100, 100 * generation));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_crash_left_is_removed_by_the_next_compaction_but_for_marks() {
    let objects = memory();
    let clock = TestClock::new();
    let done = std::sync::Mutex::default();
    let mark = "0000000000/0000000002".to_owned();
    let dying = store(&Line::fine(&objects), "a").with_clock(clock);
    let mut session = dying.open("s").await.unwrap();
    session.append(&[entry("a")]).await.unwrap();
    // Neither closed nor dropped, as when the power goes.
    std::mem::forget(session);
    // The heartbeat goes on: another machine's clock is far ahead.
    objects.delete(&Path::from("states/s/lock")).await.unwrap();
    let line = Line::new(&objects, |done| {
        if done.name == "delete" { Weather::DiesBefore } else { Weather::Fine }
    });
    let _ = timeout(LONG, life(&store(&line, "b").with_clock(clock), &done)).await;
    assert!(names(&objects).await.len() > 100);
    sleep(LONG).await;
    let next = store(&Line::fine(&objects), "c").with_clock(clock);
    life(&next, &done).await.unwrap();
    let after_takeover = "0000000001/0000000001".to_owned();
    let expected = [mark, after_takeover, "0000000002/0000000000".into(), "lock".into()];
    assert_eq!(names(&objects).await, expected.into());
    assert_eq!(next.load("s").await.unwrap().serial, 201);
}

#[tokio::test(start_paused = true)]
async fn who_reads_while_others_compact_reads_a_whole_state() {
    let mut at = 0;
    loop {
        let objects = memory();
        let clock = TestClock::new();
        let writer = store(&Line::fine(&objects), "writer").with_clock(clock);
        let mut session = writer.open("s").await.unwrap();
        for n in 0..COMPACT_OBJECTS {
            session.append(&[entry(&format!("r{n:03}"))]).await.unwrap();
        }
        let line =
            Line::fine(&objects).meanwhile(at, async move { session.close().await.unwrap() });
        let state = store(&line, "reader").load("s").await.unwrap();
        assert_eq!((state.records.len(), state.serial), (100, 100), "{at}");
        if line.operations().len() <= at {
            break;
        }
        at += 1;
    }
    assert!(at > 100);
}

#[tokio::test(start_paused = true)]
async fn an_append_without_any_answer_is_found_by_the_next() {
    for weather in [Weather::AnswerLost, Weather::Fails] {
        for more in [false, true] {
            let objects = memory();
            let line = Line::fine(&objects);
            let store = store(&line, "a").with_clock(TestClock::new());
            let mut session = store.open("s").await.unwrap();
            let mut first = true;
            line.change(move |_| if std::mem::take(&mut first) { weather } else { Weather::Fails });
            assert!(session.append(&[entry("a")]).await.is_err());
            line.change(|_| Weather::Fine);
            // The journal of an apply tries again, with what came meanwhile.
            let entries = [entry("a"), entry("b")];
            session.append(if more { &entries } else { &entries[..1] }).await.unwrap();
            session.append(&[entry("c")]).await.unwrap();
            session.close().await.unwrap();
            let state = store.load("s").await.unwrap();
            assert_eq!(state.serial as usize, state.records.len());
            assert_eq!(state.records.len(), 2 + usize::from(more));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lock_is_not_given_back_while_a_write_may_still_arrive() {
    let objects = memory();
    let clock = TestClock::new();
    let line = Line::fine(&objects);
    let store = store(&line, "a").with_clock(clock);
    let mut session = store.open("s").await.unwrap();
    line.change(|done| if done.name == "put" { Weather::Fails } else { Weather::Fine });
    assert!(session.append(&[entry("a")]).await.is_err());
    line.change(|_| Weather::Fine);
    session.close().await.unwrap();
    store.settle().await;
    assert!(matches!(store.open("s").await, Err(StateError::Locked { .. })));
    sleep(LONG).await;
    let session = store.open("s").await.unwrap();
    assert!(names(&objects).await.contains("0000000000/0000000001"), "taken by a mark");
    drop(session);
}

/// However a takeover and a last append of the one before fall together: what that one was told is
/// durable, the other has read.
#[tokio::test(start_paused = true)]
async fn a_last_append_is_read_by_whoever_takes_over_or_refused() {
    let (mut read, mut refused, mut at) = (0, 0, 0);
    loop {
        let objects = memory();
        let stale = Line::new(&objects, |done| match done.path.ends_with("lock") {
            true if done.number > 2 => Weather::Late(AGES),
            _ => Weather::Fine,
        });
        let mut session = store(&stale, "stale").with_clock(StoppedClock).open("s").await.unwrap();
        session.append(&[entry("a")]).await.unwrap();
        let clock = TestClock::new();
        sleep(LONG).await;
        let told = Arc::new(std::sync::Mutex::new(None));
        let tell = Arc::clone(&told);
        let line = Line::fine(&objects).meanwhile(at, async move {
            let result = session.append(&[entry("b")]).await;
            *tell.lock().unwrap() = Some(result.is_ok());
            std::mem::forget(session);
        });
        let mut taken = store(&line, "other").with_clock(clock).open("s").await.unwrap();
        let happened = *told.lock().unwrap();
        let Some(durable) = happened else { break };
        assert_eq!(resources(taken.state()).contains(&"b".to_owned()), durable, "{at}");
        if durable {
            read += 1
        } else {
            refused += 1
        }
        taken.append(&[entry("c")]).await.unwrap();
        at += 1;
    }
    assert!(read > 2, "{read} read, {refused} refused");
}

/// The stale writer is about to compact when it stops.
#[tokio::test(start_paused = true)]
async fn a_compaction_that_stopped_is_finished_by_whoever_takes_over() {
    for name in ["0000000001/0000000000", "lock", "delete"] {
        let objects = memory();
        let stale = Line::fine(&objects);
        let process = store(&stale, "stale").with_clock(StoppedClock);
        let mut session = process.open("s").await.unwrap();
        for n in 0..COMPACT_OBJECTS {
            session.append(&[entry(&format!("r{n:03}"))]).await.unwrap();
        }
        stale.change(move |done| {
            let here = done.path.ends_with(name) || done.name == name;
            if here { Weather::Late(LONG * 4) } else { Weather::Fine }
        });
        let closing = tokio::spawn(async move { session.close().await });
        let clock = TestClock::new();
        sleep(LONG * 2).await;
        let other = store(&Line::fine(&objects), "other").with_clock(clock);
        let mut taken = other.open("s").await.unwrap();
        taken.append(&[entry("z")]).await.unwrap();
        sleep(LONG * 20).await;
        let _ = closing.await.unwrap();
        taken.append(&[entry("zz")]).await.unwrap();
        taken.close().await.unwrap();
        let state = other.load("s").await.unwrap();
        assert_eq!((state.records.len(), state.serial), (102, 102), "{name}");
        let objects = Objects::new(objects, "memory", &Path::from("states"), "s");
        let loaded = Loaded::read(&objects).await.unwrap();
        assert_eq!(loaded.next.generation, 1);
    }
}
