//! `AWS::CloudWatch::CompositeAlarm`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{ActionArn, Alarm, AlarmArn, AlarmDescription, AlarmName, AlarmRule, alarm::NAME};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
};

/// An alarm over other alarms: one page to somebody instead of ten.
///
/// AWS: [`AWS::CloudWatch::CompositeAlarm`](https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html).
/// The alarms of its rule exist before it, and none of them can be deleted while it names them.
/// Quota: 5000 alarms per Region, and 150 alarms over the same one.
///
/// `PutCompositeAlarm` overwrites an alarm of the same name, whoever made it: elanswer looks first.
///
/// Not modelled: alarms that suppress its actions. An update drops what others set of those.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::cloudwatch::{ActionArn, AlarmName, AlarmRule, CompositeAlarm},
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let slow = AlarmRule::alarm(AlarmName::literal("slow")); // or a reference to an alarm
/// let failing = AlarmRule::alarm(AlarmName::literal("failing"));
/// let alarm = CompositeAlarm::builder()
///     .alarm_rule(slow.or(failing))
///     .alarm_actions([ActionArn::literal("arn:aws:sns:eu-west-1:123456789012:alerts")])
///     .build();
/// arch.resource("users-feel-it", alarm);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct CompositeAlarm {
    /// `AlarmName`: unique in the account and Region, among the alarms over metrics too. Unset:
    /// elanswer makes up a name. Changing it replaces the alarm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_name: Option<AlarmName>,
    /// `AlarmDescription`: what it is about; stands in what is sent. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_description: Option<AlarmDescription>,
    /// `AlarmRule`: when it is in the state `ALARM`.
    pub alarm_rule: AlarmRule,
    /// `ActionsEnabled`: whether it acts. AWS's default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    /// `AlarmActions`: what it does when it becomes `ALARM`, at most five things. AWS's default:
    /// nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(default)]
    pub alarm_actions: Set<Input<ActionArn>>,
    /// `OKActions`: what it does when it becomes `OK`, at most five things. AWS's default: nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "OKActions", default)]
    pub ok_actions: Set<Input<ActionArn>>,
    /// `InsufficientDataActions`: what it does when its rule has too few data, at most five things.
    /// AWS's default: nothing.
    #[builder(default, with = |actions: impl IntoIterator<Item = impl Into<Input<ActionArn>>>| {
        actions.into_iter().map(Into::into).collect()
    })]
    #[serde(default)]
    pub insufficient_data_actions: Set<Input<ActionArn>>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of an alarm over alarms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CompositeAlarmOutputs {
    /// `AlarmName`: what names it to AWS.
    pub alarm_name: AlarmName,
    /// `Arn`: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:NAME`.
    pub arn: AlarmArn,
}

/// What AWS refuses of an alarm over alarms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompositeAlarmFault {
    /// More actions for one state than AWS takes.
    #[error("it has {0} actions for one state, and AWS takes {max}", max = Alarm::MAX_ACTIONS)]
    Actions(usize),
    /// More alarms than a rule takes.
    #[error("its rule names {0} alarms, and AWS takes {max}", max = AlarmRule::MAX_CHILDREN)]
    Children(usize),
    /// More elements than a rule takes.
    #[error("its rule has {0} elements, and AWS takes {max}", max = AlarmRule::MAX_ELEMENTS)]
    Elements(usize),
}

const fn yes() -> bool {
    true
}

impl Ref<CompositeAlarm> {
    /// `AlarmName`.
    #[must_use]
    pub fn alarm_name(&self) -> Output<AlarmName> {
        self.output("AlarmName")
    }

    /// `Arn`: what a dashboard takes.
    #[must_use]
    pub fn arn(&self) -> Output<AlarmArn> {
        self.output("Arn")
    }
}

impl Resource for CompositeAlarm {
    type Outputs = CompositeAlarmOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "AlarmName",
        outputs: &["AlarmName", "Arn"],
        replaces: &["AlarmName"],
        computed: &["AlarmName"],
        name: Some(NAME),
        exclusive: &["AlarmName"],
        api: "cloudwatch",
        ..Schema::new(Kind::new("AWS::CloudWatch::CompositeAlarm"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `DescribeAlarms`, whether the name is free; `PutCompositeAlarm`; `DescribeAlarms`, for the
    /// ARN.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 3,
            Operation::Update(from, to) => {
                u32::from(from.differs_from(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

impl CompositeAlarm {
    /// Whether it is another but for its tags, which have calls of their own.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        let tags = other.tags.clone();
        Self { tags, ..self.clone() } != *other
    }

    /// What AWS refuses of it.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>.
    #[must_use]
    pub fn faults(&self) -> Vec<CompositeAlarmFault> {
        let mut faults = Vec::new();
        for actions in [&self.alarm_actions, &self.ok_actions, &self.insufficient_data_actions] {
            if actions.len() > Alarm::MAX_ACTIONS {
                faults.push(CompositeAlarmFault::Actions(actions.len()));
            }
        }
        let children: Set<_> = self.alarm_rule.children().into_iter().collect();
        if children.len() > AlarmRule::MAX_CHILDREN {
            faults.push(CompositeAlarmFault::Children(children.len()));
        }
        let elements = self.alarm_rule.elements();
        if elements > AlarmRule::MAX_ELEMENTS {
            faults.push(CompositeAlarmFault::Elements(elements));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let alarm = CompositeAlarm::builder()
            .alarm_name(AlarmName::literal("any"))
            .alarm_rule(AlarmRule::alarm(AlarmName::literal("a")))
            .build();
        let tree = json!({
            "AlarmName": "any",
            "AlarmRule": "ALARM(\"a\")",
            "ActionsEnabled": true,
            "AlarmActions": [],
            "OKActions": [],
            "InsufficientDataActions": [],
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&alarm)), tree);
        assert_eq!(serde_json::from_value::<CompositeAlarm>(tree).unwrap(), alarm);
    }

    #[test]
    fn tells_what_aws_refuses() {
        let names = (0..101).map(|number| AlarmName::new(format!("a{number}")).unwrap());
        let rule = AlarmRule::any_of(names.map(AlarmRule::alarm)).unwrap();
        let alarm = CompositeAlarm::builder().alarm_rule(rule).build();
        assert_eq!(alarm.faults(), [CompositeAlarmFault::Children(101)]);
    }
}
