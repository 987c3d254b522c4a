//! `AWS::EC2::RouteTable` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html>. Its
//! description holds its routes and associations too, which are kinds of their own.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, ResourceType};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{RouteTable, RouteTableOutputs},
};

use super::{
    SERVICE, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_all, retag,
    tag_specification,
};
use crate::{clients::Clients, error::missing};

/// Handles route tables over the SDK.
#[derive(Debug)]
pub struct RouteTableHandler(Clients);

impl From<Clients> for RouteTableHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(table: &types::RouteTable) -> Result<Observed<RouteTable>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeRouteTables", field);
    let route_table_id = table.route_table_id().ok_or_else(|| lacks("RouteTableId"))?.to_owned();
    let resource = RouteTable::builder()
        .vpc(Ref::existing(table.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .tags(declared(table.tags()))
        .build();
    Ok(Observed::ready(resource, RouteTableOutputs { route_table_id }))
}

/// Describes route tables by `filters`, with their routes and associations.
pub(super) async fn describe_route_tables(
    clients: &Clients,
    region: Region,
    filters: Vec<types::Filter>,
) -> Result<Vec<types::RouteTable>, ExecError> {
    let call = clients.ec2(region).describe_route_tables().set_filters(Some(filters));
    let tables = call.into_paginator().items().send().try_collect().await;
    tables.map_err(failed("DescribeRouteTables"))
}

#[async_trait]
impl Handler<RouteTable> for RouteTableHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RouteTable>>, ExecError>> {
        read_all(identifiers, |page| async {
            let filters = vec![filter("route-table-id", page)];
            let found = describe_route_tables(&self.0, place.region, filters).await?;
            let found = found.iter().map(observed);
            found.map(|table| table.map(|it| (it.outputs.route_table_id.clone(), it))).collect()
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<RouteTable>,
    ) -> Result<Observed<RouteTable>, ExecError> {
        let answer = self
            .0
            .ec2(request.place.region)
            .create_route_table()
            .set_vpc_id(request.desired.vpc.known().map(str::to_owned))
            .tag_specifications(tag_specification(ResourceType::RouteTable, &request.tags()))
            .client_token(&request.token)
            .send()
            .await
            .map_err(failed("CreateRouteTable"))?;
        let table = answer
            .route_table()
            .ok_or_else(|| missing(SERVICE, "CreateRouteTable", "RouteTable"))?;
        observed(table)
    }

    async fn find(
        &self,
        request: &Create<RouteTable>,
    ) -> Result<Option<Observed<RouteTable>>, ExecError> {
        let filters = owned_by(&request.ownership);
        let found = describe_route_tables(&self.0, request.place.region, filters).await?;
        let own = found.iter().find(|table| is_owned(&request.ownership, table.tags()));
        own.map(observed).transpose()
    }

    async fn update(
        &self,
        request: &Update<RouteTable>,
    ) -> Result<Observed<RouteTable>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<RouteTable>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_route_table();
        let call = call.route_table_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteRouteTable")))?;
        Ok(Deletion::Gone)
    }
}
