//! `AWS::EC2::SubnetRouteTableAssociation` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html>. An
//! association is a part of the description of its table.

use async_trait::async_trait;
use aws_sdk_ec2::types::{self, RouteTableAssociationStateCode as State};
use elanswer_core::{
    Handler, Place, Ref, Region,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{SubnetRouteTableAssociation, SubnetRouteTableAssociationOutputs},
};

use super::{SERVICE, failed, filter, gone_is_fine, read_all, route_table::describe_route_tables};
use crate::{clients::Clients, error::missing};

/// Handles associations of subnets with route tables over the SDK.
#[derive(Debug)]
pub struct SubnetRouteTableAssociationHandler(Clients);

impl From<Clients> for SubnetRouteTableAssociationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// `None` once it is gone.
fn status(state: Option<&types::RouteTableAssociationState>) -> Option<Status> {
    match state.and_then(types::RouteTableAssociationState::state) {
        Some(State::Associating) => Some(Status::Pending("associating".to_owned())),
        Some(State::Disassociating) => Some(Status::Deleting),
        Some(State::Disassociated) => None,
        Some(State::Failed) => {
            let reason = state.and_then(types::RouteTableAssociationState::status_message);
            Some(Status::Failed(reason.unwrap_or("AWS gave no reason").to_owned()))
        }
        _ => Some(Status::Ready),
    }
}

/// An association with a subnet; those of gateways and of the VPC itself are none of ours.
fn observed(
    association: &types::RouteTableAssociation,
) -> Option<Observed<SubnetRouteTableAssociation>> {
    let resource = SubnetRouteTableAssociation::new(
        Ref::existing(association.subnet_id()?),
        Ref::existing(association.route_table_id()?),
    );
    let id = association.route_table_association_id()?.to_owned();
    let status = status(association.association_state())?;
    let outputs = SubnetRouteTableAssociationOutputs { id };
    Some(Observed::ready(resource, outputs).with_status(status))
}

impl SubnetRouteTableAssociationHandler {
    async fn describe(
        &self,
        region: Region,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<Observed<SubnetRouteTableAssociation>>, ExecError> {
        let tables = describe_route_tables(&self.0, region, filters).await?;
        let associations = tables.iter().flat_map(types::RouteTable::associations);
        Ok(associations.filter_map(observed).collect())
    }
}

#[async_trait]
impl Handler<SubnetRouteTableAssociation> for SubnetRouteTableAssociationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetRouteTableAssociation>>, ExecError>> {
        read_all(identifiers, |page| async {
            let filters = vec![filter("association.route-table-association-id", page)];
            let found = self.describe(place.region, filters).await?;
            Ok(found.into_iter().map(|it| (it.outputs.id.clone(), it)).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<SubnetRouteTableAssociation>,
    ) -> Result<Observed<SubnetRouteTableAssociation>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .ec2(request.place.region)
            .associate_route_table()
            .set_subnet_id(desired.subnet.known().map(str::to_owned))
            .set_route_table_id(desired.route_table.known().map(str::to_owned))
            .send()
            .await
            .map_err(failed("AssociateRouteTable"))?;
        let id = answer
            .association_id()
            .ok_or_else(|| missing(SERVICE, "AssociateRouteTable", "AssociationId"))?
            .to_owned();
        let status = status(answer.association_state()).unwrap_or(Status::Deleting);
        let outputs = SubnetRouteTableAssociationOutputs { id };
        Ok(Observed::ready(desired.clone(), outputs).with_status(status))
    }

    async fn find(
        &self,
        request: &Create<SubnetRouteTableAssociation>,
    ) -> Result<Option<Observed<SubnetRouteTableAssociation>>, ExecError> {
        let subnet_id = request.desired.subnet.known().map(str::to_owned);
        let filters = vec![filter("association.subnet-id", subnet_id)];
        let found = self.describe(request.place.region, filters).await?;
        Ok(found.into_iter().find(|association| association.resource == request.desired))
    }

    /// Every property makes another association.
    async fn update(
        &self,
        request: &Update<SubnetRouteTableAssociation>,
    ) -> Result<Observed<SubnetRouteTableAssociation>, ExecError> {
        Ok(request.done())
    }

    async fn delete(
        &self,
        request: &Delete<SubnetRouteTableAssociation>,
    ) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).disassociate_route_table();
        let call = call.association_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DisassociateRouteTable")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_subnets_count() {
        let association = types::RouteTableAssociation::builder()
            .route_table_association_id("rtbassoc-1")
            .route_table_id("rtb-1");
        assert!(observed(&association.clone().main(true).build()).is_none());
        let found = observed(&association.subnet_id("subnet-1").build()).unwrap();
        assert_eq!(found.outputs.id, "rtbassoc-1");
        assert_eq!(found.status, Status::Ready);
    }

    #[test]
    fn what_is_gone_is_not_there() {
        let state = |state| types::RouteTableAssociationState::builder().state(state).build();
        assert_eq!(status(Some(&state(State::Disassociated))), None);
        assert_eq!(status(Some(&state(State::Disassociating))), Some(Status::Deleting));
    }
}
