//! What S3 calls for buckets, and what is called by those who use them.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>.

use elanswer_core::{
    Input, Place,
    services::{
        iam::Service,
        kms::KeyArn,
        s3::{Bucket, BucketPolicy, Encryption, ReplicationRule, Status},
    },
};

use super::{Calls, STRANGER, ServiceCall, is_ours, owner, through};
use crate::{
    iam::request::Caller,
    world::{World, account},
};

pub(super) fn buckets(world: &World, calls: &mut Calls) {
    for (place, name, bucket) in world.everywhere::<Bucket>() {
        let it = &bucket.resource;
        if let Some(logging) = &it.logging
            && let Some(to) = logging.destination.known()
        {
            writes_logs(calls, place, name, &format!("{to}/{}", logging.log_file_prefix));
        }
        if world.get::<BucketPolicy>(place, name).is_some() {
            in_the_open(calls, place, name);
        }
        if let Some(key) = key_of(world, it) {
            let (owner, users) = (owner(place), format!("somebody uses the bucket {name}"));
            uses_key(calls, &users, &owner, place, name, &key, &[READ, WRITE]);
            let stranger = Caller::root(STRANGER);
            let via = through("s3", place);
            let others = format!("others use the key of the bucket {name}");
            calls.refused(others, &stranger, [READ], &key, &[("kms:ViaService", &via)]);
            let directly = format!("somebody decrypts without the bucket {name}");
            calls.refused(directly, &owner, ["kms:Decrypt"], &key, &[]);
        }
        let Some(replication) = &it.replication else { continue };
        let Some(role) = replication.role.known() else { continue };
        calls.assumed(&format!("the copies of the bucket {name}"), Service::S3, role, place);
        for rule in replication.rules.iter().filter(|rule| rule.status == Status::Enabled) {
            let from = key_of(world, it);
            copies(world, calls, &role.as_str().into(), (place, name), from.as_deref(), rule);
        }
    }
}

const READ: &str = "kms:Decrypt";
const WRITE: &str = "kms:GenerateDataKey";

/// The service of access logs writes down who reads and writes.
fn writes_logs(calls: &mut Calls, place: &Place, name: &str, folder: &str) {
    let (account, caller) = (account(place), Service::S3Logging.into());
    let file = format!("arn:aws:s3:::{folder}2030-01-01-00-00-00-0123456789ABCDEF");
    let source = format!("arn:aws:s3:::{name}");
    let context = [("aws:SourceAccount", account.as_str()), ("aws:SourceArn", source.as_str())];
    let ours = format!("S3 writes down who uses the bucket {name}");
    calls.needed(ours, &caller, ["s3:PutObject"], &file, &context);
    let theirs = format!("S3 writes down who uses a bucket of others, where {name} does");
    calls.refused(theirs, &caller, ["s3:PutObject"], &file, &[("aws:SourceAccount", STRANGER)]);
}

/// Nobody gets at a bucket without TLS, nor at what is in it: not even who may do everything.
fn in_the_open(calls: &mut Calls, place: &Place, name: &str) {
    let (owner, plain) = (owner(place), [("aws:SecureTransport", "false")]);
    let what = format!("somebody uses the bucket {name} without TLS");
    let bucket = format!("arn:aws:s3:::{name}");
    calls.refused(&what, &owner, ["s3:ListBucket"], &bucket, &plain);
    let object = format!("{bucket}/object");
    calls.refused(&what, &owner, ["s3:GetObject", "s3:PutObject"], &object, &plain);
    let what = format!("somebody uses the bucket {name}");
    calls.needed(&what, &owner, ["s3:ListBucket"], &bucket, &[]);
    calls.needed(&what, &owner, ["s3:GetObject", "s3:PutObject"], &object, &[]);
}

/// S3 reads versions here and writes replicas there.
fn copies(
    world: &World,
    calls: &mut Calls,
    role: &Caller,
    (place, name): (&Place, &str),
    key: Option<&str>,
    rule: &ReplicationRule,
) {
    let Some(to) = rule.destination.bucket.known() else { return };
    let from = format!("arn:aws:s3:::{name}");
    let what = format!("S3 copies the objects of the bucket {name}");
    let of_bucket = ["s3:GetReplicationConfiguration", "s3:ListBucket"];
    calls.needed(&what, role, of_bucket, &from, &[]);
    let versions = [
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionTagging",
    ];
    calls.needed(&what, role, versions, &format!("{from}/object"), &[]);
    let replica = format!("{to}/object");
    calls.needed(&what, role, ["s3:ReplicateObject", "s3:ReplicateTags"], &replica, &[]);
    if rule.delete_marker_replication.status == Status::Enabled {
        calls.needed(&what, role, ["s3:ReplicateDelete"], &replica, &[]);
    }
    if let Some(key) = key.filter(|_| rule.encrypted_objects) {
        uses_key(calls, &what, role, place, name, key, &[READ]);
    }
    let there = rule.destination.replica_key.as_ref().and_then(Input::known);
    let there = there.map(ToString::to_string).filter(|key| is_ours(world, key));
    let bucket = to.to_string();
    let name = bucket.rsplit(':').next().unwrap_or_default();
    let at = world.everywhere::<Bucket>().find(|(_, other, _)| *other == name);
    if let (Some(key), Some((at, ..))) = (there, at) {
        uses_key(calls, &what, role, at, name, &key, &["kms:Encrypt"]);
        let directly = format!("somebody encrypts without the bucket {name}");
        calls.refused(directly, &owner(at), ["kms:Encrypt"], &key, &[]);
    }
}

/// S3 uses the key of a bucket for `caller`, who cannot use it otherwise.
pub(super) fn uses_key(
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    place: &Place,
    bucket: &str,
    key: &str,
    actions: &[&str],
) {
    let (via, arn) = (through("s3", place), format!("arn:aws:s3:::{bucket}"));
    let context =
        [("kms:EncryptionContext:aws:s3:arn", arn.as_str()), ("kms:ViaService", via.as_str())];
    calls.needed(what, caller, actions.iter().copied(), key, &context);
    let directly = format!("{what}, without S3");
    calls.refused(directly, caller, actions.iter().copied(), key, &context[..1]);
}

/// The key of this world that encrypts the objects of a bucket.
pub(super) fn key_of(world: &World, bucket: &Bucket) -> Option<String> {
    let Encryption::Kms { key, .. } = &bucket.encryption else { return None };
    let key: Option<&KeyArn> = key.as_ref().and_then(Input::known);
    key.map(ToString::to_string).filter(|key| is_ours(world, key))
}

/// What a program in `role` does that lists and reads the objects of a bucket.
pub(super) fn reading(world: &World, role: &str, bucket: &str) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    let (caller, what) = (role.into(), format!("{role} reads the bucket {bucket}"));
    let arn = format!("arn:aws:s3:::{bucket}");
    calls.needed(&what, &caller, ["s3:ListBucket"], &arn, &[]);
    calls.needed(&what, &caller, ["s3:GetObject"], &format!("{arn}/object"), &[]);
    with_key(world, &mut calls, &what, &caller, bucket, &[READ]);
    calls.0
}

/// What a program in `role` does that puts objects into a bucket.
pub(super) fn writing(world: &World, role: &str, bucket: &str) -> Vec<ServiceCall> {
    let mut calls = Calls(Vec::new());
    let (caller, what) = (role.into(), format!("{role} writes to the bucket {bucket}"));
    let object = format!("arn:aws:s3:::{bucket}/object");
    calls.needed(&what, &caller, ["s3:AbortMultipartUpload", "s3:PutObject"], &object, &[]);
    // The parts of an upload are decrypted to be put together.
    with_key(world, &mut calls, &what, &caller, bucket, &[READ, WRITE]);
    calls.0
}

fn with_key(
    world: &World,
    calls: &mut Calls,
    what: &str,
    caller: &Caller,
    bucket: &str,
    actions: &[&str],
) {
    let found = world.everywhere::<Bucket>().find(|(_, name, _)| *name == bucket);
    let Some((place, _, object)) = found else { return };
    if let Some(key) = key_of(world, &object.resource) {
        uses_key(calls, what, caller, place, bucket, &key, actions);
    }
}
