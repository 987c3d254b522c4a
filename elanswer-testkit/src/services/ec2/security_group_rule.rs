//! `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>;
//! what a description and a range of ports may be holds by their types. Quota: 60 rules of either
//! direction, <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html>.
//! Not modelled: IPv6 ranges, prefix lists, groups of peered VPCs.

use std::{marker::PhantomData, time::Duration};

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref, Tags,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        Direction, Peer, SecurityGroup, SecurityGroupEgress, SecurityGroupIngress,
        SecurityGroupRule, SecurityGroupRuleOutputs, Vpc,
    },
};

use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles the rules of one direction in memory.
///
/// AWS tags all rules of a call alike, so a rule tells only its stack; the natural key (group,
/// protocol, ports and peer) tells one from another.
#[derive(Debug)]
pub struct SecurityGroupRuleHandler<R> {
    api: Api,
    rule: PhantomData<fn() -> R>,
}

/// Handles ingress rules in memory.
pub type SecurityGroupIngressHandler = SecurityGroupRuleHandler<SecurityGroupIngress>;

/// Handles egress rules in memory.
pub type SecurityGroupEgressHandler = SecurityGroupRuleHandler<SecurityGroupEgress>;

impl<R> From<Api> for SecurityGroupRuleHandler<R> {
    fn from(api: Api) -> Self {
        Self { api, rule: PhantomData }
    }
}

const fn authorize<R: SecurityGroupRule>() -> &'static str {
    match R::DIRECTION {
        Direction::Egress => "AuthorizeSecurityGroupEgress",
        Direction::Ingress => "AuthorizeSecurityGroupIngress",
    }
}

const fn revoke<R: SecurityGroupRule>() -> &'static str {
    match R::DIRECTION {
        Direction::Egress => "RevokeSecurityGroupEgress",
        Direction::Ingress => "RevokeSecurityGroupIngress",
    }
}

const fn describe_anew<R: SecurityGroupRule>() -> &'static str {
    match R::DIRECTION {
        Direction::Egress => "UpdateSecurityGroupRuleDescriptionsEgress",
        Direction::Ingress => "UpdateSecurityGroupRuleDescriptionsIngress",
    }
}

/// Adds rules to one group: all of them, or none.
fn authorize_rules<R: SecurityGroupRule>(
    world: &mut World,
    requests: &[Create<R>],
) -> Result<Vec<Observed<R>>, AwsError> {
    for (at, request) in requests.iter().enumerate() {
        let (place, rule) = (&request.place, &request.desired);
        let vpc = vpc_of(world, place, rule.group())?;
        if let Peer::Group(peer) = rule.peer()
            && vpc_of(world, place, peer)? != vpc
        {
            return Err(AwsError::not_found(
                "InvalidGroup.NotFound",
                "You have specified two resources that belong to different networks.",
            ));
        }
        if requests.iter().take(at).any(|earlier| earlier.desired.same_as(rule)) {
            return Err(AwsError::invalid(
                "InvalidParameterValue",
                "The same permission must not appear multiple times",
            ));
        }
        let mut rules = world.all::<R>(place).map(|(_, object)| &object.resource);
        if rules.any(|existing| existing.same_as(rule)) {
            return Err(AwsError::conflict(
                "InvalidPermission.Duplicate",
                format!("the specified rule \"{}\" already exists", in_words(rule)),
            ));
        }
        let rules = world.all::<R>(place).map(|(_, object)| &object.resource);
        let used = rules.filter(|existing| existing.group() == rule.group()).count() + at;
        world.quotas.check(
            "rules per security group",
            60,
            used,
            "RulesPerSecurityGroupLimitExceeded",
        )?;
    }
    requests.iter().map(|request| add(world, request)).collect()
}

fn vpc_of(world: &World, place: &Place, group: &Ref<SecurityGroup>) -> Result<Ref<Vpc>, AwsError> {
    let group_id = group.known().unwrap_or_default();
    world.get::<SecurityGroup>(place, group_id).map(|group| group.resource.vpc.clone()).ok_or_else(
        || {
            AwsError::not_found(
                "InvalidGroup.NotFound",
                format!("The security group '{group_id}' does not exist"),
            )
        },
    )
}

fn add<R: SecurityGroupRule>(
    world: &mut World,
    request: &Create<R>,
) -> Result<Observed<R>, AwsError> {
    let id = world.new_id("sgr");
    let outputs = SecurityGroupRuleOutputs { id: id.clone() };
    world.insert(request, outputs, "", Duration::ZERO)?;
    world.change::<R>(&request.place, &id, "", Duration::ZERO, |object| {
        object.tags = Tags::new().with("elanswer:stack", &request.ownership.stack);
    })
}

fn in_words<R: SecurityGroupRule>(rule: &R) -> String {
    let peer = match rule.peer() {
        Peer::Cidr(cidr) => cidr.to_string(),
        Peer::Group(group) => group.known().unwrap_or_default().to_owned(),
    };
    let protocol = rule.protocol();
    let name = match protocol.ip_protocol() {
        "-1" => "ALL".to_owned(),
        name => name.to_uppercase(),
    };
    let (from, to) = (protocol.from_port(), protocol.to_port());
    let ports = from.zip(to).map(|(from, to)| format!(", from port: {from}, to port: {to}"));
    format!("peer: {peer}, {name}{}, ALLOW", ports.unwrap_or_default())
}

#[async_trait]
impl<R: SecurityGroupRule> Handler<R> for SecurityGroupRuleHandler<R> {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<R>>, ExecError>> {
        self.api.read("ec2", "DescribeSecurityGroupRules", place, identifiers).await
    }

    async fn create(&self, request: &Create<R>) -> Result<Observed<R>, ExecError> {
        self.api
            .call("ec2", authorize::<R>(), &request.place, |world| {
                authorize_rules(world, std::slice::from_ref(request))?
                    .pop()
                    .ok_or_else(|| AwsError::invalid("InternalFailure", "no rule was added"))
            })
            .await
    }

    async fn create_batch(&self, requests: &[Create<R>]) -> Vec<Result<Observed<R>, ExecError>> {
        let Some(first) = requests.first() else { return Vec::new() };
        let added = self
            .api
            .call("ec2", authorize::<R>(), &first.place, |world| authorize_rules(world, requests));
        match added.await {
            Ok(rules) => rules.into_iter().map(Ok).collect(),
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn find(&self, request: &Create<R>) -> Result<Option<Observed<R>>, ExecError> {
        self.api
            .call("ec2", "DescribeSecurityGroupRules", &request.place, |world| {
                let found = world
                    .all::<R>(&request.place)
                    .find(|(_, object)| object.resource.same_as(&request.desired));
                Ok(found.map(|(_, object)| object.observed(world.now())))
            })
            .await
    }

    async fn update(&self, request: &Update<R>) -> Result<Observed<R>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        if request.current.description() != desired.description() {
            self.api
                .call("ec2", describe_anew::<R>(), place, |world| {
                    world.require::<R>(place, &request.identifier, "InvalidPermission.NotFound")?;
                    world.change::<R>(place, &request.identifier, "", Duration::ZERO, |object| {
                        object.resource = desired.clone();
                    })
                })
                .await?;
        }
        Ok(self.api.after(request))
    }

    async fn delete(&self, request: &Delete<R>) -> Result<Deletion, ExecError> {
        self.api
            .call("ec2", revoke::<R>(), &request.place, |world| {
                world.remove::<R>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Cidr, cidr,
        services::ec2::{Description, Ports, Protocol},
    };

    use super::*;
    use crate::services::ec2::security_group::testing::{PLACE, aws, create, delete, made};

    fn ingress(group: &str, port: u16, peer: impl Into<Peer>) -> Create<SecurityGroupIngress> {
        create(
            SecurityGroupIngress::builder()
                .group(Ref::existing(group))
                .protocol(Protocol::Tcp(Ports::one(port)))
                .peer(peer)
                .build(),
        )
    }

    fn code_of<R: SecurityGroupRule>(answer: &Result<Observed<R>, ExecError>) -> Option<&str> {
        answer.as_ref().err()?.code()
    }

    #[tokio::test]
    async fn a_batch_is_one_call_and_answers_in_order() {
        let (api, vpc, _) = aws();
        let group = made(&api, "web", &vpc).await;
        let rules = SecurityGroupIngressHandler::from(api.clone());
        let before = api.count();
        let requests = [80, 443, 22].map(|port| ingress(&group, port, Cidr::ANY));
        let answers = rules.create_batch(&requests).await;
        assert_eq!(api.count(), before + 1);
        for (request, answer) in requests.iter().zip(answers) {
            assert_eq!(answer.unwrap().resource, request.desired);
        }
    }

    #[tokio::test]
    async fn a_batch_fails_as_a_whole() {
        let (api, vpc, other) = aws();
        let (web, far) = (made(&api, "web", &vpc).await, made(&api, "far", &other).await);
        let rules = SecurityGroupIngressHandler::from(api.clone());
        rules.create(&ingress(&web, 80, Cidr::ANY)).await.unwrap();
        for (bad, code) in [
            (ingress(&web, 80, Cidr::ANY), "InvalidPermission.Duplicate"),
            (ingress(&web, 443, Cidr::ANY), "InvalidParameterValue"),
            (ingress(&web, 81, Ref::existing("sg-gone")), "InvalidGroup.NotFound"),
            (ingress(&web, 81, Ref::existing(far)), "InvalidGroup.NotFound"),
        ] {
            let answers = rules.create_batch(&[ingress(&web, 443, Cidr::ANY), bad]).await;
            assert_eq!(answers.iter().map(code_of).collect::<Vec<_>>(), [Some(code); 2]);
        }
        assert_eq!(api.world().all::<SecurityGroupIngress>(&PLACE).count(), 1);
    }

    #[tokio::test]
    async fn a_group_has_sixty_rules_each_way() {
        let (api, vpc, _) = aws();
        let group = made(&api, "web", &vpc).await;
        let rules = SecurityGroupIngressHandler::from(api.clone());
        let sixty: Vec<_> = (1..=60).map(|port| ingress(&group, port, Cidr::ANY)).collect();
        assert!(rules.create_batch(&sixty).await.iter().all(Result::is_ok));
        let error = rules.create(&ingress(&group, 61, Cidr::ANY)).await.unwrap_err();
        assert_eq!(error.code(), Some("RulesPerSecurityGroupLimitExceeded"));
        let out = SecurityGroupEgress::builder()
            .group(Ref::existing(&group))
            .protocol(Protocol::All)
            .peer(Cidr::ANY)
            .build();
        SecurityGroupEgressHandler::from(api).create(&create(out)).await.unwrap();
    }

    #[tokio::test]
    async fn a_rule_is_found_by_all_but_its_description() {
        let (api, vpc, _) = aws();
        let group = made(&api, "web", &vpc).await;
        let rules = SecurityGroupIngressHandler::from(api.clone());
        let mut request = ingress(&group, 80, cidr!("10.0.0.0/8"));
        let rule = rules.create(&request).await.unwrap();
        request.desired.description = Some(Description::literal("web"));
        let found = rules.find(&request).await.unwrap().unwrap();
        assert_eq!(found.outputs, rule.outputs);

        let update = Update {
            place: PLACE,
            identifier: rule.outputs.id.clone(),
            current: rule.resource.clone(),
            desired: request.desired.clone(),
            outputs: rule.outputs.clone(),
            ownership: request.ownership.clone(),
            token: String::new(),
            secrets: request.secrets.clone(),
        };
        assert_eq!(rules.update(&update).await.unwrap().resource, request.desired);
        rules.delete(&delete(rule.resource, rule.outputs.clone(), &rule.outputs.id)).await.unwrap();
        assert!(rules.find(&request).await.unwrap().is_none());
    }

    #[test]
    fn says_a_rule_as_aws_does() {
        let rule = ingress("sg-1", 443, cidr!("10.0.0.0/8")).desired;
        assert_eq!(in_words(&rule), "peer: 10.0.0.0/8, TCP, from port: 443, to port: 443, ALLOW");
    }
}
