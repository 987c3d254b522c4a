//! Elastic Load Balancing over the SDK.

pub use listener::ListenerHandler;
pub use listener_rule::ListenerRuleHandler;
pub use load_balancer::LoadBalancerHandler;
pub use target_group::TargetGroupHandler;

mod action;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::{Client, types::Tag};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Resource, Tags,
    executor::{ErrorKind, ExecError, Outcome},
    handler::{Create, Observed, Update},
};

use crate::error::{Codes, exec_error, gone_is_fine};

/// The name of the API in errors.
const SERVICE: &str = "elasticloadbalancing";

/// How many ARNs one describe call takes.
const PAGE: usize = 20;

/// The codes of Elastic Load Balancing whose meaning is not general.
const CODES: Codes = &[
    ("CertificateNotFound", ErrorKind::NotFound),
    ("InvalidSecurityGroup", ErrorKind::NotFound),
    ("ListenerNotFound", ErrorKind::NotFound),
    ("LoadBalancerNotFound", ErrorKind::NotFound),
    ("RuleNotFound", ErrorKind::NotFound),
    ("SubnetNotFound", ErrorKind::NotFound),
    ("TargetGroupNotFound", ErrorKind::NotFound),
    ("DuplicateListener", ErrorKind::Conflict),
    ("DuplicateLoadBalancerName", ErrorKind::Conflict),
    ("DuplicateTargetGroupName", ErrorKind::Conflict),
    ("PriorityInUse", ErrorKind::Conflict),
    ("TargetGroupAssociationLimit", ErrorKind::Conflict),
    ("TooManyCertificates", ErrorKind::Quota),
    ("TooManyListeners", ErrorKind::Quota),
    ("TooManyLoadBalancers", ErrorKind::Quota),
    ("TooManyRules", ErrorKind::Quota),
    ("TooManyTargetGroups", ErrorKind::Quota),
    ("TooManyUniqueTargetGroupsPerLoadBalancer", ErrorKind::Quota),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// A value in an answer of `operation` that the models do not have.
fn foreign(operation: &'static str, what: impl std::fmt::Display) -> ExecError {
    ExecError::new(ErrorKind::Invalid, format!("{what} is not one that elanswer handles"))
        .with_operation(SERVICE, operation)
}

/// Reads objects by their ARNs, [`PAGE`] in a call.
///
/// AWS fails a whole call when one ARN is unknown; only then each is described alone.
async fn read_all<R, F, Fut>(
    identifiers: &[String],
    describe: F,
) -> Vec<Result<Option<Observed<R>>, ExecError>>
where
    R: Resource,
    F: Fn(Vec<String>) -> Fut,
    Fut: Future<Output = Result<Vec<(String, Observed<R>)>, ExecError>>,
{
    let mut answers = Vec::with_capacity(identifiers.len());
    for page in identifiers.chunks(PAGE) {
        match describe(page.to_vec()).await {
            Ok(found) => {
                let mut found: BTreeMap<String, Observed<R>> = found.into_iter().collect();
                answers.extend(page.iter().map(|identifier| Ok(found.remove(identifier))));
            }
            Err(error) if error.kind() == ErrorKind::NotFound && page.len() > 1 => {
                for identifier in page {
                    let alone = describe(vec![identifier.clone()]).await;
                    answers.push(none_if_gone(alone.map(first)));
                }
            }
            Err(error) => answers.extend(page.iter().map(|_| none_if_gone(Err(error.clone())))),
        }
    }
    answers
}

fn first<R: Resource>(found: Vec<(String, Observed<R>)>) -> Option<Observed<R>> {
    found.into_iter().next().map(|(_, object)| object)
}

/// Takes the failure of a describe call whose object does not exist for the answer that it does not.
fn none_if_gone<T>(result: Result<Option<T>, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        other => other,
    }
}

/// All tags of objects, by ARN: `DescribeTags`.
async fn tags_of(client: &Client, arns: &[String]) -> Result<BTreeMap<String, Tags>, ExecError> {
    let mut found = BTreeMap::new();
    for page in arns.chunks(PAGE) {
        let call = client.describe_tags().set_resource_arns(Some(page.to_vec()));
        let answer = call.send().await.map_err(failed("DescribeTags"))?;
        for described in answer.tag_descriptions() {
            let arn = described.resource_arn().unwrap_or_default().to_owned();
            found.insert(arn, from_sdk(described.tags()));
        }
    }
    Ok(found)
}

/// Whether the object belongs to who made the request.
async fn owns<R: Resource>(
    client: &Client,
    request: &Create<R>,
    arn: &str,
) -> Result<bool, ExecError> {
    let tags = tags_of(client, &[arn.to_owned()]).await?;
    Ok(tags.get(arn).is_some_and(|tags| request.ownership.owns(tags)))
}

/// Refuses an object that a create answered with but did not make.
///
/// AWS answers a create whose name and settings exist already with what exists, whoever made it.
async fn own<R: Resource>(
    client: &Client,
    (operation, code): (&'static str, &'static str),
    request: &Create<R>,
    arn: &str,
) -> Result<(), ExecError> {
    match owns(client, request, arn).await {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(ExecError::new(ErrorKind::Conflict, format!("`{arn}` belongs to somebody else"))
                .with_operation(SERVICE, operation)
                .with_code(code))
        }
        Err(error) => Err(error.with_outcome(Outcome::Unknown)),
    }
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()))
        .collect()
}

/// Changes the tags of an object: `AddTags`, `RemoveTags`.
async fn retag<R: Resource>(client: &Client, request: &Update<R>) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        let call = client.add_tags().resource_arns(&request.identifier);
        call.set_tags(Some(to_sdk(&set))).send().await.map_err(failed("AddTags"))?;
    }
    if !remove.is_empty() {
        let call = client.remove_tags().resource_arns(&request.identifier);
        call.set_tag_keys(Some(remove)).send().await.map_err(failed("RemoveTags"))?;
    }
    Ok(())
}

/// A number of the models as the SDK has it: all of them are small.
fn int(number: impl Into<u32>) -> i32 {
    i32::try_from(number.into()).unwrap_or(i32::MAX)
}

/// A number of the SDK as the models have it, when it is within their bounds.
fn bounded<const MIN: u32, const MAX: u32>(
    number: Option<i32>,
) -> Option<elanswer_core::Bounded<MIN, MAX>> {
    elanswer_core::Bounded::new(u32::try_from(number?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use elanswer_core::{
        Ref,
        services::elbv2::{Action, Listener, ListenerOutputs, Port},
    };

    use super::*;

    fn observed(arn: &str) -> (String, Observed<Listener>) {
        let listener = Listener::builder()
            .load_balancer(Ref::existing("lb"))
            .port(Port::of::<80>())
            .default_action(Action::redirect_to_https())
            .build();
        let outputs = ListenerOutputs { listener_arn: arn.to_owned() };
        (arn.to_owned(), Observed::ready(listener, outputs))
    }

    /// Describes everything but `gone`, and fails a call that names it, as AWS does.
    async fn read_without(gone: &str, arns: &[&str]) -> (Vec<Option<String>>, usize) {
        let arns: Vec<String> = arns.iter().map(|arn| (*arn).to_owned()).collect();
        let calls = RefCell::new(0);
        let answers = read_all(&arns, |page| {
            *calls.borrow_mut() += 1;
            async move {
                if page.iter().any(|arn| arn == gone) {
                    return Err(ExecError::new(ErrorKind::NotFound, "not found"));
                }
                Ok(page.iter().map(|arn| observed(arn)).collect())
            }
        });
        let found = answers.await.into_iter().map(|answer| {
            answer.unwrap().map(|listener: Observed<Listener>| listener.outputs.listener_arn)
        });
        (found.collect(), calls.into_inner())
    }

    #[tokio::test]
    async fn one_call_reads_many() {
        let (found, calls) = read_without("", &["a", "b", "c"]).await;
        assert_eq!(found, [Some("a".to_owned()), Some("b".to_owned()), Some("c".to_owned())]);
        assert_eq!(calls, 1);
    }

    #[tokio::test]
    async fn an_unknown_arn_hides_no_other() {
        let (found, calls) = read_without("b", &["a", "b", "c"]).await;
        assert_eq!(found, [Some("a".to_owned()), None, Some("c".to_owned())]);
        assert_eq!(calls, 4);
        assert_eq!(read_without("a", &["a"]).await, (vec![None], 1));
    }
}
