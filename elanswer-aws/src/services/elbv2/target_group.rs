//! `AWS::ElasticLoadBalancingV2::TargetGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html>.
//! Tags and attributes are not in `DescribeTargetGroups`: `DescribeTags` takes twenty target
//! groups, `DescribeTargetGroupAttributes` only one.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{self, Matcher, TargetGroupAttribute, TargetTypeEnum},
};
use elanswer_core::{
    Handler, Place, Ref, Tags,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{
        HealthCheck, TargetGroup, TargetGroupAttributes, TargetGroupOutputs, TargetType,
    },
};

use super::{
    SERVICE,
    action::{protocol_from_sdk, protocol_to_sdk},
    bounded, failed, foreign, gone_is_fine, int, none_if_gone, own, read_all, retag, tags_of,
    to_sdk,
};
use crate::{clients::Clients, error::missing};

/// Handles target groups over the SDK.
#[derive(Debug)]
pub struct TargetGroupHandler(Clients);

impl From<Clients> for TargetGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

const DESCRIBE: &str = "DescribeTargetGroups";

/// A described target group; it has no tags and AWS's default attributes until those are read.
fn observed(described: &types::TargetGroup) -> Result<Observed<TargetGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    let arn = described.target_group_arn().ok_or_else(|| lacks("TargetGroupArn"))?;
    let name = described.target_group_name().ok_or_else(|| lacks("TargetGroupName"))?;
    let target_type = match described.target_type() {
        Some(TargetTypeEnum::Ip) => TargetType::Ip,
        Some(TargetTypeEnum::Instance) | None => TargetType::Instance,
        Some(other) => return Err(foreign(DESCRIBE, format_args!("the target type {other:?}"))),
    };
    let protocol = protocol_from_sdk(described.protocol()).ok_or_else(|| {
        foreign(DESCRIBE, format_args!("the protocol {:?}", described.protocol()))
    })?;
    let resource = TargetGroup::builder()
        .maybe_name(name.parse().ok())
        .target_type(target_type)
        .vpc(Ref::existing(described.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .protocol(protocol)
        .port(bounded(described.port()).ok_or_else(|| lacks("Port"))?)
        .health_check(
            health_check(described)
                .ok_or_else(|| foreign(DESCRIBE, "the health check of the target group"))?,
        )
        .build();
    let outputs = TargetGroupOutputs {
        target_group_arn: arn.to_owned(),
        target_group_full_name: full_name(arn),
        target_group_name: name.to_owned(),
    };
    Ok(Observed::ready(resource, outputs))
}

/// The name in metrics: the last part of the ARN.
fn full_name(arn: &str) -> String {
    arn.rsplit_once(':').map_or(arn, |(_, name)| name).to_owned()
}

fn health_check(described: &types::TargetGroup) -> Option<HealthCheck> {
    Some(HealthCheck {
        interval: bounded(described.health_check_interval_seconds())?,
        path: described.health_check_path()?.parse().ok()?,
        port: described.health_check_port()?.parse().ok()?,
        protocol: protocol_from_sdk(described.health_check_protocol())?,
        timeout: bounded(described.health_check_timeout_seconds())?,
        healthy_threshold: bounded(described.healthy_threshold_count())?,
        matcher: described.matcher()?.http_code()?.parse().ok()?,
        unhealthy_threshold: bounded(described.unhealthy_threshold_count())?,
    })
}

/// Puts a health check into the create or the modify call: their builders have the same methods.
macro_rules! with_health_check {
    ($call:expr, $check:expr) => {{
        let check: &HealthCheck = $check;
        $call
            .health_check_interval_seconds(int(check.interval))
            .health_check_path(check.path.as_str())
            .health_check_port(check.port.to_string())
            .health_check_protocol(protocol_to_sdk(check.protocol))
            .health_check_timeout_seconds(int(check.timeout))
            .healthy_threshold_count(int(check.healthy_threshold))
            .matcher(Matcher::builder().http_code(check.matcher.as_str()).build())
            .unhealthy_threshold_count(int(check.unhealthy_threshold))
    }};
}

/// The attributes of a modify call.
fn attributes_to_sdk(attributes: &TargetGroupAttributes) -> Vec<TargetGroupAttribute> {
    let pairs = attributes.pairs();
    pairs
        .map(|(key, value)| TargetGroupAttribute::builder().key(key).set_value(value).build())
        .collect()
}

fn attributes_from_sdk(
    attributes: &[TargetGroupAttribute],
) -> Result<TargetGroupAttributes, ExecError> {
    let pairs =
        attributes.iter().filter_map(|attribute| Some((attribute.key()?, attribute.value()?)));
    TargetGroupAttributes::from_pairs(pairs)
        .map_err(|error| foreign("DescribeTargetGroupAttributes", error))
}

/// Which target groups to describe.
enum Which {
    Arns(Vec<String>),
    Name(String),
}

/// Describes target groups, each with all of its tags.
async fn describe(
    client: &Client,
    which: Which,
) -> Result<Vec<(Tags, Observed<TargetGroup>)>, ExecError> {
    let call = match which {
        Which::Arns(arns) => client.describe_target_groups().set_target_group_arns(Some(arns)),
        Which::Name(name) => client.describe_target_groups().names(name),
    };
    let pages = call.into_paginator().items().send();
    let described: Vec<_> = pages.try_collect().await.map_err(failed(DESCRIBE))?;
    let mut found = described.iter().map(observed).collect::<Result<Vec<_>, _>>()?;
    let arns: Vec<String> =
        found.iter().map(|object| object.outputs.target_group_arn.clone()).collect();
    let mut tags = tags_of(client, &arns).await?;
    for (arn, object) in arns.iter().zip(&mut found) {
        let call = client.describe_target_group_attributes().target_group_arn(arn);
        let answer = call.send().await.map_err(failed("DescribeTargetGroupAttributes"))?;
        object.resource.attributes = attributes_from_sdk(answer.attributes())?;
    }
    Ok(arns
        .iter()
        .zip(found)
        .map(|(arn, mut object)| {
            let tags = tags.remove(arn).unwrap_or_default();
            object.resource.tags = tags.clone().declared();
            (tags, object)
        })
        .collect())
}

async fn modify_attributes(client: &Client, arn: &str, to: &TargetGroup) -> Result<(), ExecError> {
    client
        .modify_target_group_attributes()
        .target_group_arn(arn)
        .set_attributes(Some(attributes_to_sdk(&to.attributes)))
        .send()
        .await
        .map(drop)
        .map_err(failed("ModifyTargetGroupAttributes"))
}

#[async_trait]
impl Handler<TargetGroup> for TargetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<TargetGroup>>, ExecError>> {
        let client = &self.0.elbv2(place.region);
        read_all(identifiers, |page| async move {
            let found = describe(client, Which::Arns(page)).await?.into_iter();
            Ok(found.map(|(_, it)| (it.outputs.target_group_arn.clone(), it)).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<TargetGroup>,
    ) -> Result<Observed<TargetGroup>, ExecError> {
        let (client, desired) = (self.0.elbv2(request.place.region), &request.desired);
        let call = client
            .create_target_group()
            .set_name(desired.name.as_ref().map(ToString::to_string))
            .target_type(match desired.target_type {
                TargetType::Instance => TargetTypeEnum::Instance,
                _ => TargetTypeEnum::Ip,
            })
            .set_vpc_id(desired.vpc.known().map(str::to_owned))
            .protocol(protocol_to_sdk(desired.protocol))
            .port(int(desired.port))
            .set_tags(Some(to_sdk(&request.tags())));
        let answer = with_health_check!(call, &desired.health_check)
            .send()
            .await
            .map_err(failed("CreateTargetGroup"))?;
        let described = answer.target_groups().first();
        let described =
            described.ok_or_else(|| missing(SERVICE, "CreateTargetGroup", "TargetGroups"))?;
        let mut made = observed(described)?;
        let arn = &made.outputs.target_group_arn;
        own(&client, ("CreateTargetGroup", "DuplicateTargetGroupName"), request, arn).await?;
        if desired.attributes != TargetGroupAttributes::default() {
            modify_attributes(&client, arn, desired)
                .await
                .map_err(|error| error.with_identifier(arn))?;
        }
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<TargetGroup>,
    ) -> Result<Option<Observed<TargetGroup>>, ExecError> {
        let Some(name) = &request.desired.name else { return Ok(None) };
        let client = self.0.elbv2(request.place.region);
        let found = describe(&client, Which::Name(name.to_string())).await;
        none_if_gone(found.map(|found| {
            let mut owned = found.into_iter().filter(|(tags, _)| request.ownership.owns(tags));
            owned.next().map(|(_, object)| object)
        }))
    }

    async fn update(
        &self,
        request: &Update<TargetGroup>,
    ) -> Result<Observed<TargetGroup>, ExecError> {
        let (client, arn) = (self.0.elbv2(request.place.region), &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.health_check != to.health_check {
            let call = client.modify_target_group().target_group_arn(arn);
            let call = with_health_check!(call, &to.health_check);
            call.send().await.map_err(failed("ModifyTargetGroup"))?;
        }
        if from.attributes != to.attributes {
            modify_attributes(&client, arn, to).await?;
        }
        retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<TargetGroup>) -> Result<Deletion, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let call = client.delete_target_group().target_group_arn(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteTargetGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::ProtocolEnum;
    use elanswer_core::services::elbv2::{DeregistrationDelay, Port};

    use super::*;

    fn described() -> types::builders::TargetGroupBuilder {
        types::TargetGroup::builder()
            .target_group_arn(
                "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0f",
            )
            .target_group_name("web")
            .target_type(TargetTypeEnum::Ip)
            .vpc_id("vpc-1")
            .protocol(ProtocolEnum::Http)
            .port(8080)
            .health_check_interval_seconds(30)
            .health_check_path("/")
            .health_check_port("traffic-port")
            .health_check_protocol(ProtocolEnum::Http)
            .health_check_timeout_seconds(5)
            .healthy_threshold_count(5)
            .matcher(Matcher::builder().http_code("200").build())
            .unhealthy_threshold_count(2)
    }

    #[test]
    fn what_aws_fills_in_is_the_default_of_the_model() {
        let found = observed(&described().build()).unwrap();
        let expected = TargetGroup::builder()
            .name("web".parse().unwrap())
            .vpc(Ref::existing("vpc-1"))
            .port(Port::of::<8080>())
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.target_group_full_name, "targetgroup/web/0f");
    }

    #[test]
    fn what_the_model_lacks_is_refused() {
        assert!(observed(&described().protocol(ProtocolEnum::Tcp).build()).is_err());
        assert!(observed(&described().target_type(TargetTypeEnum::Lambda).build()).is_err());
    }

    #[test]
    fn attributes_come_back_as_they_were_sent() {
        let attributes = TargetGroupAttributes::builder()
            .deregistration_delay(DeregistrationDelay::of::<0>())
            .stickiness(true)
            .build();
        assert_eq!(attributes_from_sdk(&attributes_to_sdk(&attributes)), Ok(attributes));
    }
}
