//! `AWS::S3::Bucket` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>. The tags of the owner go
//! into the call that creates. What serves the API of S3 and drops them gets them again in a call
//! of their own; for its sake a bucket without any tag is ours when an interrupted create asked
//! for its name.

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    types::{
        BucketLocationConstraint, BucketLoggingStatus, BucketVersioningStatus,
        CreateBucketConfiguration, Delete as ObjectsToDelete, LoggingEnabled, ObjectIdentifier,
        OwnershipControls, OwnershipControlsRule, PublicAccessBlockConfiguration, Tag, Tagging,
        VersioningConfiguration,
    },
};
use elanswer_core::{
    Handler, Place, Ref, Region, Set, Tags,
    apply::insist,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::s3::{
        Bucket, BucketOutputs, Encryption, IntelligentTiering, Lifecycle, Logging, ObjectOwnership,
        PublicAccessBlock, Replication, Versioning,
    },
};

use super::{CODES, SERVICE, encryption, failed, if_set, lifecycle, replication, tiering, unbuilt};
use crate::{
    clients::Clients,
    error::{classify, gone_is_fine, missing, none_if_gone},
};

/// Handles buckets over the SDK.
#[derive(Debug)]
pub struct BucketHandler(Clients);

impl From<Clients> for BucketHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<Tag>, ExecError> {
    let tags = tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, _>>().map_err(unbuilt)
}

/// A bucket, in one place.
struct At<'a> {
    client: &'a Client,
    name: &'a str,
}

/// What tells how a bucket is: one call for each part of it.
impl At<'_> {
    async fn tags(&self) -> Result<Option<Tags>, ExecError> {
        let answer = self.client.get_bucket_tagging().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetBucketTagging")))?;
        Ok(answer.map(|answer| {
            let tags = answer.tag_set.into_iter();
            tags.map(|tag| (tag.key, tag.value)).collect()
        }))
    }

    async fn encryption(&self) -> Result<Encryption, ExecError> {
        let answer = self.client.get_bucket_encryption().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetBucketEncryption")))?;
        encryption::from_sdk(answer.and_then(|it| it.server_side_encryption_configuration).as_ref())
    }

    async fn versioning(&self) -> Result<Versioning, ExecError> {
        let answer = self.client.get_bucket_versioning().bucket(self.name).send().await;
        let answer = answer.map_err(failed("GetBucketVersioning"))?;
        Ok(match answer.status {
            Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
            _ => Versioning::Suspended,
        })
    }

    async fn public_access_block(&self) -> Result<PublicAccessBlock, ExecError> {
        let answer = self.client.get_public_access_block().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetPublicAccessBlock")))?;
        let block = answer.and_then(|answer| answer.public_access_block_configuration);
        Ok(block.map_or(PublicAccessBlock::NONE, |block| PublicAccessBlock {
            block_public_acls: block.block_public_acls.unwrap_or_default(),
            block_public_policy: block.block_public_policy.unwrap_or_default(),
            ignore_public_acls: block.ignore_public_acls.unwrap_or_default(),
            restrict_public_buckets: block.restrict_public_buckets.unwrap_or_default(),
        }))
    }

    /// Buckets of old have no such controls: the objects are the writers'.
    async fn object_ownership(&self) -> Result<ObjectOwnership, ExecError> {
        let answer = self.client.get_bucket_ownership_controls().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetBucketOwnershipControls")))?;
        let controls = answer.and_then(|answer| answer.ownership_controls);
        let rule = controls.as_ref().and_then(|controls| controls.rules.first());
        Ok(match rule.map(|rule| rule.object_ownership.as_str()) {
            Some("BucketOwnerEnforced") => ObjectOwnership::BucketOwnerEnforced,
            Some("BucketOwnerPreferred") => ObjectOwnership::BucketOwnerPreferred,
            _ => ObjectOwnership::ObjectWriter,
        })
    }

    async fn logging(&self) -> Result<Option<Logging>, ExecError> {
        let answer = self.client.get_bucket_logging().bucket(self.name).send().await;
        let answer = answer.map_err(failed("GetBucketLogging"))?;
        Ok(answer
            .logging_enabled
            .map(|to| Logging::to(Ref::existing(to.target_bucket), to.target_prefix)))
    }

    async fn lifecycle(&self) -> Result<Option<Lifecycle>, ExecError> {
        let answer =
            self.client.get_bucket_lifecycle_configuration().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetBucketLifecycleConfiguration")))?;
        lifecycle::from_sdk(&answer.and_then(|answer| answer.rules).unwrap_or_default())
    }

    /// In pages of a hundred.
    async fn intelligent_tiering(&self) -> Result<Set<IntelligentTiering>, ExecError> {
        let mut found = Set::new();
        let mut next = None;
        loop {
            let call = self.client.list_bucket_intelligent_tiering_configurations();
            let answer = call.bucket(self.name).set_continuation_token(next).send().await;
            let answer = answer.map_err(failed("ListBucketIntelligentTieringConfigurations"))?;
            for configuration in answer.intelligent_tiering_configuration_list() {
                found.insert(tiering::from_sdk(configuration)?);
            }
            next = answer.next_continuation_token;
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    async fn replication(&self) -> Result<Option<Replication>, ExecError> {
        let answer = self.client.get_bucket_replication().bucket(self.name).send().await;
        let answer = if_set(answer.map_err(failed("GetBucketReplication")))?;
        let configuration = answer.and_then(|answer| answer.replication_configuration);
        configuration.as_ref().map(replication::from_sdk).transpose()
    }

    /// The bucket; `None` when there is none.
    async fn look(&self, region: Region) -> Result<Option<Observed<Bucket>>, ExecError> {
        let Some(tags) = none_if_gone(insist(|| self.tags()).await)? else {
            return Ok(None);
        };
        // The rest at once: nine calls one after the other would take a second.
        let parts = futures_util::try_join!(
            insist(|| self.encryption()),
            insist(|| self.versioning()),
            insist(|| self.public_access_block()),
            insist(|| self.object_ownership()),
            insist(|| self.logging()),
            insist(|| self.lifecycle()),
            insist(|| self.intelligent_tiering()),
            insist(|| self.replication()),
        );
        let Some(parts) = none_if_gone(parts)? else { return Ok(None) };
        let (encryption, versioning, block, ownership, logging, lifecycle, tiering, copies) = parts;
        let name = self.name.parse();
        let bucket = Bucket::builder()
            .bucket_name(name.map_err(|_| missing(SERVICE, "GetBucketTagging", "BucketName"))?)
            .encryption(encryption)
            .versioning(versioning)
            .public_access_block(block)
            .object_ownership(ownership)
            .maybe_logging(logging)
            .maybe_lifecycle(lifecycle)
            .intelligent_tiering(tiering)
            .maybe_replication(copies)
            .tags(tags.unwrap_or_default().declared())
            .build();
        Ok(Some(Observed::ready(bucket, BucketOutputs::new(self.name, region))))
    }
}

/// What changes a bucket: one call for each part of it.
impl At<'_> {
    /// Replaces all tags.
    async fn set_tags(&self, tags: &Tags) -> Result<(), ExecError> {
        let tags = Tagging::builder().set_tag_set(Some(tags_to_sdk(tags)?)).build();
        let call = self.client.put_bucket_tagging().bucket(self.name);
        let set = call.tagging(tags.map_err(unbuilt)?).send().await;
        set.map(drop).map_err(failed("PutBucketTagging"))
    }

    async fn set_public_access_block(&self, to: PublicAccessBlock) -> Result<(), ExecError> {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(to.block_public_acls)
            .block_public_policy(to.block_public_policy)
            .ignore_public_acls(to.ignore_public_acls)
            .restrict_public_buckets(to.restrict_public_buckets)
            .build();
        let call = self.client.put_public_access_block().bucket(self.name);
        let set = call.public_access_block_configuration(block).send().await;
        set.map(drop).map_err(failed("PutPublicAccessBlock"))
    }

    async fn set_object_ownership(&self, to: ObjectOwnership) -> Result<(), ExecError> {
        let rule = OwnershipControlsRule::builder().object_ownership(to.as_str().into()).build();
        let controls = OwnershipControls::builder().rules(rule.map_err(unbuilt)?).build();
        let call = self.client.put_bucket_ownership_controls().bucket(self.name);
        let set = call.ownership_controls(controls.map_err(unbuilt)?).send().await;
        set.map(drop).map_err(failed("PutBucketOwnershipControls"))
    }

    async fn set_encryption(&self, to: &Encryption) -> Result<(), ExecError> {
        let call = self.client.put_bucket_encryption().bucket(self.name);
        let set = call.server_side_encryption_configuration(encryption::to_sdk(to)?).send().await;
        set.map(drop).map_err(failed("PutBucketEncryption"))
    }

    async fn set_versioning(&self, to: Versioning) -> Result<(), ExecError> {
        let status = match to {
            Versioning::Enabled => BucketVersioningStatus::Enabled,
            Versioning::Suspended => BucketVersioningStatus::Suspended,
        };
        let configuration = VersioningConfiguration::builder().status(status).build();
        let call = self.client.put_bucket_versioning().bucket(self.name);
        let set = call.versioning_configuration(configuration).send().await;
        set.map(drop).map_err(failed("PutBucketVersioning"))
    }

    async fn set_logging(&self, to: Option<&Logging>) -> Result<(), ExecError> {
        let enabled = to.map(|to| {
            LoggingEnabled::builder()
                .target_bucket(to.destination.known().unwrap_or_default())
                .target_prefix(&to.log_file_prefix)
                .build()
        });
        let enabled = enabled.transpose().map_err(unbuilt)?;
        let status = BucketLoggingStatus::builder().set_logging_enabled(enabled).build();
        let call = self.client.put_bucket_logging().bucket(self.name);
        let set = call.bucket_logging_status(status).send().await;
        set.map(drop).map_err(failed("PutBucketLogging"))
    }

    async fn set_lifecycle(&self, to: Option<&Lifecycle>) -> Result<(), ExecError> {
        let Some(to) = to else {
            let set = self.client.delete_bucket_lifecycle().bucket(self.name).send().await;
            return set.map(drop).map_err(failed("DeleteBucketLifecycle"));
        };
        let call = self.client.put_bucket_lifecycle_configuration().bucket(self.name);
        let set = call.lifecycle_configuration(lifecycle::to_sdk(to)?).send().await;
        set.map(drop).map_err(failed("PutBucketLifecycleConfiguration"))
    }

    async fn set_tiering(&self, to: &IntelligentTiering) -> Result<(), ExecError> {
        let call = self.client.put_bucket_intelligent_tiering_configuration().bucket(self.name);
        let call = call.id(&to.id).intelligent_tiering_configuration(tiering::to_sdk(to)?);
        let set = call.send().await;
        set.map(drop).map_err(failed("PutBucketIntelligentTieringConfiguration"))
    }

    async fn remove_tiering(&self, id: &str) -> Result<(), ExecError> {
        let call = self.client.delete_bucket_intelligent_tiering_configuration();
        let set = call.bucket(self.name).id(id).send().await;
        set.map(drop).map_err(failed("DeleteBucketIntelligentTieringConfiguration"))
    }

    async fn set_replication(&self, to: Option<&Replication>) -> Result<(), ExecError> {
        let Some(to) = to else {
            let set = self.client.delete_bucket_replication().bucket(self.name).send().await;
            return set.map(drop).map_err(failed("DeleteBucketReplication"));
        };
        let call = self.client.put_bucket_replication().bucket(self.name);
        let set = call.replication_configuration(replication::to_sdk(to)?).send().await;
        set.map(drop).map_err(failed("PutBucketReplication"))
    }

    /// Deletes every version of every object.
    async fn empty(&self) -> Result<(), ExecError> {
        loop {
            let call = self.client.list_object_versions().bucket(self.name);
            let page = call.send().await.map_err(failed("ListObjectVersions"))?;
            let versions = page.versions().iter().map(|it| (it.key(), it.version_id()));
            let marks = page.delete_markers().iter().map(|it| (it.key(), it.version_id()));
            let objects = versions.chain(marks).map(|(key, version)| {
                ObjectIdentifier::builder()
                    .key(key.unwrap_or_default())
                    .set_version_id(version.map(str::to_owned))
                    .build()
            });
            let objects = objects.collect::<Result<Vec<_>, _>>().map_err(unbuilt)?;
            if objects.is_empty() {
                return Ok(());
            }
            let these = ObjectsToDelete::builder().set_objects(Some(objects)).quiet(true).build();
            let call = self.client.delete_objects().bucket(self.name);
            let answer = call.delete(these.map_err(unbuilt)?).send().await;
            let answer = answer.map_err(failed("DeleteObjects"))?;
            if let Some(error) = answer.errors().first() {
                let text = format!(
                    "object `{}`: {}",
                    error.key().unwrap_or_default(),
                    error.message().unwrap_or_default()
                );
                let kind = classify(error.code().unwrap_or_default(), CODES);
                return Err(ExecError::new(kind.unwrap_or(ErrorKind::Invalid), text)
                    .with_operation(SERVICE, "DeleteObjects"));
            }
        }
    }

    /// Sets what differs. A replication goes before the versions that it needs, and comes after.
    async fn bring_to(&self, from: &Bucket, to: &Bucket) -> Result<(), ExecError> {
        if from.public_access_block != to.public_access_block {
            self.set_public_access_block(to.public_access_block).await?;
        }
        if from.object_ownership != to.object_ownership {
            self.set_object_ownership(to.object_ownership).await?;
        }
        if from.encryption != to.encryption {
            self.set_encryption(&to.encryption).await?;
        }
        if from.replication.is_some() && to.replication.is_none() {
            self.set_replication(None).await?;
        }
        if from.versioning != to.versioning {
            self.set_versioning(to.versioning).await?;
        }
        if from.logging != to.logging {
            self.set_logging(to.logging.as_ref()).await?;
        }
        if from.lifecycle != to.lifecycle {
            self.set_lifecycle(to.lifecycle.as_ref()).await?;
        }
        for gone in &from.intelligent_tiering {
            if !to.intelligent_tiering.iter().any(|tiering| tiering.id == gone.id) {
                self.remove_tiering(&gone.id).await?;
            }
        }
        for tiering in to.intelligent_tiering.difference(&from.intelligent_tiering) {
            self.set_tiering(tiering).await?;
        }
        if to.replication.is_some() && from.replication != to.replication {
            self.set_replication(to.replication.as_ref()).await?;
        }
        Ok(())
    }
}

fn name(request: &Create<Bucket>) -> String {
    request.desired.bucket_name.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[async_trait]
impl Handler<Bucket> for BucketHandler {
    /// S3 shows one bucket at a time, in nine calls.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Bucket>>, ExecError>> {
        let client = self.0.s3(place.region);
        let looks = identifiers.iter().map(|name| {
            let client = &client;
            async move { At { client, name }.look(place.region).await }
        });
        futures_util::future::join_all(looks).await
    }

    async fn create(&self, request: &Create<Bucket>) -> Result<Observed<Bucket>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let (client, name) = (self.0.s3(place.region), name(request));
        let bucket = At { client: &client, name: &name };
        let mut configuration =
            CreateBucketConfiguration::builder().set_tags(Some(tags_to_sdk(&request.tags())?));
        if place.region == Region::UsEast1 {
            // Here S3 answers a repeated create as the first, and would give away a bucket that is
            // another stack's.
            if none_if_gone(bucket.tags().await)?.is_some() {
                return Err(ExecError::new(ErrorKind::Conflict, "the bucket exists, and is yours")
                    .with_code("BucketAlreadyOwnedByYou")
                    .with_operation(SERVICE, "GetBucketTagging"));
            }
        } else {
            let region = BucketLocationConstraint::from(place.region.as_str());
            configuration = configuration.location_constraint(region);
        }
        client
            .create_bucket()
            .bucket(&name)
            .object_ownership(desired.object_ownership.as_str().into())
            .create_bucket_configuration(configuration.build())
            .send()
            .await
            .map_err(failed("CreateBucket"))?;
        let complete = async {
            bucket.set_tags(&request.tags()).await?;
            bucket.set_public_access_block(desired.public_access_block).await?;
            let made = Bucket {
                public_access_block: desired.public_access_block,
                object_ownership: desired.object_ownership,
                ..Bucket::default()
            };
            bucket.bring_to(&made, desired).await
        };
        complete.await.map_err(|error| error.with_identifier(&name))?;
        Ok(Observed::ready(desired.clone(), BucketOutputs::new(&name, place.region)))
    }

    async fn find(&self, request: &Create<Bucket>) -> Result<Option<Observed<Bucket>>, ExecError> {
        let (client, name) = (self.0.s3(request.place.region), name(request));
        let bucket = At { client: &client, name: &name };
        let Some(tags) = none_if_gone(bucket.tags().await)? else { return Ok(None) };
        if tags.is_some_and(|tags| !request.ownership.owns(&tags)) {
            return Ok(None);
        }
        bucket.set_tags(&request.tags()).await?;
        bucket.look(request.place.region).await
    }

    async fn update(&self, request: &Update<Bucket>) -> Result<Observed<Bucket>, ExecError> {
        let client = self.0.s3(request.place.region);
        let bucket = At { client: &client, name: &request.identifier };
        bucket.bring_to(&request.current, &request.desired).await?;
        let (set, remove) = request.tag_changes();
        if !set.is_empty() || !remove.is_empty() {
            bucket.set_tags(&request.tags()).await?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Bucket>) -> Result<Deletion, ExecError> {
        let client = self.0.s3(request.place.region);
        let empties = request.current.empty_on_delete;
        if empties {
            gone_is_fine(At { client: &client, name: &request.identifier }.empty().await)?;
        }
        let deleted = client.delete_bucket().bucket(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteBucket")).map_err(|error| {
            // Somebody put an object after the last look: it is emptied again.
            let filled = empties && error.code() == Some("BucketNotEmpty");
            if filled { error.with_kind(ErrorKind::Dependency) } else { error }
        }))?;
        Ok(Deletion::Gone)
    }
}
