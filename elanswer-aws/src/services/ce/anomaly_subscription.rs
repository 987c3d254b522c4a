//! `AWS::CE::AnomalySubscription` over the SDK.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalySubscription.html>.

use async_trait::async_trait;
use aws_sdk_costexplorer::{Client, types};
use elanswer_core::{
    Dollars, Handler, Input, Place, Ref, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::{
        budgets::{EmailAddress, TopicArn},
        ce::{
            AnomalySubscription, AnomalySubscriptionOutputs, AnomalyThreshold, Frequency,
            Subscriber, SubscriptionArn, SubscriptionName,
        },
    },
};

use super::{SERVICE, failed, internal, retag, strange, tagged, tags, tags_to_sdk};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles anomaly subscriptions over the SDK.
#[derive(Debug)]
pub struct AnomalySubscriptionHandler(Clients);

impl From<Clients> for AnomalySubscriptionHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The call that shows subscriptions.
const LIST: &str = "GetAnomalySubscriptions";

const fn frequency_to_sdk(frequency: Frequency) -> types::AnomalySubscriptionFrequency {
    match frequency {
        Frequency::Daily => types::AnomalySubscriptionFrequency::Daily,
        Frequency::Immediate => types::AnomalySubscriptionFrequency::Immediate,
        Frequency::Weekly => types::AnomalySubscriptionFrequency::Weekly,
    }
}

fn threshold_to_sdk(threshold: AnomalyThreshold) -> types::Expression {
    let impact = types::DimensionValues::builder()
        .key(types::Dimension::AnomalyTotalImpactAbsolute)
        .match_options(types::MatchOption::GreaterThanOrEqual)
        .values(threshold.amount().to_string());
    types::Expression::builder().dimensions(impact.build()).build()
}

fn threshold(expression: &types::Expression) -> Option<AnomalyThreshold> {
    let impact = expression.dimensions()?;
    let [amount] = impact.values() else { return None };
    let threshold = AnomalyThreshold::at_least(amount.parse::<Dollars>().ok()?);
    // Nothing but what such an expression has.
    let same = |it: &types::DimensionValues| {
        it.key() == Some(&types::Dimension::AnomalyTotalImpactAbsolute)
            && it.match_options() == [types::MatchOption::GreaterThanOrEqual]
    };
    let alone = expression.or().is_empty()
        && expression.and().is_empty()
        && expression.not().is_none()
        && expression.tags().is_none()
        && expression.cost_categories().is_none()
        && expression.product_attributes().is_none();
    (same(impact) && alone).then_some(threshold)
}

fn subscribers_to_sdk(it: &AnomalySubscription) -> Vec<types::Subscriber> {
    let one = |who: &Subscriber| {
        let (kind, address) = match who {
            Subscriber::Email(address) => (types::SubscriberType::Email, Some(address.to_string())),
            Subscriber::Sns(topic) => {
                (types::SubscriberType::Sns, topic.known().map(ToString::to_string))
            }
        };
        types::Subscriber::builder().r#type(kind).set_address(address).build()
    };
    it.subscribers.iter().map(one).collect()
}

fn subscriber(who: &types::Subscriber) -> Result<Subscriber, ExecError> {
    let address = who.address().ok_or_else(|| missing(SERVICE, LIST, "Address"))?;
    match who.r#type() {
        Some(types::SubscriberType::Email) => {
            EmailAddress::new(address).map(Subscriber::Email).map_err(|error| strange(LIST, error))
        }
        Some(types::SubscriberType::Sns) => TopicArn::new(address)
            .map(|topic| Subscriber::Sns(Input::Literal(topic)))
            .map_err(|error| strange(LIST, error)),
        other => Err(strange(LIST, format!("a subscriber by {other:?}"))),
    }
}

pub(super) fn to_sdk(it: &AnomalySubscription) -> Result<types::AnomalySubscription, ExecError> {
    types::AnomalySubscription::builder()
        .subscription_name(it.subscription_name.as_str())
        .set_monitor_arn_list(Some(monitors(it)))
        .frequency(frequency_to_sdk(it.frequency))
        .threshold_expression(threshold_to_sdk(it.threshold))
        .set_subscribers(Some(subscribers_to_sdk(it)))
        .build()
        .map_err(internal)
}

fn monitors(it: &AnomalySubscription) -> Vec<String> {
    it.monitors.iter().filter_map(Ref::known).map(str::to_owned).collect()
}

/// What the answers say of a subscription.
pub(super) fn observed(
    it: &types::AnomalySubscription,
    tags: Tags,
) -> Result<Observed<AnomalySubscription>, ExecError> {
    let lacks = |field| missing(SERVICE, LIST, field);
    let arn = it.subscription_arn().map(SubscriptionArn::new).and_then(Result::ok);
    let subscription_arn = arn.ok_or_else(|| lacks("SubscriptionArn"))?;
    let expression = it.threshold_expression().ok_or_else(|| lacks("ThresholdExpression"))?;
    let name = SubscriptionName::new(it.subscription_name());
    let resource = AnomalySubscription::builder()
        .subscription_name(name.map_err(|_| lacks("SubscriptionName"))?)
        .monitors(it.monitor_arn_list().iter().map(Ref::existing))
        .frequency(match it.frequency() {
            types::AnomalySubscriptionFrequency::Daily => Frequency::Daily,
            types::AnomalySubscriptionFrequency::Immediate => Frequency::Immediate,
            types::AnomalySubscriptionFrequency::Weekly => Frequency::Weekly,
            other => return Err(strange(LIST, format!("the frequency {other}"))),
        })
        .threshold(
            threshold(expression).ok_or_else(|| strange(LIST, "another threshold expression"))?,
        )
        .subscribers(it.subscribers().iter().map(subscriber).collect::<Result<Vec<_>, _>>()?)
        .tags(tags.declared())
        .build();
    Ok(Observed::ready(resource, AnomalySubscriptionOutputs { subscription_arn }))
}

/// The subscription, when it exists.
async fn look(
    client: &Client,
    arn: &str,
) -> Result<Option<Observed<AnomalySubscription>>, ExecError> {
    let answer = client.get_anomaly_subscriptions().subscription_arn_list(arn).send().await;
    let answer = none_if_gone(answer.map_err(failed(LIST)))?;
    let found = answer.map(|answer| answer.anomaly_subscriptions).unwrap_or_default();
    let Some(it) = found.iter().find(|it| it.subscription_arn() == Some(arn)) else {
        return Ok(None);
    };
    let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
    observed(it, tags).map(Some)
}

async fn all(client: &Client) -> Result<Vec<String>, ExecError> {
    let pages = client.get_anomaly_subscriptions().into_paginator().send();
    let pages = pages.try_collect().await.map_err(failed(LIST))?;
    let all = pages.into_iter().flat_map(|page| page.anomaly_subscriptions);
    Ok(all.filter_map(|it| it.subscription_arn).collect())
}

#[async_trait]
impl Handler<AnomalySubscription> for AnomalySubscriptionHandler {
    /// An account has few: each is asked for by itself, so that one that is gone hides no other.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AnomalySubscription>>, ExecError>> {
        let client = self.0.ce(place.region);
        let looks = identifiers.iter().map(|arn| look(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(
        &self,
        request: &Create<AnomalySubscription>,
    ) -> Result<Observed<AnomalySubscription>, ExecError> {
        let answer = self
            .0
            .ce(request.place.region)
            .create_anomaly_subscription()
            .anomaly_subscription(to_sdk(&request.desired)?)
            .set_resource_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateAnomalySubscription"))?;
        let subscription_arn = SubscriptionArn::new(answer.subscription_arn())
            .map_err(|_| missing(SERVICE, "CreateAnomalySubscription", "SubscriptionArn"))?;
        let outputs = AnomalySubscriptionOutputs { subscription_arn };
        Ok(Observed::ready(request.desired.clone(), outputs))
    }

    async fn find(
        &self,
        request: &Create<AnomalySubscription>,
    ) -> Result<Option<Observed<AnomalySubscription>>, ExecError> {
        let client = self.0.ce(request.place.region);
        let wanted = request.ownership.tags();
        match tagged(&client, all(&client).await?, &wanted).await?.first() {
            Some(found) => look(&client, &found.identifier).await,
            None => Ok(None),
        }
    }

    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.ce(place.region);
        tagged(&client, all(&client).await?, wanted).await.map(Some)
    }

    async fn update(
        &self,
        request: &Update<AnomalySubscription>,
    ) -> Result<Observed<AnomalySubscription>, ExecError> {
        let (client, arn) = (self.0.ce(request.place.region), &request.identifier);
        let to = &request.desired;
        if request.current.without_tags() != to.without_tags() {
            client
                .update_anomaly_subscription()
                .subscription_arn(arn)
                .subscription_name(to.subscription_name.as_str())
                .set_monitor_arn_list(Some(monitors(to)))
                .frequency(frequency_to_sdk(to.frequency))
                .threshold_expression(threshold_to_sdk(to.threshold))
                .set_subscribers(Some(subscribers_to_sdk(to)))
                .send()
                .await
                .map_err(failed("UpdateAnomalySubscription"))?;
        }
        retag(&client, arn, request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<AnomalySubscription>) -> Result<Deletion, ExecError> {
        let call = self.0.ce(request.place.region).delete_anomaly_subscription();
        let deleted = call.subscription_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteAnomalySubscription")))?;
        Ok(Deletion::Gone)
    }
}
