//! The ARNs of web ACLs and IP sets, and of what takes logs.

use super::WafScope;
use crate::{
    arn::{ArnFields, cut, same},
    text::text,
};

text! {
    /// The ARN of a web ACL.
    WebAclArn: "the ARN of a web ACL",
    "`arn:aws:wafv2:`, Region, `:`, account, `:regional/webacl/` or `:global/webacl/`, name, `/`, id",
    is_web_acl_arn
}

text! {
    /// The ARN of an IP set.
    IpSetArn: "the ARN of an IP set",
    "`arn:aws:wafv2:`, Region, `:`, account, `:regional/ipset/` or `:global/ipset/`, name, `/`, id",
    is_ip_set_arn
}

text! {
    /// The ARN of what takes logs: of a log group with all of its streams, of a bucket, or of a
    /// delivery stream.
    LogDestinationArn: "the ARN of what takes logs of a web ACL",
    "that of a log group, with `:*` at the end, of a bucket, or of a delivery stream",
    is_log_destination_arn
}

macro_rules! parts {
    ($name:ident) => {
        impl $name {
            /// What it is for.
            #[must_use]
            pub fn scope(&self) -> WafScope {
                let global = part(self.as_str(), 0) == WafScope::CloudFront.in_arn();
                if global { WafScope::CloudFront } else { WafScope::Regional }
            }

            /// Its name.
            #[must_use]
            pub fn name(&self) -> &str {
                part(self.as_str(), 2)
            }

            /// Its id.
            #[must_use]
            pub fn id(&self) -> &str {
                part(self.as_str(), 3)
            }
        }
    };
}

parts!(WebAclArn);
parts!(IpSetArn);

impl LogDestinationArn {
    /// The name of the log group, bucket or delivery stream.
    #[must_use]
    pub fn name(&self) -> &str {
        let resource = self.as_sent().splitn(6, ':').nth(5).unwrap_or_default();
        let of_stream = resource.strip_prefix("deliverystream/");
        of_stream.or_else(|| resource.strip_prefix("log-group:")).unwrap_or(resource)
    }

    /// Its Region, which the ARNs of buckets do not tell.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.as_str().split(':').nth(3).filter(|region| !region.is_empty())
    }

    /// The ARN as AWS WAF takes it: that of a log group without its streams.
    #[must_use]
    pub fn as_sent(&self) -> &str {
        self.as_str().strip_suffix(STREAMS).unwrap_or(self.as_str())
    }

    /// The ARN that AWS WAF tells: that of a log group may be without its streams.
    ///
    /// # Errors
    ///
    /// When it is not the ARN of what takes logs.
    pub fn from_sent(arn: &str) -> Result<Self, crate::TextError> {
        let group = arn.contains(":log-group:") && !arn.ends_with(STREAMS);
        Self::new(if group { format!("{arn}{STREAMS}") } else { arn.to_owned() })
    }
}

/// What the ARN of a log group ends with when it is that of all of its streams.
const STREAMS: &str = ":*";

/// A part of the last field of an ARN: `SCOPE/KIND/NAME/ID`.
fn part(arn: &str, number: usize) -> &str {
    let path = arn.splitn(6, ':').nth(5).unwrap_or_default();
    path.split('/').nth(number).unwrap_or_default()
}

const fn is_web_acl_arn(text: &str) -> bool {
    is_arn_of(text, b"webacl")
}

const fn is_ip_set_arn(text: &str) -> bool {
    is_arn_of(text, b"ipset")
}

const fn is_arn_of(text: &str, kind: &[u8]) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(resource) = arn.resource_of("wafv2") else { return false };
    let Some((scope, rest)) = cut(resource, b'/') else { return false };
    let Some((found, rest)) = cut(rest, b'/') else { return false };
    let Some((name, id)) = cut(rest, b'/') else { return false };
    (same(scope, b"regional") || same(scope, b"global"))
        && same(found, kind)
        && !name.is_empty()
        && !id.is_empty()
        && cut(id, b'/').is_none()
}

const fn is_log_destination_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    if let Some(bucket) = arn.resource_of("s3") {
        return !bucket.is_empty() && cut(bucket, b'/').is_none();
    }
    if arn.named("firehose", "deliverystream/").is_some() {
        return true;
    }
    let Some(group) = arn.named("logs", "log-group:") else { return false };
    match cut(group, b':') {
        Some((name, streams)) => !name.is_empty() && same(streams, b"*"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGIONAL: &str = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1234-5678";

    #[test]
    fn an_arn_tells_scope_name_and_id() {
        let arn = WebAclArn::new(REGIONAL).unwrap();
        assert_eq!((arn.scope(), arn.name(), arn.id()), (WafScope::Regional, "shop", "1234-5678"));
        let arn = IpSetArn::literal("arn:aws:wafv2:us-east-1:123456789012:global/ipset/blocked/9");
        assert_eq!((arn.scope(), arn.name(), arn.id()), (WafScope::CloudFront, "blocked", "9"));
    }

    #[test]
    fn one_thing_is_not_another() {
        for bad in [
            "",
            "shop",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/ipset/shop/1",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/",
            "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/shop/1/2",
            "arn:aws:wafv2:eu-west-1:123456789012:zonal/webacl/shop/1",
            "arn:aws:waf:eu-west-1:123456789012:regional/webacl/shop/1",
        ] {
            assert!(WebAclArn::new(bad).is_err(), "{bad}");
        }
        assert!(IpSetArn::new(REGIONAL).is_err());
    }

    #[test]
    fn logs_go_to_log_groups_buckets_and_streams() {
        for good in [
            "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-shop:*",
            "arn:aws:s3:::aws-waf-logs-shop",
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/aws-waf-logs-shop",
        ] {
            let arn = LogDestinationArn::new(good).unwrap();
            assert_eq!(arn.name(), "aws-waf-logs-shop");
            assert_eq!(LogDestinationArn::from_sent(arn.as_sent()), Ok(arn.clone()));
            assert_eq!(arn.region().is_none(), good.contains(":s3:"));
            assert!(!arn.as_sent().ends_with('*'));
        }
        for bad in [
            "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-shop",
            "arn:aws:s3:::aws-waf-logs-shop/folder",
            "arn:aws:sqs:us-east-1:123456789012:aws-waf-logs-shop",
        ] {
            assert!(LogDestinationArn::new(bad).is_err(), "{bad}");
        }
    }
}
