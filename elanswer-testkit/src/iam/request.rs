//! What IAM is asked.

use std::{collections::BTreeMap, fmt};

use elanswer_core::services::iam::{Action, Service};

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Caller {
    /// Somebody without credentials.
    Anonymous,
    /// A role, a session of one, a user, or the root user of an account, by its ARN.
    Principal(String),
    /// A service of AWS, on its own behalf.
    Service(Service),
}

impl Caller {
    /// The root user of an account: whoever administers it.
    #[must_use]
    pub fn root(account: &str) -> Self {
        Self::Principal(format!("arn:aws:iam::{account}:root"))
    }

    /// The account; services have none.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Principal(arn) => arn.split(':').nth(4),
            Self::Anonymous | Self::Service(_) => None,
        }
    }

    /// Whether it is the root user of its account.
    #[must_use]
    pub fn is_root(&self) -> bool {
        matches!(self, Self::Principal(arn) if arn.ends_with(":root"))
    }
}

impl From<Service> for Caller {
    fn from(service: Service) -> Self {
        Self::Service(service)
    }
}

impl From<&str> for Caller {
    /// An ARN, or `*` for nobody in particular.
    fn from(arn: &str) -> Self {
        arn.to_owned().into()
    }
}

impl From<&String> for Caller {
    fn from(arn: &String) -> Self {
        arn.clone().into()
    }
}

impl From<String> for Caller {
    fn from(arn: String) -> Self {
        if arn == "*" { Self::Anonymous } else { Self::Principal(arn) }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.pad("anybody"),
            Self::Principal(arn) => f.pad(arn),
            Self::Service(service) => f.pad(service.as_str()),
        }
    }
}

/// A call, as IAM sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(super) caller: Caller,
    pub(super) action: Action,
    pub(super) resource: String,
    /// The values of condition keys, by their names in lower case.
    pub(super) context: BTreeMap<String, Vec<String>>,
}

impl Request {
    /// `caller` wants to do `action` on the resource of this ARN; `*` for actions that work on none.
    pub fn new(
        caller: impl Into<Caller>,
        action: impl Into<Action>,
        resource: impl Into<String>,
    ) -> Self {
        let (caller, action) = (caller.into(), action.into());
        Self { caller, action, resource: resource.into(), context: BTreeMap::new() }
    }

    /// With this value of a condition key. A key that is set twice has both values.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.context.entry(key.to_ascii_lowercase()).or_default().push(value.into());
        self
    }

    /// The account of the resource, when its ARN names one.
    pub(super) fn resource_account(&self) -> Option<&str> {
        self.resource.split(':').nth(4).filter(|account| !account.is_empty())
    }

    /// The values of a condition key: those that were given, and else those that AWS knows itself.
    pub(super) fn values(&self, key: &str) -> Option<Vec<String>> {
        let key = key.to_ascii_lowercase();
        if let Some(given) = self.context.get(&key) {
            return Some(given.clone());
        }
        let principal = || match &self.caller {
            Caller::Principal(arn) => Some(arn.clone()),
            Caller::Anonymous | Caller::Service(_) => None,
        };
        let part = |at: usize| self.resource.split(':').nth(at).filter(|it| !it.is_empty());
        let value = match key.as_str() {
            "aws:principalaccount" => self.caller.account()?.to_owned(),
            "aws:principalarn" => principal()?,
            "aws:principalisawsservice" => matches!(self.caller, Caller::Service(_)).to_string(),
            "aws:principalservicename" => match &self.caller {
                Caller::Service(service) => service.to_string(),
                Caller::Anonymous | Caller::Principal(_) => return None,
            },
            "aws:requestedregion" => part(3)?.to_owned(),
            "aws:resourceaccount" => part(4)?.to_owned(),
            "aws:securetransport" => "true".to_owned(),
            "aws:viaawsservice" => self.context.contains_key("kms:viaservice").to_string(),
            "kms:calleraccount" if self.action.service() == Some("kms") => {
                self.caller.account()?.to_owned()
            }
            _ => return None,
        };
        Some(vec![value])
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} does {} on {}", self.caller, self.action.as_str(), self.resource)?;
        for (key, values) in &self.context {
            write!(f, ", {key} {}", values.join(" "))?;
        }
        Ok(())
    }
}
