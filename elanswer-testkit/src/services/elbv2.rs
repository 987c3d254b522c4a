//! Elastic Load Balancing in memory.

pub use listener::ListenerHandler;
pub use listener_rule::ListenerRuleHandler;
pub use load_balancer::LoadBalancerHandler;
pub use target_group::TargetGroupHandler;

mod action;
mod listener;
mod listener_rule;
mod load_balancer;
mod target_group;
#[cfg(test)]
mod tests;

use elanswer_core::{
    Place, Resource,
    executor::{ErrorKind, ExecError, Outcome, Status},
    handler::{Create, Observed},
    resource::properties_of,
};
use serde_json::Value;

use crate::{
    api::Api,
    world::{AwsError, World},
};

/// The name of the API.
const SERVICE: &str = "elasticloadbalancing";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["AddTags", "RemoveTags"];

/// How many objects one describe call takes.
const PAGE: usize = 20;

/// The operations that read the objects of a kind.
struct Describe {
    /// Takes up to [`PAGE`] of them.
    objects: &'static str,
    /// Takes one of them, when the kind has attributes.
    attributes: Option<&'static str>,
    /// Whether the kind has tags, which `DescribeTags` shows of up to [`PAGE`] of them.
    tags: bool,
}

type Read<R> = Vec<Result<Option<Observed<R>>, ExecError>>;

/// Reads objects, with the calls that AWS needs for it.
async fn read<R: Resource>(
    api: &Api,
    describe: &Describe,
    place: &Place,
    identifiers: &[String],
) -> Read<R> {
    let mut answers = Vec::with_capacity(identifiers.len());
    for page in identifiers.chunks(PAGE) {
        match read_page(api, describe, place, page).await {
            Ok(found) => answers.extend(found),
            Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
        }
    }
    answers
}

async fn read_page<R: Resource>(
    api: &Api,
    describe: &Describe,
    place: &Place,
    page: &[String],
) -> Result<Read<R>, ExecError> {
    let mut found = Vec::with_capacity(page.len());
    for answer in api.read::<R>(SERVICE, describe.objects, place, page).await {
        // AWS no longer shows what it is deleting.
        found.push(answer?.filter(|object| object.status != Status::Deleting));
    }
    if describe.tags && found.iter().any(Option::is_some) {
        describe_tags(api, place).await?;
    }
    let mut answers = Vec::with_capacity(found.len());
    for object in found {
        let asked = match (describe.attributes, &object) {
            (Some(operation), Some(_)) => api.call(SERVICE, operation, place, |_| Ok(())).await,
            _ => Ok(()),
        };
        answers.push(asked.map(|()| object));
    }
    Ok(answers)
}

/// Looks for the object that `request` made: by its name or port, and then by its tags.
async fn find<R: Resource>(
    api: &Api,
    describe: &Describe,
    request: &Create<R>,
) -> Result<Option<Observed<R>>, ExecError> {
    let found = api.find_owned(SERVICE, describe.objects, request).await?;
    if found.is_some() {
        describe_tags(api, &request.place).await?;
        if let Some(operation) = describe.attributes {
            api.call(SERVICE, operation, &request.place, |_| Ok(())).await?;
        }
    }
    Ok(found)
}

async fn describe_tags(api: &Api, place: &Place) -> Result<(), ExecError> {
    api.call(SERVICE, "DescribeTags", place, |_| Ok(())).await
}

/// Refuses an object that a create answered with but did not make.
///
/// AWS answers a create whose name and settings exist already with what exists, whoever made it.
async fn own<R: Resource>(
    api: &Api,
    code: &'static str,
    request: &Create<R>,
    identifier: &str,
) -> Result<(), ExecError> {
    let place = &request.place;
    api.call(SERVICE, "DescribeTags", place, |world| {
        let owned = world
            .get::<R>(place, identifier)
            .is_none_or(|object| request.ownership.owns(&object.tags));
        if owned {
            Ok(())
        } else {
            Err(AwsError::conflict(code, format!("'{identifier}' belongs to somebody else")))
        }
    })
    .await
    .map_err(|error| match error.kind() {
        ErrorKind::Conflict => error,
        _ => error.with_outcome(Outcome::Unknown),
    })
}

/// Whether `existing` was made with the settings of `wanted`; `without` are the properties that
/// the create call does not take.
fn same_settings<R: Resource>(existing: &R, wanted: &R, without: &[&str]) -> bool {
    let settings = |resource: &R| {
        let mut tree = properties_of(resource);
        tree.retain(|name, _| !without.contains(&name.as_str()));
        Value::Object(tree)
    };
    settings(existing) == settings(wanted)
}

/// The last part of the ARN of a load balancer, target group, listener or rule: `app/front/0f…`.
fn path_of(arn: &str) -> &str {
    arn.rsplit_once(':')
        .and_then(|(_, resource)| resource.split_once('/'))
        .map_or(arn, |(_, path)| path)
}

/// The ARN of something within `parent`, such as a listener of a load balancer.
fn arn_within(world: &mut World, place: &Place, kind: &str, parent: &str) -> String {
    let id = world.new_hex(16);
    crate::world::arn(place, SERVICE, &format!("{kind}/{}/{id}", path_of(parent)))
}
