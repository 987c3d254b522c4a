//! `AWS::CloudFront::Distribution` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteDistribution.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>.
//! Quotas, the lowest that AWS has had: 200 distributions in an account; 100 aliases, 25 origins and
//! 25 cache behaviours in one; 30 headers for an origin,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.
//! Stricter than AWS: a caller reference is never free again, and a bucket for logs is one of this
//! account.
//! Not modelled: whether web ACLs exist, certificates of other accounts, distributions of other
//! accounts, which have names too, and whether origins answer.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{Distribution, DistributionOutputs},
};

use super::{SERVICE, check_version, none_if_gone, version};
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

mod check;
#[cfg(test)]
mod tests;

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// The state until a change is known everywhere.
const IN_PROGRESS: &str = "InProgress";

/// How long that takes.
const DEPLOYING: Duration = Duration::from_secs(300);

/// Handles distributions in memory.
#[derive(Debug)]
pub struct DistributionHandler(Api);

impl From<Api> for DistributionHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateDistributionWithTags`.
fn create_distribution(
    world: &mut World,
    request: &Create<Distribution>,
) -> Result<Observed<Distribution>, AwsError> {
    let place = &request.place;
    if let Ok(Some(id)) = world.replay(request) {
        return Err(AwsError::conflict(
            "DistributionAlreadyExists",
            format!(
                "The caller reference that you are using to create a distribution is associated with another distribution. Already exists: {id}"
            ),
        ));
    }
    let used = world.all::<Distribution>(place).count();
    world.quotas.check("CloudFront distributions", 200, used, "TooManyDistributions")?;
    check::config(world, place, "", &request.desired.config)?;
    let id = format!("E{}", world.new_hex(13).to_uppercase());
    let outputs = DistributionOutputs {
        arn: format!("arn:aws:cloudfront::{}:distribution/{id}", account(place)),
        domain_name: format!("d{}.cloudfront.net", world.new_hex(13)),
        id: id.clone(),
    };
    world.remember(request, &id);
    world.insert(request, outputs, IN_PROGRESS, DEPLOYING)
}

/// `UpdateDistribution`.
fn update_distribution(
    world: &mut World,
    place: &Place,
    id: &str,
    if_match: &str,
    change: impl FnOnce(&mut Distribution),
) -> Result<Observed<Distribution>, AwsError> {
    let distribution = require(world, place, id)?;
    check_version(distribution, if_match)?;
    let mut next = distribution.resource.clone();
    change(&mut next);
    check::config(world, place, id, &next.config)?;
    world.change::<Distribution>(place, id, IN_PROGRESS, DEPLOYING, |it| it.resource = next)
}

/// `DeleteDistribution`.
fn delete_distribution(
    world: &mut World,
    place: &Place,
    id: &str,
    if_match: &str,
) -> Result<(), AwsError> {
    let distribution = require(world, place, id)?;
    check_version(distribution, if_match)?;
    if distribution.resource.config.enabled || world.now() < distribution.ready_at {
        return Err(AwsError::dependency(
            "DistributionNotDisabled",
            "The distribution you are trying to delete has not been disabled.",
        ));
    }
    world.remove::<Distribution>(place, id, Duration::ZERO);
    Ok(())
}

fn require<'a>(
    world: &'a World,
    place: &Place,
    id: &str,
) -> Result<&'a crate::world::Object<Distribution>, AwsError> {
    world.get::<Distribution>(place, id).ok_or_else(|| {
        AwsError::not_found("NoSuchDistribution", "The specified distribution does not exist.")
    })
}

/// A distribution before it is changed.
struct Seen {
    version: String,
    enabled: bool,
    deployed: bool,
}

impl DistributionHandler {
    /// `GetDistribution`.
    async fn see(&self, place: &Place, id: &str) -> Result<Seen, ExecError> {
        self.0
            .call(SERVICE, "GetDistribution", place, |world| {
                let now = world.now();
                require(world, place, id).map(|it| Seen {
                    version: version(it),
                    enabled: it.resource.config.enabled,
                    deployed: now >= it.ready_at,
                })
            })
            .await
    }

    /// `GetDistribution` and `ListTagsForResource`.
    async fn look(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Option<Observed<Distribution>>, ExecError> {
        let found = self
            .0
            .call(SERVICE, "GetDistribution", place, |world| {
                Ok(world.get::<Distribution>(place, id).map(|it| it.observed(world.now())))
            })
            .await?;
        if found.is_some() {
            self.0.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<Distribution> for DistributionHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Distribution>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(self.look(place, id).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Distribution>,
    ) -> Result<Observed<Distribution>, ExecError> {
        self.0
            .call(SERVICE, "CreateDistributionWithTags", &request.place, |world| {
                create_distribution(world, request)
            })
            .await
    }

    /// `ListDistributions`, and the tags of those with this comment: the list tells no more of whose
    /// they are.
    async fn find(
        &self,
        request: &Create<Distribution>,
    ) -> Result<Option<Observed<Distribution>>, ExecError> {
        let (place, comment) = (&request.place, &request.desired.config.comment);
        let ids = self
            .0
            .call(SERVICE, "ListDistributions", place, |world| {
                let all = world.all::<Distribution>(place);
                let like = all.filter(|(_, it)| it.resource.config.comment == *comment);
                Ok(like.map(|(id, _)| id.to_owned()).collect::<Vec<_>>())
            })
            .await?;
        for id in ids {
            let owned = self
                .0
                .call(SERVICE, "ListTagsForResource", place, |world| {
                    let it = world.get::<Distribution>(place, &id);
                    Ok(it.is_some_and(|it| request.ownership.owns(&it.tags)))
                })
                .await?;
            if owned {
                return self.look(place, &id).await;
            }
        }
        Ok(None)
    }

    async fn update(
        &self,
        request: &Update<Distribution>,
    ) -> Result<Observed<Distribution>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let to = &request.desired.config;
        if request.current.config != *to {
            let seen = self.see(place, id).await?;
            self.0
                .call(SERVICE, "UpdateDistribution", place, |world| {
                    update_distribution(world, place, id, &seen.version, |it| {
                        it.config = to.clone();
                    })
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    /// What is enabled is disabled first, and deleted once that is known everywhere: until then it
    /// fails, and the engine tries again.
    async fn delete(&self, request: &Delete<Distribution>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let Some(seen) = none_if_gone(self.see(place, id).await)? else {
            return Ok(Deletion::Gone);
        };
        let waiting = || {
            ExecError::new(ErrorKind::Dependency, "it is disabled, and not yet everywhere")
                .with_code("DistributionNotDisabled")
                .with_operation(SERVICE, "DeleteDistribution")
                .with_place(place.clone())
        };
        if seen.enabled {
            self.0
                .call(SERVICE, "UpdateDistribution", place, |world| {
                    update_distribution(world, place, id, &seen.version, |it| {
                        it.config.enabled = false;
                    })
                })
                .await?;
            return Err(waiting().with_outcome(Outcome::Applied));
        }
        if !seen.deployed {
            return Err(waiting());
        }
        let gone = self
            .0
            .call(SERVICE, "DeleteDistribution", place, |world| {
                delete_distribution(world, place, id, &seen.version)
            })
            .await;
        none_if_gone(gone)?;
        Ok(Deletion::Gone)
    }
}
