//! AWS WAF in memory.

use std::time::Duration;

use elanswer_core::{
    Place, Region, Resource, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed},
    resource::properties_of,
    services::wafv2::{EntityName, Statement, WafScope},
};
use serde_json::Value;

pub use ip_set::IpSetHandler;
pub use logging_configuration::LoggingConfigurationHandler;
pub use web_acl::WebAclHandler;
pub use web_acl_association::WebAclAssociationHandler;

use crate::{
    api::Api,
    world::{AwsError, Object, World, arn},
};

mod ip_set;
mod logging_configuration;
#[cfg(test)]
mod tests;
mod web_acl;
mod web_acl_association;

/// The name of the API in calls and errors.
const SERVICE: &str = "wafv2";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// A kind whose objects have a name in a scope, and a lock that every change turns.
trait Entity: Resource {
    /// How the operations on one of them end: `WebACL` of `GetWebACL`.
    const CALLED: &'static str;
    /// How it is called in ARNs: `webacl`.
    const IN_ARN: &'static str;
    /// How many of them AWS allows in a Region and scope.
    const QUOTA: usize = 100;

    /// Its name.
    fn name(&self) -> Option<&EntityName>;

    /// What it is for.
    fn scope(&self) -> WafScope;

    /// Its ARN.
    fn arn(outputs: &Self::Outputs) -> &str;

    /// What AWS refuses in it.
    fn check(&self, world: &World, place: &Place) -> Result<(), AwsError>;
}

/// An operation on one object: `GetWebACL`.
fn operation<R: Entity>(verb: &str) -> String {
    format!("{verb}{}", R::CALLED)
}

/// An operation on all objects of a scope: `ListWebACLs`.
fn listing<R: Entity>() -> String {
    format!("List{}s", R::CALLED)
}

/// AWS has nothing that is called so.
fn nonexistent() -> AwsError {
    AwsError::not_found(
        "WAFNonexistentItemException",
        "AWS WAF couldn't perform the operation because your resource doesn't exist.",
    )
}

/// AWS refuses the value of a field.
fn invalid(reason: &str, field: &str, parameter: &str) -> AwsError {
    AwsError::invalid(
        "WAFInvalidParameterException",
        format!("Error reason: {reason}, field: {field}, parameter: {parameter}"),
    )
}

/// Something still uses it.
fn associated() -> AwsError {
    AwsError::dependency(
        "WAFAssociatedItemException",
        "AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.",
    )
}

/// An object that another one names: it exists, and AWS knows of it everywhere by now.
fn referenced<'a, R: Resource>(
    world: &'a World,
    place: &Place,
    identifier: &str,
) -> Result<&'a Object<R>, AwsError> {
    let found = world.get::<R>(place, identifier).ok_or_else(nonexistent)?;
    if world.is_hidden(R::SCHEMA.kind, place, identifier) || world.now() < found.ready_at {
        return Err(unavailable());
    }
    Ok(found)
}

/// It was made a moment ago, and AWS does not know of it everywhere yet.
fn unavailable() -> AwsError {
    AwsError::new(
        ErrorKind::NotYetVisible,
        "WAFUnavailableEntityException",
        "AWS WAF couldn't retrieve the resource that you requested. Retry your request.",
    )
}

/// AWS keeps what is for distributions in one Region.
fn check_scope(place: &Place, scope: WafScope) -> Result<(), AwsError> {
    if scope == WafScope::CloudFront && place.region != Region::UsEast1 {
        return Err(invalid("The scope is not valid.", "SCOPE_VALUE", scope.as_str()));
    }
    Ok(())
}

/// The IP sets that a statement looks for exist in the scope.
fn check_statement(
    world: &World,
    place: &Place,
    scope: WafScope,
    statement: &Statement,
) -> Result<(), AwsError> {
    for set in statement.ip_sets() {
        let arn = set.known().unwrap_or_default();
        let set = referenced::<elanswer_core::services::wafv2::IpSet>(world, place, arn)?;
        if set.resource.scope != scope {
            return Err(invalid("The referenced item has another scope.", "IP_SET", arn));
        }
    }
    Ok(())
}

/// What `Create…` checks, and the ARN and id of what it makes.
fn create_checked<R: Entity>(
    world: &mut World,
    request: &Create<R>,
) -> Result<(String, String), AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let scope = desired.scope();
    check_scope(place, scope)?;
    let name = desired.name().ok_or_else(|| invalid("The name is missing.", "NAME", ""))?;
    let same = |other: &R| other.scope() == scope && other.name() == Some(name);
    let taken = world.all::<R>(place).any(|(_, other)| same(&other.resource));
    if taken {
        return Err(AwsError::conflict(
            "WAFDuplicateItemException",
            "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.",
        ));
    }
    desired.check(world, place)?;
    let used = world.all::<R>(place).filter(|(_, other)| other.resource.scope() == scope).count();
    let quota = format!("{}s per Region", R::CALLED);
    world.quotas.check(&quota, R::QUOTA, used, "WAFLimitsExceededException")?;
    let id = {
        let hex = world.new_hex(32);
        let part = |from, to| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    };
    let resource = format!("{}/{}/{name}/{id}", scope.in_arn(), R::IN_ARN);
    Ok((arn(place, SERVICE, &resource), id))
}

/// The lock of an object: another one whenever it has changed.
fn lock<R: Entity>(object: &Object<R>) -> String {
    Value::Object(properties_of(&object.resource)).to_string()
}

/// `Update…`, with the lock of what it was when the caller looked.
fn update<R: Entity>(
    world: &mut World,
    place: &Place,
    arn: &str,
    token: &str,
    to: &R,
) -> Result<Observed<R>, AwsError> {
    check_lock::<R>(world, place, arn, token)?;
    to.check(world, place)?;
    // Tags have operations of their own.
    world.change::<R>(place, arn, "", Duration::ZERO, |object| object.resource = to.clone())
}

/// Nobody has changed the object since the caller looked.
fn check_lock<R: Entity>(
    world: &World,
    place: &Place,
    arn: &str,
    token: &str,
) -> Result<(), AwsError> {
    let object = world.get::<R>(place, arn).ok_or_else(nonexistent)?;
    if lock(object) == token {
        return Ok(());
    }
    Err(AwsError::new(
        ErrorKind::Unavailable,
        "WAFOptimisticLockException",
        "AWS WAF couldn't save your changes because you tried to update or delete a resource that has changed since you last retrieved it. Get the resource again, make any changes you need to make to the new copy, and retry your operation.",
    ))
}

/// `Get…`: the object, and its lock.
async fn get<R: Entity>(
    api: &Api,
    place: &Place,
    arn: &str,
) -> Result<Option<(Observed<R>, String)>, ExecError> {
    api.call(SERVICE, &operation::<R>("Get"), place, |world| {
        let found = world.get::<R>(place, arn);
        Ok(found.map(|object| (object.observed(world.now()), lock(object))))
    })
    .await
}

/// `Get…` and `ListTagsForResource`, for one object after the other.
async fn read<R: Entity>(
    api: &Api,
    place: &Place,
    arns: &[String],
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    let mut answers = Vec::with_capacity(arns.len());
    for arn in arns {
        answers.push(look(api, place, arn).await);
    }
    answers
}

async fn look<R: Entity>(
    api: &Api,
    place: &Place,
    arn: &str,
) -> Result<Option<Observed<R>>, ExecError> {
    let Some((found, _)) = get::<R>(api, place, arn).await? else { return Ok(None) };
    api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
    Ok(Some(found))
}

/// Looks for the object of this name and scope, and whether its tags say that it is ours.
async fn find<R: Entity>(api: &Api, request: &Create<R>) -> Result<Option<Observed<R>>, ExecError> {
    let (place, desired) = (&request.place, &request.desired);
    let named = |object: &Object<R>| {
        object.resource.scope() == desired.scope() && object.resource.name() == desired.name()
    };
    let found = api
        .call(SERVICE, &listing::<R>(), place, |world| {
            let mut objects = world.all::<R>(place);
            Ok(objects.find(|(_, object)| named(object)).map(|(arn, _)| arn.to_owned()))
        })
        .await?;
    let Some(arn) = found else { return Ok(None) };
    let owned = api
        .call(SERVICE, "ListTagsForResource", place, |world| {
            let object = world.get::<R>(place, &arn);
            Ok(object.is_some_and(|object| request.ownership.owns(&object.tags)))
        })
        .await?;
    if owned { look(api, place, &arn).await } else { Ok(None) }
}

/// Asks every object of every scope in a place for its tags.
async fn search<R: Entity>(
    api: &Api,
    place: &Place,
    tags: &Tags,
) -> Result<Option<Vec<Tagged>>, ExecError> {
    for scope in scopes(place) {
        let count = api
            .call(SERVICE, &listing::<R>(), place, |world| {
                let objects = world.all::<R>(place);
                Ok(objects.filter(|(_, object)| object.resource.scope() == *scope).count())
            })
            .await?;
        for _ in 0..count {
            api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
        }
    }
    Ok(Some(api.world().tagged(R::SCHEMA.kind, place, tags)))
}

/// The scopes that there are in a place.
fn scopes(place: &Place) -> &'static [WafScope] {
    if place.region == Region::UsEast1 {
        &[WafScope::Regional, WafScope::CloudFront]
    } else {
        &[WafScope::Regional]
    }
}

/// `Get…` for the lock, and `Delete…`.
async fn delete<R: Entity>(
    api: &Api,
    request: &Delete<R>,
    f: impl FnOnce(&mut World, &Place, &str) -> Result<(), AwsError> + Send,
) -> Result<Deletion, ExecError> {
    let (place, arn) = (&request.place, &request.identifier);
    let Some((_, token)) = get::<R>(api, place, arn).await? else { return Ok(Deletion::Gone) };
    let deleted = api
        .call(SERVICE, &operation::<R>("Delete"), place, |world| {
            check_lock::<R>(world, place, arn, &token)?;
            f(world, place, arn)?;
            world.remove::<R>(place, arn, Duration::ZERO);
            Ok(())
        })
        .await;
    match deleted {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(Deletion::Gone),
    }
}
