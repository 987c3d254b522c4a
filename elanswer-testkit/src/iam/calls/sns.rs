//! What is called to publish to topics.
//!
//! Source: <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>. SNS uses the key of a
//! topic for whoever publishes, and says which topic it is.

use elanswer_core::{
    Input, Place,
    services::{iam::Service, sns::Topic},
};

use super::{Calls, STRANGER, is_ours};
use crate::world::World;

/// A service publishes to a topic, and uses its key; `context` is what it says of for whom.
pub(super) fn publish(
    world: &World,
    calls: &mut Calls,
    what: &str,
    service: Service,
    (place, topic): (&Place, &str),
    context: &[(&str, &str)],
) {
    let caller = service.into();
    calls.needed(what, &caller, ["sns:Publish"], topic, context);
    let plain = [context, &[("aws:SecureTransport", "false")]].concat();
    calls.refused(format!("{what}, without TLS"), &caller, ["sns:Publish"], topic, &plain);
    let theirs = [("aws:SourceAccount", STRANGER)];
    if !context.is_empty() {
        calls.refused(format!("{what}, for others"), &caller, ["sns:Publish"], topic, &theirs);
    }
    let found = world.get::<Topic>(place, topic);
    let key = found.and_then(|it| it.resource.kms_master_key_id.as_ref()).and_then(Input::known);
    let Some(key) = key.map(ToString::to_string).filter(|key| is_ours(world, key)) else { return };
    let with = |topic| [context, &[("kms:EncryptionContext:aws:sns:topicArn", topic)]].concat();
    let uses = ["kms:Decrypt", "kms:GenerateDataKey"];
    calls.needed(what, &caller, uses, &key, &with(topic));
    if !context.is_empty() {
        let theirs = [&theirs[..], &[("kms:EncryptionContext:aws:sns:topicArn", topic)]].concat();
        calls.refused(format!("{what}, for others"), &caller, uses, &key, &theirs);
    }
    if context.is_empty() {
        let theirs = format!("arn:aws:sns:{}:{STRANGER}:alarms", place.region);
        let what = format!("{what}, and to one of somebody else");
        calls.refused(what, &caller, uses, &key, &with(&theirs));
    }
}
