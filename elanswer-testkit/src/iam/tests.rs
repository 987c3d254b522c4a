use elanswer_core::{
    Kind, Place, Region,
    services::iam::{
        ManagedPolicyArn, Operator, PolicyDocument, PolicyUse, Principal, Selection, Service,
        Statement,
    },
};

use super::{
    Caller, Iam, Outcome, Policy, PolicyId,
    policies::{Limits, Scope},
};

const ROLE: &str = "arn:aws:iam::123456789012:role/app/web";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k";
const BUCKET: &str = "arn:aws:s3:::images";

fn with(mut iam: Iam, used_for: PolicyUse, scope: Scope, statements: Vec<Statement>) -> Iam {
    let id = PolicyId {
        kind: Kind::new("AWS::Test::Policy"),
        place: Place::new(Region::UsEast1),
        identifier: format!("policy-{}", iam.policies.len()),
        index: 0,
    };
    let document = PolicyDocument::new(statements);
    iam.policies.push(Policy { id, used_for, document, scope, account: "123456789012".into() });
    iam
}

/// Policies of the role.
fn role(statements: impl IntoIterator<Item = Statement>) -> Iam {
    let scope = Scope::Identity(ROLE.into());
    with(Iam::default(), PolicyUse::Identity, scope, statements.into_iter().collect())
}

/// The same, and a policy of a resource.
fn and(iam: Iam, arn: &str, statement: Statement) -> Iam {
    with(iam, PolicyUse::Resource, Scope::Resource(arn.into()), vec![statement])
}

fn allow(action: &str, on: &str) -> Statement {
    Statement::allow([action]).on([on])
}

fn outcome(iam: &Iam, caller: impl Into<Caller>, action: &str, on: &str) -> Outcome {
    iam.may(caller, action, on).decision().outcome()
}

#[test]
fn a_role_does_what_its_policies_allow_and_none_denies() {
    let objects = "arn:aws:s3:::images/*";
    let iam = role([
        allow("s3:Get*", objects),
        Statement::deny(["s3:GetObject"]).on(["arn:aws:s3:::images/secret/*"]),
    ]);
    let session = "arn:aws:sts::123456789012:assumed-role/web/task";
    for caller in [ROLE, session] {
        assert_eq!(
            outcome(&iam, caller, "s3:getobject", "arn:aws:s3:::images/a"),
            Outcome::Allowed
        );
        assert_eq!(
            outcome(&iam, caller, "s3:GetObject", "arn:aws:s3:::images/secret/a"),
            Outcome::ExplicitlyDenied
        );
        assert_eq!(
            outcome(&iam, caller, "s3:PutObject", "arn:aws:s3:::images/a"),
            Outcome::ImplicitlyDenied
        );
    }
    let other = "arn:aws:iam::123456789012:role/api";
    assert_eq!(
        outcome(&iam, other, "s3:GetObject", "arn:aws:s3:::images/a"),
        Outcome::ImplicitlyDenied
    );
    let decision = iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/secret/a").decision();
    assert!(decision.to_string().starts_with("denied by Policy policy-0"), "{decision}");
    assert!(decision.statement().is_some());
}

#[test]
fn a_wildcard_stays_in_its_field() {
    let iam = role([
        allow("s3:GetObject", "arn:aws:s3:::images/*/x?"),
        allow("sqs:SendMessage", "arn:aws:sqs:*:*:q"),
    ]);
    assert!(iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/a:b/c/xy").is_allowed());
    assert!(!iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/a/x").is_allowed());
    assert!(iam.may(ROLE, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q").is_allowed());
    assert!(
        !iam.may(ROLE, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:p:q").is_allowed()
    );
    let except =
        Statement { resources: Selection::all_except([BUCKET]), ..allow("s3:ListBucket", "*") };
    let iam = role([except]);
    assert!(!iam.may(ROLE, "s3:ListBucket", BUCKET).is_allowed());
    assert!(iam.may(ROLE, "s3:ListBucket", "arn:aws:s3:::other").is_allowed());
}

#[test]
fn the_policy_of_a_resource_allows_in_its_account() {
    let to = |principal: Principal| allow("s3:ListBucket", BUCKET).to([principal]);
    let ours = |principal| and(Iam::default(), BUCKET, to(principal));
    assert!(ours(Principal::aws(ROLE)).may(ROLE, "s3:ListBucket", BUCKET).is_allowed());
    assert!(ours(Principal::Any).may(ROLE, "s3:ListBucket", BUCKET).is_allowed());
    assert!(ours(Principal::Any).may("*", "s3:ListBucket", BUCKET).is_allowed());
    let service = ours(Service::CloudFront.into());
    assert!(service.may(Service::CloudFront, "s3:ListBucket", BUCKET).is_allowed());
    assert!(!service.may(Service::Logs, "s3:ListBucket", BUCKET).is_allowed());
    // The account alone allows nobody: it lets the account's own policies decide.
    let account = ours(Principal::account("123456789012"));
    assert!(!account.may(ROLE, "s3:ListBucket", BUCKET).is_allowed());
    assert!(account.may(Caller::root("123456789012"), "s3:ListBucket", BUCKET).is_allowed());
}

#[test]
fn across_accounts_both_must_allow() {
    let theirs = "arn:aws:iam::999999999999:role/web";
    let to = allow("s3:ListBucket", BUCKET).to([Principal::account("999999999999")]);
    let iam = and(Iam::default(), BUCKET, to);
    assert!(!iam.may(theirs, "s3:ListBucket", BUCKET).is_allowed());
    let own = vec![allow("s3:ListBucket", BUCKET)];
    let both = with(iam, PolicyUse::Identity, Scope::Identity(theirs.into()), own);
    assert!(both.may(theirs, "s3:ListBucket", BUCKET).is_allowed());
    let alone = role([allow("s3:ListBucket", BUCKET)]);
    assert!(alone.may(ROLE, "s3:ListBucket", BUCKET).is_allowed());
    assert!(
        !and(Iam::default(), BUCKET, allow("s3:*", BUCKET).to([Principal::aws(ROLE)]))
            .may(theirs, "s3:ListBucket", BUCKET)
            .is_allowed()
    );
}

#[test]
fn a_key_and_a_role_decide_themselves() {
    let own = || role([allow("kms:Decrypt", KEY), allow("sts:AssumeRole", "*")]);
    assert!(!own().may(ROLE, "kms:Decrypt", KEY).is_allowed());
    let to = |principal| allow("kms:Decrypt", "*").to([principal]);
    let account = Principal::account("123456789012");
    assert!(and(own(), KEY, to(account.clone())).may(ROLE, "kms:Decrypt", KEY).is_allowed());
    let lets_account = and(Iam::default(), KEY, to(account));
    assert!(!lets_account.may(ROLE, "kms:Decrypt", KEY).is_allowed());
    let lets_role = and(Iam::default(), KEY, to(Principal::aws(ROLE)));
    assert!(lets_role.may(ROLE, "kms:Decrypt", KEY).is_allowed());
    let other = "arn:aws:iam::123456789012:role/other";
    assert!(!own().may(ROLE, "sts:AssumeRole", other).is_allowed());
    let trust = Statement::allow(["sts:AssumeRole"]).to([Service::EcsTasks]);
    let iam = with(own(), PolicyUse::Trust, Scope::Resource(other.into()), vec![trust]);
    assert!(iam.may(Service::EcsTasks, "sts:AssumeRole", other).is_allowed());
    assert!(!iam.may(ROLE, "sts:AssumeRole", other).is_allowed());
}

#[test]
fn an_endpoint_lets_through_what_its_policy_allows() {
    let own = role([allow("s3:*", "*")]);
    let policy = vec![allow("s3:GetObject", "*").to([Principal::Any])];
    let iam = with(own, PolicyUse::Resource, Scope::Endpoint("vpce-1".into()), policy);
    let object = "arn:aws:s3:::images/a";
    assert!(iam.may(ROLE, "s3:PutObject", object).is_allowed());
    let through =
        |action: &str| iam.may(ROLE, action, object).with("aws:SourceVpce", "vpce-1").is_allowed();
    assert!(through("s3:GetObject") && !through("s3:PutObject"));
    assert!(iam.may(ROLE, "s3:PutObject", object).with("aws:SourceVpce", "vpce-2").is_allowed());
}

#[test]
fn a_boundary_and_managed_policies_count_when_they_are_known() {
    let arn = ManagedPolicyArn::aws("ReadOnlyAccess");
    let read = PolicyDocument::new([allow("s3:Get*", "*")]);
    let object = "arn:aws:s3:::images/a";
    let mut iam = role([allow("s3:*", "*")]);
    iam.roles.insert(ROLE.into(), Limits { managed: Vec::new(), boundary: Some(arn.to_string()) });
    assert!(!iam.may(ROLE, "s3:GetObject", object).is_allowed());
    let iam = iam.with_managed(&arn, read.clone());
    assert!(iam.may(ROLE, "s3:GetObject", object).is_allowed());
    assert!(!iam.may(ROLE, "s3:PutObject", object).is_allowed());
    let mut iam = Iam::default();
    iam.roles.insert(ROLE.into(), Limits { managed: vec![arn.to_string()], boundary: None });
    let decision = iam.may(ROLE, "s3:GetObject", object).decision().to_string();
    assert!(decision.contains("ReadOnlyAccess says is not known"), "{decision}");
    assert!(iam.with_managed(&arn, read).may(ROLE, "s3:GetObject", object).is_allowed());
}

#[test]
fn conditions_compare_as_their_operators_say() {
    let holds = |operator: &'static str, key: &str, values: &[&str], given: &[&str]| {
        let statement =
            allow("s3:GetObject", "*").when(Operator::new(operator), key, values.iter().copied());
        let iam = role([statement]);
        let mut asked = iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/a");
        for value in given {
            asked = asked.with("test:key", *value);
        }
        asked.is_allowed()
    };
    for (operator, values, given, expected) in [
        ("StringEquals", &["a", "b"][..], &["b"][..], true),
        ("StringEquals", &["a*"], &["ab"], false),
        ("StringEquals", &["a"], &[], false),
        ("StringEqualsIfExists", &["a"], &[], true),
        ("StringEqualsIgnoreCase", &["A"], &["a"], true),
        ("StringLike", &["a?c*"], &["abcd"], true),
        ("StringNotEquals", &["a", "b"], &["b"], false),
        ("StringNotEquals", &["a"], &[], true),
        ("StringNotLike", &["a*"], &["b"], true),
        ("ArnLike", &["arn:aws:s3:::a*"], &["arn:aws:s3:::ab"], true),
        ("ArnEquals", &["arn:aws:s3:*:x"], &["arn:aws:s3:a:b:x"], false),
        ("ArnNotLike", &["arn:aws:s3:::a*"], &["arn:aws:s3:::ab"], false),
        ("Bool", &["true"], &["True"], true),
        ("Bool", &["true"], &[], false),
        ("Null", &["true"], &[], true),
        ("Null", &["false"], &[], false),
        ("Null", &["false"], &["a"], true),
        ("NumericLessThanEquals", &["10"], &["10"], true),
        ("NumericGreaterThan", &["10"], &["9.5"], false),
        ("NumericEquals", &["1"], &["x"], false),
        ("DateLessThan", &["2030-01-01T00:00:00Z"], &["2029-12-31T23:59:59Z"], true),
        ("DateGreaterThanEquals", &["2000-03-01T00:00:00Z"], &["951868800"], true),
        ("DateEquals", &["1970-01-02T00:00:01Z"], &["86401"], true),
        ("IpAddress", &["10.0.0.0/8"], &["10.1.2.3"], true),
        ("IpAddress", &["10.0.0.0/8"], &["11.1.2.3"], false),
        ("IpAddress", &["0.0.0.0/0"], &["11.1.2.3"], true),
        ("IpAddress", &["2001:db8::/32"], &["2001:db8:1::1"], true),
        ("NotIpAddress", &["10.0.0.1"], &["10.0.0.1"], false),
        ("ForAnyValue:StringEquals", &["a"], &["b", "a"], true),
        ("ForAnyValue:StringEquals", &["a"], &[], false),
        ("ForAllValues:StringEquals", &["a", "b"], &["b", "a"], true),
        ("ForAllValues:StringEquals", &["a"], &["b", "a"], false),
        ("ForAllValues:StringEquals", &["a"], &[], true),
        ("ForAnyValue:StringNotEquals", &["a"], &["a", "b"], true),
        ("ForAllValues:StringNotEquals", &["a"], &["a", "b"], false),
    ] {
        let found = holds(operator, "test:KEY", values, given);
        assert_eq!(found, expected, "{operator} {values:?} {given:?}");
    }
}

#[test]
fn variables_are_values_of_the_request() {
    let iam = role([allow("s3:GetObject", "arn:aws:s3:::images/${aws:PrincipalTag/team}/*")]);
    let asked = || iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/shop/a");
    assert!(asked().with("aws:PrincipalTag/team", "shop").is_allowed());
    assert!(!asked().with("aws:PrincipalTag/team", "*").is_allowed());
    assert!(!asked().is_allowed());
    let iam =
        role([allow("s3:GetObject", "arn:aws:s3:::images/${aws:PrincipalTag/team, 'all'}/${*}")]);
    assert!(iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/all/*").is_allowed());
    assert!(!iam.may(ROLE, "s3:GetObject", "arn:aws:s3:::images/all/a").is_allowed());
}
