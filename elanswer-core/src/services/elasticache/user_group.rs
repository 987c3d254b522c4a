//! `AWS::ElastiCache::UserGroup`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Engine, User, UserGroupId};
use crate::{
    Set,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    tags::Tags,
};

/// The users that may log in to the caches that have the group.
///
/// AWS: [`AWS::ElastiCache::UserGroup`](https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html).
/// A group of Redis must have a user whose name is `default`, see
/// [`User::disabled_default`]; a group of Valkey need not, and none of its users may log in without
/// authentication. Quotas: 100 groups per Region, 100 users per group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct UserGroup {
    /// `UserGroupId`. Unset: elanswer makes one up. Changing it replaces the group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_group_id: Option<UserGroupId>,
    /// `Engine`: a cache of Redis takes groups of Redis only, one of Valkey takes both.
    pub engine: Engine,
    /// `UserIds`: at least one.
    #[builder(with = |users: impl IntoIterator<Item = impl Into<Ref<User>>>| {
        users.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "UserIds")]
    pub users: Set<Ref<User>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a user group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserGroupOutputs {
    /// `UserGroupId`: what names the group to AWS.
    pub user_group_id: String,
    /// `Arn`.
    pub arn: String,
}

impl Ref<UserGroup> {
    /// The ARN of the group.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }
}

impl UserGroup {
    /// Whether `ModifyUserGroup` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        self.engine != to.engine || self.users != to.users
    }
}

impl Resource for UserGroup {
    type Outputs = UserGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "UserGroupId",
        outputs: &["UserGroupId", "Arn"],
        replaces: &["UserGroupId"],
        computed: &["UserGroupId"],
        exclusive: &["UserGroupId"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("UserGroupId", 40)
        }),
        resource_type: Some("elasticache:usergroup"),
        api: "elasticache",
        timing: Timing::seconds(30, 60, 60),
        ..Schema::new(Kind::new("AWS::ElastiCache::UserGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateUserGroup`, `ModifyUserGroup`, `DeleteUserGroup`, and those of tags.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.is_modified_by(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = UserGroup::builder()
            .user_group_id(UserGroupId::literal("carts"))
            .engine(Engine::Valkey)
            .users([Ref::existing("reader"), Ref::existing("app")])
            .build();
        let shape = serde_json::json!({
            "UserGroupId": "carts",
            "Engine": "valkey",
            "UserIds": ["app", "reader"],
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<UserGroup>(shape).unwrap(), group);
    }
}
