//! AWS X-Ray in memory.

pub use group::GroupHandler;
pub use sampling_rule::SamplingRuleHandler;

mod group;
mod sampling_rule;
#[cfg(test)]
mod tests;

use elanswer_core::{Place, Resource, executor::ExecError, handler::Observed};

use crate::{api::Api, world::AwsError};

/// The name of the API in calls and errors.
const SERVICE: &str = "xray";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// How many objects one call lists.
const PAGE: usize = 100;

/// AWS refuses the request.
fn refused(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidRequestException", message)
}

/// `listing`, as often as a list of all takes, and `ListTagsForResource` for each of these.
async fn read<R: Resource>(
    api: &Api,
    place: &Place,
    arns: &[String],
    listing: &str,
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    match list(api, place, arns, listing).await {
        Ok(found) => found.into_iter().map(Ok).collect(),
        Err(error) => arns.iter().map(|_| Err(error.clone())).collect(),
    }
}

async fn list<R: Resource>(
    api: &Api,
    place: &Place,
    arns: &[String],
    listing: &str,
) -> Result<Vec<Option<Observed<R>>>, ExecError> {
    let mut seen = 0;
    let found: Vec<Option<Observed<R>>> = loop {
        let (count, found) = api
            .call(SERVICE, listing, place, |world| {
                let look = |arn: &String| {
                    let found = world.get::<R>(place, arn)?;
                    Some(found.observed(world.now()))
                };
                Ok((world.all::<R>(place).count(), arns.iter().map(look).collect()))
            })
            .await?;
        seen += PAGE;
        if seen >= count {
            break found;
        }
    };
    for _ in found.iter().flatten() {
        api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
    }
    Ok(found)
}
