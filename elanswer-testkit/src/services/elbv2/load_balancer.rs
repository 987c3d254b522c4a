//! `AWS::ElasticLoadBalancingV2::LoadBalancer` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>,
//! quotas: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>.
//! A deleted load balancer is no longer shown, but holds its subnets and security groups until its
//! network interfaces are gone.
//! Not modelled: subnets that share an address type other than IPv4, outposts, addresses of a
//! subnet that are used up, whether there is a bucket for the access logs: one that is not in memory
//! is taken to take them.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Region, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{SecurityGroup, Subnet, Vpc, VpcGatewayAttachment},
        elbv2::{
            AccessLogs, Listener, ListenerRule, LoadBalancer, LoadBalancerAttributes,
            LoadBalancerOutputs, Scheme,
        },
        iam::Service,
        s3::Bucket,
    },
};

use super::{Describe, SERVICE, TAGGING, find, own, path_of, read, same_settings};
use crate::{
    api::Api,
    iam::{Iam, Request},
    world::{AwsError, World, account, arn},
};

/// Handles load balancers in memory.
#[derive(Debug)]
pub struct LoadBalancerHandler(Api);

impl From<Api> for LoadBalancerHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

const DESCRIBE: Describe = Describe {
    objects: "DescribeLoadBalancers",
    attributes: Some("DescribeLoadBalancerAttributes"),
    tags: true,
};

/// From the create call until it is active.
const PROVISIONING: Duration = Duration::from_secs(150);

/// From the delete call until its network interfaces are gone.
const RELEASING: Duration = Duration::from_secs(30);

/// The VPC of the subnets of a load balancer.
pub(super) fn vpc_of(world: &World, place: &Place, it: &LoadBalancer) -> Option<Ref<Vpc>> {
    let subnet = it.subnets.iter().find_map(Ref::known)?;
    Some(world.look::<Subnet>(place, subnet)?.resource.vpc.clone())
}

/// `CreateLoadBalancer` takes no attributes: those start at AWS's defaults.
fn create_load_balancer(
    world: &mut World,
    request: &Create<LoadBalancer>,
) -> Result<Observed<LoadBalancer>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.name else {
        return Err(AwsError::invalid("ValidationError", "A load balancer name must be specified"));
    };
    let vpc_id = check_subnets(world, place, desired.scheme, &desired.subnets)?;
    check_security_groups(world, place, &vpc_id, &desired.security_groups)?;
    let all = || world.all::<LoadBalancer>(place).filter(|(_, object)| object.gone_at.is_none());
    if let Some((_, existing)) = all().find(|(_, object)| object.resource.name == desired.name) {
        let without = ["LoadBalancerAttributes", "Tags"];
        if same_settings(&existing.resource, desired, &without) {
            return Ok(existing.observed(world.now()));
        }
        return Err(AwsError::conflict(
            "DuplicateLoadBalancerName",
            format!(
                "A load balancer with the same name '{name}' exists, but with different settings"
            ),
        ));
    }
    let used = all().count();
    world.quotas.check(
        "application load balancers per Region",
        50,
        used,
        "TooManyLoadBalancers",
    )?;
    let id = world.new_hex(16);
    let load_balancer_arn = arn(place, SERVICE, &format!("loadbalancer/app/{name}/{id}"));
    let prefix = match desired.scheme {
        Scheme::Internal => "internal-",
        Scheme::InternetFacing => "",
    };
    let number = 1_000_000_000 + world.next_number(place, "load balancer");
    let outputs = LoadBalancerOutputs {
        load_balancer_full_name: path_of(&load_balancer_arn).to_owned(),
        load_balancer_arn,
        dns_name: format!("{prefix}{name}-{number}.{}.elb.amazonaws.com", place.region),
        canonical_hosted_zone_id: hosted_zone(place.region),
        load_balancer_name: name.to_string(),
    };
    let made = Create {
        desired: LoadBalancer { attributes: LoadBalancerAttributes::default(), ..desired.clone() },
        ..request.clone()
    };
    world.insert(&made, outputs, "provisioning", PROVISIONING)
}

/// The hosted zone of the names of load balancers. AWS's documentation lists one for each Region:
/// <https://docs.aws.amazon.com/general/latest/gr/elb.html>. Regions that are not here get one that
/// is made up.
fn hosted_zone(region: Region) -> String {
    match region {
        Region::EuCentral1 => "Z215JYRZR1TBD5".to_owned(),
        Region::EuWest1 => "Z32O12XQLNTSW2".to_owned(),
        Region::UsEast1 => "Z35SXDOTRQ7X7K".to_owned(),
        Region::UsEast2 => "Z3AADJGX6KTTL2".to_owned(),
        Region::UsWest1 => "Z368ELLRRE2KJ0".to_owned(),
        Region::UsWest2 => "Z1H1FL5HABSF5".to_owned(),
        other => format!("Z{}", other.as_str().replace('-', "").to_ascii_uppercase()),
    }
}

/// Two zones or more, one subnet in each, all of one VPC; that VPC is the answer.
fn check_subnets(
    world: &World,
    place: &Place,
    scheme: Scheme,
    subnets: &Set<Ref<Subnet>>,
) -> Result<String, AwsError> {
    let mut zones = Set::new();
    let mut vpcs = Set::new();
    for subnet in subnets {
        let id = subnet.known().unwrap_or_default();
        let subnet = world.get::<Subnet>(place, id).ok_or_else(|| {
            AwsError::not_found("SubnetNotFound", format!("The subnet ID '{id}' does not exist"))
        })?;
        let subnet = &subnet.resource;
        vpcs.insert(subnet.vpc.known().unwrap_or_default());
        if !zones.insert(subnet.availability_zone) {
            return Err(AwsError::invalid(
                "InvalidConfigurationRequest",
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
            ));
        }
        if subnet.cidr_block.prefix_len() > 27 {
            return Err(AwsError::invalid(
                "InvalidSubnet",
                format!(
                    "Not enough IP space available in {id}. ELB requires at least 8 free IP addresses in each subnet."
                ),
            ));
        }
    }
    if zones.len() < 2 {
        return Err(AwsError::invalid(
            "ValidationError",
            "At least two subnets in two different Availability Zones must be specified",
        ));
    }
    if vpcs.len() > 1 {
        return Err(AwsError::invalid(
            "InvalidConfigurationRequest",
            "All subnets must belong to the same VPC",
        ));
    }
    let vpc = vpcs.into_iter().next().unwrap_or_default();
    let has_gateway = || {
        world
            .all::<VpcGatewayAttachment>(place)
            .any(|(_, attachment)| attachment.resource.vpc.known() == Some(vpc))
    };
    if scheme == Scheme::InternetFacing && !has_gateway() {
        return Err(AwsError::invalid(
            "InvalidSubnet",
            format!("VPC {vpc} has no internet gateway"),
        ));
    }
    Ok(vpc.to_owned())
}

/// AWS takes the default group of the VPC when there is none; that one is not modelled, and so
/// there must be one.
fn check_security_groups(
    world: &World,
    place: &Place,
    vpc_id: &str,
    groups: &Set<Ref<SecurityGroup>>,
) -> Result<(), AwsError> {
    if groups.is_empty() || groups.len() > 5 {
        return Err(AwsError::invalid(
            "ValidationError",
            "Between one and five security groups must be specified",
        ));
    }
    for group in groups {
        let id = group.known().unwrap_or_default();
        let group = world.get::<SecurityGroup>(place, id).ok_or_else(|| {
            AwsError::not_found(
                "InvalidSecurityGroup",
                format!("Security group '{id}' does not exist"),
            )
        })?;
        if group.resource.vpc.known() != Some(vpc_id) {
            return Err(AwsError::invalid(
                "InvalidConfigurationRequest",
                format!("Security group \"{id}\" does not belong to VPC \"{vpc_id}\""),
            ));
        }
    }
    Ok(())
}

fn set_subnets(
    world: &mut World,
    place: &Place,
    identifier: &str,
    to: &LoadBalancer,
) -> Result<(), AwsError> {
    let it = &require(world, place, identifier)?.resource;
    let before = vpc_of(world, place, it);
    let vpc_id = check_subnets(world, place, it.scheme, &to.subnets)?;
    if before.is_some_and(|vpc| vpc.known() != Some(&vpc_id)) {
        return Err(AwsError::invalid(
            "InvalidConfigurationRequest",
            "The subnets must belong to the VPC of the load balancer",
        ));
    }
    change(world, place, identifier, |it| it.subnets.clone_from(&to.subnets))
}

fn set_security_groups(
    world: &mut World,
    place: &Place,
    identifier: &str,
    to: &LoadBalancer,
) -> Result<(), AwsError> {
    let it = &require(world, place, identifier)?.resource;
    let vpc = vpc_of(world, place, it);
    let vpc_id = vpc.as_ref().and_then(Ref::known).unwrap_or_default();
    check_security_groups(world, place, vpc_id, &to.security_groups)?;
    change(world, place, identifier, |it| it.security_groups.clone_from(&to.security_groups))
}

fn modify_attributes(
    world: &mut World,
    place: &Place,
    identifier: &str,
    to: &LoadBalancer,
) -> Result<(), AwsError> {
    require(world, place, identifier)?;
    if let Some(logs) = &to.attributes.access_logs {
        check_logs(world, place, identifier, logs)?;
    }
    change(world, place, identifier, |it| it.attributes.clone_from(&to.attributes))
}

/// AWS writes a file to try, at once.
fn check_logs(
    world: &World,
    place: &Place,
    identifier: &str,
    logs: &AccessLogs,
) -> Result<(), AwsError> {
    let bucket = logs.bucket.known().map(String::as_str).unwrap_or_default();
    let prefix = logs.prefix.as_ref().map(|prefix| format!("{prefix}/")).unwrap_or_default();
    let account = account(place);
    let file = format!("arn:aws:s3:::{bucket}/{prefix}AWSLogs/{account}/ELBAccessLogTestFile");
    let asked = Request::new(Service::LoadBalancerLogs, "s3:PutObject", file)
        .with("aws:SourceAccount", account)
        .with("aws:SourceArn", identifier);
    let ours = world.everywhere::<Bucket>().any(|(_, name, _)| name == bucket);
    if !ours || Iam::of(world).decide(&asked).is_allowed() {
        return Ok(());
    }
    Err(AwsError::invalid(
        "InvalidConfigurationRequest",
        format!("Access Denied for bucket: {bucket}. Please check S3bucket permission"),
    ))
}

/// Its listeners and their rules go with it.
fn delete_load_balancer(
    world: &mut World,
    place: &Place,
    identifier: &str,
) -> Result<(), AwsError> {
    let Some(object) = world.get::<LoadBalancer>(place, identifier) else { return Ok(()) };
    if object.resource.attributes.deletion_protection {
        return Err(AwsError::invalid(
            "OperationNotPermitted",
            format!(
                "Load balancer '{identifier}' cannot be deleted because deletion protection is enabled"
            ),
        ));
    }
    let within = |path: &str| path_of(path).starts_with(&format!("{}/", path_of(identifier)));
    let listeners: Vec<String> =
        world.all::<Listener>(place).map(|(id, _)| id.to_owned()).filter(|id| within(id)).collect();
    let rules: Vec<String> = world
        .all::<ListenerRule>(place)
        .map(|(id, _)| id.to_owned())
        .filter(|id| within(id))
        .collect();
    for rule in rules {
        world.remove::<ListenerRule>(place, &rule, Duration::ZERO);
    }
    for listener in listeners {
        world.remove::<Listener>(place, &listener, Duration::ZERO);
    }
    world.remove::<LoadBalancer>(place, identifier, RELEASING);
    Ok(())
}

/// The load balancer, or the error of AWS that there is none.
pub(super) fn require<'a>(
    world: &'a World,
    place: &Place,
    identifier: &str,
) -> Result<&'a crate::world::Object<LoadBalancer>, AwsError> {
    world.get(place, identifier).ok_or_else(|| {
        AwsError::not_found(
            "LoadBalancerNotFound",
            format!("Load balancer '{identifier}' not found"),
        )
    })
}

fn change(
    world: &mut World,
    place: &Place,
    identifier: &str,
    f: impl FnOnce(&mut LoadBalancer),
) -> Result<(), AwsError> {
    world
        .change::<LoadBalancer>(place, identifier, "", Duration::ZERO, |object| {
            f(&mut object.resource);
        })
        .map(drop)
}

impl LoadBalancerHandler {
    async fn modify(
        &self,
        operation: &str,
        place: &Place,
        f: impl FnOnce(&mut World) -> Result<(), AwsError> + Send,
    ) -> Result<(), ExecError> {
        self.0.call(SERVICE, operation, place, f).await
    }
}

#[async_trait]
impl Handler<LoadBalancer> for LoadBalancerHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LoadBalancer>>, ExecError>> {
        read(&self.0, &DESCRIBE, place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<LoadBalancer>,
    ) -> Result<Observed<LoadBalancer>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let mut made = self
            .0
            .call(SERVICE, "CreateLoadBalancer", place, |world| {
                create_load_balancer(world, request)
            })
            .await?;
        let identifier = &made.outputs.load_balancer_arn;
        own(&self.0, "DuplicateLoadBalancerName", request, identifier).await?;
        if desired.attributes != LoadBalancerAttributes::default() {
            self.modify("ModifyLoadBalancerAttributes", place, |world| {
                modify_attributes(world, place, identifier, desired)
            })
            .await
            .map_err(|error| error.with_identifier(identifier))?;
        }
        made.resource = desired.clone();
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<LoadBalancer>,
    ) -> Result<Option<Observed<LoadBalancer>>, ExecError> {
        find(&self.0, &DESCRIBE, request).await
    }

    async fn update(
        &self,
        request: &Update<LoadBalancer>,
    ) -> Result<Observed<LoadBalancer>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.subnets != to.subnets {
            self.modify("SetSubnets", place, |world| set_subnets(world, place, id, to)).await?;
        }
        if from.security_groups != to.security_groups {
            self.modify("SetSecurityGroups", place, |world| {
                set_security_groups(world, place, id, to)
            })
            .await?;
        }
        if from.attributes != to.attributes {
            self.modify("ModifyLoadBalancerAttributes", place, |world| {
                modify_attributes(world, place, id, to)
            })
            .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<LoadBalancer>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.modify("DeleteLoadBalancer", place, |world| {
            delete_load_balancer(world, place, &request.identifier)
        })
        .await?;
        Ok(Deletion::Gone)
    }
}
