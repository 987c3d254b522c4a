//! Amazon CloudFront in memory.
//!
//! CloudFront is global: its objects are in `us-east-1`. Whoever changes or deletes something names
//! the version that was seen last, and is refused when there is a newer one.

use elanswer_core::{
    Resource,
    executor::{ErrorKind, ExecError},
    resource::properties_of,
    services::cloudfront::{DefaultCacheBehavior, Distribution, OriginKind},
};
use sha2::{Digest, Sha256};

pub use cache_policy::CachePolicyHandler;
pub use distribution::DistributionHandler;
pub use origin_access_control::OriginAccessControlHandler;
pub use origin_request_policy::OriginRequestPolicyHandler;
pub use response_headers_policy::ResponseHeadersPolicyHandler;

use crate::world::{AwsError, Object, World};

mod cache_policy;
mod distribution;
mod origin_access_control;
mod origin_request_policy;
mod policy;
mod response_headers_policy;
#[cfg(test)]
mod tests;

/// The name of the API in calls and errors.
const SERVICE: &str = "cloudfront";

/// How many names a policy lists at most, of headers, cookies or query strings.
const MAX_NAMES: usize = 10;

/// The version of an object: AWS's `ETag`, another after every change.
fn version<R: Resource>(object: &Object<R>) -> String {
    let content = serde_json::Value::Object(properties_of(&object.resource)).to_string();
    let digest = Sha256::digest(content.as_bytes());
    let digits: String = digest.iter().take(7).map(|byte| format!("{byte:02X}")).collect();
    format!("E{digits}")
}

/// Refuses a change of another version than the last.
fn check_version<R: Resource>(object: &Object<R>, if_match: &str) -> Result<(), AwsError> {
    if if_match.is_empty() {
        let message = "The If-Match version is missing or not valid for the resource.";
        return Err(AwsError::new(ErrorKind::Unavailable, "InvalidIfMatchVersion", message));
    }
    if version(object) == if_match {
        return Ok(());
    }
    let message = "The request failed because it didn't meet the preconditions in one or more request-header fields.";
    Err(AwsError::new(ErrorKind::Unavailable, "PreconditionFailed", message))
}

/// Takes the failure of a delete whose object is gone for no object.
fn none_if_gone<T>(result: Result<T, ExecError>) -> Result<Option<T>, ExecError> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}

/// The distributions of which a cache behaviour is so.
fn users(world: &World, uses: impl Fn(&DefaultCacheBehavior) -> bool) -> usize {
    let distributions = world.everywhere::<Distribution>();
    distributions
        .filter(|(_, _, it)| it.resource.config.behaviors().any(|(_, it)| uses(it)))
        .count()
}

/// The distributions with an origin that this access control is of.
fn signed_by(world: &World, id: &str) -> usize {
    let distributions = world.everywhere::<Distribution>();
    distributions
        .filter(|(_, _, it)| {
            it.resource.config.origins.iter().any(|origin| match &origin.kind {
                OriginKind::S3 { access_control } => {
                    access_control.as_ref().and_then(|it| it.known()) == Some(id)
                }
                OriginKind::Custom(_) => false,
            })
        })
        .count()
}

/// A parameter that AWS refuses.
fn invalid_argument(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidArgument", message)
}
