//! `AWS::S3::Bucket` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html>.
//! Quota: 10,000 buckets in an account.
//! Not modelled: objects, so that every bucket is empty and can be deleted; whether the keys that
//! encrypt exist; buckets of other accounts, which hold names too.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Region, Tags,
    apply::insist,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::Service,
        s3::{
            Bucket, BucketOutputs, BucketPolicy, IntelligentTiering, Lifecycle, Logging,
            ObjectOwnership, Replication, Versioning,
        },
    },
};

use super::{SERVICE, lifecycle, replication, require};
use crate::{
    api::Api,
    iam::{Iam, Request},
    world::{AwsError, World, account},
};

/// What tells how a bucket is: one call for each part of it.
const PARTS: [&str; 8] = [
    "GetBucketEncryption",
    "GetBucketVersioning",
    "GetPublicAccessBlock",
    "GetBucketOwnershipControls",
    "GetBucketLogging",
    "GetBucketLifecycleConfiguration",
    "ListBucketIntelligentTieringConfigurations",
    "GetBucketReplication",
];

/// Handles buckets in memory.
#[derive(Debug)]
pub struct BucketHandler(Api);

impl From<Api> for BucketHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateBucket` makes a bucket as AWS has it by default.
fn create_bucket(
    world: &mut World,
    request: &Create<Bucket>,
) -> Result<Observed<Bucket>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = desired.bucket_name.as_ref().map(ToString::to_string).unwrap_or_default();
    let here = world.everywhere::<Bucket>().find(|(_, other, _)| *other == name);
    if let Some((at, _, bucket)) = here {
        // The oldest Region answers as if it had made the bucket now.
        if at == place && place.region == Region::UsEast1 {
            return Ok(bucket.observed(world.now()));
        }
        return Err(AwsError::conflict(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        ));
    }
    let used = world.everywhere::<Bucket>().count();
    world.quotas.check("buckets", 10_000, used, "TooManyBuckets")?;
    let made = Bucket {
        bucket_name: desired.bucket_name.clone(),
        object_ownership: desired.object_ownership,
        tags: desired.tags.clone(),
        ..Bucket::default()
    };
    let outputs = BucketOutputs::new(&name, place.region);
    world.insert(&Create { desired: made, ..request.clone() }, outputs, "", Duration::ZERO)
}

/// Whether the service of access logs may write those of the bucket `source`.
fn may_log(world: &World, place: &Place, source: &str, to: &Logging) -> bool {
    let bucket = to.destination.known().unwrap_or_default();
    let file = format!("arn:aws:s3:::{bucket}/{}log", to.log_file_prefix);
    let asked = Request::new(Service::S3Logging, "s3:PutObject", file)
        .with("aws:SourceAccount", account(place))
        .with("aws:SourceArn", format!("arn:aws:s3:::{source}"));
    Iam::of(world).decide(&asked).is_allowed()
}

/// What `PutBucketLogging` checks of the bucket that takes the logs.
fn check_logging(world: &World, place: &Place, source: &str, to: &Logging) -> Result<(), AwsError> {
    let name = to.destination.known().unwrap_or_default();
    let invalid = |message: &str| Err(AwsError::invalid("InvalidTargetBucketForLogging", message));
    let Some((at, _, target)) = world.everywhere::<Bucket>().find(|(_, it, _)| *it == name) else {
        return invalid("The target bucket for logging does not exist");
    };
    if at.region != place.region {
        let message = "Cross S3 location logging not allowed.";
        return Err(AwsError::invalid("CrossLocationLoggingProhibitted", message));
    }
    let open = may_log(world, place, source, to);
    if target.resource.object_ownership == ObjectOwnership::BucketOwnerEnforced && !open {
        return invalid(
            "You must provide the necessary permissions to the logging service in the policy of \
             the target bucket",
        );
    }
    Ok(())
}

/// Changes a bucket in place.
fn change(
    world: &mut World,
    place: &Place,
    name: &str,
    f: impl FnOnce(&mut Bucket),
) -> Result<(), AwsError> {
    require(world, place, name)?;
    world.change::<Bucket>(place, name, "", Duration::ZERO, |it| f(&mut it.resource)).map(drop)
}

impl BucketHandler {
    async fn put(
        &self,
        place: &Place,
        name: &str,
        operation: &str,
        check: impl FnOnce(&World) -> Result<(), AwsError> + Send,
        f: impl FnOnce(&mut Bucket) + Send,
    ) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, operation, place, |world| {
                check(world)?;
                change(world, place, name, f)
            })
            .await
    }

    async fn set_versioning(
        &self,
        place: &Place,
        name: &str,
        to: Versioning,
    ) -> Result<(), ExecError> {
        let check = |world: &World| {
            let copied = require(world, place, name)?.resource.replication.is_some();
            if copied && to == Versioning::Suspended {
                return Err(AwsError::invalid(
                    "InvalidBucketState",
                    "A replication configuration is present on this bucket, so you cannot change \
                     the versioning state to anything other than Enabled.",
                ));
            }
            Ok(())
        };
        self.put(place, name, "PutBucketVersioning", check, |it| it.versioning = to).await
    }

    async fn set_lifecycle(
        &self,
        place: &Place,
        name: &str,
        to: Option<&Lifecycle>,
    ) -> Result<(), ExecError> {
        let operation =
            if to.is_some() { "PutBucketLifecycleConfiguration" } else { "DeleteBucketLifecycle" };
        let check = |_: &World| to.map_or(Ok(()), lifecycle::check);
        self.put(place, name, operation, check, |it| it.lifecycle = to.cloned()).await
    }

    async fn set_replication(
        &self,
        place: &Place,
        name: &str,
        to: Option<&Replication>,
    ) -> Result<(), ExecError> {
        let operation =
            if to.is_some() { "PutBucketReplication" } else { "DeleteBucketReplication" };
        let check =
            |world: &World| to.map_or(Ok(()), |to| replication::check(world, place, name, to));
        self.put(place, name, operation, check, |it| it.replication = to.cloned()).await
    }

    async fn set_tiering(
        &self,
        place: &Place,
        name: &str,
        id: &str,
        to: Option<&IntelligentTiering>,
    ) -> Result<(), ExecError> {
        let operation = match to {
            Some(_) => "PutBucketIntelligentTieringConfiguration",
            None => "DeleteBucketIntelligentTieringConfiguration",
        };
        let check = |_: &World| to.map_or(Ok(()), lifecycle::check_tiering);
        self.put(place, name, operation, check, |it| {
            it.intelligent_tiering.retain(|tiering| tiering.id != id);
            it.intelligent_tiering.extend(to.cloned());
        })
        .await
    }

    /// `PutBucketTagging` replaces all tags.
    async fn set_tags(&self, place: &Place, name: &str, tags: &Tags) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, "PutBucketTagging", place, |world| {
                require(world, place, name)?;
                let set = world.change::<Bucket>(place, name, "", Duration::ZERO, |bucket| {
                    bucket.tags = tags.clone();
                });
                set.map(drop)
            })
            .await
    }

    /// Sets what differs. A replication goes before the versions that it needs, and comes after.
    async fn bring_to(
        &self,
        place: &Place,
        name: &str,
        from: &Bucket,
        to: &Bucket,
    ) -> Result<(), ExecError> {
        let nothing = |_: &World| Ok(());
        if from.public_access_block != to.public_access_block {
            let block = to.public_access_block;
            self.put(place, name, "PutPublicAccessBlock", nothing, |it| {
                it.public_access_block = block;
            })
            .await?;
        }
        if from.object_ownership != to.object_ownership {
            let ownership = to.object_ownership;
            self.put(place, name, "PutBucketOwnershipControls", nothing, |it| {
                it.object_ownership = ownership;
            })
            .await?;
        }
        if from.encryption != to.encryption {
            let encryption = to.encryption.clone();
            self.put(place, name, "PutBucketEncryption", nothing, |it| it.encryption = encryption)
                .await?;
        }
        if from.replication.is_some() && to.replication.is_none() {
            self.set_replication(place, name, None).await?;
        }
        if from.versioning != to.versioning {
            self.set_versioning(place, name, to.versioning).await?;
        }
        if from.logging != to.logging {
            let check = |world: &World| {
                to.logging.as_ref().map_or(Ok(()), |to| check_logging(world, place, name, to))
            };
            self.put(place, name, "PutBucketLogging", check, |it| {
                it.logging.clone_from(&to.logging);
            })
            .await?;
        }
        if from.lifecycle != to.lifecycle {
            self.set_lifecycle(place, name, to.lifecycle.as_ref()).await?;
        }
        for gone in &from.intelligent_tiering {
            if !to.intelligent_tiering.iter().any(|tiering| tiering.id == gone.id) {
                self.set_tiering(place, name, &gone.id, None).await?;
            }
        }
        for tiering in to.intelligent_tiering.difference(&from.intelligent_tiering) {
            self.set_tiering(place, name, &tiering.id, Some(tiering)).await?;
        }
        if to.replication.is_some() && from.replication != to.replication {
            self.set_replication(place, name, to.replication.as_ref()).await?;
        }
        Ok(())
    }

    /// `GetBucketTagging`, which tells whether there is a bucket, and a call for every part of it.
    async fn look(&self, place: &Place, name: &str) -> Result<Option<Observed<Bucket>>, ExecError> {
        let found = insist(|| {
            self.0.call(SERVICE, "GetBucketTagging", place, |world| {
                Ok(world.get::<Bucket>(place, name).map(|bucket| bucket.observed(world.now())))
            })
        })
        .await?;
        if found.is_some() {
            for operation in PARTS {
                insist(|| self.0.call(SERVICE, operation, place, |_| Ok(()))).await?;
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl Handler<Bucket> for BucketHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Bucket>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            answers.push(self.look(place, name).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Bucket>) -> Result<Observed<Bucket>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let name = desired.bucket_name.as_ref().map(ToString::to_string).unwrap_or_default();
        if place.region == Region::UsEast1 {
            self.0
                .call(SERVICE, "HeadBucket", place, |world| {
                    match world.get::<Bucket>(place, &name) {
                        None => Ok(()),
                        Some(_) => Err(AwsError::conflict(
                            "BucketAlreadyOwnedByYou",
                            "The bucket exists, and is yours",
                        )),
                    }
                })
                .await?;
        }
        let made = self
            .0
            .call(SERVICE, "CreateBucket", place, |world| create_bucket(world, request))
            .await?;
        let name = &made.outputs.bucket_name;
        let complete = async {
            self.set_tags(place, name, &request.tags()).await?;
            let block = desired.public_access_block;
            self.put(
                place,
                name,
                "PutPublicAccessBlock",
                |_| Ok(()),
                |it| {
                    it.public_access_block = block;
                },
            )
            .await?;
            let current = Bucket {
                public_access_block: block,
                object_ownership: desired.object_ownership,
                ..Bucket::default()
            };
            self.bring_to(place, name, &current, desired).await
        };
        complete.await.map_err(|error| error.with_identifier(name))?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    /// A bucket of this name of the account is ours when its tags say so.
    async fn find(&self, request: &Create<Bucket>) -> Result<Option<Observed<Bucket>>, ExecError> {
        let place = &request.place;
        let name = request.desired.bucket_name.as_ref().map(ToString::to_string);
        let name = name.unwrap_or_default();
        let owned = self
            .0
            .call(SERVICE, "GetBucketTagging", place, |world| {
                let bucket = world.get::<Bucket>(place, &name);
                Ok(bucket.is_some_and(|bucket| request.ownership.owns(&bucket.tags)))
            })
            .await?;
        if owned { self.look(place, &name).await } else { Ok(None) }
    }

    async fn update(&self, request: &Update<Bucket>) -> Result<Observed<Bucket>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.bring_to(place, name, &request.current, &request.desired).await?;
        let (set, remove) = request.tag_changes();
        if !set.is_empty() || !remove.is_empty() {
            self.set_tags(place, name, &request.tags()).await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Bucket>) -> Result<Deletion, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DeleteBucket", place, |world| {
                world.remove::<Bucket>(place, name, Duration::ZERO);
                world.remove::<BucketPolicy>(place, name, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref, ResourceId,
        services::{
            iam::{PolicyDocument, Role, Statement},
            s3::{
                BucketArn, BucketName, BucketPolicyOutputs, Days, Destination, LifecycleRule,
                ReplicationRule, Transition, TransitionStorageClass,
            },
        },
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const HERE: Place = Place::new(Region::EuWest1);
    const THERE: Place = Place::new(Region::UsEast1);

    fn request(place: Place, name: &'static str) -> Create<Bucket> {
        Create {
            place,
            desired: Bucket::builder().bucket_name(BucketName::literal(name)).build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("bucket").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Bucket>();
        world.register::<BucketPolicy>();
        world.register::<Role>();
        create_bucket(&mut world, &request(HERE, "source")).unwrap();
        create_bucket(&mut world, &request(THERE, "replica")).unwrap();
        world
    }

    #[test]
    fn a_name_is_taken_in_every_region() {
        let mut world = world();
        let error = create_bucket(&mut world, &request(THERE, "source")).unwrap_err();
        assert_eq!(error.code(), "BucketAlreadyOwnedByYou");
        let error = create_bucket(&mut world, &request(HERE, "source")).unwrap_err();
        assert_eq!(error.code(), "BucketAlreadyOwnedByYou");
        // The oldest Region repeats its answer.
        create_bucket(&mut world, &request(THERE, "replica")).unwrap();
    }

    #[test]
    fn logs_need_a_policy_and_the_same_region() {
        let mut world = world();
        let log = |name| Logging::to(Ref::existing(name), "");
        let code =
            |world: &World, name| check_logging(world, &HERE, "other", &log(name)).unwrap_err();
        assert_eq!(code(&world, "none").code(), "InvalidTargetBucketForLogging");
        assert_eq!(code(&world, "replica").code(), "CrossLocationLoggingProhibitted");
        assert_eq!(code(&world, "source").code(), "InvalidTargetBucketForLogging");
        let put = Statement::allow(["s3:PutObject"])
            .to([Service::S3Logging])
            .on(["arn:aws:s3:::source/*"]);
        let policy = BucketPolicy::new(Ref::existing("source"), PolicyDocument::new([put]));
        let create = request(HERE, "source");
        let policy = Create {
            place: HERE,
            desired: policy,
            ownership: create.ownership,
            token: String::new(),
            secrets: create.secrets,
        };
        let outputs = BucketPolicyOutputs { bucket: "source".to_owned() };
        world.insert(&policy, outputs, "", Duration::ZERO).unwrap();
        check_logging(&world, &HERE, "other", &log("source")).unwrap();
    }

    #[test]
    fn a_rule_acts_and_moves_forward() {
        let rule = |days: u32, to: TransitionStorageClass, expires| {
            let after = elanswer_core::Bounded::new(days).unwrap();
            LifecycleRule::builder()
                .id("r")
                .transitions([Transition::to(to, after)])
                .maybe_expiration_in_days(expires)
                .build()
        };
        let check = |rule| lifecycle::check(&Lifecycle::from([rule]));
        check(rule(30, TransitionStorageClass::StandardIa, Some(Days::of::<31>()))).unwrap();
        check(rule(0, TransitionStorageClass::Glacier, None)).unwrap();
        let early = check(rule(29, TransitionStorageClass::StandardIa, None)).unwrap_err();
        assert_eq!(early.code(), "InvalidArgument");
        let gone = check(rule(31, TransitionStorageClass::StandardIa, Some(Days::of::<31>())));
        assert_eq!(gone.unwrap_err().code(), "InvalidArgument");
        let idle = check(LifecycleRule::builder().id("r").build()).unwrap_err();
        assert_eq!(idle.code(), "InvalidRequest");
    }

    #[test]
    fn a_replication_needs_versions_on_both_sides() {
        let mut world = world();
        let role = Create {
            place: crate::world::global(),
            desired: Role::assumed_by(Service::S3),
            ownership: request(HERE, "source").ownership,
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        };
        let arn = "arn:aws:iam::123456789012:role/copy".to_owned();
        let outputs = elanswer_core::services::iam::RoleOutputs {
            role_name: "copy".to_owned(),
            arn: arn.clone(),
            role_id: "AROA".to_owned(),
        };
        world.insert(&role, outputs, "", Duration::ZERO).unwrap();
        world.advance_to(60_000);
        let rule = ReplicationRule::builder()
            .id("all")
            .destination(Destination::new(BucketArn::literal("arn:aws:s3:::replica")))
            .build();
        let to =
            |role: &str| Replication { role: role.to_owned().into(), rules: [rule.clone()].into() };
        let check = |world: &World, to: &Replication| {
            format!("{:?}", replication::check(world, &HERE, "source", to).unwrap_err())
        };
        assert!(check(&world, &to(&arn)).contains("Versioning must be"));
        change(&mut world, &HERE, "source", |it| it.versioning = Versioning::Enabled).unwrap();
        assert!(check(&world, &to("arn:other")).contains("cannot assume"));
        assert!(check(&world, &to(&arn)).contains("must have versioning"));
        change(&mut world, &THERE, "replica", |it| it.versioning = Versioning::Enabled).unwrap();
        replication::check(&world, &HERE, "source", &to(&arn)).unwrap();
    }
}
