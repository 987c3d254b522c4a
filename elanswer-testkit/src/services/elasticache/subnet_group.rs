//! `AWS::ElastiCache::SubnetGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html>
//! and <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheSubnetGroup.html>.
//! Not modelled: IPv6, outposts, local zones, in which subnet of its group a node stands.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Subnet,
        elasticache::{ReplicationGroup, SubnetGroup, SubnetGroupOutputs},
    },
};

use super::{TAGGING, named};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles subnet groups in memory.
#[derive(Debug)]
pub struct SubnetGroupHandler(Api);

impl From<Api> for SubnetGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The VPC of a group.
pub(super) fn vpc_of(world: &World, place: &Place, group: &SubnetGroup) -> Option<String> {
    let subnet = group.subnets.iter().next()?.known()?;
    world.get::<Subnet>(place, subnet)?.resource.vpc.known().map(str::to_owned)
}

fn check_subnets(world: &World, place: &Place, group: &SubnetGroup) -> Result<(), AwsError> {
    let mut vpcs = Set::new();
    for subnet in &group.subnets {
        let identifier = subnet.known().unwrap_or_default();
        let subnet = world.get::<Subnet>(place, identifier).ok_or_else(|| {
            AwsError::invalid(
                "InvalidSubnet",
                format!("The requested subnet is invalid: {identifier}"),
            )
        })?;
        vpcs.insert(subnet.resource.vpc.clone());
    }
    let Some(others) = group.subnets.len().checked_sub(1) else {
        return Err(AwsError::invalid(
            "InvalidParameterValue",
            "The parameter SubnetIds must be provided.",
        ));
    };
    if vpcs.len() > 1 {
        return Err(AwsError::invalid("InvalidSubnet", "The subnets are not all in a common VPC"));
    }
    let name = "subnets per cache subnet group";
    world.quotas.check(name, 20, others, "CacheSubnetQuotaExceededFault")
}

fn create_cache_subnet_group(
    world: &mut World,
    request: &Create<SubnetGroup>,
) -> Result<Observed<SubnetGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.cache_subnet_group_name.as_ref(), "CacheSubnetGroupName")?;
    if world.look::<SubnetGroup>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "CacheSubnetGroupAlreadyExists",
            format!("Cache subnet group {name} already exists."),
        ));
    }
    let used = world.all::<SubnetGroup>(place).count();
    world.quotas.check("cache subnet groups", 150, used, "CacheSubnetGroupQuotaExceeded")?;
    check_subnets(world, place, desired)?;
    let outputs = SubnetGroupOutputs {
        arn: arn(place, "elasticache", &format!("subnetgroup:{name}")),
        cache_subnet_group_name: name,
    };
    world.insert(request, outputs, "", Duration::ZERO)
}

fn modify_cache_subnet_group(
    world: &mut World,
    request: &Update<SubnetGroup>,
) -> Result<(), AwsError> {
    let (place, name, desired) = (&request.place, &request.identifier, &request.desired);
    world.require::<SubnetGroup>(place, name, "CacheSubnetGroupNotFoundFault")?;
    check_subnets(world, place, desired)?;
    world
        .change::<SubnetGroup>(place, name, "", Duration::ZERO, |object| {
            object.resource.subnets.clone_from(&desired.subnets);
            object.resource.description.clone_from(&desired.description);
        })
        .map(drop)
}

fn delete_cache_subnet_group(world: &mut World, place: &Place, name: &str) -> Result<(), AwsError> {
    let used = world
        .all::<ReplicationGroup>(place)
        .any(|(_, cache)| cache.resource.cache_subnet_group.known() == Some(name));
    if used {
        return Err(AwsError::dependency(
            "CacheSubnetGroupInUse",
            format!("Cache subnet group {name} is currently in use by a cache cluster."),
        ));
    }
    world.remove::<SubnetGroup>(place, name, Duration::ZERO);
    Ok(())
}

#[async_trait]
impl Handler<SubnetGroup> for SubnetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SubnetGroup>>, ExecError>> {
        self.0.read("elasticache", "DescribeCacheSubnetGroups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<SubnetGroup>,
    ) -> Result<Observed<SubnetGroup>, ExecError> {
        self.0
            .call("elasticache", "CreateCacheSubnetGroup", &request.place, |world| {
                create_cache_subnet_group(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<SubnetGroup>,
    ) -> Result<Option<Observed<SubnetGroup>>, ExecError> {
        self.0.find_owned("elasticache", "DescribeCacheSubnetGroups", request).await
    }

    async fn update(
        &self,
        request: &Update<SubnetGroup>,
    ) -> Result<Observed<SubnetGroup>, ExecError> {
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("elasticache", "ModifyCacheSubnetGroup", &request.place, |world| {
                    modify_cache_subnet_group(world, request)
                })
                .await?;
        }
        self.0.retag("elasticache", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<SubnetGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("elasticache", "DeleteCacheSubnetGroup", &request.place, |world| {
                delete_cache_subnet_group(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
