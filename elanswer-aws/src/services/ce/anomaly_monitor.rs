//! `AWS::CE::AnomalyMonitor` over the SDK.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalyMonitor.html>.

use async_trait::async_trait;
use aws_sdk_costexplorer::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::ce::{
        AnomalyMonitor, AnomalyMonitorArn, AnomalyMonitorOutputs, MonitorDimension, MonitorName,
        MonitorType,
    },
};

use super::{SERVICE, failed, internal, retag, strange, tagged, tags, tags_to_sdk};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles anomaly monitors over the SDK.
#[derive(Debug)]
pub struct AnomalyMonitorHandler(Clients);

impl From<Clients> for AnomalyMonitorHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The call that shows monitors.
const LIST: &str = "GetAnomalyMonitors";

pub(super) fn to_sdk(monitor: &AnomalyMonitor) -> Result<types::AnomalyMonitor, ExecError> {
    types::AnomalyMonitor::builder()
        .monitor_name(monitor.monitor_name.as_str())
        .monitor_type(match monitor.monitor_type {
            MonitorType::Dimensional => types::MonitorType::Dimensional,
        })
        .monitor_dimension(match monitor.monitor_dimension {
            MonitorDimension::Service => types::MonitorDimension::Service,
        })
        .build()
        .map_err(internal)
}

/// What the answers say of a monitor.
pub(super) fn observed(
    monitor: &types::AnomalyMonitor,
    tags: Tags,
) -> Result<Observed<AnomalyMonitor>, ExecError> {
    if *monitor.monitor_type() != types::MonitorType::Dimensional {
        return Err(strange(LIST, format!("the type {}", monitor.monitor_type())));
    }
    let dimension = monitor.monitor_dimension();
    if dimension != Some(&types::MonitorDimension::Service) {
        return Err(strange(LIST, format!("the dimension {dimension:?}")));
    }
    let lacks = |field| missing(SERVICE, LIST, field);
    let arn = monitor.monitor_arn().map(AnomalyMonitorArn::new).and_then(Result::ok);
    let monitor_arn = arn.ok_or_else(|| lacks("MonitorArn"))?;
    let name = MonitorName::new(monitor.monitor_name()).map_err(|_| lacks("MonitorName"))?;
    let resource = AnomalyMonitor::builder().monitor_name(name).tags(tags.declared()).build();
    Ok(Observed::ready(resource, AnomalyMonitorOutputs { monitor_arn }))
}

/// The monitor, when it exists.
async fn look(client: &Client, arn: &str) -> Result<Option<Observed<AnomalyMonitor>>, ExecError> {
    let answer = client.get_anomaly_monitors().monitor_arn_list(arn).send().await;
    let answer = none_if_gone(answer.map_err(failed(LIST)))?;
    let found = answer.map(|answer| answer.anomaly_monitors).unwrap_or_default();
    let Some(monitor) = found.iter().find(|it| it.monitor_arn() == Some(arn)) else {
        return Ok(None);
    };
    let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
    observed(monitor, tags).map(Some)
}

async fn all(client: &Client) -> Result<Vec<String>, ExecError> {
    let pages = client.get_anomaly_monitors().into_paginator().send();
    let pages = pages.try_collect().await.map_err(failed(LIST))?;
    let all = pages.into_iter().flat_map(|page| page.anomaly_monitors);
    Ok(all.filter_map(|it| it.monitor_arn).collect())
}

#[async_trait]
impl Handler<AnomalyMonitor> for AnomalyMonitorHandler {
    /// An account has few: each is asked for by itself, so that one that is gone hides no other.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AnomalyMonitor>>, ExecError>> {
        let client = self.0.ce(place.region);
        let looks = identifiers.iter().map(|arn| look(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(
        &self,
        request: &Create<AnomalyMonitor>,
    ) -> Result<Observed<AnomalyMonitor>, ExecError> {
        let answer = self
            .0
            .ce(request.place.region)
            .create_anomaly_monitor()
            .anomaly_monitor(to_sdk(&request.desired)?)
            .set_resource_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateAnomalyMonitor"))?;
        let monitor_arn = AnomalyMonitorArn::new(answer.monitor_arn())
            .map_err(|_| missing(SERVICE, "CreateAnomalyMonitor", "MonitorArn"))?;
        Ok(Observed::ready(request.desired.clone(), AnomalyMonitorOutputs { monitor_arn }))
    }

    async fn find(
        &self,
        request: &Create<AnomalyMonitor>,
    ) -> Result<Option<Observed<AnomalyMonitor>>, ExecError> {
        let client = self.0.ce(request.place.region);
        let wanted = request.ownership.tags();
        match tagged(&client, all(&client).await?, &wanted).await?.first() {
            Some(found) => look(&client, &found.identifier).await,
            None => Ok(None),
        }
    }

    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.ce(place.region);
        tagged(&client, all(&client).await?, wanted).await.map(Some)
    }

    async fn update(
        &self,
        request: &Update<AnomalyMonitor>,
    ) -> Result<Observed<AnomalyMonitor>, ExecError> {
        let (client, arn) = (self.0.ce(request.place.region), &request.identifier);
        let name = &request.desired.monitor_name;
        if request.current.monitor_name != *name {
            let call = client.update_anomaly_monitor().monitor_arn(arn);
            let call = call.monitor_name(name.as_str());
            call.send().await.map_err(failed("UpdateAnomalyMonitor"))?;
        }
        retag(&client, arn, request.tag_changes()).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<AnomalyMonitor>) -> Result<Deletion, ExecError> {
        let call = self.0.ce(request.place.region).delete_anomaly_monitor();
        let deleted = call.monitor_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteAnomalyMonitor")))?;
        Ok(Deletion::Gone)
    }
}
