//! `AWS::Route53::HostedZone` over the SDK.
//!
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html>.
//! Only `GetHostedZone` tells the name servers, so that each zone takes a call of its own; of ten
//! zones one call tells the tags.

use async_trait::async_trait;
use aws_sdk_route53::{
    Client,
    types::{self, TagResourceType},
};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::route53::{HostedZone, HostedZoneConfig, HostedZoneOutputs, ZoneComment},
};

use super::{SERVICE, TAGS_PAGE, change_tags, failed, found, tags, unreadable};
use crate::{clients::Clients, error::missing};

/// What tells zones from other things with tags.
const TYPE: TagResourceType = TagResourceType::Hostedzone;

/// Handles hosted zones over the SDK.
///
/// `CreateHostedZone` takes no tags; a second call sets them. When that one fails, the outcome of
/// the create is unknown: the engine asks `find`, which knows the zone by its caller reference and
/// sets the tags that it lacks.
#[derive(Debug)]
pub struct HostedZoneHandler(Clients);

impl From<Clients> for HostedZoneHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The identifier of a zone without the path that answers give with it.
fn plain_id(id: &str) -> &str {
    id.strip_prefix("/hostedzone/").unwrap_or(id)
}

fn observed(
    operation: &'static str,
    zone: &types::HostedZone,
    servers: Option<&types::DelegationSet>,
    tags: Tags,
) -> Result<Observed<HostedZone>, ExecError> {
    let comment = zone.config().and_then(types::HostedZoneConfig::comment);
    let comment = comment.filter(|comment| !comment.is_empty()).map(ZoneComment::new).transpose();
    let resource = HostedZone::builder()
        .name(zone.name().parse().map_err(|error| unreadable(operation, &error))?)
        .config(HostedZoneConfig {
            comment: comment.map_err(|error| unreadable(operation, &error))?,
        })
        .tags(tags.declared())
        .build();
    let servers = servers.ok_or_else(|| missing(SERVICE, operation, "DelegationSet"))?;
    let outputs = HostedZoneOutputs {
        id: plain_id(zone.id()).to_owned(),
        name_servers: servers.name_servers().to_vec(),
    };
    Ok(Observed::ready(resource, outputs))
}

impl HostedZoneHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.route53(place.region)
    }

    /// The zones that exist of these: at most [`TAGS_PAGE`].
    async fn read_page(
        client: &Client,
        ids: &[String],
    ) -> Result<Vec<Option<Observed<HostedZone>>>, ExecError> {
        let mut answers = Vec::with_capacity(ids.len());
        for id in ids {
            let answer = client.get_hosted_zone().id(id).send().await;
            answers.push(found(answer.map_err(failed("GetHostedZone")))?);
        }
        let existing: Vec<&str> = ids
            .iter()
            .zip(&answers)
            .filter_map(|(id, answer)| answer.as_ref().map(|_| id.as_str()))
            .collect();
        if existing.is_empty() {
            return Ok(answers.iter().map(|_| None).collect());
        }
        let mut tags = found(tags(client, TYPE, &existing).await)?.unwrap_or_default();
        ids.iter()
            .zip(&answers)
            .map(|(id, answer)| {
                let Some(answer) = answer else { return Ok(None) };
                let operation = "GetHostedZone";
                let zone = answer.hosted_zone();
                let zone = zone.ok_or_else(|| missing(SERVICE, operation, "HostedZone"))?;
                let tags = tags.remove(id).unwrap_or_default();
                observed(operation, zone, answer.delegation_set(), tags).map(Some)
            })
            .collect()
    }

    /// The identifier of the zone that was made with this caller reference.
    async fn id_of(
        client: &Client,
        request: &Create<HostedZone>,
    ) -> Result<Option<String>, ExecError> {
        let name = &request.desired.name;
        let (mut next_name, mut next_id) = (Some(name.to_string()), None);
        loop {
            let call = client.list_hosted_zones_by_name();
            let call = call.set_dns_name(next_name).set_hosted_zone_id(next_id);
            let answer = call.send().await.map_err(failed("ListHostedZonesByName"))?;
            for zone in answer.hosted_zones() {
                if zone.name().parse().as_ref() != Ok(name) {
                    return Ok(None);
                }
                if zone.caller_reference() == request.token {
                    return Ok(Some(plain_id(zone.id()).to_owned()));
                }
            }
            if !answer.is_truncated() {
                return Ok(None);
            }
            next_name = answer.next_dns_name().map(str::to_owned);
            next_id = answer.next_hosted_zone_id().map(str::to_owned);
        }
    }
}

#[async_trait]
impl Handler<HostedZone> for HostedZoneHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<HostedZone>>, ExecError>> {
        let client = self.client(place);
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(TAGS_PAGE) {
            match Self::read_page(&client, page).await {
                Ok(found) => answers.extend(found.into_iter().map(Ok)),
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<HostedZone>,
    ) -> Result<Observed<HostedZone>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let comment =
            desired.config.comment.as_ref().map(|comment| {
                types::HostedZoneConfig::builder().comment(comment.as_str()).build()
            });
        let call = client.create_hosted_zone().name(desired.name.as_str());
        let call = call.caller_reference(&request.token).set_hosted_zone_config(comment);
        let operation = "CreateHostedZone";
        let answer = call.send().await.map_err(failed(operation))?;
        let zone = answer.hosted_zone().ok_or_else(|| missing(SERVICE, operation, "HostedZone"))?;
        let mut made = observed(operation, zone, answer.delegation_set(), Tags::new())?;
        change_tags(&client, TYPE, &made.outputs.id, &request.tags(), &[])
            .await
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<HostedZone>,
    ) -> Result<Option<Observed<HostedZone>>, ExecError> {
        let client = self.client(&request.place);
        let Some(id) = Self::id_of(&client, request).await? else { return Ok(None) };
        let tags = tags(&client, TYPE, &[&id]).await?.remove(&id).unwrap_or_default();
        let (lacking, _) = tags.changes_to(&request.tags());
        change_tags(&client, TYPE, &id, &lacking, &[]).await?;
        Ok(Self::read_page(&client, &[id]).await?.pop().flatten())
    }

    async fn update(
        &self,
        request: &Update<HostedZone>,
    ) -> Result<Observed<HostedZone>, ExecError> {
        let (client, id) = (self.client(&request.place), &request.identifier);
        let config = &request.desired.config;
        if request.current.config != *config {
            let call = client.update_hosted_zone_comment().id(id);
            let call = call.set_comment(config.comment.as_ref().map(ToString::to_string));
            call.send().await.map_err(failed("UpdateHostedZoneComment"))?;
        }
        let (set, remove) = request.tag_changes();
        change_tags(&client, TYPE, id, &set, &remove).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<HostedZone>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_hosted_zone().id(&request.identifier);
        found(call.send().await.map_err(failed("DeleteHostedZone")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::route53::DnsName;

    use super::*;

    fn zone(comment: &str) -> types::HostedZone {
        types::HostedZone::builder()
            .id("/hostedzone/Z1")
            .name("example.com.")
            .caller_reference("token")
            .config(types::HostedZoneConfig::builder().comment(comment).build())
            .build()
            .unwrap()
    }

    #[test]
    fn maps_what_aws_answers() {
        let servers = types::DelegationSet::builder().name_servers("ns-1.example").build().unwrap();
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed("GetHostedZone", &zone("the shop"), Some(&servers), tags).unwrap();
        let config = HostedZoneConfig { comment: Some(ZoneComment::literal("the shop")) };
        let expected = HostedZone::builder()
            .name(DnsName::literal("example.com"))
            .config(config)
            .tags(Tags::new().with("Name", "n"))
            .build();
        assert_eq!(found.resource, expected);
        let outputs = HostedZoneOutputs {
            id: "Z1".to_owned(),
            name_servers: vec!["ns-1.example".to_owned()],
        };
        assert_eq!(found.outputs, outputs);
    }

    #[test]
    fn an_empty_comment_is_none() {
        let servers = types::DelegationSet::builder().name_servers("ns-1.example").build().unwrap();
        let found = observed("", &zone(""), Some(&servers), Tags::new()).unwrap();
        assert_eq!(found.resource.config.comment, None);
        assert!(observed("", &zone(""), None, Tags::new()).is_err());
    }
}
