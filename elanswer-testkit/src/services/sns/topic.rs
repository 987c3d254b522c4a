//! `AWS::SNS::Topic` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html>; what a name may be holds by its
//! type. Quota: 100,000 topics in a Region, <https://docs.aws.amazon.com/general/latest/gr/sns.html>.
//! Not modelled: publishing, and so what the key of a topic lets whom do.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sns::{Subscription, Topic, TopicOutputs, TopicPolicy},
};

use super::{SERVICE, invalid, require};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// Handles topics in memory.
#[derive(Debug)]
pub struct TopicHandler(Api);

impl From<Api> for TopicHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateTopic`: a repeat answers with the topic, when nothing of it is otherwise.
pub(super) fn create_topic(
    world: &mut World,
    request: &Create<Topic>,
) -> Result<Observed<Topic>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.topic_name else {
        return Err(invalid("Invalid parameter: Topic Name"));
    };
    let topic_arn = arn(place, "sns", name.as_str());
    if let Some(existing) = world.get::<Topic>(place, &topic_arn) {
        let attributes =
            |topic: &Topic| (topic.display_name.clone(), topic.kms_master_key_id.clone());
        if attributes(&existing.resource) != attributes(desired) {
            return Err(exists("Attributes", "attributes"));
        }
        if existing.tags != request.tags() {
            return Err(exists("Tags", "tags"));
        }
        return Ok(existing.observed(world.now()));
    }
    let used = world.all::<Topic>(place).count();
    world.quotas.check("topics per Region", 100_000, used, "TopicLimitExceeded")?;
    world.insert(request, TopicOutputs { topic_arn }, "", Duration::ZERO)
}

fn exists(parameter: &str, what: &str) -> AwsError {
    AwsError::conflict(
        "InvalidParameter",
        format!(
            "Invalid parameter: {parameter} Reason: Topic already exists with different {what}"
        ),
    )
}

/// `SetTopicAttributes`: one attribute.
fn set_attribute(
    world: &mut World,
    place: &Place,
    arn: &str,
    set: impl FnOnce(&mut Topic),
) -> Result<(), AwsError> {
    require(world, place, arn)?;
    world.change::<Topic>(place, arn, "", Duration::ZERO, |it| set(&mut it.resource)).map(drop)
}

/// `DeleteTopic`: with its policy and whoever subscribed.
fn delete_topic(world: &mut World, place: &Place, arn: &str) {
    let subscriptions: Vec<String> = world
        .all::<Subscription>(place)
        .filter(|(_, it)| it.resource.topic.known() == Some(arn))
        .map(|(id, _)| id.to_owned())
        .collect();
    for id in subscriptions {
        world.remove::<Subscription>(place, &id, Duration::ZERO);
    }
    world.remove::<TopicPolicy>(place, arn, Duration::ZERO);
    world.remove::<Topic>(place, arn, Duration::ZERO);
}

#[async_trait]
impl Handler<Topic> for TopicHandler {
    /// One topic at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Topic>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let found = self.0.call(SERVICE, "GetTopicAttributes", place, |world| {
                Ok(world.get::<Topic>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(&self, request: &Create<Topic>) -> Result<Observed<Topic>, ExecError> {
        self.0
            .call(SERVICE, "CreateTopic", &request.place, |world| create_topic(world, request))
            .await
    }

    async fn find(&self, request: &Create<Topic>) -> Result<Option<Observed<Topic>>, ExecError> {
        self.0.find_owned(SERVICE, "ListTopics", request).await
    }

    async fn update(&self, request: &Update<Topic>) -> Result<Observed<Topic>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if current.display_name != desired.display_name {
            self.0
                .call(SERVICE, "SetTopicAttributes", place, |world| {
                    set_attribute(world, place, arn, |topic| {
                        topic.display_name.clone_from(&desired.display_name);
                    })
                })
                .await?;
        }
        if current.kms_master_key_id != desired.kms_master_key_id {
            self.0
                .call(SERVICE, "SetTopicAttributes", place, |world| {
                    set_attribute(world, place, arn, |topic| {
                        topic.kms_master_key_id.clone_from(&desired.kms_master_key_id);
                    })
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Topic>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteTopic", place, |world| {
                delete_topic(world, place, arn);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::sns::DisplayName;

    use super::{
        super::testing::{ARN, PLACE, request, topic, with_topic},
        *,
    };

    #[test]
    fn a_repeat_answers_with_the_topic_and_a_stranger_is_refused() {
        let mut world = with_topic();
        let again = create_topic(&mut world, &request(topic())).unwrap();
        assert_eq!(again.outputs.topic_arn, ARN);
        let other = Topic { display_name: DisplayName::literal("Shop"), ..topic() };
        let error = create_topic(&mut world, &request(other)).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
        let mut stranger = request(topic());
        stranger.ownership.stack = "other".to_owned();
        let error = create_topic(&mut world, &stranger).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
    }

    #[test]
    fn attributes_are_of_a_topic_that_exists() {
        let mut world = with_topic();
        delete_topic(&mut world, &PLACE, ARN);
        let error = set_attribute(&mut world, &PLACE, ARN, |_| {}).unwrap_err();
        assert_eq!(error.code(), "NotFound");
    }
}
