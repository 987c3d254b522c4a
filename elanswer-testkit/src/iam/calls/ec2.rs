//! What AWS calls for flow logs, and what goes through endpoints.
//!
//! Source: <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>.
//! The log group exists: flow logs of elanswer name one.

use elanswer_core::{
    Place,
    services::{
        ec2::{EndpointType, FlowLog, FlowLogDestination, GatewayService, VpcEndpoint},
        iam::Service,
    },
};

use super::{Calls, STRANGER, ServiceCall, logs::group_arn, owner};
use crate::{iam::request::Caller, world::World};

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

/// What the agents of tasks call goes through the endpoints that are there, and so do the programs
/// in the network that ask for the versions of secrets, as AWS's caches of secrets do.
pub(super) fn endpoints(world: &World, calls: &mut Calls) {
    for (place, id, endpoint) in world.everywhere::<VpcEndpoint>() {
        match &endpoint.resource.endpoint_type {
            EndpointType::Gateway(gateway) if gateway.service == GatewayService::S3 => {
                layers(calls, place, id);
            }
            EndpointType::Interface(interface) => {
                // Of `ecr.api` and `ecr.dkr`, the API is `ecr`.
                let api = interface.service.as_str().split('.').next().unwrap_or_default();
                agents(calls, place, id, api);
            }
            _ => {}
        }
    }
}

/// The layers of images come out of a bucket of ECR, by links that ECR has signed.
fn layers(calls: &mut Calls, place: &Place, endpoint: &str) {
    let layer = format!("arn:aws:s3:::prod-{}-starport-layer-bucket/layer", place.region);
    let name = format!("somebody fetches a layer of an image through {endpoint}");
    let through = [("aws:SourceVpce", endpoint)];
    calls.needed(name, &Caller::root(STRANGER), ["s3:GetObject"], &layer, &through);
}

fn agents(calls: &mut Calls, place: &Place, endpoint: &str, api: &str) {
    let by_agents = |call: &&ServiceCall| {
        let request = &call.request;
        call.name.starts_with("the agent")
            && request.action.service() == Some(api)
            && request.values("kms:ViaService").is_none()
    };
    let mut secrets = Vec::new();
    for call in calls.0.clone().iter().filter(by_agents) {
        let request = call.request.clone().with("aws:SourceVpce", endpoint);
        let name = format!("{}, through {endpoint}", call.name);
        if api == "secretsmanager" && call.expected == super::Expected::Allowed {
            secrets.push(request.resource.clone());
        }
        calls.0.push(ServiceCall { name, request, expected: call.expected });
    }
    for secret in secrets {
        let name = format!("a cache of secrets asks for versions through {endpoint}");
        let describe = ["secretsmanager:DescribeSecret"];
        let through = [("aws:SourceVpce", endpoint)];
        calls.needed(name, &owner(place), describe, &secret, &through);
    }
}
