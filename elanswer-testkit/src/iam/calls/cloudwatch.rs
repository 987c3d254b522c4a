//! What alarms call.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>.

use elanswer_core::{
    Input, Place, Set,
    services::{
        cloudwatch::{ActionArn, Alarm, CompositeAlarm},
        iam::Service,
    },
};

use super::{Calls, sns};
use crate::world::{World, account};

/// Alarms publish to topics of this world.
pub(super) fn alarms(world: &World, calls: &mut Calls) {
    for (place, name, it) in world.everywhere::<Alarm>() {
        let alarm = &it.resource;
        let actions = [&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions];
        publish(world, calls, place, (name, it.outputs.arn.as_str()), actions);
    }
    for (place, name, it) in world.everywhere::<CompositeAlarm>() {
        let alarm = &it.resource;
        let actions = [&alarm.alarm_actions, &alarm.ok_actions, &alarm.insufficient_data_actions];
        publish(world, calls, place, (name, it.outputs.arn.as_str()), actions);
    }
}

fn publish(
    world: &World,
    calls: &mut Calls,
    place: &Place,
    (name, arn): (&str, &str),
    actions: [&Set<Input<ActionArn>>; 3],
) {
    let known: Set<&ActionArn> = actions.into_iter().flatten().filter_map(Input::known).collect();
    for topic in known.into_iter().map(ActionArn::as_str).filter(|topic| is_topic(world, topic)) {
        let caller = Service::Other("cloudwatch.amazonaws.com".to_owned());
        let account = account(place);
        let context = [("aws:SourceAccount", account.as_str()), ("aws:SourceArn", arn)];
        let ours = format!("the alarm {name} publishes");
        sns::publish(world, calls, &ours, caller, (place, topic), &context);
    }
}

/// Whether a topic is one of this world.
fn is_topic(world: &World, arn: &str) -> bool {
    let mut all = world.sights().into_iter();
    all.any(|it| it.kind.service() == "SNS" && it.kind.short() == "Topic" && it.identifier == arn)
}
