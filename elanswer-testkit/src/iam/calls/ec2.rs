//! What AWS calls for flow logs.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>.
//! The log group exists: flow logs of elanswer name one.

use elanswer_core::services::{
    ec2::{FlowLog, FlowLogDestination},
    iam::Service,
};

use super::{Calls, logs::group_arn};
use crate::world::World;

/// The service of flow logs writes records in its role.
pub(super) fn flow_logs(world: &World, calls: &mut Calls) {
    for (place, id, log) in world.everywhere::<FlowLog>() {
        let FlowLogDestination::LogGroup { log_group, deliver_logs_permission_arn } =
            &log.resource.destination
        else {
            continue;
        };
        let (Some(group), Some(role)) =
            (log_group.known(), deliver_logs_permission_arn.known().map(String::as_str))
        else {
            continue;
        };
        let what = format!("the flow log {id}");
        calls.assumed(&what, Service::VpcFlowLogs, role, place);
        let (caller, group) = (role.into(), group_arn(place, group));
        let name = format!("{what} writes records");
        calls.needed(&name, &caller, ["logs:DescribeLogGroups"], "*", &[]);
        let group_itself = format!("{group}:log-stream:");
        calls.needed(&name, &caller, ["logs:DescribeLogStreams"], &group_itself, &[]);
        let stream = format!("{group}:log-stream:eni-0123456789abcdef0-all");
        let write = ["logs:CreateLogStream", "logs:PutLogEvents"];
        calls.needed(&name, &caller, write, &stream, &[]);
    }
}
