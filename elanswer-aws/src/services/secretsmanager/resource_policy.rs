//! `AWS::SecretsManager::ResourcePolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html>.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::PolicyDocument,
        secretsmanager::{ResourcePolicy, ResourcePolicyOutputs},
    },
};

use super::{SERVICE, failed, none_if_gone};
use crate::clients::Clients;

/// Handles policies of secrets over the SDK.
#[derive(Debug)]
pub struct ResourcePolicyHandler(Clients);

impl From<Clients> for ResourcePolicyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

async fn look(client: &Client, id: &str) -> Result<Option<Observed<ResourcePolicy>>, ExecError> {
    let answer = client.get_resource_policy().secret_id(id).send().await;
    let answer = none_if_gone(answer.map_err(failed("GetResourcePolicy")))?;
    let Some(text) = answer.and_then(|answer| answer.resource_policy) else { return Ok(None) };
    let policy = text.parse::<PolicyDocument>().map_err(|error| {
        ExecError::new(ErrorKind::Internal, error.to_string())
            .with_operation(SERVICE, "GetResourcePolicy")
    })?;
    let resource = ResourcePolicy::new(Ref::existing(id), policy);
    Ok(Some(Observed::ready(resource, ResourcePolicyOutputs { id: id.to_owned() })))
}

async fn put(client: &Client, id: &str, policy: &ResourcePolicy) -> Result<(), ExecError> {
    let put = client
        .put_resource_policy()
        .secret_id(id)
        .resource_policy(policy.policy_document.to_json())
        .block_public_policy(policy.block_public_policy)
        .send()
        .await;
    put.map(drop).map_err(failed("PutResourcePolicy"))
}

#[async_trait]
impl Handler<ResourcePolicy> for ResourcePolicyHandler {
    /// One secret at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ResourcePolicy>>, ExecError>> {
        let client = self.0.secretsmanager(place.region);
        futures_util::future::join_all(identifiers.iter().map(|id| look(&client, id))).await
    }

    async fn create(
        &self,
        request: &Create<ResourcePolicy>,
    ) -> Result<Observed<ResourcePolicy>, ExecError> {
        let (client, desired) = (self.0.secretsmanager(request.place.region), &request.desired);
        let id = desired.secret.known().unwrap_or_default().to_owned();
        put(&client, &id, desired).await?;
        Ok(Observed::ready(desired.clone(), ResourcePolicyOutputs { id }))
    }

    /// A secret has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<ResourcePolicy>,
    ) -> Result<Option<Observed<ResourcePolicy>>, ExecError> {
        let client = self.0.secretsmanager(request.place.region);
        let found = look(&client, request.desired.secret.known().unwrap_or_default()).await?;
        Ok(found.filter(|found| found.resource.policy_document == request.desired.policy_document))
    }

    async fn update(
        &self,
        request: &Update<ResourcePolicy>,
    ) -> Result<Observed<ResourcePolicy>, ExecError> {
        let client = self.0.secretsmanager(request.place.region);
        put(&client, &request.identifier, &request.desired).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<ResourcePolicy>) -> Result<Deletion, ExecError> {
        let call = self.0.secretsmanager(request.place.region).delete_resource_policy();
        let deleted = call.secret_id(&request.identifier).send().await;
        none_if_gone(deleted.map_err(failed("DeleteResourcePolicy")))?;
        Ok(Deletion::Gone)
    }
}
