//! Tests of the canonical form and of what AWS refuses.

use proptest::{collection, option, prelude::*};
use serde_json::json;

use super::*;
use crate::{Input, Ref, id::ResourceId, services::iam::Role};

fn parse(value: &serde_json::Value) -> PolicyDocument {
    value.to_string().parse().unwrap()
}

#[test]
fn every_way_to_write_a_policy_is_one_policy() {
    let short = json!({
        "Version": "2012-10-17",
        "Id": "x",
        "Statement": {
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"AWS": "123456789012", "Service": "ec2.amazonaws.com"},
            "Action": "STS:AssumeRole",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": true}},
        },
    });
    let long = json!({
        "Statement": [{
            "Effect": "Allow",
            "Principal": {
                "Service": ["ec2.amazonaws.com", "ec2.amazonaws.com"],
                "AWS": ["arn:aws:iam::123456789012:root"],
            },
            "Action": ["sts:AssumeRole", "sts:AssumeRole"],
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": ["true"]}},
        }],
        "Version": "2012-10-17",
    });
    let typed = PolicyDocument::new([Statement::allow(["sts:AssumeRole"])
        .to([Principal::account("123456789012"), Service::Ec2.into()])
        .when(Operator::BOOL, "aws:MultiFactorAuthPresent", ["true"])]);
    assert_eq!(parse(&short), typed);
    assert_eq!(parse(&long), typed);
}

#[test]
fn everyone_is_a_star() {
    let policy = |principal| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Deny", "Principal": principal, "Action": "*", "Resource": "*"},
        ]})
    };
    let any = parse(&policy(json!("*")));
    assert_eq!(parse(&policy(json!({"AWS": "*"}))), any);
    assert!(any.to_json().contains(r#""Principal":"*""#));
}

#[test]
fn an_older_version_is_read_where_it_means_the_same() {
    let policy = |resource| {
        json!({"Version": "2008-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource},
        ]})
    };
    assert!(policy("arn:aws:s3:::b/*").to_string().parse::<PolicyDocument>().is_ok());
    let error = policy("arn:aws:s3:::b/${aws:username}").to_string().parse::<PolicyDocument>();
    assert_eq!(
        error.unwrap_err().to_string(),
        "not a policy document: version `2008-10-17` instead of `2012-10-17`"
    );
}

#[test]
fn what_is_no_policy_is_refused() {
    for text in [
        "",
        "{}",
        r#"{"Version":"2012-10-17","Statement":[{"Action":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Actions":"*"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","NotAction":"*"}]}"#,
    ] {
        assert!(text.parse::<PolicyDocument>().is_err(), "{text}");
    }
}

#[test]
fn resources_may_be_unknown_yet() {
    let role = Ref::<Role>::managed(ResourceId::new("task").unwrap());
    let policy = PolicyDocument::new([Statement::allow(["iam:PassRole"])
        .on([Input::from(role.arn()), Input::concat([role.arn().into(), "/*".into()])])]);
    let json = serde_json::to_value(&policy).unwrap();
    let arn = json!({"Fn::GetAtt": ["task", "Arn"]});
    let resources = json!([arn, {"Fn::Join": ["", [arn, "/*"]]}]);
    assert_eq!(json["Statement"][0]["Resource"], resources);
    assert_eq!(serde_json::from_value::<PolicyDocument>(json).unwrap(), policy);
    assert_eq!(policy.faults(PolicyUse::Identity), []);
}

#[test]
fn size_is_without_white_space_and_unknown_values() {
    let policy = |arn: &str| {
        PolicyDocument::new([Statement::allow(["s3:GetObject"]).on([arn]).named("Read")])
    };
    assert_eq!(policy("*").size(), policy("*").to_json().len());
    assert_eq!(policy("a b").size(), policy("ab").size());
    let role = Ref::<Role>::managed(ResourceId::new("task").unwrap());
    let unknown = PolicyDocument::new([Statement::allow(["s3:GetObject"])
        .on([Input::concat([role.arn().into(), "*".into()])])
        .named("Read")]);
    assert_eq!(unknown.size(), policy("*").size());
}

#[test]
fn a_trust_policy_trusts_whom_it_allows_and_does_not_deny() {
    let trust = PolicyDocument::trusting(Service::EcsTasks);
    assert!(trust.trusts(&Service::EcsTasks));
    assert!(trust.trusts(&Service::from("ecs-tasks.amazonaws.com".to_owned())));
    assert!(!trust.trusts(&Service::Ecs));
    let deny = Statement::deny(["sts:*"]).to([Principal::Any]);
    assert!(!trust.clone().with(deny.clone()).trusts(&Service::EcsTasks));
    let sometimes = deny.when(Operator::STRING_EQUALS, "aws:SourceAccount", ["123456789012"]);
    assert!(trust.with(sometimes).trusts(&Service::EcsTasks));
}

#[test]
fn wildcards_are_what_is_wider_than_its_name() {
    let wide = Statement::allow(["s3:Get*", "s3:PutObject"]).on(["*", "arn:aws:s3:::b/*"]);
    let not = Statement { actions: Selection::all_except(["iam:*"]), ..wide.clone() };
    let policy = PolicyDocument::new([wide.clone(), not.clone()]);
    let action = Action::new("s3:Get*");
    let found: Vec<_> = policy.wildcards().collect();
    assert_eq!(
        found,
        [
            (&not, Wildcard::AllActionsExcept),
            (&not, Wildcard::AllResources),
            (&wide, Wildcard::Action(&action)),
            (&wide, Wildcard::AllResources),
        ]
    );
}

#[test]
fn faults_depend_on_the_use() {
    let trust = PolicyDocument::trusting(Service::EcsTasks);
    assert_eq!(trust.faults(PolicyUse::Trust), []);
    assert_eq!(
        trust.faults(PolicyUse::Identity),
        [PolicyFault::Principal, PolicyFault::NoResources]
    );
    let identity = PolicyDocument::new([Statement::allow(["s3:GetObject"]).on(["*"])]);
    assert_eq!(identity.faults(PolicyUse::Identity), []);
    assert_eq!(
        identity.faults(PolicyUse::Trust),
        [
            PolicyFault::TrustAction("s3:GetObject".into()),
            PolicyFault::NoPrincipal,
            PolicyFault::Resources
        ]
    );
    assert_eq!(identity.faults(PolicyUse::Resource), [PolicyFault::NoPrincipal]);
}

#[test]
fn faults_of_form_are_found() {
    let statement = |sid: &str| {
        Statement::allow(["GetObject"]).on(["bucket"]).named(sid).when(
            Operator::new("Equals"),
            "aws:x",
            [""; 0],
        )
    };
    let faults = PolicyDocument::new([
        statement("A-1"),
        statement("B").when(Operator::BOOL, "aws:y", ["true"]),
        statement("B"),
    ])
    .faults(PolicyUse::Identity);
    for fault in [
        PolicyFault::Sid("A-1".into()),
        PolicyFault::DuplicateSid("B".into()),
        PolicyFault::Action("GetObject".into()),
        PolicyFault::ResourceForm("bucket".into()),
        PolicyFault::Operator(Operator::new("Equals")),
        PolicyFault::NoValue("aws:x".into()),
    ] {
        assert!(faults.contains(&fault), "{fault}");
    }
    assert_eq!(PolicyDocument::default().faults(PolicyUse::Identity), [PolicyFault::Empty]);
}

fn selection<T: Ord + std::fmt::Debug>(
    element: impl Strategy<Value = T>,
) -> impl Strategy<Value = Selection<T>> {
    (any::<bool>(), collection::vec(element, 0..4)).prop_map(|(except, elements)| {
        let elements = elements.into_iter().collect();
        if except { Selection::AllExcept(elements) } else { Selection::Of(elements) }
    })
}

fn resource() -> impl Strategy<Value = Input<String>> {
    let role = || Ref::<Role>::managed(ResourceId::new("app/role").unwrap());
    prop_oneof![
        "arn:aws:s3:::[a-z]{1,8}(/\\*)?".prop_map(Input::Literal),
        Just(Input::Literal("*".to_owned())),
        Just(Input::from(role().arn())),
        "/[a-z]{1,4}".prop_map(move |end| Input::concat([role().arn().into(), end.into()])),
    ]
}

fn principal() -> impl Strategy<Value = Principal> {
    prop_oneof![
        Just(Principal::Any),
        "[0-9]{12}".prop_map(Principal::aws),
        resource().prop_map(Principal::aws),
        "[a-z0-9]{8}".prop_map(Principal::CanonicalUser),
        resource().prop_map(Principal::federated),
        "[a-z]{2,6}\\.amazonaws\\.com".prop_map(|name| Service::from(name).into()),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    let values = collection::vec(resource(), 0..3).prop_map(|it| it.into_iter().collect());
    let operator = prop_oneof![Just(Operator::BOOL), Just(Operator::STRING_LIKE)];
    let keys = collection::btree_map("aws:[a-z]{1,4}", values, 0..3);
    (
        option::of("[A-Za-z0-9]{1,6}"),
        prop_oneof![Just(Effect::Allow), Just(Effect::Deny)],
        selection(principal()),
        selection("([A-Za-z]{2,3}:[A-Z][a-z]{1,4}\\*?|\\*)".prop_map(Action::from)),
        selection(resource()),
        collection::btree_map(operator, keys, 0..3),
    )
        .prop_map(|(sid, effect, principals, actions, resources, conditions)| Statement {
            sid,
            effect,
            principals,
            actions,
            resources,
            conditions,
        })
}

proptest! {
    #[test]
    fn parsing_gives_back_what_was_written(statements in collection::vec(statement(), 0..4)) {
        let policy = PolicyDocument::new(statements);
        prop_assert_eq!(policy.to_json().parse::<PolicyDocument>().unwrap(), policy);
    }

    #[test]
    fn order_and_repetition_mean_nothing(
        statements in collection::vec(statement(), 0..4),
        actions in collection::vec("s3:[A-Z][a-z]{1,3}", 1..5),
    ) {
        let backwards = |actions: &[String]| -> Vec<String> {
            actions.iter().chain(actions).rev().cloned().collect()
        };
        let first = Statement::allow(actions.clone()).on(actions.clone());
        let same = Statement::allow(backwards(&actions)).on(backwards(&actions));
        let policy = PolicyDocument::new(statements.iter().cloned().chain([first]));
        let again = statements.iter().chain(&statements).rev().cloned().chain([same]);
        prop_assert_eq!(PolicyDocument::new(again).to_json(), policy.to_json());
    }

    #[test]
    fn any_text_is_read_without_fault(text in ".{0,40}") {
        drop(text.parse::<PolicyDocument>());
    }
}
