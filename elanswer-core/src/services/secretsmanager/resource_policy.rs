//! `AWS::SecretsManager::ResourcePolicy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::{
    reference::Ref,
    resource::Resource,
    schema::{Kind, Schema},
    services::iam::{PolicyDocument, PolicyUse},
};

/// Who may do what with a secret, besides what their own policies say.
///
/// AWS: [`AWS::SecretsManager::ResourcePolicy`](https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html).
/// A secret has one; of at most 20,480 characters; its `Resource` is `*`, which means the secret.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         iam::{PolicyDocument, Role, Service, Statement, Principal},
///         secretsmanager::{ResourcePolicy, Secret},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let role = arch.resource("reader", Role::assumed_by(Service::EcsTasks));
/// let secret = arch.resource("session-key", Secret::default());
/// let read = Statement::allow(["secretsmanager:GetSecretValue"])
///     .to([Principal::aws(role.arn().text())])
///     .on(["*"]);
/// let policy = ResourcePolicy::new(&secret, PolicyDocument::new([read]));
/// arch.resource("session-key-policy", policy);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ResourcePolicy {
    /// `SecretId`. Changing it replaces the policy.
    #[builder(into)]
    #[serde(rename = "SecretId")]
    pub secret: Ref<Secret>,
    /// `ResourcePolicy`.
    #[serde(rename = "ResourcePolicy")]
    pub policy_document: PolicyDocument,
    /// `BlockPublicPolicy`: whether AWS refuses a policy that lets in everyone. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub block_public_policy: bool,
}

/// What AWS decides of the policy of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourcePolicyOutputs {
    /// `Id`: the ARN of the secret.
    pub id: String,
}

impl ResourcePolicy {
    /// The most characters of a policy.
    pub const LIMIT: usize = 20_480;

    /// Says of `secret` what `policy` says, unless that lets in everyone.
    pub fn new(secret: impl Into<Ref<Secret>>, policy: PolicyDocument) -> Self {
        Self { secret: secret.into(), policy_document: policy, block_public_policy: true }
    }
}

impl Resource for ResourcePolicy {
    type Outputs = ResourcePolicyOutputs;

    /// `PutResourcePolicy` creates and updates, `DeleteResourcePolicy` deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id"],
        replaces: &["SecretId"],
        write_only: &["BlockPublicPolicy"],
        exclusive: &["SecretId"],
        api: "secretsmanager",
        ..Schema::new(Kind::new("AWS::SecretsManager::ResourcePolicy"))
    };

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Resource, &self.policy_document)]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::services::iam::{Principal, Statement};

    #[test]
    fn has_the_shape_of_cloudformation() {
        let read = Statement::allow(["secretsmanager:GetSecretValue"])
            .to([Principal::account("123456789012")])
            .on(["*"]);
        let policy = ResourcePolicy::new(Ref::existing("arn"), PolicyDocument::new([read]));
        let tree = serde_json::to_value(&policy).unwrap();
        assert_eq!(tree["SecretId"], "arn");
        assert_eq!(tree["BlockPublicPolicy"], json!(true));
        assert_eq!(tree["ResourcePolicy"]["Statement"][0]["Effect"], "Allow");
        assert_eq!(serde_json::from_value::<ResourcePolicy>(tree).unwrap(), policy);
    }
}
