//! `AWS::Logs::MetricFilter` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>.
//! All filters of a log group are in one `DescribeMetricFilters`.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use aws_sdk_cloudwatchlogs::{Client, types};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::logs::{
        BesideValue, DefaultValue, Dimension, DimensionName, EventField, MetricFilter,
        MetricFilterOutputs, MetricTransformation, MetricUnit,
    },
};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles metric filters over the SDK.
#[derive(Debug)]
pub struct MetricFilterHandler(Clients);

impl From<Clients> for MetricFilterHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A field of an answer that is not there, or not what AWS writes.
fn lacks(field: &str) -> ExecError {
    missing(SERVICE, "DescribeMetricFilters", field)
}

/// What AWS tells of a filter of this log group.
fn observed(
    group: &str,
    filter: &types::MetricFilter,
) -> Result<Observed<MetricFilter>, ExecError> {
    let name = filter.filter_name().ok_or_else(|| lacks("filterName"))?;
    let pattern = filter.filter_pattern().unwrap_or_default();
    let first = filter.metric_transformations().first();
    let transformation = transformation_of(first.ok_or_else(|| lacks("metricTransformations"))?)?;
    let resource = MetricFilter::builder()
        .log_group(Ref::existing(group))
        .filter_name(name.parse().map_err(|_| lacks("filterName"))?)
        .filter_pattern(pattern.parse().map_err(|_| lacks("filterPattern"))?)
        .metric_transformations(transformation)
        .build();
    Ok(Observed::ready(resource, MetricFilterOutputs::new(group, name)))
}

fn transformation_of(
    answer: &types::MetricTransformation,
) -> Result<MetricTransformation, ExecError> {
    let unit = answer.unit().map_or(Some(MetricUnit::None), |it| MetricUnit::parse(it.as_str()));
    let mut dimensions = answer.dimensions().into_iter().flatten().peekable();
    let beside = if dimensions.peek().is_some() {
        let dimension = |(key, value): (&String, &String)| {
            let (key, value) = (DimensionName::new(key), EventField::new(value));
            Ok::<_, ExecError>(Dimension {
                key: key.map_err(|_| lacks("dimensions"))?,
                value: value.map_err(|_| lacks("dimensions"))?,
            })
        };
        let dimensions = dimensions.map(dimension).collect::<Result<_, ExecError>>()?;
        Some(BesideValue::Dimensions(dimensions))
    } else {
        let value = answer.default_value().map(DefaultValue::new);
        value.transpose().map_err(|_| lacks("defaultValue"))?.map(BesideValue::DefaultValue)
    };
    let (namespace, name) = (answer.metric_namespace(), answer.metric_name());
    Ok(MetricTransformation {
        metric_namespace: namespace.parse().map_err(|_| lacks("metricNamespace"))?,
        metric_name: name.parse().map_err(|_| lacks("metricName"))?,
        metric_value: answer.metric_value().parse().map_err(|_| lacks("metricValue"))?,
        unit: unit.ok_or_else(|| lacks("unit that is known"))?,
        beside,
    })
}

fn to_transformation(
    transformation: &MetricTransformation,
) -> Result<types::MetricTransformation, ExecError> {
    let (default, dimensions) = match &transformation.beside {
        Some(BesideValue::DefaultValue(value)) => (Some(value.get()), None),
        Some(BesideValue::Dimensions(dimensions)) => {
            let pairs = dimensions.iter().map(|it| (it.key.to_string(), it.value.to_string()));
            (None, Some(pairs.collect::<HashMap<_, _>>()))
        }
        None => (None, None),
    };
    // Without a unit AWS takes the metric for one that has none.
    let unit = Some(transformation.unit).filter(|unit| *unit != MetricUnit::None);
    types::MetricTransformation::builder()
        .metric_namespace(transformation.metric_namespace.as_str())
        .metric_name(transformation.metric_name.as_str())
        .metric_value(transformation.metric_value.as_str())
        .set_unit(unit.map(|unit| types::StandardUnit::from(unit.as_str())))
        .set_default_value(default)
        .set_dimensions(dimensions)
        .build()
        .map_err(|_| missing(SERVICE, "PutMetricFilter", "metricName"))
}

/// The filters of a log group, by their names; of one that is gone, none.
async fn describe(
    client: &Client,
    group: &str,
) -> Result<BTreeMap<String, types::MetricFilter>, ExecError> {
    let call = client.describe_metric_filters().log_group_name(group);
    let found = call.into_paginator().items().send().try_collect().await;
    let found = none_if_gone(found.map_err(failed("DescribeMetricFilters")))?;
    let named = |it: types::MetricFilter| Some((it.filter_name().map(str::to_owned)?, it));
    Ok(found.into_iter().flatten().filter_map(named).collect())
}

/// The filters of a log group that these identifiers name.
async fn of_group(
    client: &Client,
    group: &str,
    names: &[&str],
) -> Vec<Result<Option<Observed<MetricFilter>>, ExecError>> {
    match describe(client, group).await {
        Ok(found) => {
            let one = |name: &&str| found.get(*name).map(|it| observed(group, it)).transpose();
            names.iter().map(one).collect()
        }
        Err(error) => names.iter().map(|_| Err(error.clone())).collect(),
    }
}

fn outputs(filter: &MetricFilter) -> MetricFilterOutputs {
    let name = filter.filter_name.as_ref().map(ToString::to_string).unwrap_or_default();
    MetricFilterOutputs::new(filter.log_group.known().unwrap_or_default(), &name)
}

/// The log group and the name of a filter; an identifier without both is not one of ours.
fn names<'a>(
    operation: &'static str,
    identifier: &'a str,
) -> Result<(&'a str, &'a str), ExecError> {
    let names = MetricFilterOutputs::names(identifier);
    names.ok_or_else(|| missing(SERVICE, operation, "LogGroupName|FilterName"))
}

async fn put(client: &Client, filter: &MetricFilter) -> Result<(), ExecError> {
    let call = client
        .put_metric_filter()
        .set_log_group_name(filter.log_group.known().map(str::to_owned))
        .set_filter_name(filter.filter_name.as_ref().map(ToString::to_string))
        .filter_pattern(filter.filter_pattern.as_str())
        .metric_transformations(to_transformation(filter.transformation())?);
    call.send().await.map(drop).map_err(failed("PutMetricFilter"))
}

#[async_trait]
impl Handler<MetricFilter> for MetricFilterHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<MetricFilter>>, ExecError>> {
        let client = self.0.logs(place.region);
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (group, name) in identifiers.iter().filter_map(|id| MetricFilterOutputs::names(id)) {
            groups.entry(group).or_default().push(name);
        }
        let mut found = BTreeMap::new();
        for (group, names) in &groups {
            let answers = of_group(&client, group, names).await;
            found.extend(names.iter().map(|name| (*group, *name)).zip(answers));
        }
        let answer = |id: &String| {
            let (group, name) = names("DescribeMetricFilters", id)?;
            found.get(&(group, name)).cloned().unwrap_or(Ok(None))
        };
        identifiers.iter().map(answer).collect()
    }

    async fn create(
        &self,
        request: &Create<MetricFilter>,
    ) -> Result<Observed<MetricFilter>, ExecError> {
        let desired = &request.desired;
        put(&self.0.logs(request.place.region), desired).await?;
        Ok(Observed::ready(desired.clone(), outputs(desired)))
    }

    /// By log group and name: metric filters have no tags.
    async fn find(
        &self,
        request: &Create<MetricFilter>,
    ) -> Result<Option<Observed<MetricFilter>>, ExecError> {
        let id = [outputs(&request.desired).id];
        self.read(&request.place, &id).await.pop().unwrap_or(Ok(None))
    }

    async fn update(
        &self,
        request: &Update<MetricFilter>,
    ) -> Result<Observed<MetricFilter>, ExecError> {
        put(&self.0.logs(request.place.region), &request.desired).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<MetricFilter>) -> Result<Deletion, ExecError> {
        let (group, name) = names("DeleteMetricFilter", &request.identifier)?;
        let call = self.0.logs(request.place.region).delete_metric_filter();
        let call = call.log_group_name(group).filter_name(name);
        gone_is_fine(call.send().await.map_err(failed("DeleteMetricFilter")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::logs::{
        FilterPattern, MetricFilterName, MetricName, MetricNamespace, MetricValue,
    };

    use super::*;

    const NAMESPACE: MetricNamespace = MetricNamespace::literal("shop");
    const NAME: MetricName = MetricName::literal("latency");

    #[test]
    fn transformations_there_and_back() {
        let value = MetricValue::literal("$.ms");
        let plain = MetricTransformation::measuring(NAMESPACE, NAME, value, MetricUnit::None);
        let by_service =
            plain.clone().by(DimensionName::literal("service"), EventField::literal("$.service"));
        let seconds = MetricTransformation { unit: MetricUnit::Milliseconds, ..plain.clone() };
        let counting = MetricTransformation::counting(NAMESPACE, NAME);
        for transformation in [plain, by_service, seconds, counting] {
            let sent = to_transformation(&transformation).unwrap();
            let filter = types::MetricFilter::builder()
                .log_group_name("/ecs/shop")
                .filter_name("latency")
                .filter_pattern("{ $.ms > 0 }")
                .metric_transformations(sent)
                .build();
            let expected = MetricFilter {
                filter_name: Some(MetricFilterName::literal("latency")),
                ..MetricFilter::new(
                    Ref::existing("/ecs/shop"),
                    FilterPattern::literal("{ $.ms > 0 }"),
                    transformation,
                )
            };
            let found = observed("/ecs/shop", &filter).unwrap();
            assert_eq!((&found.resource, &found.outputs), (&expected, &outputs(&expected)));
        }
    }
}
