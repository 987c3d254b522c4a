//! `AWS::EC2::Subnet`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Vpc;
use crate::{
    cidr::Cidr,
    reference::Ref,
    region::Zone,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    tags::Tags,
};

/// A range of addresses of a VPC in one Availability Zone.
///
/// AWS: [`AWS::EC2::Subnet`](https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html).
/// AWS keeps five addresses of each subnet for itself. Quota: 200 per VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Subnet {
    /// `VpcId`. Changing it replaces the subnet.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `CidrBlock`: within that of the VPC, from a /16 to a /28. Changing it replaces the subnet.
    pub cidr_block: Cidr,
    /// `AvailabilityZone`. Changing it replaces the subnet.
    pub availability_zone: Zone,
    /// `MapPublicIpOnLaunch`: whether what starts in it gets a public address. AWS's default: no.
    #[builder(default)]
    pub map_public_ip_on_launch: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a subnet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SubnetOutputs {
    /// `SubnetId`: `subnet-` and hexadecimal digits.
    pub subnet_id: String,
}

impl Resource for Subnet {
    type Outputs = SubnetOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "SubnetId",
        outputs: &["SubnetId"],
        replaces: &["VpcId", "CidrBlock", "AvailabilityZone"],
        resource_type: Some("ec2:subnet"),
        api: "ec2",
        timing: Timing::seconds(1, 0, 0),
        exclusive: &["VpcId", "CidrBlock"],
        ..Schema::new(Kind::new("AWS::EC2::Subnet"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateSubnet`, and a `ModifySubnetAttribute` for public addresses.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(subnet) => 1 + u32::from(subnet.map_public_ip_on_launch),
            Operation::Update(from, to) => {
                u32::from(from.map_public_ip_on_launch != to.map_public_ip_on_launch)
                    + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}
