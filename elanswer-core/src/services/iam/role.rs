//! `AWS::IAM::Role`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{PolicyDocument, PolicyUse, Principal, RoleName, name};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Scope, Timing},
    tags::Tags,
};

pub use values::{
    ManagedPolicyArn, MaxSessionDuration, MaxSessionDurationError, RoleDescription, RolePath,
};

mod values;

/// An identity that AWS services and people assume, with the permissions of its policies.
///
/// AWS: [`AWS::IAM::Role`](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html).
/// Quota: 1,000 per account. A new role can be used a few seconds after AWS has made it.
///
/// ```
/// use elanswer_core::services::iam::{ManagedPolicyArn, PolicyDocument, Role, Service};
///
/// let role = Role::builder()
///     .trust(PolicyDocument::trusting(Service::EcsTasks))
///     .managed_policy_arns([ManagedPolicyArn::ECS_TASK_EXECUTION])
///     .build();
/// assert_eq!(role.max_session_duration.as_seconds(), 3600);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// `RoleName`: unique in the account, without regard to case. Left unset, elanswer makes one
    /// up. Changing it replaces the role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_name: Option<RoleName>,
    /// `AssumeRolePolicyDocument`: who may assume the role. Quota: 2,048 characters.
    #[serde(rename = "AssumeRolePolicyDocument")]
    pub trust: PolicyDocument,
    /// `Description`. AWS's default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RoleDescription>,
    /// `ManagedPolicyArns`: the managed policies attached to it. Quota: 10.
    #[builder(default, with = |arns: impl IntoIterator<Item = impl Into<Input<ManagedPolicyArn>>>| {
        arns.into_iter().map(Into::into).collect()
    })]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub managed_policy_arns: Set<Input<ManagedPolicyArn>>,
    /// `MaxSessionDuration`: how long a session may last, in seconds. AWS's default: an hour.
    #[builder(default)]
    #[serde(default)]
    pub max_session_duration: MaxSessionDuration,
    /// `Path`: where it stands among the roles; part of its ARN. AWS's default: `/`. Changing it
    /// replaces the role.
    #[builder(default)]
    #[serde(default)]
    pub path: RolePath,
    /// `PermissionsBoundary`: the managed policy that limits what its policies can allow. AWS's
    /// default: none.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<Input<ManagedPolicyArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RoleOutputs {
    /// `RoleName`: what names the role to AWS. CloudFormation does not count it as an output.
    pub role_name: String,
    /// `Arn`: `arn:aws:iam::123456789012:role/path/name`.
    pub arn: String,
    /// `RoleId`: `AROA` and letters and digits; another role of the same name has another.
    pub role_id: String,
}

impl Role {
    /// A role that `principal` may assume, with AWS's defaults for the rest.
    #[must_use]
    pub fn assumed_by(principal: impl Into<Principal>) -> Self {
        Self::builder().trust(PolicyDocument::trusting(principal)).build()
    }
}

/// A managed policy to attach to a role, or to detach from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachment<'a> {
    /// `AttachRolePolicy`.
    Attach(&'a ManagedPolicyArn),
    /// `DetachRolePolicy`.
    Detach(&'a ManagedPolicyArn),
}

impl Role {
    /// AWS's default quota of managed policies attached to a role.
    pub const MANAGED_POLICIES: usize = 10;

    /// What to attach and to detach, in this order, to come from the managed policies `from` to
    /// those of the role.
    ///
    /// What is new comes first, so that no permission is missing in between; unless old and new
    /// together would exceed the quota. Values that are not known yet are left out.
    #[must_use]
    pub fn attachments_from<'a>(
        &'a self,
        from: &'a Set<Input<ManagedPolicyArn>>,
    ) -> Vec<Attachment<'a>> {
        let to = &self.managed_policy_arns;
        let new = to.difference(from).filter_map(Input::known).map(Attachment::Attach);
        let old = from.difference(to).filter_map(Input::known).map(Attachment::Detach);
        if from.len() + to.difference(from).count() <= Self::MANAGED_POLICIES {
            new.chain(old).collect()
        } else {
            old.chain(new).collect()
        }
    }
}

impl Ref<Role> {
    /// `Arn`: what services take a role by.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl Resource for Role {
    type Outputs = RoleOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        identifier: "RoleName",
        outputs: &["RoleName", "Arn", "RoleId"],
        replaces: &["Path", "RoleName"],
        computed: &["RoleName"],
        name: Some(NameRule { also: name::ALSO, ..NameRule::new("RoleName", 64) }),
        exclusive: &["RoleName"],
        api: "iam",
        timing: Timing::seconds(8, 0, 0),
        ..Schema::new(Kind::new("AWS::IAM::Role"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Trust, &self.trust)]
    }

    /// `CreateRole`, `UpdateAssumeRolePolicy`, `UpdateRole` for description and duration,
    /// `PutRolePermissionsBoundary` or `DeleteRolePermissionsBoundary`, `TagRole`, `UntagRole`,
    /// `DeleteRole`, and an `AttachRolePolicy` or `DetachRolePolicy` for each managed policy.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        let many = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        match operation {
            Operation::Create(role) | Operation::Delete(role) => {
                1 + many(role.managed_policy_arns.len())
            }
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                let moved = from.managed_policy_arns.symmetric_difference(&to.managed_policy_arns);
                let settings = |role: &Self| (role.description.clone(), role.max_session_duration);
                u32::from(from.trust != to.trust)
                    + u32::from(settings(from) != settings(to))
                    + u32::from(from.permissions_boundary != to.permissions_boundary)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
                    + many(moved.count())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{resource::properties_of, services::iam::Service};

    #[test]
    fn properties_have_the_shape_of_cloudformation() {
        let role = Role::builder()
            .trust(PolicyDocument::trusting(Service::EcsTasks))
            .managed_policy_arns([ManagedPolicyArn::ECS_TASK_EXECUTION])
            .permissions_boundary(ManagedPolicyArn::aws("ReadOnlyAccess"))
            .description(RoleDescription::new("runs the shop").unwrap())
            .build();
        let tree = json!({
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
                    "Action": ["sts:AssumeRole"],
                }],
            },
            "Description": "runs the shop",
            "ManagedPolicyArns":
                ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
            "MaxSessionDuration": 3600,
            "Path": "/",
            "PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&role)), tree);
        assert_eq!(serde_json::from_value::<Role>(tree).unwrap(), role);
    }

    #[test]
    fn a_full_role_lets_go_first() {
        let arns = |from: usize| (from..from + 6).map(|n| ManagedPolicyArn::aws(&format!("P{n}")));
        let role = |from| {
            let trust = PolicyDocument::trusting(Service::Ec2);
            Role::builder().trust(trust).managed_policy_arns(arns(from)).build()
        };
        let (old, new) = (role(0), role(6));
        let changes = new.attachments_from(&old.managed_policy_arns);
        assert!(changes.iter().take(6).all(|change| matches!(change, Attachment::Detach(_))));
        assert_eq!(changes.len(), 12);
    }

    #[test]
    fn a_policy_that_moves_takes_two_calls() {
        let role =
            |arn| Role::builder().trust(PolicyDocument::default()).managed_policy_arns([arn]);
        let from = role(ManagedPolicyArn::ECS_TASK_EXECUTION).build();
        let to = role(ManagedPolicyArn::RDS_ENHANCED_MONITORING).build();
        let (old, new) =
            (ManagedPolicyArn::ECS_TASK_EXECUTION, ManagedPolicyArn::RDS_ENHANCED_MONITORING);
        assert_eq!(
            to.attachments_from(&from.managed_policy_arns),
            [Attachment::Attach(&new), Attachment::Detach(&old)]
        );
        assert_eq!(Role::calls(&Operation::Create(&from)), 2);
        assert_eq!(Role::calls(&Operation::Update(&from, &to)), 2);
        assert_eq!(Role::calls(&Operation::Update(&from, &from)), 0);
    }
}
