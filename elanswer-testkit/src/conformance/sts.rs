//! Cases of AWS STS.

use elanswer_core::{Architecture, Region, Resource, services::sts::CallerIdentity};

use super::Case;

pub(super) const CASES: &[Case] = &[Case {
    name: "sts_caller_identity",
    kind: CallerIdentity::SCHEMA.kind,
    made: || {
        let mut arch = Architecture::new("conformance", Region::UsEast1);
        arch.resource("it", CallerIdentity::new());
        arch
    },
    // It has no properties.
    updated: None,
    replaced: None,
}];
