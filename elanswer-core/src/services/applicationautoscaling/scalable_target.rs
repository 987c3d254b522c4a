//! `AWS::ApplicationAutoScaling::ScalableTarget`, of ECS services.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{CapacityRange, ScheduledAction, ScheduledActionName};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    services::ecs::{Cluster, Service},
};

/// How many tasks a service may have: Application Auto Scaling changes its desired count within.
///
/// AWS: [`AWS::ApplicationAutoScaling::ScalableTarget`](https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html).
/// A service outside of the range is brought into it at once; inside, policies and scheduled
/// actions move it. Leave the desired count of the service unset, or every apply moves it back.
/// The calls to ECS are made in a role of AWS's own, which AWS makes when it is first needed.
/// Not modelled: other things than ECS services, roles of one's own. Quota: 3,000 per Region.
///
/// A scheduled action gives the target another range, which AWS shows in place of this one: while
/// there are such actions, the range is what was last written.
///
/// ```
/// use elanswer_core::{
///     Architecture, Ref, Region,
///     services::{
///         applicationautoscaling::{Capacity, ScalableTarget},
///         ecs::{AwsVpcConfiguration, Cluster, Service},
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let cluster = arch.resource("cluster", Cluster::builder().build());
/// let service = Service::builder()
///     .cluster(&cluster)
///     .task_definition(Ref::existing("web:1"))
///     .network_configuration(AwsVpcConfiguration::builder().subnets([Ref::existing("subnet-1")]).build().into())
///     .build();
/// let service = arch.resource("service", service);
/// let target = ScalableTarget::of_service(&cluster, &service, Capacity::of::<2>(), Capacity::of::<10>());
/// arch.resource("scaling", target);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ScalableTarget {
    /// `ServiceNamespace`: `ecs`. Changing it replaces the target.
    #[builder(default)]
    #[serde(default)]
    pub service_namespace: ServiceNamespace,
    /// `ResourceId`: `service/CLUSTER/SERVICE`, with the names of both. Changing it replaces the
    /// target.
    #[builder(into)]
    pub resource_id: Input<String>,
    /// `ScalableDimension`: the number of tasks. Changing it replaces the target.
    #[builder(default)]
    #[serde(default)]
    pub scalable_dimension: ScalableDimension,
    /// `MinCapacity`: the least tasks.
    pub min_capacity: Capacity,
    /// `MaxCapacity`: the most tasks.
    pub max_capacity: Capacity,
    /// `ScheduledActions`: when it gets another range. AWS's default: never.
    #[builder(with = |actions: impl IntoIterator<Item = ScheduledAction>| {
        actions.into_iter().collect()
    }, default)]
    #[serde(default)]
    pub scheduled_actions: Set<ScheduledAction>,
    /// `SuspendedState`: what does not move it for now. AWS's default: everything moves it.
    #[builder(default)]
    #[serde(default)]
    pub suspended_state: SuspendedState,
}

/// A number of tasks.
pub type Capacity = Bounded<0, 2_147_483_647>;

/// The service whose things are scaled.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum ServiceNamespace {
    /// `ecs`.
    #[default]
    #[serde(rename = "ecs")]
    Ecs,
}

/// What of a thing is scaled.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum ScalableDimension {
    /// `ecs:service:DesiredCount`: the number of tasks of an ECS service.
    #[default]
    #[serde(rename = "ecs:service:DesiredCount")]
    EcsServiceDesiredCount,
}

impl ServiceNamespace {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
        }
    }
}

impl ScalableDimension {
    /// AWS's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EcsServiceDesiredCount => "ecs:service:DesiredCount",
        }
    }
}

/// What does not move a target for now.
///
/// AWS: <https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SuspendedState {
    /// `DynamicScalingInSuspended`: policies remove no tasks.
    pub dynamic_scaling_in_suspended: bool,
    /// `DynamicScalingOutSuspended`: policies add no tasks.
    pub dynamic_scaling_out_suspended: bool,
    /// `ScheduledScalingSuspended`: scheduled actions do nothing.
    pub scheduled_scaling_suspended: bool,
}

impl SuspendedState {
    /// Nothing moves it.
    pub const ALL: Self = Self {
        dynamic_scaling_in_suspended: true,
        dynamic_scaling_out_suspended: true,
        scheduled_scaling_suspended: true,
    };
}

/// What AWS decides of a scalable target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ScalableTargetOutputs {
    /// `Id`: `service/CLUSTER/SERVICE|ecs:service:DesiredCount|ecs`, as CloudFormation has it.
    pub id: String,
}

impl ScalableTargetOutputs {
    /// Those of the target of this resource id.
    #[must_use]
    pub fn new(
        resource_id: &str,
        dimension: ScalableDimension,
        namespace: ServiceNamespace,
    ) -> Self {
        Self { id: format!("{resource_id}|{}|{}", dimension.as_str(), namespace.as_str()) }
    }

    /// The resource id in an identifier: `service/CLUSTER/SERVICE`.
    #[must_use]
    pub fn resource_id(identifier: &str) -> &str {
        identifier.split_once('|').map_or(identifier, |(resource_id, _)| resource_id)
    }
}

/// What AWS refuses of a scalable target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScalableTargetFault {
    /// The least tasks are more than the most.
    #[error("its least tasks, {0}, are more than its most, {1}")]
    EmptyRange(Capacity, Capacity),
    /// So are those of a scheduled action.
    #[error("the least tasks of `{name}`, {min}, are more than its most, {max}")]
    EmptyScheduledRange {
        /// The action.
        name: ScheduledActionName,
        /// Its least tasks.
        min: Capacity,
        /// Its most.
        max: Capacity,
    },
    /// It has more scheduled actions than AWS takes.
    #[error("it has {0} scheduled actions, AWS takes 200")]
    TooManyActions(usize),
    /// Two scheduled actions have the same name: the second takes the place of the first.
    #[error("it has two scheduled actions `{0}`")]
    TwoActions(ScheduledActionName),
}

impl ScalableTarget {
    /// From `min` to `max` tasks of a service.
    #[must_use]
    pub fn of_service(
        cluster: &Ref<Cluster>,
        service: &Ref<Service>,
        min: Capacity,
        max: Capacity,
    ) -> Self {
        let resource_id = Input::concat([
            "service/".into(),
            cluster.known().map_or_else(|| cluster.name().into(), last_part),
            "/".into(),
            service.known().map_or_else(|| service.name().into(), last_part),
        ]);
        Self::builder().resource_id(resource_id).min_capacity(min).max_capacity(max).build()
    }

    /// What names it to AWS, when the names of the service and its cluster are known: always in what
    /// an executor is given.
    #[must_use]
    pub fn outputs(&self) -> ScalableTargetOutputs {
        let resource_id = self.resource_id.known().map_or("", String::as_str);
        ScalableTargetOutputs::new(resource_id, self.scalable_dimension, self.service_namespace)
    }

    /// Its range, while no scheduled action gives it another.
    #[must_use]
    pub const fn range(&self) -> CapacityRange {
        CapacityRange::new(self.min_capacity, self.max_capacity)
    }

    /// Whether it takes a `RegisterScalableTarget` to come from `self` to `to`.
    #[must_use]
    pub fn is_registered_by(&self, to: &Self) -> bool {
        self.range() != to.range() || self.suspended_state != to.suspended_state
    }

    /// The scheduled actions of `to` that take a `PutScheduledAction` to come there.
    #[must_use]
    pub fn actions_to_put<'a>(&'a self, to: &'a Self) -> Vec<&'a ScheduledAction> {
        to.scheduled_actions.difference(&self.scheduled_actions).collect()
    }

    /// The names of its scheduled actions that take a `DeleteScheduledAction` to come to `to`.
    #[must_use]
    pub fn actions_to_delete(&self, to: &Self) -> Vec<&ScheduledActionName> {
        let kept: Set<_> = to.action_names().collect();
        self.action_names().filter(|name| !kept.contains(*name)).collect()
    }

    fn action_names(&self) -> impl Iterator<Item = &ScheduledActionName> {
        self.scheduled_actions.iter().map(|action| &action.scheduled_action_name)
    }

    /// What AWS refuses of it.
    #[must_use]
    pub fn faults(&self) -> Vec<ScalableTargetFault> {
        let mut faults = Vec::new();
        if self.range().is_empty() {
            faults.push(ScalableTargetFault::EmptyRange(self.min_capacity, self.max_capacity));
        }
        let count = self.scheduled_actions.len();
        if count > 200 {
            faults.push(ScalableTargetFault::TooManyActions(count));
        }
        let mut seen: BTreeMap<&ScheduledActionName, u32> = BTreeMap::new();
        for ScheduledAction { scheduled_action_name: name, range, .. } in &self.scheduled_actions {
            if range.is_empty() {
                faults.push(ScalableTargetFault::EmptyScheduledRange {
                    name: name.clone(),
                    min: range.min_capacity,
                    max: range.max_capacity,
                });
            }
            let times = seen.entry(name).or_default();
            *times += 1;
            if *times == 2 {
                faults.push(ScalableTargetFault::TwoActions(name.clone()));
            }
        }
        faults
    }
}

/// The name at the end of an ARN, or the name itself.
fn last_part(identifier: &str) -> Input<String> {
    identifier.rsplit('/').next().unwrap_or(identifier).into()
}

impl Resource for ScalableTarget {
    type Outputs = ScalableTargetOutputs;

    /// Targets have tags in AWS, and not in CloudFormation: what they are of names them, and that is
    /// a resource of the same architecture.
    const SCHEMA: &'static Schema = &Schema {
        replaces: &["ResourceId", "ScalableDimension", "ServiceNamespace"],
        exclusive: &["ResourceId", "ScalableDimension", "ServiceNamespace"],
        api: "application-autoscaling",
        ..Schema::new(Kind::new("AWS::ApplicationAutoScaling::ScalableTarget"))
    };

    /// `RegisterScalableTarget` and `PutScheduledAction` for each action; those and
    /// `DeleteScheduledAction` for what differs; `DeregisterScalableTarget`, which deletes the
    /// actions too.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        let count = |actions: usize| u32::try_from(actions).unwrap_or(u32::MAX);
        match operation {
            Operation::Create(target) => 1 + count(target.scheduled_actions.len()),
            Operation::Update(from, to) => {
                u32::from(from.is_registered_by(to))
                    + count(from.actions_to_put(to).len())
                    + count(from.actions_to_delete(to).len())
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        id::ResourceId,
        resource::properties_of,
        services::applicationautoscaling::{Schedule, Timezone},
    };

    fn action(name: &'static str, min: u32, max: u32) -> ScheduledAction {
        let range = CapacityRange::new(Capacity::new(min).unwrap(), Capacity::new(max).unwrap());
        ScheduledAction::builder()
            .scheduled_action_name(ScheduledActionName::literal(name))
            .schedule(Schedule::literal("cron(0 8 * * ? *)"))
            .range(range)
            .build()
    }

    fn target(actions: impl IntoIterator<Item = ScheduledAction>) -> ScalableTarget {
        ScalableTarget::builder()
            .resource_id("service/main/web")
            .min_capacity(Capacity::of::<2>())
            .max_capacity(Capacity::of::<6>())
            .scheduled_actions(actions)
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let morning = ScheduledAction {
            timezone: Timezone::literal("Europe/Berlin"),
            ..action("morning", 4, 8)
        };
        let tree = json!({
            "ServiceNamespace": "ecs",
            "ResourceId": "service/main/web",
            "ScalableDimension": "ecs:service:DesiredCount",
            "MinCapacity": 2,
            "MaxCapacity": 6,
            "ScheduledActions": [{
                "ScheduledActionName": "morning",
                "Schedule": "cron(0 8 * * ? *)",
                "Timezone": "Europe/Berlin",
                "ScalableTargetAction": { "MinCapacity": 4, "MaxCapacity": 8 },
            }],
            "SuspendedState": {
                "DynamicScalingInSuspended": false,
                "DynamicScalingOutSuspended": false,
                "ScheduledScalingSuspended": false,
            },
        });
        assert_eq!(Value::Object(properties_of(&target([morning.clone()]))), tree);
        assert_eq!(serde_json::from_value::<ScalableTarget>(tree).unwrap(), target([morning]));
    }

    #[test]
    fn a_service_is_named_by_its_cluster_and_itself() {
        let of = |cluster, service| {
            let capacity = Capacity::of::<1>();
            ScalableTarget::of_service(&cluster, &service, capacity, capacity).resource_id
        };
        let arn = "arn:aws:ecs:us-east-1:123456789012";
        let known = of(
            Ref::existing(format!("{arn}:cluster/main")),
            Ref::existing(format!("{arn}:service/main/web")),
        );
        assert_eq!(known, Input::from("service/main/web"));
        let managed = of(
            Ref::managed(ResourceId::new("cluster").unwrap()),
            Ref::managed(ResourceId::new("web").unwrap()),
        );
        assert_eq!(
            serde_json::to_value(managed).unwrap(),
            json!({ "Fn::Join": ["", [
                "service/",
                { "Fn::GetAtt": ["cluster", "ClusterName"] },
                "/",
                { "Fn::GetAtt": ["web", "Name"] },
            ]]})
        );
    }

    #[test]
    fn an_identifier_tells_the_service() {
        let outputs = target([]).outputs();
        assert_eq!(outputs.id, "service/main/web|ecs:service:DesiredCount|ecs");
        assert_eq!(ScalableTargetOutputs::resource_id(&outputs.id), "service/main/web");
    }

    #[test]
    fn an_update_does_what_differs() {
        let from = target([action("morning", 4, 8), action("night", 1, 2)]);
        let to = target([action("morning", 5, 8), action("noon", 4, 9)]);
        assert_eq!(from.actions_to_put(&to).len(), 2);
        assert_eq!(from.actions_to_delete(&to), [&ScheduledActionName::literal("night")]);
        assert_eq!(ScalableTarget::calls(&Operation::Update(&from, &to)), 3);
        assert_eq!(ScalableTarget::calls(&Operation::Create(&to)), 3);
        let suspended = ScalableTarget { suspended_state: SuspendedState::ALL, ..to.clone() };
        assert_eq!(ScalableTarget::calls(&Operation::Update(&to, &suspended)), 1);
    }

    #[test]
    fn empty_ranges_and_equal_names_are_faults() {
        let faults = |target: &ScalableTarget| -> Vec<String> {
            target.faults().iter().map(ToString::to_string).collect()
        };
        assert!(faults(&target([action("a", 2, 2), action("b", 0, 9)])).is_empty());
        let wrong = ScalableTarget {
            max_capacity: Capacity::of::<1>(),
            ..target([action("a", 3, 2), action("a", 1, 2)])
        };
        assert_eq!(
            faults(&wrong),
            [
                "its least tasks, 2, are more than its most, 1",
                "the least tasks of `a`, 3, are more than its most, 2",
                "it has two scheduled actions `a`",
            ]
        );
    }
}
