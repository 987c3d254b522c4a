//! `AWS::WAFv2::WebACLAssociation`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::WebAcl;
use crate::{
    reference::{Output, Ref},
    resource::Resource,
    schema::{Kind, Schema, Timing},
    services::elbv2::LoadBalancer,
};

/// A web ACL in front of an application load balancer, which has one at most.
///
/// AWS: [`AWS::WAFv2::WebACLAssociation`](https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html).
/// Not modelled: other things that a web ACL protects. Distributions name theirs themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct WebAclAssociation {
    /// `ResourceArn`: the load balancer, of the same Region. Another one replaces the association.
    #[builder(into)]
    #[serde(rename = "ResourceArn")]
    pub load_balancer: Ref<LoadBalancer>,
    /// `WebACLArn`: the web ACL, which is not for distributions. Another one takes its place at
    /// once.
    #[builder(into)]
    #[serde(rename = "WebACLArn")]
    pub web_acl: Ref<WebAcl>,
}

/// What AWS decides of an association: nothing but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WebAclAssociationOutputs {
    /// `ResourceArn`.
    pub resource_arn: String,
}

impl WebAclAssociation {
    /// This web ACL in front of this load balancer.
    pub fn new(
        web_acl: impl Into<Ref<WebAcl>>,
        load_balancer: impl Into<Ref<LoadBalancer>>,
    ) -> Self {
        Self { load_balancer: load_balancer.into(), web_acl: web_acl.into() }
    }
}

impl Ref<WebAclAssociation> {
    /// `ResourceArn`: the load balancer, once it is protected.
    #[must_use]
    pub fn resource_arn(&self) -> Output<String> {
        self.output("ResourceArn")
    }
}

impl Resource for WebAclAssociation {
    type Outputs = WebAclAssociationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "ResourceArn",
        outputs: &["ResourceArn"],
        replaces: &["ResourceArn"],
        exclusive: &["ResourceArn"],
        api: "wafv2",
        timing: Timing::seconds(5, 5, 2),
        ..Schema::new(Kind::new("AWS::WAFv2::WebACLAssociation"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let it = WebAclAssociation::new(Ref::existing("arn:acl"), Ref::existing("arn:front"));
        let tree = json!({"ResourceArn": "arn:front", "WebACLArn": "arn:acl"});
        assert_eq!(serde_json::to_value(&it).unwrap(), tree);
        assert_eq!(serde_json::from_value::<WebAclAssociation>(tree).unwrap(), it);
    }
}
