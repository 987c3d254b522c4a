//! Policy documents: read or refused; the canonical form means the same and stays as it is.

#![no_main]

use elanswer_core::services::iam::{PolicyDocument, PolicyUse, Service};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(policy) = text.parse::<PolicyDocument>() else { return };
    let json = policy.to_json();
    let again: PolicyDocument = json.parse().expect("what was written is read");
    assert_eq!(again, policy);
    assert_eq!(again.to_json(), json);
    assert!(policy.size() <= json.chars().count());
    for used_for in [PolicyUse::Identity, PolicyUse::Resource, PolicyUse::Trust] {
        let _ = policy.faults(used_for).iter().map(ToString::to_string).count();
    }
    let _ = policy.wildcards().count();
    let _ = policy.trusts(&Service::EcsTasks);
});
