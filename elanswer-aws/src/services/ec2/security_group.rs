//! `AWS::EC2::SecurityGroup` over the SDK.
//!
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>.

use async_trait::async_trait;
use aws_sdk_ec2::{
    Client,
    types::{self, IpPermission, IpRange, ResourceType},
};
use elanswer_core::{
    Cidr, Handler, Place, Ref, Region,
    executor::{Deletion, ErrorKind, ExecError, Outcome},
    handler::{Create, Delete, Observed, Update},
    services::ec2::{SecurityGroup, SecurityGroupOutputs},
};

use super::{
    SERVICE, all_tags, declared, failed, filter, gone_is_fine, is_owned, owned_by, read_listed,
    retag, tag_specification,
};
use crate::{
    clients::Clients,
    error::{Codes, exec_error, missing},
};

/// Handles security groups over the SDK.
///
/// AWS lets all traffic out of a new group; a second call revokes that. When that call fails, a
/// read would not show it, for the group lacks no property. So the outcome of the create is unknown
/// then, not half-done: the engine asks `find`, which looks for the rule and revokes it. The rule
/// is one that lets all traffic out and has no tag of elanswer.
#[derive(Debug)]
pub struct SecurityGroupHandler(Clients);

/// A group that was made a moment ago exists, even if AWS says otherwise.
const NEW_GROUP: Codes = &[("InvalidGroup.NotFound", ErrorKind::NotYetVisible)];

impl From<Clients> for SecurityGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn observed(group: &types::SecurityGroup) -> Result<Observed<SecurityGroup>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeSecurityGroups", field);
    let name = group.group_name().and_then(|text| text.parse().ok());
    let description = group.description().and_then(|text| text.parse().ok());
    let resource = SecurityGroup::builder()
        .group_name(name.ok_or_else(|| lacks("GroupName"))?)
        .group_description(description.ok_or_else(|| lacks("Description"))?)
        .vpc(Ref::existing(group.vpc_id().ok_or_else(|| lacks("VpcId"))?))
        .tags(declared(group.tags()))
        .build();
    let group_id = group.group_id().ok_or_else(|| lacks("GroupId"))?;
    Ok(Observed::ready(resource, SecurityGroupOutputs::new(group_id)))
}

/// The permission that AWS gives every new group: all traffic to everywhere.
fn all_egress() -> IpPermission {
    let range = IpRange::builder().cidr_ip(Cidr::ANY.to_string()).build();
    IpPermission::builder().ip_protocol("-1").ip_ranges(range).build()
}

/// Whether the group lets all traffic out to everywhere, over IPv4 or IPv6.
fn is_open(group: &types::SecurityGroup) -> bool {
    group.ip_permissions_egress().iter().any(|permission| {
        permission.ip_protocol() == Some("-1")
            && (permission.ip_ranges().iter().any(|range| range.cidr_ip() == Some("0.0.0.0/0"))
                || permission.ipv6_ranges().iter().any(|range| range.cidr_ipv6() == Some("::/0")))
    })
}

/// Whether AWS made this rule with the group: no rule of elanswer is without a tag.
fn is_default_egress(rule: &types::SecurityGroupRule) -> bool {
    rule.is_egress() == Some(true)
        && rule.ip_protocol() == Some("-1")
        && (rule.cidr_ipv4() == Some("0.0.0.0/0") || rule.cidr_ipv6() == Some("::/0"))
        && all_tags(rule.tags()).get("elanswer:stack").is_none()
}

impl SecurityGroupHandler {
    async fn describe(
        &self,
        region: Region,
        identifiers: Vec<String>,
        filters: Vec<types::Filter>,
    ) -> Result<Vec<types::SecurityGroup>, ExecError> {
        let call = self.0.ec2(region).describe_security_groups();
        let call = call.set_group_ids(Some(identifiers)).set_filters(Some(filters));
        let groups = call.into_paginator().items().send().try_collect().await;
        groups.map_err(failed("DescribeSecurityGroups"))
    }

    /// Revokes what AWS lets out of a new group.
    async fn revoke(&self, client: &Client, group_id: &str) -> Result<(), ExecError> {
        let call = client.revoke_security_group_egress().group_id(group_id);
        let revoked =
            call.ip_permissions(all_egress()).send().await.map_err(|error| {
                exec_error(SERVICE, "RevokeSecurityGroupEgress", NEW_GROUP, error)
            });
        gone_is_fine(revoked)
    }

    /// Revokes what AWS lets out of a new group, if it still does.
    async fn close(&self, client: &Client, group: &types::SecurityGroup) -> Result<(), ExecError> {
        let Some(group_id) = group.group_id().filter(|_| is_open(group)) else { return Ok(()) };
        let call = client.describe_security_group_rules();
        let rules = call.filters(filter("group-id", [group_id.to_owned()])).into_paginator();
        let rules = rules.items().send().try_collect().await;
        let rules: Vec<_> = rules.map_err(failed("DescribeSecurityGroupRules"))?;
        let default = rules.iter().filter(|rule| is_default_egress(rule));
        let ids: Vec<String> = default
            .filter_map(types::SecurityGroupRule::security_group_rule_id)
            .map(str::to_owned)
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let call = client.revoke_security_group_egress().group_id(group_id);
        let call = call.set_security_group_rule_ids(Some(ids));
        gone_is_fine(call.send().await.map_err(failed("RevokeSecurityGroupEgress")))
    }
}

#[async_trait]
impl Handler<SecurityGroup> for SecurityGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SecurityGroup>>, ExecError>> {
        read_listed(identifiers, "group-id", |ids, filters| async move {
            let groups = self.describe(place.region, ids, filters).await?;
            let id = |group: &types::SecurityGroup| group.group_id().unwrap_or_default().to_owned();
            Ok(groups.iter().map(|group| (id(group), observed(group))).collect())
        })
        .await
    }

    async fn create(
        &self,
        request: &Create<SecurityGroup>,
    ) -> Result<Observed<SecurityGroup>, ExecError> {
        let (client, desired) = (self.0.ec2(request.place.region), &request.desired);
        let answer = client
            .create_security_group()
            .set_group_name(desired.group_name.as_ref().map(ToString::to_string))
            .description(desired.group_description.as_str())
            .set_vpc_id(desired.vpc.known().map(str::to_owned))
            .tag_specifications(tag_specification(ResourceType::SecurityGroup, &request.tags()))
            .send()
            .await
            .map_err(failed("CreateSecurityGroup"))?;
        let lacks = |field| missing(SERVICE, "CreateSecurityGroup", field);
        let group_id = answer.group_id().ok_or_else(|| lacks("GroupId"))?;
        let revoked = self.revoke(&client, group_id).await;
        revoked.map_err(|error| error.with_outcome(Outcome::Unknown))?;
        Ok(Observed::ready(desired.clone(), SecurityGroupOutputs::new(group_id)))
    }

    async fn find(
        &self,
        request: &Create<SecurityGroup>,
    ) -> Result<Option<Observed<SecurityGroup>>, ExecError> {
        let (region, ownership) = (request.place.region, &request.ownership);
        let groups = self.describe(region, Vec::new(), owned_by(ownership)).await?;
        let found = groups.iter().find(|group| is_owned(ownership, group.tags()));
        let Some(group) = found else { return Ok(None) };
        self.close(&self.0.ec2(region), group).await?;
        observed(group).map(Some)
    }

    async fn update(
        &self,
        request: &Update<SecurityGroup>,
    ) -> Result<Observed<SecurityGroup>, ExecError> {
        retag(&self.0.ec2(request.place.region), request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<SecurityGroup>) -> Result<Deletion, ExecError> {
        let call = self.0.ec2(request.place.region).delete_security_group();
        let call = call.group_id(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteSecurityGroup")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{SecurityGroupRule, Tag};
    use elanswer_core::services::ec2::{Description, GroupName};

    use super::*;

    fn described() -> types::builders::SecurityGroupBuilder {
        types::SecurityGroup::builder()
            .group_id("sg-1")
            .group_name("web")
            .description("Web servers")
            .vpc_id("vpc-1")
            .tags(Tag::builder().key("elanswer:stack").value("shop").build())
            .tags(Tag::builder().key("Name").value("n").build())
    }

    #[test]
    fn maps_what_aws_answers() {
        let group = observed(&described().build()).unwrap();
        let expected = SecurityGroup::builder()
            .group_name(GroupName::literal("web"))
            .group_description(Description::literal("Web servers"))
            .vpc(Ref::existing("vpc-1"))
            .tags(elanswer_core::Tags::new().with("Name", "n"))
            .build();
        assert_eq!(group.resource, expected);
        assert_eq!(group.outputs, SecurityGroupOutputs::new("sg-1"));
    }

    #[test]
    fn knows_the_rule_that_aws_made() {
        assert!(!is_open(&described().build()));
        assert!(is_open(&described().ip_permissions_egress(all_egress()).build()));
        let rule = || SecurityGroupRule::builder().is_egress(true).ip_protocol("-1");
        assert!(is_default_egress(&rule().cidr_ipv4("0.0.0.0/0").build()));
        assert!(is_default_egress(&rule().cidr_ipv6("::/0").build()));
        let tag = Tag::builder().key("elanswer:stack").value("shop").build();
        assert!(!is_default_egress(&rule().cidr_ipv4("0.0.0.0/0").tags(tag).build()));
        assert!(!is_default_egress(&rule().cidr_ipv4("10.0.0.0/8").build()));
        assert!(!is_default_egress(&rule().is_egress(false).cidr_ipv4("0.0.0.0/0").build()));
    }
}
