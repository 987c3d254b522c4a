//! Every policy of the blueprint is enough for what is called in it, and none is more than needed.
//!
//! What AWS itself calls is derived from what exists: see `elanswer-testkit/src/iam/calls.rs`. What
//! the programs of the platform call is said here.

use std::collections::BTreeSet;

use elanswer::{
    Resource,
    services::{
        ec2::VpcEndpoint,
        ecr::Repository,
        elasticache::{ReplicationGroup, User},
        iam::{Effect, PolicyUse, Role, Selection, Statement},
        s3::Bucket,
    },
    testkit::{
        MockAws, ServiceCall,
        iam::{Expected, Iam, PolicyId},
        world::Object,
    },
};

use super::support::whole;

/// The object that was made for a resource.
fn made<R: Resource>(aws: &MockAws, resource: &str) -> Object<R> {
    let mut all = aws.objects::<R>().into_iter();
    let found = all.find(|it| it.tags.get("elanswer:resource") == Some(resource));
    found.unwrap_or_else(|| panic!("nothing was made for {resource}"))
}

/// What the programs of the platform call, by their roles.
fn programs(aws: &MockAws) -> Vec<ServiceCall> {
    let role = |name: &str| made::<Role>(aws, &format!("platform/{name}/task-role")).outputs.arn;
    let bucket =
        |name: &str| made::<Bucket>(aws, &format!("platform/{name}/bucket")).outputs.bucket_name;
    let mut calls = ServiceCall::reading(aws, &role("web"), &bucket("files"));
    calls.extend(ServiceCall::writing(aws, &role("api"), &bucket("backups")));
    // Both log in to the cache.
    let cache = made::<ReplicationGroup>(aws, "platform/cache/replication-group").outputs.arn;
    let user = made::<User>(aws, "platform/cache/user").outputs.arn;
    for role in ["web", "api"].map(role) {
        calls.extend(ServiceCall::connecting(&role, &cache, &user));
    }
    // The build pushes what it made.
    let build = made::<Role>(aws, "platform/pipeline/build/build-role").outputs.arn;
    let images = made::<Repository>(aws, "platform/images/repository").outputs.arn;
    calls.extend(ServiceCall::pushing(&build, &images));
    // What was deployed is pulled from there.
    for name in ["web", "api"] {
        let agent = made::<Role>(aws, &format!("platform/{name}/execution-role")).outputs.arn;
        calls.extend(ServiceCall::pulling(&agent, &images));
    }
    // From the private subnets the same goes through the gateway to S3.
    let gateway = made::<VpcEndpoint>(aws, "platform/endpoints/s3").outputs.id;
    let to_s3 = |call: &&ServiceCall| call.name.contains(": s3:");
    let through: Vec<_> = calls.iter().filter(to_s3).cloned().collect();
    calls.extend(through.into_iter().map(|call| ServiceCall {
        name: format!("{}, through {gateway}", call.name),
        request: call.request.with("aws:SourceVpce", &gateway),
        ..call
    }));
    calls
}

struct Case {
    iam: Iam,
    calls: Vec<ServiceCall>,
}

impl Case {
    async fn new() -> Self {
        let (arch, aws) = (whole(|platform| platform), MockAws::new());
        let report = elanswer::apply(&arch, &aws).await.unwrap();
        assert_eq!(report.failed(), 0, "{report}");
        let calls = [aws.service_calls(), programs(&aws)].concat();
        Self { iam: aws.iam(), calls }
    }

    /// Every call is answered as before when the policies are `iam`.
    fn nobody_notices(&self, iam: &Iam) -> bool {
        self.calls.iter().all(|call| call.holds(iam) == call.holds(&self.iam))
    }

    /// Changes every statement as `change` says; what nobody notices is superfluous.
    fn superfluous(
        &self,
        change: impl Fn(PolicyUse, &Statement) -> Vec<(String, Option<Statement>)>,
    ) -> String {
        let mut found = Vec::new();
        let mut tried = BTreeSet::<(PolicyId, String)>::new();
        for policy in self.iam.policies() {
            for statement in &policy.document.statements {
                for (what, changed) in change(policy.used_for, statement) {
                    let iam = self.iam.clone();
                    let iam = match changed {
                        Some(changed) => iam.replacing(&policy.id, statement, &changed),
                        None => iam.without(&policy.id, statement),
                    };
                    let name = statement.sid.clone().unwrap_or_else(|| first_action(statement));
                    let what = format!("{}: statement {name}: {what}", policy.id);
                    if tried.insert((policy.id.clone(), what.clone())) && self.nobody_notices(&iam)
                    {
                        found.push(what);
                    }
                }
            }
        }
        assert!(!tried.is_empty(), "nothing was tried");
        found.join("\n")
    }

    /// The calls, for a message.
    fn table(&self) -> String {
        self.calls.iter().map(|call| format!("  {call}\n")).collect()
    }

    #[track_caller]
    fn nothing_is_superfluous(
        &self,
        change: impl Fn(PolicyUse, &Statement) -> Vec<(String, Option<Statement>)>,
    ) {
        let found = self.superfluous(change);
        assert!(
            found.is_empty(),
            "no call needs:\n{found}\n\nThe calls, from elanswer-testkit/src/iam/calls.rs and from \
             `programs` in tests/facade/least_privilege.rs:\n{}",
            self.table()
        );
    }
}

fn first_action(statement: &Statement) -> String {
    statement.actions.named().next().map(|it| it.as_str().to_owned()).unwrap_or_default()
}

/// One statement for each element of a selection of several, without that element.
fn one_less<T: Clone + Ord + std::fmt::Debug>(
    elements: &Selection<T>,
    with: impl Fn(Selection<T>) -> Statement,
) -> Vec<(String, Option<Statement>)> {
    let Selection::Of(all) = elements else { return Vec::new() };
    if all.len() < 2 {
        return Vec::new();
    }
    let less = all.iter().map(|one| {
        let rest = all.iter().filter(|it| *it != one).cloned().collect();
        (format!("{one:?}"), Some(with(Selection::Of(rest))))
    });
    less.collect()
}

#[tokio::test(start_paused = true)]
async fn every_call_is_answered_as_it_must_be() {
    let case = Case::new().await;
    let wrong: Vec<String> = case
        .calls
        .iter()
        .filter(|call| !call.holds(&case.iam))
        .map(|call| format!("{call}\n    {}", case.iam.decide(&call.request)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let refused = case.calls.iter().filter(|call| call.expected == Expected::Refused).count();
    assert!(refused > 20 && case.calls.len() > 150, "{refused} of {}", case.calls.len());
}

#[tokio::test(start_paused = true)]
async fn every_statement_is_needed() {
    let case = Case::new().await;
    case.nothing_is_superfluous(|_, _| vec![("as a whole".to_owned(), None)]);
}

#[tokio::test(start_paused = true)]
async fn every_action_resource_and_principal_is_needed() {
    let case = Case::new().await;
    case.nothing_is_superfluous(|_, it| {
        let mut changed = one_less(&it.actions, |actions| Statement { actions, ..it.clone() });
        changed.extend(one_less(&it.resources, |resources| Statement { resources, ..it.clone() }));
        changed
            .extend(one_less(&it.principals, |principals| Statement { principals, ..it.clone() }));
        changed
    });
}

/// In the policies of keys and buckets. Those of roles say over which service a key may be used too,
/// which the key says itself.
#[tokio::test(start_paused = true)]
async fn every_condition_of_a_resource_is_needed() {
    let case = Case::new().await;
    case.nothing_is_superfluous(|used_for, it| {
        let mut changed = Vec::new();
        for (operator, keys) in &it.conditions {
            for key in keys.keys().filter(|_| used_for == PolicyUse::Resource) {
                let mut without = it.clone();
                if let Some(keys) = without.conditions.get_mut(operator) {
                    keys.remove(key);
                }
                without.conditions.retain(|_, keys| !keys.is_empty());
                changed.push((format!("{operator} {key}"), Some(without)));
            }
        }
        changed
    });
}

/// The tests above find what is too wide: a statement that nobody needs, one action too many.
#[tokio::test(start_paused = true)]
async fn what_is_too_wide_is_found() {
    let mut case = Case::new().await;
    let policies: Vec<_> = case.iam.policies().cloned().collect();
    let writes = |it: &&Statement| first_action(it) == "kms:Decrypt" && it.effect == Effect::Allow;
    let (policy, statement) = policies
        .iter()
        .filter(|policy| policy.used_for == PolicyUse::Identity)
        .find_map(|policy| Some((policy, policy.document.statements.iter().find(writes)?)))
        .unwrap();
    let wider =
        Statement { actions: Selection::of(["kms:Decrypt", "kms:Sign"]), ..statement.clone() };
    case.iam = case.iam.clone().replacing(&policy.id, statement, &wider);
    let found = case
        .superfluous(|_, it| one_less(&it.actions, |actions| Statement { actions, ..it.clone() }));
    assert!(found.contains("kms:Sign") && found.lines().count() == 1, "{found}");
}
