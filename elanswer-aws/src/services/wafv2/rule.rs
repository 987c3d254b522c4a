//! The rules of a web ACL.

use aws_sdk_wafv2::{error::BuildError, types};
use elanswer_core::{
    Set,
    services::wafv2::{
        EntityName, EvaluationWindow, LabelName, MetricName, Priority, RateLimit, RequestLimit,
        Rule, RuleBody, VisibilityConfig,
    },
};

use super::{action, managed, statement};

pub(super) fn to_sdk(rule: &Rule) -> Result<types::Rule, BuildError> {
    let it = types::Rule::builder()
        .name(rule.name.as_str())
        .priority(i32::try_from(rule.priority.get()).unwrap_or(i32::MAX))
        .visibility_config(visibility_to_sdk(&rule.visibility_config)?);
    match &rule.body {
        RuleBody::Managed { group, action } => {
            let group = managed::to_sdk(group)?;
            let about = types::Statement::builder().managed_rule_group_statement(group).build();
            it.statement(about).override_action(action::override_to_sdk(*action)).build()
        }
        RuleBody::Match { statement, action, labels } => it
            .statement(statement::to_sdk(statement)?)
            .action(action::to_sdk(*action)?)
            .set_rule_labels(labels_to_sdk(labels)?)
            .build(),
        RuleBody::RateLimit { rate, action, labels } => {
            let rate = rate_to_sdk(rate)?;
            it.statement(types::Statement::builder().rate_based_statement(rate).build())
                .action(action::to_sdk(*action)?)
                .set_rule_labels(labels_to_sdk(labels)?)
                .build()
        }
    }
}

fn labels_to_sdk(labels: &Set<LabelName>) -> Result<Option<Vec<types::Label>>, BuildError> {
    let labels = labels.iter().map(|label| types::Label::builder().name(label.as_str()).build());
    let labels: Vec<_> = labels.collect::<Result<_, _>>()?;
    Ok((!labels.is_empty()).then_some(labels))
}

fn rate_to_sdk(rate: &RateLimit) -> Result<types::RateBasedStatement, BuildError> {
    let scope_down = rate.scope_down.as_ref().map(statement::to_sdk).transpose()?;
    types::RateBasedStatement::builder()
        .limit(rate.limit.get().into())
        .evaluation_window_sec(rate.evaluation_window_sec.seconds().into())
        .aggregate_key_type(types::RateBasedStatementAggregateKeyType::Ip)
        .set_scope_down_statement(scope_down.map(Box::new))
        .build()
}

fn rate_from_sdk(rate: &types::RateBasedStatement) -> Option<RateLimit> {
    if *rate.aggregate_key_type() != types::RateBasedStatementAggregateKeyType::Ip {
        return None;
    }
    let window = u32::try_from(rate.evaluation_window_sec()).ok();
    // AWS tells it, others leave out what was not asked for.
    let window = window.filter(|seconds| *seconds != 0).map(EvaluationWindow::try_from);
    let window = window.transpose().ok()?;
    let scope_down = match rate.scope_down_statement() {
        Some(statement) => Some(statement::from_sdk(statement)?),
        None => None,
    };
    let limit = u32::try_from(rate.limit()).ok().and_then(|limit| RequestLimit::new(limit).ok());
    let rate = RateLimit::builder().limit(limit?).maybe_evaluation_window_sec(window);
    Some(rate.maybe_scope_down(scope_down).build())
}

/// The rule; `None` when it is one that elanswer does not know.
pub(super) fn from_sdk(rule: &types::Rule) -> Option<Rule> {
    let about = rule.statement()?;
    let labels = rule.rule_labels().iter().map(|label| LabelName::new(label.name()).ok());
    let labels: Set<LabelName> = labels.collect::<Option<_>>()?;
    let body = if let Some(group) = about.managed_rule_group_statement() {
        let action = action::override_from_sdk(rule.override_action()?)?;
        RuleBody::Managed { group: managed::from_sdk(group)?, action }
    } else if let Some(rate) = about.rate_based_statement() {
        let action = action::from_sdk(rule.action()?)?;
        RuleBody::RateLimit { rate: rate_from_sdk(rate)?, action, labels }
    } else {
        let action = action::from_sdk(rule.action()?)?;
        RuleBody::Match { statement: statement::from_sdk(about)?, action, labels }
    };
    let priority = u32::try_from(rule.priority()).ok();
    Some(Rule {
        priority: priority.and_then(|priority| Priority::new(priority).ok())?,
        name: EntityName::new(rule.name()).ok()?,
        body,
        visibility_config: visibility_from_sdk(rule.visibility_config()?)?,
    })
}

pub(super) fn visibility_to_sdk(
    visibility: &VisibilityConfig,
) -> Result<types::VisibilityConfig, BuildError> {
    types::VisibilityConfig::builder()
        .cloud_watch_metrics_enabled(visibility.cloud_watch_metrics_enabled)
        .metric_name(visibility.metric_name.as_str())
        .sampled_requests_enabled(visibility.sampled_requests_enabled)
        .build()
}

pub(super) fn visibility_from_sdk(
    visibility: &types::VisibilityConfig,
) -> Option<VisibilityConfig> {
    Some(VisibilityConfig {
        cloud_watch_metrics_enabled: visibility.cloud_watch_metrics_enabled(),
        metric_name: MetricName::new(visibility.metric_name()).ok()?,
        sampled_requests_enabled: visibility.sampled_requests_enabled(),
    })
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::{
        Countries, CountryCode, ManagedRuleGroup, ManagedRules, RuleAction, Statement,
    };

    use super::*;

    const NAME: EntityName = EntityName::literal("it");

    fn country() -> Statement {
        Statement::from_countries(Countries::of(CountryCode::literal("DE")))
    }

    #[test]
    fn every_rule_comes_back() {
        let priority = Priority::of::<7>();
        let rate = RateLimit::builder()
            .limit(RequestLimit::of::<2_000_000_000>())
            .evaluation_window_sec(EvaluationWindow::TenMinutes)
            .scope_down(country())
            .build();
        let mut labelled = Rule::matching(NAME, priority, country(), RuleAction::Count);
        if let RuleBody::Match { labels, .. } = &mut labelled.body {
            labels.insert(LabelName::literal("a:b"));
        }
        labelled.visibility_config.sampled_requests_enabled = false;
        for rule in [
            Rule::managed(NAME, priority, ManagedRuleGroup::of(ManagedRules::Common)),
            Rule::managed(NAME, priority, ManagedRuleGroup::of(ManagedRules::Sql)).counting(),
            Rule::limiting(NAME, priority, rate, RuleAction::Block),
            labelled,
        ] {
            assert_eq!(from_sdk(&to_sdk(&rule).unwrap()), Some(rule));
        }
    }

    #[test]
    fn a_group_takes_an_override_and_nothing_else_does() {
        let group = ManagedRuleGroup::of(ManagedRules::Common);
        let group = to_sdk(&Rule::managed(NAME, Priority::of::<1>(), group)).unwrap();
        assert!(group.action().is_none() && group.override_action().is_some());
        let rule = Rule::matching(NAME, Priority::of::<1>(), country(), RuleAction::Block);
        let rule = to_sdk(&rule).unwrap();
        assert!(rule.action().is_some() && rule.override_action().is_none());
    }

    #[test]
    fn what_is_counted_otherwise_is_not_taken_for_addresses() {
        let rate = types::RateBasedStatement::builder()
            .limit(100)
            .aggregate_key_type(types::RateBasedStatementAggregateKeyType::Constant)
            .build()
            .unwrap();
        assert_eq!(rate_from_sdk(&rate), None);
    }
}
