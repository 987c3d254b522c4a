//! `AWS::EC2::SecurityGroup`.

use std::time::Duration;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Vpc;
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    tags::Tags,
    text::{is_of, text},
};

/// A virtual firewall around network interfaces; it lets through only what its rules name.
///
/// AWS: [`AWS::EC2::SecurityGroup`](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html).
/// Its rules are resources of their own, [`SecurityGroupIngress`](super::SecurityGroupIngress) and
/// [`SecurityGroupEgress`](super::SecurityGroupEgress), so that two groups may name each other.
/// AWS gives every new group a rule that lets all traffic out; elanswer revokes it right away, and
/// a group lets out only what a `SecurityGroupEgress` names. Not revoked is the second such rule,
/// for IPv6, that AWS adds in a VPC with an IPv6 range; VPCs of elanswer have none.
/// Quota: 2,500 per Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroup {
    /// `GroupName`: unique in the VPC. Unset: elanswer makes up a name. Changing it replaces the
    /// group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_name: Option<GroupName>,
    /// `GroupDescription`: what the group is for. Changing it replaces the group.
    pub group_description: Description,
    /// `VpcId`. Changing it replaces the group.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecurityGroupOutputs {
    /// `GroupId`: `sg-` and hexadecimal digits.
    pub group_id: String,
    /// `Id`: the same text as `GroupId`, for every group in a VPC.
    pub id: String,
}

impl SecurityGroupOutputs {
    /// The outputs of the group with this `GroupId`.
    #[must_use]
    pub fn new(group_id: impl Into<String>) -> Self {
        let group_id = group_id.into();
        Self { id: group_id.clone(), group_id }
    }
}

impl Resource for SecurityGroup {
    type Outputs = SecurityGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        // CloudFormation's primary identifier is `Id`, which was the name of a group outside of a
        // VPC. Those are no more, and what other resources take is called `GroupId`.
        identifier: "GroupId",
        outputs: &["GroupId", "Id"],
        replaces: &["GroupDescription", "GroupName", "VpcId"],
        computed: &["GroupName"],
        name: Some(NameRule {
            not_first: &["sg-"],
            also: " ._:/()#,@[]+=&;{}!$*",
            ..NameRule::new("GroupName", MAX_TEXT_LEN)
        }),
        exclusive: &["VpcId", "GroupName"],
        resource_type: Some("ec2:security-group"),
        api: "ec2",
        // The interfaces of a load balancer or a task may stay for minutes after their owner.
        timing: Timing { deadline: Duration::from_secs(900), ..Timing::QUICK },
        ..Schema::new(Kind::new("AWS::EC2::SecurityGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateSecurityGroup`, and the `RevokeSecurityGroupEgress` that closes the group.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 2,
            Operation::Update(from, to) => super::tag_calls(&from.tags, &to.tags),
            Operation::Delete(_) => 1,
        }
    }
}

text! {
    /// The name of a security group.
    GroupName: "a security group name",
    "1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`, not `default`, not starting with `sg-`, without a space at either end",
    is_group_name
}

text! {
    /// A description of a security group or of a rule.
    ///
    /// ```compile_fail,E0080
    /// use elanswer_core::services::ec2::Description;
    ///
    /// const WRONG: Description = Description::literal("web > database");
    /// # println!("{WRONG:?}");
    /// ```
    Description: "a description",
    "1 to 255 letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`",
    is_description
}

/// The most characters of a name or description.
const MAX_TEXT_LEN: usize = 255;

const fn is_group_name(text: &str) -> bool {
    is_description(text)
        && !matches!(text.as_bytes(), [b's', b'g', b'-', ..] | b"default")
        && !matches!(text.as_bytes(), [b' ', ..] | [.., b' '])
}

const fn is_description(text: &str) -> bool {
    is_of(text, 1, MAX_TEXT_LEN, " ._-:/()#,@[]+=&;{}!$*")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_one_that_aws_takes() {
        for good in ["web", "a b", "shop/web (blue)", "default-2", &"x".repeat(255)] {
            assert_eq!(GroupName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "sg-web", "default", " web", "web ", "web\n", "wéb", &"x".repeat(256)] {
            assert!(bad.parse::<GroupName>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_description_is_one_that_aws_takes() {
        assert!(Description::new("._-:/()#,@[]+=&;{}!$* aZ9").is_ok());
        for bad in ["", "a<b", "it's", "a|b", &"x".repeat(256)] {
            assert!(bad.parse::<Description>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = SecurityGroup::builder()
            .group_name(GroupName::literal("web"))
            .group_description(Description::literal("Web servers"))
            .vpc(Ref::existing("vpc-1"))
            .build();
        let tree = json!({
            "GroupName": "web",
            "GroupDescription": "Web servers",
            "VpcId": "vpc-1",
            "Tags": [],
        });
        assert_eq!(serde_json::to_value(&group).unwrap(), tree);
        assert_eq!(serde_json::from_value::<SecurityGroup>(tree).unwrap(), group);
    }
}
