//! `AWS::CloudWatch::Alarm` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>,
//! which overwrites what has the name and keeps its tags,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html>.
//! Quota: 5000 alarms per Region,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>.
//! Stricter than AWS: an update of an alarm that is gone does not make it anew.
//! Not modelled: metrics, and so the states of alarms and what they do. As in AWS, neither a metric
//! nor a topic has to exist.

use elanswer_core::{
    Input, Place,
    services::cloudwatch::{ActionArn, Alarm, AlarmArn, AlarmName, AlarmOutputs},
};

use super::{AnyAlarm, handler, refused};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles alarms over metrics in memory.
#[derive(Debug)]
pub struct AlarmHandler(Api);

impl From<Api> for AlarmHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

impl AnyAlarm for Alarm {
    const PUT: &'static str = "PutMetricAlarm";

    fn name(&self) -> Option<&AlarmName> {
        self.alarm_name.as_ref()
    }

    fn actions(&self) -> impl Iterator<Item = &Input<ActionArn>> {
        let others = self.ok_actions.iter().chain(&self.insufficient_data_actions);
        self.alarm_actions.iter().chain(others)
    }

    fn differs_from(&self, other: &Self) -> bool {
        Self::differs_from(self, other)
    }

    fn outputs(alarm_name: AlarmName, arn: String) -> Result<AlarmOutputs, AwsError> {
        let arn = AlarmArn::new(arn).map_err(|error| refused(error.to_string()))?;
        Ok(AlarmOutputs { alarm_name, arn })
    }

    fn check(&self, _: &World, _: &Place) -> Result<(), AwsError> {
        self.faults().first().map_or(Ok(()), |fault| Err(refused(fault.to_string())))
    }
}

handler!(AlarmHandler, Alarm);
