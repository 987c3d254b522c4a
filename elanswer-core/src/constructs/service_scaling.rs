//! A service that has as many tasks as it needs.

use std::ops::RangeInclusive;

use super::{FargateHandle, LoadBalancerHandle};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::applicationautoscaling::{
        Capacity, CapacityRange, Cooldown, Percent, PolicyName, PredefinedMetric, RequestCount,
        ScalableTarget, ScalingPolicy, Schedule, ScheduledAction, ScheduledActionName,
        TargetTracking, TargetValue, Timezone,
    },
};

/// The number of tasks of a [`FargateService`](super::FargateService) follows its load and the
/// clock.
///
/// From then on the number of tasks is Application Auto Scaling's: what
/// [`tasks`](super::FargateService::tasks) says no longer holds, and no plan moves it back. Of
/// several metrics, the one that asks for the most tasks has its way.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr};
/// # use elanswer_core::constructs::{FargateService, Network, SecurityGroup, Tcp};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
/// #     .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);
/// use elanswer_core::{constructs::ServiceScaling, services::applicationautoscaling::Percent};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// # let app = arch.add(SecurityGroup::internal("app", &net));
/// # let web = FargateService::new("web", "shop").subnets(net.private()).guarded_by(&app);
/// # let web = arch.add(web);
/// let scaling = ServiceScaling::of("web-scaling", &web)
///     .between(2, 12) // without it, `add` does not compile
///     .cpu(Percent::of::<60>())
///     .at("cron(0 8 ? * MON-FRI *)", "Europe/Berlin", 4..=12)
///     .at("cron(0 20 ? * MON-FRI *)", "Europe/Berlin", 2..=12);
/// arch.add(scaling);
/// ```
#[derive(Debug, Clone)]
#[must_use = "scaling does nothing until it is added to an architecture"]
pub struct ServiceScaling<R> {
    range: R,
    settings: Settings,
}

/// Stands where `.between(..)` has still to be called.
#[derive(Debug, Clone, Copy)]
pub struct NoRange;

#[derive(Debug, Clone)]
struct Settings {
    name: String,
    service: FargateHandle,
    cpu: Option<Percent>,
    memory: Option<Percent>,
    requests: Option<(RequestCount, LoadBalancerHandle)>,
    scale_in: Cooldown,
    scale_out: Cooldown,
    schedules: Vec<(String, String, RangeInclusive<u32>)>,
}

impl ServiceScaling<NoRange> {
    /// Scales this service.
    pub fn of(name: impl Into<String>, service: &FargateHandle) -> Self {
        let settings = Settings {
            name: name.into(),
            service: service.clone(),
            cpu: None,
            memory: None,
            requests: None,
            scale_in: Cooldown::of::<300>(),
            scale_out: Cooldown::of::<60>(),
            schedules: Vec::new(),
        };
        Self { range: NoRange, settings }
    }

    /// The least and the most tasks.
    pub fn between(self, min: u32, max: u32) -> ServiceScaling<RangeInclusive<u32>> {
        ServiceScaling { range: min..=max, settings: self.settings }
    }
}

impl<R> ServiceScaling<R> {
    /// Keeps the use of the processors near this. Default: does not look at it.
    pub const fn cpu(mut self, percent: Percent) -> Self {
        self.settings.cpu = Some(percent);
        self
    }

    /// Keeps the use of the memory near this. Default: does not look at it.
    pub const fn memory(mut self, percent: Percent) -> Self {
        self.settings.memory = Some(percent);
        self
    }

    /// Keeps the requests that each task gets in a minute from this load balancer near this; it must
    /// route to the service. Default: does not look at them.
    pub fn requests_per_target(
        mut self,
        requests: RequestCount,
        from: &LoadBalancerHandle,
    ) -> Self {
        self.settings.requests = Some((requests, from.clone()));
        self
    }

    /// The seconds after tasks were removed until more are, and those that added tasks have to take
    /// effect. Default: 300 and 60; AWS's default is 300 for both.
    pub const fn cooldowns(mut self, scale_in: Cooldown, scale_out: Cooldown) -> Self {
        self.settings.scale_in = scale_in;
        self.settings.scale_out = scale_out;
        self
    }

    /// From these times on, on the clocks of this time zone, the least and the most tasks are others,
    /// until the next such time: for an hour of more tasks there are two.
    pub fn at(
        mut self,
        schedule: impl Into<String>,
        timezone: impl Into<String>,
        tasks: RangeInclusive<u32>,
    ) -> Self {
        self.settings.schedules.push((schedule.into(), timezone.into(), tasks));
        self
    }
}

impl Construct for ServiceScaling<RangeInclusive<u32>> {
    type Handle = ServiceScalingHandle;

    fn name(&self) -> &str {
        &self.settings.name
    }

    fn build(self, scope: &mut Scope<'_>) -> ServiceScalingHandle {
        let Self { range, settings } = self;
        let CapacityRange { min_capacity, max_capacity } = capacities(scope, &range);
        let (cluster, service) = (settings.service.cluster(), settings.service.service());
        let mut target = ScalableTarget::of_service(cluster, service, min_capacity, max_capacity);
        for (schedule, timezone, tasks) in &settings.schedules {
            target.scheduled_actions.extend(action(scope, schedule, timezone, tasks));
        }
        let target = scope.resource("target", target);
        scope.architecture().amend(service, |service| service.desired_count = None);
        let policies = settings.metrics().into_iter().map(|(name, metric, value)| {
            let tracking = TargetTracking::builder()
                .metric(metric)
                .target_value(value)
                .scale_in_cooldown(settings.scale_in)
                .scale_out_cooldown(settings.scale_out)
                .build();
            let id = format!("{}-policy", name.as_str());
            scope.resource(&id, ScalingPolicy::new(&target, name, tracking))
        });
        let policies = policies.collect();
        ServiceScalingHandle { target, policies }
    }
}

const CPU: PolicyName = PolicyName::literal("cpu");
const MEMORY: PolicyName = PolicyName::literal("memory");
const REQUESTS: PolicyName = PolicyName::literal("requests");

impl Settings {
    /// What is looked at, each with the name of its policy.
    fn metrics(&self) -> Vec<(PolicyName, PredefinedMetric, TargetValue)> {
        let mut metrics = Vec::new();
        if let Some(percent) = self.cpu {
            metrics.push((CPU, PredefinedMetric::Cpu, percent.into()));
        }
        if let Some(percent) = self.memory {
            metrics.push((MEMORY, PredefinedMetric::Memory, percent.into()));
        }
        if let Some((requests, front)) = &self.requests {
            let metric = PredefinedMetric::requests_per_target(
                front.load_balancer(),
                self.service.target_group(),
            );
            metrics.push((REQUESTS, metric, (*requests).into()));
        }
        metrics
    }
}

/// The numbers of a range, none beyond what AWS counts.
fn capacities(scope: &mut Scope<'_>, tasks: &RangeInclusive<u32>) -> CapacityRange {
    let mut capacity = |count: u32| {
        Capacity::new(count).unwrap_or_else(|error| {
            scope.problem(format!("the number of tasks: {error}"), "name fewer tasks");
            const { Capacity::of::<1>() }
        })
    };
    CapacityRange::new(capacity(*tasks.start()), capacity(*tasks.end()))
}

/// A scheduled action, named after its schedule.
fn action(
    scope: &mut Scope<'_>,
    schedule: &str,
    timezone: &str,
    tasks: &RangeInclusive<u32>,
) -> Option<ScheduledAction> {
    let help =
        "give `.at(..)` a schedule such as `cron(0 8 * * ? *)`, and a time zone such as `UTC`";
    let name = format!("{schedule} {timezone}").replace(['/', ':', '|'], "-");
    let parsed = Schedule::new(schedule).and_then(|schedule| {
        Ok((schedule, Timezone::new(timezone)?, ScheduledActionName::new(name)?))
    });
    match parsed {
        Ok((schedule, timezone, name)) => Some(ScheduledAction {
            scheduled_action_name: name,
            schedule,
            timezone,
            range: capacities(scope, tasks),
        }),
        Err(error) => {
            scope.problem(error.to_string(), help);
            None
        }
    }
}

/// The scaling of a service that was added.
#[derive(Debug, Clone)]
pub struct ServiceScalingHandle {
    target: Ref<ScalableTarget>,
    policies: Vec<Ref<ScalingPolicy>>,
}

impl ServiceScalingHandle {
    /// The range of tasks.
    #[must_use]
    pub const fn target(&self) -> &Ref<ScalableTarget> {
        &self.target
    }

    /// The policies, one for each metric.
    #[must_use]
    pub fn policies(&self) -> &[Ref<ScalingPolicy>] {
        &self.policies
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Architecture, NetworkPlan, Region, cidr,
        constructs::{
            FargateService, LoadBalancer, Network, SecurityGroup, Tcp,
            testing::{described, inventory, messages, pretty},
        },
        services::elbv2::CertificateArn,
    };

    const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
        .public([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])
        .private([cidr!("10.0.11.0/24"), cidr!("10.0.12.0/24")]);

    fn web(arch: &mut Architecture) -> (FargateHandle, LoadBalancerHandle) {
        let net = arch.add(Network::new("main", PLAN));
        let edge = arch.add(SecurityGroup::edge("alb", &net).from_internet(Tcp(443)));
        let app = arch.add(SecurityGroup::internal("app", &net).from(&edge, Tcp(8080)));
        let web = FargateService::new("web", "shop").subnets(net.private()).guarded_by(&app);
        let web = arch.add(web.tasks(3));
        let certificate: CertificateArn =
            "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                .parse()
                .unwrap();
        let front = LoadBalancer::internet_facing("front", net.public())
            .guarded_by(&edge)
            .certificate(certificate)
            .default_to(&web);
        (web, arch.add(front))
    }

    #[test]
    fn builds_a_target_and_a_policy_for_each_metric() {
        let (arch, (web, scaling)) = described(|arch| {
            let (web, front) = web(arch);
            let scaling = ServiceScaling::of("scaling", &web)
                .between(2, 12)
                .cpu(Percent::of::<60>())
                .memory(Percent::of::<75>())
                .requests_per_target(RequestCount::of::<900>(), &front)
                .cooldowns(Cooldown::of::<120>(), Cooldown::of::<30>())
                .at("cron(0/30 8 ? * MON-FRI *)", "Europe/Berlin", 4..=12);
            (web, arch.add(scaling))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "scaling/"), @"
        scaling/cpu-policy ScalingPolicy <- scaling/target.Id
        scaling/memory-policy ScalingPolicy <- scaling/target.Id
        scaling/requests-policy ScalingPolicy <- scaling/target.Id, front/load-balancer.LoadBalancerFullName, web/target-group.TargetGroupFullName
        scaling/target ScalableTarget <- web/cluster/cluster.ClusterName, web/service.Name
        ");
        assert_eq!(arch.get(web.service()).unwrap().desired_count, None);
        assert_eq!(scaling.policies().len(), 3);
        let target = arch.node(scaling.target().id().unwrap()).unwrap();
        insta::assert_snapshot!(pretty(target), @r#"
        {
          "MaxCapacity": 12,
          "MinCapacity": 2,
          "ResourceId": {
            "Fn::Join": [
              "",
              [
                "service/",
                {
                  "Fn::GetAtt": [
                    "web/cluster/cluster",
                    "ClusterName"
                  ]
                },
                "/",
                {
                  "Fn::GetAtt": [
                    "web/service",
                    "Name"
                  ]
                }
              ]
            ]
          },
          "ScalableDimension": "ecs:service:DesiredCount",
          "ScheduledActions": [
            {
              "ScalableTargetAction": {
                "MaxCapacity": 12,
                "MinCapacity": 4
              },
              "Schedule": "cron(0/30 8 ? * MON-FRI *)",
              "ScheduledActionName": "cron(0-30 8 ? * MON-FRI *) Europe-Berlin",
              "Timezone": "Europe/Berlin"
            }
          ],
          "ServiceNamespace": "ecs",
          "SuspendedState": {
            "DynamicScalingInSuspended": false,
            "DynamicScalingOutSuspended": false,
            "ScheduledScalingSuspended": false
          }
        }
        "#);
    }

    #[test]
    fn what_is_no_schedule_is_reported() {
        let mut arch = Architecture::new("shop", Region::UsEast1);
        let (web, _) = web(&mut arch);
        let scaling = ServiceScaling::of("scaling", &web).between(1, u32::MAX);
        arch.add(scaling.at("every day", "UTC", 1..=2).at("rate(1 day)", "", 1..=2));
        assert_eq!(messages(&arch).len(), 3, "{:?}", messages(&arch));
    }
}
