//! `AWS::Logs::MetricFilter` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>;
//! what its texts may be holds by their types. Quota: 100 for a log group,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>.
//! `PutMetricFilter` overwrites a filter of the same name.
//! Not modelled: events; whether a pattern is well formed; regular expressions in patterns.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::logs::{LogGroup, MetricFilter, MetricFilterOutputs},
};

use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles metric filters in memory.
#[derive(Debug)]
pub struct MetricFilterHandler(Api);

impl From<Api> for MetricFilterHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn outputs(filter: &MetricFilter) -> MetricFilterOutputs {
    let name = filter.filter_name.as_ref().map(ToString::to_string).unwrap_or_default();
    MetricFilterOutputs::new(filter.log_group.known().unwrap_or_default(), &name)
}

/// What `PutMetricFilter` checks, whether or not there is a filter of this name.
fn check(world: &World, place: &Place, filter: &MetricFilter) -> Result<(), AwsError> {
    let group = filter.log_group.known().unwrap_or_default();
    if world.get::<LogGroup>(place, group).is_none() {
        return Err(AwsError::not_found(
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ));
    }
    if let Some(fault) = filter.faults().first() {
        return Err(AwsError::invalid("InvalidParameterException", fault.to_string()));
    }
    let others = world
        .all::<MetricFilter>(place)
        .filter(|(_, it)| it.resource.log_group == filter.log_group)
        .filter(|(_, it)| it.resource.filter_name != filter.filter_name);
    world.quotas.check(
        "metric filters per log group",
        100,
        others.count(),
        "LimitExceededException",
    )
}

/// `PutMetricFilter`.
fn put(
    world: &mut World,
    request: &Create<MetricFilter>,
) -> Result<Observed<MetricFilter>, AwsError> {
    check(world, &request.place, &request.desired)?;
    world.insert(request, outputs(&request.desired), "", Duration::ZERO)
}

/// What a log group takes with it when it is deleted.
pub(super) fn delete_all(world: &mut World, place: &Place, log_group_name: &str) {
    let gone: Vec<String> = world
        .all::<MetricFilter>(place)
        .filter(|(_, it)| it.resource.log_group.known() == Some(log_group_name))
        .map(|(id, _)| id.to_owned())
        .collect();
    for id in gone {
        world.remove::<MetricFilter>(place, &id, Duration::ZERO);
    }
}

#[async_trait]
impl Handler<MetricFilter> for MetricFilterHandler {
    /// All filters of a log group in one call.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<MetricFilter>>, ExecError>> {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, identifier) in identifiers.iter().enumerate() {
            let group = MetricFilterOutputs::names(identifier).map_or("", |(group, _)| group);
            groups.entry(group).or_default().push(at);
        }
        let mut answers: Vec<_> = identifiers.iter().map(|_| Ok(None)).collect();
        for places in groups.values() {
            let ids: Vec<String> =
                places.iter().filter_map(|at| identifiers.get(*at).cloned()).collect();
            let found = self.0.read("logs", "DescribeMetricFilters", place, &ids).await;
            for (at, answer) in places.iter().zip(found) {
                if let Some(slot) = answers.get_mut(*at) {
                    *slot = answer;
                }
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<MetricFilter>,
    ) -> Result<Observed<MetricFilter>, ExecError> {
        self.0.call("logs", "PutMetricFilter", &request.place, |world| put(world, request)).await
    }

    /// By log group and name: metric filters have no tags.
    async fn find(
        &self,
        request: &Create<MetricFilter>,
    ) -> Result<Option<Observed<MetricFilter>>, ExecError> {
        let id = [outputs(&request.desired).id];
        let mut found = self.0.read("logs", "DescribeMetricFilters", &request.place, &id).await;
        found.pop().unwrap_or(Ok(None))
    }

    async fn update(
        &self,
        request: &Update<MetricFilter>,
    ) -> Result<Observed<MetricFilter>, ExecError> {
        let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
        self.0
            .call("logs", "PutMetricFilter", place, |world| {
                check(world, place, desired)?;
                world.change::<MetricFilter>(place, id, "", Duration::ZERO, |it| {
                    it.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<MetricFilter>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call("logs", "DeleteMetricFilter", place, |world| {
                world.remove::<MetricFilter>(place, id, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref, Region, ResourceId, Secrets,
        services::logs::{
            FilterPattern, MetricFilterName, MetricName, MetricNamespace, MetricTransformation,
            MetricUnit, MetricValue,
        },
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);

    fn request<R>(desired: R) -> Create<R> {
        Create {
            place: PLACE,
            desired,
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("filter").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: Secrets::default(),
        }
    }

    fn filter(name: usize, value: MetricValue) -> Create<MetricFilter> {
        let (namespace, metric) = (MetricNamespace::literal("shop"), MetricName::literal("errors"));
        let metric = MetricTransformation::measuring(namespace, metric, value, MetricUnit::None);
        let filter = MetricFilter::new(Ref::existing("web"), FilterPattern::literal("e"), metric);
        let name = MetricFilterName::new(name.to_string()).unwrap();
        request(MetricFilter { filter_name: Some(name), ..filter })
    }

    const ONE: MetricValue = MetricValue::literal("1");

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<LogGroup>();
        world.register::<MetricFilter>();
        let outputs = elanswer_core::services::logs::LogGroupOutputs {
            log_group_name: "web".to_owned(),
            arn: "arn:aws:logs:us-east-1:123456789012:log-group:web:*".to_owned(),
        };
        world.insert(&request(LogGroup::default()), outputs, "", Duration::ZERO).unwrap();
        world
    }

    #[test]
    fn a_filter_is_of_a_log_group_that_exists() {
        let mut world = world();
        put(&mut world, &filter(0, ONE)).unwrap();
        put(&mut world, &filter(0, ONE)).unwrap();
        world.remove::<LogGroup>(&PLACE, "web", Duration::ZERO);
        delete_all(&mut world, &PLACE, "web");
        assert_eq!(world.all::<MetricFilter>(&PLACE).count(), 0);
        let error = put(&mut world, &filter(0, ONE)).unwrap_err();
        assert_eq!(error.code(), "ResourceNotFoundException");
    }

    #[test]
    fn a_log_group_has_a_hundred_and_fields_are_of_events_that_have_them() {
        let mut world = world();
        let error = put(&mut world, &filter(0, MetricValue::literal("$.ms"))).unwrap_err();
        assert_eq!(error.code(), "InvalidParameterException");
        for name in 0..100 {
            put(&mut world, &filter(name, ONE)).unwrap();
        }
        let error = put(&mut world, &filter(100, ONE)).unwrap_err();
        assert_eq!(error.code(), "LimitExceededException");
        put(&mut world, &filter(99, ONE)).unwrap();
    }
}
