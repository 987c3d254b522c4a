//! Rule: topic-refuses-events
//!
//! Severity: error
//!
//! A rule of EventBridge sends events to a topic whose policy does not let it, or lets it under a
//! condition: AWS takes the rule, and drops every event. EventBridge does not say for whom it
//! publishes, so that no condition on the account or the rule ever holds.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions>
//!
//! Fix: allow `sns:Publish` to `events.amazonaws.com` without a condition in the policy of the topic,
//! as `AlertTopic::from` does with `Publisher::Events`.
//!
//! Suppress: never, unless another program writes the policy.

use crate::{
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
    reference::{Input, Ref},
    services::{
        events,
        iam::Service,
        sns::{Publishing, Topic, TopicPolicy},
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "topic-refuses-events",
    severity: Severity::Error,
    summary: "A topic does not let EventBridge publish what a rule sends to it.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, rule) in ctx.all::<events::Rule>() {
        for target in &rule.targets {
            let Input::Output(reference) = &target.arn else { continue };
            let Some(topic) = topic_of(ctx, &reference.resource) else { continue };
            let what = match lets(ctx, topic) {
                Publishing::Allowed => continue,
                Publishing::Conditional => "lets EventBridge publish under a condition only",
                Publishing::Refused => "does not let EventBridge publish",
            };
            out.push(
                node,
                format!("`{topic}` {what}, and is to get its events"),
                "allow `sns:Publish` to `events.amazonaws.com` in the policy of the topic, \
                 without a condition",
            );
        }
    }
}

/// The topic that an output is of: of itself, or of its policy.
fn topic_of<'a>(ctx: &RuleContext<'a>, id: &ResourceId) -> Option<&'a ResourceId> {
    let node = ctx.node(id)?;
    if node.get::<Topic>().is_some() {
        return Some(&node.id);
    }
    let (topic, _) = ctx.get::<Topic>(node.get::<TopicPolicy>()?.topic())?;
    Some(&topic.id)
}

/// What the policies of a topic say. Without one, only its account publishes.
fn lets(ctx: &RuleContext<'_>, topic: &ResourceId) -> Publishing {
    let topic = Ref::<Topic>::managed(topic.clone());
    let policies = ctx.all::<TopicPolicy>().filter(|(_, policy)| *policy.topic() == topic);
    let said: Vec<Publishing> =
        policies.map(|(_, policy)| policy.lets_publish(&Service::Events)).collect();
    let best = [Publishing::Allowed, Publishing::Conditional];
    best.into_iter().find(|it| said.contains(it)).unwrap_or(Publishing::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::check,
        services::{
            events::{EventPattern, Target, TargetId},
            iam::{Operator, PolicyDocument, Statement},
            sns::TopicArn,
        },
    };

    fn publish(topic: &Ref<Topic>) -> Statement {
        Statement::allow(["sns:Publish"]).to([Service::Events]).on([topic.arn().text()])
    }

    fn send(arch: &mut Architecture, to: impl Into<Input<TopicArn>>) {
        let target = Target::topic(TargetId::literal("alarms"), to);
        let pattern = EventPattern::pipeline_failures();
        let rule = events::Rule::builder().event_pattern(pattern).targets([target]);
        arch.resource("fails", rule.build());
    }

    #[test]
    fn fires_without_a_policy() {
        check(
            &RULE,
            |arch| {
                let topic = arch.resource("alarms", Topic::default());
                send(arch, topic.arn());
            },
            &["error fails: `alarms` does not let EventBridge publish, and is to get its events"],
        );
    }

    #[test]
    fn fires_on_a_condition_that_never_holds() {
        check(
            &RULE,
            |arch| {
                let topic = arch.resource("alarms", Topic::default());
                let account = ["123456789012"];
                let publish =
                    publish(&topic).when(Operator::STRING_EQUALS, "aws:SourceAccount", account);
                let policy = TopicPolicy::new(&topic, PolicyDocument::new([publish]));
                let policy = arch.resource("policy", policy);
                send(arch, policy.topic_arn());
            },
            &["error fails: `alarms` lets EventBridge publish under a condition only, and is to \
               get its events"],
        );
    }

    #[test]
    fn accepts_a_topic_that_lets_it_and_one_that_is_not_managed_here() {
        check(
            &RULE,
            |arch| {
                let topic = arch.resource("alarms", Topic::default());
                let policy = PolicyDocument::new([publish(&topic)]);
                arch.resource("policy", TopicPolicy::new(&topic, policy));
                send(arch, topic.arn());
            },
            &[],
        );
        let theirs = TopicArn::literal("arn:aws:sns:us-east-1:123456789012:alarms");
        check(&RULE, |arch| send(arch, theirs), &[]);
    }
}
