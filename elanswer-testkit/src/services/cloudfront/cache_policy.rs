//! `AWS::CloudFront::CachePolicy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateCachePolicy.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteCachePolicy.html>.
//! Quotas: 20 in an account, 10 headers, cookies and query strings in one,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Set,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{CachePolicy, CachePolicyOutputs},
};

use super::{
    MAX_NAMES, invalid_argument,
    policy::{Operations, handler, uuid},
    users,
};
use crate::{api::Api, world::AwsError};

const OPERATIONS: Operations<CachePolicy> = Operations {
    names: [
        "CreateCachePolicy",
        "GetCachePolicy",
        "ListCachePolicies",
        "UpdateCachePolicy",
        "DeleteCachePolicy",
    ],
    codes: [
        "CachePolicyAlreadyExists",
        "NoSuchCachePolicy",
        "CachePolicyInUse",
        "TooManyCachePolicies",
    ],
    quota: ("cache policies", 20),
    name: |it| it.config.name.as_str(),
    check,
    users: |world, id| users(world, |behavior| behavior.cache_policy.known() == Some(id)),
    outputs: |id| CachePolicyOutputs { id },
    identifier: uuid,
};

fn check(policy: &CachePolicy) -> Result<(), AwsError> {
    let key = &policy.config.key;
    if let Some(fault) = policy.config.fault() {
        return Err(invalid_argument(fault));
    }
    let lists = [
        ("TooManyHeadersInCachePolicy", key.headers.names().map_or(0, Set::len)),
        ("TooManyCookiesInCachePolicy", key.cookies.names().map_or(0, Set::len)),
        ("TooManyQueryStringsInCachePolicy", key.query_strings.names().map_or(0, Set::len)),
    ];
    match lists.into_iter().find(|(_, count)| *count > MAX_NAMES) {
        Some((code, count)) => {
            Err(AwsError::quota(code, format!("{count} are more than {MAX_NAMES}")))
        }
        None => Ok(()),
    }
}

handler! {
    /// Handles cache policies in memory.
    CachePolicyHandler of CachePolicy by OPERATIONS
}
