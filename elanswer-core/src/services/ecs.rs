//! Amazon ECS: containers on Fargate.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

pub use cluster::{Cluster, ClusterOutputs, ContainerInsights};
pub use container::{
    AwsLogs, ContainerCondition, ContainerDefinition, ContainerDependency, ContainerPort,
    HealthCheck, PortMapping, TransportProtocol,
};
pub use service::{
    AssignPublicIp, AwsVpcConfiguration, CircuitBreaker, DeploymentConfiguration, LaunchType,
    NetworkConfiguration, PlatformVersion, PropagateTags, Service, ServiceLoadBalancer,
    ServiceOutputs,
};
pub use task_definition::{
    Compatibility, CpuArchitecture, FargateSize, FargateSizeError, NetworkMode,
    OperatingSystemFamily, RuntimePlatform, TaskDefinition, TaskDefinitionOutputs,
};

mod cluster;
mod container;
mod service;
mod task_definition;

/// A name in Amazon ECS: of a cluster, a service, a task definition family or a container.
///
/// One to 255 ASCII letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EcsName(Cow<'static, str>);

/// The longest [`EcsName`].
pub(crate) const MAX_NAME_LEN: usize = 255;

/// A text that is not an [`EcsName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name in ECS: 1 to {MAX_NAME_LEN} letters, digits, `_` and `-`")]
pub struct EcsNameError {
    text: String,
}

impl EcsName {
    /// Parses a name.
    ///
    /// # Errors
    ///
    /// When the text is empty, longer than 255, or holds another character.
    pub fn new(text: impl Into<String>) -> Result<Self, EcsNameError> {
        let text = text.into();
        if is_name(&text) { Ok(Self(Cow::Owned(text))) } else { Err(EcsNameError { text }) }
    }

    /// A name that is written in the program. In a `const` a wrong one does not compile.
    ///
    /// ```
    /// use elanswer_core::services::ecs::EcsName;
    ///
    /// const WEB: EcsName = EcsName::literal("web");
    /// assert_eq!(WEB.as_str(), "web");
    /// ```
    ///
    /// # Panics
    ///
    /// When it is not a name. Use [`EcsName::new`] for what is not written in the program.
    #[must_use]
    pub const fn literal(text: &'static str) -> Self {
        assert!(is_name(text), "not a name in ECS: 1 to 255 letters, digits, `_` and `-`");
        Self(Cow::Borrowed(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    if rest.is_empty() || rest.len() > MAX_NAME_LEN {
        return false;
    }
    while let [byte, others @ ..] = rest {
        if !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-') {
            return false;
        }
        rest = others;
    }
    true
}

impl fmt::Display for EcsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for EcsName {
    type Err = EcsNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl TryFrom<String> for EcsName {
    type Error = EcsNameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text)
    }
}

impl From<EcsName> for String {
    fn from(name: EcsName) -> Self {
        name.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_length_and_an_alphabet() {
        for good in ["a", "Web_1-b", &"x".repeat(255)] {
            assert_eq!(EcsName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a/b", "ä", &"x".repeat(256)] {
            assert!(EcsName::new(bad).is_err(), "{bad}");
        }
    }
}
