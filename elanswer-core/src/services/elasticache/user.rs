//! `AWS::ElastiCache::User`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{AccessString, Engine, UserId, UserName};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    tags::Tags,
};

/// Somebody who may log in to caches, by way of a [`UserGroup`](super::UserGroup).
///
/// AWS: [`AWS::ElastiCache::User`](https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html).
/// A user without a name of its own is called like its id; who logs in with IAM must be. Quota: 1000
/// per Region.
///
/// Users with passwords are not modelled: who logs in with IAM needs no secret.
///
/// ```
/// use elanswer_core::services::elasticache::{AccessString, Engine, User};
///
/// // Whoever may `elasticache:Connect` as this user reads and writes carts.
/// let app = User::builder()
///     .engine(Engine::Valkey)
///     .access_string(AccessString::new("on ~cart:* +@read +@write")?)
///     .build();
/// // Who gives no name to Redis gets in nowhere.
/// let nobody = User::disabled_default();
/// # Ok::<(), elanswer_core::TextError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// `UserId`. Unset: elanswer makes one up. Changing it replaces the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// `UserName`: the name under which it logs in. Unset: the id. Changing it replaces the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
    /// `Engine`: that of the groups it may be in. A user of Redis may be in a group of Valkey too.
    pub engine: Engine,
    /// `AccessString`: what it may do.
    pub access_string: AccessString,
    /// `AuthenticationMode`: how it logs in. Default: with IAM.
    #[builder(default = AuthenticationMode::Iam)]
    pub authentication_mode: AuthenticationMode,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// How a user logs in: `AuthenticationMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "Type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AuthenticationMode {
    /// `iam`: with a token that IAM signs, for a quarter of an hour. It takes Valkey, or Redis OSS 7.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>.
    Iam,
    /// `no-password-required`: with its name only.
    NoPasswordRequired,
}

/// What AWS decides of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserOutputs {
    /// `UserId`: what names the user to AWS.
    pub user_id: String,
    /// `Arn`: what IAM policies name.
    pub arn: String,
}

impl Ref<User> {
    /// The ARN of the user, on which `elasticache:Connect` is allowed.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// The id of the user: its name too, when it logs in with IAM.
    #[must_use]
    pub fn user_id(&self) -> Output<String> {
        self.output("UserId")
    }
}

impl User {
    /// The user `default` of Redis, who can do nothing: a group of Redis must have one, and AWS's own
    /// may do everything.
    #[must_use]
    pub fn disabled_default() -> Self {
        Self::builder()
            .user_name(UserName::DEFAULT)
            .engine(Engine::Redis)
            .access_string(AccessString::nothing())
            .authentication_mode(AuthenticationMode::NoPasswordRequired)
            .build()
    }

    /// Whether it is the user that caches take those for who give no name.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.user_name.as_ref() == Some(&UserName::DEFAULT)
    }

    /// Whether `ModifyUser` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        self.engine != to.engine
            || self.access_string != to.access_string
            || self.authentication_mode != to.authentication_mode
    }
}

impl Resource for User {
    type Outputs = UserOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "UserId",
        outputs: &["UserId", "Arn"],
        replaces: &["UserId", "UserName"],
        computed: &["UserId", "UserName"],
        exclusive: &["UserId"],
        name: Some(NameRule { lowercase: true, letter_first: true, ..NameRule::new("UserId", 40) }),
        resource_type: Some("elasticache:user"),
        api: "elasticache",
        timing: Timing::seconds(0, 30, 30),
        ..Schema::new(Kind::new("AWS::ElastiCache::User"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateUser`, `ModifyUser`, `DeleteUser`, and those of tags.
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
        let user = User { user_id: Some(UserId::literal("nobody")), ..User::disabled_default() };
        let shape = serde_json::json!({
            "UserId": "nobody",
            "UserName": "default",
            "Engine": "redis",
            "AccessString": "off ~* -@all",
            "AuthenticationMode": { "Type": "no-password-required" },
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&user)), shape);
        assert_eq!(serde_json::from_value::<User>(shape).unwrap(), user);
        assert!(user.is_default());
    }

    #[test]
    fn logs_in_with_iam_by_default() {
        let user = User::builder()
            .engine(Engine::Valkey)
            .access_string(AccessString::everything())
            .build();
        let properties = properties_of(&user);
        assert_eq!(properties["AuthenticationMode"], serde_json::json!({ "Type": "iam" }));
        assert!(!user.is_default() && !properties.contains_key("UserName"));
    }
}
