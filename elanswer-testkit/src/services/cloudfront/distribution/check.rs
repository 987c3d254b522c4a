//! What CloudFront refuses of a distribution.

use elanswer_core::{
    Place, Set,
    executor::ErrorKind,
    services::{
        acm::{Certificate, DomainName},
        cloudfront::{
            CachePolicy, DefaultCacheBehavior, Distribution, DistributionConfig, Logging,
            ManagedCachePolicy, ManagedOriginRequestPolicy, ManagedResponseHeadersPolicy, Origin,
            OriginAccessControl, OriginKind, OriginRequestPolicy, ResponseHeadersPolicy,
            ViewerCertificate,
        },
        s3::{Bucket, ObjectOwnership},
    },
};

use super::super::invalid_argument;
use crate::{
    services::acm,
    world::{AwsError, World, global},
};

/// What `CreateDistribution` and `UpdateDistribution` check; `own` is the distribution itself.
pub(super) fn config(
    world: &World,
    place: &Place,
    own: &str,
    config: &DistributionConfig,
) -> Result<(), AwsError> {
    origins(world, place, config)?;
    let patterns: Set<String> =
        config.cache_behaviors.iter().map(|it| it.path_pattern.rooted()).collect();
    if patterns.len() < config.cache_behaviors.len() {
        return Err(invalid_argument("Cache behaviors contain duplicate path patterns."));
    }
    let quota = |name, default, used: usize, code| {
        world.quotas.check(name, default, used.saturating_sub(1), code)
    };
    let behaviors = config.cache_behaviors.len() + 1;
    quota("cache behaviors per distribution", 25, behaviors, "TooManyCacheBehaviors")?;
    quota("origins per distribution", 25, config.origins.len(), "TooManyOrigins")?;
    quota("aliases per distribution", 100, config.aliases.len(), "TooManyDistributionCNAMEs")?;
    for (_, behavior) in config.behaviors() {
        let target = &behavior.target_origin_id;
        if !config.origins.iter().any(|origin| origin.id == *target) {
            // 404 in AWS, and still nothing that will exist in a moment.
            return Err(AwsError::invalid(
                "NoSuchOrigin",
                "One or more of your origins or origin groups do not exist.",
            ));
        }
        policies(world, place, behavior)?;
    }
    aliases(world, place, own, config)?;
    let errors: Set<_> = config.custom_error_responses.iter().map(|it| it.error_code).collect();
    if errors.len() < config.custom_error_responses.len() {
        return Err(invalid_argument("Custom error responses contain duplicate error codes."));
    }
    config.logging.iter().try_for_each(|logging| logs(world, logging))
}

fn origins(world: &World, place: &Place, config: &DistributionConfig) -> Result<(), AwsError> {
    let ids: Set<_> = config.origins.iter().map(|origin| &origin.id).collect();
    if ids.is_empty() || ids.len() < config.origins.len() {
        return Err(invalid_argument("Origins are missing, or have ids in common."));
    }
    config.origins.iter().try_for_each(|it| origin(world, place, it))
}

fn origin(world: &World, place: &Place, origin: &Origin) -> Result<(), AwsError> {
    let name = origin.domain_name.known().map(String::as_str).unwrap_or_default();
    let used = origin.custom_headers.len().saturating_sub(1);
    world.quotas.check("headers per origin", 30, used, "TooManyOriginCustomHeaders")?;
    let OriginKind::S3 { access_control } = &origin.kind else {
        return if name.is_empty() {
            Err(AwsError::invalid("InvalidOrigin", "The origin has no domain name."))
        } else {
            Ok(())
        };
    };
    if !name.contains(".s3.") && !name.contains(".s3-") {
        let message = "The parameter Origin DomainName does not refer to a valid S3 bucket.";
        return Err(invalid_argument(message));
    }
    let id = access_control.as_ref().and_then(|it| it.known());
    if id.is_some_and(|id| world.get::<OriginAccessControl>(place, id).is_none()) {
        return Err(AwsError::not_found(
            "InvalidOriginAccessControl",
            "The origin access control is not valid.",
        ));
    }
    Ok(())
}

/// Every policy is one of AWS or of the account.
fn policies(world: &World, place: &Place, behavior: &DefaultCacheBehavior) -> Result<(), AwsError> {
    let missing = |code: &str| Err(AwsError::not_found(code, "The policy does not exist."));
    let id = behavior.cache_policy.known().unwrap_or_default();
    if world.get::<CachePolicy>(place, id).is_none()
        && !ManagedCachePolicy::ALL.iter().any(|it| it.id() == id)
    {
        return missing("NoSuchCachePolicy");
    }
    if let Some(id) = behavior.origin_request_policy.as_ref().and_then(|it| it.known())
        && world.get::<OriginRequestPolicy>(place, id).is_none()
        && !ManagedOriginRequestPolicy::ALL.iter().any(|it| it.id() == id)
    {
        return missing("NoSuchOriginRequestPolicy");
    }
    if let Some(id) = behavior.response_headers_policy.as_ref().and_then(|it| it.known())
        && world.get::<ResponseHeadersPolicy>(place, id).is_none()
        && !ManagedResponseHeadersPolicy::ALL.iter().any(|it| it.id() == id)
    {
        return missing("NoSuchResponseHeadersPolicy");
    }
    Ok(())
}

/// Names that no other distribution has, and for which the certificate is.
fn aliases(
    world: &World,
    place: &Place,
    own: &str,
    config: &DistributionConfig,
) -> Result<(), AwsError> {
    let mut others = world.all::<Distribution>(place).filter(|(id, _)| *id != own);
    if others.any(|(_, it)| !it.resource.config.aliases.is_disjoint(&config.aliases)) {
        return Err(AwsError::conflict(
            "CNAMEAlreadyExists",
            "One or more of the CNAMEs you provided are already associated with a different resource.",
        ));
    }
    let invalid = |kind, message: &str| {
        Err(AwsError::new(kind, "InvalidViewerCertificate", message.to_owned()))
    };
    let certificate = match &config.viewer_certificate {
        ViewerCertificate::Acm { certificate, .. } => certificate.known(),
        ViewerCertificate::Default if config.aliases.is_empty() => return Ok(()),
        ViewerCertificate::Default => {
            return invalid(
                ErrorKind::Invalid,
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate that validates your authorization to use the domain name.",
            );
        }
    };
    let Some(arn) = certificate else { return Ok(()) };
    if acm::state(world, &global(), arn.as_str()).as_deref() != Some(acm::ISSUED) {
        return invalid(
            ErrorKind::NotFound,
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
        );
    }
    let certificate = world.get::<Certificate>(&global(), arn.as_str());
    let names: Vec<&DomainName> =
        certificate.iter().flat_map(|certificate| certificate.resource.names()).collect();
    if !config.aliases.iter().all(|alias| names.iter().any(|name| covers(name, alias))) {
        return invalid(
            ErrorKind::Invalid,
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add.",
        );
    }
    Ok(())
}

/// Whether a certificate for `name` is one for `alias`.
fn covers(name: &DomainName, alias: &DomainName) -> bool {
    name == alias
        || name.as_str().strip_prefix('*').is_some_and(|rest| {
            let label = alias.as_str().strip_suffix(rest);
            label.is_some_and(|label| !label.is_empty() && !label.contains('.'))
        })
}

/// The bucket for logs exists, and takes access control lists.
fn logs(world: &World, logging: &Logging) -> Result<(), AwsError> {
    let domain = logging.bucket.known().map(String::as_str).unwrap_or_default();
    let mut buckets = world.everywhere::<Bucket>().map(|(_, _, it)| it);
    let Some(bucket) = buckets
        .find(|it| it.outputs.domain_name == domain || it.outputs.regional_domain_name == domain)
    else {
        let message = "The parameter Logging Bucket does not refer to a valid S3 bucket.";
        return Err(invalid_argument(message));
    };
    if bucket.resource.object_ownership == ObjectOwnership::BucketOwnerEnforced {
        return Err(invalid_argument(format!(
            "The S3 bucket that you specified for CloudFront logs does not enable ACL access: {domain}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_covers_one_level() {
        let covers = |name, alias| covers(&DomainName::literal(name), &DomainName::literal(alias));
        assert!(covers("www.example.com", "www.example.com"));
        assert!(covers("*.example.com", "www.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("www.example.com", "example.com"));
    }
}
