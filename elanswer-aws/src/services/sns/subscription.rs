//! `AWS::SNS::Subscription` over the SDK.
//!
//! <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>. It answers with the subscription
//! of the same topic and endpoint. Lists have another text in the place of its ARN until somebody
//! confirms it: one that is to be confirmed is known by topic, protocol and endpoint.

use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_sns::{Client, types};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::sns::{Endpoint, Subscription, SubscriptionOutputs},
};

use super::{SERVICE, attributes, failed, required};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Whether messages come as they were published.
const RAW: &str = "RawMessageDelivery";

/// What stands in a list in the place of the ARN of what is not confirmed.
const PENDING: &str = "PendingConfirmation";

/// What stands there for what its endpoint has ended.
const ENDED: &str = "Deleted";

/// What AWS says when it is asked to remove what nobody confirmed: it forgets it by itself.
const UNCONFIRMED: &str = "pending confirmation";

/// Handles subscriptions over the SDK.
#[derive(Debug)]
pub struct SubscriptionHandler(Clients);

impl From<Clients> for SubscriptionHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the attributes say of a subscription. Whether it is confirmed makes no difference.
fn observed(
    arn: &str,
    attributes: &HashMap<String, String>,
) -> Result<Observed<Subscription>, ExecError> {
    const OPERATION: &str = "GetSubscriptionAttributes";
    let attribute = |name| required(attributes, OPERATION, name);
    let endpoint = Endpoint::parse(attribute("Protocol")?, attribute("Endpoint")?)
        .ok_or_else(|| missing(SERVICE, OPERATION, "Endpoint that is known"))?;
    let raw = attributes.get(RAW).is_some_and(|raw| raw.eq_ignore_ascii_case("true"));
    let subscription = Subscription::builder()
        .topic(Ref::existing(attribute("TopicArn")?))
        .endpoint(endpoint)
        .raw_message_delivery(raw)
        .build();
    let outputs = SubscriptionOutputs::of(&subscription, arn);
    Ok(Observed::ready(subscription, outputs))
}

/// What is known of a subscription that nobody confirmed.
fn pending(topic: &str, endpoint: Endpoint) -> Observed<Subscription> {
    let subscription = Subscription::new(Ref::existing(topic), endpoint);
    let outputs = SubscriptionOutputs::unconfirmed(&subscription);
    Observed::ready(subscription, outputs).unread_unless(RAW, false)
}

/// The attributes that a subscription is made with.
fn to_attributes(subscription: &Subscription) -> Option<HashMap<String, String>> {
    let raw = || HashMap::from([(RAW.to_owned(), "true".to_owned())]);
    subscription.raw_message_delivery.then(raw)
}

/// What a list says of a subscription.
#[derive(Debug, PartialEq, Eq)]
enum Listed {
    /// It is there, under this ARN.
    Confirmed(String),
    /// It is there, and nobody confirmed it.
    Pending,
}

/// The subscription of this endpoint in the list of its topic.
fn listed(subscriptions: &[types::Subscription], endpoint: &Endpoint) -> Option<Listed> {
    let same = |it: &&types::Subscription| {
        it.protocol() == Some(endpoint.protocol())
            && it.endpoint() == endpoint.known()
            && it.subscription_arn() != Some(ENDED)
    };
    Some(match subscriptions.iter().find(same)?.subscription_arn()? {
        PENDING => Listed::Pending,
        arn => Listed::Confirmed(arn.to_owned()),
    })
}

/// Looks for the subscription of this endpoint; a topic that is gone has none.
async fn list(
    client: &Client,
    topic: &str,
    endpoint: &Endpoint,
) -> Result<Option<Listed>, ExecError> {
    let call = client.list_subscriptions_by_topic().topic_arn(topic);
    let found = call.into_paginator().items().send().try_collect().await;
    let found = none_if_gone(found.map_err(failed("ListSubscriptionsByTopic")))?;
    Ok(found.and_then(|all| listed(&all, endpoint)))
}

async fn get(client: &Client, arn: &str) -> Result<Option<Observed<Subscription>>, ExecError> {
    let answer = client.get_subscription_attributes().subscription_arn(arn).send().await;
    let found = answer.map_err(failed("GetSubscriptionAttributes"));
    match attributes(found, |answer| answer.attributes)? {
        Some(attributes) => observed(arn, &attributes).map(Some),
        None => Ok(None),
    }
}

/// The subscription of this topic and endpoint.
async fn find(
    client: &Client,
    topic: &str,
    endpoint: &Endpoint,
) -> Result<Option<Observed<Subscription>>, ExecError> {
    match list(client, topic, endpoint).await? {
        Some(Listed::Confirmed(arn)) => get(client, &arn).await,
        Some(Listed::Pending) => Ok(Some(pending(topic, endpoint.clone()))),
        None => Ok(None),
    }
}

/// The subscription of this identifier.
async fn look(
    client: &Client,
    identifier: &str,
) -> Result<Option<Observed<Subscription>>, ExecError> {
    match SubscriptionOutputs::names(identifier) {
        Some((topic, endpoint)) => find(client, topic, &endpoint).await,
        None => get(client, identifier).await,
    }
}

/// The ARN of this identifier, where AWS tells it to somebody.
async fn arn_of(client: &Client, identifier: &str) -> Result<Option<String>, ExecError> {
    let Some((topic, endpoint)) = SubscriptionOutputs::names(identifier) else {
        return Ok(Some(identifier.to_owned()));
    };
    Ok(match list(client, topic, &endpoint).await? {
        Some(Listed::Confirmed(arn)) => Some(arn),
        Some(Listed::Pending) | None => None,
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
        let client = self.0.sns(place.region);
        futures_util::future::join_all(identifiers.iter().map(|arn| look(&client, arn))).await
    }

    async fn create(
        &self,
        request: &Create<Subscription>,
    ) -> Result<Observed<Subscription>, ExecError> {
        let (client, desired) = (self.0.sns(request.place.region), &request.desired);
        let answer = client
            .subscribe()
            .topic_arn(desired.topic.known().unwrap_or_default())
            .protocol(desired.endpoint.protocol())
            .endpoint(desired.endpoint.known().unwrap_or_default())
            .set_attributes(to_attributes(desired))
            .return_subscription_arn(true)
            .send()
            .await
            .map_err(failed("Subscribe"))?;
        let arn = answer
            .subscription_arn
            .ok_or_else(|| missing(SERVICE, "Subscribe", "SubscriptionArn"))?;
        let outputs = SubscriptionOutputs::of(desired, &arn);
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// A topic tells an endpoint once: that of the same topic and endpoint is what was made. It is
    /// not subscribed again where nobody confirmed it: AWS would send another mail.
    async fn find(
        &self,
        request: &Create<Subscription>,
    ) -> Result<Option<Observed<Subscription>>, ExecError> {
        let (client, desired) = (self.0.sns(request.place.region), &request.desired);
        find(&client, desired.topic.known().unwrap_or_default(), &desired.endpoint).await
    }

    async fn update(
        &self,
        request: &Update<Subscription>,
    ) -> Result<Observed<Subscription>, ExecError> {
        let client = self.0.sns(request.place.region);
        let Some(arn) = arn_of(&client, &request.identifier).await? else {
            return Err(ExecError::new(ErrorKind::Invalid, "nobody has confirmed it yet")
                .with_operation(SERVICE, "SetSubscriptionAttributes"));
        };
        let raw = request.desired.raw_message_delivery.to_string();
        let call = client.set_subscription_attributes().subscription_arn(arn);
        let call = call.attribute_name(RAW).attribute_value(raw);
        call.send().await.map_err(failed("SetSubscriptionAttributes"))?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Subscription>) -> Result<Deletion, ExecError> {
        let client = self.0.sns(request.place.region);
        if let Some(arn) = arn_of(&client, &request.identifier).await? {
            let removed = client.unsubscribe().subscription_arn(arn).send().await;
            match removed.map_err(failed("Unsubscribe")) {
                Err(error) if error.message().contains(UNCONFIRMED) => {}
                removed => gone_is_fine(removed)?,
            }
        }
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::sns::EmailAddress;

    use super::*;

    const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:alarms";

    #[test]
    fn whoever_has_not_confirmed_is_no_difference() {
        let attributes: HashMap<String, String> = [
            ("TopicArn", TOPIC),
            ("Protocol", "email"),
            ("Endpoint", "team@example.com"),
            ("PendingConfirmation", "true"),
            (RAW, "false"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let team = Endpoint::Email(EmailAddress::literal("team@example.com"));
        let found = observed("arn", &attributes).unwrap();
        assert_eq!(found.resource, Subscription::new(Ref::existing(TOPIC), team));
        assert_eq!(found.status, elanswer_core::executor::Status::Ready);
        assert!(observed("arn", &HashMap::new()).is_err());
    }

    #[test]
    fn a_list_hides_the_arn_of_what_nobody_confirmed() {
        let entry = |protocol: &str, endpoint: &str, arn: &str| {
            types::Subscription::builder()
                .protocol(protocol)
                .endpoint(endpoint)
                .subscription_arn(arn)
                .build()
        };
        let all = [
            entry("email", "gone@example.com", ENDED),
            entry("email", "new@example.com", PENDING),
            entry("email", "old@example.com", "arn"),
            entry("email-json", "other@example.com", "arn"),
        ];
        let of = |address: &str| listed(&all, &Endpoint::parse("email", address).unwrap());
        assert_eq!(of("gone@example.com"), None);
        assert_eq!(of("new@example.com"), Some(Listed::Pending));
        assert_eq!(of("old@example.com"), Some(Listed::Confirmed("arn".to_owned())));
        assert_eq!(of("other@example.com"), None);
    }
}
