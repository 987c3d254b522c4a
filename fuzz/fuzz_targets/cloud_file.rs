//! A file of the AWS in memory, saved by the real writer and spoiled: loaded or refused, and what
//! is loaded can be planned on and destroyed.

#![no_main]

use arbitrary::Unstructured;
use elanswer_core::operations;
use elanswer_fuzz::{
    document::{architecture, spoil},
    runtime,
};
use elanswer_testkit::MockAws;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let _ = runtime().block_on(run(&mut Unstructured::new(bytes)));
});

async fn run(input: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let arch = architecture(input)?;
    let file = tempfile::NamedTempFile::new().expect("a file");
    let aws = MockAws::new();
    operations::apply(&arch, &aws).unchecked().await.expect("applied");
    aws.save(file.path()).expect("saved");
    let text = std::fs::read(file.path()).expect("read");
    let mut document: Value = serde_json::from_slice(&text).expect("JSON");
    spoil(input, &mut document)?;
    std::fs::write(file.path(), document.to_string()).expect("written");
    let other = MockAws::new();
    if other.load(file.path()).is_ok() {
        other.save(file.path()).expect("saved again");
        let _ = operations::plan(&arch, &other).unchecked().await;
        let _ = operations::apply(&arch, &other).unchecked().await;
        let _ = operations::destroy(arch.name(), &other).await;
    }
    Ok(())
}
