//! An application load balancer that ends TLS and routes to services.

use super::{Edge, FargateHandle, Group, LogBucketHandle, NoGroup, Public, Tier, name_tag};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    services::{
        ecs::Service,
        elbv2::{
            self, AccessLogs, Action, CertificateArn, Conditions, Listener, ListenerProtocol,
            ListenerRule, LoadBalancerAttributes, PathPattern, Port, Priority,
        },
    },
};

/// A load balancer that the internet reaches over HTTPS; it redirects HTTP there.
///
/// It takes TLS 1.3 and 1.2 only, removes headers of an invalid form, and is protected from
/// deletion unless [`disposable`](Self::disposable). The services that it routes to come after
/// their listener or rule: ECS makes no service whose target group no load balancer uses.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateService, Network, SecurityGroup, Tcp};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::{constructs::LoadBalancer, services::elbv2::CertificateArn};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
/// # let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
/// # let service = |name| FargateService::new(name, "shop").subnets(net.private()).guarded_by(&app);
/// # let (web, api) = (arch.add(service("web")), arch.add(service("api")));
/// let certificate: CertificateArn =
///     "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f".parse()?;
/// let front = LoadBalancer::internet_facing("front", net.public()) // `net.private()` does not compile
///     .guarded_by(&edge)
///     .certificate(certificate)
///     .default_to(&web)
///     .route("/api/*", &api);
/// let front = arch.add(front);
/// arch.output("address", front.dns_name());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a load balancer does nothing until it is added to an architecture"]
pub struct LoadBalancer<G, C, D> {
    group: G,
    certificate: C,
    default: D,
    settings: Settings,
}

/// Stands where `.certificate(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoCertificate;

/// Stands where `.default_to(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoDefault;

/// The certificate that a load balancer shows.
#[derive(Debug, Clone)]
pub struct Certified(Input<CertificateArn>);

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    subnets: Tier<Public>,
    routes: Vec<(String, FargateHandle)>,
    access_logs: Option<AccessLogs>,
    disposable: bool,
}

impl LoadBalancer<NoGroup, NoCertificate, NoDefault> {
    /// A load balancer that the internet reaches, in public subnets.
    pub fn internet_facing(name: impl Into<String>, tier: &Tier<Public>) -> Self {
        let settings = Settings {
            name: name.into(),
            subnets: tier.clone(),
            routes: Vec::new(),
            access_logs: None,
            disposable: false,
        };
        Self { group: NoGroup, certificate: NoCertificate, default: NoDefault, settings }
    }
}

impl<C, D> LoadBalancer<NoGroup, C, D> {
    /// What may reach it: a group at the edge, which lets in ports 443 and 80.
    pub fn guarded_by(self, group: &Group<Edge>) -> LoadBalancer<Group<Edge>, C, D> {
        let Self { certificate, default, settings, .. } = self;
        LoadBalancer { group: group.clone(), certificate, default, settings }
    }
}

impl<G, D> LoadBalancer<G, NoCertificate, D> {
    /// The certificate that it shows: one of its Region.
    pub fn certificate(
        self,
        arn: impl Into<Input<CertificateArn>>,
    ) -> LoadBalancer<G, Certified, D> {
        let Self { group, default, settings, .. } = self;
        LoadBalancer { group, certificate: Certified(arn.into()), default, settings }
    }
}

impl<G, C> LoadBalancer<G, C, NoDefault> {
    /// The service that gets every request that no route takes.
    pub fn default_to(self, service: &FargateHandle) -> LoadBalancer<G, C, FargateHandle> {
        let Self { group, certificate, settings, .. } = self;
        LoadBalancer { group, certificate, default: service.clone(), settings }
    }
}

impl<G, C, D> LoadBalancer<G, C, D> {
    /// Requests whose path matches `path`, such as `/api/*`, go to this service. The route that is
    /// declared first decides first.
    pub fn route(mut self, path: impl Into<String>, service: &FargateHandle) -> Self {
        self.settings.routes.push((path.into(), service.clone()));
        self
    }

    /// Where a log of every request is written. Default: nowhere.
    pub fn access_logs(mut self, logs: AccessLogs) -> Self {
        self.settings.access_logs = Some(logs);
        self
    }

    /// Where a log of every request is written: under its name in this bucket. Default: nowhere.
    pub fn logs_to(mut self, logs: &LogBucketHandle) -> Self {
        self.settings.access_logs = Some(logs.access_logs(self.settings.name.clone()));
        self
    }

    /// It may be deleted: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.settings.disposable = true;
        self
    }
}

impl Construct for LoadBalancer<Group<Edge>, Certified, FargateHandle> {
    type Handle = LoadBalancerHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> LoadBalancerHandle {
        let Self { group, certificate: Certified(certificate), default, settings } = self;
        let Settings { subnets, routes, access_logs, disposable, .. } = settings;
        if subnets.subnets().is_empty() {
            scope.problem(
                "the network has no public subnets for the load balancer",
                "plan a public tier with `.public([..])`",
            );
        }
        let attributes = LoadBalancerAttributes::builder()
            .maybe_access_logs(access_logs)
            .deletion_protection(!disposable)
            .drop_invalid_header_fields(true)
            .build();
        let load_balancer = elbv2::LoadBalancer::builder()
            .subnets(subnets.subnets().iter().cloned())
            .security_groups([group.group().clone()])
            .attributes(attributes)
            .tags(name_tag(scope, "load-balancer"))
            .build();
        let load_balancer = scope.resource("load-balancer", load_balancer);
        // AWS makes none that faces the internet before the VPC has a way there.
        scope.architecture().options(&load_balancer, |options| subnets.ready_before(options));

        let http = Listener::builder()
            .load_balancer(&load_balancer)
            .port(Port::of::<80>())
            .default_action(Action::redirect_to_https())
            .build();
        scope.resource("http", http);
        let https = Listener::builder()
            .load_balancer(&load_balancer)
            .port(Port::of::<443>())
            .protocol(ListenerProtocol::https(certificate))
            .default_action(Action::forward(default.target_group()))
            .build();
        let https = scope.resource("https", https);
        comes_after(scope, default.service(), &https);

        let mut build = Routes { scope, https: &https, count: 0 };
        for (path, service) in &routes {
            build.route(path, service);
        }
        LoadBalancerHandle { load_balancer, https }
    }
}

/// The routes of a listener while they are built.
struct Routes<'a, 'b> {
    scope: &'a mut Scope<'b>,
    https: &'a Ref<Listener>,
    count: u32,
}

impl Routes<'_, '_> {
    fn route(&mut self, path: &str, service: &FargateHandle) {
        self.count += 1;
        let pattern = match path.parse::<PathPattern>() {
            Ok(pattern) => pattern,
            Err(error) => {
                let help = "give `.route(..)` a path such as `/api/*`";
                return self.scope.problem(error.to_string(), help);
            }
        };
        // Ten apart, so that somebody can put a rule in between by hand.
        let Ok(priority) = Priority::new(self.count * 10) else {
            let help = "give services routes that cover more, such as `/api/*`";
            return self.scope.problem("there are more routes than a listener takes rules", help);
        };
        let rule = ListenerRule::builder()
            .listener(self.https)
            .priority(priority)
            .conditions(Conditions::path([pattern]))
            .action(Action::forward(service.target_group()))
            .build();
        let rule = self.scope.resource(&format!("route-{}", slug(path)), rule);
        comes_after(self.scope, service.service(), &rule);
    }
}

fn comes_after<R: crate::Resource>(scope: &mut Scope<'_>, service: &Ref<Service>, other: &Ref<R>) {
    scope.architecture().options(service, |options| {
        options.depends_on(other);
    });
}

/// A path as a part of a resource id: `api` of `/api/*`, `any` of `/*`.
fn slug(path: &str) -> String {
    let words: Vec<&str> =
        path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "any".to_owned() } else { words.join("-") }
}

/// A load balancer that was added.
#[derive(Debug, Clone)]
pub struct LoadBalancerHandle {
    load_balancer: Ref<elbv2::LoadBalancer>,
    https: Ref<Listener>,
}

impl LoadBalancerHandle {
    /// The load balancer.
    #[must_use]
    pub const fn load_balancer(&self) -> &Ref<elbv2::LoadBalancer> {
        &self.load_balancer
    }

    /// The listener for HTTPS, for rules of your own.
    #[must_use]
    pub const fn https(&self) -> &Ref<Listener> {
        &self.https
    }

    /// The name at which clients reach it.
    #[must_use]
    pub fn dns_name(&self) -> Output<String> {
        self.load_balancer.dns_name()
    }
}

#[cfg(test)]
mod tests;
