//! `AWS::EC2::SecurityGroup` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html> and
//! <https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html>; what a name and
//! a description may be holds by their types. Quota: 2,500 groups per Region,
//! <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! Not modelled: the default group of a VPC, VPC associations, peered VPCs.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Cidr, Handler, Place, Ref, Resource, Tags,
    executor::{Deletion, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        Peer, Protocol, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress,
        SecurityGroupOutputs, SecurityGroupRule, SecurityGroupRuleOutputs, Vpc,
    },
};

use super::TAGGING;
use crate::{
    api::Api,
    world::{AwsError, Object, User, World},
};

/// Handles security groups in memory.
///
/// AWS lets all traffic out of a new group; a second call revokes that. When that call fails, a
/// read would not show it, for the group lacks no property. So the outcome of the create is unknown
/// then, not half-done: the engine asks `find`, which looks for the rule and revokes it. The rule
/// is the one that lets all traffic out and has no tag of elanswer.
#[derive(Debug)]
pub struct SecurityGroupHandler(Api);

impl From<Api> for SecurityGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn create_security_group(
    world: &mut World,
    request: &Create<SecurityGroup>,
) -> Result<Observed<SecurityGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.group_name else {
        return Err(AwsError::invalid(
            "MissingParameter",
            "The request must contain the parameter GroupName",
        ));
    };
    let vpc_id = desired.vpc.known().unwrap_or_default();
    world.require::<Vpc>(place, vpc_id, "InvalidVpcID.NotFound")?;
    let taken =
        |group: &SecurityGroup| group.vpc == desired.vpc && group.group_name.as_ref() == Some(name);
    if world.all::<SecurityGroup>(place).any(|(_, group)| taken(&group.resource)) {
        return Err(AwsError::conflict(
            "InvalidGroup.Duplicate",
            format!("The security group '{name}' already exists for VPC '{vpc_id}'"),
        ));
    }
    let used = world.all::<SecurityGroup>(place).count();
    world.quotas.check(
        "VPC security groups per Region",
        2500,
        used,
        "SecurityGroupLimitExceeded",
    )?;
    let group_id = world.new_id("sg");
    let made = world.insert(request, SecurityGroupOutputs::new(&group_id), "", Duration::ZERO)?;
    allow_all_egress(world, request, &group_id)?;
    Ok(made)
}

/// The rule that AWS gives a new group. It has no tags.
fn allow_all_egress(
    world: &mut World,
    request: &Create<SecurityGroup>,
    group_id: &str,
) -> Result<(), AwsError> {
    let rule = Create {
        place: request.place.clone(),
        desired: SecurityGroupEgress {
            group: Ref::existing(group_id),
            protocol: Protocol::All,
            peer: Peer::Cidr(Cidr::ANY),
            description: None,
        },
        ownership: request.ownership.clone(),
        token: request.token.clone(),
        secrets: request.secrets.clone(),
    };
    let id = world.new_id("sgr");
    let outputs = SecurityGroupRuleOutputs { id: id.clone() };
    world.insert(&rule, outputs, "", Duration::ZERO)?;
    world.change::<SecurityGroupEgress>(&request.place, &id, "", Duration::ZERO, |object| {
        object.tags = Tags::new();
    })?;
    Ok(())
}

/// The rules of a group that let all traffic out to everywhere.
fn open_egress<'a>(
    world: &'a World,
    place: &Place,
    group_id: &str,
) -> impl Iterator<Item = (&'a str, &'a Object<SecurityGroupEgress>)> {
    world.all::<SecurityGroupEgress>(place).filter(move |(_, object)| {
        let rule = &object.resource;
        rule.group.known() == Some(group_id)
            && rule.protocol == Protocol::All
            && rule.peer == Peer::Cidr(Cidr::ANY)
    })
}

fn is_open(world: &World, place: &Place, group_id: &str) -> bool {
    open_egress(world, place, group_id).next().is_some()
}

/// Those of them that AWS made with the group: no rule of elanswer is without a tag.
fn default_egress(world: &World, place: &Place, group_id: &str) -> Vec<String> {
    open_egress(world, place, group_id)
        .filter(|(_, object)| object.tags.get("elanswer:stack").is_none())
        .map(|(id, _)| id.to_owned())
        .collect()
}

fn revoke_default_egress(world: &mut World, place: &Place, group_id: &str) -> Result<(), AwsError> {
    world.require::<SecurityGroup>(place, group_id, "InvalidGroup.NotFound")?;
    let rules = default_egress(world, place, group_id);
    if rules.is_empty() {
        return Err(AwsError::not_found(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group.",
        ));
    }
    for rule in rules {
        world.remove::<SecurityGroupEgress>(place, &rule, Duration::ZERO);
    }
    Ok(())
}

fn delete_security_group(world: &mut World, place: &Place, group_id: &str) -> Result<(), AwsError> {
    let rules = rules_of::<SecurityGroupIngress>(world, place, group_id);
    let egress = rules_of::<SecurityGroupEgress>(world, place, group_id);
    let own = |user: &User| {
        user.kind == SecurityGroupIngress::SCHEMA.kind && rules.contains(&user.identifier)
            || user.kind == SecurityGroupEgress::SCHEMA.kind && egress.contains(&user.identifier)
    };
    if !world.users_of(place, group_id).iter().all(own) {
        return Err(AwsError::dependency(
            "DependencyViolation",
            format!("resource {group_id} has a dependent object"),
        ));
    }
    for rule in &rules {
        world.remove::<SecurityGroupIngress>(place, rule, Duration::ZERO);
    }
    for rule in &egress {
        world.remove::<SecurityGroupEgress>(place, rule, Duration::ZERO);
    }
    world.remove::<SecurityGroup>(place, group_id, Duration::ZERO);
    Ok(())
}

/// The rules of one direction that the group has; AWS deletes them with it.
fn rules_of<R: SecurityGroupRule>(world: &World, place: &Place, group_id: &str) -> Vec<String> {
    world
        .all::<R>(place)
        .filter(|(_, object)| object.resource.group().known() == Some(group_id))
        .map(|(id, _)| id.to_owned())
        .collect()
}

impl SecurityGroupHandler {
    async fn revoke(&self, place: &Place, group_id: &str) -> Result<(), ExecError> {
        let revoked = self
            .0
            .call("ec2", "RevokeSecurityGroupEgress", place, |world| {
                revoke_default_egress(world, place, group_id)
            })
            .await;
        match revoked {
            Err(error) if error.code() == Some("InvalidPermission.NotFound") => Ok(()),
            revoked => revoked,
        }
    }

    /// Revokes what AWS lets out of a new group, if it still does.
    async fn close(&self, place: &Place, group_id: &str) -> Result<(), ExecError> {
        // The group itself shows what it lets out, but not who made that rule.
        if !is_open(&self.0.world(), place, group_id) {
            return Ok(());
        }
        let default = self
            .0
            .call("ec2", "DescribeSecurityGroupRules", place, |world| {
                Ok(default_egress(world, place, group_id))
            })
            .await?;
        if default.is_empty() { Ok(()) } else { self.revoke(place, group_id).await }
    }
}

#[async_trait]
impl Handler<SecurityGroup> for SecurityGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SecurityGroup>>, ExecError>> {
        self.0.read("ec2", "DescribeSecurityGroups", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<SecurityGroup>,
    ) -> Result<Observed<SecurityGroup>, ExecError> {
        let place = &request.place;
        let made = self
            .0
            .call("ec2", "CreateSecurityGroup", place, |world| {
                create_security_group(world, request)
            })
            .await?;
        let group_id = &made.outputs.group_id;
        let revoked = self.revoke(place, group_id).await;
        revoked.map_err(|error| error.with_outcome(Outcome::Unknown))?;
        Ok(made)
    }

    async fn find(
        &self,
        request: &Create<SecurityGroup>,
    ) -> Result<Option<Observed<SecurityGroup>>, ExecError> {
        let found = self.0.find_owned("ec2", "DescribeSecurityGroups", request).await?;
        if let Some(group) = &found {
            self.close(&request.place, &group.outputs.group_id).await?;
        }
        Ok(found)
    }

    async fn update(
        &self,
        request: &Update<SecurityGroup>,
    ) -> Result<Observed<SecurityGroup>, ExecError> {
        self.0.retag("ec2", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<SecurityGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("ec2", "DeleteSecurityGroup", &request.place, |world| {
                delete_security_group(world, &request.place, &request.identifier)
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
pub(super) mod testing {
    use elanswer_core::{
        Region, ResourceId, cidr,
        services::ec2::{Description, GroupName},
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    pub(crate) const PLACE: Place = Place::new(Region::UsEast1);

    /// An AWS with two VPCs, and their ids.
    pub(crate) fn aws() -> (Api, String, String) {
        let mut world = World::new(7, Quotas::new());
        world.register::<Vpc>();
        world.register::<SecurityGroup>();
        world.register::<SecurityGroupIngress>();
        world.register::<SecurityGroupEgress>();
        let [one, other] = ["vpc-1", "vpc-2"].map(|id| {
            let vpc = create(Vpc::new(cidr!("10.0.0.0/16")));
            let outputs = elanswer_core::services::ec2::VpcOutputs { vpc_id: id.to_owned() };
            world.insert(&vpc, outputs, "", Duration::ZERO).unwrap();
            id.to_owned()
        });
        (Api::new(world, Duration::ZERO), one, other)
    }

    pub(crate) fn create<R>(desired: R) -> Create<R> {
        let ownership = Ownership {
            stack: "shop".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        };
        Create {
            place: PLACE,
            desired,
            ownership,
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    pub(crate) fn delete<R: Resource>(current: R, outputs: R::Outputs, id: &str) -> Delete<R> {
        let (identifier, token) = (id.to_owned(), String::new());
        Delete { place: PLACE, identifier, current, outputs, token }
    }

    pub(crate) fn group(name: &'static str, vpc: &str) -> Create<SecurityGroup> {
        create(
            SecurityGroup::builder()
                .group_name(GroupName::literal(name))
                .group_description(Description::literal("of a test"))
                .vpc(Ref::existing(vpc))
                .build(),
        )
    }

    /// Makes a group, and returns its id.
    pub(crate) async fn made(api: &Api, name: &'static str, vpc: &str) -> String {
        let handler = SecurityGroupHandler(api.clone());
        handler.create(&group(name, vpc)).await.unwrap().outputs.group_id
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{executor::ErrorKind, services::ec2::Ports};

    use super::{
        testing::{PLACE, aws, create, delete, group, made},
        *,
    };
    use crate::{
        fault::{Call, Verdict},
        services::ec2::SecurityGroupIngressHandler,
    };

    fn egress(api: &Api) -> usize {
        api.world().all::<SecurityGroupEgress>(&PLACE).count()
    }

    #[tokio::test]
    async fn a_name_is_taken_once_in_a_vpc() {
        let (api, one, other) = aws();
        let handler = SecurityGroupHandler(api.clone());
        made(&api, "web", &one).await;
        made(&api, "web", &other).await;
        let error = handler.create(&group("web", &one)).await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidGroup.Duplicate"));
        let error = handler.create(&group("web", "vpc-3")).await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidVpcID.NotFound"));
    }

    #[tokio::test]
    async fn a_new_group_lets_nothing_out() {
        let (api, vpc, _) = aws();
        made(&api, "web", &vpc).await;
        assert_eq!((egress(&api), api.count()), (0, 2));
    }

    #[tokio::test]
    async fn what_a_create_left_open_is_closed_by_find() {
        let (api, vpc, _) = aws();
        let handler = SecurityGroupHandler(api.clone());
        let fault = api.faults().install(|call: &Call| {
            if call.operation == "RevokeSecurityGroupEgress" {
                Verdict::Reject("UnauthorizedOperation".to_owned())
            } else {
                Verdict::Pass
            }
        });
        let error = handler.create(&group("web", &vpc)).await.unwrap_err();
        assert_eq!((error.outcome(), error.identifier()), (Outcome::Unknown, None));
        assert!(handler.find(&group("web", &vpc)).await.is_err());
        assert_eq!(egress(&api), 1);
        drop(fault);
        assert!(handler.find(&group("web", &vpc)).await.unwrap().is_some());
        assert_eq!(egress(&api), 0);
    }

    #[tokio::test]
    async fn a_group_goes_with_its_own_rules_but_not_while_another_names_it() {
        let (api, vpc, _) = aws();
        let handler = SecurityGroupHandler(api.clone());
        let (web, app) = (made(&api, "web", &vpc).await, made(&api, "app", &vpc).await);
        let rules = SecurityGroupIngressHandler::from(api.clone());
        for (of, peer) in [(&web, &web), (&app, &web)] {
            let rule = SecurityGroupIngress::builder()
                .group(Ref::existing(of))
                .protocol(Protocol::Tcp(Ports::one(80)))
                .peer(Ref::existing(peer))
                .build();
            rules.create(&create(rule)).await.unwrap();
        }
        let delete_of =
            |name, id: &str| delete(group(name, &vpc).desired, SecurityGroupOutputs::new(id), id);
        let error = handler.delete(&delete_of("web", &web)).await.unwrap_err();
        assert_eq!(
            (error.code(), error.kind()),
            (Some("DependencyViolation"), ErrorKind::Dependency)
        );
        handler.delete(&delete_of("app", &app)).await.unwrap();
        handler.delete(&delete_of("web", &web)).await.unwrap();
        assert_eq!(api.world().all::<SecurityGroupIngress>(&PLACE).count(), 0);
    }
}
