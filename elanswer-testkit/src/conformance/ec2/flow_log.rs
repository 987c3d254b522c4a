//! Cases of what records and guards the traffic of a VPC.

use elanswer_core::{
    Architecture, Region, Resource, Tags, cidr,
    services::{
        ec2::{FlowLog, FlowLogDestination, TrafficType, Vpc},
        iam::{Role, Service},
        logs::LogGroup,
    },
};

use super::Case;

pub(in crate::conformance) const CASES: &[Case] = &[Case {
    name: "ec2_flow_log",
    kind: FlowLog::SCHEMA.kind,
    made: || with_flow_log(TrafficType::All, Tags::new()),
    updated: Some(|| with_flow_log(TrafficType::All, Tags::new().with("Name", "renamed"))),
    replaced: Some(|| with_flow_log(TrafficType::Reject, Tags::new())),
}];

fn with_flow_log(traffic: TrafficType, tags: Tags) -> Architecture {
    let mut arch = Architecture::new("conformance", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    let role = arch.resource("role", Role::assumed_by(Service::VpcFlowLogs));
    let logs = arch.resource("logs", LogGroup::default());
    let destination = FlowLogDestination::log_group(&logs, role.arn());
    let mut flow_log = FlowLog::of_vpc(&vpc, destination);
    flow_log.traffic_type = traffic;
    flow_log.tags = tags;
    arch.resource("it", flow_log);
    arch
}
