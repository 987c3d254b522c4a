//! The properties of every kind, spoiled: read or refused; what is read and written again is the
//! same.

#![no_main]

use arbitrary::Unstructured;
use elanswer_core::{Tags, resource::Kinds};
use elanswer_fuzz::document::{architecture, spoil};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let _ = run(&mut Unstructured::new(bytes));
});

fn run(input: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let arch = architecture(input)?;
    let nodes: Vec<_> = arch.nodes().collect();
    let node = input.choose(&nodes)?;
    let kinds = Kinds::builtin();
    let kind = kinds.get(node.resource.schema().kind.as_str()).expect("a kind of elanswer");
    let mut document = Value::Object(node.properties().clone());
    spoil(input, &mut document)?;
    let Value::Object(properties) = document else { return Ok(()) };
    let Ok(read) = kind.parse(&properties) else { return Ok(()) };
    let written = read.properties();
    let again = kind.parse(&written).expect("what was written is read");
    assert_eq!(again.properties(), written);
    let _ = read.tagged(&Tags::new().with("Name", "n"));
    let _ = read.policies().iter().map(|(used_for, policy)| policy.faults(*used_for)).count();
    let _ = kind.calls(None, Some(&written));
    let _ = kind.calls(Some(node.properties()), Some(&written));
    let _ = kind.calls(Some(&written), None);
    Ok(())
}
