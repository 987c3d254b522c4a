//! `AWS::EC2::FlowLog` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html>. The calls take
//! several flow logs, and say in their answers which of them failed.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, FlowLogsResourceType, LogDestinationType, ResourceType};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        AggregationInterval, FlowLog, FlowLogDestination, FlowLogOutputs, FlowLogSource, LogFormat,
        TrafficType,
    },
};

use super::{
    CODES, SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{
    clients::Clients,
    error::{classify, missing},
};

/// Handles flow logs over the SDK.
#[derive(Debug)]
pub struct FlowLogHandler(Clients);

impl From<Clients> for FlowLogHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(log: &types::FlowLog) -> Result<Observed<FlowLog>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeFlowLogs", field);
    let id = log.flow_log_id().ok_or_else(|| lacks("FlowLogId"))?.to_owned();
    let source = log.resource_id().ok_or_else(|| lacks("ResourceId"))?;
    let source = if source.starts_with("subnet-") {
        FlowLogSource::Subnet(Ref::existing(source))
    } else {
        FlowLogSource::Vpc(Ref::existing(source))
    };
    let destination = match log.log_destination_type() {
        Some(LogDestinationType::S3) => {
            FlowLogDestination::s3(log.log_destination().ok_or_else(|| lacks("LogDestination"))?)
        }
        _ => FlowLogDestination::log_group(
            Ref::existing(log.log_group_name().ok_or_else(|| lacks("LogGroupName"))?),
            log.deliver_logs_permission_arn().unwrap_or_default(),
        ),
    };
    let traffic = match log.traffic_type() {
        Some(types::TrafficType::Accept) => TrafficType::Accept,
        Some(types::TrafficType::Reject) => TrafficType::Reject,
        _ => TrafficType::All,
    };
    let interval = log.max_aggregation_interval().and_then(|seconds| u32::try_from(seconds).ok());
    let interval = interval.and_then(|seconds| AggregationInterval::try_from(seconds).ok());
    let format = log.log_format().and_then(|text| LogFormat::new(text).ok());
    let (interval_told, format_told) = (interval.is_some(), format.is_some());
    let resource = FlowLog::builder()
        .source(source)
        .destination(destination)
        .traffic_type(traffic)
        .maybe_log_format(format)
        .maybe_max_aggregation_interval(interval)
        .tags(declared(log.tags()))
        .build();
    Ok(Observed::ready(resource, FlowLogOutputs { id })
        .unread_unless("LogFormat", format_told)
        .unread_unless("MaxAggregationInterval", interval_told))
}

/// The failure that an answer tells of one flow log.
fn refused(operation: &'static str, items: &[types::UnsuccessfulItem]) -> Option<ExecError> {
    let error = items.first()?.error()?;
    let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
    // A role that was made a moment ago is not known everywhere yet.
    let kind = if message.contains("Unable to assume given IAM role") {
        ErrorKind::NotFound
    } else {
        classify(code, CODES).unwrap_or(ErrorKind::Invalid)
    };
    Some(ExecError::new(kind, message).with_code(code).with_operation(SERVICE, operation))
}

fn resource_type(source: &FlowLogSource) -> (FlowLogsResourceType, Option<&str>) {
    match source {
        FlowLogSource::Subnet(subnet) => (FlowLogsResourceType::Subnet, subnet.known()),
        FlowLogSource::Vpc(vpc) => (FlowLogsResourceType::Vpc, vpc.known()),
        _ => (FlowLogsResourceType::Vpc, None),
    }
}

impl FlowLogHandler {
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::FlowLog>, ExecError> {
        let call = self.0.ec2(region).describe_flow_logs().set_filter(Some(filters));
        let found = call.into_paginator().items().send().try_collect().await;
        found.map_err(failed("DescribeFlowLogs"))
    }
}

#[async_trait]
impl Handler<FlowLog> for FlowLogHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<FlowLog>>, ExecError>> {
        read_all(identifiers, |page| async {
            let found = self.describe(place.region, vec![filter("flow-log-id", page)]).await?;
            let found = found.iter().map(observed);
            found.map(|log| log.map(|it| (it.outputs.id.clone(), it))).collect()
        })
        .await
    }

    async fn create(&self, request: &Create<FlowLog>) -> Result<Observed<FlowLog>, ExecError> {
        let desired = &request.desired;
        let (resource_type, id) = resource_type(&desired.source);
        let traffic = match desired.traffic_type {
            TrafficType::Accept => types::TrafficType::Accept,
            TrafficType::All => types::TrafficType::All,
            TrafficType::Reject => types::TrafficType::Reject,
        };
        let seconds = i32::try_from(desired.max_aggregation_interval.seconds()).ok();
        let tags = request.tags();
        let call = self
            .0
            .ec2(request.place.region)
            .create_flow_logs()
            .resource_type(resource_type)
            .set_resource_ids(id.map(|id| vec![id.to_owned()]))
            .traffic_type(traffic)
            .log_format(desired.log_format.as_str())
            .set_max_aggregation_interval(seconds)
            .tag_specifications(tag_specification(ResourceType::VpcFlowLog, &tags))
            .client_token(&request.token);
        let call = match &desired.destination {
            FlowLogDestination::LogGroup { log_group, deliver_logs_permission_arn } => call
                .log_destination_type(LogDestinationType::CloudWatchLogs)
                .set_log_group_name(log_group.known().map(str::to_owned))
                .set_deliver_logs_permission_arn(deliver_logs_permission_arn.known().cloned()),
            FlowLogDestination::S3 { log_destination } => call
                .log_destination_type(LogDestinationType::S3)
                .set_log_destination(log_destination.known().cloned()),
            _ => call,
        };
        let answer = call.send().await.map_err(failed("CreateFlowLogs"))?;
        if let Some(error) = refused("CreateFlowLogs", answer.unsuccessful()) {
            return Err(error);
        }
        let id = answer.flow_log_ids().first().cloned();
        let id = id.ok_or_else(|| missing(SERVICE, "CreateFlowLogs", "FlowLogIds"))?;
        Ok(Observed::ready(desired.clone(), FlowLogOutputs { id }))
    }

    async fn find(
        &self,
        request: &Create<FlowLog>,
    ) -> Result<Option<Observed<FlowLog>>, ExecError> {
        let found = self.describe(request.place.region, owned_by(&request.ownership)).await?;
        let own = found.iter().find(|log| is_owned(&request.ownership, log.tags()));
        own.map(observed).transpose()
    }

    async fn update(&self, request: &Update<FlowLog>) -> Result<Observed<FlowLog>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<FlowLog>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_flow_logs();
        let answer = call.flow_log_ids(&request.identifier).send().await;
        let answer = answer.map_err(failed("DeleteFlowLogs"));
        gone_is_fine(answer.and_then(|answer| {
            refused("DeleteFlowLogs", answer.unsuccessful()).map_or(Ok(()), Err)
        }))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::Input;

    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let log = types::FlowLog::builder()
            .flow_log_id("fl-1")
            .resource_id("vpc-1")
            .traffic_type(types::TrafficType::Reject)
            .log_destination_type(LogDestinationType::CloudWatchLogs)
            .log_group_name("g")
            .deliver_logs_permission_arn("arn:aws:iam::123456789012:role/r")
            .log_format("${srcaddr}")
            .max_aggregation_interval(60)
            .build();
        let found = observed(&log).unwrap();
        let arn: Input<String> = "arn:aws:iam::123456789012:role/r".into();
        let destination = FlowLogDestination::log_group(Ref::existing("g"), arn);
        let expected = FlowLog::builder()
            .source(FlowLogSource::Vpc(Ref::existing("vpc-1")))
            .destination(destination)
            .traffic_type(TrafficType::Reject)
            .log_format(LogFormat::literal("${srcaddr}"))
            .max_aggregation_interval(AggregationInterval::Minute)
            .build();
        assert_eq!(found.resource, expected);
        assert!(found.unread.is_empty());
    }

    #[test]
    fn an_answer_may_tell_a_failure() {
        let item = |code: &str, message: &str| {
            let error = types::UnsuccessfulItemError::builder().code(code).message(message).build();
            [types::UnsuccessfulItem::builder().error(error).build()]
        };
        let kind = |code, message| refused("X", &item(code, message)).unwrap().kind();
        let new = "Unable to assume given IAM role: 'r'";
        assert_eq!(kind("InvalidParameter", new), ErrorKind::NotFound);
        assert_eq!(kind("FlowLogAlreadyExists", "there"), ErrorKind::Conflict);
        assert!(refused("X", &[]).is_none());
    }
}
