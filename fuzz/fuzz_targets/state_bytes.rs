//! Anything at all in the files of a state: read or refused, and what is read can be written on.

#![no_main]

use std::path::Path;

use arbitrary::Arbitrary;
use elanswer_core::state::{Store, disk::Disk, format};
use elanswer_fuzz::history::Change;
use elanswer_testkit::MemoryDisk;
use futures_util::FutureExt as _;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    files: Vec<(u8, bool, Content)>,
    then: Change,
}

#[derive(Debug, Arbitrary)]
enum Content {
    Bytes(Vec<u8>),
    /// Lines whose checksums fit, whatever they hold.
    Lines(Vec<String>),
}

fuzz_target!(|input: Input| {
    let disk = MemoryDisk::new();
    for folder in ["/state", "/state/shop"] {
        disk.create_folder(Path::new(folder)).expect("a folder");
    }
    for (generation, snapshot, content) in &input.files {
        let name = if *snapshot { "snapshot" } else { "journal" };
        let path = format!("/state/shop/{name}-{}", generation % 3);
        let bytes = match content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Lines(lines) => {
                let value = |text: &String| {
                    serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
                };
                let line = |value: serde_json::Value| format::line(&value).expect("a line");
                lines.iter().map(value).map(line).collect::<String>().into_bytes()
            }
        };
        let mut file = disk.open(Path::new(&path)).expect("a file");
        file.cut(0).expect("cut");
        file.append(&bytes).expect("written");
    }
    let store = disk.store("/state");
    let Ok(mut read) = store.load("shop").now_or_never().expect("ready") else {
        let opened = store.open("shop").now_or_never().expect("ready");
        assert!(opened.is_err(), "what cannot be read cannot be opened");
        return;
    };
    let mut session = store.open("shop").now_or_never().expect("ready").expect("a session");
    let entry = input.then.entry();
    session.append(std::slice::from_ref(&entry)).now_or_never().expect("ready").expect("appended");
    drop(session);
    let again = store.load("shop").now_or_never().expect("ready").expect("a state");
    read.id.clone_from(&again.id);
    read.apply(entry);
    assert_eq!(again, read);
});
