//! `AWS::IAM::RolePolicy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{PolicyDocument, PolicyName, PolicyUse, Role};
use crate::{
    reference::Ref,
    resource::Resource,
    schema::{Kind, Schema, Scope},
};

/// An inline policy of a role: what the role may do.
///
/// AWS: [`AWS::IAM::RolePolicy`](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#inline-policies).
/// Quota: 10,240 characters for all inline policies of a role together.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::iam::{PolicyDocument, PolicyName, Role, RolePolicy, Service, Statement},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let role = arch.resource("task", Role::assumed_by(Service::EcsTasks));
/// let policy = PolicyDocument::new([
///     Statement::allow(["s3:GetObject"]).on(["arn:aws:s3:::shop-images/*"]),
/// ]);
/// let name = PolicyName::new("read-images").expect("a name");
/// arch.resource("task-images", RolePolicy::new(&role, name, policy));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct RolePolicy {
    /// `RoleName`: the role. Changing it replaces the policy.
    #[builder(into)]
    #[serde(rename = "RoleName")]
    pub role: Ref<Role>,
    /// `PolicyName`: unique among the inline policies of the role. Changing it replaces the policy.
    pub policy_name: PolicyName,
    /// `PolicyDocument`: what the role may do; without principals.
    pub policy_document: PolicyDocument,
}

/// What AWS decides of an inline policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RolePolicyOutputs {
    /// The role and the policy in it: `RoleName|PolicyName`. CloudFormation has the two the other
    /// way round and does not give them back.
    pub id: String,
}

impl RolePolicyOutputs {
    /// Those of the policy of this name of this role.
    #[must_use]
    pub fn new(role_name: &str, policy_name: &str) -> Self {
        Self { id: format!("{role_name}|{policy_name}") }
    }

    /// The names of role and policy in an identifier. Neither can contain a `|`.
    #[must_use]
    pub fn names(identifier: &str) -> Option<(&str, &str)> {
        identifier.split_once('|')
    }
}

impl RolePolicy {
    /// Lets `role` do what `policy` says.
    pub fn new(role: impl Into<Ref<Role>>, name: PolicyName, policy: PolicyDocument) -> Self {
        Self { role: role.into(), policy_name: name, policy_document: policy }
    }
}

impl Resource for RolePolicy {
    type Outputs = RolePolicyOutputs;

    /// `PutRolePolicy` creates and updates, `DeleteRolePolicy` deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        replaces: &["PolicyName", "RoleName"],
        exclusive: &["PolicyName", "RoleName"],
        api: "iam",
        ..Schema::new(Kind::new("AWS::IAM::RolePolicy"))
    };

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Identity, &self.policy_document)]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{resource::properties_of, services::iam::Statement};

    #[test]
    fn properties_have_the_shape_of_cloudformation() {
        let policy = RolePolicy::new(
            Ref::existing("web"),
            PolicyName::new("read").unwrap(),
            PolicyDocument::new([Statement::allow(["s3:GetObject"]).on(["*"])]),
        );
        let tree = json!({
            "RoleName": "web",
            "PolicyName": "read",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}],
            },
        });
        assert_eq!(serde_json::Value::Object(properties_of(&policy)), tree);
        assert_eq!(serde_json::from_value::<RolePolicy>(tree).unwrap(), policy);
    }

    #[test]
    fn identifiers_name_role_and_policy() {
        let outputs = RolePolicyOutputs::new("web", "read");
        assert_eq!(RolePolicyOutputs::names(&outputs.id), Some(("web", "read")));
    }
}
