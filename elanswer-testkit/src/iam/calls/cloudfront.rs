//! What CloudFront calls to answer with the files of buckets.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>.

use elanswer_core::services::{
    cloudfront::{Distribution, OriginKind},
    iam::Service,
    s3::Bucket,
};

use super::{Calls, STRANGER, s3::key_of};
use crate::world::World;

/// A distribution reads the objects of its buckets, and decrypts them; others do not.
pub(super) fn distributions(world: &World, calls: &mut Calls) {
    for (_, id, distribution) in world.everywhere::<Distribution>() {
        let ours = distribution.outputs.arn.as_str();
        let theirs = format!("arn:aws:cloudfront::{STRANGER}:distribution/{id}");
        for origin in &distribution.resource.config.origins {
            let OriginKind::S3 { access_control: Some(_) } = &origin.kind else { continue };
            let host = origin.domain_name.known().map(String::as_str).unwrap_or_default();
            let named =
                |name: &str| host.strip_prefix(name).is_some_and(|rest| rest.starts_with(".s3."));
            let found = world.everywhere::<Bucket>().find(|(_, name, _)| named(name));
            let Some((_, name, bucket)) = found else { continue };
            let key = key_of(world, &bucket.resource);
            let object = (format!("arn:aws:s3:::{name}/object"), "s3:GetObject");
            for (resource, action) in [object].into_iter().chain(key.map(|it| (it, "kms:Decrypt")))
            {
                let caller = Service::CloudFront.into();
                let what = format!("the distribution {id} reads the bucket {name}");
                let context = [("aws:SourceArn", ours)];
                calls.needed(what, &caller, [action], &resource, &context);
                let what = format!("a distribution of others reads the bucket {name}");
                let context = [("aws:SourceArn", theirs.as_str())];
                calls.refused(what, &caller, [action], &resource, &context);
            }
        }
    }
}
