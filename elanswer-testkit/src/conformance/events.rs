//! Cases of Amazon EventBridge.

use elanswer_core::{
    Architecture, Region, Resource, Tags,
    services::{
        events::{
            EventPattern, InputPath, InputTemplate, InputTransformer, Rule, RuleDescription,
            RuleName, RuleState, Target, TargetId,
        },
        iam::{PolicyDocument, Service, Statement},
        sns::{Topic, TopicArn, TopicPolicy},
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "events_rule",
        kind: Rule::SCHEMA.kind,
        made: || with_rule(rule(EventPattern::pipeline_failures())),
        updated: Some(|| {
            with_rule(Rule {
                description: RuleDescription::literal("What fails"),
                state: RuleState::Disabled,
                tags: Tags::new().with("Name", "renamed"),
                ..rule(EventPattern::deployment_failures())
            })
        }),
        replaced: Some(|| {
            let name = RuleName::literal("elanswer-conformance-renamed");
            with_rule(Rule { name: Some(name), ..rule(EventPattern::pipeline_failures()) })
        }),
    },
    Case {
        name: "events_rule_targets",
        kind: Rule::SCHEMA.kind,
        made: || with_targets(&[("alarms", "one")]),
        updated: Some(|| with_targets(&[("others", "one"), ("more", "two")])),
        replaced: None,
    },
    Case {
        name: "events_rule_input",
        kind: Rule::SCHEMA.kind,
        made: || with_input(None),
        updated: Some(|| {
            let template = InputTemplate::literal(r#""<pipeline> failed""#);
            let path = InputPath::literal("$.detail.pipeline");
            with_input(Some(InputTransformer::json(template).with("pipeline", path)))
        }),
        replaced: None,
    },
];

fn rule(pattern: EventPattern) -> Rule {
    Rule::builder().event_pattern(pattern).build()
}

fn with_rule(rule: Rule) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    arch.resource("it", rule);
    arch
}

/// A rule that sends events to topics. They need not exist.
fn with_targets(targets: &[(&'static str, &str)]) -> Architecture {
    let targets = targets.iter().map(|(id, topic)| {
        let topic = if *topic == "one" { ONE } else { TWO };
        Target::topic(TargetId::literal(id), topic)
    });
    let pattern = EventPattern::pipeline_failures();
    with_rule(Rule::builder().event_pattern(pattern).targets(targets).build())
}

const ONE: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:one");
const TWO: TopicArn = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:two");

/// A rule whose topic gets something else than the event.
fn with_input(input: Option<InputTransformer>) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let topic = arch.resource("topic", Topic::default());
    let publish = Statement::allow(["sns:Publish"]).to([Service::Events]).on([topic.arn().text()]);
    let policy = TopicPolicy::new(&topic, PolicyDocument::new([publish]));
    let policy = arch.resource("policy", policy);
    let target = Target::topic(TargetId::literal("topic"), policy.topic_arn());
    let target = Target { input_transformer: input, ..target };
    let pattern = EventPattern::pipeline_failures();
    arch.resource("it", Rule::builder().event_pattern(pattern).targets([target]).build());
    arch
}
