//! Several who want the same state at once, in all weathers.

use super::{
    weather::{Dice, Operation},
    *,
};

/// Weather of every kind, the same for the same number.
fn april(seed: u64) -> impl FnMut(&Operation) -> Weather + Send {
    let mut dice = Dice(seed);
    move |_| {
        let by = Duration::from_millis(dice.roll(200) * dice.roll(200));
        match dice.roll(20) {
            0 => Weather::AnswerLost,
            1 => Weather::Fails,
            2..6 => Weather::LateAnswer(by),
            6..10 => Weather::Late(by),
            _ => Weather::LateAnswer(by / 100),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_many_at_once_one_proceeds() {
    // Nobody had it, it was given back, and it expired.
    for before in 0..3 {
        for seed in 0..30 {
            let objects = memory();
            let clock = TestClock::new();
            let first = store(&Line::fine(&objects), "first").with_clock(clock);
            match before {
                0 => {}
                1 => first.open("s").await.unwrap().close().await.unwrap(),
                _ => {
                    let line = Line::new(&objects, |done| {
                        if done.number > 1 { Weather::DiesBefore } else { Weather::Fine }
                    });
                    drop(timeout(LOCK, store(&line, "dead").with_clock(clock).open("s")).await);
                    sleep(LONG).await;
                }
            }
            let mut dice = Dice(seed);
            let tasks: Vec<_> = (0..6)
                .map(|n| {
                    let by = Duration::from_millis(dice.roll(20));
                    let line = Line::new(&objects, move |_| Weather::Late(by));
                    let store = store(&line, &format!("rival {n}")).with_clock(clock);
                    tokio::spawn(async move { store.open("s").await })
                })
                .collect();
            let mut open = Vec::new();
            for task in tasks {
                match task.await.unwrap() {
                    Ok(session) => open.push(session),
                    Err(error) => assert!(matches!(error, StateError::Locked { .. }), "{error}"),
                }
            }
            assert_eq!(open.len(), 1, "seed {seed}");
            open[0].append(&[entry("a")]).await.unwrap();
        }
    }
}

/// Three processes that want to write again and again; whatever they are told is durable stays.
async fn contend(seed: u64, broken_clocks: bool) -> (usize, usize) {
    let objects = memory();
    let clock = TestClock::new();
    let rivals: Vec<_> = (0..3)
        .map(|rival| {
            let line = Line::new(&objects, april(seed * 3 + rival));
            let mut store = store(&line, &format!("rival {rival}")).with_clock(clock);
            if broken_clocks && rival == 0 {
                store = store.with_clock(StoppedClock);
            }
            let mut dice = Dice(seed + 7 * rival);
            tokio::spawn(async move {
                let (mut durable, mut fenced) = (Vec::new(), 0);
                for n in 0..6 {
                    sleep(Duration::from_secs(dice.roll(20))).await;
                    let Ok(mut session) = store.open("s").await else { continue };
                    for m in 0..dice.roll(60) {
                        let name = format!("r{rival}-{n}-{m}");
                        match session.append(&[entry(&name)]).await {
                            Ok(()) => durable.push(name),
                            Err(StateError::Fenced { .. }) => fenced += 1,
                            Err(_) => {}
                        }
                    }
                    if dice.roll(2) == 0 {
                        let _ = session.close().await;
                    }
                }
                (durable, fenced)
            })
        })
        .collect();
    let (mut durable, mut fenced) = (Vec::new(), 0);
    for rival in rivals {
        let (names, times) = rival.await.unwrap();
        durable.extend(names);
        fenced += times;
    }
    let state = store(&Line::fine(&objects), "reader").load("s").await;
    let state = state.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    let there: BTreeSet<String> = resources(&state).into_iter().collect();
    for name in &durable {
        assert!(there.contains(name), "seed {seed}: `{name}` was durable and is gone");
    }
    (durable.len(), fenced)
}

#[tokio::test(start_paused = true)]
async fn what_was_durable_stays_whoever_else_writes() {
    for broken_clocks in [false, true] {
        let (mut durable, mut fenced) = (0, 0);
        for seed in 0..150 {
            let (names, times) = contend(seed, broken_clocks).await;
            durable += names;
            fenced += times;
        }
        assert!(durable > 1000 && fenced > 50, "{durable} durable, {fenced} fenced");
    }
}
