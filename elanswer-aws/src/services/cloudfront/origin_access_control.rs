//! `AWS::CloudFront::OriginAccessControl` over the SDK.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginAccessControl.html>.

use async_trait::async_trait;
use aws_sdk_cloudfront::{Client, types};
use aws_smithy_types::error::operation::BuildError;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{
        OriginAccessControl, OriginAccessControlConfig, OriginAccessControlOutputs, OriginType,
        SigningBehavior, SigningProtocol,
    },
};

use super::{SERVICE, failed, incomplete, parse, policy::handler, unreadable};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

fn request(it: &OriginAccessControl) -> Result<types::OriginAccessControlConfig, BuildError> {
    let config = &it.config;
    let SigningProtocol::SigV4 = config.signing_protocol else {
        return Err(BuildError::other("only `sigv4` is known"));
    };
    let OriginType::S3 = config.origin_type else {
        return Err(BuildError::other("only `s3` is known"));
    };
    types::OriginAccessControlConfig::builder()
        .name(config.name.as_str())
        .description(config.description.as_str())
        .signing_protocol(types::OriginAccessControlSigningProtocols::Sigv4)
        .signing_behavior(config.signing_behavior.as_str().into())
        .origin_access_control_origin_type(types::OriginAccessControlOriginTypes::S3)
        .build()
}

fn response(config: &types::OriginAccessControlConfig) -> Result<OriginAccessControl, String> {
    let (kind, protocol) =
        (config.origin_access_control_origin_type().as_str(), config.signing_protocol().as_str());
    if kind != "s3" || protocol != "sigv4" {
        return Err(format!("an origin access control for `{kind}` by `{protocol}`"));
    }
    let behavior = match config.signing_behavior().as_str() {
        "always" => SigningBehavior::Always,
        "never" => SigningBehavior::Never,
        "no-override" => SigningBehavior::NoOverride,
        other => return Err(format!("the signing behaviour `{other}`")),
    };
    let config = OriginAccessControlConfig::builder()
        .name(parse(config.name())?)
        .description(parse(config.description().unwrap_or_default())?)
        .signing_behavior(behavior)
        .build();
    Ok(OriginAccessControl { config })
}

/// The identifier of the one of this name.
async fn find(client: &Client, desired: &OriginAccessControl) -> Result<Option<String>, ExecError> {
    let mut marker = None;
    loop {
        let call = client.list_origin_access_controls().set_marker(marker);
        let answer = call.send().await.map_err(failed("ListOriginAccessControls"))?;
        let Some(page) = answer.origin_access_control_list() else { return Ok(None) };
        let name = desired.config.name.as_str();
        if let Some(own) = page.items().iter().find(|it| it.name() == name) {
            return Ok(Some(own.id().to_owned()));
        }
        marker = page.next_marker().filter(|it| !it.is_empty()).map(str::to_owned);
        if marker.is_none() {
            return Ok(None);
        }
    }
}

handler! {
    /// Handles origin access controls over the SDK.
    OriginAccessControlHandler of OriginAccessControl, OriginAccessControlOutputs:
    create_origin_access_control "CreateOriginAccessControl",
    get_origin_access_control "GetOriginAccessControl",
    update_origin_access_control "UpdateOriginAccessControl",
    delete_origin_access_control "DeleteOriginAccessControl",
    origin_access_control "OriginAccessControl", origin_access_control_config, request, response,
    find
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::cloudfront::{Comment, OriginAccessControlName};

    use super::*;

    #[test]
    fn what_is_sent_is_read() {
        for behavior in
            [SigningBehavior::Always, SigningBehavior::Never, SigningBehavior::NoOverride]
        {
            let config = OriginAccessControlConfig::builder()
                .name(OriginAccessControlName::literal("shop"))
                .description(Comment::literal("files"))
                .signing_behavior(behavior)
                .build();
            let it = OriginAccessControl { config };
            assert_eq!(response(&request(&it).unwrap()), Ok(it));
        }
    }

    #[test]
    fn what_is_not_modelled_is_not_read() {
        let config = types::OriginAccessControlConfig::builder()
            .name("shop")
            .signing_protocol(types::OriginAccessControlSigningProtocols::Sigv4)
            .signing_behavior(types::OriginAccessControlSigningBehaviors::Always)
            .origin_access_control_origin_type(types::OriginAccessControlOriginTypes::Lambda)
            .build()
            .unwrap();
        assert!(response(&config).unwrap_err().contains("lambda"));
    }
}
