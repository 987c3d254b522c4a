//! `AWS::S3::Bucket`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Encryption, IntelligentTiering, Lifecycle, Replication};
use crate::{
    Set,
    arn::behind,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
    text::text,
};

/// A place for objects, in one Region, with a name that nobody else in the world has.
///
/// AWS: [`AWS::S3::Bucket`](https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingBucket.html).
/// Not modelled: websites, CORS, notifications, inventories, metrics, object lock, access control
/// lists, requester pays, transfer acceleration. Quota: 10,000 in an account.
///
/// AWS deletes only a bucket that is empty, old versions included. elanswer deletes objects only
/// when [`empty_on_delete`](Self::empty_on_delete) says so; else a destroy says which bucket still
/// has some.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::s3::{Bucket, Encryption, Versioning},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let bucket = Bucket::builder()
///     .encryption(Encryption::Kms { key: None, bucket_key: true })
///     .versioning(Versioning::Enabled)
///     .build();
/// let images = arch.resource("images", bucket);
/// let arn = images.arn(); // what a policy takes, as text
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    /// `BucketName`: unique among all buckets of all accounts. Unset: elanswer makes up a name.
    /// Changing it replaces the bucket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket_name: Option<BucketName>,
    /// `BucketEncryption`: how new objects are encrypted. AWS's default: with keys of S3.
    #[builder(default)]
    #[serde(rename = "BucketEncryption", default)]
    pub encryption: Encryption,
    /// `VersioningConfiguration`: whether what is overwritten or deleted is kept. AWS's default: no.
    #[builder(default)]
    #[serde(rename = "VersioningConfiguration", default)]
    pub versioning: Versioning,
    /// `PublicAccessBlockConfiguration`: what is never public, whatever else says so. AWS's
    /// default: everything.
    #[builder(default)]
    #[serde(rename = "PublicAccessBlockConfiguration", default)]
    pub public_access_block: PublicAccessBlock,
    /// `OwnershipControls`: whose objects are that others put here. AWS's default: the bucket
    /// owner's, without access control lists.
    #[builder(default)]
    #[serde(rename = "OwnershipControls", default)]
    pub object_ownership: ObjectOwnership,
    /// `LoggingConfiguration`: where S3 writes down who read and wrote. AWS's default: nowhere.
    #[serde(rename = "LoggingConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub logging: Option<Logging>,
    /// `LifecycleConfiguration`: what becomes of objects with time. AWS's default: nothing.
    #[builder(into)]
    #[serde(rename = "LifecycleConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// `IntelligentTieringConfigurations`: when what nobody reads is archived. AWS's default:
    /// never.
    #[builder(with = FromIterator::from_iter, default)]
    #[serde(
        rename = "IntelligentTieringConfigurations",
        default,
        skip_serializing_if = "Set::is_empty"
    )]
    pub intelligent_tiering: Set<IntelligentTiering>,
    /// `ReplicationConfiguration`: what is copied where. Needs versions, here and there. AWS's
    /// default: nothing.
    #[serde(rename = "ReplicationConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// `EmptyOnDelete`, elanswer's own: whether what is in the bucket is deleted with it, every
    /// version of every object, a thousand in a call. Default: no, and a bucket with objects stays.
    #[builder(default)]
    #[serde(default)]
    pub empty_on_delete: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

impl Default for Bucket {
    fn default() -> Self {
        Self::builder().build()
    }
}

/// Whether a bucket keeps what is overwritten or deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Status")]
pub enum Versioning {
    /// It does: every version stays until it is deleted by its id, or by a lifecycle rule.
    Enabled,
    /// It does not, or no more. What it kept before stays. AWS's default.
    #[default]
    Suspended,
}

/// What of a bucket is never public, whatever policies and access control lists say.
///
/// AWS: [Blocking public access](https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "AWS has four switches")]
pub struct PublicAccessBlock {
    /// `BlockPublicAcls`: refuses to set access control lists that are public.
    pub block_public_acls: bool,
    /// `BlockPublicPolicy`: refuses to set a policy that is public.
    pub block_public_policy: bool,
    /// `IgnorePublicAcls`: heeds no access control list that is public.
    pub ignore_public_acls: bool,
    /// `RestrictPublicBuckets`: lets in nobody but the account and AWS when the policy is public.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Everything is blocked. AWS's default.
    pub const ALL: Self = Self {
        block_public_acls: true,
        block_public_policy: true,
        ignore_public_acls: true,
        restrict_public_buckets: true,
    };
    /// Nothing is blocked.
    pub const NONE: Self = Self {
        block_public_acls: false,
        block_public_policy: false,
        ignore_public_acls: false,
        restrict_public_buckets: false,
    };
}

impl Default for PublicAccessBlock {
    fn default() -> Self {
        Self::ALL
    }
}

/// Whose the objects of a bucket are.
///
/// AWS: [Controlling ownership of objects](https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OwnershipControls", into = "OwnershipControls")]
pub enum ObjectOwnership {
    /// `BucketOwnerEnforced`: the bucket owner's; there are no access control lists.
    #[default]
    BucketOwnerEnforced,
    /// `BucketOwnerPreferred`: the bucket owner's, if whoever puts them says so. What writes logs by
    /// access control lists, as CloudFront does, needs this.
    BucketOwnerPreferred,
    /// `ObjectWriter`: those who put them.
    ObjectWriter,
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipControls {
    rules: [OwnershipRule; 1],
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: String,
}

impl ObjectOwnership {
    /// AWS's name of it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }
}

impl From<ObjectOwnership> for OwnershipControls {
    fn from(ownership: ObjectOwnership) -> Self {
        Self { rules: [OwnershipRule { object_ownership: ownership.as_str().to_owned() }] }
    }
}

impl TryFrom<OwnershipControls> for ObjectOwnership {
    type Error = String;

    fn try_from(controls: OwnershipControls) -> Result<Self, Self::Error> {
        let [rule] = controls.rules;
        [Self::BucketOwnerEnforced, Self::BucketOwnerPreferred, Self::ObjectWriter]
            .into_iter()
            .find(|ownership| ownership.as_str() == rule.object_ownership)
            .ok_or_else(|| format!("`{}` is no object ownership", rule.object_ownership))
    }
}

/// Where S3 writes down who read and wrote.
///
/// AWS: [Server access logging](https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html).
/// The policy of the other bucket must let `logging.s3.amazonaws.com` put objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Logging {
    /// `DestinationBucketName`: a bucket of the same account and Region.
    #[serde(rename = "DestinationBucketName")]
    pub destination: Ref<Bucket>,
    /// `LogFilePrefix`: how the keys of the logs begin. AWS's default: with nothing.
    #[serde(default)]
    pub log_file_prefix: String,
}

impl Logging {
    /// Into this bucket, under this prefix.
    pub fn to(destination: impl Into<Ref<Bucket>>, prefix: impl Into<String>) -> Self {
        Self { destination: destination.into(), log_file_prefix: prefix.into() }
    }
}

/// What AWS decides of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketOutputs {
    /// `BucketName`: the name, which elanswer may have made up.
    pub bucket_name: String,
    /// `Arn`: `arn:aws:s3:::NAME`.
    pub arn: String,
    /// `DomainName`: `NAME.s3.amazonaws.com`.
    pub domain_name: String,
    /// `RegionalDomainName`: `NAME.s3.REGION.amazonaws.com`.
    pub regional_domain_name: String,
    /// `DualStackDomainName`: `NAME.s3.dualstack.REGION.amazonaws.com`.
    pub dual_stack_domain_name: String,
}

impl BucketOutputs {
    /// Those of the bucket of this name in this Region.
    #[must_use]
    pub fn new(name: &str, region: crate::region::Region) -> Self {
        Self {
            bucket_name: name.to_owned(),
            arn: format!("arn:aws:s3:::{name}"),
            domain_name: format!("{name}.s3.amazonaws.com"),
            regional_domain_name: format!("{name}.s3.{region}.amazonaws.com"),
            dual_stack_domain_name: format!("{name}.s3.dualstack.{region}.amazonaws.com"),
        }
    }
}

impl Ref<Bucket> {
    /// `Arn`. A policy takes it as [`text`](Output::text).
    #[must_use]
    pub fn arn(&self) -> Output<BucketArn> {
        self.output("Arn")
    }

    /// The ARN of the objects whose keys begin so, as a policy takes it.
    #[must_use]
    pub fn objects(&self, prefix: &str) -> Input<String> {
        Input::concat([self.arn().text().into(), format!("/{prefix}*").into()])
    }

    /// `BucketName`.
    #[must_use]
    pub fn bucket_name(&self) -> Output<String> {
        self.output("BucketName")
    }

    /// `DomainName`: what CloudFront takes to write its logs.
    #[must_use]
    pub fn domain_name(&self) -> Output<String> {
        self.output("DomainName")
    }

    /// `RegionalDomainName`: what CloudFront takes as an origin.
    #[must_use]
    pub fn regional_domain_name(&self) -> Output<String> {
        self.output("RegionalDomainName")
    }
}

impl Resource for Bucket {
    type Outputs = BucketOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "BucketName",
        outputs: &["Arn", "BucketName", "DomainName", "DualStackDomainName", "RegionalDomainName"],
        replaces: &["BucketName"],
        write_only: &["EmptyOnDelete"],
        computed: &["BucketName"],
        name: Some(NameRule { lowercase: true, ..NameRule::new("BucketName", MAX_NAME_LEN) }),
        exclusive: &["BucketName"],
        holds_data: true,
        resource_type: Some("s3"),
        api: "s3",
        ..Schema::new(Kind::new("AWS::S3::Bucket"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateBucket`, `PutBucketTagging`, `PutPublicAccessBlock`, and a call for each part that is
    /// not as AWS has it by default; a call for each part that changes.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(to) => {
                3 + Self { public_access_block: to.public_access_block, ..Self::default() }
                    .calls_to(&Self { tags: Tags::new(), ..(*to).clone() })
            }
            Operation::Update(from, to) => from.calls_to(to),
            Operation::Delete(_) => 1,
        }
    }
}

impl Bucket {
    fn calls_to(&self, to: &Self) -> u32 {
        let tierings = self.intelligent_tiering.symmetric_difference(&to.intelligent_tiering);
        let ids: Set<&str> = tierings.map(|tiering| tiering.id.as_str()).collect();
        u32::from(self.encryption != to.encryption)
            + u32::from(self.versioning != to.versioning)
            + u32::from(self.public_access_block != to.public_access_block)
            + u32::from(self.object_ownership != to.object_ownership)
            + u32::from(self.logging != to.logging)
            + u32::from(self.lifecycle != to.lifecycle)
            + u32::try_from(ids.len()).unwrap_or(u32::MAX)
            + u32::from(self.replication != to.replication)
            + u32::from(self.tags != to.tags)
    }
}

text! {
    /// The name of a bucket.
    BucketName: "the name of a bucket",
    "3 to 63 lower-case letters, digits, `-` and `.`, letter or digit at both ends, no two `.` \
     together, not an IP address, without `xn--`, `sthree-`, `amzn-s3-demo-` at the beginning or \
     `-s3alias`, `--ol-s3`, `.mrap`, `--x-s3` at the end",
    is_bucket_name
}

text! {
    /// The ARN of a bucket.
    BucketArn: "the ARN of a bucket",
    "`arn:aws:s3:::` and the name",
    is_bucket_arn
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 63;

const fn is_bucket_name(text: &str) -> bool {
    is_bucket_name_bytes(text.as_bytes())
}

const fn is_bucket_name_bytes(name: &[u8]) -> bool {
    let (Some(first), Some(last)) = (name.first(), name.last()) else { return false };
    if name.len() < 3 || name.len() > MAX_NAME_LEN || *first == b'.' || *last == b'.' {
        return false;
    }
    if *first == b'-' || *last == b'-' || is_address(name) {
        return false;
    }
    let mut rest = name;
    let mut before = b'.';
    while let Some((byte, tail)) = rest.split_first() {
        let known = matches!(*byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        if !known || (*byte == b'.' && before == b'.') {
            return false;
        }
        before = *byte;
        rest = tail;
    }
    behind(name, b"xn--").is_none()
        && behind(name, b"sthree-").is_none()
        && behind(name, b"amzn-s3-demo-").is_none()
        && !ends_with(name, b"-s3alias")
        && !ends_with(name, b"--ol-s3")
        && !ends_with(name, b".mrap")
        && !ends_with(name, b"--x-s3")
}

/// Whether it looks like an address: digits and three points.
const fn is_address(name: &[u8]) -> bool {
    let mut rest = name;
    let mut points = 0;
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'.' => points += 1,
            b'0'..=b'9' => {}
            _ => return false,
        }
        rest = tail;
    }
    points == 3
}

const fn ends_with(text: &[u8], end: &[u8]) -> bool {
    let (mut text, mut end) = (text, end);
    while let Some((wanted, others)) = end.split_last() {
        match text.split_last() {
            Some((byte, head)) if *byte == *wanted => text = head,
            _ => return false,
        }
        end = others;
    }
    true
}

const fn is_bucket_arn(text: &str) -> bool {
    match behind(text.as_bytes(), b"arn:aws:s3:::") {
        Some(name) => is_bucket_name_bytes(name),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        region::Region,
        resource::properties_of,
        services::{
            kms::KeyArn,
            s3::{
                AbortIncompleteMultipartUpload, AccessTier, ArchiveDays, Days, Destination,
                LifecycleRule, ReplicationRule, Transition, TransitionStorageClass,
            },
        },
    };

    #[test]
    fn a_name_is_one_that_aws_takes() {
        for good in ["abc", "a.b.c", "1-2", "shop-images-3f", &"x".repeat(63)] {
            assert_eq!(BucketName::new(good).unwrap().as_str(), good);
            assert!(BucketArn::new(format!("arn:aws:s3:::{good}")).is_ok());
        }
        for bad in [
            "",
            "ab",
            "Abc",
            "a_b",
            "-abc",
            "abc-",
            ".abc",
            "abc.",
            "a..b",
            "10.0.0.1",
            "xn--abc",
            "sthree-a",
            "a-s3alias",
            "a--ol-s3",
            "a.mrap",
            "a--x-s3",
            "äbc",
            &"x".repeat(64),
        ] {
            assert!(BucketName::new(bad).is_err(), "{bad}");
        }
        for bad in [
            "arn:aws:s3:::",
            "arn:aws:s3:us-east-1::abc",
            "arn:aws:s3:::abc/x",
            "abc",
            "arn:aws-cn:s3:::abc",
        ] {
            assert!(BucketArn::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let rule = LifecycleRule::builder()
            .id("old")
            .expiration_in_days(Days::of::<400>())
            .transitions([Transition::to(
                TransitionStorageClass::StandardIa,
                crate::Bounded::of::<30>(),
            )])
            .abort_incomplete_multipart_upload(AbortIncompleteMultipartUpload::after(
                Days::of::<7>(),
            ))
            .build();
        let tiering = IntelligentTiering::builder()
            .id("archive")
            .tiering(AccessTier::ArchiveAccess, ArchiveDays::of::<90>())
            .build();
        let copy = ReplicationRule::builder()
            .id("all")
            .encrypted_objects(true)
            .destination(
                Destination::new(BucketArn::literal("arn:aws:s3:::replica"))
                    .encrypted_with(key.clone()),
            )
            .build();
        let bucket = Bucket::builder()
            .bucket_name(BucketName::literal("shop"))
            .encryption(Encryption::with_key(key))
            .versioning(Versioning::Enabled)
            .logging(Logging::to(Ref::existing("logs"), "shop/"))
            .lifecycle([rule])
            .intelligent_tiering([tiering])
            .replication(Replication { role: "arn:r".into(), rules: [copy].into() })
            .build();
        let tree = json!({
            "BucketName": "shop",
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [{
                "BucketKeyEnabled": true,
                "ServerSideEncryptionByDefault": {
                    "SSEAlgorithm": "aws:kms",
                    "KMSMasterKeyID": "arn:aws:kms:us-east-1:123456789012:key/k",
                },
            }]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": true,
                "BlockPublicPolicy": true,
                "IgnorePublicAcls": true,
                "RestrictPublicBuckets": true,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "LoggingConfiguration": {"DestinationBucketName": "logs", "LogFilePrefix": "shop/"},
            "LifecycleConfiguration": {"Rules": [{
                "Id": "old",
                "Status": "Enabled",
                "Prefix": "",
                "ExpirationInDays": 400,
                "Transitions": [{"StorageClass": "STANDARD_IA", "TransitionInDays": 30}],
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }]},
            "IntelligentTieringConfigurations": [{
                "Id": "archive",
                "Status": "Enabled",
                "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}],
            }],
            "ReplicationConfiguration": {
                "Role": "arn:r",
                "Rules": [{
                    "Id": "all",
                    "Priority": 0,
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
                    "Destination": {
                        "Bucket": "arn:aws:s3:::replica",
                        "EncryptionConfiguration": {
                            "ReplicaKmsKeyID": "arn:aws:kms:us-east-1:123456789012:key/k",
                        },
                    },
                }],
            },
            "EmptyOnDelete": false,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&bucket)), tree);
        assert_eq!(serde_json::from_value::<Bucket>(tree).unwrap(), bucket);
    }

    #[test]
    fn what_aws_does_by_default_takes_no_call() {
        let plain = Bucket::default();
        assert_eq!(Bucket::calls(&Operation::Create(&plain)), 3);
        let versions = Bucket::builder().versioning(Versioning::Enabled).build();
        assert_eq!(Bucket::calls(&Operation::Create(&versions)), 4);
        assert_eq!(Bucket::calls(&Operation::Update(&versions, &plain)), 1);
        let name = BucketOutputs::new("shop", Region::EuWest1).regional_domain_name;
        assert_eq!(name, "shop.s3.eu-west-1.amazonaws.com");
    }
}
