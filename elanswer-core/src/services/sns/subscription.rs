//! `AWS::SNS::Subscription`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Topic, topic::is_arn_of};
use crate::{
    reference::{Input, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    services::secretsmanager::FunctionArn,
    text::text,
};

/// Somebody who hears of what is published to a topic.
///
/// AWS: [`AWS::SNS::Subscription`](https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html).
/// Not modelled: filter policies, delivery and redrive policies, endpoints of other Regions, text
/// messages, `http`, mobile push and Firehose. Quota: 12,500,000 for a topic.
///
/// Whoever is written to by mail or over HTTPS must confirm it first. AWS sends them a link; the
/// subscription exists until then too, and nothing waits for them. AWS forgets one that nobody
/// confirms within days: the next apply makes it anew, and they get another link. Nobody can take
/// back one that is not confirmed: AWS refuses it, and forgets it too.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::sns::{EmailAddress, Endpoint, Subscription, Topic},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let topic = arch.resource("alarms", Topic::default());
/// let team = Endpoint::Email(EmailAddress::literal("team@example.com"));
/// arch.resource("team", Subscription::new(&topic, team));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    /// `TopicArn`. Changing it replaces the subscription.
    #[builder(into)]
    #[serde(rename = "TopicArn")]
    pub topic: Ref<Topic>,
    /// `Protocol` and `Endpoint`: who hears of it. Changing it replaces the subscription.
    #[serde(flatten)]
    pub endpoint: Endpoint,
    /// `RawMessageDelivery`: whether the message comes as it was published, without the JSON around
    /// it: over HTTPS and to queues alone. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub raw_message_delivery: bool,
}

/// Who hears of what is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Protocol", content = "Endpoint", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Endpoint {
    /// `email`: whoever reads mails to this address, once they confirmed it.
    Email(EmailAddress),
    /// `https`: a server, once it confirmed it.
    Https(HttpsUrl),
    /// `lambda`: a function, whose policy lets `sns.amazonaws.com` invoke it.
    Lambda(Input<FunctionArn>),
    /// `sqs`: a queue, whose policy lets `sns.amazonaws.com` send to it.
    Sqs(Input<QueueArn>),
}

impl Endpoint {
    /// `Protocol`.
    #[must_use]
    pub const fn protocol(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Https(_) => "https",
            Self::Lambda(_) => "lambda",
            Self::Sqs(_) => "sqs",
        }
    }

    /// `Endpoint`, when it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Email(address) => Some(address.as_str()),
            Self::Https(url) => Some(url.as_str()),
            Self::Lambda(arn) => arn.known().map(FunctionArn::as_str),
            Self::Sqs(arn) => arn.known().map(QueueArn::as_str),
        }
    }

    /// The endpoint of this protocol, as AWS tells it; `None` when it is none that is modelled.
    #[must_use]
    pub fn parse(protocol: &str, endpoint: &str) -> Option<Self> {
        match protocol {
            "email" => EmailAddress::new(endpoint).ok().map(Self::Email),
            "https" => HttpsUrl::new(endpoint).ok().map(Self::Https),
            "lambda" => FunctionArn::new(endpoint).ok().map(|arn| Self::Lambda(arn.into())),
            "sqs" => QueueArn::new(endpoint).ok().map(|arn| Self::Sqs(arn.into())),
            _ => None,
        }
    }

    /// Whether AWS takes it without asking whoever is behind it.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        matches!(self, Self::Lambda(_) | Self::Sqs(_))
    }

    /// Whether it takes messages as they were published.
    #[must_use]
    pub const fn takes_raw_messages(&self) -> bool {
        matches!(self, Self::Https(_) | Self::Sqs(_))
    }
}

text! {
    /// The address of a mail.
    EmailAddress: "the address of a mail",
    "one `@` with something before and behind it, without spaces",
    is_address
}

const fn is_address(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut before, mut behind, mut ats) = (0, 0, 0);
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'@' => ats += 1,
            byte if byte.is_ascii_whitespace() || byte.is_ascii_control() => return false,
            _ if ats == 0 => before += 1,
            _ => behind += 1,
        }
        rest = tail;
    }
    ats == 1 && before > 0 && behind > 0
}

text! {
    /// Where a server is, over TLS.
    HttpsUrl: "a URL over TLS",
    "`https://` and a host, without spaces",
    is_url
}

const fn is_url(text: &str) -> bool {
    let [b'h', b't', b't', b'p', b's', b':', b'/', b'/', rest @ ..] = text.as_bytes() else {
        return false;
    };
    let mut left = rest;
    while let Some((byte, tail)) = left.split_first() {
        if byte.is_ascii_whitespace() || byte.is_ascii_control() {
            return false;
        }
        left = tail;
    }
    !rest.is_empty() && !matches!(rest, [b'/', ..])
}

text! {
    /// The ARN of a queue of Amazon SQS.
    QueueArn: "the ARN of a queue",
    "`arn:aws:sqs:`, Region, `:`, account, `:`, name",
    is_queue_arn
}

const fn is_queue_arn(text: &str) -> bool {
    is_arn_of(text, "sqs")
}

/// What AWS decides of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubscriptionOutputs {
    /// `Arn`: that of the topic with a UUID behind it, where AWS asks nobody to confirm.
    ///
    /// Until the others do, AWS tells their ARN in the answer of `Subscribe` and in no list, and
    /// another `Subscribe` sends another mail. These are known by what AWS allows once, topic,
    /// protocol and endpoint: `TopicArn|Protocol|Endpoint`. They keep that name when they are
    /// confirmed.
    pub arn: String,
}

impl SubscriptionOutputs {
    /// Those of a subscription that has this ARN in AWS.
    #[must_use]
    pub fn of(subscription: &Subscription, arn: &str) -> Self {
        if subscription.endpoint.is_confirmed() {
            Self { arn: arn.to_owned() }
        } else {
            Self::unconfirmed(subscription)
        }
    }

    /// Those of a subscription whose ARN is in no list.
    #[must_use]
    pub fn unconfirmed(subscription: &Subscription) -> Self {
        let (topic, endpoint) = (subscription.topic.known(), subscription.endpoint.known());
        let protocol = subscription.endpoint.protocol();
        let (topic, endpoint) = (topic.unwrap_or_default(), endpoint.unwrap_or_default());
        Self { arn: format!("{topic}|{protocol}|{endpoint}") }
    }

    /// The topic and the endpoint in such an identifier; `None` for an ARN.
    #[must_use]
    pub fn names(identifier: &str) -> Option<(&str, Endpoint)> {
        // An ARN has no `|`; an endpoint may.
        let (topic, rest) = identifier.split_once('|')?;
        let (protocol, endpoint) = rest.split_once('|')?;
        Some((topic, Endpoint::parse(protocol, endpoint)?))
    }
}

impl Subscription {
    /// Tells `endpoint` of what is published to `topic`.
    pub fn new(topic: impl Into<Ref<Topic>>, endpoint: Endpoint) -> Self {
        Self { topic: topic.into(), endpoint, raw_message_delivery: false }
    }
}

impl Resource for Subscription {
    type Outputs = SubscriptionOutputs;

    /// `Subscribe`, `SetSubscriptionAttributes`, `Unsubscribe`: one call each.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "Arn",
        outputs: &["Arn"],
        replaces: &["TopicArn", "Protocol", "Endpoint"],
        exclusive: &["TopicArn", "Protocol", "Endpoint"],
        api: "sns",
        ..Schema::new(Kind::new("AWS::SNS::Subscription"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let topic = "arn:aws:sns:us-east-1:123456789012:t";
        for (protocol, endpoint) in [
            ("email", "team@example.com"),
            ("https", "https://example.com/hook"),
            ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f"),
            ("sqs", "arn:aws:sqs:us-east-1:123456789012:q"),
        ] {
            let known = Endpoint::parse(protocol, endpoint).unwrap();
            assert_eq!((known.protocol(), known.known()), (protocol, Some(endpoint)));
            let subscription = Subscription::new(Ref::existing(topic), known);
            let tree = json!({
                "TopicArn": topic,
                "Protocol": protocol,
                "Endpoint": endpoint,
                "RawMessageDelivery": false,
            });
            assert_eq!(serde_json::to_value(&subscription).unwrap(), tree);
            assert_eq!(serde_json::from_value::<Subscription>(tree).unwrap(), subscription);
        }
        assert_eq!(Endpoint::parse("sms", "+15550100"), None);
    }

    #[test]
    fn what_is_to_be_confirmed_is_known_by_what_aws_allows_once() {
        let topic = "arn:aws:sns:us-east-1:123456789012:t";
        let hook = Endpoint::Https(HttpsUrl::literal("https://example.com/a|b"));
        let subscription = Subscription::new(Ref::existing(topic), hook.clone());
        let arn = format!("{topic}:0a1b");
        let outputs = SubscriptionOutputs::of(&subscription, &arn);
        assert_eq!(outputs.arn, format!("{topic}|https|https://example.com/a|b"));
        assert_eq!(SubscriptionOutputs::names(&outputs.arn), Some((topic, hook)));
        let queue = QueueArn::literal("arn:aws:sqs:us-east-1:123456789012:q");
        let queue = Subscription::new(Ref::existing(topic), Endpoint::Sqs(queue.into()));
        assert_eq!(SubscriptionOutputs::of(&queue, &arn).arn, arn);
        let lost = SubscriptionOutputs::unconfirmed(&queue);
        assert_eq!(SubscriptionOutputs::names(&lost.arn), Some((topic, queue.endpoint)));
        assert_eq!(SubscriptionOutputs::names(&arn), None);
    }

    #[test]
    fn an_endpoint_is_one_that_aws_takes() {
        for bad in ["", "team", "@example.com", "team@", "a@b@c", "a b@c"] {
            assert!(EmailAddress::new(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "http://example.com", "https://", "https:///x", "https://a b"] {
            assert!(HttpsUrl::new(bad).is_err(), "{bad:?}");
        }
        assert!(QueueArn::new("arn:aws:sns:us-east-1:123456789012:q").is_err());
    }
}
