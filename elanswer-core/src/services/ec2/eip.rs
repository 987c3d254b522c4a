//! `AWS::EC2::EIP`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
};

/// An Elastic IP address: a public IPv4 address that stays the same.
///
/// AWS: [`AWS::EC2::EIP`](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html).
/// AWS bills it whether it is in use or not. Once released it may go to somebody else. Quota: 5 per
/// Region unless raised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Eip {
    /// `Domain`. AWS's default, and all that is left: `vpc`.
    #[builder(default)]
    #[serde(default)]
    pub domain: EipDomain,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Where an Elastic IP address can be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EipDomain {
    /// In a VPC. EC2-Classic, the other one, is retired.
    #[default]
    Vpc,
}

/// What AWS decides of an Elastic IP address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EipOutputs {
    /// `AllocationId`: `eipalloc-` and hexadecimal digits.
    pub allocation_id: String,
    /// `PublicIp`: the address.
    pub public_ip: String,
}

impl Ref<Eip> {
    /// The address.
    #[must_use]
    pub fn public_ip(&self) -> Output<String> {
        self.output("PublicIp")
    }
}

impl Resource for Eip {
    type Outputs = EipOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "AllocationId",
        outputs: &["AllocationId", "PublicIp"],
        resource_type: Some("ec2:elastic-ip"),
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::EIP"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `AllocateAddress`, `ReleaseAddress`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => super::tag_calls(&from.tags, &to.tags),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        assert_eq!(
            serde_json::Value::Object(properties_of(&Eip::default())),
            serde_json::json!({ "Domain": "vpc", "Tags": [] })
        );
    }
}
