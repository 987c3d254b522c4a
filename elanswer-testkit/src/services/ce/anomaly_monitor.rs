//! `AWS::CE::AnomalyMonitor` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalyMonitor.html>,
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetAnomalyMonitors.html>.
//! Quota: one monitor of the services of AWS per account,
//! <https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html>; what AWS
//! answers to a second one: <https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2515>.
//! Not modelled: the monitor that AWS makes by itself, and anomalies.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::ce::{AnomalyMonitor, AnomalyMonitorArn, AnomalyMonitorOutputs, MonitorName},
};

use super::{SERVICE, TAGGING, invalid};
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

/// The call that shows monitors.
const LIST: &str = "GetAnomalyMonitors";

/// What AWS says of a monitor that does not exist.
pub(super) const UNKNOWN: &str = "UnknownMonitorException";

/// Handles anomaly monitors in memory.
#[derive(Debug)]
pub struct AnomalyMonitorHandler(Api);

impl From<Api> for AnomalyMonitorHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateAnomalyMonitor`.
pub(super) fn create_anomaly_monitor(
    world: &mut World,
    request: &Create<AnomalyMonitor>,
) -> Result<Observed<AnomalyMonitor>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let same = |it: &AnomalyMonitor| {
        (it.monitor_type, it.monitor_dimension) == (desired.monitor_type, desired.monitor_dimension)
    };
    if world.all::<AnomalyMonitor>(place).any(|(_, it)| same(&it.resource)) {
        return Err(invalid("Limit exceeded on dimensional spend monitor creation"));
    }
    let id = world.new_hex(32);
    let arn = AnomalyMonitorArn::new(format!("arn:aws:ce::{}:anomalymonitor/{id}", account(place)));
    let monitor_arn = arn.map_err(|error| invalid(error.to_string()))?;
    world.insert(request, AnomalyMonitorOutputs { monitor_arn }, "", Duration::ZERO)
}

/// `UpdateAnomalyMonitor`.
fn update_anomaly_monitor(
    world: &mut World,
    place: &Place,
    arn: &str,
    name: &MonitorName,
) -> Result<Observed<AnomalyMonitor>, AwsError> {
    world.require::<AnomalyMonitor>(place, arn, UNKNOWN)?;
    world.change::<AnomalyMonitor>(place, arn, "", Duration::ZERO, |it| {
        it.resource.monitor_name = name.clone();
    })
}

#[async_trait]
impl Handler<AnomalyMonitor> for AnomalyMonitorHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AnomalyMonitor>>, ExecError>> {
        super::read(&self.0, place, LIST, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<AnomalyMonitor>,
    ) -> Result<Observed<AnomalyMonitor>, ExecError> {
        self.0
            .call(SERVICE, "CreateAnomalyMonitor", &request.place, |world| {
                create_anomaly_monitor(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<AnomalyMonitor>,
    ) -> Result<Option<Observed<AnomalyMonitor>>, ExecError> {
        super::find(&self.0, LIST, request).await
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        super::search::<AnomalyMonitor>(&self.0, place, LIST, tags).await
    }

    async fn update(
        &self,
        request: &Update<AnomalyMonitor>,
    ) -> Result<Observed<AnomalyMonitor>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let name = &request.desired.monitor_name;
        if request.current.monitor_name != *name {
            self.0
                .call(SERVICE, "UpdateAnomalyMonitor", place, |world| {
                    update_anomaly_monitor(world, place, arn, name)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    /// Subscriptions of it stay, and are told of nothing.
    async fn delete(&self, request: &Delete<AnomalyMonitor>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteAnomalyMonitor", place, |world| {
                world.remove::<AnomalyMonitor>(place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{Region, ResourceId, tags::Ownership};

    use super::*;
    use crate::world::Quotas;

    #[test]
    fn an_account_has_one_monitor_of_services() {
        let mut world = World::new(7, Quotas::new());
        world.register::<AnomalyMonitor>();
        let request = |name| Create {
            place: Place::new(Region::UsEast1),
            desired: AnomalyMonitor::of_services(MonitorName::literal(name)),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("monitor").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        };
        create_anomaly_monitor(&mut world, &request("one")).unwrap();
        let error = create_anomaly_monitor(&mut world, &request("two")).unwrap_err();
        assert_eq!(error.code(), "ValidationException");
    }
}
