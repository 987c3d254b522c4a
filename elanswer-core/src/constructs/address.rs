//! What a name leads to, and how it is seen to work.

use std::net::IpAddr;

use super::{LoadBalancerHandle, name_tag};
use crate::{
    architecture::Scope,
    reference::{Input, Ref},
    services::{
        cloudfront::Distribution,
        elbv2,
        route53::{
            AliasTarget, Answer, DnsName, HealthCheck, HostedZone, RecordSet, RecordType, Routing,
            Ttl,
        },
    },
};

/// What a name leads to: a load balancer, a distribution of CloudFront, or addresses.
///
/// ```
/// use std::net::IpAddr;
///
/// use elanswer_core::{
///     constructs::AddressTarget,
///     services::route53::{DnsName, HealthCheck, ResourcePath},
/// };
///
/// let server = AddressTarget::from(IpAddr::from([192, 0, 2, 1])).checked_by(HealthCheck::https(
///     DnsName::literal("server-1.example.com"),
///     ResourcePath::literal("/health"),
/// ));
/// let files = AddressTarget::cloudfront(DnsName::literal("d111111abcdef8.cloudfront.net"));
/// ```
#[derive(Debug, Clone)]
pub struct AddressTarget {
    v4: Option<Answer>,
    v6: Option<Answer>,
    check: Option<Check>,
}

/// How something is seen to work, or not.
#[derive(Debug, Clone)]
pub enum Check {
    /// By a health check that there is already.
    Existing(Ref<HealthCheck>),
    /// By a health check of its own.
    New(Box<HealthCheck>),
    /// By what the target of an alias says of itself: a load balancer is healthy while its targets
    /// are.
    OfTarget,
}

/// The health of a load balancer, which is that of its targets, is enough: no health check.
#[derive(Debug, Clone, Copy)]
pub struct TargetHealth;

/// A minute: soon enough when the answer is another one.
const TTL: Ttl = Ttl::of::<60>();

impl AddressTarget {
    /// Whatever the answer for `target` is, of IPv4 only.
    #[must_use]
    pub const fn alias(target: AliasTarget) -> Self {
        Self { v4: Some(Answer::Alias(target)), v6: None, check: None }
    }

    /// Whatever the answer for `target` is, of IPv4 and IPv6.
    #[must_use]
    pub fn dual_stack_alias(target: AliasTarget) -> Self {
        let answer = Answer::Alias(target);
        Self { v4: Some(answer.clone()), v6: Some(answer), check: None }
    }

    /// A distribution of CloudFront, of IPv4 and IPv6. Its health is not known.
    #[must_use]
    pub fn distribution(distribution: &Ref<Distribution>) -> Self {
        Self::dual_stack_alias(AliasTarget::distribution(distribution))
    }

    /// A distribution that is made elsewhere, by its own name: `d111111abcdef8.cloudfront.net`.
    #[must_use]
    pub fn cloudfront(name: impl Into<Input<DnsName>>) -> Self {
        Self::dual_stack_alias(AliasTarget::cloudfront(name))
    }

    /// These addresses, all at once.
    #[must_use]
    pub fn addresses(addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let (v4, v6): (Vec<IpAddr>, Vec<IpAddr>) = addresses.into_iter().partition(IpAddr::is_ipv4);
        let answer = |them: Vec<IpAddr>| {
            let some = !them.is_empty();
            some.then(|| Answer::records(TTL, them.iter().map(ToString::to_string)))
        };
        Self { v4: answer(v4), v6: answer(v6), check: None }
    }

    /// The same target, to which a name leads only while the health check says that it works.
    #[must_use]
    pub fn checked_by(mut self, check: impl Into<Check>) -> Self {
        self.check = Some(check.into());
        self
    }

    /// Whether it is an alias whose target's health counts.
    fn tells_its_health(&self) -> bool {
        self.v4.iter().chain(&self.v6).all(|answer| match answer {
            Answer::Alias(target) => target.evaluate_target_health,
            Answer::Records { .. } => false,
        })
    }
}

impl From<&LoadBalancerHandle> for AddressTarget {
    fn from(handle: &LoadBalancerHandle) -> Self {
        handle.load_balancer().into()
    }
}

impl From<&Ref<elbv2::LoadBalancer>> for AddressTarget {
    fn from(load_balancer: &Ref<elbv2::LoadBalancer>) -> Self {
        Self::alias(AliasTarget::load_balancer(load_balancer))
    }
}

impl From<IpAddr> for AddressTarget {
    fn from(address: IpAddr) -> Self {
        Self::addresses([address])
    }
}

impl From<HealthCheck> for Check {
    fn from(check: HealthCheck) -> Self {
        Self::New(Box::new(check))
    }
}

impl From<&Ref<HealthCheck>> for Check {
    fn from(check: &Ref<HealthCheck>) -> Self {
        Self::Existing(check.clone())
    }
}

impl From<TargetHealth> for Check {
    fn from(_: TargetHealth) -> Self {
        Self::OfTarget
    }
}

/// One of the record sets of a name, for each family of addresses.
#[derive(Debug)]
pub(super) struct Member {
    /// What it is called in the architecture: `primary`.
    pub(super) id: String,
    pub(super) routing: Routing,
    pub(super) target: AddressTarget,
}

/// The record sets and health checks that were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Added {
    pub(super) records: Vec<Ref<RecordSet>>,
    pub(super) checks: Vec<Ref<HealthCheck>>,
}

/// Adds the record sets of a name: of type `A`, and of type `AAAA`, when every target has an answer
/// of the type. A client that one of them had none for would get that of another.
pub(super) fn add(
    scope: &mut Scope<'_>,
    zone: &Ref<HostedZone>,
    name: &DnsName,
    members: Vec<Member>,
) -> Added {
    let mut added = Added::default();
    let has = |family: fn(&AddressTarget) -> &Option<Answer>| {
        members.iter().all(|member| family(&member.target).is_some())
    };
    let (v4, v6) = (has(|target| &target.v4), has(|target| &target.v6));
    if !v4 && !v6 {
        scope.problem(
            format!("the targets of `{name}` have neither IPv4 nor IPv6 in common"),
            "give each of them an IPv4 address",
        );
    }
    for Member { id, routing, target } in members {
        let check = match target.check.clone() {
            None => None,
            Some(Check::OfTarget) => {
                if !target.tells_its_health() {
                    scope.problem(
                        format!("the target `{id}` of `{name}` says nothing of its health"),
                        "give it a health check instead of `TargetHealth`",
                    );
                }
                None
            }
            Some(Check::Existing(check)) => Some(check),
            Some(Check::New(check)) => {
                let part = format!("{id}-check");
                let mut check = *check;
                for (key, value) in name_tag(scope, &part).iter() {
                    if check.tags.get(key).is_none() {
                        check.tags.insert(key, value);
                    }
                }
                Some(scope.resource(&part, check))
            }
        };
        added.checks.extend(check.clone());
        let families = [
            (RecordType::A, target.v4.filter(|_| v4), ""),
            (RecordType::Aaaa, target.v6.filter(|_| v6), "-ipv6"),
        ];
        for (record_type, answer, suffix) in families {
            let Some(answer) = answer else { continue };
            let record = RecordSet::builder()
                .hosted_zone(zone)
                .name(name.clone())
                .record_type(record_type)
                .answer(answer)
                .routing(routing.clone())
                .maybe_health_check(check.clone())
                .build();
            added.records.push(scope.resource(&format!("{id}{suffix}"), record));
        }
    }
    added
}
