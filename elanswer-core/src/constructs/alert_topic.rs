//! A topic for what people must hear of.

use super::{EncryptionKeyHandle, KeyUser, caller, name_tag};
use crate::{
    Set,
    architecture::{Construct, Scope},
    id::ResourceId,
    reference::{Input, Ref},
    services::{
        iam::{Operator, PolicyDocument, Service, Statement},
        kms::KeyArn,
        sns::{DisplayName, EmailAddress, Endpoint, Subscription, Topic, TopicArn, TopicPolicy},
        sts::CallerIdentity,
    },
};

/// An encrypted topic, to which only the services that were named publish, and only for this
/// account, and whoever hears of it by mail.
///
/// The key must let the same services use it: [`Publisher::key_user`].
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{AlertTopic, EncryptionKey, EventAlert, KeyUser, Publisher},
///     services::events::EventPattern,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = EncryptionKey::new("alerts-key").used_by([KeyUser::Alarms, KeyUser::Events]);
/// let key = arch.add(key);
/// let alerts = AlertTopic::new("alerts", &key)
///     .from(Publisher::Alarms)
///     .from(Publisher::Events)
///     .email("ops@example.com");
/// let alerts = arch.add(alerts);
/// arch.add(EventAlert::new("pipeline-fails", EventPattern::pipeline_failures(), &alerts));
/// let arn = alerts.arn(); // what an alarm takes
/// ```
#[derive(Debug, Clone)]
#[must_use = "a topic does nothing until it is added to an architecture"]
pub struct AlertTopic {
    name: String,
    key: Input<KeyArn>,
    publishers: Set<Publisher>,
    emails: Set<String>,
}

/// A service of AWS that publishes to topics what it has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Publisher {
    /// CloudWatch: alarms.
    Alarms,
    /// AWS Budgets: budgets that are exceeded, or will be.
    Budgets,
    /// Cost Anomaly Detection of Cost Explorer.
    CostAnomalies,
    /// EventBridge: what the rules of the account take.
    Events,
}

impl Publisher {
    /// The service.
    #[must_use]
    pub fn service(self) -> Service {
        match self {
            Self::Alarms => Service::from("cloudwatch.amazonaws.com".to_owned()),
            Self::Budgets => Service::from("budgets.amazonaws.com".to_owned()),
            Self::CostAnomalies => Service::from("costalerts.amazonaws.com".to_owned()),
            Self::Events => Service::Events,
        }
    }

    /// What the key of the topic must be [used by](super::EncryptionKey::used_by).
    #[must_use]
    pub const fn key_user(self) -> KeyUser {
        match self {
            Self::Alarms => KeyUser::Alarms,
            Self::Budgets => KeyUser::Budgets,
            Self::CostAnomalies => KeyUser::CostAnomalies,
            Self::Events => KeyUser::Events,
        }
    }

    const fn sid(self) -> &'static str {
        match self {
            Self::Alarms => "Alarms",
            Self::Budgets => "Budgets",
            Self::CostAnomalies => "CostAnomalies",
            Self::Events => "Events",
        }
    }

    /// It publishes to a topic for the account.
    ///
    /// Sources: <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>,
    /// <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>,
    /// <https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html>.
    /// EventBridge alone says not for whom it publishes, and no statement with a condition lets it:
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions>.
    fn publishes(self, topic: &Ref<Topic>, caller: &Ref<CallerIdentity>) -> Statement {
        let publish = Statement::allow(["sns:Publish"])
            .to([self.service()])
            .on([topic.arn().text()])
            .named(self.sid());
        match self {
            Self::Events => publish,
            _ => publish.when(Operator::STRING_EQUALS, "aws:SourceAccount", [caller.account()]),
        }
    }
}

impl AlertTopic {
    /// A topic that nobody publishes to yet, encrypted with `key`.
    pub fn new(name: impl Into<String>, key: &EncryptionKeyHandle) -> Self {
        Self {
            name: name.into(),
            key: key.arn().into(),
            publishers: Set::new(),
            emails: Set::new(),
        }
    }

    /// This service publishes to it, for the account; besides those that were named before.
    pub fn from(mut self, publisher: Publisher) -> Self {
        self.publishers.insert(publisher);
        self
    }

    /// Whoever reads mails to this address hears of it, once they confirmed it.
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.emails.insert(address.into());
        self
    }
}

impl Construct for AlertTopic {
    type Handle = AlertTopicHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> AlertTopicHandle {
        let label: String = scope.label().chars().take(100).collect();
        let topic = Topic::builder()
            .display_name(DisplayName::new(label).unwrap_or_default())
            .kms_master_key_id(self.key)
            .tags(name_tag(scope, "topic"))
            .build();
        let topic = scope.resource("topic", topic);
        let caller = caller(scope);
        let mut policy = PolicyDocument::new([TopicPolicy::tls_only(&topic)]);
        for publisher in self.publishers {
            policy = policy.with(publisher.publishes(&topic, &caller));
        }
        let policy = scope.resource("policy", TopicPolicy::new(&topic, policy));
        for address in self.emails {
            match EmailAddress::new(&*address) {
                Ok(email) => {
                    let id = ResourceId::sanitized(&address).leaf().replace('/', "-");
                    let subscription = Subscription::new(&topic, Endpoint::Email(email));
                    scope.resource(&format!("mail-{id}"), subscription);
                }
                Err(error) => scope.problem(error.to_string(), "correct the address"),
            }
        }
        AlertTopicHandle { topic, policy }
    }
}

/// A topic for alerts that was added.
#[derive(Debug, Clone)]
pub struct AlertTopicHandle {
    topic: Ref<Topic>,
    policy: Ref<TopicPolicy>,
}

impl AlertTopicHandle {
    /// The topic.
    #[must_use]
    pub const fn topic(&self) -> &Ref<Topic> {
        &self.topic
    }

    /// Its policy.
    #[must_use]
    pub const fn policy(&self) -> &Ref<TopicPolicy> {
        &self.policy
    }

    /// The ARN of the topic, known once its policy stands: what publishes there is made after it.
    #[must_use]
    pub fn arn(&self) -> Input<TopicArn> {
        self.policy.topic_arn().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        constructs::{
            EncryptionKey,
            testing::{described, inventory, messages},
        },
        services::kms::Key,
    };

    const ALL: [Publisher; 4] =
        [Publisher::Alarms, Publisher::Budgets, Publisher::CostAnomalies, Publisher::Events];

    #[test]
    fn builds_a_topic_that_only_its_publishers_publish_to() {
        let (arch, _) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by(ALL.map(Publisher::key_user)));
            let topic = AlertTopic::new("alerts", &key).email("ops@example.com");
            arch.add(ALL.into_iter().fold(topic, AlertTopic::from))
        });
        assert!(messages(&arch).is_empty());
        let lines = inventory(&arch, "alerts/");
        let ids: Vec<&str> = lines.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(ids, ["alerts/mail-ops-example.com", "alerts/policy", "alerts/topic"]);
        let (_, policy) = arch.all::<TopicPolicy>().next().unwrap();
        let conditions: Vec<_> = policy
            .policy_document
            .statements
            .iter()
            .map(|it| {
                let keys = it.conditions.values().flat_map(|keys| keys.keys().cloned());
                (it.sid.clone().unwrap(), keys.collect::<Vec<_>>().join(" "))
            })
            .collect();
        let of_account = |name: &str| (name.to_owned(), "aws:SourceAccount".to_owned());
        assert_eq!(
            conditions,
            [
                of_account("Alarms"),
                of_account("Budgets"),
                of_account("CostAnomalies"),
                ("Events".to_owned(), String::new()),
                ("TlsOnly".to_owned(), "aws:SecureTransport".to_owned()),
            ]
        );
        let (_, key) = arch.all::<Key>().next().unwrap();
        for publisher in ALL {
            for action in ["kms:Decrypt", "kms:GenerateDataKey"] {
                assert!(key.lets(&publisher.service(), action), "{publisher:?} {action}");
            }
        }
        let found = crate::check(&arch);
        let found =
            found.diagnostics.iter().filter(|it| it.resource.as_str().starts_with("alerts"));
        assert_eq!(found.map(|it| it.message.clone()).collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn an_address_is_one_that_aws_takes() {
        let (arch, _) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key"));
            arch.add(AlertTopic::new("alerts", &key).email("ops"))
        });
        let [message] = messages(&arch).try_into().unwrap();
        assert!(message.starts_with("alerts: `ops` is not the address of a mail"), "{message}");
    }
}
