//! `AWS::CloudFront::ResponseHeadersPolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateResponseHeadersPolicy.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteResponseHeadersPolicy.html>.
//! Quotas: 20 in an account, 10 headers of your own in one; how long a content security policy is
//! holds by its type.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{ResponseHeadersPolicy, ResponseHeadersPolicyOutputs},
};

use super::{
    MAX_NAMES,
    policy::{Operations, handler, uuid},
    users,
};
use crate::{api::Api, world::AwsError};

const OPERATIONS: Operations<ResponseHeadersPolicy> = Operations {
    names: [
        "CreateResponseHeadersPolicy",
        "GetResponseHeadersPolicy",
        "ListResponseHeadersPolicies",
        "UpdateResponseHeadersPolicy",
        "DeleteResponseHeadersPolicy",
    ],
    codes: [
        "ResponseHeadersPolicyAlreadyExists",
        "NoSuchResponseHeadersPolicy",
        "ResponseHeadersPolicyInUse",
        "TooManyResponseHeadersPolicies",
    ],
    quota: ("response headers policies", 20),
    name: |it| it.config.name.as_str(),
    check,
    users: |world, id| {
        users(world, |behavior| {
            behavior.response_headers_policy.as_ref().and_then(|it| it.known()) == Some(id)
        })
    },
    outputs: |id| ResponseHeadersPolicyOutputs { id },
    identifier: uuid,
};

fn check(policy: &ResponseHeadersPolicy) -> Result<(), AwsError> {
    let count = policy.config.custom_headers.len();
    if count > MAX_NAMES {
        let code = "TooManyCustomHeadersInResponseHeadersPolicy";
        return Err(AwsError::quota(code, format!("{count} are more than {MAX_NAMES}")));
    }
    Ok(())
}

handler! {
    /// Handles response headers policies in memory.
    ResponseHeadersPolicyHandler of ResponseHeadersPolicy by OPERATIONS
}
