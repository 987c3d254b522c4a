//! A state in a bucket, written by the real writer, one object of it damaged: objects come whole,
//! so that every damage is refused.

#![no_main]

use std::sync::Arc;

use arbitrary::Arbitrary;
use elanswer_aws::state::{BucketStore, S3Location};
use elanswer_core::state::{Entry, StateError, Store};
use elanswer_fuzz::{
    damage::Damage,
    history::{Change, states},
    runtime,
};
use futures_util::TryStreamExt as _;
use libfuzzer_sys::fuzz_target;
use object_store::{ObjectStore, ObjectStoreExt as _, memory::InMemory, path::Path};

#[derive(Debug, Arbitrary)]
struct Input {
    appends: Vec<Vec<Change>>,
    damage: Damage,
    object: u8,
    location: String,
}

fuzz_target!(|input: Input| {
    let _ = input.location.parse::<S3Location>();
    runtime().block_on(run(input));
});

async fn run(input: Input) {
    let objects: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let store = BucketStore::new(Arc::clone(&objects), "s3://bucket", Path::from("states"));
    let mut entries: Vec<Entry> = Vec::new();
    let mut session = store.open("shop").await.expect("a state");
    for append in &input.appends {
        let more: Vec<Entry> = append.iter().map(Change::entry).collect();
        session.append(&more).await.expect("appended");
        entries.extend(more);
    }
    session.close().await.expect("closed");
    let whole = store.load("shop").await.expect("a state");
    if !entries.is_empty() {
        assert_eq!(states(&whole.id, &entries).last(), Some(&whole));
    }

    let listed: Vec<_> = objects.list(None).try_collect().await.expect("a list");
    let Some(object) = listed.get(usize::from(input.object) % listed.len().max(1)) else { return };
    let bytes = objects.get(&object.location).await.expect("an object").bytes().await;
    let bytes = bytes.expect("bytes").to_vec();
    let mut damaged = bytes.clone();
    input.damage.strike(&mut damaged);
    objects.put(&object.location, damaged.clone().into()).await.expect("written");
    match store.load("shop").await {
        // A lock is not part of what is read.
        Ok(state) => {
            let intact = damaged == bytes || object.location.as_ref().contains("lock");
            assert!(intact, "damage in {} goes unseen", object.location);
            assert_eq!(state, whole);
        }
        Err(StateError::Damaged { .. } | StateError::Newer { .. }) => {}
        Err(error) => panic!("not an error of damage: {error}"),
    }
    // Whether it can be opened or not: no panic.
    drop(store.open("shop").await);
    store.settle().await;
}
