//! `AWS::CloudWatch::CompositeAlarm` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html>: the
//! alarms of its rule exist, in its Region, and none of them is deleted while it names them.
//! Stricter than AWS: an update of an alarm that is gone does not make it anew, and no rule leads
//! back to itself, which AWS takes and can then not delete.
//! Not modelled: states, and that a rule names alarms by their ARNs.

use elanswer_core::{
    Input, Place,
    services::cloudwatch::{ActionArn, AlarmArn, AlarmName, CompositeAlarm, CompositeAlarmOutputs},
};

use super::{AnyAlarm, exists, handler, refused};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles alarms over alarms in memory.
#[derive(Debug)]
pub struct CompositeAlarmHandler(Api);

impl From<Api> for CompositeAlarmHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

impl AnyAlarm for CompositeAlarm {
    const PUT: &'static str = "PutCompositeAlarm";

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

    fn outputs(alarm_name: AlarmName, arn: String) -> Result<CompositeAlarmOutputs, AwsError> {
        let arn = AlarmArn::new(arn).map_err(|error| refused(error.to_string()))?;
        Ok(CompositeAlarmOutputs { alarm_name, arn })
    }

    fn check(&self, world: &World, place: &Place) -> Result<(), AwsError> {
        if let Some(fault) = self.faults().first() {
            return Err(refused(fault.to_string()));
        }
        let known = self.alarm_rule.children().into_iter().filter_map(Input::known);
        let missing: Vec<&str> =
            known.map(AlarmName::as_str).filter(|name| !exists(world, place, name)).collect();
        if !missing.is_empty() {
            let names = missing.join(", ");
            return Err(refused(format!(
                "Could not save the composite alarm as alarms [{names}] in the alarm rule do not exist"
            )));
        }
        if self.alarm_name.as_ref().is_some_and(|name| leads_to(world, place, self, name, 0)) {
            return Err(refused("The alarm rule leads back to the alarm itself."));
        }
        Ok(())
    }
}

/// How many alarms over alarms stand over each other at most.
const MAX_DEPTH: usize = 10;

/// Whether the rule of an alarm is about this one, by others or not.
fn leads_to(
    world: &World,
    place: &Place,
    alarm: &CompositeAlarm,
    name: &AlarmName,
    depth: usize,
) -> bool {
    let mut children = alarm.alarm_rule.children().into_iter().filter_map(Input::known);
    depth > MAX_DEPTH
        || children.any(|child| {
            let inner = world.get::<CompositeAlarm>(place, child.as_str());
            child == name
                || inner.is_some_and(|it| leads_to(world, place, &it.resource, name, depth + 1))
        })
}

handler!(CompositeAlarmHandler, CompositeAlarm);
