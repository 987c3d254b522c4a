//! What AWS refuses of groups and sampling rules.

use elanswer_core::{
    Architecture, Region,
    operations::apply,
    services::xray::{
        FilterExpression, Group, GroupName, RuleName, RulePriority, Sampling, SamplingRule,
    },
};

use crate::MockAws;

fn rule(name: &str) -> SamplingRule {
    let rule = Sampling::builder().rule_name(RuleName::new(name).unwrap());
    SamplingRule::of(rule.priority(RulePriority::of::<1>()).build())
}

/// What AWS answers to what `describe` describes.
async fn refusals(
    aws: &MockAws,
    name: &str,
    describe: impl FnOnce(&mut Architecture),
) -> Vec<String> {
    let mut arch = Architecture::new(name, Region::UsEast1);
    describe(&mut arch);
    let report = apply(&arch, aws).unchecked().await.unwrap();
    let errors = report.failures.iter().map(|failure| &failure.error);
    errors.map(|error| format!("{:?} {}", error.kind(), error.message())).collect()
}

#[tokio::test(start_paused = true)]
async fn names_are_taken_once() {
    let aws = MockAws::new();
    let describe = |arch: &mut Architecture| {
        arch.resource("rule", rule("checkout"));
        let group = Group::builder()
            .group_name(GroupName::literal("slow"))
            .filter_expression(FilterExpression::literal("responsetime > 2"));
        arch.resource("group", group.build());
    };
    let first = refusals(&aws, "one", describe).await;
    assert!(first.is_empty(), "{first:?}");
    let mut second = refusals(&aws, "two", describe).await;
    second.sort();
    let expected =
        ["Conflict Group slow already exists.", "Conflict Sampling rule checkout already exists."];
    assert_eq!(second, expected);
}

#[tokio::test(start_paused = true)]
async fn a_region_has_a_quota_and_a_rule_few_attributes() {
    let aws = MockAws::new();
    let many = refusals(&aws, "many", |arch| {
        (0..26).for_each(|n| _ = arch.resource(&format!("r{n}"), rule(&format!("r{n}"))));
    })
    .await;
    assert_eq!(
        many,
        ["Quota The maximum number of sampling rules per Region has been reached: 25"]
    );
    let aws = MockAws::new();
    let attributes = refusals(&aws, "attributes", |arch| {
        let mut rule = rule("r");
        rule.rule.attributes = (0..6).map(|n| (n.to_string(), "x".to_owned())).collect();
        arch.resource("rule", rule);
    })
    .await;
    assert_eq!(attributes, ["Invalid A rule has at most 5 attributes."]);
}
