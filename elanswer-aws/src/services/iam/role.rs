//! `AWS::IAM::Role` over the SDK.
//!
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>.
//! `GetRole` takes one role and gives all but its managed policies; `ListRoles` leaves out tags
//! and permissions boundaries.

use async_trait::async_trait;
use aws_sdk_iam::{
    Client,
    types::{self, AttachedPolicy},
};
use elanswer_core::{
    Handler, Input, Place, Set, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::iam::{
        Attachment, ManagedPolicyArn, MaxSessionDuration, Role, RoleDescription, RoleName,
        RoleOutputs, RolePath,
    },
};

use super::{SERVICE, failed, from_sdk, gone_is_fine, none_if_gone, policy, to_sdk, unreadable};
use crate::{clients::Clients, error::missing};

/// Handles roles over the SDK.
#[derive(Debug)]
pub struct RoleHandler(Clients);

impl From<Clients> for RoleHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn outputs(role: &types::Role) -> RoleOutputs {
    RoleOutputs {
        role_name: role.role_name().to_owned(),
        arn: role.arn().to_owned(),
        role_id: role.role_id().to_owned(),
    }
}

/// A role as `GetRole` gives it, with its managed policies.
fn observed(role: &types::Role, attached: &[AttachedPolicy]) -> Result<Observed<Role>, ExecError> {
    let operation = "GetRole";
    let lacks = |field| missing(SERVICE, operation, field);
    let arn = |arn: &str| {
        let arn = ManagedPolicyArn::new(arn);
        arn.map(Input::from).map_err(|error| unreadable(operation, &error))
    };
    let trust = role.assume_role_policy_document();
    let boundary = role.permissions_boundary().and_then(|it| it.permissions_boundary_arn());
    let seconds = role.max_session_duration().and_then(|seconds| u32::try_from(seconds).ok());
    let resource = Role {
        role_name: Some(
            RoleName::new(role.role_name()).map_err(|error| unreadable(operation, &error))?,
        ),
        trust: policy(operation, trust.ok_or_else(|| lacks("AssumeRolePolicyDocument"))?)?,
        // An empty description is none: that is how one is removed.
        description: role.description().and_then(|text| RoleDescription::new(text).ok()),
        managed_policy_arns: attached
            .iter()
            .map(|policy| arn(policy.policy_arn().ok_or_else(|| lacks("PolicyArn"))?))
            .collect::<Result<_, _>>()?,
        max_session_duration: seconds
            .map_or(Ok(MaxSessionDuration::HOUR), MaxSessionDuration::seconds)
            .map_err(|error| unreadable(operation, &error))?,
        path: RolePath::new(role.path()).map_err(|error| unreadable(operation, &error))?,
        permissions_boundary: boundary.map(arn).transpose()?,
        tags: from_sdk(role.tags()).declared(),
    };
    Ok(Observed::ready(resource, outputs(role)))
}

impl RoleHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.iam(place.region)
    }

    /// `GetRole`; nothing when there is no such role.
    async fn get(&self, place: &Place, name: &str) -> Result<Option<types::Role>, ExecError> {
        let call = self.client(place).get_role().role_name(name);
        let answer = none_if_gone(call.send().await.map_err(failed("GetRole")))?;
        let lacks = || missing(SERVICE, "GetRole", "Role");
        answer.map(|answer| answer.role.ok_or_else(lacks)).transpose()
    }

    /// The role with its managed policies: `ListAttachedRolePolicies`.
    async fn complete(
        &self,
        place: &Place,
        role: &types::Role,
    ) -> Result<Observed<Role>, ExecError> {
        let call = self.client(place).list_attached_role_policies().role_name(role.role_name());
        let pages = call.into_paginator().items().send();
        let attached = pages.try_collect().await.map_err(failed("ListAttachedRolePolicies"))?;
        observed(role, &attached)
    }

    async fn read_one(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<Option<Observed<Role>>, ExecError> {
        match self.get(place, name).await? {
            Some(role) => none_if_gone(self.complete(place, &role).await),
            None => Ok(None),
        }
    }

    async fn attachment(
        &self,
        place: &Place,
        name: &str,
        attachment: Attachment<'_>,
    ) -> Result<(), ExecError> {
        match attachment {
            Attachment::Attach(policy) => {
                let call = self.client(place).attach_role_policy();
                let call = call.role_name(name).policy_arn(policy.as_str());
                call.send().await.map(drop).map_err(failed("AttachRolePolicy"))
            }
            Attachment::Detach(policy) => {
                let call = self.client(place).detach_role_policy();
                let call = call.role_name(name).policy_arn(policy.as_str());
                call.send().await.map(drop).map_err(failed("DetachRolePolicy"))
            }
        }
    }

    async fn set_boundary(&self, request: &Update<Role>) -> Result<(), ExecError> {
        let client = self.client(&request.place);
        let name = &request.identifier;
        match request.desired.permissions_boundary.as_ref().and_then(Input::known) {
            Some(arn) => {
                let call = client.put_role_permissions_boundary().role_name(name);
                let call = call.permissions_boundary(arn.as_str());
                call.send().await.map(drop).map_err(failed("PutRolePermissionsBoundary"))
            }
            None => {
                let call = client.delete_role_permissions_boundary().role_name(name);
                call.send().await.map(drop).map_err(failed("DeleteRolePermissionsBoundary"))
            }
        }
    }

    async fn retag(&self, request: &Update<Role>) -> Result<(), ExecError> {
        let client = self.client(&request.place);
        let (set, remove) = request.tag_changes();
        if !set.is_empty() {
            let call = client.tag_role().role_name(&request.identifier);
            call.set_tags(Some(to_sdk(&set)?)).send().await.map_err(failed("TagRole"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_role().role_name(&request.identifier);
            call.set_tag_keys(Some(remove)).send().await.map_err(failed("UntagRole"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<Role> for RoleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Role>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            answers.push(self.read_one(place, name).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Role>) -> Result<Observed<Role>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let boundary = desired.permissions_boundary.as_ref().and_then(Input::known);
        let answer = self
            .client(place)
            .create_role()
            .set_role_name(desired.role_name.as_ref().map(ToString::to_string))
            .assume_role_policy_document(desired.trust.to_json())
            .path(desired.path.as_str())
            .set_description(desired.description.clone().map(String::from))
            .max_session_duration(seconds(desired.max_session_duration))
            .set_permissions_boundary(boundary.cloned().map(String::from))
            .set_tags(Some(to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateRole"))?;
        let role = answer.role().ok_or_else(|| missing(SERVICE, "CreateRole", "Role"))?;
        for attachment in desired.attachments_from(&Set::new()) {
            self.attachment(place, role.role_name(), attachment)
                .await
                .map_err(|error| error.with_identifier(role.role_name()))?;
        }
        Ok(Observed::ready(desired.clone(), outputs(role)))
    }

    /// By name, which is unique; a role of somebody else is not the one.
    async fn find(&self, request: &Create<Role>) -> Result<Option<Observed<Role>>, ExecError> {
        let Some(name) = &request.desired.role_name else { return Ok(None) };
        let place = &request.place;
        let role = self.get(place, name.as_str()).await?;
        match role.filter(|role| request.ownership.owns(&from_sdk(role.tags()))) {
            Some(role) => none_if_gone(self.complete(place, &role).await),
            None => Ok(None),
        }
    }

    /// AWS lists roles by their tags nowhere: each role is asked for its own.
    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.client(place);
        let roles = client.list_roles().into_paginator().items().send().try_collect().await;
        let mut found = Vec::new();
        for role in roles.map_err(failed("ListRoles"))? {
            let call = client.list_role_tags().role_name(role.role_name()).into_paginator().items();
            let answer = call.send().try_collect().await.map_err(failed("ListRoleTags"));
            let Some(answer) = none_if_gone(answer)? else { continue };
            let carried = from_sdk(&answer);
            if tags.iter().all(|(key, value)| carried.get(key) == Some(value)) {
                found.push(Tagged { identifier: role.role_name().to_owned(), tags: carried });
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<Role>) -> Result<Observed<Role>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.trust != to.trust {
            let call = self.client(place).update_assume_role_policy().role_name(name);
            let call = call.policy_document(to.trust.to_json());
            call.send().await.map_err(failed("UpdateAssumeRolePolicy"))?;
        }
        if (&from.description, from.max_session_duration)
            != (&to.description, to.max_session_duration)
        {
            let description = to.description.clone().map(String::from).unwrap_or_default();
            let call = self.client(place).update_role().role_name(name).description(description);
            let call = call.max_session_duration(seconds(to.max_session_duration));
            call.send().await.map_err(failed("UpdateRole"))?;
        }
        if from.permissions_boundary != to.permissions_boundary {
            self.set_boundary(request).await?;
        }
        for attachment in to.attachments_from(&from.managed_policy_arns) {
            self.attachment(place, name, attachment).await?;
        }
        self.retag(request).await?;
        Ok(request.done())
    }

    /// IAM deletes a role only once nothing is attached to it: what the role itself attached goes
    /// first.
    async fn delete(&self, request: &Delete<Role>) -> Result<Deletion, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let none = Role { managed_policy_arns: Set::new(), ..request.current.clone() };
        for attachment in none.attachments_from(&request.current.managed_policy_arns) {
            gone_is_fine(self.attachment(place, name, attachment).await)?;
        }
        let call = self.client(place).delete_role().role_name(name);
        gone_is_fine(call.send().await.map_err(failed("DeleteRole")))?;
        Ok(Deletion::Gone)
    }
}

fn seconds(duration: MaxSessionDuration) -> i32 {
    i32::try_from(duration.as_seconds()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::AttachedPermissionsBoundary;
    use aws_smithy_types::DateTime;
    use elanswer_core::{
        Tags,
        services::iam::{PolicyDocument, Service},
    };

    use super::*;

    fn answer() -> types::builders::RoleBuilder {
        types::Role::builder()
            .path("/")
            .role_name("web")
            .role_id("AROA0")
            .arn("arn:aws:iam::123456789012:role/web")
            .create_date(DateTime::from_secs(0))
            .assume_role_policy_document(PolicyDocument::trusting(Service::EcsTasks).to_json())
    }

    #[test]
    fn what_aws_leaves_out_is_its_default() {
        let found = observed(&answer().description("").build().unwrap(), &[]).unwrap();
        let asked =
            Role { role_name: RoleName::new("web").ok(), ..Role::assumed_by(Service::EcsTasks) };
        assert_eq!(found.resource, asked);
        assert_eq!(found.outputs.role_name, "web");
    }

    #[test]
    fn everything_is_read() {
        let boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let tags = Tags::new().with("elanswer:stack", "shop").with("team", "web");
        let role = answer()
            .path("/shop/")
            .description("runs the shop")
            .max_session_duration(7200)
            .permissions_boundary(
                AttachedPermissionsBoundary::builder().permissions_boundary_arn(boundary).build(),
            )
            .set_tags(Some(to_sdk(&tags).unwrap()))
            .build()
            .unwrap();
        let execution = ManagedPolicyArn::ECS_TASK_EXECUTION;
        let attached = AttachedPolicy::builder().policy_arn(execution.as_str()).build();
        let found = observed(&role, &[attached]).unwrap().resource;
        let asked = Role::builder()
            .role_name(RoleName::new("web").unwrap())
            .trust(PolicyDocument::trusting(Service::EcsTasks))
            .description(RoleDescription::new("runs the shop").unwrap())
            .managed_policy_arns([execution])
            .max_session_duration(MaxSessionDuration::seconds(7200).unwrap())
            .path(RolePath::new("/shop/").unwrap())
            .permissions_boundary(ManagedPolicyArn::aws("ReadOnlyAccess"))
            .tags(Tags::new().with("team", "web"))
            .build();
        assert_eq!(found, asked);
    }
}
