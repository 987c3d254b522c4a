//! `AWS::RDS::DBSubnetGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html>
//! and <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html>.
//! AWS does not say in which subnets of its group an instance stands; here it is the first of its
//! zone, and the standby is in the first of another zone. Not modelled: IPv6, outposts, local zones.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Set, Zone,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Subnet,
        rds::{DbInstance, DbSubnetGroup, DbSubnetGroupOutputs},
    },
};

use super::{TAGGING, db_instance::replica::subnet_group, named};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles subnet groups in memory.
#[derive(Debug)]
pub struct DbSubnetGroupHandler(Api);

impl From<Api> for DbSubnetGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The VPC of a group, when there is one.
pub(super) fn vpc_of(world: &World, place: &Place, group: &DbSubnetGroup) -> Option<String> {
    let subnet = group.subnets.iter().next()?.known()?;
    world.get::<Subnet>(place, subnet)?.resource.vpc.known().map(str::to_owned)
}

/// The zones that a group covers, in the order of its subnets.
pub(super) fn zones_of(world: &World, place: &Place, group: &DbSubnetGroup) -> Vec<Zone> {
    let zone = |subnet: &Ref<Subnet>| {
        let subnet = world.get::<Subnet>(place, subnet.known()?)?;
        Some(subnet.resource.availability_zone)
    };
    group.subnets.iter().filter_map(zone).collect()
}

fn check_subnets(world: &World, place: &Place, group: &DbSubnetGroup) -> Result<(), AwsError> {
    let (mut vpcs, mut zones) = (Set::new(), Set::new());
    for subnet in &group.subnets {
        let identifier = subnet.known().unwrap_or_default();
        let subnet = world.get::<Subnet>(place, identifier).ok_or_else(|| {
            AwsError::not_found(
                "InvalidSubnet",
                format!("The requested subnet is invalid, or multiple subnets were requested that are not all in a common VPC: {identifier}"),
            )
        })?;
        vpcs.insert(subnet.resource.vpc.clone());
        zones.insert(subnet.resource.availability_zone);
    }
    if vpcs.len() > 1 {
        return Err(AwsError::invalid("InvalidSubnet", "The subnets are not all in a common VPC"));
    }
    if zones.len() < 2 {
        let covered: Vec<String> = zones.iter().map(Zone::to_string).collect();
        return Err(AwsError::invalid(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            format!(
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. \
                 Current AZ coverage: {}. Add subnets to cover at least 2 AZs.",
                covered.join(", ")
            ),
        ));
    }
    let size = group.subnets.len() - 1;
    world.quotas.check("subnets per DB subnet group", 20, size, "DBSubnetQuotaExceededFault")
}

fn create_db_subnet_group(
    world: &mut World,
    request: &Create<DbSubnetGroup>,
) -> Result<Observed<DbSubnetGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.db_subnet_group_name.as_ref(), "DBSubnetGroupName")?;
    if world.look::<DbSubnetGroup>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "DBSubnetGroupAlreadyExists",
            format!("The DB subnet group '{name}' already exists."),
        ));
    }
    let used = world.all::<DbSubnetGroup>(place).count();
    world.quotas.check("DB subnet groups", 50, used, "DBSubnetGroupQuotaExceeded")?;
    check_subnets(world, place, desired)?;
    let outputs = DbSubnetGroupOutputs {
        db_subnet_group_arn: arn(place, "rds", &format!("subgrp:{name}")),
        db_subnet_group_name: name,
    };
    world.insert(request, outputs, "", Duration::ZERO)
}

fn modify_db_subnet_group(
    world: &mut World,
    request: &Update<DbSubnetGroup>,
) -> Result<(), AwsError> {
    let (place, name, desired) = (&request.place, &request.identifier, &request.desired);
    let group = world.require::<DbSubnetGroup>(place, name, "DBSubnetGroupNotFoundFault")?;
    let occupied = occupied(world, place, name, &group.resource);
    check_subnets(world, place, desired)?;
    if let Some(subnet) = occupied.iter().find(|subnet| !desired.subnets.contains(*subnet)) {
        return Err(AwsError::invalid(
            "SubnetAlreadyInUse",
            format!(
                "Some of the subnets to be deleted are currently in use: {}",
                subnet.known().unwrap_or_default()
            ),
        ));
    }
    world
        .change::<DbSubnetGroup>(place, name, "", Duration::ZERO, |object| {
            let resource = &mut object.resource;
            resource.subnets.clone_from(&desired.subnets);
            resource.db_subnet_group_description.clone_from(&desired.db_subnet_group_description);
        })
        .map(drop)
}

/// The subnets of the group that instances stand in.
fn occupied(world: &World, place: &Place, name: &str, group: &DbSubnetGroup) -> Set<Ref<Subnet>> {
    let zone = |subnet: &Ref<Subnet>| {
        let subnet = world.get::<Subnet>(place, subnet.known()?)?;
        Some(subnet.resource.availability_zone)
    };
    let mut occupied = Set::new();
    for (_, instance) in users(world, place, name) {
        let at = |subnet: &&Ref<Subnet>| {
            instance.availability_zone.is_none() || zone(subnet) == instance.availability_zone
        };
        let Some(first) = group.subnets.iter().find(at) else { continue };
        occupied.insert(first.clone());
        if instance.multi_az {
            occupied.extend(group.subnets.iter().find(|it| zone(it) != zone(first)).cloned());
        }
    }
    occupied
}

/// The instances of the group, those that are being deleted among them.
fn users<'a>(
    world: &'a World,
    place: &'a Place,
    name: &'a str,
) -> impl Iterator<Item = (&'a str, &'a DbInstance)> {
    world
        .all::<DbInstance>(place)
        .map(|(identifier, object)| (identifier, &object.resource))
        .filter(move |(_, instance)| {
            subnet_group(world, place, instance).and_then(Ref::known) == Some(name)
        })
}

fn delete_db_subnet_group(world: &mut World, place: &Place, name: &str) -> Result<(), AwsError> {
    if let Some((instance, _)) = users(world, place, name).next() {
        return Err(AwsError::dependency(
            "InvalidDBSubnetGroupStateFault",
            format!(
                "Cannot delete the subnet group '{name}' because at least one database instance: \
                 {instance} is still using it."
            ),
        ));
    }
    world.remove::<DbSubnetGroup>(place, name, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<DbSubnetGroup> for DbSubnetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbSubnetGroup>>, ExecError>> {
        self.0.read("rds", "DescribeDBSubnetGroups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<DbSubnetGroup>,
    ) -> Result<Observed<DbSubnetGroup>, ExecError> {
        self.0
            .call("rds", "CreateDBSubnetGroup", &request.place, |world| {
                create_db_subnet_group(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<DbSubnetGroup>,
    ) -> Result<Option<Observed<DbSubnetGroup>>, ExecError> {
        self.0.find_owned("rds", "DescribeDBSubnetGroups", request).await
    }

    async fn update(
        &self,
        request: &Update<DbSubnetGroup>,
    ) -> Result<Observed<DbSubnetGroup>, ExecError> {
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("rds", "ModifyDBSubnetGroup", &request.place, |world| {
                    modify_db_subnet_group(world, request)
                })
                .await?;
        }
        self.0.retag("rds", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<DbSubnetGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("rds", "DeleteDBSubnetGroup", &request.place, |world| {
                delete_db_subnet_group(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
