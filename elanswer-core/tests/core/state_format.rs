//! A state that an earlier version wrote is read by every later one.
//!
//! `golden/state-v1` was written by format 1: a snapshot and the journal that goes on from it, with
//! every phase and every kind of entry. It is never written anew; a new format gets a folder of its
//! own beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use elanswer_core::{
    LocalStore, Place, Region,
    state::{Entry, ObjectKey, Phase, Record, State, Store},
};
use serde_json::json;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core/golden/state-v1")
}

fn key(resource: &str, incarnation: u32) -> ObjectKey {
    ObjectKey { resource: resource.parse().unwrap(), incarnation }
}

fn record(resource: &str, incarnation: u32, kind: &str, phase: Phase) -> Record {
    let key = key(resource, incarnation);
    let identifier = match &phase {
        Phase::Creating { .. } => None,
        _ => Some(format!("{}-{incarnation}", key.resource.as_str().replace('/', "-"))),
    };
    Record {
        key,
        kind: kind.to_owned(),
        place: Place::new(Region::EuWest1),
        phase,
        tagged_as: None,
        identifier,
        properties: [
            ("CidrBlock".to_owned(), json!("10.0.0.0/16")),
            ("Tags".to_owned(), json!([{"Key": "näme", "Value": "a \"b\"\n"}])),
        ]
        .into_iter()
        .collect(),
        outputs: [("VpcId".to_owned(), json!("vpc-1"))].into_iter().collect(),
        dependencies: ["main/vpc".parse().unwrap()].into(),
        protect: incarnation == 2,
        retain: incarnation == 3,
    }
}

fn put(record: Record) -> Entry {
    Entry::Put(Arc::new(record))
}

/// What is in the snapshot, and what is in the journal.
fn entries() -> [Vec<Entry>; 2] {
    let creating = Phase::Creating { token: "0123456789abcdef0123456789abcdef".to_owned() };
    let (vpc, subnet) = ("AWS::EC2::VPC", "AWS::EC2::Subnet");
    [
        vec![
            put(record("main/vpc", 1, vpc, Phase::Pending)),
            put(record("main/vpc", 1, vpc, Phase::Ready)),
            put(record("main/a", 2, subnet, Phase::Pending)),
            put(record("main/b", 3, subnet, creating.clone())),
        ],
        vec![
            put(record("main/c", 4, subnet, Phase::Updating)),
            put(record("main/d", 5, subnet, Phase::Deleting)),
            put(record("main/d", 6, subnet, creating)),
            Entry::Move { from: key("main/a", 2), to: "main/first".parse().unwrap() },
            Entry::Remove(key("main/b", 3)),
        ],
    ]
}

fn expected(id: &str) -> State {
    let mut state = State::new(id);
    entries().into_iter().flatten().for_each(|entry| state.apply(entry));
    state
}

/// Copies the files, so that what opens them can write.
fn copy(to: &Path) {
    fs::create_dir_all(to.join("shop")).unwrap();
    for name in ["snapshot-1", "journal-1"] {
        fs::copy(golden().join("shop").join(name), to.join("shop").join(name)).unwrap();
    }
}

#[tokio::test]
async fn version_1_is_read_and_goes_on() {
    let state = LocalStore::new(golden()).load("shop").await.unwrap();
    assert_eq!(state, expected("0011223344556677"));
    assert_eq!((state.serial, state.last_incarnation), (9, 6));

    let folder = tempfile::tempdir().unwrap();
    copy(folder.path());
    let store = LocalStore::new(folder.path()).compact_after(0);
    let mut session = store.open("shop").await.unwrap();
    session.append(&[Entry::Remove(key("main/d", 5))]).await.unwrap();
    session.close().await.unwrap();
    let state = store.load("shop").await.unwrap();
    assert_eq!((state.serial, state.records.len()), (10, 4));
}

/// What this version writes is version 1 to the byte: a change of it needs another number.
#[tokio::test]
async fn version_1_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    // A journal of which only the header reached the disk, so that the state has this id.
    let header = fs::read_to_string(golden().join("shop/journal-1")).unwrap();
    fs::create_dir_all(&shop).unwrap();
    fs::write(shop.join("journal-0"), header.split_inclusive('\n').next().unwrap()).unwrap();

    let [snapshot, journal] = entries();
    let store = LocalStore::new(folder.path());
    let mut session = store.clone().compact_after(0).open("shop").await.unwrap();
    session.append(&snapshot).await.unwrap();
    session.close().await.unwrap();
    store.open("shop").await.unwrap().append(&journal).await.unwrap();
    for name in ["snapshot-1", "journal-1"] {
        let [written, golden] = [&shop, &golden().join("shop")]
            .map(|folder| fs::read_to_string(folder.join(name)).unwrap());
        assert_eq!(written, golden, "{name}");
    }
}
