//! Holds the rules against the AWS in memory: what AWS takes, no rule may call an error.

use elanswer_core::{Severity, check};
use elanswer_testkit::conformance::cases;

/// Rules about what AWS takes, although it defeats the purpose of an architecture.
///
/// The conformance cases are made of as little as possible, and serve no purpose.
const OF_PURPOSE: [&str; 8] = [
    "alarm-watches-nothing",
    "egress-wider-than-peers",
    "endpoint-not-reachable",
    "ingress-wider-than-peers",
    "internet-facing-in-private-subnet",
    "nat-in-private-subnet",
    "open-to-internet",
    "target-not-reachable",
];

/// The conformance cases are applied to AWS, so no rule may say that AWS refuses one.
#[test]
fn no_conformance_case_is_refused() {
    let mut errors = Vec::new();
    for case in cases() {
        for describe in [Some(case.made), case.updated, case.replaced].into_iter().flatten() {
            let report = check(&describe());
            let found = report.diagnostics.into_iter();
            let found = found.filter(|found| {
                found.severity == Severity::Error && !OF_PURPOSE.contains(&found.code.as_str())
            });
            errors.extend(found.map(|found| format!("{}: {found}", case.name)));
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
