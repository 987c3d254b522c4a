//! Rule: alarm-watches-nothing
//!
//! Severity: error
//!
//! An alarm is over a metric that nothing in the architecture has: its dimensions are not those of
//! the metrics of the service, or they name a load balancer, service, database or NAT gateway that
//! is not here, or name it by something else, such as its ARN.
//! CloudWatch takes such an alarm, which then has too few data for ever and never goes off.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html>
//!
//! Fix: give the dimensions that the service documents, each with the output of the resource that is
//! meant: `load_balancer.full_name()`.
//!
//! Suppress: for an alarm over what is not in the architecture.

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    reference::{Input, Reference},
    resource::Resource,
    schema::Kind,
    services::{
        cloudwatch::{Alarm, Metric},
        ec2::NatGateway,
        ecs::{Cluster, Service},
        elbv2::{LoadBalancer, TargetGroup},
        rds::DbInstance,
    },
};

pub(crate) const RULE: Rule = Rule {
    slug: "alarm-watches-nothing",
    severity: Severity::Error,
    summary: "An alarm is over a metric that nothing has.",
    check,
};

/// The dimensions that the metrics of a service come with: each list is one set of them.
const SETS: &[(&str, &[&[&str]])] = &[
    (
        "AWS/ApplicationELB",
        &[
            &["LoadBalancer"],
            &["AvailabilityZone", "LoadBalancer"],
            &["LoadBalancer", "TargetGroup"],
            &["AvailabilityZone", "LoadBalancer", "TargetGroup"],
        ],
    ),
    ("AWS/ECS", &[&["ClusterName"], &["ClusterName", "ServiceName"]]),
    ("AWS/NATGateway", &[&["NatGatewayId"]]),
    (
        "AWS/RDS",
        &[
            &[],
            &["DBInstanceIdentifier"],
            &["DBClusterIdentifier"],
            &["DBClusterIdentifier", "Role"],
            &["DatabaseClass"],
            &["EngineName"],
            &["SourceRegion"],
        ],
    ),
];

/// Metrics that only one set of dimensions has.
const ONLY: &[(&str, &[&str], &str)] = &[
    ("AWS/ApplicationELB", &["HealthyHostCount", "UnHealthyHostCount"], "TargetGroup"),
    ("AWS/RDS", &["ReplicaLag"], "DBInstanceIdentifier"),
];

/// What the value of a dimension is an output of, and the property that is the same, if there is
/// one.
const VALUES: &[(&str, &str, Kind, &str, Option<&str>)] = &[
    ("AWS/ApplicationELB", "LoadBalancer", LoadBalancer::SCHEMA.kind, "LoadBalancerFullName", None),
    ("AWS/ApplicationELB", "TargetGroup", TargetGroup::SCHEMA.kind, "TargetGroupFullName", None),
    ("AWS/ECS", "ClusterName", Cluster::SCHEMA.kind, "ClusterName", Some("ClusterName")),
    ("AWS/ECS", "ServiceName", Service::SCHEMA.kind, "Name", Some("ServiceName")),
    ("AWS/NATGateway", "NatGatewayId", NatGateway::SCHEMA.kind, "NatGatewayId", None),
    (
        "AWS/RDS",
        "DBInstanceIdentifier",
        DbInstance::SCHEMA.kind,
        "DBInstanceIdentifier",
        Some("DBInstanceIdentifier"),
    ),
];

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    for (node, alarm) in ctx.all::<Alarm>() {
        sets(node, &alarm.metric, out);
        for (name, value) in &alarm.metric.dimensions {
            values(ctx, node, &alarm.metric, name.as_str(), value, out);
        }
    }
}

/// The dimensions are those that metrics of the namespace come with.
fn sets(node: &Node, metric: &Metric, out: &mut Diagnostics) {
    let namespace = metric.namespace.as_str();
    let Some((_, sets)) = SETS.iter().find(|(known, _)| *known == namespace) else { return };
    let given: Vec<&str> = metric.dimensions.keys().map(|name| name.as_str()).collect();
    let name = metric.metric_name.as_str();
    let only = ONLY.iter().find(|(of, names, _)| *of == namespace && names.contains(&name));
    let needed = only.map(|(_, _, dimension)| *dimension);
    let fits = |set: &&&[&str]| needed.is_none_or(|needed| set.contains(&needed));
    if sets.iter().filter(fits).any(|set| *set == given) {
        return;
    }
    let list = |names: &[&str]| {
        if names.is_empty() { "no dimensions".to_owned() } else { names.join(" and ") }
    };
    let known: Vec<String> = sets.iter().filter(fits).map(|set| list(set)).collect();
    out.push(
        node,
        format!("`{namespace}` has no metric `{name}` with {}", list(&given)),
        format!("give it {}", known.join(", or ")),
    );
}

/// The value of a dimension is that of something that is there.
fn values(
    ctx: &RuleContext<'_>,
    node: &Node,
    metric: &Metric,
    name: &str,
    value: &Input<String>,
    out: &mut Diagnostics,
) {
    let namespace = metric.namespace.as_str();
    let of = VALUES.iter().find(|(of, dimension, ..)| (*of, *dimension) == (namespace, name));
    let Some((_, _, kind, output, property)) = of else { return };
    match value {
        Input::Literal(text) => {
            let named = |other: &&Node| {
                let value = property.and_then(|property| other.properties().get(property));
                other.resource.schema().kind == *kind
                    && value.and_then(|value| value.as_str()) == Some(text)
            };
            if !ctx.nodes().any(|other| named(&other)) {
                out.push(
                    node,
                    format!("its {name} is `{text}`, which no {} here is called", kind.short()),
                    format!("refer to the output `{output}` of the {}", kind.short()),
                );
            }
        }
        Input::Output(reference) => referred(ctx, node, name, reference, (*kind, output), out),
        Input::Join(_) => {}
    }
}

/// The value of a dimension is the right output of a resource of the right kind.
fn referred(
    ctx: &RuleContext<'_>,
    node: &Node,
    name: &str,
    reference: &Reference,
    (kind, output): (Kind, &str),
    out: &mut Diagnostics,
) {
    // What is not there is for another rule.
    let Some(target) = ctx.node(&reference.resource) else { return };
    if (target.resource.schema().kind, reference.output.as_str()) != (kind, output) {
        out.push(
            node,
            format!("its {name} is `{reference}`, which no metric has"),
            format!("refer to the output `{output}` of a {}", kind.short()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture,
        checks::testing::{check, database, managed},
        reference::{Output, Ref},
        services::{
            cloudwatch::{
                ComparisonOperator, DimensionName, EvaluationPeriods, MetricName, Namespace,
                Period, Statistic,
            },
            rds::DbInstanceIdentifier,
        },
    };

    fn alarm(arch: &mut Architecture, id: &str, metric: Metric) {
        let alarm = Alarm::builder()
            .metric(metric)
            .statistic(Statistic::Sum)
            .period(Period::MINUTE)
            .evaluation_periods(EvaluationPeriods::of::<5>())
            .threshold(1)
            .comparison_operator(ComparisonOperator::LessThan);
        arch.resource(id, alarm.build());
    }

    fn metric(namespace: &'static str, name: &'static str) -> Metric {
        Metric::new(Namespace::literal(namespace), MetricName::literal(name))
    }

    const BALANCER: DimensionName = DimensionName::literal("LoadBalancer");
    const GROUP: DimensionName = DimensionName::literal("TargetGroup");
    const DATABASE: DimensionName = DimensionName::literal("DBInstanceIdentifier");

    #[test]
    fn fires_on_dimensions_that_the_service_does_not_have() {
        check(
            &RULE,
            |arch| {
                let hosts = metric("AWS/ApplicationELB", "UnHealthyHostCount");
                let front: Ref<LoadBalancer> = managed("front");
                alarm(arch, "a", hosts.of(BALANCER, front.full_name()));
                alarm(arch, "b", metric("AWS/NATGateway", "ErrorPortAllocation"));
            },
            &[
                "error a: `AWS/ApplicationELB` has no metric `UnHealthyHostCount` with LoadBalancer",
                "error b: `AWS/NATGateway` has no metric `ErrorPortAllocation` with no dimensions",
            ],
        );
    }

    #[test]
    fn fires_on_names_that_nothing_has() {
        check(
            &RULE,
            |arch| {
                let db = arch.resource("db", database());
                let cpu = || metric("AWS/RDS", "CPUUtilization");
                alarm(arch, "a", cpu().of(DATABASE, "orders"));
                alarm(arch, "b", cpu().of(DATABASE, db.arn()));
                let errors = metric("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count");
                alarm(arch, "c", errors.of(BALANCER, "app/front/50dc6c495c0c9188"));
            },
            &[
                "error a: its DBInstanceIdentifier is `orders`, which no DBInstance here is called",
                "error b: its DBInstanceIdentifier is `db.DBInstanceArn`, which no metric has",
                "error c: its LoadBalancer is `app/front/50dc6c495c0c9188`, which no LoadBalancer here is called",
            ],
        );
    }

    #[test]
    fn accepts_what_is_there_and_metrics_of_ones_own() {
        check(
            &RULE,
            |arch| {
                let name = DbInstanceIdentifier::literal("orders");
                let named = DbInstance { db_instance_identifier: Some(name), ..database() };
                let db = arch.resource("db", named);
                let cpu = || metric("AWS/RDS", "CPUUtilization");
                alarm(arch, "a", cpu().of(DATABASE, "orders"));
                let id: Output<String> = db.output("DBInstanceIdentifier");
                alarm(arch, "b", cpu().of(DATABASE, id));
                let hosts = metric("AWS/ApplicationELB", "UnHealthyHostCount");
                let (front, group): (Ref<LoadBalancer>, Ref<TargetGroup>) =
                    (managed("front"), managed("group"));
                let hosts = hosts.of(BALANCER, front.full_name());
                alarm(arch, "c", hosts.of(GROUP, group.full_name()));
                alarm(arch, "d", metric("Shop", "Orders").of(BALANCER, "front"));
            },
            &[],
        );
    }
}
