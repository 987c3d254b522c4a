//! `AWS::WAFv2::IPSet` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateIPSet.html>,
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateIPSet.html>,
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteIPSet.html>; what its addresses
//! may be holds by their type. Quota: 100 IP sets per Region and scope,
//! <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{EntityName, IpSet, IpSetArn, IpSetOutputs, WafScope},
};

use super::{Entity, SERVICE, TAGGING, associated, create_checked, invalid};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles IP sets in memory.
#[derive(Debug)]
pub struct IpSetHandler(Api);

impl From<Api> for IpSetHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

impl Entity for IpSet {
    const CALLED: &'static str = "IPSet";
    const IN_ARN: &'static str = "ipset";

    fn name(&self) -> Option<&EntityName> {
        self.name.as_ref()
    }

    fn scope(&self) -> WafScope {
        self.scope
    }

    fn arn(outputs: &IpSetOutputs) -> &str {
        outputs.arn.as_str()
    }

    fn check(&self, _: &World, _: &Place) -> Result<(), AwsError> {
        Ok(())
    }
}

/// `CreateIPSet`.
pub(super) fn create_ip_set(
    world: &mut World,
    request: &Create<IpSet>,
) -> Result<Observed<IpSet>, AwsError> {
    let (arn, id) = create_checked(world, request)?;
    let arn = IpSetArn::new(arn).map_err(|error| invalid(&error.to_string(), "NAME", ""))?;
    world.insert(request, IpSetOutputs { arn, id }, "", Duration::ZERO)
}

/// What `DeleteIPSet` refuses: no web ACL may look for it any more.
pub(super) fn release(world: &mut World, place: &Place, arn: &str) -> Result<(), AwsError> {
    if world.users_of(place, arn).is_empty() { Ok(()) } else { Err(associated()) }
}

#[async_trait]
impl Handler<IpSet> for IpSetHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<IpSet>>, ExecError>> {
        super::read(&self.0, place, identifiers).await
    }

    async fn create(&self, request: &Create<IpSet>) -> Result<Observed<IpSet>, ExecError> {
        self.0
            .call(SERVICE, "CreateIPSet", &request.place, |world| create_ip_set(world, request))
            .await
    }

    async fn find(&self, request: &Create<IpSet>) -> Result<Option<Observed<IpSet>>, ExecError> {
        super::find(&self.0, request).await
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        super::search::<IpSet>(&self.0, place, tags).await
    }

    async fn update(&self, request: &Update<IpSet>) -> Result<Observed<IpSet>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if (&from.addresses, &from.description) != (&to.addresses, &to.description) {
            let seen = super::get::<IpSet>(&self.0, place, arn).await?;
            let token = seen.map(|(_, token)| token).unwrap_or_default();
            self.0
                .call(SERVICE, "UpdateIPSet", place, |world| {
                    super::update(world, place, arn, &token, to)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<IpSet>) -> Result<Deletion, ExecError> {
        super::delete(&self.0, request, release).await
    }
}
