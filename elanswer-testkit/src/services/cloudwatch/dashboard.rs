//! `AWS::CloudWatch::Dashboard` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html>,
//! which overwrites what has the name,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html>;
//! a name is unique in the account, for dashboards are of no Region,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html>.
//! Quota: 500 widgets,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html>.
//! Not modelled: whether the metrics and alarms of a dashboard exist, which AWS does not mind, and
//! tags.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudwatch::{Dashboard, DashboardBody, DashboardName, DashboardOutputs},
};

use super::SERVICE;
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles dashboards in memory.
#[derive(Debug)]
pub struct DashboardHandler(Api);

impl From<Api> for DashboardHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn check(body: &DashboardBody) -> Result<(), AwsError> {
    let (count, most) = (body.widgets.len(), DashboardBody::MAX_WIDGETS);
    if count > most {
        return Err(AwsError::invalid(
            "InvalidParameterInput",
            format!("The dashboard body is invalid: {count} widgets, at most {most} are allowed"),
        ));
    }
    Ok(())
}

/// `PutDashboard` under a name that nothing has.
fn create_dashboard(
    world: &mut World,
    request: &Create<Dashboard>,
) -> Result<Observed<Dashboard>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    check(&desired.dashboard_body)?;
    let name = desired.dashboard_name.clone();
    let dashboard_name = name.ok_or_else(|| {
        AwsError::invalid("InvalidParameterValue", "The dashboard name is missing")
    })?;
    if world.get::<Dashboard>(place, dashboard_name.as_str()).is_some() {
        return world.change::<Dashboard>(
            place,
            dashboard_name.as_str(),
            "",
            Duration::ZERO,
            |object| object.resource = desired.clone(),
        );
    }
    world.insert(request, DashboardOutputs { dashboard_name }, "", Duration::ZERO)
}

impl DashboardHandler {
    /// `GetDashboard`: it is the same in every Region.
    async fn get(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<Option<Observed<Dashboard>>, ExecError> {
        self.0
            .call(SERVICE, "GetDashboard", place, |world| {
                let mut all = world.everywhere::<Dashboard>();
                let found = all.find(|(_, known, _)| *known == name);
                Ok(found.map(|(_, _, object)| object.observed(world.now())))
            })
            .await
    }
}

fn name(request: &Create<Dashboard>) -> &str {
    request.desired.dashboard_name.as_ref().map(DashboardName::as_str).unwrap_or_default()
}

#[async_trait]
impl Handler<Dashboard> for DashboardHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Dashboard>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            answers.push(self.get(place, name).await);
        }
        answers
    }

    /// Unless another dashboard has the name: one that shows the same is taken for this one.
    async fn create(&self, request: &Create<Dashboard>) -> Result<Observed<Dashboard>, ExecError> {
        let (place, body) = (&request.place, &request.desired.dashboard_body);
        let found = self.get(place, name(request)).await?;
        if found.is_some_and(|found| found.resource.dashboard_body != *body) {
            let message = format!("another dashboard is called `{}`", name(request));
            return Err(ExecError::new(ErrorKind::Conflict, message)
                .with_operation(SERVICE, "PutDashboard"));
        }
        self.0.call(SERVICE, "PutDashboard", place, |world| create_dashboard(world, request)).await
    }

    /// A dashboard of this name that shows the same.
    async fn find(
        &self,
        request: &Create<Dashboard>,
    ) -> Result<Option<Observed<Dashboard>>, ExecError> {
        let found = self.get(&request.place, name(request)).await?;
        let body = &request.desired.dashboard_body;
        Ok(found.filter(|found| found.resource.dashboard_body == *body))
    }

    async fn update(&self, request: &Update<Dashboard>) -> Result<Observed<Dashboard>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "PutDashboard", place, |world| {
                check(&desired.dashboard_body)?;
                world.require::<Dashboard>(place, &request.identifier, "ResourceNotFound")?;
                world.change::<Dashboard>(place, &request.identifier, "", Duration::ZERO, |it| {
                    it.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<Dashboard>) -> Result<Deletion, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call(SERVICE, "DeleteDashboards", place, |world| {
                world.require::<Dashboard>(place, name, "ResourceNotFound")?;
                world.remove::<Dashboard>(place, name, Duration::ZERO);
                Ok(())
            })
            .await;
        match deleted {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(Deletion::Gone),
        }
    }
}
