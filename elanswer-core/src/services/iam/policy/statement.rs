//! One statement of a policy.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _},
    ser::SerializeMap,
};
use serde_json::Value;

use super::{
    action::Action,
    condition::{Conditions, Operator},
    principal::{Principal, Principals},
};
use crate::{Set, reference::Input};

/// One statement of a policy: who may, or may not, do what on what, and when.
///
/// What has no elements is left out: identity policies have no principals, trust policies no
/// resources.
///
/// ```
/// use elanswer_core::services::iam::{Operator, Statement};
///
/// let statement = Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
///     .on(["arn:aws:logs:us-east-1:123456789012:log-group:web:*"])
///     .when(Operator::BOOL, "aws:SecureTransport", ["true"]);
/// assert!(statement.sid.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// `Sid`: a name within the policy, of letters and digits.
    pub sid: Option<String>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Selection<Principal>,
    /// `Action` or `NotAction`.
    pub actions: Selection<Action>,
    /// `Resource` or `NotResource`: ARNs, with `*` and `?`.
    pub resources: Selection<Input<String>>,
    /// `Condition`: by operator and key, the values of which one must match.
    pub conditions: Conditions,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Effect {
    /// Allows, unless another statement denies.
    Allow,
    /// Denies, whatever other statements allow.
    Deny,
}

/// Elements that are named, or everything but those.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selection<T> {
    /// Everything but these: `NotAction` and its like.
    AllExcept(Set<T>),
    /// These. None at all: the statement does not have the element.
    Of(Set<T>),
}

impl<T: Ord> Selection<T> {
    /// These.
    pub fn of<U: Into<T>>(elements: impl IntoIterator<Item = U>) -> Self {
        Self::Of(elements.into_iter().map(Into::into).collect())
    }

    /// Everything but these.
    pub fn all_except<U: Into<T>>(elements: impl IntoIterator<Item = U>) -> Self {
        Self::AllExcept(elements.into_iter().map(Into::into).collect())
    }

    /// Whether the statement does not have the element.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Of(elements) if elements.is_empty())
    }

    /// The elements that are named, to be in or out.
    pub fn named(&self) -> impl Iterator<Item = &T> {
        let (Self::Of(elements) | Self::AllExcept(elements)) = self;
        elements.iter()
    }
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self::Of(Set::new())
    }
}

impl Statement {
    /// Allows these actions.
    pub fn allow<A: Into<Action>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Allow, actions)
    }

    /// Denies these actions.
    pub fn deny<A: Into<Action>>(actions: impl IntoIterator<Item = A>) -> Self {
        Self::new(Effect::Deny, actions)
    }

    fn new<A: Into<Action>>(effect: Effect, actions: impl IntoIterator<Item = A>) -> Self {
        Self {
            sid: None,
            effect,
            principals: Selection::default(),
            actions: Selection::of(actions),
            resources: Selection::default(),
            conditions: Conditions::new(),
        }
    }

    /// On these resources: ARNs, also of what does not exist yet.
    #[must_use]
    pub fn on<R: Into<Input<String>>>(mut self, resources: impl IntoIterator<Item = R>) -> Self {
        self.resources = Selection::of(resources);
        self
    }

    /// For these principals.
    #[must_use]
    pub fn to<P: Into<Principal>>(mut self, principals: impl IntoIterator<Item = P>) -> Self {
        self.principals = Selection::of(principals);
        self
    }

    /// Only when `key` matches one of `values`; together with the conditions it already has.
    #[must_use]
    pub fn when<V: Into<Input<String>>>(
        mut self,
        operator: Operator,
        key: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let keys = self.conditions.entry(operator).or_default();
        keys.entry(key.into()).or_default().extend(values.into_iter().map(Into::into));
        self
    }

    /// Under this name.
    #[must_use]
    pub fn named(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }
}

/// A statement as JSON has it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Json {
    #[serde(default)]
    sid: Option<String>,
    effect: Effect,
    #[serde(default)]
    principal: Option<Principals>,
    #[serde(default)]
    not_principal: Option<Principals>,
    #[serde(default)]
    action: Option<Elements<Action>>,
    #[serde(default)]
    not_action: Option<Elements<Action>>,
    #[serde(default)]
    resource: Option<Elements<Input<String>>>,
    #[serde(default)]
    not_resource: Option<Elements<Input<String>>>,
    #[serde(default)]
    condition: BTreeMap<Operator, BTreeMap<String, Elements<Input<String>>>>,
}

impl Serialize for Statement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            map.serialize_entry("Sid", sid)?;
        }
        map.serialize_entry("Effect", &self.effect)?;
        if let Some((name, principals)) = self.principals.element(["Principal", "NotPrincipal"]) {
            map.serialize_entry(name, &Principals(principals.clone()))?;
        }
        if let Some((name, actions)) = self.actions.element(["Action", "NotAction"]) {
            map.serialize_entry(name, actions)?;
        }
        if let Some((name, resources)) = self.resources.element(["Resource", "NotResource"]) {
            map.serialize_entry(name, resources)?;
        }
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &self.conditions)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Statement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let both = |element| D::Error::custom(format_args!("both {element} and Not{element}"));
        let principals = (json.principal.map(|it| it.0), json.not_principal.map(|it| it.0));
        let actions = (json.action.map(|it| it.0), json.not_action.map(|it| it.0));
        let resources = (json.resource.map(|it| it.0), json.not_resource.map(|it| it.0));
        let values = |(key, values): (_, Elements<_>)| (key, values.0);
        let condition = |(operator, keys): (_, BTreeMap<_, _>)| {
            (operator, keys.into_iter().map(values).collect())
        };
        Ok(Self {
            // The console of AWS writes an empty Sid for none.
            sid: json.sid.filter(|sid| !sid.is_empty()),
            effect: json.effect,
            principals: Selection::join(principals).ok_or_else(|| both("Principal"))?,
            actions: Selection::join(actions).ok_or_else(|| both("Action"))?,
            resources: Selection::join(resources).ok_or_else(|| both("Resource"))?,
            conditions: json.condition.into_iter().map(condition).collect(),
        })
    }
}

impl<T> Selection<T> {
    /// What is named, under the name of the element or of its negation.
    fn element(&self, [of, all_except]: [&'static str; 2]) -> Option<(&'static str, &Set<T>)> {
        match self {
            Self::AllExcept(elements) => Some((all_except, elements)),
            Self::Of(elements) => (!elements.is_empty()).then_some((of, elements)),
        }
    }

    /// Nothing when both are there: that means nothing.
    fn join(pair: (Option<Set<T>>, Option<Set<T>>)) -> Option<Self> {
        match pair {
            (Some(_), Some(_)) => None,
            (_, Some(elements)) => Some(Self::AllExcept(elements)),
            (elements, None) => Some(Self::Of(elements.unwrap_or_default())),
        }
    }
}

/// Elements in JSON: written as a list, read from a list or a single one.
///
/// IAM takes numbers and booleans for their text.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct Elements<T>(pub(super) Set<T>);

impl<T> Elements<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> Default for Elements<T> {
    fn default() -> Self {
        Self(Set::new())
    }
}

impl<'de, T: DeserializeOwned + Ord> Deserialize<'de> for Elements<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = match Value::deserialize(deserializer)? {
            Value::Array(items) => items,
            item => vec![item],
        };
        let element = |item: Value| {
            let text = matches!(item, Value::Bool(_) | Value::Number(_)).then(|| item.to_string());
            serde_json::from_value(text.map_or(item, Value::String)).map_err(D::Error::custom)
        };
        Ok(Self(items.into_iter().map(element).collect::<Result<_, _>>()?))
    }
}
