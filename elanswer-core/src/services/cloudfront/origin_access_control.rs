//! `AWS::CloudFront::OriginAccessControl`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Comment;
use crate::{
    reference::Ref,
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    text::{characters, text},
};

/// How CloudFront shows a bucket that it is itself: by signing what it asks for.
///
/// AWS: [`AWS::CloudFront::OriginAccessControl`](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html).
/// The policy of the bucket says who is let in. Not modelled: origins of MediaStore, MediaPackage and
/// Lambda. Quota: 100 in an account.
///
/// It has no tags that would say whose it is: one of the same name and content is taken for ours.
///
/// ```
/// use elanswer_core::services::cloudfront::{
///     OriginAccessControl, OriginAccessControlName, SigningBehavior,
/// };
///
/// let access = OriginAccessControl::s3(OriginAccessControlName::literal("shop-static"));
/// assert_eq!(access.config.signing_behavior, SigningBehavior::Always);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControl {
    /// `OriginAccessControlConfig`.
    #[serde(rename = "OriginAccessControlConfig")]
    pub config: OriginAccessControlConfig,
}

/// What an origin access control is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControlConfig {
    /// `Name`: unique in the account.
    pub name: OriginAccessControlName,
    /// `Description`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default, skip_serializing_if = "is_empty")]
    pub description: Comment,
    /// `OriginAccessControlOriginType`: what it is for.
    #[builder(default)]
    #[serde(rename = "OriginAccessControlOriginType")]
    pub origin_type: OriginType,
    /// `SigningBehavior`: which requests are signed.
    #[builder(default)]
    pub signing_behavior: SigningBehavior,
    /// `SigningProtocol`: how.
    #[builder(default)]
    pub signing_protocol: SigningProtocol,
}

fn is_empty(text: &Comment) -> bool {
    text.as_str().is_empty()
}

text! {
    /// The name of an origin access control.
    OriginAccessControlName: "the name of an origin access control",
    "1 to 64 characters",
    is_name
}

const fn is_name(text: &str) -> bool {
    !text.is_empty() && characters(text) <= 64
}

/// What an origin access control is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum OriginType {
    /// `s3`: buckets.
    #[default]
    S3,
}

/// Which requests CloudFront signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningBehavior {
    /// `always`: all of them.
    #[default]
    Always,
    /// `never`: none, as if there were no origin access control.
    Never,
    /// `no-override`: those that the viewer has not signed itself.
    NoOverride,
}

impl SigningBehavior {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::NoOverride => "no-override",
        }
    }
}

/// How CloudFront signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum SigningProtocol {
    /// `sigv4`.
    #[default]
    SigV4,
}

/// What AWS decides of an origin access control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControlOutputs {
    /// `Id`.
    pub id: String,
}

impl OriginAccessControl {
    /// One for buckets, which signs every request.
    #[must_use]
    pub fn s3(name: OriginAccessControlName) -> Self {
        Self { config: OriginAccessControlConfig::builder().name(name).build() }
    }
}

impl Ref<OriginAccessControl> {
    /// `Id`.
    #[must_use]
    pub fn access_control_id(&self) -> crate::reference::Output<String> {
        self.output("Id")
    }
}

impl Resource for OriginAccessControl {
    type Outputs = OriginAccessControlOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        api: "cloudfront",
        ..Schema::new(Kind::new("AWS::CloudFront::OriginAccessControl"))
    };

    /// `CreateOriginAccessControl`; to change and to delete it takes a look at its version.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(..) | Operation::Delete(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let access = OriginAccessControl::s3(OriginAccessControlName::literal("shop"));
        let tree = json!({"OriginAccessControlConfig": {
            "Name": "shop",
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        }});
        assert_eq!(serde_json::Value::Object(properties_of(&access)), tree);
        assert_eq!(serde_json::from_value::<OriginAccessControl>(tree).unwrap(), access);
        assert!(OriginAccessControlName::new("x".repeat(65)).is_err());
        assert_eq!(SigningBehavior::NoOverride.as_str(), "no-override");
    }
}
