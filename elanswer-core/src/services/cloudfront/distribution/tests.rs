use serde_json::json;

use super::*;
use crate::{
    resource::properties_of,
    services::{
        cloudfront::{
            AllowedMethods, EdgeCertificateArn, ErrorCode, HeaderName, ManagedCachePolicy,
            ManagedOriginRequestPolicy, OriginId, PagePath, PathPattern, ResponseCode,
        },
        route53::CountryCode,
    },
};

fn full() -> Distribution {
    let (files, server) = (OriginId::literal("files"), OriginId::literal("server"));
    let dynamic = DefaultCacheBehavior::builder()
        .target_origin_id(server.clone())
        .allowed_methods(AllowedMethods::All)
        .cache_policy(ManagedCachePolicy::CachingDisabled)
        .origin_request_policy(Ref::from(ManagedOriginRequestPolicy::AllViewer))
        .build();
    let config = DistributionConfig::builder()
        .aliases([DomainName::literal("www.example.com")])
        .default_cache_behavior(
            DefaultCacheBehavior::builder().target_origin_id(files.clone()).build(),
        )
        .cache_behaviors([CacheBehavior::new(PathPattern::literal("/api/*"), dynamic)])
        .origins([
            Origin::https(server, &DomainName::literal("origin.example.com"))
                .with_header(HeaderName::literal("X-From"), "cdn"),
            Origin::s3(files, &Ref::existing("files"), Ref::existing("E1")),
        ])
        .custom_error_responses([CustomErrorResponse::page(
            ErrorCode::of::<404>(),
            PagePath::literal("/404.html"),
            ResponseCode::of::<404>(),
        )])
        .default_root_object(RootObject::literal("index.html"))
        .logging(Logging {
            bucket: "logs.s3.amazonaws.com".into(),
            include_cookies: false,
            prefix: "cdn/".to_owned(),
        })
        .geo_restriction(GeoRestriction::Block([CountryCode::literal("AQ")].into()))
        .viewer_certificate(ViewerCertificate::acm(EdgeCertificateArn::literal(
            "arn:aws:acm:us-east-1:123456789012:certificate/c",
        )))
        .web_acl(WebAclArn::literal("arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2"))
        .build();
    config.into()
}

#[test]
fn has_the_shape_of_cloudformation() {
    let tree = json!({
        "DistributionConfig": {
            "Aliases": ["www.example.com"],
            "DefaultCacheBehavior": {
                "TargetOriginId": "files",
                "ViewerProtocolPolicy": "redirect-to-https",
                "AllowedMethods": ["GET", "HEAD"],
                "CachedMethods": ["GET", "HEAD"],
                "Compress": true,
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
            "CacheBehaviors": [{
                "PathPattern": "/api/*",
                "TargetOriginId": "server",
                "ViewerProtocolPolicy": "redirect-to-https",
                "AllowedMethods": ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
                "CachedMethods": ["GET", "HEAD"],
                "Compress": true,
                "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                "OriginRequestPolicyId": "216adef6-5c7f-47e4-b989-5492eafa07d3",
            }],
            "Origins": [
                {
                    "Id": "files",
                    "DomainName": {"Fn::GetAtt": ["files", "RegionalDomainName"]},
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                    "OriginAccessControlId": "E1",
                    "ConnectionAttempts": 3,
                    "ConnectionTimeout": 10,
                },
                {
                    "Id": "server",
                    "DomainName": "origin.example.com",
                    "CustomOriginConfig": {
                        "HTTPPort": 80,
                        "HTTPSPort": 443,
                        "OriginProtocolPolicy": "https-only",
                        "OriginSSLProtocols": ["TLSv1.2"],
                        "OriginReadTimeout": 30,
                        "OriginKeepaliveTimeout": 5,
                    },
                    "OriginCustomHeaders": [{"HeaderName": "X-From", "HeaderValue": "cdn"}],
                    "ConnectionAttempts": 3,
                    "ConnectionTimeout": 10,
                },
            ],
            "Comment": "",
            "CustomErrorResponses": [{
                "ErrorCode": 404,
                "ErrorCachingMinTTL": 10,
                "ResponsePagePath": "/404.html",
                "ResponseCode": 404,
            }],
            "DefaultRootObject": "index.html",
            "Enabled": true,
            "HttpVersion": "http2",
            "IPV6Enabled": true,
            "Logging": {
                "Bucket": "logs.s3.amazonaws.com",
                "IncludeCookies": false,
                "Prefix": "cdn/",
            },
            "PriceClass": "PriceClass_All",
            "Restrictions": {
                "GeoRestriction": {"RestrictionType": "blacklist", "Locations": ["AQ"]},
            },
            "ViewerCertificate": {
                "AcmCertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/c",
                "MinimumProtocolVersion": "TLSv1.2_2021",
                "SslSupportMethod": "sni-only",
            },
            "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2",
        },
        "Tags": [],
    });
    assert_eq!(serde_json::Value::Object(properties_of(&full())), tree);
    assert_eq!(serde_json::from_value::<Distribution>(tree).unwrap(), full());
}

#[test]
fn a_distribution_that_is_disabled_takes_two_calls_fewer_to_delete() {
    let mut it = full();
    assert_eq!(Distribution::calls(&Operation::Delete(&it)), 4);
    let before = it.clone();
    it.config.enabled = false;
    assert_eq!(Distribution::calls(&Operation::Delete(&it)), 2);
    assert_eq!(Distribution::calls(&Operation::Update(&before, &it)), 2);
}

#[test]
fn methods_are_one_of_the_sets_of_aws() {
    assert_eq!(AllowedMethods::of(["HEAD", "GET"]), Some(AllowedMethods::Read));
    assert_eq!(AllowedMethods::of(["GET", "HEAD", "POST"]), None);
}

#[test]
fn texts_are_those_that_aws_takes() {
    assert!(RootObject::new("index.html").is_ok() && RootObject::new("/index.html").is_err());
    assert!(PathPattern::new("/a b").is_err());
    assert_eq!(PathPattern::literal("images/*").rooted(), "/images/*");
}
