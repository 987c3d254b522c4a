//! `AWS::WAFv2::LoggingConfiguration`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{HeaderName, LogDestinationArn, WebAcl};
use crate::{
    Set,
    reference::{Input, Output, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    services::{logs::LogGroup, s3::Bucket},
};

/// Where AWS writes down which requests a web ACL saw, and what became of them.
///
/// AWS: [`AWS::WAFv2::LoggingConfiguration`](https://docs.aws.amazon.com/waf/latest/developerguide/logging.html).
/// Not modelled: filters. A web ACL has one at most.
///
/// AWS lets itself write to the log group by a policy that it makes, and to a bucket by adding
/// statements to its policy: a [`BucketPolicy`](crate::services::s3::BucketPolicy) of yours must
/// have them, or a plan will take them out.
///
/// ```
/// # use elanswer_core::{Architecture, Ref, Region, services::wafv2::{LogDestinationArn, WebAcl}};
/// use elanswer_core::services::{
///     logs::{LogGroup, LogGroupName, Retention},
///     wafv2::LoggingConfiguration,
/// };
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let acl: Ref<WebAcl> = Ref::existing("arn:aws:wafv2:us-east-1:1:regional/webacl/a/1");
/// let logs = LogGroup::builder()
///     .log_group_name(LogGroupName::literal("aws-waf-logs-shop"))
///     .retention_in_days(Retention::Days90)
///     .build();
/// let logs = arch.resource("logs", logs);
/// arch.resource("logging", LoggingConfiguration::to_log_group(&acl, &logs));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfiguration {
    /// `ResourceArn`: the web ACL. Another one replaces the configuration.
    #[builder(into)]
    #[serde(rename = "ResourceArn")]
    pub web_acl: Ref<WebAcl>,
    /// `LogDestinationConfigs`: a log group or delivery stream of the same Region, or a bucket;
    /// its name begins with [`LOG_DESTINATION_PREFIX`].
    #[builder(into)]
    #[serde(rename = "LogDestinationConfigs", with = "only")]
    pub destination: Input<LogDestinationArn>,
    /// `RedactedFields`: what is left out. AWS's default: nothing.
    #[builder(with = FromIterator::from_iter, default)]
    #[serde(default)]
    pub redacted_fields: Set<RedactedField>,
}

/// How the names of log groups, buckets and delivery streams begin that AWS WAF writes to.
pub const LOG_DESTINATION_PREFIX: &str = "aws-waf-logs-";

/// A part of a request that is left out of logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RedactedField {
    /// `Method`.
    Method {},
    /// `QueryString`.
    QueryString {},
    /// `SingleHeader`: the value of a header, such as `authorization`.
    #[serde(rename_all = "PascalCase")]
    SingleHeader {
        /// `Name`.
        name: HeaderName,
    },
    /// `UriPath`.
    UriPath {},
}

/// One destination, as the list that CloudFormation and AWS have.
mod only {
    use serde::{Deserializer, Serializer, de::Error};

    use super::{Deserialize, Input, LogDestinationArn, Serialize};

    pub(super) fn serialize<S: Serializer>(
        destination: &Input<LogDestinationArn>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        [destination].serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Input<LogDestinationArn>, D::Error> {
        let [destination] =
            <[Input<LogDestinationArn>; 1]>::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(destination)
    }
}

/// What AWS decides of a logging configuration: nothing but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingConfigurationOutputs {
    /// `ResourceArn`.
    pub resource_arn: String,
}

impl LoggingConfiguration {
    /// Into this log group.
    pub fn to_log_group(web_acl: impl Into<Ref<WebAcl>>, group: &Ref<LogGroup>) -> Self {
        Self::into_output(web_acl.into(), &group.arn())
    }

    /// Into this bucket.
    pub fn to_bucket(web_acl: impl Into<Ref<WebAcl>>, bucket: &Ref<Bucket>) -> Self {
        Self::into_output(web_acl.into(), &bucket.arn())
    }

    fn into_output<T>(web_acl: Ref<WebAcl>, arn: &Output<T>) -> Self {
        let destination: Input<LogDestinationArn> = Input::Output(arn.reference().clone());
        Self::builder().web_acl(web_acl).destination(destination).build()
    }

    /// The same, without the values of this header.
    #[must_use]
    pub fn without_header(mut self, name: HeaderName) -> Self {
        self.redacted_fields.insert(RedactedField::SingleHeader { name });
        self
    }
}

impl Ref<LoggingConfiguration> {
    /// `ResourceArn`: the web ACL, once its requests are written down.
    #[must_use]
    pub fn resource_arn(&self) -> Output<String> {
        self.output("ResourceArn")
    }
}

impl Resource for LoggingConfiguration {
    type Outputs = LoggingConfigurationOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "ResourceArn",
        outputs: &["ResourceArn"],
        replaces: &["ResourceArn"],
        exclusive: &["ResourceArn"],
        api: "wafv2",
        ..Schema::new(Kind::new("AWS::WAFv2::LoggingConfiguration"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group: Ref<LogGroup> = Ref::managed("logs".parse().unwrap());
        let it = LoggingConfiguration::to_log_group(Ref::existing("arn:acl"), &group)
            .without_header(HeaderName::literal("cookie"));
        let tree = json!({
            "ResourceArn": "arn:acl",
            "LogDestinationConfigs": [{"Fn::GetAtt": ["logs", "Arn"]}],
            "RedactedFields": [{"SingleHeader": {"Name": "cookie"}}],
        });
        assert_eq!(serde_json::to_value(&it).unwrap(), tree);
        assert_eq!(serde_json::from_value::<LoggingConfiguration>(tree).unwrap(), it);
    }
}
