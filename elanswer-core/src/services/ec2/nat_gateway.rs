//! `AWS::EC2::NatGateway`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Eip, Subnet};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    tags::Tags,
};

/// A public NAT gateway: lets what is in private subnets reach the internet, and nothing back in.
///
/// AWS: [`AWS::EC2::NatGateway`](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html).
/// Its subnet must be a public one: the VPC needs an attached internet gateway before it is made,
/// so make it depend on the attachment. It takes about two minutes. Quota: 5 per Availability Zone
/// unless raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct NatGateway {
    /// `AllocationId`: the address that the internet sees. Changing it replaces the gateway; an
    /// address serves one gateway only.
    #[builder(into)]
    #[serde(rename = "AllocationId")]
    pub eip: Ref<Eip>,
    /// `SubnetId`: where it stands. Changing it replaces the gateway.
    #[builder(into)]
    #[serde(rename = "SubnetId")]
    pub subnet: Ref<Subnet>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a NAT gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NatGatewayOutputs {
    /// `NatGatewayId`: `nat-` and hexadecimal digits.
    pub nat_gateway_id: String,
}

impl Ref<NatGateway> {
    /// `NatGatewayId`.
    #[must_use]
    pub fn nat_gateway_id(&self) -> Output<String> {
        self.output("NatGatewayId")
    }
}

impl Resource for NatGateway {
    type Outputs = NatGatewayOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "NatGatewayId",
        outputs: &["NatGatewayId"],
        replaces: &["AllocationId", "SubnetId"],
        exclusive: &["AllocationId"],
        resource_type: Some("ec2:natgateway"),
        api: "ec2",
        timing: Timing::seconds(105, 0, 60),
        ..Schema::new(Kind::new("AWS::EC2::NatGateway"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateNatGateway`, `DeleteNatGateway`.
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
        let gateway = NatGateway::builder()
            .eip(Ref::existing("eipalloc-1"))
            .subnet(Ref::existing("subnet-1"))
            .build();
        assert_eq!(
            serde_json::Value::Object(properties_of(&gateway)),
            serde_json::json!({ "AllocationId": "eipalloc-1", "SubnetId": "subnet-1", "Tags": [] })
        );
    }
}
