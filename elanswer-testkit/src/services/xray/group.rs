//! `AWS::XRay::Group` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html>,
//! <https://docs.aws.amazon.com/xray/latest/api/API_UpdateGroup.html>,
//! <https://docs.aws.amazon.com/xray/latest/api/API_DeleteGroup.html>.
//! Quota: 25 groups per Region,
//! <https://docs.aws.amazon.com/general/latest/gr/xray.html>.
//! Not modelled: traces, and whether a filter expression is one.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::xray::{Group, GroupArn, GroupOutputs},
};

use super::{SERVICE, TAGGING, refused};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles groups in memory.
#[derive(Debug)]
pub struct GroupHandler(Api);

impl From<Api> for GroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateGroup`.
fn create_group(world: &mut World, request: &Create<Group>) -> Result<Observed<Group>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = desired.group_name.as_ref().ok_or_else(|| refused("GroupName is missing."))?;
    let named = |group: &Group| group.group_name.as_ref() == Some(name);
    if world.all::<Group>(place).any(|(_, other)| named(&other.resource)) {
        return Err(AwsError::conflict(
            "InvalidRequestException",
            format!("Group {name} already exists."),
        ));
    }
    let used = world.all::<Group>(place).count();
    world.quotas.check("groups per Region", 25, used, "InvalidRequestException")?;
    let id = world.new_hex(26).to_ascii_uppercase();
    let arn = arn(place, SERVICE, &format!("group/{name}/{id}"));
    let group_arn = GroupArn::new(arn).map_err(|error| refused(error.to_string()))?;
    world.insert(request, GroupOutputs { group_arn }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<Group> for GroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Group>>, ExecError>> {
        super::read(&self.0, place, identifiers, "GetGroups").await
    }

    async fn create(&self, request: &Create<Group>) -> Result<Observed<Group>, ExecError> {
        self.0
            .call(SERVICE, "CreateGroup", &request.place, |world| create_group(world, request))
            .await
    }

    async fn find(&self, request: &Create<Group>) -> Result<Option<Observed<Group>>, ExecError> {
        let found = self.0.find_owned(SERVICE, "GetGroups", request).await?;
        if found.is_some() {
            self.0.call(SERVICE, "ListTagsForResource", &request.place, |_| Ok(())).await?;
        }
        Ok(found)
    }

    async fn update(&self, request: &Update<Group>) -> Result<Observed<Group>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        if request.current.differs_from(desired) {
            self.0
                .call(SERVICE, "UpdateGroup", place, |world| {
                    let there = world.get::<Group>(place, &request.identifier).is_some();
                    if !there {
                        return Err(refused("Group not found."));
                    }
                    world.change::<Group>(place, &request.identifier, "", Duration::ZERO, |it| {
                        it.resource = desired.clone();
                    })
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    /// AWS does not tell a group that is gone from a wrong request: it is looked for.
    async fn delete(&self, request: &Delete<Group>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call(SERVICE, "DeleteGroup", place, |world| {
                if world.get::<Group>(place, arn).is_none() {
                    return Err(refused("Group not found."));
                }
                world.remove::<Group>(place, arn, Duration::ZERO);
                Ok(())
            })
            .await;
        match deleted {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let there = self
                    .0
                    .call(SERVICE, "GetGroups", place, |world| {
                        Ok(world.get::<Group>(place, arn).is_some())
                    })
                    .await?;
                if there { Err(error) } else { Ok(Deletion::Gone) }
            }
            Err(error) => Err(error),
            Ok(()) => Ok(Deletion::Gone),
        }
    }
}
