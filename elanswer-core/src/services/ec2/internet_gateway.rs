//! `AWS::EC2::InternetGateway`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    tags::Tags,
};

/// The door between a VPC and the internet.
///
/// AWS: [`AWS::EC2::InternetGateway`](https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html).
/// It does nothing until a [`VpcGatewayAttachment`](super::VpcGatewayAttachment) attaches it and a
/// [`Route`](super::Route) leads to it. Quota: 5 per Region unless raised together with that of
/// VPCs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct InternetGateway {
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of an internet gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InternetGatewayOutputs {
    /// `InternetGatewayId`: `igw-` and hexadecimal digits.
    pub internet_gateway_id: String,
}

impl Resource for InternetGateway {
    type Outputs = InternetGatewayOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "InternetGatewayId",
        outputs: &["InternetGatewayId"],
        resource_type: Some("ec2:internet-gateway"),
        api: "ec2",
        ..Schema::new(Kind::new("AWS::EC2::InternetGateway"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateInternetGateway`.
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
        let gateway = InternetGateway::builder().tags(Tags::new().with("Name", "door")).build();
        assert_eq!(
            serde_json::Value::Object(properties_of(&gateway)),
            serde_json::json!({ "Tags": [{ "Key": "Name", "Value": "door" }] })
        );
    }
}
