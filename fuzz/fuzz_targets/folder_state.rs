//! A state in a folder, written by the real writer and damaged: what stands before the damage is
//! kept, or the state is refused.

#![no_main]

use std::path::Path;

use arbitrary::Arbitrary;
use elanswer_core::state::{Entry, StateError, Store, disk::Disk};
use elanswer_fuzz::{
    damage::Damage,
    history::{Change, states},
};
use elanswer_testkit::MemoryDisk;
use futures_util::FutureExt as _;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    /// Sessions, each with the entries that it appended at once.
    sessions: Vec<Vec<Vec<Change>>>,
    compact_after: u8,
    damage: Damage,
    file: u8,
}

fuzz_target!(|input: Input| {
    let disk = MemoryDisk::new();
    let store = disk.store("/state").compact_after(usize::from(input.compact_after));
    let mut entries: Vec<Entry> = Vec::new();
    for session in &input.sessions {
        let mut open = store.open("shop").now_or_never().expect("ready").expect("a state");
        for append in session {
            let more: Vec<Entry> = append.iter().map(Change::entry).collect();
            open.append(&more).now_or_never().expect("ready").expect("appended");
            entries.extend(more);
        }
        open.close().now_or_never().expect("ready").expect("closed");
    }
    let whole = store.load("shop").now_or_never().expect("ready").expect("a state");
    let states = states(&whole.id, &entries);
    assert_eq!(states.last(), Some(&whole), "nothing is lost without damage");

    let files: Vec<(String, Vec<u8>)> =
        disk.files().into_iter().filter(|(name, _)| !name.ends_with("/lock")).collect();
    let Some((name, bytes)) = files.get(usize::from(input.file) % files.len().max(1)) else {
        return;
    };
    let mut damaged = bytes.clone();
    let sound = input.damage.strike(&mut damaged);
    let mut file = disk.open(Path::new(name)).expect("a file");
    file.cut(0).expect("cut");
    file.append(&damaged).expect("written");

    // The first line of a file is its header, every other an entry or the state.
    let lines = bytes.get(..sound).unwrap_or(bytes).iter().filter(|byte| **byte == b'\n').count();
    let in_journal = bytes.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
    let kept = if name.contains("journal") {
        entries.len() - in_journal + lines.saturating_sub(1)
    } else {
        entries.len()
    };
    match store.load("shop").now_or_never().expect("ready") {
        Ok(state) if damaged == *bytes => assert_eq!(state, whole),
        Ok(state) => {
            // A journal whose header is gone is one that was never begun.
            let begun = lines > 0 || !name.contains("journal-0");
            if begun {
                assert!(
                    states[kept..].contains(&state),
                    "{kept} entries are lost before the damage"
                );
            }
        }
        Err(StateError::Damaged { .. } | StateError::Newer { .. }) => {}
        Err(error) => panic!("not an error of damage: {error}"),
    }
});
