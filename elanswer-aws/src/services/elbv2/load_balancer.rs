//! `AWS::ElasticLoadBalancingV2::LoadBalancer` over the SDK.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>.
//! Tags and attributes are not in `DescribeLoadBalancers`: `DescribeTags` takes twenty load
//! balancers, `DescribeLoadBalancerAttributes` only one.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    Client,
    types::{
        self, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
        LoadBalancerTypeEnum,
    },
};
use elanswer_core::{
    Handler, Place, Ref, Tags,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{LoadBalancer, LoadBalancerAttributes, LoadBalancerOutputs, Scheme},
};

use super::{
    SERVICE, failed, foreign, gone_is_fine, none_if_gone, own, read_all, retag, tags_of, to_sdk,
};
use crate::{clients::Clients, error::missing};

/// Handles load balancers over the SDK.
#[derive(Debug)]
pub struct LoadBalancerHandler(Clients);

impl From<Clients> for LoadBalancerHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

const DESCRIBE: &str = "DescribeLoadBalancers";

/// A described load balancer; it has no tags and AWS's default attributes until those are read.
fn observed(described: &types::LoadBalancer) -> Result<Observed<LoadBalancer>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    if described.r#type().is_some_and(|it| *it != LoadBalancerTypeEnum::Application) {
        return Err(foreign(
            DESCRIBE,
            format_args!("a load balancer of type {:?}", described.r#type()),
        ));
    }
    let arn = described.load_balancer_arn().ok_or_else(|| lacks("LoadBalancerArn"))?;
    let name = described.load_balancer_name().ok_or_else(|| lacks("LoadBalancerName"))?;
    let zones = described.availability_zones().iter();
    let groups = described.security_groups().iter();
    let resource = LoadBalancer::builder()
        .maybe_name(name.parse().ok())
        .scheme(match described.scheme() {
            Some(LoadBalancerSchemeEnum::Internal) => Scheme::Internal,
            _ => Scheme::InternetFacing,
        })
        .subnets(zones.filter_map(|zone| zone.subnet_id()).map(Ref::existing))
        .security_groups(groups.map(Ref::existing))
        .build();
    let outputs = LoadBalancerOutputs {
        load_balancer_arn: arn.to_owned(),
        dns_name: described.dns_name().ok_or_else(|| lacks("DNSName"))?.to_owned(),
        canonical_hosted_zone_id: described
            .canonical_hosted_zone_id()
            .ok_or_else(|| lacks("CanonicalHostedZoneId"))?
            .to_owned(),
        load_balancer_full_name: full_name(arn).to_owned(),
        load_balancer_name: name.to_owned(),
    };
    Ok(Observed::ready(resource, outputs).with_status(status(described.state())))
}

/// The name in metrics: what follows `loadbalancer/` in the ARN.
fn full_name(arn: &str) -> &str {
    arn.split_once(":loadbalancer/").map_or(arn, |(_, name)| name)
}

/// AWS calls one that serves but cannot scale `active_impaired`.
fn status(state: Option<&types::LoadBalancerState>) -> Status {
    let reason = state.and_then(types::LoadBalancerState::reason).unwrap_or("AWS gave no reason");
    match state.and_then(types::LoadBalancerState::code) {
        Some(LoadBalancerStateEnum::Provisioning) => Status::Pending("provisioning".to_owned()),
        Some(LoadBalancerStateEnum::Failed) => Status::Failed(reason.to_owned()),
        _ => Status::Ready,
    }
}

/// The attributes of a modify call.
fn attributes_to_sdk(attributes: &LoadBalancerAttributes) -> Vec<LoadBalancerAttribute> {
    let pairs = attributes.pairs();
    pairs
        .map(|(key, value)| LoadBalancerAttribute::builder().key(key).set_value(value).build())
        .collect()
}

fn attributes_from_sdk(
    attributes: &[LoadBalancerAttribute],
) -> Result<LoadBalancerAttributes, ExecError> {
    let pairs =
        attributes.iter().filter_map(|attribute| Some((attribute.key()?, attribute.value()?)));
    LoadBalancerAttributes::from_pairs(pairs)
        .map_err(|error| foreign("DescribeLoadBalancerAttributes", error))
}

/// Which load balancers to describe.
enum Which {
    Arns(Vec<String>),
    Name(String),
}

/// Describes load balancers, each with all of its tags.
async fn describe(
    client: &Client,
    which: Which,
) -> Result<Vec<(Tags, Observed<LoadBalancer>)>, ExecError> {
    let call = match which {
        Which::Arns(arns) => client.describe_load_balancers().set_load_balancer_arns(Some(arns)),
        Which::Name(name) => client.describe_load_balancers().names(name),
    };
    let pages = call.into_paginator().items().send();
    let described: Vec<_> = pages.try_collect().await.map_err(failed(DESCRIBE))?;
    let mut found = described.iter().map(observed).collect::<Result<Vec<_>, _>>()?;
    let arns: Vec<String> =
        found.iter().map(|object| object.outputs.load_balancer_arn.clone()).collect();
    let mut tags = tags_of(client, &arns).await?;
    for (arn, object) in arns.iter().zip(&mut found) {
        let call = client.describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = call.send().await.map_err(failed("DescribeLoadBalancerAttributes"))?;
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

async fn modify_attributes(client: &Client, arn: &str, to: &LoadBalancer) -> Result<(), ExecError> {
    client
        .modify_load_balancer_attributes()
        .load_balancer_arn(arn)
        .set_attributes(Some(attributes_to_sdk(&to.attributes)))
        .send()
        .await
        .map(drop)
        .map_err(failed("ModifyLoadBalancerAttributes"))
}

fn subnets(it: &LoadBalancer) -> Option<Vec<String>> {
    Some(it.subnets.iter().filter_map(Ref::known).map(str::to_owned).collect())
}

fn security_groups(it: &LoadBalancer) -> Option<Vec<String>> {
    Some(it.security_groups.iter().filter_map(Ref::known).map(str::to_owned).collect())
}

#[async_trait]
impl Handler<LoadBalancer> for LoadBalancerHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LoadBalancer>>, ExecError>> {
        let client = &self.0.elbv2(place.region);
        read_all(identifiers, |page| async move {
            let found = describe(client, Which::Arns(page)).await?.into_iter();
            Ok(found.map(|(_, it)| (it.outputs.load_balancer_arn.clone(), it)).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<LoadBalancer>,
    ) -> Result<Observed<LoadBalancer>, ExecError> {
        let (client, desired) = (self.0.elbv2(request.place.region), &request.desired);
        let answer = client
            .create_load_balancer()
            .set_name(desired.name.as_ref().map(ToString::to_string))
            .scheme(match desired.scheme {
                Scheme::Internal => LoadBalancerSchemeEnum::Internal,
                Scheme::InternetFacing => LoadBalancerSchemeEnum::InternetFacing,
            })
            .r#type(LoadBalancerTypeEnum::Application)
            .set_subnets(subnets(desired))
            .set_security_groups(security_groups(desired))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateLoadBalancer"))?;
        let described = answer.load_balancers().first();
        let described =
            described.ok_or_else(|| missing(SERVICE, "CreateLoadBalancer", "LoadBalancers"))?;
        let mut made = observed(described)?;
        let arn = &made.outputs.load_balancer_arn;
        own(&client, ("CreateLoadBalancer", "DuplicateLoadBalancerName"), request, arn).await?;
        if desired.attributes != LoadBalancerAttributes::default() {
            modify_attributes(&client, arn, desired)
                .await
                .map_err(|error| error.with_identifier(arn))?;
        }
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<LoadBalancer>,
    ) -> Result<Option<Observed<LoadBalancer>>, ExecError> {
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
        request: &Update<LoadBalancer>,
    ) -> Result<Observed<LoadBalancer>, ExecError> {
        let (client, arn) = (self.0.elbv2(request.place.region), &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.subnets != to.subnets {
            let call = client.set_subnets().load_balancer_arn(arn).set_subnets(subnets(to));
            call.send().await.map_err(failed("SetSubnets"))?;
        }
        if from.security_groups != to.security_groups {
            let call = client.set_security_groups().load_balancer_arn(arn);
            let call = call.set_security_groups(security_groups(to));
            call.send().await.map_err(failed("SetSecurityGroups"))?;
        }
        if from.attributes != to.attributes {
            modify_attributes(&client, arn, to).await?;
        }
        retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<LoadBalancer>) -> Result<Deletion, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let call = client.delete_load_balancer().load_balancer_arn(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteLoadBalancer")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_elasticloadbalancingv2::types::{AvailabilityZone, LoadBalancerState};
    use elanswer_core::{
        executor::ErrorKind,
        services::elbv2::{AccessLogs, DesyncMitigation, IdleTimeout},
    };

    use super::*;

    const ARN: &str =
        "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/front/0f";

    fn described(state: LoadBalancerStateEnum) -> types::builders::LoadBalancerBuilder {
        types::LoadBalancer::builder()
            .load_balancer_arn(ARN)
            .load_balancer_name("front")
            .dns_name("front-1.us-east-1.elb.amazonaws.com")
            .canonical_hosted_zone_id("Z35SXDOTRQ7X7K")
            .scheme(LoadBalancerSchemeEnum::Internal)
            .r#type(LoadBalancerTypeEnum::Application)
            .availability_zones(AvailabilityZone::builder().subnet_id("subnet-b").build())
            .availability_zones(AvailabilityZone::builder().subnet_id("subnet-a").build())
            .security_groups("sg-1")
            .state(LoadBalancerState::builder().code(state).reason("why").build())
    }

    #[test]
    fn a_described_load_balancer_has_every_property() {
        let found = observed(&described(LoadBalancerStateEnum::Active).build()).unwrap();
        let expected = LoadBalancer::builder()
            .name("front".parse().unwrap())
            .scheme(Scheme::Internal)
            .subnets([Ref::existing("subnet-a"), Ref::existing("subnet-b")])
            .security_groups([Ref::existing("sg-1")])
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.load_balancer_full_name, "app/front/0f");
        assert_eq!(found.status, Status::Ready);
    }

    #[test]
    fn states_say_whether_it_serves() {
        let status = |state| observed(&described(state).build()).unwrap().status;
        assert_eq!(status(LoadBalancerStateEnum::ActiveImpaired), Status::Ready);
        assert_eq!(status(LoadBalancerStateEnum::Failed), Status::Failed("why".to_owned()));
        let pending = Status::Pending("provisioning".to_owned());
        assert_eq!(status(LoadBalancerStateEnum::Provisioning), pending);
    }

    #[test]
    fn a_network_load_balancer_is_refused() {
        let network =
            described(LoadBalancerStateEnum::Active).r#type(LoadBalancerTypeEnum::Network);
        assert_eq!(observed(&network.build()).unwrap_err().kind(), ErrorKind::Invalid);
    }

    #[test]
    fn attributes_come_back_as_they_were_sent() {
        let attributes = LoadBalancerAttributes::builder()
            .access_logs(AccessLogs::builder().bucket("logs").prefix("alb").build())
            .deletion_protection(true)
            .desync_mitigation(DesyncMitigation::Monitor)
            .drop_invalid_header_fields(true)
            .http2(false)
            .idle_timeout(IdleTimeout::of::<4000>())
            .build();
        assert_eq!(attributes_from_sdk(&attributes_to_sdk(&attributes)), Ok(attributes));
        assert_eq!(attributes_from_sdk(&[]), Ok(LoadBalancerAttributes::default()));
    }
}
