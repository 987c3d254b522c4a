//! `AWS::EC2::SecurityGroupIngress` and `AWS::EC2::SecurityGroupEgress` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html>.

use std::{collections::BTreeMap, marker::PhantomData};

use async_trait::async_trait;
use aws_sdk_ec2::{
    Client,
    types::{self, IpPermission, IpRange, ResourceType, UserIdGroupPair},
};
use elanswer_core::{
    Handler, Place, Ref, Region, Tags,
    executor::{Deletion, ErrorKind, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{
        Direction, Peer, Protocol, SecurityGroupEgress, SecurityGroupIngress, SecurityGroupRule,
        SecurityGroupRuleOutputs,
    },
};

use super::{SERVICE, failed, filter, gone_is_fine, read_listed, tag_specification};
use crate::{clients::Clients, error::missing};

/// Handles the rules of one direction over the SDK.
///
/// AWS tags all rules of a call alike, so a rule tells only its stack; the natural key (group,
/// protocol, ports and peer) tells one from another.
#[derive(Debug)]
pub struct SecurityGroupRuleHandler<R> {
    clients: Clients,
    rule: PhantomData<fn() -> R>,
}

/// Handles ingress rules over the SDK.
pub type SecurityGroupIngressHandler = SecurityGroupRuleHandler<SecurityGroupIngress>;

/// Handles egress rules over the SDK.
pub type SecurityGroupEgressHandler = SecurityGroupRuleHandler<SecurityGroupEgress>;

impl<R> From<Clients> for SecurityGroupRuleHandler<R> {
    fn from(clients: Clients) -> Self {
        Self { clients, rule: PhantomData }
    }
}

/// The permissions of rules: one for each protocol and ports, with all of its peers.
fn permissions<'a, R: SecurityGroupRule>(
    rules: impl IntoIterator<Item = &'a R>,
) -> Vec<IpPermission> {
    let mut by_protocol = BTreeMap::<Protocol, (Vec<IpRange>, Vec<UserIdGroupPair>)>::new();
    for rule in rules {
        let (ranges, groups) = by_protocol.entry(rule.protocol()).or_default();
        let description = rule.description().map(ToString::to_string);
        match rule.peer() {
            Peer::Cidr(cidr) => {
                let range = IpRange::builder().cidr_ip(cidr.to_string());
                ranges.push(range.set_description(description).build());
            }
            Peer::Group(group) => {
                let pair = UserIdGroupPair::builder();
                let pair = pair.set_group_id(group.known().map(str::to_owned));
                groups.push(pair.set_description(description).build());
            }
        }
    }
    let some = |list: bool| list.then_some(());
    by_protocol
        .into_iter()
        .map(|(protocol, (ranges, groups))| {
            IpPermission::builder()
                .ip_protocol(protocol.ip_protocol())
                .set_from_port(protocol.from_port())
                .set_to_port(protocol.to_port())
                .set_ip_ranges(some(!ranges.is_empty()).map(|()| ranges))
                .set_user_id_group_pairs(some(!groups.is_empty()).map(|()| groups))
                .build()
        })
        .collect()
}

/// A described rule, unless it goes the other way.
fn observed<R: SecurityGroupRule>(
    rule: &types::SecurityGroupRule,
) -> Option<(String, Result<Observed<R>, ExecError>)> {
    let egress = rule.is_egress() == Some(true);
    if egress != (R::DIRECTION == Direction::Egress) {
        return None;
    }
    let id = rule.security_group_rule_id()?.to_owned();
    let outputs = SecurityGroupRuleOutputs { id: id.clone() };
    let parsed = parsed(rule).map(|rule| Observed::ready(rule, outputs)).ok_or_else(|| {
        let message = format!(
            "security group rule `{id}` has a protocol, a peer or a description that elanswer does not model"
        );
        ExecError::new(ErrorKind::Unsupported, message)
            .with_operation(SERVICE, "DescribeSecurityGroupRules")
    });
    Some((id, parsed))
}

fn parsed<R: SecurityGroupRule>(rule: &types::SecurityGroupRule) -> Option<R> {
    let protocol = Protocol::parse(rule.ip_protocol()?, rule.from_port(), rule.to_port()).ok()?;
    let group = rule.referenced_group_info().and_then(types::ReferencedSecurityGroup::group_id);
    let peer = match (rule.cidr_ipv4(), group) {
        (Some(cidr), None) => Peer::Cidr(cidr.parse().ok()?),
        (None, Some(group)) => Peer::Group(Ref::existing(group)),
        _ => return None,
    };
    let description = rule.description().filter(|text| !text.is_empty());
    let description = description.map(str::parse).transpose().ok()?;
    Some(R::from_parts(Ref::existing(rule.group_id()?), protocol, peer, description))
}

/// The id of `wanted` among the rules.
fn id_of<R: SecurityGroupRule>(rules: &[types::SecurityGroupRule], wanted: &R) -> Option<String> {
    let mut observed = rules.iter().filter_map(observed::<R>);
    observed
        .find_map(|(id, rule)| rule.is_ok_and(|rule| rule.resource.same_as(wanted)).then_some(id))
}

impl<R: SecurityGroupRule> SecurityGroupRuleHandler<R> {
    fn client(&self, region: Region) -> Client {
        self.clients.ec2(region)
    }

    async fn describe(
        &self,
        region: Region,
        identifiers: Vec<String>,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::SecurityGroupRule>, ExecError> {
        let call = self.client(region).describe_security_group_rules();
        let call = call.set_security_group_rule_ids(Some(identifiers)).set_filters(Some(filters));
        let rules = call.into_paginator().items().send().try_collect().await;
        rules.map_err(failed("DescribeSecurityGroupRules"))
    }

    async fn rules_of(
        &self,
        region: Region,
        group: &str,
    ) -> Result<Vec<types::SecurityGroupRule>, ExecError> {
        self.describe(region, Vec::new(), vec![filter("group-id", [group.to_owned()])]).await
    }

    /// Adds the rules in one call, and returns what AWS made of them.
    async fn authorize(
        &self,
        requests: &[Create<R>],
    ) -> Result<Vec<types::SecurityGroupRule>, ExecError> {
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let (client, group) = (self.client(first.place.region), first.desired.group());
        let group = group.known().map(str::to_owned);
        let permissions = permissions(requests.iter().map(|request| &request.desired));
        let tags = Tags::new().with("elanswer:stack", &first.ownership.stack);
        let tags = tag_specification(ResourceType::SecurityGroupRule, &tags);
        let rules = match R::DIRECTION {
            Direction::Egress => {
                let call = client.authorize_security_group_egress().set_group_id(group);
                let call = call.set_ip_permissions(Some(permissions)).tag_specifications(tags);
                let answer = call.send().await.map_err(failed("AuthorizeSecurityGroupEgress"))?;
                answer.security_group_rules
            }
            Direction::Ingress => {
                let call = client.authorize_security_group_ingress().set_group_id(group);
                let call = call.set_ip_permissions(Some(permissions)).tag_specifications(tags);
                let answer = call.send().await.map_err(failed("AuthorizeSecurityGroupIngress"))?;
                answer.security_group_rules
            }
        };
        Ok(rules.unwrap_or_default())
    }

    /// Adds rules of one group in one call.
    async fn add(
        &self,
        requests: &[Create<R>],
    ) -> Result<Vec<Result<Observed<R>, ExecError>>, ExecError> {
        let Some(first) = requests.first() else { return Ok(Vec::new()) };
        let mut rules = self.authorize(requests).await?;
        // AWS answers with every rule. Not every server that speaks this API does.
        if requests.iter().any(|request| id_of(&rules, &request.desired).is_none()) {
            let group = first.desired.group().known().unwrap_or_default();
            rules = self.rules_of(first.place.region, group).await.map_err(unknown)?;
        }
        let made = requests.iter().map(|request| {
            let id = id_of(&rules, &request.desired)
                .ok_or_else(|| missing(SERVICE, authorize::<R>(), "SecurityGroupRule"))?;
            Ok(Observed::ready(request.desired.clone(), SecurityGroupRuleOutputs { id }))
        });
        Ok(made.collect())
    }
}

const fn authorize<R: SecurityGroupRule>() -> &'static str {
    match R::DIRECTION {
        Direction::Egress => "AuthorizeSecurityGroupEgress",
        Direction::Ingress => "AuthorizeSecurityGroupIngress",
    }
}

/// The rules were added, but what AWS made of them is not known.
fn unknown(error: ExecError) -> ExecError {
    error.with_outcome(Outcome::Unknown)
}

#[async_trait]
impl<R: SecurityGroupRule> Handler<R> for SecurityGroupRuleHandler<R> {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<R>>, ExecError>> {
        read_listed(identifiers, "security-group-rule-id", |ids, filters| async move {
            let rules = self.describe(place.region, ids, filters).await?;
            Ok(rules.iter().filter_map(observed).collect())
        })
        .await
    }

    async fn create(&self, request: &Create<R>) -> Result<Observed<R>, ExecError> {
        let made = self.add(std::slice::from_ref(request)).await?.pop();
        made.unwrap_or_else(|| Err(missing(SERVICE, authorize::<R>(), "SecurityGroupRule")))
    }

    async fn create_batch(&self, requests: &[Create<R>]) -> Vec<Result<Observed<R>, ExecError>> {
        match self.add(requests).await {
            Ok(made) => made,
            Err(error) => requests.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn find(&self, request: &Create<R>) -> Result<Option<Observed<R>>, ExecError> {
        let group = request.desired.group().known().unwrap_or_default();
        let rules = self.rules_of(request.place.region, group).await?;
        let mut found = rules.iter().filter_map(observed::<R>).filter_map(|(_, rule)| rule.ok());
        Ok(found.find(|rule| rule.resource.same_as(&request.desired)))
    }

    async fn update(&self, request: &Update<R>) -> Result<Observed<R>, ExecError> {
        let (client, desired) = (self.client(request.place.region), &request.desired);
        if request.current.description() == desired.description() {
            return Ok(request.done());
        }
        let group = desired.group().known().map(str::to_owned);
        let permissions = permissions([desired]);
        match R::DIRECTION {
            Direction::Egress => {
                let call = client.update_security_group_rule_descriptions_egress();
                let call = call.set_group_id(group).set_ip_permissions(Some(permissions));
                call.send().await.map_err(failed("UpdateSecurityGroupRuleDescriptionsEgress"))?;
            }
            Direction::Ingress => {
                let call = client.update_security_group_rule_descriptions_ingress();
                let call = call.set_group_id(group).set_ip_permissions(Some(permissions));
                call.send().await.map_err(failed("UpdateSecurityGroupRuleDescriptionsIngress"))?;
            }
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<R>) -> Result<Deletion, ExecError> {
        let client = self.client(request.place.region);
        let group = request.current.group().known().map(str::to_owned);
        let id = &request.identifier;
        let revoked = match R::DIRECTION {
            Direction::Egress => {
                let call = client.revoke_security_group_egress().set_group_id(group);
                let answer = call.security_group_rule_ids(id).send().await;
                answer.map(drop).map_err(failed("RevokeSecurityGroupEgress"))
            }
            Direction::Ingress => {
                let call = client.revoke_security_group_ingress().set_group_id(group);
                let answer = call.security_group_rule_ids(id).send().await;
                answer.map(drop).map_err(failed("RevokeSecurityGroupIngress"))
            }
        };
        gone_is_fine(revoked)?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Cidr, cidr,
        services::ec2::{Description, Icmp, Ports},
    };

    use super::*;

    fn rule(protocol: Protocol, peer: impl Into<Peer>) -> SecurityGroupIngress {
        SecurityGroupIngress::from_parts(
            Ref::existing("sg-1"),
            protocol,
            peer.into(),
            Some(Description::literal("d")),
        )
    }

    const HTTPS: Protocol = Protocol::Tcp(Ports::one(443));

    #[test]
    fn one_permission_for_each_protocol_and_ports() {
        let permissions = permissions(&[
            rule(HTTPS, cidr!("10.0.0.0/8")),
            rule(Protocol::All, Cidr::ANY),
            rule(HTTPS, Ref::existing("sg-2")),
        ]);
        let range = |cidr| IpRange::builder().cidr_ip(cidr).description("d").build();
        let pair = UserIdGroupPair::builder().group_id("sg-2").description("d").build();
        assert_eq!(
            permissions,
            [
                IpPermission::builder().ip_protocol("-1").ip_ranges(range("0.0.0.0/0")).build(),
                IpPermission::builder()
                    .ip_protocol("tcp")
                    .from_port(443)
                    .to_port(443)
                    .ip_ranges(range("10.0.0.0/8"))
                    .user_id_group_pairs(pair)
                    .build(),
            ]
        );
    }

    fn described() -> types::builders::SecurityGroupRuleBuilder {
        types::SecurityGroupRule::builder()
            .security_group_rule_id("sgr-1")
            .group_id("sg-1")
            .is_egress(false)
            .description("d")
    }

    #[test]
    fn maps_what_aws_answers() {
        let group = types::ReferencedSecurityGroup::builder().group_id("sg-2").build();
        let answers = [
            (
                described().ip_protocol("tcp").from_port(443).to_port(443).cidr_ipv4("10.0.0.0/8"),
                rule(HTTPS, cidr!("10.0.0.0/8")),
            ),
            (
                described()
                    .ip_protocol("-1")
                    .from_port(-1)
                    .to_port(-1)
                    .referenced_group_info(group),
                rule(Protocol::All, Ref::existing("sg-2")),
            ),
            (
                described().ip_protocol("icmp").from_port(8).to_port(-1).cidr_ipv4("0.0.0.0/0"),
                rule(Protocol::Icmp(Icmp::Type(8)), Cidr::ANY),
            ),
        ];
        let rules: Vec<_> = answers.iter().map(|(answer, _)| answer.clone().build()).collect();
        for (answer, expected) in rules.iter().zip(answers.iter().map(|(_, rule)| rule)) {
            let (id, found) = observed::<SecurityGroupIngress>(answer).unwrap();
            assert_eq!((id.as_str(), &found.unwrap().resource), ("sgr-1", expected));
            assert_eq!(id_of(&rules, expected).as_deref(), Some("sgr-1"));
            assert!(observed::<SecurityGroupEgress>(answer).is_none());
        }
        assert_eq!(id_of(&rules, &rule(Protocol::Udp(Ports::ALL), Cidr::ANY)), None);
    }

    #[test]
    fn says_so_when_it_cannot_know_a_rule() {
        for answer in [
            described().ip_protocol("-1").cidr_ipv6("::/0"),
            described().ip_protocol("50").cidr_ipv4("0.0.0.0/0"),
            described().ip_protocol("-1").cidr_ipv4("0.0.0.0/0").description("it's"),
        ] {
            let (_, found) = observed::<SecurityGroupIngress>(&answer.build()).unwrap();
            assert_eq!(found.unwrap_err().kind(), ErrorKind::Unsupported);
        }
    }
}
