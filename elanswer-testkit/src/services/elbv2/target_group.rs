//! `AWS::ElasticLoadBalancingV2::TargetGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>.
//! The ranges of the health check and of the attributes hold by their types.
//! Not modelled: targets and their health.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::Vpc,
        elbv2::{HealthCheck, TargetGroup, TargetGroupAttributes, TargetGroupOutputs},
    },
};

use super::{Describe, SERVICE, TAGGING, action, find, own, path_of, read, same_settings};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles target groups in memory.
#[derive(Debug)]
pub struct TargetGroupHandler(Api);

impl From<Api> for TargetGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const DESCRIBE: Describe = Describe {
    objects: "DescribeTargetGroups",
    attributes: Some("DescribeTargetGroupAttributes"),
    tags: true,
};

/// `CreateTargetGroup` takes no attributes: those start at AWS's defaults.
fn create_target_group(
    world: &mut World,
    request: &Create<TargetGroup>,
) -> Result<Observed<TargetGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.name else {
        return Err(AwsError::invalid("ValidationError", "A target group name must be specified"));
    };
    let vpc_id = desired.vpc.known().unwrap_or_default();
    if world.get::<Vpc>(place, vpc_id).is_none() {
        return Err(AwsError::not_found(
            "ValidationError",
            format!("The VPC ID '{vpc_id}' is not found"),
        ));
    }
    check_health_check(&desired.health_check)?;
    let all = || world.all::<TargetGroup>(place).map(|(_, object)| object);
    if let Some(existing) = all().find(|object| object.resource.name == desired.name) {
        if same_settings(&existing.resource, desired, &["TargetGroupAttributes", "Tags"]) {
            return Ok(existing.observed(world.now()));
        }
        return Err(AwsError::conflict(
            "DuplicateTargetGroupName",
            format!(
                "A target group with the same name '{name}' exists, but with different settings"
            ),
        ));
    }
    let used = all().count();
    world.quotas.check("target groups per Region", 3000, used, "TooManyTargetGroups")?;
    let id = world.new_hex(16);
    let target_group_arn = arn(place, SERVICE, &format!("targetgroup/{name}/{id}"));
    let outputs = TargetGroupOutputs {
        target_group_full_name: format!("targetgroup/{}", path_of(&target_group_arn)),
        target_group_arn,
        target_group_name: name.to_string(),
    };
    let made = Create {
        desired: TargetGroup { attributes: TargetGroupAttributes::default(), ..desired.clone() },
        ..request.clone()
    };
    world.insert(&made, outputs, "", Duration::ZERO)
}

fn check_health_check(check: &HealthCheck) -> Result<(), AwsError> {
    if check.timeout.get() < check.interval.get() {
        return Ok(());
    }
    Err(AwsError::invalid(
        "ValidationError",
        format!(
            "Health check timeout '{}' must be smaller than the interval '{}'",
            check.timeout, check.interval
        ),
    ))
}

fn change(
    world: &mut World,
    place: &Place,
    identifier: &str,
    f: impl FnOnce(&mut TargetGroup),
) -> Result<(), AwsError> {
    if world.get::<TargetGroup>(place, identifier).is_none() {
        return Err(AwsError::not_found(
            "TargetGroupNotFound",
            "One or more target groups not found",
        ));
    }
    world
        .change::<TargetGroup>(place, identifier, "", Duration::ZERO, |object| {
            f(&mut object.resource);
        })
        .map(drop)
}

fn delete_target_group(world: &mut World, place: &Place, identifier: &str) -> Result<(), AwsError> {
    if action::forwards(world, place).iter().any(|(_, to)| to == identifier) {
        return Err(AwsError::dependency(
            "ResourceInUse",
            format!("Target group '{identifier}' is currently in use by a listener or a rule"),
        ));
    }
    world.remove::<TargetGroup>(place, identifier, Duration::ZERO);
    Ok(())
}

impl TargetGroupHandler {
    async fn modify_attributes(
        &self,
        place: &Place,
        identifier: &str,
        to: &TargetGroup,
    ) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, "ModifyTargetGroupAttributes", place, |world| {
                change(world, place, identifier, |it| it.attributes.clone_from(&to.attributes))
            })
            .await
    }
}

#[async_trait]
impl Handler<TargetGroup> for TargetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<TargetGroup>>, ExecError>> {
        read(&self.0, &DESCRIBE, place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<TargetGroup>,
    ) -> Result<Observed<TargetGroup>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let mut made = self
            .0
            .call(SERVICE, "CreateTargetGroup", place, |world| create_target_group(world, request))
            .await?;
        let identifier = &made.outputs.target_group_arn;
        own(&self.0, "DuplicateTargetGroupName", request, identifier).await?;
        if desired.attributes != TargetGroupAttributes::default() {
            self.modify_attributes(place, identifier, desired)
                .await
                .map_err(|error| error.with_identifier(identifier))?;
        }
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<TargetGroup>,
    ) -> Result<Option<Observed<TargetGroup>>, ExecError> {
        find(&self.0, &DESCRIBE, request).await
    }

    async fn update(
        &self,
        request: &Update<TargetGroup>,
    ) -> Result<Observed<TargetGroup>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.health_check != to.health_check {
            self.0
                .call(SERVICE, "ModifyTargetGroup", place, |world| {
                    check_health_check(&to.health_check)?;
                    change(world, place, id, |it| it.health_check.clone_from(&to.health_check))
                })
                .await?;
        }
        if from.attributes != to.attributes {
            self.modify_attributes(place, id, to).await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<TargetGroup>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteTargetGroup", place, |world| {
                delete_target_group(world, place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
