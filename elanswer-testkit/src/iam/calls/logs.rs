//! What CloudWatch Logs calls.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>.
//! AWS's example allows `kms:Describe*` too, under a condition on the context of encryption, which no
//! request for a description has: it is never allowed by it, and not needed.

use elanswer_core::{
    Input, Place,
    services::{iam::Service, logs::LogGroup},
};

use super::{Calls, STRANGER, is_ours};
use crate::world::{World, arn};

/// The ARN of a log group, without the `:*` that stands for its streams.
pub(super) fn group_arn(place: &Place, name: &str) -> String {
    arn(place, "logs", &format!("log-group:{name}"))
}

/// CloudWatch Logs uses the keys of log groups.
pub(super) fn encrypted(world: &World, calls: &mut Calls) {
    for (place, name, group) in world.everywhere::<LogGroup>() {
        let key = group.resource.kms_key_id.as_ref().and_then(Input::known);
        let Some(key) = key.map(ToString::to_string).filter(|key| is_ours(world, key)) else {
            continue;
        };
        let caller = Service::logs_in(place.region).into();
        let uses = [
            "kms:Decrypt",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ];
        let ours = group_arn(place, name);
        let context = [("kms:EncryptionContext:aws:logs:arn", ours.as_str())];
        calls.needed(format!("the log group {name} is encrypted"), &caller, uses, &key, &context);
        let theirs = format!("arn:aws:logs:{}:{STRANGER}:log-group:{name}", place.region);
        let context = [("kms:EncryptionContext:aws:logs:arn", theirs.as_str())];
        let name = format!("a log group of others is encrypted with the key of {name}");
        calls.refused(name, &caller, ["kms:Decrypt"], &key, &context);
    }
}
