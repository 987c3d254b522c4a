//! `AWS::EC2::FlowLog` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html>,
//! <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>.
//! Quota: two flow logs of the same kind of traffic for a network interface, which AWS counts per
//! source, <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-limits.html>.
//! Stricter than AWS: a log group must exist; AWS makes one that does not. A source has one flow
//! log to the same destination, whatever else they record.
//! Not modelled: the records themselves, and whether the role may write them.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{FlowLog, FlowLogDestination, FlowLogOutputs, FlowLogSource, Subnet, Vpc},
        iam::{Role, Service},
        logs::LogGroup,
    },
};

use super::TAGGING;
use crate::{
    api::Api,
    world::{AwsError, World, global},
};

/// Handles flow logs in memory.
#[derive(Debug)]
pub struct FlowLogHandler(Api);

impl From<Api> for FlowLogHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_flow_logs(
    world: &mut World,
    request: &Create<FlowLog>,
) -> Result<Observed<FlowLog>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    if let Some(made) = world.replay(request)? {
        let log = world.require::<FlowLog>(place, &made, "InvalidFlowLogId.NotFound")?;
        return Ok(log.observed(world.now()));
    }
    match &desired.source {
        FlowLogSource::Vpc(vpc) => {
            let vpc = vpc.known().unwrap_or_default();
            world.require::<Vpc>(place, vpc, "InvalidVpcId.NotFound")?;
        }
        FlowLogSource::Subnet(subnet) => {
            let subnet = subnet.known().unwrap_or_default();
            world.require::<Subnet>(place, subnet, "InvalidSubnetId.NotFound")?;
        }
        _ => {}
    }
    if let FlowLogDestination::LogGroup { log_group, deliver_logs_permission_arn } =
        &desired.destination
    {
        let name = log_group.known().unwrap_or_default();
        world.require::<LogGroup>(place, name, "LogDestinationNotFoundException")?;
        check_role(world, deliver_logs_permission_arn)?;
    }
    let same =
        |log: &FlowLog| log.source == desired.source && log.destination == desired.destination;
    if world.all::<FlowLog>(place).any(|(_, log)| same(&log.resource)) {
        return Err(AwsError::conflict(
            "FlowLogAlreadyExists",
            "There is an existing Flow Log with the same configuration and log destination.",
        ));
    }
    let of_source = world.all::<FlowLog>(place).filter(|(_, log)| {
        log.resource.source == desired.source && log.resource.traffic_type == desired.traffic_type
    });
    let used = of_source.count();
    world.quotas.check("flow logs of the same traffic", 2, used, "FlowLogsLimitExceeded")?;
    let id = world.new_id("fl");
    world.remember(request, &id);
    world.insert(request, FlowLogOutputs { id }, "", Duration::ZERO)
}

/// The role exists, and AWS may assume it to write.
fn check_role(world: &World, arn: &Input<String>) -> Result<(), AwsError> {
    let arn = arn.known().map(String::as_str).unwrap_or_default();
    let role = world.all::<Role>(&global()).find(|(_, role)| role.outputs.arn == arn);
    if role.is_some_and(|(_, role)| role.resource.trust.trusts(&Service::VpcFlowLogs)) {
        return Ok(());
    }
    let message = format!("Unable to assume given IAM role: '{arn}'");
    Err(AwsError::invalid("InvalidParameter", message))
}

#[async_trait]
impl Handler<FlowLog> for FlowLogHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<FlowLog>>, ExecError>> {
        self.0.read("ec2", "DescribeFlowLogs", place, identifiers).await
    }

    async fn create(&self, request: &Create<FlowLog>) -> Result<Observed<FlowLog>, ExecError> {
        self.0
            .call("ec2", "CreateFlowLogs", &request.place, |world| create_flow_logs(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<FlowLog>,
    ) -> Result<Option<Observed<FlowLog>>, ExecError> {
        self.0.find_owned("ec2", "DescribeFlowLogs", request).await
    }

    async fn update(&self, request: &Update<FlowLog>) -> Result<Observed<FlowLog>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<FlowLog>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteFlowLogs", &request.place, |world| {
                world.remove::<FlowLog>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{Architecture, Region, cidr};

    use super::*;
    use crate::MockAws;

    fn recorded(trusted: Service, logs: usize) -> Architecture {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
        let role = arch.resource("role", Role::assumed_by(trusted));
        for number in 0..logs {
            let group = arch.resource(&format!("logs-{number}"), LogGroup::default());
            let destination = FlowLogDestination::log_group(&group, role.arn());
            arch.resource(&format!("flow-{number}"), FlowLog::of_vpc(&vpc, destination));
        }
        arch
    }

    #[tokio::test(start_paused = true)]
    async fn the_role_trusts_the_service_of_flow_logs() {
        let report = elanswer_core::apply(&recorded(Service::EcsTasks, 1), &MockAws::new()).await;
        let text = report.unwrap().to_string();
        assert!(text.contains("Unable to assume given IAM role"), "{text}");
        let trusted = recorded(Service::VpcFlowLogs, 1);
        let report = elanswer_core::apply(&trusted, &MockAws::new()).await.unwrap();
        assert_eq!(report.failed(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_has_two_at_most() {
        let aws = MockAws::new();
        let report = elanswer_core::apply(&recorded(Service::VpcFlowLogs, 3), &aws).await.unwrap();
        assert!(report.to_string().contains("FlowLogsLimitExceeded"), "{report}");
    }
}
