//! `AWS::WAFv2::IPSet` over the SDK.
//!
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html>. Only `GetIPSet` tells
//! the lock that a change takes.

use async_trait::async_trait;
use aws_sdk_wafv2::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{
        Addresses, EntityDescription, EntityName, IpSet, IpSetArn, IpSetOutputs, WafScope,
    },
};

use super::{SERVICE, failed, retag, scope_to_sdk, scopes, tags, tags_to_sdk};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles IP sets over the SDK.
#[derive(Debug)]
pub struct IpSetHandler(Clients);

impl From<Clients> for IpSetHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the answers say of an IP set.
fn observed(set: &types::IpSet, tags: Tags) -> Result<Observed<IpSet>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetIPSet", field);
    let arn = IpSetArn::new(set.arn()).map_err(|_| lacks("ARN"))?;
    let addresses = Addresses::of_version(set.ip_address_version().as_str(), set.addresses());
    let description = set.description().filter(|text| !text.is_empty());
    let description = description.map(EntityDescription::new).transpose();
    let resource = IpSet::builder()
        .name(EntityName::new(set.name()).map_err(|_| lacks("Name"))?)
        .scope(arn.scope())
        .maybe_description(description.map_err(|_| lacks("Description"))?)
        .addresses(addresses.map_err(|_| lacks("Addresses"))?)
        .tags(tags.declared())
        .build();
    Ok(Observed::ready(resource, IpSetOutputs { arn, id: set.id().to_owned() }))
}

fn named(arn: &str) -> Result<IpSetArn, ExecError> {
    IpSetArn::new(arn).map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl IpSetHandler {
    /// The IP set and its lock, when it exists.
    async fn get(
        client: &Client,
        arn: &IpSetArn,
    ) -> Result<Option<(types::IpSet, String)>, ExecError> {
        let call = client.get_ip_set().name(arn.name()).id(arn.id());
        let answer = call.scope(scope_to_sdk(arn.scope())).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("GetIPSet")))? else {
            return Ok(None);
        };
        let lacks = |field| missing(SERVICE, "GetIPSet", field);
        let set = answer.ip_set.ok_or_else(|| lacks("IPSet"))?;
        Ok(Some((set, answer.lock_token.ok_or_else(|| lacks("LockToken"))?)))
    }

    async fn look(client: &Client, arn: &str) -> Result<Option<Observed<IpSet>>, ExecError> {
        let Some((set, _)) = Self::get(client, &named(arn)?).await? else { return Ok(None) };
        let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
        observed(&set, tags).map(Some)
    }

    /// The names and ARNs of all IP sets of a scope.
    async fn list(client: &Client, scope: WafScope) -> Result<Vec<(String, String)>, ExecError> {
        let mut found = Vec::new();
        let mut marker = None;
        loop {
            let call = client.list_ip_sets().scope(scope_to_sdk(scope)).limit(100);
            let answer = call.set_next_marker(marker).send().await.map_err(failed("ListIPSets"))?;
            let page = answer.ip_sets.unwrap_or_default();
            // AWS may tell where to go on although there is no more.
            marker = answer.next_marker.filter(|_| !page.is_empty());
            found.extend(page.into_iter().filter_map(|set| Some((set.name?, set.arn?))));
            if marker.is_none() {
                return Ok(found);
            }
        }
    }
}

#[async_trait]
impl Handler<IpSet> for IpSetHandler {
    /// WAF shows one IP set at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<IpSet>>, ExecError>> {
        let client = self.0.wafv2(place.region);
        let looks = identifiers.iter().map(|arn| Self::look(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(&self, request: &Create<IpSet>) -> Result<Observed<IpSet>, ExecError> {
        let (client, desired) = (self.0.wafv2(request.place.region), &request.desired);
        let answer = client
            .create_ip_set()
            .set_name(desired.name.as_ref().map(ToString::to_string))
            .scope(scope_to_sdk(desired.scope))
            .set_description(desired.description.as_ref().map(ToString::to_string))
            .ip_address_version(desired.addresses.version().into())
            .set_addresses(Some(desired.addresses.texts().into_iter().collect()))
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateIPSet"))?;
        let arn = answer.summary.and_then(|summary| summary.arn);
        let arn = named(&arn.ok_or_else(|| missing(SERVICE, "CreateIPSet", "ARN"))?)?;
        let id = arn.id().to_owned();
        Ok(Observed::ready(desired.clone(), IpSetOutputs { arn, id }))
    }

    async fn find(&self, request: &Create<IpSet>) -> Result<Option<Observed<IpSet>>, ExecError> {
        let (client, desired) = (self.0.wafv2(request.place.region), &request.desired);
        let Some(name) = &desired.name else { return Ok(None) };
        let found = Self::list(&client, desired.scope).await?;
        let Some((_, arn)) = found.into_iter().find(|(found, _)| found == name.as_str()) else {
            return Ok(None);
        };
        let tags = none_if_gone(tags(&client, &arn).await)?;
        if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
            return Self::look(&client, &arn).await;
        }
        Ok(None)
    }

    /// The ARNs of IP sets have two types: each IP set is asked for its tags.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.wafv2(place.region);
        let mut found = Vec::new();
        for scope in scopes(place) {
            for (_, arn) in Self::list(&client, *scope).await? {
                let Some(tags) = none_if_gone(tags(&client, &arn).await)? else { continue };
                if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                    found.push(Tagged { identifier: arn, tags });
                }
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<IpSet>) -> Result<Observed<IpSet>, ExecError> {
        let (client, arn) = (self.0.wafv2(request.place.region), named(&request.identifier)?);
        let (from, to) = (&request.current, &request.desired);
        if (&from.addresses, &from.description) != (&to.addresses, &to.description) {
            let lock = Self::get(&client, &arn).await?.map(|(_, lock)| lock);
            client
                .update_ip_set()
                .name(arn.name())
                .id(arn.id())
                .scope(scope_to_sdk(arn.scope()))
                .lock_token(lock.unwrap_or_default())
                .set_description(to.description.as_ref().map(ToString::to_string))
                .set_addresses(Some(to.addresses.texts().into_iter().collect()))
                .send()
                .await
                .map_err(failed("UpdateIPSet"))?;
        }
        retag(&client, arn.as_str(), request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<IpSet>) -> Result<Deletion, ExecError> {
        let (client, arn) = (self.0.wafv2(request.place.region), named(&request.identifier)?);
        let Some((_, lock)) = Self::get(&client, &arn).await? else { return Ok(Deletion::Gone) };
        let call = client.delete_ip_set().name(arn.name()).id(arn.id()).lock_token(lock);
        let deleted = call.scope(scope_to_sdk(arn.scope())).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteIPSet")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/office/1234";
        let set = types::IpSet::builder()
            .name("office")
            .id("1234")
            .arn(arn)
            .ip_address_version(types::IpAddressVersion::Ipv6)
            .addresses("2001:0db8:0000:0000:0000:0000:0000:0000/32")
            .build()
            .unwrap();
        let found = observed(&set, Tags::new().with("elanswer:stack", "shop")).unwrap();
        let expected = IpSet::builder()
            .name(EntityName::literal("office"))
            .scope(WafScope::Regional)
            .addresses("2001:db8::/32".parse().unwrap())
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!((found.outputs.arn.as_str(), found.outputs.id.as_str()), (arn, "1234"));
    }
}
