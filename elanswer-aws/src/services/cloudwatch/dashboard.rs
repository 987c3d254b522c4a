//! `AWS::CloudWatch::Dashboard` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html>.
//! One call gets one dashboard, so several calls are under way together.

use async_trait::async_trait;
use aws_sdk_cloudwatch::Client;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudwatch::{Dashboard, DashboardBody, DashboardName, DashboardOutputs},
};

use super::{SERVICE, failed, unknown};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles dashboards over the SDK.
#[derive(Debug)]
pub struct DashboardHandler(Clients);

impl From<Clients> for DashboardHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(name: &str, body: &str) -> Result<Observed<Dashboard>, ExecError> {
    let operation = "GetDashboard";
    let body =
        DashboardBody::from_text(body).map_err(|_| unknown(operation, "a body of a form"))?;
    let lacks = |_| missing(SERVICE, operation, "DashboardName");
    let name = DashboardName::new(name).map_err(lacks)?;
    let resource = Dashboard::builder().dashboard_name(name.clone()).dashboard_body(body).build();
    Ok(Observed::ready(resource, DashboardOutputs { dashboard_name: name }))
}

/// The text of a body.
fn text(body: &DashboardBody) -> Result<String, ExecError> {
    body.text().map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl DashboardHandler {
    fn client(&self, place: &Place) -> Client {
        self.0.cloudwatch(place.region)
    }

    async fn get(client: &Client, name: &str) -> Result<Option<Observed<Dashboard>>, ExecError> {
        let operation = "GetDashboard";
        let answer = client.get_dashboard().dashboard_name(name).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed(operation)))? else {
            return Ok(None);
        };
        let body = answer.dashboard_body();
        observed(name, body.ok_or_else(|| missing(SERVICE, operation, "DashboardBody"))?).map(Some)
    }

    async fn put(client: &Client, name: &str, body: &DashboardBody) -> Result<(), ExecError> {
        let call = client.put_dashboard().dashboard_name(name).dashboard_body(text(body)?);
        call.send().await.map(drop).map_err(failed("PutDashboard"))
    }
}

#[async_trait]
impl Handler<Dashboard> for DashboardHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Dashboard>>, ExecError>> {
        let client = self.client(place);
        let looks = identifiers.iter().map(|name| Self::get(&client, name));
        futures_util::future::join_all(looks).await
    }

    /// Unless another dashboard has the name: one that shows the same is taken for this one.
    async fn create(&self, request: &Create<Dashboard>) -> Result<Observed<Dashboard>, ExecError> {
        let (client, desired) = (self.client(&request.place), &request.desired);
        let Some(name) = &desired.dashboard_name else {
            return Err(ExecError::new(ErrorKind::Internal, "a dashboard without a name"));
        };
        let found = Self::get(&client, name.as_str()).await?;
        if found.is_some_and(|it| it.resource.dashboard_body != desired.dashboard_body) {
            let message = format!("another dashboard is called `{name}`");
            return Err(ExecError::new(ErrorKind::Conflict, message)
                .with_operation(SERVICE, "PutDashboard"));
        }
        Self::put(&client, name.as_str(), &desired.dashboard_body).await?;
        let outputs = DashboardOutputs { dashboard_name: name.clone() };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// A dashboard of this name that shows the same.
    async fn find(
        &self,
        request: &Create<Dashboard>,
    ) -> Result<Option<Observed<Dashboard>>, ExecError> {
        let Some(name) = &request.desired.dashboard_name else { return Ok(None) };
        let found = Self::get(&self.client(&request.place), name.as_str()).await?;
        let body = &request.desired.dashboard_body;
        Ok(found.filter(|found| found.resource.dashboard_body == *body))
    }

    async fn update(&self, request: &Update<Dashboard>) -> Result<Observed<Dashboard>, ExecError> {
        let client = self.client(&request.place);
        Self::put(&client, &request.identifier, &request.desired.dashboard_body).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Dashboard>) -> Result<Deletion, ExecError> {
        let call = self.client(&request.place).delete_dashboards();
        let call = call.dashboard_names(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteDashboards")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::cloudwatch::{Area, TextWidget, Widget};

    use super::*;

    #[test]
    fn maps_what_aws_answers() {
        let widget = Widget::new(Area::at::<0, 0>(), TextWidget::of("Hello"));
        let body = DashboardBody::of([widget]);
        let found = observed("shop", &text(&body).unwrap()).unwrap();
        assert_eq!(found.resource.dashboard_body, body);
        assert_eq!(found.outputs.dashboard_name.as_str(), "shop");
        assert_eq!(observed("shop", "{}").unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
