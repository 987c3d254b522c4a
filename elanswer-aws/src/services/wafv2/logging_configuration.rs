//! `AWS::WAFv2::LoggingConfiguration` over the SDK.
//!
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_PutLoggingConfiguration.html>. WAF takes
//! the ARN of a log group without `:*` at the end, as which other services know it.

use async_trait::async_trait;
use aws_sdk_wafv2::{Client, types};
use elanswer_core::{
    Handler, Input, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{LogDestinationArn, LoggingConfiguration, LoggingConfigurationOutputs},
};

use super::{SERVICE, failed, field, unbuilt, unknown};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles logging configurations over the SDK.
#[derive(Debug)]
pub struct LoggingConfigurationHandler(Clients);

impl From<Clients> for LoggingConfigurationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn to_sdk(it: &LoggingConfiguration) -> Result<types::LoggingConfiguration, ExecError> {
    let redacted = it.redacted_fields.iter().map(field::redacted_to_sdk);
    let redacted: Vec<_> = redacted.collect::<Result<_, _>>().map_err(unbuilt)?;
    let destination = it.destination.known().map(LogDestinationArn::as_sent);
    types::LoggingConfiguration::builder()
        .resource_arn(it.web_acl.known().unwrap_or_default())
        .log_destination_configs(destination.unwrap_or_default())
        .set_redacted_fields((!redacted.is_empty()).then_some(redacted))
        .build()
        .map_err(unbuilt)
}

/// What an answer says of a logging configuration.
fn observed(it: &types::LoggingConfiguration) -> Result<Observed<LoggingConfiguration>, ExecError> {
    const OPERATION: &str = "GetLoggingConfiguration";
    let [destination] = it.log_destination_configs() else {
        return Err(missing(SERVICE, OPERATION, "LogDestinationConfigs"));
    };
    let destination = LogDestinationArn::from_sent(destination)
        .map_err(|_| unknown(OPERATION, "a destination"))?;
    if it.logging_filter().is_some() {
        return Err(unknown(OPERATION, "a filter"));
    }
    let redacted = it.redacted_fields().iter().map(|found| {
        field::redacted_from_sdk(found).ok_or_else(|| unknown(OPERATION, "a redacted field"))
    });
    let resource = LoggingConfiguration::builder()
        .web_acl(Ref::existing(it.resource_arn()))
        .destination(Input::Literal(destination))
        .redacted_fields(redacted.collect::<Result<Vec<_>, _>>()?)
        .build();
    let outputs = LoggingConfigurationOutputs { resource_arn: it.resource_arn().to_owned() };
    Ok(Observed::ready(resource, outputs))
}

async fn look(
    client: &Client,
    arn: &str,
) -> Result<Option<Observed<LoggingConfiguration>>, ExecError> {
    let answer = client.get_logging_configuration().resource_arn(arn).send().await;
    let answer = none_if_gone(answer.map_err(failed("GetLoggingConfiguration")))?;
    let found = answer.and_then(|answer| answer.logging_configuration);
    found.as_ref().map(observed).transpose()
}

async fn put(client: &Client, it: &LoggingConfiguration) -> Result<(), ExecError> {
    let call = client.put_logging_configuration().logging_configuration(to_sdk(it)?);
    call.send().await.map(drop).map_err(failed("PutLoggingConfiguration"))
}

#[async_trait]
impl Handler<LoggingConfiguration> for LoggingConfigurationHandler {
    /// One web ACL at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LoggingConfiguration>>, ExecError>> {
        let client = self.0.wafv2(place.region);
        let looks = identifiers.iter().map(|arn| look(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(
        &self,
        request: &Create<LoggingConfiguration>,
    ) -> Result<Observed<LoggingConfiguration>, ExecError> {
        let desired = &request.desired;
        put(&self.0.wafv2(request.place.region), desired).await?;
        let resource_arn = desired.web_acl.known().unwrap_or_default().to_owned();
        Ok(Observed::ready(desired.clone(), LoggingConfigurationOutputs { resource_arn }))
    }

    /// A configuration has no tags: the same one is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<LoggingConfiguration>,
    ) -> Result<Option<Observed<LoggingConfiguration>>, ExecError> {
        let client = self.0.wafv2(request.place.region);
        let found = look(&client, request.desired.web_acl.known().unwrap_or_default()).await?;
        Ok(found.filter(|found| found.resource == request.desired))
    }

    async fn update(
        &self,
        request: &Update<LoggingConfiguration>,
    ) -> Result<Observed<LoggingConfiguration>, ExecError> {
        put(&self.0.wafv2(request.place.region), &request.desired).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<LoggingConfiguration>) -> Result<Deletion, ExecError> {
        let call = self.0.wafv2(request.place.region).delete_logging_configuration();
        let deleted = call.resource_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteLoggingConfiguration")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::{HeaderName, RedactedField};

    use super::*;

    fn to(destination: &str) -> LoggingConfiguration {
        let destination = LogDestinationArn::new(destination).unwrap();
        LoggingConfiguration::builder()
            .web_acl(Ref::existing("arn:acl"))
            .destination(Input::Literal(destination))
            .redacted_fields([
                RedactedField::SingleHeader { name: HeaderName::literal("cookie") },
                RedactedField::UriPath {},
            ])
            .build()
    }

    #[test]
    fn every_destination_comes_back() {
        for destination in [
            "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-shop:*",
            "arn:aws:s3:::aws-waf-logs-shop",
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/aws-waf-logs-shop",
        ] {
            let it = to(destination);
            let sdk = to_sdk(&it).unwrap();
            assert!(!sdk.log_destination_configs()[0].ends_with('*'), "{destination}");
            assert_eq!(observed(&sdk).unwrap().resource, it);
        }
    }

    #[test]
    fn a_filter_is_not_overlooked() {
        let sdk = to_sdk(&to("arn:aws:s3:::aws-waf-logs-shop")).unwrap();
        let filter = types::LoggingFilter::builder()
            .default_behavior(types::FilterBehavior::Drop)
            .set_filters(Some(Vec::new()))
            .build()
            .unwrap();
        let filtered = types::LoggingConfiguration::builder()
            .resource_arn(sdk.resource_arn())
            .set_log_destination_configs(Some(sdk.log_destination_configs().to_vec()))
            .logging_filter(filter)
            .build()
            .unwrap();
        assert!(observed(&filtered).unwrap_err().to_string().contains("a filter"));
    }
}
