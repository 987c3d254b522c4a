//! AWS Cost Explorer in memory.

use elanswer_core::{
    Place, Resource, Tags,
    executor::{ExecError, Tagged},
    handler::{Create, Observed},
};

pub use anomaly_monitor::AnomalyMonitorHandler;
pub use anomaly_subscription::AnomalySubscriptionHandler;

use crate::{api::Api, world::AwsError};

mod anomaly_monitor;
mod anomaly_subscription;

/// The name of the API in calls and errors.
const SERVICE: &str = "ce";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("ValidationException", message)
}

/// All that exist, in one call of `list`, and `ListTagsForResource` for each.
async fn tags_of_all<R: Resource>(
    api: &Api,
    place: &Place,
    list: &str,
) -> Result<Vec<Tagged>, ExecError> {
    let all: Vec<Tagged> = api
        .call(SERVICE, list, place, |world| {
            let all = world.all::<R>(place);
            Ok(all
                .map(|(arn, it)| Tagged { identifier: arn.to_owned(), tags: it.tags.clone() })
                .collect())
        })
        .await?;
    for _ in &all {
        api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
    }
    Ok(all)
}

/// What `request` made, by its tags: nothing else tells.
async fn find<R: Resource>(
    api: &Api,
    list: &str,
    request: &Create<R>,
) -> Result<Option<Observed<R>>, ExecError> {
    let place = &request.place;
    let all = tags_of_all::<R>(api, place, list).await?;
    let found = all.into_iter().find(|it| request.ownership.owns(&it.tags));
    let world = api.world();
    let found = found.and_then(|it| world.get::<R>(place, &it.identifier));
    Ok(found.map(|it| it.observed(world.now())))
}

async fn search<R: Resource>(
    api: &Api,
    place: &Place,
    list: &str,
    wanted: &Tags,
) -> Result<Option<Vec<Tagged>>, ExecError> {
    let mut all = tags_of_all::<R>(api, place, list).await?;
    all.retain(|it| wanted.iter().all(|(key, value)| it.tags.get(key) == Some(value)));
    Ok(Some(all))
}

/// Those that exist, in one call of `list`, and `ListTagsForResource` for each.
async fn read<R: Resource>(
    api: &Api,
    place: &Place,
    list: &str,
    identifiers: &[String],
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    let mut answers = api.read::<R>(SERVICE, list, place, identifiers).await;
    for answer in &mut answers {
        if let Ok(Some(_)) = answer {
            let tags = api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await;
            if let Err(error) = tags {
                *answer = Err(error);
            }
        }
    }
    answers
}
