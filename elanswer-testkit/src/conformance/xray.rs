//! Cases of AWS X-Ray.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::xray::{
        FilterExpression, FixedRate, Group, GroupName, Insights, Pattern, ReservoirSize, RuleName,
        RulePriority, Sampling, SamplingRule,
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "xray_group",
        kind: Group::SCHEMA.kind,
        made: || grouped(slow(GroupName::literal("elanswer-conformance"))),
        updated: Some(|| {
            grouped(Group {
                filter_expression: FilterExpression::literal("error = true"),
                insights: Insights::Notifying,
                tags: Tags::new().with("Name", "renamed"),
                ..slow(GroupName::literal("elanswer-conformance"))
            })
        }),
        replaced: Some(|| grouped(slow(GroupName::literal("elanswer-conformance-2")))),
    },
    Case {
        name: "xray_sampling_rule",
        kind: SamplingRule::SCHEMA.kind,
        made: || sampled(checkout(NAME), Tags::new()),
        updated: Some(|| {
            let rule = Sampling {
                priority: RulePriority::of::<9000>(),
                reservoir_size: ReservoirSize::of::<0>(),
                fixed_rate: FixedRate::percent::<100>(),
                service_name: Pattern::literal("web"),
                service_type: Pattern::literal("AWS::ECS::Container"),
                host: Pattern::literal("*.example.com"),
                http_method: Pattern::literal("POST"),
                url_path: Pattern::literal("/pay/*"),
                resource_arn: Pattern::literal("arn:aws:ecs:*"),
                ..checkout(NAME)
            };
            sampled(rule, Tags::new().with("Name", "renamed"))
        }),
        replaced: Some(|| sampled(checkout(OTHER), Tags::new())),
    },
    Case {
        name: "xray_sampling_rule_of_every_property",
        kind: SamplingRule::SCHEMA.kind,
        made: || sampled(asking("gold"), Tags::new()),
        updated: Some(|| sampled(asking("silver"), Tags::new())),
        replaced: None,
    },
];

const NAME: RuleName = RuleName::literal("elanswer-conformance");
const OTHER: RuleName = RuleName::literal("elanswer-conformance-2");

fn grouped(group: Group) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", group);
    arch
}

fn slow(name: GroupName) -> Group {
    let group = Group::builder().group_name(name);
    group.filter_expression(FilterExpression::literal("responsetime > 2")).build()
}

fn sampled(rule: Sampling, tags: Tags) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", SamplingRule { rule, tags });
    arch
}

fn checkout(name: RuleName) -> Sampling {
    Sampling::builder()
        .rule_name(name)
        .priority(RulePriority::of::<100>())
        .url_path(Pattern::literal("/checkout/*"))
        .build()
}

/// A rule that asks for an attribute, and for no part of what is beyond the first requests.
fn asking(value: &str) -> Sampling {
    Sampling {
        attributes: [("customer".to_owned(), value.to_owned())].into(),
        fixed_rate: FixedRate::percent::<0>(),
        ..checkout(NAME)
    }
}
