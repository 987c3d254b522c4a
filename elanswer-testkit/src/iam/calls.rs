//! What the services of AWS call for what exists: derived from the objects, by what each service
//! documents that it does.
//!
//! A kind with a role, a key or logs gets a function here that says what AWS calls for it. The list
//! is [`ALL`]; a test of an architecture that uses the kind fails until its policies let AWS do so.

mod budgets;
mod cloudfront;
mod cloudwatch;
mod codebuild;
mod codepipeline;
mod ec2;
mod ecr;
mod ecs;
mod elasticache;
mod elbv2;
mod events;
mod kms;
mod logs;
mod rds;
mod s3;
mod secretsmanager;
mod sns;

use std::fmt;

use elanswer_core::{
    Place, Set,
    services::iam::{Action, Service},
};
use serde_json::Value;

use super::request::{Caller, Request};
use crate::world::{World, account};

/// What is called for every kind: the one list.
const ALL: &[fn(&World, &mut Calls)] = &[
    budgets::topics,
    cloudfront::distributions,
    cloudwatch::alarms,
    codebuild::projects,
    codepipeline::pipelines,
    ec2::flow_logs,
    ecr::repositories,
    ecs::tasks,
    elasticache::caches,
    elbv2::access_logs,
    events::targets,
    kms::keys,
    logs::encrypted,
    rds::databases,
    s3::buckets,
    secretsmanager::secrets,
    // Last: what the agents of tasks call goes through the endpoints too.
    ec2::endpoints,
];

/// A call of a service of AWS, or of somebody to whom it must be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceCall {
    /// Who calls what for.
    pub name: String,
    /// What IAM is asked.
    pub request: Request,
    /// What IAM must answer.
    pub expected: Expected,
}

/// What IAM must answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// It is done.
    Allowed,
    /// It is not.
    Refused,
}

impl ServiceCall {
    /// A call that a service needs.
    pub fn needed(name: impl Into<String>, request: Request) -> Self {
        Self { name: name.into(), request, expected: Expected::Allowed }
    }

    /// A call that must be refused.
    pub fn refused(name: impl Into<String>, request: Request) -> Self {
        Self { name: name.into(), request, expected: Expected::Refused }
    }

    /// What a program in this role does that lists and reads the objects of a bucket.
    ///
    /// What a program does is not known here: a test says it, for each role of its own programs.
    #[must_use]
    pub fn reading(aws: &crate::MockAws, role: &str, bucket: &str) -> Vec<Self> {
        s3::reading(&aws.api().world(), role, bucket)
    }

    /// What a program in this role does that puts objects into a bucket, in one part or in many.
    #[must_use]
    pub fn writing(aws: &crate::MockAws, role: &str, bucket: &str) -> Vec<Self> {
        s3::writing(&aws.api().world(), role, bucket)
    }

    /// What the commands of a build in this role do that push an image to a repository of ECR, by its
    /// ARN.
    #[must_use]
    pub fn pushing(role: &str, repository: &str) -> Vec<Self> {
        codebuild::pushing(role, repository)
    }

    /// What an agent in this role does that pulls an image from a repository of ECR, by its ARN.
    #[must_use]
    pub fn pulling(role: &str, repository: &str) -> Vec<Self> {
        ecs::pulling(role, repository)
    }

    /// What a program in this role does that logs in to a cache as a user, both by their ARNs.
    #[must_use]
    pub fn connecting(role: &str, cache: &str, user: &str) -> Vec<Self> {
        elasticache::connecting(role, cache, user)
    }

    /// Whether IAM answers as it must.
    #[must_use]
    pub fn holds(&self, iam: &super::Iam) -> bool {
        iam.decide(&self.request).is_allowed() == (self.expected == Expected::Allowed)
    }
}

impl fmt::Display for ServiceCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.expected {
            Expected::Allowed => "allowed",
            Expected::Refused => "refused",
        };
        write!(f, "{expected}: {}: {}", self.name, self.request)
    }
}

/// All calls for what is in the world.
pub(super) fn of(world: &World) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    for add in ALL {
        add(world, &mut calls);
    }
    // Several objects may ask for the same.
    let mut seen = Set::new();
    calls.0.retain(|call| seen.insert(call.to_string()));
    calls.0
}

/// Where the calls of a kind go.
struct Calls(Vec<ServiceCall>);

impl Calls {
    /// `caller` must be able to do each of these.
    fn needed<A: Into<Action>>(
        &mut self,
        name: impl fmt::Display,
        caller: &Caller,
        actions: impl IntoIterator<Item = A>,
        resource: &str,
        context: &[(&str, &str)],
    ) {
        for action in actions {
            let request = request(caller, action, resource, context);
            let name = format!("{name}: {}", request.action.as_str());
            self.0.push(ServiceCall::needed(name, request));
        }
    }

    /// `caller` must not be able to do any of these.
    fn refused<A: Into<Action>>(
        &mut self,
        name: impl fmt::Display,
        caller: &Caller,
        actions: impl IntoIterator<Item = A>,
        resource: &str,
        context: &[(&str, &str)],
    ) {
        for action in actions {
            let request = request(caller, action, resource, context);
            let name = format!("{name}: {}", request.action.as_str());
            self.0.push(ServiceCall::refused(name, request));
        }
    }

    /// A service takes a role that it was given.
    fn assumed(&mut self, what: &str, service: Service, role: &str, place: &Place) {
        let account = account(place);
        let context = [("aws:SourceAccount", account.as_str())];
        let name = format!("{service} takes the role of {what}");
        self.needed(name, &service.into(), ["sts:AssumeRole"], role, &context);
    }
}

fn request(
    caller: &Caller,
    action: impl Into<Action>,
    resource: &str,
    context: &[(&str, &str)],
) -> Request {
    let request = Request::new(caller.clone(), action, resource);
    context.iter().fold(request, |request, (key, value)| request.with(key, *value))
}

/// An account that nothing is known of.
const STRANGER: &str = "999999999999";

/// The root user of the account, for whom services do what he could not do himself.
fn owner(place: &Place) -> Caller {
    Caller::root(&account(place))
}

/// The name under which a service uses a key for others.
fn through(service: &str, place: &Place) -> String {
    format!("{service}.{}.amazonaws.com", place.region)
}

/// Whether a key is of this world, and no key of AWS's own, which has a policy that nobody sees.
fn is_ours(world: &World, key: &str) -> bool {
    let mut keys = world.everywhere::<elanswer_core::services::kms::Key>();
    keys.any(|(_, _, object)| object.outputs.arn == key)
}

/// The key that encrypts a secret, when it is one of this world.
fn key_of_secret(world: &World, secret: &str) -> Option<String> {
    let databases = world.everywhere::<elanswer_core::services::rds::DbInstance>();
    let of_database = databases
        .filter(|(_, _, object)| object.outputs.secret_arn.as_deref() == Some(secret))
        .find_map(|(_, _, object)| object.resource.master_user_secret.as_ref()?.kms_key_id.known());
    let of_secret = || {
        let found = world.sights().into_iter().find(|it| {
            it.kind.service() == "SecretsManager"
                && it.kind.short() == "Secret"
                && it.identifier == secret
        })?;
        found.properties.get("KmsKeyId").and_then(Value::as_str).map(str::to_owned)
    };
    let key = of_database.map(ToString::to_string).or_else(of_secret)?;
    is_ours(world, &key).then_some(key)
}
