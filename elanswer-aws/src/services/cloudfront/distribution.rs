//! `AWS::CloudFront::Distribution` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistributionWithTags.html>.
//! An update sends everything; what is not modelled of the distribution as a whole stays as it is.

use async_trait::async_trait;
use aws_sdk_cloudfront::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Outcome, Status},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{Distribution, DistributionOutputs},
};

use super::{SERVICE, failed, incomplete, unreadable};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

mod request;
mod response;

/// The status of a distribution of which every edge location knows.
const DEPLOYED: &str = "Deployed";

/// Handles distributions over the SDK.
#[derive(Debug)]
pub struct DistributionHandler(Clients);

impl From<Clients> for DistributionHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(
    operation: &'static str,
    it: Option<&types::Distribution>,
    tags: &Tags,
) -> Result<Observed<Distribution>, ExecError> {
    let it = it.ok_or_else(|| missing(SERVICE, operation, "Distribution"))?;
    let config = it
        .distribution_config()
        .ok_or_else(|| missing(SERVICE, operation, "DistributionConfig"))?;
    let config = response::config(config).map_err(unreadable(operation))?;
    let outputs = DistributionOutputs {
        id: it.id().to_owned(),
        arn: it.arn().to_owned(),
        domain_name: it.domain_name().to_owned(),
    };
    let status = match it.status() {
        DEPLOYED => Status::Ready,
        state => Status::Pending(state.to_owned()),
    };
    let resource = Distribution { config, tags: tags.clone().declared() };
    Ok(Observed::ready(resource, outputs).with_status(status))
}

fn tag_list(tags: &Tags) -> Result<types::Tags, ExecError> {
    let items = tags.iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build());
    let items = items.collect::<Result<Vec<_>, _>>().map_err(incomplete)?;
    Ok(types::Tags::builder().set_items(Some(items)).build())
}

impl DistributionHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.cloudfront(place.region)
    }

    async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
        let call = client.list_tags_for_resource().resource(arn);
        let answer = call.send().await.map_err(failed("ListTagsForResource"))?;
        let tags = answer.tags().map_or(&[][..], types::Tags::items).iter();
        Ok(tags.map(|tag| (tag.key(), tag.value().unwrap_or_default())).collect())
    }

    async fn look(client: &Client, id: &str) -> Result<Option<Observed<Distribution>>, ExecError> {
        let answer = client.get_distribution().id(id).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("GetDistribution")))? else {
            return Ok(None);
        };
        let it = answer.distribution();
        let arn = it.map(types::Distribution::arn).unwrap_or_default();
        let Some(tags) = none_if_gone(Self::tags(client, arn).await)? else { return Ok(None) };
        observed("GetDistribution", it, &tags).map(Some)
    }

    /// Sends all of a distribution, changed by `change`, and what it was as its version.
    async fn put(
        client: &Client,
        id: &str,
        version: Option<&str>,
        config: types::DistributionConfig,
    ) -> Result<Option<types::Distribution>, ExecError> {
        let call = client.update_distribution().id(id).set_if_match(version.map(str::to_owned));
        let answer = call.distribution_config(config).send().await;
        Ok(answer.map_err(failed("UpdateDistribution"))?.distribution)
    }
}

#[async_trait]
impl Handler<Distribution> for DistributionHandler {
    /// One at a time: only a look at one tells all of it.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Distribution>>, ExecError>> {
        let client = self.client(place);
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(Self::look(&client, id).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Distribution>,
    ) -> Result<Observed<Distribution>, ExecError> {
        let config =
            request::config(&request.token, &request.desired.config).map_err(incomplete)?;
        let with_tags = types::DistributionConfigWithTags::builder()
            .distribution_config(config)
            .tags(tag_list(&request.tags())?)
            .build();
        let operation = "CreateDistributionWithTags";
        let call = self.client(&request.place).create_distribution_with_tags();
        let answer = call.distribution_config_with_tags(with_tags).send().await;
        let answer = answer.map_err(failed(operation))?;
        observed(operation, answer.distribution(), &request.tags())
    }

    /// The list tells neither caller references nor tags: of those with this comment the tags are
    /// looked at.
    async fn find(
        &self,
        request: &Create<Distribution>,
    ) -> Result<Option<Observed<Distribution>>, ExecError> {
        let client = self.client(&request.place);
        let comment = request.desired.config.comment.as_str();
        let mut marker = None;
        loop {
            let call = client.list_distributions().set_marker(marker);
            let answer = call.send().await.map_err(failed("ListDistributions"))?;
            let Some(page) = answer.distribution_list() else { return Ok(None) };
            for it in page.items().iter().filter(|it| it.comment() == comment) {
                let tags = none_if_gone(Self::tags(&client, it.arn()).await)?;
                if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
                    return Self::look(&client, it.id()).await;
                }
            }
            marker = page.next_marker().filter(|it| !it.is_empty()).map(str::to_owned);
            if marker.is_none() {
                return Ok(None);
            }
        }
    }

    async fn update(
        &self,
        request: &Update<Distribution>,
    ) -> Result<Observed<Distribution>, ExecError> {
        let (client, id) = (self.client(&request.place), &request.identifier);
        let desired = &request.desired.config;
        let mut done = request.done();
        if request.current.config != *desired {
            let operation = "GetDistributionConfig";
            let answer = client.get_distribution_config().id(id).send().await;
            let seen = answer.map_err(failed(operation))?;
            let current = seen
                .distribution_config()
                .ok_or_else(|| missing(SERVICE, operation, "DistributionConfig"))?;
            let next = request::config(current.caller_reference(), desired).map_err(incomplete)?;
            let next = request::keeping(current, next);
            let updated = Self::put(&client, id, seen.e_tag(), next).await?;
            if let Some(state) = updated.as_ref().map(types::Distribution::status)
                && state != DEPLOYED
            {
                done = done.with_status(Status::Pending(state.to_owned()));
            }
        }
        let (set, remove) = request.tag_changes();
        let arn = &request.outputs.arn;
        if !set.is_empty() {
            let call = client.tag_resource().resource(arn).tags(tag_list(&set)?);
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let keys = types::TagKeys::builder().set_items(Some(remove)).build();
            let call = client.untag_resource().resource(arn).tag_keys(keys);
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(done)
    }

    /// What is enabled is disabled first, and deleted once that is known everywhere: until then it
    /// fails, and the engine tries again.
    async fn delete(&self, request: &Delete<Distribution>) -> Result<Deletion, ExecError> {
        let (client, id) = (self.client(&request.place), &request.identifier);
        let operation = "GetDistribution";
        let answer = client.get_distribution().id(id).send().await;
        let Some(seen) = none_if_gone(answer.map_err(failed(operation)))? else {
            return Ok(Deletion::Gone);
        };
        let (version, it) = (seen.e_tag(), seen.distribution());
        let it = it.ok_or_else(|| missing(SERVICE, operation, "Distribution"))?;
        let waiting = || {
            ExecError::new(ErrorKind::Dependency, "it is disabled, and not yet everywhere")
                .with_code("DistributionNotDisabled")
                .with_operation(SERVICE, "DeleteDistribution")
        };
        let config = it
            .distribution_config()
            .ok_or_else(|| missing(SERVICE, operation, "DistributionConfig"))?;
        if config.enabled() {
            let mut disabled = config.clone();
            disabled.enabled = false;
            Self::put(&client, id, version, disabled).await?;
            return Err(waiting().with_outcome(Outcome::Applied));
        }
        if it.status() != DEPLOYED {
            return Err(waiting());
        }
        let call = client.delete_distribution().id(id);
        let call = call.set_if_match(version.map(str::to_owned));
        gone_is_fine(call.send().await.map_err(failed("DeleteDistribution")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests;
