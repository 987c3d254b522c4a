//! `AWS::SNS::TopicPolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>. Quota: 30 KB,
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-key-concepts.html>.
//! Not modelled: principals that do not exist.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::PolicyUse,
        sns::{TopicPolicy, TopicPolicyFault, TopicPolicyOutputs},
    },
};

use super::{SERVICE, invalid, require};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles policies of topics in memory.
#[derive(Debug)]
pub struct TopicPolicyHandler(Api);

impl From<Api> for TopicPolicyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn topic_of(policy: &TopicPolicy) -> String {
    policy.topic().known().unwrap_or_default().to_owned()
}

/// What AWS refuses in the policy of a topic.
fn check(world: &World, place: &Place, topic: &str, desired: &TopicPolicy) -> Result<(), AwsError> {
    require(world, place, topic)?;
    let policy = &desired.policy_document;
    if let Some(fault) = policy.faults(PolicyUse::Resource).first() {
        return Err(invalid(format!("Invalid parameter: Policy Error: {fault}")));
    }
    match desired.faults().first() {
        Some(TopicPolicyFault::Action(_)) => {
            Err(invalid("Invalid parameter: Policy statement action out of service scope!"))
        }
        Some(fault) => Err(invalid(format!("Invalid parameter: Policy Error: {fault}"))),
        None => Ok(()),
    }
}

/// `SetTopicAttributes` with `Policy`.
fn put(
    world: &mut World,
    request: &Create<TopicPolicy>,
) -> Result<Observed<TopicPolicy>, AwsError> {
    let id = topic_of(&request.desired);
    check(world, &request.place, &id, &request.desired)?;
    world.insert(request, TopicPolicyOutputs { id }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<TopicPolicy> for TopicPolicyHandler {
    /// One topic at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<TopicPolicy>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let found = self.0.call(SERVICE, "GetTopicAttributes", place, |world| {
                Ok(world.get::<TopicPolicy>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<TopicPolicy>,
    ) -> Result<Observed<TopicPolicy>, ExecError> {
        let place = &request.place;
        self.0.call(SERVICE, "SetTopicAttributes", place, |world| put(world, request)).await
    }

    /// A topic has one policy, without tags: the same content is taken for what was made.
    async fn find(
        &self,
        request: &Create<TopicPolicy>,
    ) -> Result<Option<Observed<TopicPolicy>>, ExecError> {
        let (place, id) = (&request.place, topic_of(&request.desired));
        let policy = &request.desired.policy_document;
        self.0
            .call(SERVICE, "GetTopicAttributes", place, |world| {
                let found = world.get::<TopicPolicy>(place, &id);
                let same = found.filter(|it| it.resource.policy_document == *policy);
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<TopicPolicy>,
    ) -> Result<Observed<TopicPolicy>, ExecError> {
        let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
        self.0
            .call(SERVICE, "SetTopicAttributes", place, |world| {
                check(world, place, id, desired)?;
                world.change::<TopicPolicy>(place, id, "", Duration::ZERO, |it| {
                    it.resource = desired.clone();
                })
            })
            .await
    }

    /// Puts back the policy that AWS gives a topic.
    async fn delete(&self, request: &Delete<TopicPolicy>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "SetTopicAttributes", place, |world| {
                world.remove::<TopicPolicy>(place, id, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        services::iam::{PolicyDocument, Principal, Statement},
    };

    use super::{
        super::testing::{ARN, request, with_topic, world},
        *,
    };

    fn lets(accounts: impl IntoIterator<Item = String>) -> TopicPolicy {
        let publish = Statement::allow(["sns:Publish"])
            .to(accounts.into_iter().map(|account| Principal::account(&account)))
            .on([ARN]);
        TopicPolicy::new(Ref::existing(ARN), PolicyDocument::new([publish]))
    }

    #[test]
    fn a_policy_is_of_a_topic_that_exists_and_not_too_long() {
        let policy = lets(["210987654321".to_owned()]);
        let error = put(&mut world(), &request(policy.clone())).unwrap_err();
        assert_eq!(error.code(), "NotFound");
        put(&mut with_topic(), &request(policy)).unwrap();
        let long = lets((1000..3000).map(|n| format!("{n:012}")));
        let error = put(&mut with_topic(), &request(long)).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
        let empty = TopicPolicy::new(Ref::existing(ARN), PolicyDocument::new([]));
        let error = put(&mut with_topic(), &request(empty)).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
    }

    #[test]
    fn a_policy_is_about_topics() {
        for action in ["sns:*", "sqs:SendMessage", "sns:ListTopics"] {
            let wide = Statement::allow([action]).to([Principal::account("210987654321")]);
            let policy = PolicyDocument::new([wide.on([ARN])]);
            let policy = TopicPolicy::new(Ref::existing(ARN), policy);
            let error = put(&mut with_topic(), &request(policy)).unwrap_err();
            assert_eq!(error.code(), "InvalidParameter", "{action}");
        }
    }
}
