//! `AWS::SNS::Subscription` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html>.
//! Nobody confirms what is to be confirmed. What is taken back then is gone at once; AWS refuses
//! that and forgets it within days.
//! Not modelled: confirmations; whether queues and functions exist; the quota of a topic.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sns::{Subscription, SubscriptionOutputs},
};

use super::{SERVICE, invalid, require};
use crate::{
    api::Api,
    world::{AwsError, Object, World},
};

/// Handles subscriptions in memory.
#[derive(Debug)]
pub struct SubscriptionHandler(Api);

impl From<Api> for SubscriptionHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What AWS refuses in a subscription.
fn check(desired: &Subscription) -> Result<(), AwsError> {
    if desired.raw_message_delivery && !desired.endpoint.takes_raw_messages() {
        return Err(invalid(format!(
            "Invalid parameter: Attributes Reason: RawMessageDelivery: Delivery protocol [{}] does \
             not support raw message delivery.",
            desired.endpoint.protocol()
        )));
    }
    Ok(())
}

/// The subscription of this topic and endpoint.
fn existing<'a>(
    world: &'a World,
    request: &Create<Subscription>,
) -> Option<&'a Object<Subscription>> {
    let desired = &request.desired;
    let topic = desired.topic.known();
    let same = |it: &Subscription| it.topic.known() == topic && it.endpoint == desired.endpoint;
    world.all(&request.place).map(|(_, it)| it).find(|it| same(&it.resource))
}

/// The operation that reads the subscription of this identifier.
fn reading(identifier: &str) -> &'static str {
    match SubscriptionOutputs::names(identifier) {
        Some(_) => "ListSubscriptionsByTopic",
        None => "GetSubscriptionAttributes",
    }
}

/// `Subscribe`: a repeat answers with the subscription, when nothing of it is otherwise.
fn subscribe(
    world: &mut World,
    request: &Create<Subscription>,
) -> Result<Observed<Subscription>, AwsError> {
    let desired = &request.desired;
    let topic = desired.topic.known().unwrap_or_default();
    require(world, &request.place, topic)?;
    check(desired)?;
    if let Some(existing) = existing(world, request) {
        if existing.resource != *desired {
            return Err(AwsError::conflict(
                "InvalidParameter",
                "Invalid parameter: Attributes Reason: Subscription already exists with different \
                 attributes",
            ));
        }
        return Ok(existing.observed(world.now()));
    }
    let arn = format!("{topic}:{}", world.new_hex(32));
    world.insert(request, SubscriptionOutputs::of(desired, &arn), "", Duration::ZERO)
}

/// `SetSubscriptionAttributes`.
fn set(
    world: &mut World,
    place: &Place,
    identifier: &str,
    desired: &Subscription,
) -> Result<Observed<Subscription>, AwsError> {
    check(desired)?;
    world.change::<Subscription>(place, identifier, "", Duration::ZERO, |it| {
        it.resource.raw_message_delivery = desired.raw_message_delivery;
    })
}

#[async_trait]
impl Handler<Subscription> for SubscriptionHandler {
    /// One subscription at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Subscription>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let found = self.0.call(SERVICE, reading(id), place, |world| {
                Ok(world.get::<Subscription>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Subscription>,
    ) -> Result<Observed<Subscription>, ExecError> {
        self.0.call(SERVICE, "Subscribe", &request.place, |world| subscribe(world, request)).await
    }

    /// A topic tells an endpoint once: that of the same topic and endpoint is what was made.
    async fn find(
        &self,
        request: &Create<Subscription>,
    ) -> Result<Option<Observed<Subscription>>, ExecError> {
        self.0
            .call(SERVICE, "ListSubscriptionsByTopic", &request.place, |world| {
                Ok(existing(world, request).map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<Subscription>,
    ) -> Result<Observed<Subscription>, ExecError> {
        let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
        self.0
            .call(SERVICE, "SetSubscriptionAttributes", place, |world| {
                set(world, place, id, desired)
            })
            .await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Subscription>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "Unsubscribe", place, |world| {
                world.remove::<Subscription>(place, id, Duration::ZERO);
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
        services::sns::{EmailAddress, Endpoint, QueueArn},
    };

    use super::{
        super::testing::{ARN, request, with_topic, world},
        *,
    };

    const TEAM: EmailAddress = EmailAddress::literal("team@example.com");
    const QUEUE: QueueArn = QueueArn::literal("arn:aws:sqs:us-east-1:123456789012:q");

    #[test]
    fn a_topic_tells_an_endpoint_once() {
        let team = Subscription::new(Ref::existing(ARN), Endpoint::Email(TEAM));
        let error = subscribe(&mut world(), &request(team.clone())).unwrap_err();
        assert_eq!(error.code(), "NotFound");
        let mut world = with_topic();
        let made = subscribe(&mut world, &request(team.clone())).unwrap();
        let again = subscribe(&mut world, &request(team)).unwrap();
        assert_eq!(made.outputs, again.outputs);
        let queue = Subscription::new(Ref::existing(ARN), Endpoint::Sqs(QUEUE.into()));
        let made = subscribe(&mut world, &request(queue)).unwrap();
        assert!(made.outputs.arn.starts_with(&format!("{ARN}:")));
    }

    #[test]
    fn what_is_to_be_confirmed_has_a_name_of_its_own() {
        let mut world = with_topic();
        let team = request(Subscription::new(Ref::existing(ARN), Endpoint::Email(TEAM)));
        assert!(existing(&world, &team).is_none());
        let made = subscribe(&mut world, &team).unwrap();
        assert_eq!(made.outputs.arn, format!("{ARN}|email|team@example.com"));
        let found = existing(&world, &team).unwrap();
        assert_eq!(found.resource, team.desired);
        assert_eq!(found.outputs, made.outputs);
    }

    #[test]
    fn raw_messages_go_to_queues_and_servers() {
        let raw = |endpoint| Subscription {
            raw_message_delivery: true,
            ..Subscription::new(Ref::existing(ARN), endpoint)
        };
        let mut world = with_topic();
        let error = subscribe(&mut world, &request(raw(Endpoint::Email(TEAM)))).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
        let queue = raw(Endpoint::Sqs(QUEUE.into()));
        subscribe(&mut world, &request(queue.clone())).unwrap();
        let other = Subscription { raw_message_delivery: false, ..queue };
        let error = subscribe(&mut world, &request(other)).unwrap_err();
        assert_eq!(error.code(), "InvalidParameter");
    }
}
