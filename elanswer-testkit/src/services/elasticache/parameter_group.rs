//! `AWS::ElastiCache::ParameterGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html>
//! and <https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheParameterGroup.html>,
//! parameters: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html>.
//! Not modelled: families of Memcached; cluster mode; which parameters a family has (a name must only
//! look like one) and, but for one, which values they take; the reboot that some of them wait for.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elasticache::{ParameterGroup, ParameterGroupOutputs, ReplicationGroup},
};

use super::{TAGGING, named, value};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles parameter groups in memory.
#[derive(Debug)]
pub struct ParameterGroupHandler(Api);

impl From<Api> for ParameterGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// The families of Redis OSS and Valkey.
const FAMILIES: [&str; 7] =
    ["redis4.0", "redis5.0", "redis6.x", "redis7", "valkey7", "valkey8", "valkey9"];

/// What a full node throws away.
const EVICTION: [&str; 8] = [
    "allkeys-lfu",
    "allkeys-lru",
    "allkeys-random",
    "noeviction",
    "volatile-lfu",
    "volatile-lru",
    "volatile-random",
    "volatile-ttl",
];

/// Parameters that ElastiCache sets itself.
const FIXED: [&str; 6] = ["appendonly", "bind", "maxmemory", "port", "requirepass", "save"];

fn check_parameter(name: &str, wanted: &str) -> Result<(), AwsError> {
    let looks_like_one = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || "-.".contains(char));
    if !looks_like_one {
        return Err(value(format!("Could not find parameter with name: {name}")));
    }
    if FIXED.contains(&name) {
        return Err(value(format!("The parameter {name} cannot be modified.")));
    }
    if name == "maxmemory-policy" && !EVICTION.contains(&wanted) {
        return Err(value(format!("The parameter {name} must be one of: {}", EVICTION.join(","))));
    }
    Ok(())
}

fn create_cache_parameter_group(
    world: &mut World,
    request: &Create<ParameterGroup>,
) -> Result<Observed<ParameterGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.cache_parameter_group_name.as_ref(), "CacheParameterGroupName")?;
    if world.look::<ParameterGroup>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "CacheParameterGroupAlreadyExists",
            format!("CacheParameterGroup {name} already exists."),
        ));
    }
    let used = world.all::<ParameterGroup>(place).count();
    world.quotas.check("cache parameter groups", 150, used, "CacheParameterGroupQuotaExceeded")?;
    let family = desired.cache_parameter_group_family.as_str();
    if !FAMILIES.contains(&family) {
        return Err(value(format!(
            "CacheParameterGroupFamily {family} is not a valid parameter group family."
        )));
    }
    let outputs = ParameterGroupOutputs {
        arn: arn(place, "elasticache", &format!("parametergroup:{name}")),
        cache_parameter_group_name: name,
    };
    // `CreateCacheParameterGroup` takes no parameters.
    let mut made = request.clone();
    made.desired.properties.clear();
    world.insert(&made, outputs, "", Duration::ZERO)
}

fn delete_cache_parameter_group(
    world: &mut World,
    place: &Place,
    name: &str,
) -> Result<(), AwsError> {
    let used = world.all::<ReplicationGroup>(place).any(|(_, cache)| {
        let group = cache.resource.cache_parameter_group.as_ref();
        group.and_then(|group| group.known()) == Some(name)
    });
    if used {
        return Err(AwsError::dependency(
            "InvalidCacheParameterGroupState",
            format!(
                "One or more cache clusters are still members of this parameter group {name}, so \
                 the group cannot be deleted."
            ),
        ));
    }
    world.remove::<ParameterGroup>(place, name, Duration::ZERO);
    Ok(())
}

impl ParameterGroupHandler {
    /// `ModifyCacheParameterGroup` and `ResetCacheParameterGroup`, for twenty parameters at a time.
    async fn change(
        &self,
        place: &Place,
        identifier: &str,
        set: &[(String, String)],
        reset: &[String],
    ) -> Result<(), ExecError> {
        for page in set.chunks(ParameterGroup::PARAMETERS_PER_CALL) {
            self.change_page(place, identifier, "ModifyCacheParameterGroup", |group| {
                page.iter().try_for_each(|(name, value)| check_parameter(name, value))?;
                group.properties.extend(page.iter().cloned());
                Ok(())
            })
            .await?;
        }
        for page in reset.chunks(ParameterGroup::PARAMETERS_PER_CALL) {
            self.change_page(place, identifier, "ResetCacheParameterGroup", |group| {
                group.properties.retain(|name, _| !page.contains(name));
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    async fn change_page(
        &self,
        place: &Place,
        identifier: &str,
        operation: &str,
        f: impl FnOnce(&mut ParameterGroup) -> Result<(), AwsError> + Send,
    ) -> Result<(), ExecError> {
        self.0
            .call("elasticache", operation, place, |world| {
                let code = "CacheParameterGroupNotFound";
                let group = world.require::<ParameterGroup>(place, identifier, code)?;
                let mut changed = group.resource.clone();
                f(&mut changed)?;
                world.change::<ParameterGroup>(place, identifier, "", Duration::ZERO, |object| {
                    object.resource = changed;
                })
            })
            .await
            .map(drop)
    }
}

#[async_trait]
impl Handler<ParameterGroup> for ParameterGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<ParameterGroup>>, ExecError>> {
        self.0.read("elasticache", "DescribeCacheParameterGroups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<ParameterGroup>,
    ) -> Result<Observed<ParameterGroup>, ExecError> {
        let place = &request.place;
        let mut made = self
            .0
            .call("elasticache", "CreateCacheParameterGroup", place, |world| {
                create_cache_parameter_group(world, request)
            })
            .await?;
        let identifier = &made.outputs.cache_parameter_group_name;
        let (set, _) = made.resource.parameter_changes(&request.desired);
        self.change(place, identifier, &set, &[])
            .await
            .map_err(|error| error.with_identifier(identifier))?;
        made.resource.properties.clone_from(&request.desired.properties);
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<ParameterGroup>,
    ) -> Result<Option<Observed<ParameterGroup>>, ExecError> {
        self.0.find_owned("elasticache", "DescribeCacheParameterGroups", request).await
    }

    async fn update(
        &self,
        request: &Update<ParameterGroup>,
    ) -> Result<Observed<ParameterGroup>, ExecError> {
        let (set, reset) = request.current.parameter_changes(&request.desired);
        self.change(&request.place, &request.identifier, &set, &reset).await?;
        self.0.retag("elasticache", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<ParameterGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("elasticache", "DeleteCacheParameterGroup", &request.place, |world| {
                delete_cache_parameter_group(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
