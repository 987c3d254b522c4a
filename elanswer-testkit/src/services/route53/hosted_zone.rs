//! `AWS::Route53::HostedZone` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html>,
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html>.
//! Quota: 500 zones per account,
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html>.
//! Stricter than AWS: a caller reference is never free again.
//! Not modelled: private zones, delegation sets, and the `NS` and `SOA` records of a zone, which
//! come and go with it.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::route53::{HostedZone, HostedZoneOutputs, RecordSet},
};

use super::{SERVICE, TAGS_PAGE, zone};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles hosted zones in memory.
///
/// `CreateHostedZone` takes no tags; a second call sets them. When that one fails, the outcome of
/// the create is unknown: the engine asks `find`, which knows the zone by its caller reference and
/// sets the tags that it lacks.
#[derive(Debug)]
pub struct HostedZoneHandler(Api);

impl From<Api> for HostedZoneHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_hosted_zone(
    world: &mut World,
    request: &Create<HostedZone>,
) -> Result<Observed<HostedZone>, AwsError> {
    if !matches!(world.replay(request), Ok(None)) {
        return Err(AwsError::conflict(
            "HostedZoneAlreadyExists",
            "A hosted zone has already been created with the specified caller reference.",
        ));
    }
    let used = world.all::<HostedZone>(&request.place).count();
    world.quotas.check("hosted zones", 500, used, "TooManyHostedZones")?;
    let id = format!("Z{}", world.new_hex(20).to_uppercase());
    let number = world.next_number(&request.place, "delegation set");
    let server = |nth: u64, top: &str| format!("ns-{}.awsdns-{:02}.{top}", number * 4 + nth, nth);
    let name_servers =
        vec![server(0, "com"), server(1, "net"), server(2, "org"), server(3, "co.uk")];
    world.remember(request, &id);
    world.insert(
        request,
        HostedZoneOutputs { id: id.clone(), name_servers },
        "",
        Duration::ZERO,
    )?;
    world.change::<HostedZone>(&request.place, &id, "", Duration::ZERO, |zone| {
        zone.tags = Tags::new();
    })
}

fn delete_hosted_zone(world: &mut World, place: &Place, id: &str) -> Result<(), AwsError> {
    if world.get::<HostedZone>(place, id).is_none() {
        return Ok(());
    }
    let has_records =
        world.all::<RecordSet>(place).any(|(_, set)| set.resource.hosted_zone.known() == Some(id));
    if has_records {
        return Err(AwsError::dependency(
            "HostedZoneNotEmpty",
            "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        ));
    }
    world.remove::<HostedZone>(place, id, Duration::ZERO);
    Ok(())
}

impl HostedZoneHandler {
    async fn change_tags(
        &self,
        place: &Place,
        id: &str,
        set: &Tags,
        remove: &[String],
    ) -> Result<(), ExecError> {
        let there = |world: &World, place: &Place, id: &str| zone(world, place, id).map(drop);
        super::change_tags::<HostedZone>(&self.0, place, id, (set, remove), there).await
    }

    /// `GetHostedZone`, which alone tells the name servers.
    async fn get(
        &self,
        place: &Place,
        id: &str,
    ) -> Result<Option<Observed<HostedZone>>, ExecError> {
        self.0
            .call(SERVICE, "GetHostedZone", place, |world| {
                let zone = world.get::<HostedZone>(place, id);
                Ok(zone.map(|zone| zone.observed(world.now())))
            })
            .await
    }
}

#[async_trait]
impl Handler<HostedZone> for HostedZoneHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<HostedZone>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(TAGS_PAGE) {
            let mut found = Vec::with_capacity(page.len());
            for id in page {
                found.push(self.get(place, id).await);
            }
            if found.iter().any(|zone| matches!(zone, Ok(Some(_))))
                && let Err(error) =
                    self.0.call(SERVICE, "ListTagsForResources", place, |_| Ok(())).await
            {
                found = page.iter().map(|_| Err(error.clone())).collect();
            }
            answers.extend(found);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<HostedZone>,
    ) -> Result<Observed<HostedZone>, ExecError> {
        let place = &request.place;
        let mut made = self
            .0
            .call(SERVICE, "CreateHostedZone", place, |world| create_hosted_zone(world, request))
            .await?;
        self.change_tags(place, &made.outputs.id, &request.tags(), &[])
            .await
            .map_err(|error| error.with_outcome(Outcome::Unknown))?;
        made.resource = request.desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<HostedZone>,
    ) -> Result<Option<Observed<HostedZone>>, ExecError> {
        let place = &request.place;
        let id = self
            .0
            .call(SERVICE, "ListHostedZonesByName", place, |world| {
                let id = world.replay(request)?;
                Ok(id.filter(|id| world.get::<HostedZone>(place, id).is_some()))
            })
            .await?;
        let Some(id) = id else { return Ok(None) };
        let tags = self
            .0
            .call(SERVICE, "ListTagsForResources", place, |world| {
                Ok(zone(world, place, &id)?.tags.clone())
            })
            .await?;
        let (lacking, _) = tags.changes_to(&request.tags());
        self.change_tags(place, &id, &lacking, &[]).await?;
        self.get(place, &id).await
    }

    async fn update(
        &self,
        request: &Update<HostedZone>,
    ) -> Result<Observed<HostedZone>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let config = &request.desired.config;
        if request.current.config != *config {
            self.0
                .call(SERVICE, "UpdateHostedZoneComment", place, |world| {
                    zone(world, place, id)?;
                    world.change::<HostedZone>(place, id, "", Duration::ZERO, |zone| {
                        zone.resource.config = config.clone();
                    })
                })
                .await?;
        }
        let (set, remove) = request.tag_changes();
        self.change_tags(place, id, &set, &remove).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<HostedZone>) -> Result<Deletion, ExecError> {
        self.0
            .call(SERVICE, "DeleteHostedZone", &request.place, |world| {
                delete_hosted_zone(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
