use elanswer_core::{
    Executor, Ref, Resource, ResourceId, Tags,
    executor::{
        CreateRequest, DeleteRequest, Deletion, ExecError, Observation, Status, UpdateRequest,
    },
    handler::Create,
    resource::properties_of,
    services::{
        acm::DomainName,
        cloudfront::{
            CacheBehavior, CachePolicy, CachePolicyConfig, DefaultCacheBehavior, Distribution,
            DistributionConfig, Logging, Origin, OriginAccessControl, OriginAccessControlName,
            OriginId, PathPattern, PolicyName, ViewerCertificate,
        },
        s3::{Bucket, ObjectOwnership},
    },
    tags::Ownership,
};

use crate::{
    mock::MockAws,
    world::{Quotas, World, global},
};

const FILES: OriginId = OriginId::literal("files");

fn ownership(id: &str) -> Ownership {
    let resource = ResourceId::new(id).unwrap();
    Ownership { stack: "test".to_owned(), resource, incarnation: 1 }
}

async fn make<R: Resource>(aws: &MockAws, id: &str, it: &R) -> Result<Observation, ExecError> {
    let request = CreateRequest {
        schema: R::SCHEMA,
        place: global(),
        properties: properties_of(it),
        ownership: ownership(id),
        token: format!("{id:0>32}"),
        secrets: elanswer_core::Secrets::default(),
    };
    aws.create(&[request]).await.remove(0)
}

async fn change<R: Resource>(
    aws: &MockAws,
    made: &Observation,
    to: &R,
) -> Result<Observation, ExecError> {
    aws.update(&UpdateRequest {
        schema: R::SCHEMA,
        place: global(),
        identifier: made.identifier.clone(),
        current: made.properties.clone(),
        desired: properties_of(to),
        outputs: made.outputs.clone(),
        ownership: ownership("it"),
        token: "1".repeat(32),
        secrets: elanswer_core::Secrets::default(),
    })
    .await
}

async fn remove<R: Resource>(aws: &MockAws, made: &Observation) -> Result<Deletion, ExecError> {
    aws.delete(&DeleteRequest {
        schema: R::SCHEMA,
        place: global(),
        identifier: made.identifier.clone(),
        properties: made.properties.clone(),
        outputs: made.outputs.clone(),
        token: "2".repeat(32),
    })
    .await
}

async fn wait(seconds: u64) {
    tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
}

fn config() -> DistributionConfig {
    let origin = Origin::https(FILES, &DomainName::literal("origin.example.com"));
    DistributionConfig::builder().default_cache_behavior(behavior(FILES)).origins([origin]).build()
}

fn behavior(origin: OriginId) -> DefaultCacheBehavior {
    DefaultCacheBehavior::builder().target_origin_id(origin).build()
}

async fn refused(config: DistributionConfig) -> String {
    let error = make(&MockAws::new(), "it", &Distribution::from(config)).await.unwrap_err();
    error.code().unwrap_or_default().to_owned()
}

#[tokio::test(start_paused = true)]
async fn it_is_deployed_after_minutes_and_made_once_for_a_caller_reference() {
    let aws = MockAws::new();
    let it = Distribution::from(config());
    let made = make(&aws, "it", &it).await.unwrap();
    assert_eq!(made.status, Status::Pending("InProgress".to_owned()));
    let again = make(&aws, "it", &it).await.unwrap_err();
    assert_eq!(again.code(), Some("DistributionAlreadyExists"));
    assert!(again.to_string().contains(&made.identifier), "{again}");
    wait(301).await;
    let seen = aws.read(Distribution::SCHEMA, &global(), &[made.identifier]).await.remove(0);
    assert_eq!(seen.unwrap().unwrap().status, Status::Ready);
}

#[tokio::test(start_paused = true)]
async fn it_is_disabled_before_it_is_deleted() {
    let aws = MockAws::new();
    let made = make(&aws, "it", &Distribution::from(config())).await.unwrap();
    for _ in 0..2 {
        let error = remove::<Distribution>(&aws, &made).await.unwrap_err();
        assert_eq!(error.code(), Some("DistributionNotDisabled"));
    }
    wait(301).await;
    assert_eq!(remove::<Distribution>(&aws, &made).await, Ok(Deletion::Gone));
    assert_eq!(remove::<Distribution>(&aws, &made).await, Ok(Deletion::Gone));
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_itself_is_refused() {
    let unknown = DistributionConfig {
        default_cache_behavior: behavior(OriginId::literal("other")),
        ..config()
    };
    assert_eq!(refused(unknown).await, "NoSuchOrigin");
    let twice = ["/a/*", "a/*"]
        .map(PathPattern::literal)
        .map(|pattern| CacheBehavior::new(pattern, behavior(FILES)));
    let twice = DistributionConfig { cache_behaviors: twice.into(), ..config() };
    assert_eq!(refused(twice).await, "InvalidArgument");
    let aliases = [DomainName::literal("www.example.com")];
    let named = DistributionConfig { aliases: aliases.into(), ..config() };
    assert_eq!(refused(named.clone()).await, "InvalidViewerCertificate");
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/none".parse().unwrap();
    let certificate = ViewerCertificate::acm(elanswer_core::Input::Literal(arn));
    let named = DistributionConfig { viewer_certificate: certificate, ..named };
    assert_eq!(refused(named).await, "InvalidViewerCertificate");
    let mut elsewhere = config();
    elsewhere.default_cache_behavior.cache_policy = Ref::existing("none");
    assert_eq!(refused(elsewhere).await, "NoSuchCachePolicy");
    let name = "some.s3.us-east-1.amazonaws.com";
    let mut origin = Origin::s3(FILES, &Ref::existing("some"), Ref::existing("E0"));
    origin.domain_name = name.into();
    let origins = DistributionConfig { origins: [origin].into(), ..config() };
    assert_eq!(refused(origins).await, "InvalidOriginAccessControl");
}

#[tokio::test(start_paused = true)]
async fn logs_go_where_access_control_lists_count() {
    let aws = MockAws::new();
    for (name, ownership, fine) in [
        ("closed", ObjectOwnership::BucketOwnerEnforced, false),
        ("open", ObjectOwnership::BucketOwnerPreferred, true),
    ] {
        let bucket = Bucket::builder()
            .bucket_name(name.to_owned().try_into().unwrap())
            .object_ownership(ownership)
            .build();
        make(&aws, name, &bucket).await.unwrap();
        let logging = Logging {
            bucket: format!("{name}.s3.amazonaws.com").into(),
            include_cookies: false,
            prefix: String::new(),
        };
        let it = DistributionConfig { logging: Some(logging), ..config() };
        let answer = make(&aws, &format!("of-{name}"), &Distribution::from(it)).await;
        assert_eq!(answer.is_ok(), fine, "{answer:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_used_stays_and_names_are_unique() {
    let aws = MockAws::new();
    let policy = || CachePolicyConfig::builder().name(PolicyName::literal("shop")).build();
    let policy = CachePolicy::from(policy());
    let cache = make(&aws, "cache", &policy).await.unwrap();
    let again = make(&aws, "again", &policy).await.unwrap_err();
    assert_eq!(again.code(), Some("CachePolicyAlreadyExists"));
    let access = OriginAccessControl::s3(OriginAccessControlName::literal("shop"));
    let access = make(&aws, "access", &access).await.unwrap();
    let mut origin = Origin::s3(FILES, &Ref::existing("some"), Ref::existing(&access.identifier));
    origin.domain_name = "some.s3.us-east-1.amazonaws.com".into();
    let mut it = DistributionConfig { origins: [origin].into(), ..config() };
    it.default_cache_behavior.cache_policy = Ref::existing(&cache.identifier);
    let made = make(&aws, "it", &Distribution::from(it)).await.unwrap();
    let in_use = remove::<CachePolicy>(&aws, &cache).await.unwrap_err();
    assert_eq!(in_use.code(), Some("CachePolicyInUse"));
    let in_use = remove::<OriginAccessControl>(&aws, &access).await.unwrap_err();
    assert_eq!(in_use.code(), Some("OriginAccessControlInUse"));
    remove::<Distribution>(&aws, &made).await.unwrap_err();
    wait(301).await;
    remove::<Distribution>(&aws, &made).await.unwrap();
    assert_eq!(remove::<CachePolicy>(&aws, &cache).await, Ok(Deletion::Gone));
    assert_eq!(remove::<OriginAccessControl>(&aws, &access).await, Ok(Deletion::Gone));
}

#[tokio::test(start_paused = true)]
async fn an_old_version_is_not_changed() {
    let aws = MockAws::new();
    let it = Distribution::from(config());
    let made = make(&aws, "it", &it).await.unwrap();
    let mut next = it.clone();
    next.config.enabled = false;
    next.tags = Tags::new().with("Name", "cdn");
    let changed = change(&aws, &made, &next).await.unwrap();
    assert_eq!(changed.properties, properties_of(&next));
    let mut world = World::new(7, Quotas::new());
    world.register::<Distribution>();
    let request = Create {
        place: global(),
        desired: it,
        ownership: ownership("it"),
        token: String::new(),
        secrets: elanswer_core::Secrets::default(),
    };
    let id = super::create_distribution(&mut world, &request).unwrap().outputs.id;
    for (version, code) in [("E0", "PreconditionFailed"), ("", "InvalidIfMatchVersion")] {
        let error = super::update_distribution(&mut world, &global(), &id, version, |_| ());
        assert_eq!(error.unwrap_err().code(), code);
    }
}

#[test]
fn an_alias_is_of_one_distribution_and_only_what_is_disabled_goes() {
    let mut world = World::new(7, Quotas::new());
    world.register::<Distribution>();
    let request = |id: &str, config: DistributionConfig| Create {
        place: global(),
        desired: Distribution::from(config),
        ownership: ownership(id),
        token: id.to_owned(),
        secrets: elanswer_core::Secrets::default(),
    };
    let first = super::create_distribution(&mut world, &request("first", config())).unwrap();
    let id = first.outputs.id;
    let aliases = || [DomainName::literal("www.example.com")].into();
    let none = std::time::Duration::ZERO;
    let named = world.change::<Distribution>(&global(), &id, "", none, |it| {
        it.resource.config.aliases = aliases();
    });
    named.unwrap();
    let second = DistributionConfig { aliases: aliases(), ..config() };
    let error = super::create_distribution(&mut world, &request("second", second)).unwrap_err();
    assert_eq!(error.code(), "CNAMEAlreadyExists");

    let version = super::version(super::require(&world, &global(), &id).unwrap());
    let error = super::delete_distribution(&mut world, &global(), &id, &version).unwrap_err();
    assert_eq!(error.code(), "DistributionNotDisabled");

    world.quotas.set("CloudFront distributions", 1);
    let error = super::create_distribution(&mut world, &request("third", config())).unwrap_err();
    assert_eq!(error.code(), "TooManyDistributions");
}
