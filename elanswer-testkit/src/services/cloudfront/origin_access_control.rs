//! `AWS::CloudFront::OriginAccessControl` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateOriginAccessControl.html>,
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteOriginAccessControl.html>.
//! Quota: 100 in an account,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html>.

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::cloudfront::{OriginAccessControl, OriginAccessControlOutputs},
};

use super::{
    policy::{Operations, handler},
    signed_by,
};
use crate::api::Api;

const OPERATIONS: Operations<OriginAccessControl> = Operations {
    names: [
        "CreateOriginAccessControl",
        "GetOriginAccessControl",
        "ListOriginAccessControls",
        "UpdateOriginAccessControl",
        "DeleteOriginAccessControl",
    ],
    codes: [
        "OriginAccessControlAlreadyExists",
        "NoSuchOriginAccessControl",
        "OriginAccessControlInUse",
        "TooManyOriginAccessControls",
    ],
    quota: ("origin access controls", 100),
    name: |it| it.config.name.as_str(),
    check: |_| Ok(()),
    users: signed_by,
    outputs: |id| OriginAccessControlOutputs { id },
    identifier: |world| format!("E{}", world.new_hex(13).to_uppercase()),
};

handler! {
    /// Handles origin access controls in memory.
    OriginAccessControlHandler of OriginAccessControl by OPERATIONS
}
