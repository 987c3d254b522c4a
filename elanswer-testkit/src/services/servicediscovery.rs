//! AWS Cloud Map in memory.

pub use private_dns_namespace::PrivateDnsNamespaceHandler;
pub use service::ServiceHandler;

mod private_dns_namespace;
mod service;
#[cfg(test)]
mod testing;

use elanswer_core::{
    Place, Resource,
    executor::{ErrorKind, ExecError},
    handler::Observed,
};

use crate::{api::Api, world::AwsError};

/// The name of the API in calls and errors.
const SERVICE: &str = "servicediscovery";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

fn no_namespace(id: &str) -> AwsError {
    AwsError::not_found("NamespaceNotFound", format!("{id} does not exist"))
}

/// Reads objects: what AWS is still at, then each with its tags.
async fn read<R: Resource>(
    api: &Api,
    get: &'static str,
    place: &Place,
    identifiers: &[String],
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    let underway = api.call(SERVICE, "ListOperations", place, |_| Ok(())).await;
    if let Err(error) = underway {
        return identifiers.iter().map(|_| Err(error.clone())).collect();
    }
    let mut answers = Vec::with_capacity(identifiers.len());
    for id in identifiers.chunks(1) {
        let found = api.read::<R>(SERVICE, get, place, id).await.pop().unwrap_or(Ok(None));
        let found = match found {
            Ok(Some(found)) => {
                let tags = api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await;
                tags.map(|()| Some(found))
            }
            other => other,
        };
        answers.push(found);
    }
    answers
}

/// Whether there was something to delete.
fn was_there(result: Result<(), ExecError>) -> Result<bool, ExecError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
