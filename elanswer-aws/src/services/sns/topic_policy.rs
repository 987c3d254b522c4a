//! `AWS::SNS::TopicPolicy` over the SDK.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>. A topic always has a
//! policy: that of AWS is taken for none, and deleting puts it back.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::Client;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::PolicyDocument,
        sns::{TopicPolicy, TopicPolicyOutputs},
    },
};

use super::{SERVICE, attributes, failed, required};
use crate::{clients::Clients, error::gone_is_fine};

/// Handles policies of topics over the SDK.
#[derive(Debug)]
pub struct TopicPolicyHandler(Clients);

impl From<Clients> for TopicPolicyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the attributes of a topic say of its policy; `None` when it is the one of AWS.
fn observed(
    arn: &str,
    attributes: &HashMap<String, String>,
) -> Result<Option<Observed<TopicPolicy>>, ExecError> {
    let text = required(attributes, "GetTopicAttributes", "Policy")?;
    let policy = text.parse::<PolicyDocument>().map_err(|error| {
        ExecError::new(ErrorKind::Internal, error.to_string())
            .with_operation(SERVICE, "GetTopicAttributes")
    })?;
    if text.contains(TopicPolicy::DEFAULT_ID) || policy == TopicPolicy::default_policy(arn) {
        return Ok(None);
    }
    let outputs = TopicPolicyOutputs { id: arn.to_owned() };
    Ok(Some(Observed::ready(TopicPolicy::new(Ref::existing(arn), policy), outputs)))
}

async fn look(client: &Client, arn: &str) -> Result<Option<Observed<TopicPolicy>>, ExecError> {
    let answer = client.get_topic_attributes().topic_arn(arn).send().await;
    let found = answer.map_err(failed("GetTopicAttributes"));
    match attributes(found, |answer| answer.attributes)? {
        Some(attributes) => observed(arn, &attributes),
        None => Ok(None),
    }
}

async fn put(client: &Client, arn: &str, policy: &PolicyDocument) -> Result<(), ExecError> {
    let call = client.set_topic_attributes().topic_arn(arn).attribute_name("Policy");
    let put = call.attribute_value(policy.to_json()).send().await;
    put.map(drop).map_err(failed("SetTopicAttributes"))
}

#[async_trait]
impl Handler<TopicPolicy> for TopicPolicyHandler {
    /// One topic at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<TopicPolicy>>, ExecError>> {
        let client = self.0.sns(place.region);
        futures_util::future::join_all(identifiers.iter().map(|arn| look(&client, arn))).await
    }

    async fn create(
        &self,
        request: &Create<TopicPolicy>,
    ) -> Result<Observed<TopicPolicy>, ExecError> {
        let (client, desired) = (self.0.sns(request.place.region), &request.desired);
        let id = desired.topic().known().unwrap_or_default().to_owned();
        put(&client, &id, &desired.policy_document).await?;
        Ok(Observed::ready(desired.clone(), TopicPolicyOutputs { id }))
    }

    /// A topic has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<TopicPolicy>,
    ) -> Result<Option<Observed<TopicPolicy>>, ExecError> {
        let client = self.0.sns(request.place.region);
        let found = look(&client, request.desired.topic().known().unwrap_or_default()).await?;
        Ok(found.filter(|found| found.resource.policy_document == request.desired.policy_document))
    }

    async fn update(
        &self,
        request: &Update<TopicPolicy>,
    ) -> Result<Observed<TopicPolicy>, ExecError> {
        let client = self.0.sns(request.place.region);
        put(&client, &request.identifier, &request.desired.policy_document).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<TopicPolicy>) -> Result<Deletion, ExecError> {
        let (client, arn) = (self.0.sns(request.place.region), &request.identifier);
        gone_is_fine(put(&client, arn, &TopicPolicy::default_policy(arn)).await)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::iam::{Principal, Statement};

    use super::*;

    const ARN: &str = "arn:aws:sns:us-east-1:123456789012:alarms";

    fn with(policy: String) -> HashMap<String, String> {
        HashMap::from([("Policy".to_owned(), policy)])
    }

    #[test]
    fn the_policy_of_aws_is_none() {
        let own = TopicPolicy::default_policy(ARN).to_json();
        assert!(observed(ARN, &with(own.clone())).unwrap().is_none());
        let named = own.replacen('{', r#"{"Id":"__default_policy_ID","#, 1);
        assert!(observed(ARN, &with(named)).unwrap().is_none());
        assert!(observed(ARN, &HashMap::new()).is_err());
        let publish =
            Statement::allow(["sns:Publish"]).to([Principal::account("210987654321")]).on([ARN]);
        let policy = PolicyDocument::new([publish]);
        let found = observed(ARN, &with(policy.to_json())).unwrap().unwrap();
        assert_eq!(found.resource.policy_document, policy);
    }
}
