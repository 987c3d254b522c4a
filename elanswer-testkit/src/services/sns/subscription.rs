//! `AWS::SNS::Subscription` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html>,
//! <https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html>.
//! Nobody confirms what is to be confirmed: lists hide its ARN, as AWS does. What is taken back then
//! is gone at once; AWS refuses that and forgets it within days.
//! Not modelled: confirmations; whether queues and functions exist; the quota of a topic.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sns::{Endpoint, Subscription, SubscriptionOutputs},
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

/// The subscription of this topic and endpoint, and its ARN.
fn existing<'a>(
    world: &'a World,
    place: &Place,
    topic: &str,
    endpoint: &Endpoint,
) -> Option<(&'a str, &'a Object<Subscription>)> {
    let same = |it: &Subscription| it.topic.known() == Some(topic) && it.endpoint == *endpoint;
    world.all::<Subscription>(place).find(|(_, it)| same(&it.resource))
}

/// The subscription of this identifier, and its ARN.
fn resolve<'a>(
    world: &'a World,
    place: &Place,
    identifier: &str,
) -> Option<(&'a str, &'a Object<Subscription>)> {
    match SubscriptionOutputs::names(identifier) {
        Some((topic, endpoint)) => existing(world, place, topic, &endpoint),
        None => world.all::<Subscription>(place).find(|(arn, _)| *arn == identifier),
    }
}

/// The operation that reads the subscription of this identifier.
fn reading(identifier: &str) -> &'static str {
    match SubscriptionOutputs::names(identifier) {
        Some(_) => "ListSubscriptionsByTopic",
        None => "GetSubscriptionAttributes",
    }
}

/// What AWS tells of the subscription of this identifier.
fn observed(world: &World, place: &Place, identifier: &str) -> Option<Observed<Subscription>> {
    let (_, found) = resolve(world, place, identifier)?;
    let outputs = SubscriptionOutputs { arn: identifier.to_owned() };
    Some(Observed::ready(found.resource.clone(), outputs))
}

/// What a list says of the subscription of this topic and endpoint.
fn listed(world: &World, request: &Create<Subscription>) -> Option<Observed<Subscription>> {
    let desired = &request.desired;
    let topic = desired.topic.known().unwrap_or_default();
    let (arn, found) = existing(world, &request.place, topic, &desired.endpoint)?;
    let outputs = if desired.endpoint.is_confirmed() {
        SubscriptionOutputs { arn: arn.to_owned() }
    } else {
        SubscriptionOutputs::unconfirmed(desired)
    };
    Some(Observed::ready(found.resource.clone(), outputs))
}

/// `Subscribe`: a repeat answers with the subscription, when nothing of it is otherwise.
fn subscribe(
    world: &mut World,
    request: &Create<Subscription>,
) -> Result<Observed<Subscription>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let topic = desired.topic.known().unwrap_or_default();
    require(world, place, topic)?;
    check(desired)?;
    if let Some((_, existing)) = existing(world, place, topic, &desired.endpoint) {
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
    world.insert(request, SubscriptionOutputs { arn }, "", Duration::ZERO)
}

/// `SetSubscriptionAttributes`.
fn set(
    world: &mut World,
    place: &Place,
    identifier: &str,
    desired: &Subscription,
) -> Result<Observed<Subscription>, AwsError> {
    check(desired)?;
    let arn = resolve(world, place, identifier).map(|(arn, _)| arn.to_owned());
    let gone = || AwsError::not_found("NotFound", "Subscription does not exist");
    let arn = arn.ok_or_else(gone)?;
    world.change::<Subscription>(place, &arn, "", Duration::ZERO, |it| {
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
            let found =
                self.0.call(SERVICE, reading(id), place, |world| Ok(observed(world, place, id)));
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
                Ok(listed(world, request))
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
                if let Some(arn) = resolve(world, place, id).map(|(arn, _)| arn.to_owned()) {
                    world.remove::<Subscription>(place, &arn, Duration::ZERO);
                }
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
        services::sns::{EmailAddress, QueueArn},
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
        assert!(made.outputs.arn.starts_with(ARN));
    }

    #[test]
    fn nobody_tells_the_arn_of_what_is_not_confirmed() {
        let mut world = with_topic();
        let team = request(Subscription::new(Ref::existing(ARN), Endpoint::Email(TEAM)));
        assert!(listed(&world, &team).is_none());
        subscribe(&mut world, &team).unwrap();
        let found = listed(&world, &team).unwrap();
        assert_eq!(found.outputs.arn, format!("{ARN}|email|team@example.com"));
        let again = observed(&world, &team.place, &found.outputs.arn).unwrap();
        assert_eq!((again.resource, again.outputs), (team.desired, found.outputs));
        let queue = request(Subscription::new(Ref::existing(ARN), Endpoint::Sqs(QUEUE.into())));
        let made = subscribe(&mut world, &queue).unwrap();
        assert_eq!(listed(&world, &queue).unwrap().outputs, made.outputs);
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
