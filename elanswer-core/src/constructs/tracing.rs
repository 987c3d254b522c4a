//! Which requests are traced, and what of the traces is looked at.

use super::name_tag;
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::{
        iam::Statement,
        xray::{
            FilterExpression, FixedRate, Group, GroupName, Insights, ReservoirSize, RuleName,
            RulePriority, Sampling, SamplingRule,
        },
    },
};

/// A sampling rule for all that has none of its own, and a group of the traces that matter: those of
/// requests that failed or were slow.
///
/// Programs send their traces themselves, by the X-Ray daemon or the collector of OpenTelemetry
/// beside them: [`Tracing::sending`] is what their roles must be let do.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::Tracing,
///     services::xray::{FixedRate, ReservoirSize},
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let tracing = Tracing::new("tracing")
///     .at_least(ReservoirSize::of::<5>())
///     .rate(FixedRate::percent::<10>());
/// arch.add(tracing);
/// let statement = Tracing::sending(); // `.allow(Tracing::sending())` of a service
/// ```
#[derive(Debug, Clone)]
#[must_use = "tracing does nothing until it is added to an architecture"]
pub struct Tracing {
    name: String,
    reservoir: ReservoirSize,
    rate: FixedRate,
    filter: FilterExpression,
    insights: Insights,
}

impl Tracing {
    /// One request of each second and a twentieth of the others; a group of what failed or took
    /// more than a second.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reservoir: ReservoirSize::of::<1>(),
            rate: FixedRate::percent::<5>(),
            filter: const { FilterExpression::literal("fault = true OR responsetime > 1") },
            insights: Insights::Enabled,
        }
    }

    /// How many requests of each second are traced in any case, by all programs together. Default:
    /// one.
    pub const fn at_least(mut self, reservoir: ReservoirSize) -> Self {
        self.reservoir = reservoir;
        self
    }

    /// Which part of the others is traced. Default: a twentieth.
    pub const fn rate(mut self, rate: FixedRate) -> Self {
        self.rate = rate;
        self
    }

    /// Which traces are in the group. Default: those of requests that failed or took more than a
    /// second.
    pub fn watching(mut self, filter: FilterExpression) -> Self {
        self.filter = filter;
        self
    }

    /// Whether AWS looks for anomalies in the group. Default: it does, and tells nobody.
    pub const fn insights(mut self, insights: Insights) -> Self {
        self.insights = insights;
        self
    }

    /// What the role of a program must be let do to send traces and to learn which.
    ///
    /// X-Ray knows no narrower resource for it.
    #[must_use]
    pub fn sending() -> Statement {
        Statement::allow([
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
        ])
        .on(["*"])
    }
}

impl Construct for Tracing {
    type Handle = TracingHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> TracingHandle {
        let label = short(&scope.label());
        let rule_name = RuleName::new(label.clone());
        let group_name = GroupName::new(label);
        if let Err(error) = &rule_name {
            scope.problem(error.to_string(), "choose another name for the tracing");
        }
        let rule = Sampling::builder()
            .rule_name(rule_name.unwrap_or(const { RuleName::literal("tracing") }))
            // Behind all others: whoever has a rule for something has it before this one.
            .priority(RulePriority::of::<9000>())
            .reservoir_size(self.reservoir)
            .fixed_rate(self.rate)
            .build();
        let rule = SamplingRule { rule, tags: name_tag(scope, "rule") };
        let rule = scope.resource("rule", rule);
        let group = Group::builder()
            .maybe_group_name(group_name.ok())
            .filter_expression(self.filter)
            .insights(self.insights)
            .tags(name_tag(scope, "group"))
            .build();
        let group = scope.resource("group", group);
        TracingHandle { rule, group }
    }
}

/// A label as a name of X-Ray: at most 32 letters, digits and hyphens.
fn short(label: &str) -> String {
    let known = |char: char| char.is_ascii_alphanumeric() || char == '_';
    label.chars().map(|char| if known(char) { char } else { '-' }).take(32).collect()
}

/// Tracing that was added.
#[derive(Debug, Clone)]
pub struct TracingHandle {
    rule: Ref<SamplingRule>,
    group: Ref<Group>,
}

impl TracingHandle {
    /// The sampling rule.
    #[must_use]
    pub const fn rule(&self) -> &Ref<SamplingRule> {
        &self.rule
    }

    /// The group of the traces that matter.
    #[must_use]
    pub const fn group(&self) -> &Ref<Group> {
        &self.group
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, messages};

    #[test]
    fn a_rule_behind_all_others_and_a_group() {
        let (arch, handle) = described(|arch| arch.add(Tracing::new("tracing")));
        assert_eq!(messages(&arch), [""; 0]);
        let rule = &arch.get(handle.rule()).unwrap().rule;
        assert_eq!((rule.rule_name.as_str(), rule.priority.get()), ("shop-tracing", 9000));
        let group = arch.get(handle.group()).unwrap();
        assert_eq!(group.group_name.as_ref().map(GroupName::as_str), Some("shop-tracing"));
        assert!(crate::check(&arch).is_deployable());
    }

    #[test]
    fn a_label_is_cut_to_a_name() {
        assert_eq!(
            short("shop/main tracing of a very long name"),
            "shop-main-tracing-of-a-very-long"
        );
    }
}
