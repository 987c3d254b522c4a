//! Cases of Amazon CloudWatch Logs.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::logs::{LogGroup, LogGroupName, Retention},
};

use super::Case;

pub(super) const CASES: &[Case] = &[Case {
    name: "logs_log_group",
    kind: LogGroup::SCHEMA.kind,
    made: || {
        with_log_group(
            LogGroup::builder().log_group_name(NAME).retention_in_days(Retention::Days7).build(),
        )
    },
    // The key stays: it would have to exist, with a policy that lets CloudWatch Logs use it.
    updated: Some(|| {
        with_log_group(
            LogGroup::builder()
                .log_group_name(NAME)
                .retention_in_days(Retention::Days14)
                .tags(Tags::new().with("Name", "renamed"))
                .build(),
        )
    }),
    replaced: Some(|| {
        with_log_group(
            LogGroup::builder()
                .log_group_name(LogGroupName::literal("/elanswer/conformance-2"))
                .retention_in_days(Retention::Days7)
                .build(),
        )
    }),
}];

const NAME: LogGroupName = LogGroupName::literal("/elanswer/conformance");

fn with_log_group(log_group: LogGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", log_group);
    arch
}
