//! Amazon S3 in memory.

use elanswer_core::{Place, services::s3::Bucket};

pub use bucket::BucketHandler;
pub use bucket_policy::BucketPolicyHandler;

use crate::world::{AwsError, Object, World};

mod bucket;
mod bucket_policy;
mod lifecycle;
mod replication;

/// The name of the API in calls and errors.
const SERVICE: &str = "s3";

/// The bucket, or AWS's error that there is none.
fn require<'a>(
    world: &'a World,
    place: &Place,
    name: &str,
) -> Result<&'a Object<Bucket>, AwsError> {
    world
        .get::<Bucket>(place, name)
        .ok_or_else(|| AwsError::not_found("NoSuchBucket", "The specified bucket does not exist"))
}
