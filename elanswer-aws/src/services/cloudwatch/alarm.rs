//! `AWS::CloudWatch::Alarm` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
//! One call describes a hundred alarms; each takes a `ListTagsForResource` of its own. An update
//! writes all of an alarm anew.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_cloudwatch::{
    Client, operation::put_metric_alarm::builders::PutMetricAlarmInputBuilder, types,
};
use elanswer_core::{
    Handler, Input, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::cloudwatch::{
        Alarm, AlarmName, AlarmOutputs, ComparisonOperator, DimensionName, EvaluationPeriods,
        Metric, MetricStatistic, Period, Threshold, TreatMissingData, Unit,
    },
};

use super::{
    PAGE, actions, actions_to_sdk, alarm_arn, describe, failed, free, lacks, not_visible, retag,
    tags, tags_to_sdk, text, unknown,
};
use crate::{clients::Clients, error::none_if_gone};

/// Handles alarms over metrics over the SDK.
#[derive(Debug)]
pub struct AlarmHandler(Clients);

impl From<Clients> for AlarmHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// All of an alarm but its tags.
fn put(alarm: &Alarm) -> PutMetricAlarmInputBuilder {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let dimension = |(name, value): (&DimensionName, &Input<String>)| {
        let value = value.known().cloned();
        types::Dimension::builder().name(name.as_str()).set_value(value).build()
    };
    let (statistic, extended) = match &alarm.statistic {
        MetricStatistic::Statistic(statistic) => (Some(statistic.as_str().into()), None),
        MetricStatistic::ExtendedStatistic(statistic) => (None, Some(statistic.to_string())),
    };
    PutMetricAlarmInputBuilder::default()
        .set_alarm_name(alarm.alarm_name.as_ref().map(ToString::to_string))
        .set_alarm_description(alarm.alarm_description.as_ref().map(ToString::to_string))
        .namespace(alarm.metric.namespace.as_str())
        .metric_name(alarm.metric.metric_name.as_str())
        .set_dimensions(Some(alarm.metric.dimensions.iter().map(dimension).collect()))
        .set_statistic(statistic)
        .set_extended_statistic(extended)
        .period(number(alarm.period.seconds()))
        .evaluation_periods(number(alarm.evaluation_periods.get()))
        .datapoints_to_alarm(number(alarm.datapoints_to_alarm.get()))
        .threshold(alarm.threshold.get())
        .comparison_operator(alarm.comparison_operator.as_str().into())
        .treat_missing_data(alarm.treat_missing_data.as_str())
        .set_unit(alarm.unit.map(|unit| unit.as_str().into()))
        .actions_enabled(alarm.actions_enabled)
        .set_alarm_actions(actions_to_sdk(&alarm.alarm_actions))
        .set_ok_actions(actions_to_sdk(&alarm.ok_actions))
        .set_insufficient_data_actions(actions_to_sdk(&alarm.insufficient_data_actions))
}

fn outputs(alarm: &types::MetricAlarm) -> Result<AlarmOutputs, ExecError> {
    let name = AlarmName::new(alarm.alarm_name().unwrap_or_default());
    Ok(AlarmOutputs {
        alarm_name: name.map_err(|_| lacks("AlarmName"))?,
        arn: alarm_arn(alarm.alarm_arn())?,
    })
}

fn observed(alarm: &types::MetricAlarm, tags: Tags) -> Result<Observed<Alarm>, ExecError> {
    let other = |what| unknown("DescribeAlarms", what);
    if !alarm.metrics().is_empty() || alarm.evaluation_criteria().is_some() {
        return Err(other("an expression"));
    }
    let number = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok());
    let outputs = outputs(alarm)?;
    let metric = Metric {
        namespace: text(alarm.namespace(), "Namespace")?.ok_or_else(|| lacks("Namespace"))?,
        metric_name: text(alarm.metric_name(), "MetricName")?.ok_or_else(|| lacks("MetricName"))?,
        dimensions: dimensions(alarm.dimensions())?,
    };
    let statistic = match alarm.extended_statistic().filter(|word| !word.is_empty()) {
        Some(word) => MetricStatistic::from_word(word),
        None => alarm.statistic().and_then(|word| MetricStatistic::from_word(word.as_str())),
    };
    let period = number(alarm.period()).and_then(|seconds| Period::try_from(seconds).ok());
    let count = |count| EvaluationPeriods::new(count).map_err(|_| lacks("EvaluationPeriods"));
    let periods = number(alarm.evaluation_periods()).ok_or_else(|| lacks("EvaluationPeriods"))?;
    let periods = count(periods)?;
    let datapoints = number(alarm.datapoints_to_alarm()).map(count).transpose()?;
    let threshold = alarm.threshold().and_then(|value| Threshold::new(value).ok());
    let operator = alarm.comparison_operator().map(types::ComparisonOperator::as_str);
    let operator = operator.and_then(ComparisonOperator::from_word);
    let missing_data = match alarm.treat_missing_data().filter(|word| !word.is_empty()) {
        Some(word) => TreatMissingData::from_word(word).ok_or_else(|| other("missing data"))?,
        None => TreatMissingData::Missing,
    };
    let unit = alarm.unit().map(|unit| Unit::from_word(unit.as_str()));
    let resource = Alarm::builder()
        .alarm_name(outputs.alarm_name.clone())
        .maybe_alarm_description(text(alarm.alarm_description(), "AlarmDescription")?)
        .metric(metric)
        .statistic(statistic.ok_or_else(|| other("a statistic"))?)
        .period(period.ok_or_else(|| lacks("Period"))?)
        .evaluation_periods(periods)
        .maybe_datapoints_to_alarm(datapoints)
        .threshold(threshold.ok_or_else(|| lacks("Threshold"))?)
        .comparison_operator(operator.ok_or_else(|| other("a comparison"))?)
        .treat_missing_data(missing_data)
        .maybe_unit(unit.map(|unit| unit.ok_or_else(|| other("a unit"))).transpose()?)
        .actions_enabled(alarm.actions_enabled().unwrap_or(true))
        .tags(tags.declared())
        .build();
    let resource = Alarm {
        alarm_actions: actions(alarm.alarm_actions.as_ref())?,
        ok_actions: actions(alarm.ok_actions.as_ref())?,
        insufficient_data_actions: actions(alarm.insufficient_data_actions.as_ref())?,
        ..resource
    };
    Ok(Observed::ready(resource, outputs))
}

fn dimensions(
    answered: &[types::Dimension],
) -> Result<BTreeMap<DimensionName, Input<String>>, ExecError> {
    let dimension = |dimension: &types::Dimension| {
        let name = text(dimension.name(), "Dimensions")?.ok_or_else(|| lacks("Dimensions"))?;
        let value = dimension.value().ok_or_else(|| lacks("Dimensions"))?;
        Ok((name, value.into()))
    };
    answered.iter().map(dimension).collect()
}

impl AlarmHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.cloudwatch(place.region)
    }

    /// The alarm with its tags; `None` when it is gone by now.
    async fn with_tags(
        client: &Client,
        alarm: Option<&types::MetricAlarm>,
    ) -> Result<Option<(Observed<Alarm>, Tags)>, ExecError> {
        let Some(alarm) = alarm else { return Ok(None) };
        let found = none_if_gone(tags(client, alarm.alarm_arn().unwrap_or_default()).await)?;
        found.map(|tags| Ok((observed(alarm, tags.clone())?, tags))).transpose()
    }
}

#[async_trait]
impl Handler<Alarm> for AlarmHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Alarm>>, ExecError>> {
        let client = self.client(place);
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match describe(&client, page).await {
                Ok((found, _)) => {
                    for name in page {
                        let named =
                            |alarm: &&types::MetricAlarm| alarm.alarm_name() == Some(name.as_str());
                        let found = Self::with_tags(&client, found.iter().find(named)).await;
                        answers.push(found.map(|found| found.map(|(alarm, _)| alarm)));
                    }
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(&self, request: &Create<Alarm>) -> Result<Observed<Alarm>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let name = desired.alarm_name.as_ref().map(ToString::to_string).unwrap_or_default();
        free(&client, &name, &request.ownership, "PutMetricAlarm").await?;
        let call = put(desired).set_tags(Some(tags_to_sdk(&request.tags())));
        call.send_with(&client).await.map_err(failed("PutMetricAlarm"))?;
        // Its ARN is in no other answer.
        let made = describe(&client, std::slice::from_ref(&name)).await;
        let made = made.and_then(|(found, _)| {
            found.first().ok_or_else(|| not_visible(&name)).and_then(outputs)
        });
        let outputs = made.map_err(|error| error.with_identifier(&name))?;
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(&self, request: &Create<Alarm>) -> Result<Option<Observed<Alarm>>, ExecError> {
        let client = self.client(&request.place);
        let Some(name) = &request.desired.alarm_name else { return Ok(None) };
        let (found, _) = describe(&client, &[name.to_string()]).await?;
        let found = Self::with_tags(&client, found.first()).await?;
        let owned = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(owned.map(|(alarm, _)| alarm))
    }

    /// The ARNs of alarms do not tell what they are over: each alarm is asked for its tags.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.client(place);
        let call = client.describe_alarms().alarm_types(types::AlarmType::MetricAlarm);
        let mut pages = call.max_records(100).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(failed("DescribeAlarms"))?;
            for alarm in page.metric_alarms() {
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

    async fn update(&self, request: &Update<Alarm>) -> Result<Observed<Alarm>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        if request.current.differs_from(desired) {
            put(desired).send_with(&client).await.map_err(failed("PutMetricAlarm"))?;
        }
        retag(&client, request.outputs.arn.as_str(), request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Alarm>) -> Result<Deletion, ExecError> {
        super::delete(&self.client(&request.place), &request.identifier).await
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        executor::ErrorKind,
        services::cloudwatch::{
            ActionArn, AlarmDescription, DatapointsToAlarm, ExtendedStatistic, MetricName,
            Namespace,
        },
    };

    use super::*;

    const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:alerts";

    fn late() -> Alarm {
        let metric = Metric::new(Namespace::literal("AWS/RDS"), MetricName::literal("ReadLatency"));
        Alarm::builder()
            .alarm_name(AlarmName::literal("late"))
            .alarm_description(AlarmDescription::literal("It is late."))
            .metric(metric.of(DimensionName::literal("DBInstanceIdentifier"), "orders"))
            .statistic(ExtendedStatistic::P99)
            .period(Period::MINUTE)
            .evaluation_periods(EvaluationPeriods::of::<5>())
            .datapoints_to_alarm(DatapointsToAlarm::of::<3>())
            .threshold(2)
            .comparison_operator(ComparisonOperator::GreaterThan)
            .treat_missing_data(TreatMissingData::NotBreaching)
            .unit(Unit::Seconds)
            .ok_actions([ActionArn::literal(TOPIC)])
            .build()
    }

    fn answered() -> types::builders::MetricAlarmBuilder {
        let dimension =
            types::Dimension::builder().name("DBInstanceIdentifier").value("orders").build();
        types::MetricAlarm::builder()
            .alarm_name("late")
            .alarm_arn("arn:aws:cloudwatch:us-east-1:123456789012:alarm:late")
            .alarm_description("It is late.")
            .namespace("AWS/RDS")
            .metric_name("ReadLatency")
            .dimensions(dimension)
            .extended_statistic("p99")
            .period(60)
            .evaluation_periods(5)
            .datapoints_to_alarm(3)
            .threshold(2.0)
            .comparison_operator(types::ComparisonOperator::GreaterThanThreshold)
            .treat_missing_data("notBreaching")
            .unit(types::StandardUnit::Seconds)
            .actions_enabled(true)
            .ok_actions(TOPIC)
    }

    #[test]
    fn maps_what_aws_answers() {
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed(&answered().build(), tags).unwrap();
        assert_eq!(found.resource, Alarm { tags: Tags::new().with("Name", "n"), ..late() });
        assert_eq!(
            found.outputs.arn.as_str(),
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:late"
        );
        let plain = answered()
            .set_extended_statistic(None)
            .statistic(types::Statistic::Sum)
            .set_datapoints_to_alarm(None)
            .set_treat_missing_data(None)
            .build();
        let found = observed(&plain, Tags::new()).unwrap().resource;
        assert_eq!(found.statistic.as_str(), "Sum");
        assert_eq!(found.datapoints_to_alarm, DatapointsToAlarm::of::<5>());
        assert_eq!(found.treat_missing_data, TreatMissingData::Missing);
    }

    #[test]
    fn expressions_are_of_others() {
        let query = types::MetricDataQuery::builder().id("m1").build();
        let error = observed(&answered().metrics(query).build(), Tags::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn sends_all_of_an_alarm() {
        let input = put(&late());
        assert_eq!(input.get_extended_statistic().as_deref(), Some("p99"));
        assert_eq!(*input.get_statistic(), None);
        assert_eq!((*input.get_threshold(), *input.get_period()), (Some(2.0), Some(60)));
        assert_eq!(input.get_ok_actions().as_deref(), Some(&[TOPIC.to_owned()][..]));
        assert_eq!(input.get_alarm_actions().as_deref(), Some(&[][..]));
    }
}
