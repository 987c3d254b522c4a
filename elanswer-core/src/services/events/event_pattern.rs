//! Which events a rule takes.

use crate::Set;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which events a rule takes: those of which every field that is named has one of the values.
///
/// AWS: [event patterns](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
/// Quota: 2,048 characters, unless raised to at most 4,096.
///
/// ```
/// use elanswer_core::services::events::EventPattern;
///
/// let stopped = EventPattern::of_source("aws.ec2")
///     .with_type("EC2 Instance State-change Notification")
///     .with_detail("state", ["stopped", "terminated"]);
/// assert!(stopped.faults().is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct EventPattern {
    /// `source`: who sends the event, `aws.ecs`. Empty: anybody.
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub source: Set<Matcher>,
    /// `detail-type`: what it is, `ECS Deployment State Change`. Empty: anything.
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub detail_type: Set<Matcher>,
    /// `detail`: what its content must be: objects like those of the event, and lists of values or
    /// filters where the event has a value. Empty: anything.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub detail: Map<String, Value>,
    /// Any other field: `account`, `region`, `resources`, `$or`.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a field of an event may be: a text, or one of AWS's filters.
///
/// AWS: [comparison operators](https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Matcher(Value);

impl Matcher {
    /// Any text that begins with this.
    #[must_use]
    pub fn prefix(text: &str) -> Self {
        Self(serde_json::json!({ "prefix": text }))
    }

    /// What AWS matches by this filter, `{"anything-but": ["aws.ec2"]}`.
    #[must_use]
    pub fn filter(filter: Map<String, Value>) -> Self {
        Self(Value::Object(filter))
    }

    /// The matcher in JSON.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.0
    }
}

impl From<&str> for Matcher {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Matcher {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl PartialOrd for Matcher {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By their JSON: a list of matchers has no order of its own.
impl Ord for Matcher {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.to_string().cmp(&other.0.to_string())
    }
}

/// What happens to a database that RDS tells of: `EventCategories` of its events.
///
/// AWS: [categories of events](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DatabaseEvent {
    /// `availability`: it was restarted or shut down.
    Availability,
    /// `backup`: a backup begins or is done.
    Backup,
    /// `configuration change`: something of it was changed.
    ConfigurationChange,
    /// `deletion`: it was deleted.
    Deletion,
    /// `failover`: the standby took over, or is about to.
    Failover,
    /// `failure`: it failed, or a task of AWS for it.
    Failure,
    /// `low storage`: it is about to have no room left.
    LowStorage,
    /// `maintenance`: AWS works on it.
    Maintenance,
    /// `recovery`: it is being brought back.
    Recovery,
}

impl DatabaseEvent {
    /// AWS's name of the category.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Backup => "backup",
            Self::ConfigurationChange => "configuration change",
            Self::Deletion => "deletion",
            Self::Failover => "failover",
            Self::Failure => "failure",
            Self::LowStorage => "low storage",
            Self::Maintenance => "maintenance",
            Self::Recovery => "recovery",
        }
    }
}

/// Something that AWS refuses in a pattern, with `InvalidEventPatternException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternFault {
    /// It names no field.
    #[error("the pattern names no field")]
    Empty,
    /// A field has an empty list: nothing could match it.
    #[error("the pattern has an empty list at `{0}`")]
    EmptyList(String),
    /// A field has a value that is not in a list.
    #[error("the pattern has a value that is in no list at `{0}`")]
    NotAList(String),
    /// It is longer than AWS ever takes.
    #[error("the pattern has {0} characters; AWS takes at most 4096")]
    TooLong(usize),
}

impl EventPattern {
    /// The most characters of a pattern, whatever the quota.
    pub const LIMIT: usize = 4096;

    /// Events of this source.
    pub fn of_source(source: impl Into<Matcher>) -> Self {
        Self { source: Set::from([source.into()]), ..Self::default() }
    }

    /// Executions of pipelines of CodePipeline that failed.
    ///
    /// AWS: [events of CodePipeline](https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html).
    #[must_use]
    pub fn pipeline_failures() -> Self {
        Self::of_source("aws.codepipeline")
            .with_type("CodePipeline Pipeline Execution State Change")
            .with_detail("state", ["FAILED"])
    }

    /// Builds of CodeBuild that failed or took too long.
    ///
    /// AWS: [events of CodeBuild](https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html).
    #[must_use]
    pub fn build_failures() -> Self {
        Self::of_source("aws.codebuild")
            .with_type("CodeBuild Build State Change")
            .with_detail("build-status", ["FAILED", "FAULT", "TIMED_OUT"])
    }

    /// Deployments of services of ECS that failed. ECS tells of them where the circuit breaker of
    /// the service is on.
    ///
    /// AWS: [events of deployments](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html).
    #[must_use]
    pub fn deployment_failures() -> Self {
        Self::of_source("aws.ecs")
            .with_type("ECS Deployment State Change")
            .with_detail("eventName", ["SERVICE_DEPLOYMENT_FAILED"])
    }

    /// What happens to database instances of RDS.
    ///
    /// AWS: [events of RDS](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html).
    #[must_use]
    pub fn database_events(events: impl IntoIterator<Item = DatabaseEvent>) -> Self {
        let events: Set<&str> = events.into_iter().map(DatabaseEvent::as_str).collect();
        Self::of_source("aws.rds")
            .with_type("RDS DB Instance Event")
            .with_detail("EventCategories", events)
    }

    /// Events of this type too, or only of this type when none was named.
    #[must_use]
    pub fn with_type(mut self, detail_type: impl Into<Matcher>) -> Self {
        self.detail_type.insert(detail_type.into());
        self
    }

    /// Only when this field of the content is one of these values.
    #[must_use]
    pub fn with_detail<V: Into<Value>>(
        mut self,
        field: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.detail.insert(field.into(), values.into());
        self
    }

    /// Only when this field outside of the content is one of these values: `resources`, say.
    #[must_use]
    pub fn with<V: Into<Value>>(
        mut self,
        field: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        self.other.insert(field.into(), values.into());
        self
    }

    /// The pattern in JSON, as AWS gets it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What AWS refuses in the pattern.
    #[must_use]
    pub fn faults(&self) -> Vec<PatternFault> {
        let mut faults = Vec::new();
        let json = serde_json::to_value(self).unwrap_or_default();
        let Value::Object(fields) = &json else { return faults };
        if fields.is_empty() {
            faults.push(PatternFault::Empty);
        }
        for (field, value) in fields {
            look(field, value, &mut faults);
        }
        let length = json.to_string().chars().count();
        if length > Self::LIMIT {
            faults.push(PatternFault::TooLong(length));
        }
        faults
    }
}

fn look(path: &str, value: &Value, faults: &mut Vec<PatternFault>) {
    match value {
        Value::Array(values) if values.is_empty() => {
            faults.push(PatternFault::EmptyList(path.to_owned()));
        }
        Value::Array(_) => {}
        Value::Object(fields) => {
            for (field, value) in fields {
                look(&format!("{path}.{field}"), value, faults);
            }
        }
        _ => faults.push(PatternFault::NotAList(path.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_has_the_shape_of_events() {
        let pattern = EventPattern::pipeline_failures();
        let tree = json!({
            "source": ["aws.codepipeline"],
            "detail-type": ["CodePipeline Pipeline Execution State Change"],
            "detail": {"state": ["FAILED"]},
        });
        assert_eq!(serde_json::to_value(&pattern).unwrap(), tree);
        assert_eq!(serde_json::from_value::<EventPattern>(tree).unwrap(), pattern);
    }

    #[test]
    fn what_others_wrote_is_kept() {
        let tree = json!({
            "source": [{"prefix": "aws."}, "shop"],
            "resources": ["arn:aws:ecs:us-east-1:123456789012:service/shop"],
            "detail": {"a": {"b": [{"numeric": [">", 1]}]}},
        });
        let pattern: EventPattern = serde_json::from_value(tree.clone()).unwrap();
        assert_eq!(pattern.to_json().parse::<Value>().unwrap()["detail"], tree["detail"]);
        assert!(pattern.source.contains(&Matcher::prefix("aws.")));
        assert_eq!(pattern.other.len(), 1);
        assert_eq!(pattern.faults(), []);
    }

    #[test]
    fn aws_refuses_what_could_never_match() {
        assert_eq!(EventPattern::default().faults(), [PatternFault::Empty]);
        let mut plain = EventPattern::of_source("aws.ecs").with_detail("a", [""; 0]);
        plain.detail.insert("b".to_owned(), json!({"c": "FAILED"}));
        let faults = ["detail.a", "detail.b.c"].map(str::to_owned);
        let [a, c] = faults;
        assert_eq!(plain.faults(), [PatternFault::EmptyList(a), PatternFault::NotAList(c)]);
        let long = EventPattern::of_source("x".repeat(5000));
        assert!(matches!(long.faults().as_slice(), [PatternFault::TooLong(_)]));
    }

    #[test]
    fn the_patterns_of_aws_are_ones_that_it_takes() {
        let database = [DatabaseEvent::Failover, DatabaseEvent::LowStorage];
        for pattern in [
            EventPattern::pipeline_failures(),
            EventPattern::build_failures(),
            EventPattern::deployment_failures(),
            EventPattern::database_events(database),
        ] {
            assert_eq!(pattern.faults(), [], "{}", pattern.to_json());
        }
        assert_eq!(
            EventPattern::database_events(database).detail["EventCategories"],
            json!(["failover", "low storage"])
        );
    }
}
