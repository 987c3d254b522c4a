use elanswer_core::{
    Region, ResourceId,
    services::cloudfront::{DefaultCacheBehavior, DistributionConfig, Origin, OriginId},
    tags::Ownership,
};
use elanswer_testkit::conformance;

use super::*;
use crate::{replay::clients, services::cloudfront::replay::answer};

/// Every distribution of the conformance cases, with what is not known yet made up.
fn distributions() -> Vec<DistributionConfig> {
    let cases = conformance::cases();
    let made = cases.iter().flat_map(|case| [Some(case.made), case.updated]).flatten();
    made.flat_map(|describe| {
        let arch = describe();
        let found = arch.all::<Distribution>().map(|(_, it)| it.config.clone());
        found.collect::<Vec<_>>()
    })
    .map(|config| {
        let text = serde_json::to_string(&config).unwrap();
        let known = resolved(&text);
        serde_json::from_str(&known).unwrap()
    })
    .collect()
}

/// The same text with a value in place of every reference.
fn resolved(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once(r#"{"Fn::GetAtt":["#) {
        out.push_str(before);
        let (reference, tail) = after.split_once("]}").unwrap();
        let value = if reference.contains("CertificateArn") {
            "arn:aws:acm:us-east-1:123456789012:certificate/c"
        } else {
            "known"
        };
        out.push_str(&format!("\"{value}\""));
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[test]
fn what_is_sent_is_read() {
    let all = distributions();
    assert!(all.len() > 8);
    for it in all {
        let sent = request::config("token", &it).unwrap();
        assert_eq!(sent.caller_reference(), "token");
        assert_eq!(response::config(&sent), Ok(it));
    }
}

#[test]
fn what_is_not_modelled_stays() {
    let it = distributions().remove(0);
    let mut current = request::config("first", &it).unwrap();
    current.staging = Some(true);
    current.continuous_deployment_policy_id = Some("policy".to_owned());
    let next = request::keeping(&current, request::config("first", &it).unwrap());
    assert_eq!(next, current);
}

#[test]
fn http_versions_are_read_in_any_case() {
    let mut sent = request::config("token", &distributions().remove(0)).unwrap();
    sent.http_version = Some("HTTP2".into());
    assert!(response::config(&sent).is_ok());
    sent.http_version = Some("http4".into());
    assert!(response::config(&sent).is_err());
}

#[test]
fn what_elanswer_cannot_say_is_not_read() {
    let mut sent = request::config("token", &distributions().remove(0)).unwrap();
    sent.default_cache_behavior.as_mut().unwrap().cache_policy_id = None;
    assert!(response::config(&sent).unwrap_err().contains("without a cache policy"));
}

fn small() -> Distribution {
    let server = OriginId::literal("server");
    let name = elanswer_core::services::acm::DomainName::literal("origin.example.com");
    let behavior = DefaultCacheBehavior::builder().target_origin_id(server.clone()).build();
    DistributionConfig::builder()
        .default_cache_behavior(behavior)
        .origins([Origin::https(server, &name)])
        .build()
        .into()
}

/// `GetDistribution` as AWS answers it.
fn shown(status: &str, enabled: bool) -> String {
    format!(
        "<Distribution><Id>E1</Id><ARN>arn:aws:cloudfront::123456789012:distribution/E1</ARN><Status>{status}</Status><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches><DomainName>d1.cloudfront.net</DomainName><DistributionConfig><CallerReference>token</CallerReference><Aliases><Quantity>0</Quantity></Aliases><DefaultRootObject></DefaultRootObject><Origins><Quantity>1</Quantity><Items><Origin><Id>server</Id><DomainName>origin.example.com</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>0</Quantity></CustomHeaders><CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>https-only</OriginProtocolPolicy><OriginSslProtocols><Quantity>1</Quantity><Items><SslProtocol>TLSv1.2</SslProtocol></Items></OriginSslProtocols><OriginReadTimeout>30</OriginReadTimeout><OriginKeepaliveTimeout>5</OriginKeepaliveTimeout></CustomOriginConfig><ConnectionAttempts>3</ConnectionAttempts><ConnectionTimeout>10</ConnectionTimeout><OriginShield><Enabled>false</Enabled></OriginShield><OriginAccessControlId></OriginAccessControlId></Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>server</TargetOriginId><ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy><AllowedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items><CachedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items></CachedMethods></AllowedMethods><Compress>true</Compress><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior><CacheBehaviors><Quantity>0</Quantity></CacheBehaviors><CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses><Comment></Comment><Logging><Enabled>false</Enabled><IncludeCookies>false</IncludeCookies><Bucket></Bucket><Prefix></Prefix></Logging><PriceClass>PriceClass_All</PriceClass><Enabled>{enabled}</Enabled><ViewerCertificate><CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate><MinimumProtocolVersion>TLSv1</MinimumProtocolVersion></ViewerCertificate><Restrictions><GeoRestriction><RestrictionType>none</RestrictionType><Quantity>0</Quantity></GeoRestriction></Restrictions><WebACLId></WebACLId><HttpVersion>http2</HttpVersion><IsIPV6Enabled>true</IsIPV6Enabled><Staging>false</Staging></DistributionConfig></Distribution>"
    )
}

#[tokio::test]
async fn it_is_disabled_and_deleted_once_that_is_known_everywhere() {
    let (clients, http) = clients(vec![
        answer(200, "V1", &shown("Deployed", true)),
        answer(200, "V2", &shown("InProgress", false)),
        answer(200, "V2", &shown("InProgress", false)),
        answer(200, "V3", &shown("Deployed", false)),
        answer(204, "", ""),
    ]);
    let handler = DistributionHandler::from(clients);
    let outputs = DistributionOutputs {
        id: "E1".to_owned(),
        arn: "arn:aws:cloudfront::123456789012:distribution/E1".to_owned(),
        domain_name: "d1.cloudfront.net".to_owned(),
    };
    let delete = Delete {
        place: Place::new(Region::UsEast1),
        identifier: "E1".to_owned(),
        current: small(),
        outputs,
        token: "0".repeat(32),
    };
    // The first try disables it, the second only looks.
    for outcome in [Outcome::Applied, Outcome::NotApplied] {
        let error = handler.delete(&delete).await.unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (ErrorKind::Dependency, outcome));
    }
    assert_eq!(handler.delete(&delete).await.unwrap(), Deletion::Gone);
    let sent: Vec<_> = http.actual_requests().collect();
    let methods: Vec<&str> = sent.iter().map(|it| it.method()).collect();
    assert_eq!(methods, ["GET", "PUT", "GET", "GET", "DELETE"]);
    let body = std::str::from_utf8(sent[1].body().bytes().unwrap()).unwrap();
    assert!(body.contains("<Enabled>false</Enabled><ViewerCertificate>"), "{body}");
    let versions: Vec<_> = sent.iter().map(|it| it.headers().get("If-Match")).collect();
    assert_eq!(versions, [None, Some("V1"), None, None, Some("V3")]);
}

#[tokio::test]
async fn it_is_found_by_its_tags() {
    let summary = |id: &str| {
        format!(
            "<DistributionSummary><Id>{id}</Id><ARN>arn:aws:cloudfront::123456789012:distribution/{id}</ARN><Status>Deployed</Status><DomainName>d1.cloudfront.net</DomainName><Comment></Comment></DistributionSummary>"
        )
    };
    let page = |more: &str, id: &str| {
        format!(
            "<DistributionList><Marker></Marker>{more}<MaxItems>1</MaxItems><IsTruncated>{}</IsTruncated><Quantity>1</Quantity><Items>{}</Items></DistributionList>",
            !more.is_empty(),
            summary(id)
        )
    };
    let tags = |tags: &Tags| {
        let tags = tags.iter();
        let tags: String = tags
            .map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"))
            .collect();
        format!("<Tags><Items>{tags}</Items></Tags>")
    };
    let resource = ResourceId::new("cdn").unwrap();
    let ownership = Ownership { stack: "shop".to_owned(), resource, incarnation: 1 };
    let ours = tags(&ownership.tags());
    let (clients, http) = clients(vec![
        answer(200, "", &page("<NextMarker>E0</NextMarker>", "E0")),
        answer(200, "", &tags(&Tags::new())),
        answer(200, "", &page("", "E1")),
        answer(200, "", &ours),
        answer(200, "V1", &shown("InProgress", true)),
        answer(200, "", &ours),
    ]);
    let create = Create {
        place: Place::new(Region::UsEast1),
        desired: small(),
        ownership,
        token: "0".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    };
    let found = DistributionHandler::from(clients).find(&create).await.unwrap().unwrap();
    assert_eq!(found.resource, small());
    assert_eq!(found.status, Status::Pending("InProgress".to_owned()));
    assert!(http.actual_requests().nth(2).unwrap().uri().contains("Marker=E0"));
}
