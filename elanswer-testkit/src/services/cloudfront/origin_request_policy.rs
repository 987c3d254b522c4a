//! `AWS::CloudFront::OriginRequestPolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginRequestPolicy.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginRequestPolicy.html>.
//! Quotas: 20 in an account, 10 headers, cookies and query strings in one,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{OriginRequestPolicy, OriginRequestPolicyOutputs},
};

use super::{
    MAX_NAMES, invalid_argument,
    policy::{Operations, handler, uuid},
    users,
};
use crate::{api::Api, world::AwsError};

const OPERATIONS: Operations<OriginRequestPolicy> = Operations {
    names: [
        "CreateOriginRequestPolicy",
        "GetOriginRequestPolicy",
        "ListOriginRequestPolicies",
        "UpdateOriginRequestPolicy",
        "DeleteOriginRequestPolicy",
    ],
    codes: [
        "OriginRequestPolicyAlreadyExists",
        "NoSuchOriginRequestPolicy",
        "OriginRequestPolicyInUse",
        "TooManyOriginRequestPolicies",
    ],
    quota: ("origin request policies", 20),
    name: |it| it.config.name.as_str(),
    check,
    users: |world, id| {
        users(world, |behavior| {
            behavior.origin_request_policy.as_ref().and_then(|it| it.known()) == Some(id)
        })
    },
    outputs: |id| OriginRequestPolicyOutputs { id },
    identifier: uuid,
};

fn check(policy: &OriginRequestPolicy) -> Result<(), AwsError> {
    let config = &policy.config;
    if let Some(fault) = config.fault() {
        return Err(invalid_argument(fault));
    }
    let lists = [
        ("TooManyHeadersInOriginRequestPolicy", config.headers.names().map_or(0, Set::len)),
        ("TooManyCookiesInOriginRequestPolicy", config.cookies.names().map_or(0, Set::len)),
        (
            "TooManyQueryStringsInOriginRequestPolicy",
            config.query_strings.names().map_or(0, Set::len),
        ),
    ];
    match lists.into_iter().find(|(_, count)| *count > MAX_NAMES) {
        Some((code, count)) => {
            Err(AwsError::quota(code, format!("{count} are more than {MAX_NAMES}")))
        }
        None => Ok(()),
    }
}

handler! {
    /// Handles origin request policies in memory.
    OriginRequestPolicyHandler of OriginRequestPolicy by OPERATIONS
}
