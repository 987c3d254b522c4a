//! `AWS::EC2::VPCGatewayAttachment`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{InternetGateway, Vpc};
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema},
};

/// Attaches an internet gateway to a VPC.
///
/// AWS: [`AWS::EC2::VPCGatewayAttachment`](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcgatewayattachment.html).
/// A VPC has at most one internet gateway, and a gateway at most one VPC. A route to the gateway,
/// and a NAT gateway in the VPC, need the attachment without referring to it: make them depend on
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct VpcGatewayAttachment {
    /// `VpcId`. Changing it replaces the attachment.
    #[builder(into)]
    #[serde(rename = "VpcId")]
    pub vpc: Ref<Vpc>,
    /// `InternetGatewayId`. Changing it detaches the old gateway and attaches the new one.
    #[builder(into)]
    #[serde(rename = "InternetGatewayId")]
    pub internet_gateway: Ref<InternetGateway>,
}

/// What AWS decides of an attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VpcGatewayAttachmentOutputs {
    /// What CloudFormation calls the attachment: `IGW|` and the identifier of the VPC.
    pub id: String,
}

impl VpcGatewayAttachmentOutputs {
    /// The attachment of the internet gateway of this VPC.
    #[must_use]
    pub fn of(vpc_id: &str) -> Self {
        Self { id: format!("IGW|{vpc_id}") }
    }

    /// The VPC in the identifier of an attachment.
    #[must_use]
    pub fn vpc_id(identifier: &str) -> Option<&str> {
        identifier.strip_prefix("IGW|")
    }
}

impl Resource for VpcGatewayAttachment {
    type Outputs = VpcGatewayAttachmentOutputs;

    // A replacement has another VPC and most likely the same gateway, which cannot be in both.
    const SCHEMA: &'static Schema = &Schema {
        identifier: "Id",
        outputs: &["Id"],
        replaces: &["VpcId"],
        exclusive: &["InternetGatewayId"],
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::VPCGatewayAttachment"))
    };

    /// `AttachInternetGateway`, `DetachInternetGateway`, and for another gateway both.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) if from.internet_gateway != to.internet_gateway => 2,
            Operation::Update(..) => 0,
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
        let attachment = VpcGatewayAttachment::builder()
            .vpc(Ref::existing("vpc-1"))
            .internet_gateway(Ref::existing("igw-1"))
            .build();
        assert_eq!(
            serde_json::Value::Object(properties_of(&attachment)),
            serde_json::json!({ "VpcId": "vpc-1", "InternetGatewayId": "igw-1" })
        );
    }

    #[test]
    fn the_identifier_names_the_vpc() {
        let outputs = VpcGatewayAttachmentOutputs::of("vpc-1");
        assert_eq!(outputs.id, "IGW|vpc-1");
        assert_eq!(VpcGatewayAttachmentOutputs::vpc_id(&outputs.id), Some("vpc-1"));
        assert_eq!(VpcGatewayAttachmentOutputs::vpc_id("VGW|vpc-1"), None);
    }
}
