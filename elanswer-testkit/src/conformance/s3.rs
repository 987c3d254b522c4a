//! Cases of Amazon S3.

use elanswer_core::{
    Architecture, Bounded, Ref, Region, Resource, Tags,
    services::{
        iam::{Operator, PolicyDocument, Principal, Role, RolePolicy, Service, Statement},
        kms::Key,
        s3::{
            AbortIncompleteMultipartUpload, AccessTier, ArchiveDays, Bucket, BucketName,
            BucketPolicy, Days, DeleteMarkers, Destination, Encryption, IntelligentTiering,
            LifecycleRule, Logging, NoncurrentVersionExpiration, ObjectOwnership,
            PublicAccessBlock, Replication, ReplicationRule, Status, Transition,
            TransitionStorageClass, Versioning,
        },
    },
};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "s3_bucket",
        kind: Bucket::SCHEMA.kind,
        made: || alone(Bucket::default()),
        updated: Some(|| {
            alone(
                Bucket::builder()
                    .versioning(Versioning::Enabled)
                    .object_ownership(ObjectOwnership::BucketOwnerPreferred)
                    .public_access_block(PublicAccessBlock {
                        block_public_policy: false,
                        restrict_public_buckets: false,
                        ..PublicAccessBlock::ALL
                    })
                    .encryption(Encryption::Kms { key: None, bucket_key: true })
                    .empty_on_delete(true)
                    .tags(Tags::new().with("Name", "renamed"))
                    .build(),
            )
        }),
        replaced: Some(|| {
            alone(Bucket::builder().bucket_name(BucketName::literal("elanswer-renamed")).build())
        }),
    },
    Case {
        name: "s3_bucket_logging",
        kind: Bucket::SCHEMA.kind,
        made: || with_logs("one/"),
        updated: Some(|| with_logs("two/")),
        replaced: None,
    },
    Case {
        name: "s3_bucket_lifecycle",
        kind: Bucket::SCHEMA.kind,
        made: || aging("one/", 400),
        updated: Some(|| aging("two/", 800)),
        replaced: None,
    },
    Case {
        name: "s3_bucket_replication",
        kind: Bucket::SCHEMA.kind,
        made: || replicated(|_, _| Vec::new()),
        updated: Some(|| {
            replicated(|there, key| {
                let all = ReplicationRule::builder()
                    .id("all")
                    .destination(Destination::from(there).encrypted_with(key.arn()))
                    .encrypted_objects(true)
                    .delete_marker_replication(DeleteMarkers { status: Status::Enabled })
                    .build();
                let some = ReplicationRule::builder()
                    .id("invoices")
                    .priority(7)
                    .filter("invoices/")
                    .destination(
                        Destination::from(there).stored_as(TransitionStorageClass::StandardIa),
                    )
                    .build();
                vec![all, some]
            })
        }),
        replaced: None,
    },
    Case {
        name: "s3_bucket_tiering",
        kind: Bucket::SCHEMA.kind,
        made: || alone(Bucket::builder().intelligent_tiering([tiering("a", 90)]).build()),
        updated: Some(|| {
            let tierings = [tiering("a", 120), tiering("b", 90)];
            alone(Bucket::builder().intelligent_tiering(tierings).build())
        }),
        replaced: None,
    },
    Case {
        name: "s3_bucket_policy",
        kind: BucketPolicy::SCHEMA.kind,
        made: || with_policy("one", |_| Vec::new()),
        updated: Some(|| {
            with_policy("one", |bucket| {
                let put = Statement::allow(["s3:PutObject"])
                    .to([Service::S3Logging])
                    .on([bucket.objects("logs/")])
                    .when(Operator::STRING_EQUALS, "aws:SourceAccount", ["123456789012"]);
                vec![put]
            })
        }),
        replaced: Some(|| with_policy("two", |_| Vec::new())),
    },
];

fn arch() -> Architecture {
    Architecture::new("conformance", Region::UsEast1)
}

fn alone(bucket: Bucket) -> Architecture {
    let mut arch = arch();
    arch.resource("it", bucket);
    arch
}

fn tiering(id: &str, days: u32) -> IntelligentTiering {
    let days = ArchiveDays::new(days).unwrap_or(ArchiveDays::of::<90>());
    IntelligentTiering::builder()
        .id(id)
        .prefix(format!("{id}/"))
        .tiering(AccessTier::ArchiveAccess, days)
        .tiering(AccessTier::DeepArchiveAccess, ArchiveDays::of::<730>())
        .build()
}

/// A bucket, and another that takes its logs.
fn with_logs(prefix: &str) -> Architecture {
    let mut arch = arch();
    // Servers that keep objects write logs into it.
    let logs = arch.resource("logs", Bucket::builder().empty_on_delete(true).build());
    let put = Statement::allow(["s3:PutObject"]).to([Service::S3Logging]).on([logs.objects("")]);
    let policy = arch.resource("logs-policy", BucketPolicy::new(&logs, PolicyDocument::new([put])));
    let it = arch.resource("it", Bucket::builder().logging(Logging::to(&logs, prefix)).build());
    arch.options(&it, |options| _ = options.depends_on(&policy));
    arch
}

/// A bucket with a key, in which objects grow old.
fn aging(prefix: &str, days: u32) -> Architecture {
    let mut arch = arch();
    let key = arch.resource("key", Key::default());
    let days = Days::new(days).unwrap_or(Days::of::<400>());
    let old = LifecycleRule::builder()
        .id("old")
        .prefix(prefix)
        .tag_filters([("keep".to_owned(), "no".to_owned())].into())
        .transitions([
            Transition::to(TransitionStorageClass::StandardIa, Bounded::of::<30>()),
            Transition::to(TransitionStorageClass::Glacier, Bounded::of::<90>()),
        ])
        .expiration_in_days(days)
        .build();
    let versions = LifecycleRule::builder()
        .id("versions")
        .status(Status::Disabled)
        .noncurrent_version_transitions([Transition::to(
            TransitionStorageClass::GlacierIr,
            Bounded::of::<10>(),
        )])
        .noncurrent_version_expiration(NoncurrentVersionExpiration {
            noncurrent_days: days,
            newer_noncurrent_versions: Some(Bounded::of::<3>()),
        })
        .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::after(Days::of::<7>()))
        .build();
    let bucket = Bucket::builder()
        .encryption(Encryption::with_key(key.arn()))
        .versioning(Versioning::Enabled)
        .lifecycle([old, versions])
        .tags(Tags::new().with("Name", prefix))
        .build();
    arch.resource("it", bucket);
    arch
}

/// A bucket whose objects are copied to another Region.
fn replicated(rules: impl FnOnce(&Ref<Bucket>, &Ref<Key>) -> Vec<ReplicationRule>) -> Architecture {
    let mut arch = arch();
    let versioned = || Bucket::builder().versioning(Versioning::Enabled).build();
    let (there, key) = arch.in_region(Region::UsWest2, |scope| {
        (scope.resource("there", versioned()), scope.resource("key", Key::default()))
    });
    let role = arch.resource("role", Role::assumed_by(Service::S3));
    let copy = Statement::allow(["s3:ReplicateObject"]).on([there.objects("")]);
    let name = elanswer_core::services::iam::PolicyName::literal("copy");
    arch.resource("copy", RolePolicy::new(&role, name, PolicyDocument::new([copy])));
    let rules = rules(&there, &key);
    let replication = (!rules.is_empty()).then(|| Replication::new(&role, rules));
    arch.resource("it", Bucket { replication, ..versioned() });
    arch
}

fn with_policy(bucket: &str, more: impl FnOnce(&Ref<Bucket>) -> Vec<Statement>) -> Architecture {
    let mut arch = arch();
    let [one, two] = ["one", "two"].map(|id| arch.resource(id, Bucket::default()));
    let bucket = if bucket == "one" { one } else { two };
    let mut policy = PolicyDocument::new([BucketPolicy::tls_only(&bucket)]);
    let reader = arch.resource("reader", Role::assumed_by(Service::EcsTasks));
    policy = policy.with(
        Statement::allow(["s3:GetObject"])
            .to([Principal::aws(reader.arn())])
            .on([bucket.objects("")])
            .named("Read"),
    );
    for statement in more(&bucket) {
        policy = policy.with(statement);
    }
    arch.resource("it", BucketPolicy::new(&bucket, policy));
    arch
}
