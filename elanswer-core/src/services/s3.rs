//! Amazon S3: buckets of objects.

pub use bucket::{
    Bucket, BucketArn, BucketName, BucketOutputs, Logging, ObjectOwnership, PublicAccessBlock,
    Versioning,
};
pub use bucket_policy::{BucketPolicy, BucketPolicyOutputs};
pub use encryption::Encryption;
pub use lifecycle::{
    AbortIncompleteMultipartUpload, Days, Lifecycle, LifecycleFault, LifecycleRule,
    NoncurrentVersionExpiration, Transition, TransitionStorageClass,
};
pub use replication::{
    DeleteMarkers, Destination, Replication, ReplicationFilter, ReplicationRule,
};
pub use status::Status;
pub use tiering::{AccessTier, ArchiveDays, IntelligentTiering, Tiering};

mod bucket;
mod bucket_policy;
mod encryption;
mod lifecycle;
mod replication;
mod status;
mod tiering;
