//! `AWS::CloudWatch::CompositeAlarm` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>.
//! One call describes a hundred alarms; each takes a `ListTagsForResource` of its own. An update
//! writes all of an alarm anew.

use async_trait::async_trait;
use aws_sdk_cloudwatch::{
    Client, operation::put_composite_alarm::builders::PutCompositeAlarmInputBuilder, types,
};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::cloudwatch::{AlarmName, AlarmRule, CompositeAlarm, CompositeAlarmOutputs},
};

use super::{
    PAGE, actions, actions_to_sdk, alarm_arn, describe, failed, free, lacks, not_visible, retag,
    tags, tags_to_sdk, text, unknown,
};
use crate::{clients::Clients, error::none_if_gone};

/// Handles alarms over alarms over the SDK.
#[derive(Debug)]
pub struct CompositeAlarmHandler(Clients);

impl From<Clients> for CompositeAlarmHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// All of an alarm but its tags.
fn put(alarm: &CompositeAlarm) -> PutCompositeAlarmInputBuilder {
    PutCompositeAlarmInputBuilder::default()
        .set_alarm_name(alarm.alarm_name.as_ref().map(ToString::to_string))
        .set_alarm_description(alarm.alarm_description.as_ref().map(ToString::to_string))
        .alarm_rule(alarm.alarm_rule.to_string())
        .actions_enabled(alarm.actions_enabled)
        .set_alarm_actions(actions_to_sdk(&alarm.alarm_actions))
        .set_ok_actions(actions_to_sdk(&alarm.ok_actions))
        .set_insufficient_data_actions(actions_to_sdk(&alarm.insufficient_data_actions))
}

fn outputs(alarm: &types::CompositeAlarm) -> Result<CompositeAlarmOutputs, ExecError> {
    let name = AlarmName::new(alarm.alarm_name().unwrap_or_default());
    Ok(CompositeAlarmOutputs {
        alarm_name: name.map_err(|_| lacks("AlarmName"))?,
        arn: alarm_arn(alarm.alarm_arn())?,
    })
}

fn observed(
    alarm: &types::CompositeAlarm,
    tags: Tags,
) -> Result<Observed<CompositeAlarm>, ExecError> {
    let outputs = outputs(alarm)?;
    let rule = alarm.alarm_rule().ok_or_else(|| lacks("AlarmRule"))?.parse::<AlarmRule>();
    let resource = CompositeAlarm::builder()
        .alarm_name(outputs.alarm_name.clone())
        .maybe_alarm_description(text(alarm.alarm_description(), "AlarmDescription")?)
        .alarm_rule(rule.map_err(|_| unknown("DescribeAlarms", "a rule"))?)
        .actions_enabled(alarm.actions_enabled().unwrap_or(true))
        .tags(tags.declared())
        .build();
    let resource = CompositeAlarm {
        alarm_actions: actions(alarm.alarm_actions.as_ref())?,
        ok_actions: actions(alarm.ok_actions.as_ref())?,
        insufficient_data_actions: actions(alarm.insufficient_data_actions.as_ref())?,
        ..resource
    };
    Ok(Observed::ready(resource, outputs))
}

impl CompositeAlarmHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.cloudwatch(place.region)
    }

    /// The alarm with its tags; `None` when it is gone by now.
    async fn with_tags(
        client: &Client,
        alarm: Option<&types::CompositeAlarm>,
    ) -> Result<Option<(Observed<CompositeAlarm>, Tags)>, ExecError> {
        let Some(alarm) = alarm else { return Ok(None) };
        let found = none_if_gone(tags(client, alarm.alarm_arn().unwrap_or_default()).await)?;
        found.map(|tags| Ok((observed(alarm, tags.clone())?, tags))).transpose()
    }
}

#[async_trait]
impl Handler<CompositeAlarm> for CompositeAlarmHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<CompositeAlarm>>, ExecError>> {
        let client = self.client(place);
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match describe(&client, page).await {
                Ok((_, found)) => {
                    for name in page {
                        let named = |alarm: &&types::CompositeAlarm| {
                            alarm.alarm_name() == Some(name.as_str())
                        };
                        let found = Self::with_tags(&client, found.iter().find(named)).await;
                        answers.push(found.map(|found| found.map(|(alarm, _)| alarm)));
                    }
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<CompositeAlarm>,
    ) -> Result<Observed<CompositeAlarm>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let name = desired.alarm_name.as_ref().map(ToString::to_string).unwrap_or_default();
        free(&client, &name, &request.ownership, "PutCompositeAlarm").await?;
        let call = put(desired).set_tags(Some(tags_to_sdk(&request.tags())));
        call.send_with(&client).await.map_err(failed("PutCompositeAlarm"))?;
        // Its ARN is in no other answer.
        let made = describe(&client, std::slice::from_ref(&name)).await;
        let made = made.and_then(|(_, found)| {
            found.first().ok_or_else(|| not_visible(&name)).and_then(outputs)
        });
        let outputs = made.map_err(|error| error.with_identifier(&name))?;
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(
        &self,
        request: &Create<CompositeAlarm>,
    ) -> Result<Option<Observed<CompositeAlarm>>, ExecError> {
        let client = self.client(&request.place);
        let Some(name) = &request.desired.alarm_name else { return Ok(None) };
        let (_, found) = describe(&client, &[name.to_string()]).await?;
        let found = Self::with_tags(&client, found.first()).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(alarm, _)| alarm))
    }

    /// The ARNs of alarms do not tell what they are over: each alarm is asked for its tags.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.client(place);
        let call = client.describe_alarms().alarm_types(types::AlarmType::CompositeAlarm);
        let mut pages = call.max_records(100).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(failed("DescribeAlarms"))?;
            for alarm in page.composite_alarms() {
                let arn = alarm.alarm_arn().unwrap_or_default();
                let Some(tags) = none_if_gone(tags(&client, arn).await)? else { continue };
                if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                    let identifier = alarm.alarm_name().unwrap_or_default().to_owned();
                    found.push(Tagged { identifier, tags });
                }
            }
        }
        Ok(Some(found))
    }

    async fn update(
        &self,
        request: &Update<CompositeAlarm>,
    ) -> Result<Observed<CompositeAlarm>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        if request.current.differs_from(desired) {
            put(desired).send_with(&client).await.map_err(failed("PutCompositeAlarm"))?;
        }
        retag(&client, request.outputs.arn.as_str(), request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<CompositeAlarm>) -> Result<Deletion, ExecError> {
        super::delete(&self.client(&request.place), &request.identifier).await
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{executor::ErrorKind, services::cloudwatch::AlarmDescription};

    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let alarm = types::CompositeAlarm::builder()
            .alarm_name("any")
            .alarm_arn("arn:aws:cloudwatch:us-east-1:123456789012:alarm:any")
            .alarm_description("Users feel it.")
            .alarm_rule("ALARM(a) OR (ALARM(\"b\"))")
            .actions_enabled(false);
        let found = observed(&alarm.clone().build(), Tags::new()).unwrap();
        let [a, b] = ["a", "b"].map(|name| AlarmRule::alarm(AlarmName::new(name).unwrap()));
        let expected = CompositeAlarm::builder()
            .alarm_name(AlarmName::literal("any"))
            .alarm_description(AlarmDescription::literal("Users feel it."))
            .alarm_rule(a.or(b))
            .actions_enabled(false)
            .build();
        assert_eq!(found.resource, expected);
        let odd = observed(&alarm.alarm_rule("SOMETIMES(a)").build(), Tags::new()).unwrap_err();
        assert_eq!(odd.kind(), ErrorKind::Unsupported);
    }
}
