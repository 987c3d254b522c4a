//! An architecture as JSON, spoiled: read or refused, and what is read is checked, drawn and
//! planned without a panic.

#![no_main]

use arbitrary::Unstructured;
use elanswer_core::{Architecture, check, graph, operations, resource::Kinds};
use elanswer_fuzz::{
    document::{architecture, spoil},
    runtime,
};
use elanswer_testkit::MockAws;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = run(&mut Unstructured::new(bytes));
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Architecture::from_json(text, &Kinds::builtin());
    }
});

fn run(input: &mut Unstructured<'_>) -> arbitrary::Result<()> {
    let mut document = serde_json::to_value(architecture(input)?).expect("JSON");
    spoil(input, &mut document)?;
    let Ok(arch) = Architecture::from_json(&document.to_string(), &Kinds::builtin()) else {
        return Ok(());
    };
    let text = serde_json::to_string(&arch).expect("JSON");
    let again =
        Architecture::from_json(&text, &Kinds::builtin()).expect("what was written is read");
    assert_eq!(serde_json::to_string(&again).expect("JSON"), text);
    let _ = check(&arch).to_string();
    let _ = graph::mermaid(&arch);
    runtime().block_on(async {
        if let Ok(plan) = operations::plan(&arch, &MockAws::new()).unchecked().await {
            let _ = plan.to_string();
        }
    });
    Ok(())
}
