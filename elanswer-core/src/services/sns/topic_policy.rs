//! `AWS::SNS::TopicPolicy`.

use serde::{Deserialize, Serialize};

use super::{Topic, TopicArn};
use crate::{
    reference::{Output, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    services::iam::{
        Action, Effect, Operator, PolicyDocument, PolicyUse, Principal, Service, Statement,
    },
};

/// Who may do what with a topic, besides what their own policies say.
///
/// AWS: [`AWS::SNS::TopicPolicy`](https://docs.aws.amazon.com/sns/latest/dg/sns-create-custom-policy.html).
/// A topic has one, of at most 30 KB, in the place of the one that AWS gives it, which lets only the
/// account in. Deleting it puts that one back.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{
///         iam::{PolicyDocument, Principal, Service, Statement},
///         sns::{Topic, TopicPolicy},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let topic = arch.resource("alarms", Topic::default());
/// let publish = Statement::allow(["sns:Publish"])
///     .to([Principal::Service(Service::from("cloudwatch.amazonaws.com".to_owned()))])
///     .on([topic.arn().text()]);
/// arch.resource("alarms-policy", TopicPolicy::new(&topic, PolicyDocument::new([publish])));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    /// `Topics`: the topic. AWS takes several; here a policy is of one, and changing it replaces the
    /// policy.
    pub topics: [Ref<Topic>; 1],
    /// `PolicyDocument`.
    pub policy_document: PolicyDocument,
}

/// What AWS decides of the policy of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicyOutputs {
    /// `Id`: the ARN of the topic.
    pub id: String,
}

/// Something that AWS refuses in the policy of a topic, with `InvalidParameter`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TopicPolicyFault {
    /// An action is none of topics, or a pattern.
    #[error("a policy of a topic names actions of topics, not `{0}`")]
    Action(String),
    /// It is longer than AWS takes.
    #[error("the policy has {0} characters; AWS takes at most 30720")]
    TooLong(usize),
}

/// What the policy of a topic can be about, in lower case.
///
/// Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html>.
const ACTIONS: [&str; 10] = [
    "sns:addpermission",
    "sns:deletetopic",
    "sns:getdataprotectionpolicy",
    "sns:gettopicattributes",
    "sns:listsubscriptionsbytopic",
    "sns:publish",
    "sns:putdataprotectionpolicy",
    "sns:removepermission",
    "sns:settopicattributes",
    "sns:subscribe",
];

/// How a policy lets a service publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Publishing {
    /// Whatever else holds.
    Allowed,
    /// When conditions hold.
    Conditional,
    /// Not at all.
    Refused,
}

impl Ref<TopicPolicy> {
    /// `Id`: the ARN of the topic, for what comes after its policy.
    #[must_use]
    pub fn topic_arn(&self) -> Output<TopicArn> {
        self.output("Id")
    }
}

impl TopicPolicy {
    /// The most bytes of a policy.
    pub const LIMIT: usize = 30_720;

    /// What a policy that AWS gives a topic is called.
    pub const DEFAULT_ID: &'static str = "__default_policy_ID";

    /// Says of `topic` what `policy` says.
    pub fn new(topic: impl Into<Ref<Topic>>, policy: PolicyDocument) -> Self {
        Self { topics: [topic.into()], policy_document: policy }
    }

    /// The topic.
    #[must_use]
    pub const fn topic(&self) -> &Ref<Topic> {
        let [topic] = &self.topics;
        topic
    }

    /// What AWS refuses in it, besides what it refuses in every policy.
    #[must_use]
    pub fn faults(&self) -> Vec<TopicPolicyFault> {
        let statements = self.policy_document.statements.iter();
        let actions = statements.flat_map(|it| it.actions.named()).map(Action::as_str);
        let others = actions.filter(|it| !ACTIONS.contains(&it.to_ascii_lowercase().as_str()));
        let mut faults: Vec<TopicPolicyFault> =
            others.map(|it| TopicPolicyFault::Action(it.to_owned())).collect();
        let size = self.policy_document.size();
        if size > Self::LIMIT {
            faults.push(TopicPolicyFault::TooLong(size));
        }
        faults
    }

    /// Nobody publishes without TLS.
    ///
    /// Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html#enforce-encryption-data-in-transit>.
    #[must_use]
    pub fn tls_only(topic: &Ref<Topic>) -> Statement {
        Statement::deny(["sns:Publish"])
            .to([Principal::Any])
            .on([topic.arn().text()])
            .when(Operator::BOOL, "aws:SecureTransport", ["false"])
            .named("TlsOnly")
    }

    /// How it lets a service publish to the topic.
    #[must_use]
    pub fn lets_publish(&self, service: &Service) -> Publishing {
        let (publish, service) = (Action::new("sns:Publish"), Principal::Service(service.clone()));
        let statements = self.policy_document.statements.iter();
        let allowed = statements.filter(|it| it.effect == Effect::Allow).filter(|it| {
            it.actions.named().any(|action| action.covers(&publish))
                && it.principals.named().any(|it| *it == service || *it == Principal::Any)
        });
        let best = allowed.map(|it| it.conditions.is_empty()).max();
        best.map_or(Publishing::Refused, |always| {
            if always { Publishing::Allowed } else { Publishing::Conditional }
        })
    }

    /// What AWS sets when a topic has no policy of yours: its account may do everything.
    #[must_use]
    pub fn default_policy(topic_arn: &str) -> PolicyDocument {
        let account = topic_arn.split(':').nth(4).unwrap_or_default();
        let own = Statement::allow([
            "SNS:GetTopicAttributes",
            "SNS:SetTopicAttributes",
            "SNS:AddPermission",
            "SNS:RemovePermission",
            "SNS:DeleteTopic",
            "SNS:Subscribe",
            "SNS:ListSubscriptionsByTopic",
            "SNS:Publish",
        ])
        .to([Principal::aws("*")])
        .on([topic_arn])
        .when(Operator::STRING_EQUALS, "AWS:SourceOwner", [account])
        .named("__default_statement_ID");
        PolicyDocument::new([own])
    }
}

impl Resource for TopicPolicy {
    type Outputs = TopicPolicyOutputs;

    /// `SetTopicAttributes` creates, updates and deletes: one call each.
    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id"],
        replaces: &["Topics"],
        exclusive: &["Topics"],
        api: "sns",
        ..Schema::new(Kind::new("AWS::SNS::TopicPolicy"))
    };

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        vec![(PolicyUse::Resource, &self.policy_document)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let publish = Statement::allow(["sns:Publish"])
            .to([Principal::account("123456789012")])
            .on(["arn:aws:sns:us-east-1:123456789012:t"]);
        let topic = Ref::existing("arn:aws:sns:us-east-1:123456789012:t");
        let policy = TopicPolicy::new(topic, PolicyDocument::new([publish]));
        let tree = serde_json::to_value(&policy).unwrap();
        assert_eq!(tree["Topics"][0], "arn:aws:sns:us-east-1:123456789012:t");
        assert_eq!(tree["PolicyDocument"]["Statement"][0]["Effect"], "Allow");
        assert_eq!(serde_json::from_value::<TopicPolicy>(tree).unwrap(), policy);
    }

    #[test]
    fn the_policy_of_aws_is_for_the_account() {
        let text = TopicPolicy::default_policy("arn:aws:sns:us-east-1:123456789012:t").to_json();
        assert!(text.contains(r#""AWS:SourceOwner":["123456789012"]"#), "{text}");
    }
}
