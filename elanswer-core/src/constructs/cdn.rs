//! A distribution of files and of what servers make, with what may read them.

use super::{
    CloudFrontCertificateHandle, FirewallHandle, LoadBalancerHandle, LogBucketHandle, OnCloudFront,
    PrivateBucketHandle, name_tag,
};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    services::{
        acm::DomainName,
        cloudfront::{
            AllowedMethods, CacheBehavior, CachePolicy, Comment, CustomErrorResponse,
            DefaultCacheBehavior, Distribution, DistributionConfig, ErrorCode, GeoRestriction,
            HttpVersion, ManagedCachePolicy, ManagedOriginRequestPolicy, Origin,
            OriginAccessControl, OriginAccessControlName, OriginId, OriginRequestPolicy, PagePath,
            PathPattern, PolicyName, PriceClass, ResponseCode, ResponseHeadersPolicy, RootObject,
            SecurityHeaders, ViewerCertificate,
        },
        iam::{Operator, Service, Statement},
        s3::Bucket,
        wafv2::WebAclArn,
    },
};

/// A distribution: files of a private bucket, and what servers make for some paths, over TLS, with
/// security headers.
///
/// CloudFront alone reads the bucket, by origin access control: the statement that lets it goes into
/// the policy of the bucket. A key that encrypts the bucket is one that
/// [`KeyUser::CloudFront`](super::KeyUser::CloudFront) uses.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{Cdn, Certificate, LogBucket, PrivateBucket},
///     services::{
///         acm::DomainName,
///         route53::{AliasTarget, DnsName, HostedZone, RecordSet, RecordType},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let name = DomainName::literal("www.example.com");
/// let certificate = Certificate::for_cloudfront("cdn-certificate", name.clone());
/// let certificate = arch.add(certificate.validated_in(&zone)); // in us-east-1
/// let files = arch.add(PrivateBucket::new("files"));
/// let logs = arch.add(LogBucket::new("logs"));
/// let cdn = Cdn::new("cdn")
///     .files(&files)
///     .named([name], &certificate)
///     .logs_to(&logs);
/// let cdn = arch.add(cdn);
/// let www = DnsName::literal("www.example.com");
/// let alias = AliasTarget::distribution(cdn.distribution());
/// arch.resource("www", RecordSet::alias(&zone, www, RecordType::A, alias));
/// ```
#[derive(Debug, Clone)]
#[must_use = "a distribution does nothing until it is added to an architecture"]
pub struct Cdn<C> {
    content: C,
    settings: Settings,
}

/// Stands where `.files(..)` or `.server(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

/// What a distribution answers with by default.
#[derive(Debug, Clone)]
pub struct CdnContent(Content);

#[derive(Debug, Clone)]
enum Content {
    /// Files of a bucket.
    Files(Box<PrivateBucketHandle>),
    /// What a server makes.
    Server(Server),
}

/// A server, by the name that its certificate is for.
#[derive(Debug, Clone)]
struct Server {
    name: DomainName,
    load_balancer: LoadBalancerHandle,
}

/// What adds the security headers.
#[derive(Debug, Clone)]
enum Headers {
    /// A policy of its own.
    Own(Box<SecurityHeaders>),
    /// One that is there.
    Of(Ref<ResponseHeadersPolicy>),
}

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    routes: Vec<(String, Server)>,
    cached: Option<Ref<CachePolicy>>,
    headers: Headers,
    forwarded: Ref<OriginRequestPolicy>,
    aliases: Vec<DomainName>,
    certificate: Option<CloudFrontCertificateHandle>,
    web_acl: Option<Input<WebAclArn>>,
    logs: Option<LogBucketHandle>,
    root: Option<RootObject>,
    errors: Vec<CustomErrorResponse>,
    price_class: PriceClass,
    geo_restriction: GeoRestriction,
}

impl Cdn<NoContent> {
    /// A distribution.
    pub fn new(name: impl Into<String>) -> Self {
        let settings = Settings {
            name: name.into(),
            routes: Vec::new(),
            cached: None,
            headers: Headers::Own(Box::new(SecurityHeaders::recommended())),
            forwarded: ManagedOriginRequestPolicy::AllViewer.into(),
            aliases: Vec::new(),
            certificate: None,
            web_acl: None,
            logs: None,
            root: None,
            errors: Vec::new(),
            price_class: PriceClass::default(),
            geo_restriction: GeoRestriction::None,
        };
        Self { content: NoContent, settings }
    }

    /// Answers with the files of this bucket, and at `/` with `index.html`.
    pub fn files(self, bucket: &PrivateBucketHandle) -> Cdn<CdnContent> {
        let Self { mut settings, .. } = self;
        settings.root = Some(settings.root.unwrap_or(RootObject::literal("index.html")));
        Cdn { content: CdnContent(Content::Files(Box::new(bucket.clone()))), settings }
    }

    /// Answers with what this load balancer answers, which is reached as `name`: its certificate is
    /// for `name`, and a record leads from there to it.
    pub fn server(self, load_balancer: &LoadBalancerHandle, name: DomainName) -> Cdn<CdnContent> {
        let server = Server { name, load_balancer: load_balancer.clone() };
        Cdn { content: CdnContent(Content::Server(server)), settings: self.settings }
    }
}

impl<C> Cdn<C> {
    /// Requests whose path matches `path`, such as `/api/*`, go to this load balancer, which is
    /// reached as `name`: its certificate is for `name`, and a record leads from there to it.
    /// Nothing is kept. The route that is declared first decides first.
    pub fn route(
        mut self,
        path: impl Into<String>,
        load_balancer: &LoadBalancerHandle,
        name: DomainName,
    ) -> Self {
        let server = Server { name, load_balancer: load_balancer.clone() };
        self.settings.routes.push((path.into(), server));
        self
    }

    /// For how long files are kept. Default: [`ManagedCachePolicy::CachingOptimized`].
    pub fn cached(mut self, policy: impl Into<Ref<CachePolicy>>) -> Self {
        self.settings.cached = Some(policy.into());
        self
    }

    /// The security headers of every answer. Default: [`SecurityHeaders::recommended`].
    pub fn headers(mut self, headers: SecurityHeaders) -> Self {
        self.settings.headers = Headers::Own(Box::new(headers));
        self
    }

    /// The policy that adds headers to every answer, in place of one of its own: one of AWS, say.
    pub fn headers_of(mut self, policy: impl Into<Ref<ResponseHeadersPolicy>>) -> Self {
        self.settings.headers = Headers::Of(policy.into());
        self
    }

    /// What of a request servers get. Default: [`ManagedOriginRequestPolicy::AllViewer`].
    pub fn forwarded(mut self, policy: impl Into<Ref<OriginRequestPolicy>>) -> Self {
        self.settings.forwarded = policy.into();
        self
    }

    /// Answers for these names, with this certificate. Default: for `….cloudfront.net`.
    ///
    /// A certificate for load balancers, which may be anywhere, does not compile:
    ///
    /// ```compile_fail,E0308
    /// use elanswer_core::{
    ///     constructs::{CertificateHandle, Cdn, NoContent},
    ///     services::acm::DomainName,
    /// };
    ///
    /// fn named(cdn: Cdn<NoContent>, certificate: &CertificateHandle) -> Cdn<NoContent> {
    ///     cdn.named([DomainName::literal("www.example.com")], certificate)
    /// }
    /// ```
    pub fn named(
        mut self,
        names: impl IntoIterator<Item = DomainName>,
        certificate: &CloudFrontCertificateHandle,
    ) -> Self {
        self.settings.aliases.extend(names);
        self.settings.certificate = Some(certificate.clone());
        self
    }

    /// The firewall that looks at every request. Default: none.
    pub fn guarded_by(mut self, firewall: &FirewallHandle<OnCloudFront>) -> Self {
        self.settings.web_acl = Some(firewall.arn().into());
        self
    }

    /// Where a log of every request is written: under its name in this bucket. Default: nowhere.
    pub fn logs_to(mut self, logs: &LogBucketHandle) -> Self {
        self.settings.logs = Some(logs.clone());
        self
    }

    /// What is answered at `/`.
    pub fn root(mut self, root: RootObject) -> Self {
        self.settings.root = Some(root);
        self
    }

    /// The page at `path`, with `status`, instead of what the origin says of an error.
    pub fn error_page(mut self, error: ErrorCode, path: PagePath, status: ResponseCode) -> Self {
        self.settings.errors.push(CustomErrorResponse::page(error, path, status));
        self
    }

    /// From where in the world it answers. Default: from everywhere.
    pub const fn price_class(mut self, class: PriceClass) -> Self {
        self.settings.price_class = class;
        self
    }

    /// In which countries it answers. Default: in all.
    pub fn countries(mut self, restriction: GeoRestriction) -> Self {
        self.settings.geo_restriction = restriction;
        self
    }
}

/// How cache behaviours call the bucket.
const FILES: OriginId = OriginId::literal("files");

impl Server {
    /// How cache behaviours call it.
    fn id(&self) -> OriginId {
        OriginId::new(self.name.as_str()).unwrap_or(OriginId::literal("server"))
    }

    fn origin(&self) -> Origin {
        Origin::https(self.id(), &self.name)
    }

    /// Every request is passed on, and every answer as the server gave it.
    fn behavior(
        &self,
        forwarded: &Ref<OriginRequestPolicy>,
        headers: &Ref<ResponseHeadersPolicy>,
    ) -> DefaultCacheBehavior {
        DefaultCacheBehavior::builder()
            .target_origin_id(self.id())
            .allowed_methods(AllowedMethods::All)
            .cache_policy(ManagedCachePolicy::CachingDisabled)
            .origin_request_policy(forwarded)
            .response_headers_policy(headers)
            .build()
    }
}

impl Construct for Cdn<CdnContent> {
    type Handle = CdnHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> CdnHandle {
        let Self { content: CdnContent(content), settings } = self;
        let headers = settings.headers_policy(scope);
        let default = match &content {
            Content::Files(bucket) => settings.files(scope, bucket, &headers),
            Content::Server(server) => {
                (server.origin(), server.behavior(&settings.forwarded, &headers))
            }
        };
        let servers: Vec<&Server> = match &content {
            Content::Files(_) => None,
            Content::Server(server) => Some(server),
        }
        .into_iter()
        .chain(settings.routes.iter().map(|(_, server)| server))
        .collect();
        let origins = [default.0].into_iter().chain(servers.iter().map(|it| it.origin()));
        let behaviors = settings.behaviors(scope, &headers);
        let logging = settings
            .logs
            .as_ref()
            .map(|logs| logs.distribution_logs(scope, format!("{}/", scope.label())));
        let certificate = settings.certificate.as_ref().map(CloudFrontCertificateHandle::arn);
        let config = DistributionConfig::builder()
            .aliases(settings.aliases)
            .default_cache_behavior(default.1)
            .cache_behaviors(behaviors)
            .origins(origins)
            .comment(Comment::new(scope.label()).unwrap_or_default())
            .custom_error_responses(settings.errors)
            .maybe_default_root_object(settings.root)
            .http_version(HttpVersion::Http2And3)
            .maybe_logging(logging)
            .price_class(settings.price_class)
            .geo_restriction(settings.geo_restriction)
            .viewer_certificate(
                certificate.map_or(ViewerCertificate::Default, ViewerCertificate::acm),
            )
            .maybe_web_acl(settings.web_acl)
            .build();
        let distribution = Distribution { config, tags: name_tag(scope, "distribution") };
        let distribution = scope.resource("distribution", distribution);
        for server in servers {
            let https = server.load_balancer.https().clone();
            let arch = scope.architecture();
            arch.options(&distribution, |options| _ = options.depends_on(&https));
        }
        if let Content::Files(bucket) = &content {
            let read = reads(bucket.bucket(), &distribution, scope);
            scope.architecture().amend(bucket.policy(), |policy| {
                policy.policy_document = policy.policy_document.clone().with(read);
            });
        }
        CdnHandle { distribution }
    }
}

impl Settings {
    /// The policy with the security headers.
    fn headers_policy(&self, scope: &mut Scope<'_>) -> Ref<ResponseHeadersPolicy> {
        let headers = match &self.headers {
            Headers::Own(headers) => headers,
            Headers::Of(policy) => return policy.clone(),
        };
        let name = PolicyName::new(scope.label()).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "choose a shorter name for the distribution");
            PolicyName::literal("cdn")
        });
        let policy = ResponseHeadersPolicy::secure(name, (**headers).clone());
        scope.resource("headers", policy)
    }

    /// The bucket as an origin, and how its files are answered with.
    fn files(
        &self,
        scope: &mut Scope<'_>,
        bucket: &PrivateBucketHandle,
        headers: &Ref<ResponseHeadersPolicy>,
    ) -> (Origin, DefaultCacheBehavior) {
        let name = OriginAccessControlName::new(scope.label()).unwrap_or_else(|error| {
            scope.problem(error.to_string(), "choose a shorter name for the distribution");
            OriginAccessControlName::literal("cdn")
        });
        let access = scope.resource("access", OriginAccessControl::s3(name));
        let cached =
            self.cached.clone().unwrap_or_else(|| ManagedCachePolicy::CachingOptimized.into());
        let behavior = DefaultCacheBehavior::builder()
            .target_origin_id(FILES)
            .cache_policy(cached)
            .response_headers_policy(headers)
            .build();
        (Origin::s3(FILES, bucket.bucket(), access), behavior)
    }

    fn behaviors(
        &self,
        scope: &mut Scope<'_>,
        headers: &Ref<ResponseHeadersPolicy>,
    ) -> Vec<CacheBehavior> {
        let mut behaviors = Vec::with_capacity(self.routes.len());
        for (path, server) in &self.routes {
            match path.parse::<PathPattern>() {
                Ok(pattern) => {
                    behaviors.push(CacheBehavior::new(
                        pattern,
                        server.behavior(&self.forwarded, headers),
                    ));
                }
                Err(error) => {
                    scope.problem(error.to_string(), "give `.route(..)` a path such as `/api/*`");
                }
            }
        }
        behaviors
    }
}

/// This distribution, and no other, reads objects. It may not list them: what is not there is
/// forbidden, as far as viewers can tell.
fn reads(bucket: &Ref<Bucket>, distribution: &Ref<Distribution>, scope: &Scope<'_>) -> Statement {
    let sid: String = scope.label().chars().filter(char::is_ascii_alphanumeric).collect();
    Statement::allow(["s3:GetObject"])
        .to([Service::CloudFront])
        .on([bucket.objects("")])
        .when(Operator::STRING_EQUALS, "aws:SourceArn", [distribution.arn()])
        .named(format!("Distribution{sid}"))
}

/// A distribution that was added.
#[derive(Debug, Clone)]
pub struct CdnHandle {
    distribution: Ref<Distribution>,
}

impl CdnHandle {
    /// The distribution.
    #[must_use]
    pub const fn distribution(&self) -> &Ref<Distribution> {
        &self.distribution
    }

    /// The name at which viewers reach it: `d….cloudfront.net`.
    #[must_use]
    pub fn domain_name(&self) -> Output<String> {
        self.distribution.domain_name()
    }
}

#[cfg(test)]
mod tests;
