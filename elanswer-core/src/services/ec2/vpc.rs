//! `AWS::EC2::VPC`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    cidr::Cidr,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    tags::Tags,
};

/// A virtual private cloud: an isolated network with a range of addresses.
///
/// AWS: [`AWS::EC2::VPC`](https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html).
/// Quota: 5 per Region unless raised.
///
/// ```
/// use elanswer_core::{cidr, services::ec2::Vpc};
///
/// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true).build();
/// assert!(vpc.enable_dns_support);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Vpc {
    /// `CidrBlock`: its addresses, from a /16 to a /28. Changing it replaces the VPC.
    pub cidr_block: Cidr,
    /// `EnableDnsSupport`: whether the resolver of AWS answers in it. AWS's default: yes.
    #[builder(default = true)]
    pub enable_dns_support: bool,
    /// `EnableDnsHostnames`: whether instances get DNS names; needs DNS support. AWS's default: no.
    #[builder(default)]
    pub enable_dns_hostnames: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcOutputs {
    /// `VpcId`: `vpc-` and hexadecimal digits.
    pub vpc_id: String,
}

impl Vpc {
    /// A VPC with these addresses and AWS's defaults for the rest.
    #[must_use]
    pub fn new(cidr_block: Cidr) -> Self {
        Self::builder().cidr_block(cidr_block).build()
    }
}

impl Resource for Vpc {
    type Outputs = VpcOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "VpcId",
        outputs: &["VpcId"],
        replaces: &["CidrBlock"],
        resource_type: Some("ec2:vpc"),
        api: "ec2",
        timing: Timing::seconds(1, 0, 0),
        ..Schema::new(Kind::new("AWS::EC2::VPC"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateVpc`, and a `ModifyVpcAttribute` for each attribute that differs from AWS's default.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(vpc) => {
                1 + u32::from(!vpc.enable_dns_support) + u32::from(vpc.enable_dns_hostnames)
            }
            Operation::Update(from, to) => {
                u32::from(from.enable_dns_support != to.enable_dns_support)
                    + u32::from(from.enable_dns_hostnames != to.enable_dns_hostnames)
                    + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}
