//! The policy language of IAM, typed and canonical.
//!
//! Policies that mean the same are equal and serialise to the same JSON: every set is sorted and
//! without duplicates, a single element is a list of one, and the version is always `2012-10-17`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

pub use action::Action;
pub use condition::{Conditions, Operator};
pub use grammar::{PolicyFault, PolicyUse};
pub use principal::{Principal, Service};
pub use statement::{Effect, Selection, Statement};

mod action;
mod condition;
mod grammar;
mod principal;
mod statement;

use crate::{Set, reference::resolve};
use statement::Elements;

/// The version of the policy language: the only one with policy variables.
const VERSION: &str = "2012-10-17";

/// A policy: statements, in no order.
///
/// ```
/// use elanswer_core::services::iam::{PolicyDocument, Service, Statement};
///
/// let trust = PolicyDocument::trusting(Service::EcsTasks);
/// let policy = PolicyDocument::new([
///     Statement::allow(["logs:CreateLogStream"]).on(["arn:aws:logs:*:*:log-group:web:*"]),
/// ]);
/// assert!(trust.trusts(&Service::EcsTasks));
/// assert_eq!(policy.to_json().parse(), Ok(policy));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyDocument {
    /// `Statement`.
    pub statements: Set<Statement>,
}

/// A text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a policy document: {reason}")]
pub struct PolicyError {
    reason: String,
}

impl PolicyDocument {
    /// The most characters of a trust policy, unless the quota is raised.
    pub const TRUST_LIMIT: usize = 2048;
    /// The most characters of all inline policies of a role together.
    pub const ROLE_INLINE_LIMIT: usize = 10_240;
    /// The most characters of a managed policy.
    pub const MANAGED_LIMIT: usize = 6144;

    /// A policy of these statements.
    pub fn new(statements: impl IntoIterator<Item = Statement>) -> Self {
        Self { statements: statements.into_iter().collect() }
    }

    /// A trust policy: `principal` may assume the role.
    #[must_use]
    pub fn trusting(principal: impl Into<Principal>) -> Self {
        Self::new([Statement::allow([ASSUME_ROLE]).to([principal])])
    }

    /// With one more statement.
    #[must_use]
    pub fn with(mut self, statement: Statement) -> Self {
        self.statements.insert(statement);
        self
    }

    /// The policy in JSON without white space, as AWS gets it.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// How many characters AWS counts: those of the JSON without white space.
    ///
    /// Values that are not known yet count as none.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        resolve(&mut value, &|_| Some(String::new().into()));
        value.to_string().chars().filter(|c| !c.is_whitespace()).count()
    }

    /// Whether, as a trust policy, it lets the service assume the role.
    ///
    /// Conditions are taken to hold where they allow, and not to hold where they deny.
    #[must_use]
    pub fn trusts(&self, service: &Service) -> bool {
        let assume_role = Action::new(ASSUME_ROLE);
        let principal = Principal::Service(service.clone());
        let about = |statement: &&Statement| {
            statement.actions.covers(|action| action.covers(&assume_role))
                && statement.principals.covers(|it| *it == Principal::Any || *it == principal)
        };
        let mut denied = self.statements.iter().filter(about).filter(|statement| {
            statement.effect == Effect::Deny && statement.conditions.is_empty()
        });
        let mut allowed =
            self.statements.iter().filter(about).filter(|it| it.effect == Effect::Allow);
        allowed.next().is_some() && denied.next().is_none()
    }

    /// Whatever is wider than what it names, in every statement.
    pub fn wildcards(&self) -> impl Iterator<Item = (&Statement, Wildcard<'_>)> {
        self.statements.iter().flat_map(|statement| {
            let actions = match &statement.actions {
                Selection::AllExcept(_) => vec![Wildcard::AllActionsExcept],
                Selection::Of(actions) => {
                    let wide = actions.iter().filter(|action| action.has_wildcard());
                    wide.map(Wildcard::Action).collect()
                }
            };
            let resources = match &statement.resources {
                Selection::AllExcept(_) => Some(Wildcard::AllResourcesExcept),
                Selection::Of(resources) => {
                    resources.contains(&"*".into()).then_some(Wildcard::AllResources)
                }
            };
            let principals = match &statement.principals {
                Selection::AllExcept(_) => Some(Wildcard::AllPrincipalsExcept),
                Selection::Of(principals) => {
                    principals.contains(&Principal::Any).then_some(Wildcard::AllPrincipals)
                }
            };
            let all = actions.into_iter().chain(resources).chain(principals);
            all.map(move |wildcard| (statement, wildcard))
        })
    }
}

/// The action of a role that is assumed by a service or a principal of AWS.
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// A part of a statement that covers more than it names; see [`PolicyDocument::wildcards`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wildcard<'a> {
    /// An action with `*` or `?`.
    Action(&'a Action),
    /// `NotAction`.
    AllActionsExcept,
    /// The principal `*`.
    AllPrincipals,
    /// `NotPrincipal`.
    AllPrincipalsExcept,
    /// The resource `*`. A pattern within an ARN is not one: IAM needs those.
    AllResources,
    /// `NotResource`.
    AllResourcesExcept,
}

impl<T> Selection<T> {
    /// Whether it covers what `matches` recognises.
    fn covers(&self, matches: impl Fn(&T) -> bool) -> bool {
        match self {
            Self::AllExcept(elements) => !elements.iter().any(matches),
            Self::Of(elements) => elements.iter().any(matches),
        }
    }
}

impl FromStr for PolicyDocument {
    type Err = PolicyError;

    /// Reads the JSON of a policy, in any of the forms that AWS takes.
    fn from_str(json: &str) -> Result<Self, PolicyError> {
        serde_json::from_str(json).map_err(|error| PolicyError { reason: error.to_string() })
    }
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("Version", VERSION)?;
        map.serialize_entry("Statement", &self.statements)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// `Id` means nothing to IAM.
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Json {
            version: Option<String>,
            statement: Elements<Statement>,
        }
        let json = Json::deserialize(deserializer)?;
        let policy = Self { statements: json.statement.0 };
        match json.version.as_deref() {
            Some(VERSION) => Ok(policy),
            // The older version has no policy variables: `${` is plain text there. A policy
            // without it means the same in both.
            None | Some("2008-10-17") if !policy.to_json().contains("${") => Ok(policy),
            version => Err(D::Error::custom(format_args!(
                "version `{}` instead of `{VERSION}`",
                version.unwrap_or("2008-10-17")
            ))),
        }
    }
}

impl FromIterator<Statement> for PolicyDocument {
    fn from_iter<I: IntoIterator<Item = Statement>>(statements: I) -> Self {
        Self::new(statements)
    }
}

#[cfg(test)]
mod tests;
