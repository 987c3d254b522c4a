//! Rules about requests in front of load balancers or distributions.

use std::marker::PhantomData;

use super::{EncryptionKeyHandle, LoadBalancerHandle, name_tag};
use crate::{
    Set,
    architecture::{Construct, Scope},
    reference::{Output, Ref},
    region::Region,
    services::{
        elbv2,
        logs::{LogGroup, LogGroupName, Retention},
        wafv2::{
            Addresses, AntiDdos, Countries, CountryCode, EntityName, HeaderName, IpSet,
            LOG_DESTINATION_PREFIX, LoggingConfiguration, ManagedRuleGroup, ManagedRules,
            MetricName, Priority, RateLimit, RequestLimit, ResponseCode, Rule, RuleAction,
            Statement, VisibilityConfig, WafScope, WebAcl, WebAclArn, WebAclAssociation,
        },
    },
};

/// A web ACL that keeps out what AWS knows to be hostile and those who ask too often, and writes
/// down what it saw.
///
/// By default it has AWS's rule groups for the reputation of addresses, known bad inputs, the
/// OWASP Top 10 and SQL injection; answers 429 to addresses that send more than 2000 requests within
/// five minutes; and logs to a log group of its own for 90 days, without the headers
/// `authorization` and `cookie`.
///
/// Rules come in this order: addresses that are always let in, those that never are, attacks,
/// countries, the limit, rules of your own, managed rule groups.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::Firewall,
///     services::wafv2::{CountryCode, RateLimit, RequestLimit},
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let firewall = Firewall::cloudfront("edge")
///     .block_countries([CountryCode::literal("KP")])
///     .limit(RateLimit::of(RequestLimit::of::<1000>()));
/// let firewall = arch.add(firewall);
/// let arn = firewall.arn(); // what a distribution takes
/// ```
///
/// What is for distributions is in `us-east-1`, whatever the Region of the architecture, and
/// protects no load balancer:
///
/// ```compile_fail,E0599
/// # use elanswer_core::constructs::{Firewall, LoadBalancerHandle};
/// # fn protected(front: &LoadBalancerHandle) {
/// Firewall::cloudfront("edge").protects(front);
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a firewall does nothing until it is added to an architecture"]
pub struct Firewall<S> {
    name: String,
    allowed: Vec<(String, Addresses)>,
    blocked: Vec<(String, Addresses)>,
    anti_ddos: Option<AntiDdos>,
    countries: Set<CountryCode>,
    limit: Option<RateLimit>,
    own: Vec<(String, Statement, RuleAction)>,
    groups: Vec<ManagedRuleGroup>,
    retention: Retention,
    key: Option<EncryptionKeyHandle>,
    protected: Vec<Ref<elbv2::LoadBalancer>>,
    scope: PhantomData<fn() -> S>,
}

/// Of a firewall: in front of distributions of CloudFront, in `us-east-1`.
#[derive(Debug, Clone, Copy)]
pub struct OnCloudFront;

/// Of a firewall: in front of what is in its Region, such as load balancers.
#[derive(Debug, Clone, Copy)]
pub struct InRegion;

impl Firewall<InRegion> {
    /// A firewall in front of load balancers of the Region.
    pub fn regional(name: impl Into<String>) -> Self {
        Self::new(name.into())
    }

    /// It stands in front of this load balancer, which has no other.
    pub fn protects(mut self, load_balancer: &LoadBalancerHandle) -> Self {
        self.protected.push(load_balancer.load_balancer().clone());
        self
    }
}

impl Firewall<OnCloudFront> {
    /// A firewall in front of distributions, which take its [`arn`](FirewallHandle::arn).
    pub fn cloudfront(name: impl Into<String>) -> Self {
        Self::new(name.into())
    }
}

impl<S> Firewall<S> {
    fn new(name: String) -> Self {
        let groups = [
            ManagedRules::AmazonIpReputation,
            ManagedRules::KnownBadInputs,
            ManagedRules::Common,
            ManagedRules::Sql,
        ];
        Self {
            name,
            allowed: Vec::new(),
            blocked: Vec::new(),
            anti_ddos: None,
            countries: Set::new(),
            limit: Some(RateLimit::of(RequestLimit::of::<2000>())),
            own: Vec::new(),
            groups: groups.map(ManagedRuleGroup::of).into(),
            retention: Retention::Days90,
            key: None,
            protected: Vec::new(),
            scope: PhantomData,
        }
    }

    /// Lets everything in that comes from these addresses.
    pub fn allow_from(mut self, name: impl Into<String>, addresses: Addresses) -> Self {
        self.allowed.push((name.into(), addresses));
        self
    }

    /// Lets nothing in that comes from these addresses.
    pub fn block_from(mut self, name: impl Into<String>, addresses: Addresses) -> Self {
        self.blocked.push((name.into(), addresses));
        self
    }

    /// Lets nothing in that comes from these countries.
    pub fn block_countries(mut self, countries: impl IntoIterator<Item = CountryCode>) -> Self {
        self.countries.extend(countries);
        self
    }

    /// Watches for attacks that deny service, challenges browsers meanwhile and blocks who is under
    /// suspicion. AWS charges a fee for it. Default: not.
    pub fn against_ddos(mut self, how: AntiDdos) -> Self {
        self.anti_ddos = Some(how);
        self
    }

    /// Answers 429 to the requests of an address that sends more. Default: 2000 within five
    /// minutes.
    pub fn limit(mut self, limit: RateLimit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Takes as many requests as an address sends.
    pub fn without_limit(mut self) -> Self {
        self.limit = None;
        self
    }

    /// A rule of your own; those come in the order in which they are declared.
    pub fn rule(
        mut self,
        name: impl Into<String>,
        statement: impl Into<Statement>,
        action: RuleAction,
    ) -> Self {
        self.own.push((name.into(), statement.into(), action));
        self
    }

    /// A managed rule group more, or one of those that it has by default in another form.
    pub fn with_group(mut self, group: ManagedRuleGroup) -> Self {
        let name = |group: &ManagedRuleGroup| {
            (group.rules.vendor().to_owned(), group.rules.name().to_owned())
        };
        match self.groups.iter_mut().find(|other| name(other) == name(&group)) {
            Some(other) => *other = group,
            None => self.groups.push(group),
        }
        self
    }

    /// One managed rule group less.
    pub fn without_group(mut self, rules: &ManagedRules) -> Self {
        self.groups.retain(|group| group.rules != *rules);
        self
    }

    /// How long logs are kept. Default: 90 days.
    pub const fn retention(mut self, kept: Retention) -> Self {
        self.retention = kept;
        self
    }

    /// Encrypts the logs with this key, which [`KeyUser::Logs`](super::KeyUser::Logs) uses: one of
    /// the same Region, and so of `us-east-1` in front of distributions. Default: one of AWS's own.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.clone());
        self
    }

    fn build_in(self, scope: &mut Scope<'_>, of: WafScope) -> FirewallHandle<S> {
        let mut rules = Rules { scope, of, rules: Set::new() };
        rules.sets(&self.allowed, 0, "allow", RuleAction::Allow);
        rules.sets(&self.blocked, 1_000, "block", RuleAction::Block);
        if let Some(how) = self.anti_ddos {
            rules.managed(2_000, "ddos", ManagedRuleGroup::of(ManagedRules::AntiDdos(how)));
        }
        rules.countries(3_000, self.countries);
        if let Some(limit) = self.limit {
            rules.limit(4_000, limit);
        }
        for (number, (name, statement, action)) in (5_000..).step_by(10).zip(self.own) {
            rules.own(number, &name, statement, action);
        }
        for (number, group) in (100_000..).step_by(10).zip(self.groups) {
            let name = group.rules.name().to_owned();
            rules.managed(number, &name, group);
        }
        let rules = rules.rules;

        let metric = metric(&scope.label());
        let web_acl = WebAcl::builder()
            .scope(of)
            .rules(rules)
            .visibility_config(VisibilityConfig::named(metric.clone()))
            .tags(name_tag(scope, "web-acl"))
            .build();
        let web_acl = scope.resource("web-acl", web_acl);
        let logs = logs(scope, self.retention, self.key.as_ref());
        let logging = LoggingConfiguration::to_log_group(&web_acl, &logs)
            .without_header(HeaderName::literal("authorization"))
            .without_header(HeaderName::literal("cookie"));
        scope.resource("logging", logging);
        for front in &self.protected {
            let name = front.id().map_or_else(String::new, |id| id.as_str().replace('/', "-"));
            let it = WebAclAssociation::new(&web_acl, front);
            scope.resource(&format!("protects-{name}"), it);
        }
        FirewallHandle { web_acl, logs, metric, scope: PhantomData }
    }
}

impl Construct for Firewall<InRegion> {
    type Handle = FirewallHandle<InRegion>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> FirewallHandle<InRegion> {
        self.build_in(scope, WafScope::Regional)
    }
}

impl Construct for Firewall<OnCloudFront> {
    type Handle = FirewallHandle<OnCloudFront>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> FirewallHandle<OnCloudFront> {
        self.build_in(&mut scope.elsewhere(Region::UsEast1), WafScope::CloudFront)
    }
}

/// The log group, whose name AWS WAF wants to begin so.
fn logs(
    scope: &mut Scope<'_>,
    retention: Retention,
    key: Option<&EncryptionKeyHandle>,
) -> Ref<LogGroup> {
    let name = LogGroupName::new(format!("{LOG_DESTINATION_PREFIX}{}", scope.label()));
    if let Err(error) = &name {
        scope.problem(error.to_string(), "choose another name for the firewall");
    }
    let logs = LogGroup::builder()
        .maybe_log_group_name(name.ok())
        .retention_in_days(retention)
        .maybe_kms_key_id(key.map(EncryptionKeyHandle::arn))
        .tags(name_tag(scope, "logs"))
        .build();
    scope.resource("logs", logs)
}

/// A name of a metric that is made of a label.
fn metric(label: &str) -> MetricName {
    let known = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    let text: String = label.chars().map(|char| if known(char) { char } else { '-' }).collect();
    let text: String = text.chars().take(128).collect();
    MetricName::new(text).unwrap_or(MetricName::literal("firewall"))
}

/// The rules of a firewall while they are built.
struct Rules<'a, 'b> {
    scope: &'a mut Scope<'b>,
    of: WafScope,
    rules: Set<Rule>,
}

impl Rules<'_, '_> {
    /// Adds a rule, unless its name or number is not one.
    fn add(&mut self, number: u32, name: &str, rule: impl FnOnce(EntityName, Priority) -> Rule) {
        match (EntityName::new(name), Priority::new(number)) {
            (Ok(name), Ok(priority)) => _ = self.rules.insert(rule(name, priority)),
            (Err(error), _) => {
                self.scope.problem(error.to_string(), "give the rule another name");
            }
            (_, Err(error)) => self.scope.problem(error.to_string(), "use fewer rules"),
        }
    }

    fn managed(&mut self, number: u32, name: &str, group: ManagedRuleGroup) {
        self.add(number, name, |name, priority| Rule::managed(name, priority, group));
    }

    fn own(&mut self, number: u32, name: &str, statement: Statement, action: RuleAction) {
        self.add(number, name, |name, priority| Rule::matching(name, priority, statement, action));
    }

    fn limit(&mut self, number: u32, limit: RateLimit) {
        let action = RuleAction::BlockWith(ResponseCode::of::<429>());
        self.add(number, "limit", |name, priority| Rule::limiting(name, priority, limit, action));
    }

    fn countries(&mut self, number: u32, countries: Set<CountryCode>) {
        if countries.is_empty() {
            return;
        }
        match Countries::new(countries) {
            Ok(countries) => {
                let from = Statement::from_countries(countries);
                self.own(number, "countries", from, RuleAction::Block);
            }
            Err(error) => self.scope.problem(error.to_string(), "block fewer countries"),
        }
    }

    /// An IP set and a rule for each.
    fn sets(&mut self, sets: &[(String, Addresses)], from: u32, verb: &str, action: RuleAction) {
        for (number, (name, addresses)) in (from..).zip(sets) {
            let name = format!("{verb}-{name}");
            let set = IpSet::builder()
                .scope(self.of)
                .addresses(addresses.clone())
                .tags(name_tag(self.scope, &name))
                .build();
            let set = self.scope.resource(&name, set);
            self.own(number, &name, Statement::from_addresses(set), action);
        }
    }
}

/// A firewall that was added: in front of distributions, or in its Region.
#[derive(Debug, Clone)]
pub struct FirewallHandle<S> {
    web_acl: Ref<WebAcl>,
    logs: Ref<LogGroup>,
    metric: MetricName,
    scope: PhantomData<fn() -> S>,
}

impl<S> FirewallHandle<S> {
    /// The web ACL.
    #[must_use]
    pub const fn web_acl(&self) -> &Ref<WebAcl> {
        &self.web_acl
    }

    /// The ARN of the web ACL: of one for distributions, what a distribution takes.
    #[must_use]
    pub fn arn(&self) -> Output<WebAclArn> {
        self.web_acl.arn()
    }

    /// The name under which CloudWatch counts what it let in and what not.
    #[must_use]
    pub const fn metric_name(&self) -> &MetricName {
        &self.metric
    }

    /// The log group with what it saw.
    #[must_use]
    pub const fn log_group(&self) -> &Ref<LogGroup> {
        &self.logs
    }
}

#[cfg(test)]
mod tests;
