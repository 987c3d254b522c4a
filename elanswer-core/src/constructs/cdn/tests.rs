use super::*;
use crate::{
    Architecture, Region,
    constructs::{
        Certificate, EncryptionKey, FargateService, Firewall, KeyUser, LoadBalancer, LogBucket,
        PrivateBucket, SecurityGroup, Tcp, Tier,
        testing::{described, inventory, messages, problems},
    },
    services::{
        cloudfront::ManagedResponseHeadersPolicy,
        ec2::Vpc,
        route53::{DnsName, HostedZone},
        s3::{BucketPolicy, ObjectOwnership},
    },
};

fn load_balancer(arch: &mut Architecture) -> LoadBalancerHandle {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let edge = arch.add(SecurityGroup::edge("alb", vpc()).from_internet(Tcp(443)));
    let app = arch.add(SecurityGroup::internal("app", vpc()).from(&edge, Tcp(8080)));
    let private = Tier::existing(vpc(), ["subnet-c", "subnet-d"].map(Ref::existing));
    let web = FargateService::new("web", "shop").subnets(&private).guarded_by(&app);
    let web = arch.add(web);
    let certificate: crate::services::elbv2::CertificateArn =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            .parse()
            .unwrap();
    let public = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    let front = LoadBalancer::internet_facing("front", &public);
    arch.add(front.guarded_by(&edge).certificate(certificate).default_to(&web))
}

const ORIGIN: DomainName = DomainName::literal("origin.example.com");

#[test]
fn builds_a_distribution_that_alone_reads_the_bucket() {
    let (arch, (cdn, files, logs)) = described(|arch| {
        let front = load_balancer(arch);
        let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
        let name = DomainName::literal("www.example.com");
        let certificate = Certificate::for_cloudfront("certificate", name.clone());
        let certificate = arch.add(certificate.validated_in(&zone));
        let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::CloudFront, KeyUser::S3]));
        let files = arch.add(PrivateBucket::new("files").encrypted_with(&key));
        let logs = arch.add(LogBucket::new("logs"));
        let firewall = arch.add(Firewall::cloudfront("firewall"));
        let cdn = Cdn::new("cdn")
            .files(&files)
            .route("/api/*", &front, ORIGIN)
            .named([name], &certificate)
            .guarded_by(&firewall)
            .logs_to(&logs)
            .error_page(
                ErrorCode::of::<403>(),
                PagePath::literal("/404.html"),
                ResponseCode::of::<404>(),
            );
        (arch.add(cdn), files, logs)
    });
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "cdn/"), @"
    cdn/access OriginAccessControl
    cdn/distribution Distribution <- cdn/headers.Id, logs/bucket.DomainName, files/bucket.RegionalDomainName, cdn/access.Id, certificate/issued.CertificateArn, firewall/web-acl.Arn after front/https
    cdn/headers ResponseHeadersPolicy
    ");
    let policy = arch.get(files.policy()).unwrap();
    let source = policy
        .policy_document
        .statements
        .iter()
        .find(|it| it.principals.named().any(|it| *it == Service::CloudFront.into()))
        .map(|it| it.conditions[&Operator::STRING_EQUALS]["aws:SourceArn"].clone())
        .unwrap();
    assert_eq!(source, [Input::from(cdn.distribution().arn())].into());
    let logs = arch.get(logs.bucket()).unwrap();
    assert_eq!(logs.object_ownership, ObjectOwnership::BucketOwnerPreferred);
    let refused = crate::check(&arch);
    let about: Vec<_> =
        refused.diagnostics.iter().filter(|it| it.resource.as_str().starts_with("cdn/")).collect();
    assert!(about.is_empty(), "{refused}");
    assert!(!refused.diagnostics.iter().any(|it| it.code == "cyclic-reference"), "{refused}");
}

#[test]
fn a_server_alone_needs_no_bucket() {
    let (arch, cdn) = described(|arch| {
        let front = load_balancer(arch);
        arch.add(Cdn::new("cdn").server(&front, ORIGIN))
    });
    assert!(messages(&arch).is_empty());
    let config = &arch.get(cdn.distribution()).unwrap().config;
    assert_eq!(config.origins.len(), 1);
    assert_eq!(config.default_cache_behavior.allowed_methods, AllowedMethods::All);
    assert_eq!(config.default_root_object, None);
    assert_eq!(arch.all::<BucketPolicy>().count(), 0);
}

#[test]
fn a_route_is_a_path() {
    let (arch, _) = described(|arch| {
        let front = load_balancer(arch);
        arch.add(Cdn::new("cdn").server(&front, ORIGIN).route("/a b", &front, ORIGIN))
    });
    let messages = messages(&arch);
    assert!(messages.iter().any(|it| it.contains("not a path pattern")), "{messages:?}");
}

#[test]
fn a_name_that_is_too_long_is_a_problem() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let files = arch.add(PrivateBucket::new("files"));
    let cdn = Cdn::new("n".repeat(100)).files(&files);
    assert!(problems(cdn).iter().any(|it| it.contains("origin access control")));
}

#[test]
fn policies_of_aws_are_enough() {
    let (arch, cdn) = described(|arch| {
        let front = load_balancer(arch);
        let cdn = Cdn::new("cdn").server(&front, ORIGIN);
        let cdn = cdn.headers_of(ManagedResponseHeadersPolicy::SecurityHeaders);
        arch.add(cdn.forwarded(ManagedOriginRequestPolicy::AllViewerExceptHostHeader))
    });
    insta::assert_snapshot!(inventory(&arch, "cdn/"), @"cdn/distribution Distribution after front/https");
    let behavior = &arch.get(cdn.distribution()).unwrap().config.default_cache_behavior;
    let headers = ManagedResponseHeadersPolicy::SecurityHeaders.into();
    assert_eq!(behavior.response_headers_policy, Some(headers));
    let forwarded = ManagedOriginRequestPolicy::AllViewerExceptHostHeader.into();
    assert_eq!(behavior.origin_request_policy, Some(forwarded));
}
