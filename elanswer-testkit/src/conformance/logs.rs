//! Cases of Amazon CloudWatch Logs.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::logs::{
        DefaultValue, DimensionName, EventField, FilterPattern, LogGroup, LogGroupName,
        MetricFilter, MetricFilterName, MetricName, MetricNamespace, MetricTransformation,
        MetricUnit, MetricValue, Retention,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "logs_log_group",
        kind: LogGroup::SCHEMA.kind,
        made: || {
            with_log_group(
                LogGroup::builder()
                    .log_group_name(NAME)
                    .retention_in_days(Retention::Days7)
                    .build(),
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
    },
    Case {
        name: "logs_metric_filter",
        kind: MetricFilter::SCHEMA.kind,
        made: || with_filter(FilterPattern::literal("error"), None, plain()),
        updated: Some(|| {
            let other = MetricTransformation {
                metric_namespace: MetricNamespace::literal("other"),
                metric_name: MetricName::literal("latency"),
                metric_value: MetricValue::literal("$.ms"),
                unit: MetricUnit::Milliseconds,
                beside: Some(DefaultValue::ZERO.into()),
            };
            with_filter(FilterPattern::literal("{ $.ms > 0 }"), None, other)
        }),
        replaced: Some(|| {
            let name = MetricFilterName::literal("renamed");
            with_filter(FilterPattern::literal("error"), Some(name), plain())
        }),
    },
    Case {
        name: "logs_metric_filter_dimensions",
        kind: MetricFilter::SCHEMA.kind,
        made: || with_filter(JSON, None, by(&["service"])),
        updated: Some(|| with_filter(JSON, None, by(&["service", "zone"]))),
        replaced: None,
    },
];

const JSON: FilterPattern = FilterPattern::literal("{ $.ms > 0 }");

fn plain() -> MetricTransformation {
    let (namespace, name) = (MetricNamespace::literal("shop"), MetricName::literal("errors"));
    MetricTransformation::measuring(namespace, name, MetricValue::literal("1"), MetricUnit::None)
}

fn by(fields: &[&'static str]) -> MetricTransformation {
    fields.iter().fold(plain(), |it, field| {
        let value = EventField::new(format!("$.{field}"));
        match (DimensionName::new(*field), value) {
            (Ok(key), Ok(value)) => it.by(key, value),
            _ => it,
        }
    })
}

fn with_filter(
    pattern: FilterPattern,
    name: Option<MetricFilterName>,
    transformation: MetricTransformation,
) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let logs = arch.resource("logs", LogGroup::default());
    let filter = MetricFilter::new(&logs, pattern, transformation);
    arch.resource("it", MetricFilter { filter_name: name, ..filter });
    arch
}

const NAME: LogGroupName = LogGroupName::literal("/elanswer/conformance");

fn with_log_group(log_group: LogGroup) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", log_group);
    arch
}
