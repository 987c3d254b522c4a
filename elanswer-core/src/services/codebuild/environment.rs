//! What a build runs in.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use crate::{
    reference::Input,
    text::{is_of, text},
};

/// The container that a build runs in.
///
/// AWS: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref.html>. Not modelled:
/// Windows, GPUs, Lambda, fleets, certificates and the credentials of other registries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Environment {
    /// `Type`: the processors. Default here: `LINUX_CONTAINER`.
    #[builder(default)]
    #[serde(rename = "Type", default)]
    pub environment_type: EnvironmentType,
    /// `Image`: one of [AWS's own](https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html),
    /// `aws/codebuild/…`, or one of a registry.
    #[builder(into)]
    pub image: Input<String>,
    /// `ComputeType`: how large it is. Default here: `BUILD_GENERAL1_SMALL`.
    #[builder(default)]
    #[serde(default)]
    pub compute_type: ComputeType,
    /// `PrivilegedMode`: whether it may do whatever the machine may, as running Docker takes. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(default)]
    pub privileged_mode: bool,
    /// `ImagePullCredentialsType`: who pulls the image. AWS's default: `CODEBUILD`.
    #[builder(default)]
    #[serde(default)]
    pub image_pull_credentials_type: ImagePullCredentialsType,
    /// `EnvironmentVariables`, by their names.
    #[builder(default, into)]
    #[serde(default, with = "variables")]
    pub environment_variables: BTreeMap<VariableName, EnvironmentVariable>,
}

/// The processors and the system of a build.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum EnvironmentType {
    /// `ARM_CONTAINER`: Linux on ARM64.
    ArmContainer,
    /// `LINUX_CONTAINER`: Linux on `x86_64`.
    #[default]
    LinuxContainer,
}

/// How large the machine of a build is.
///
/// AWS: <https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html>.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum ComputeType {
    /// `BUILD_GENERAL1_SMALL`: 2 vCPU and 4 GiB.
    #[default]
    #[serde(rename = "BUILD_GENERAL1_SMALL")]
    Small,
    /// `BUILD_GENERAL1_MEDIUM`: 4 vCPU and 8 GiB.
    #[serde(rename = "BUILD_GENERAL1_MEDIUM")]
    Medium,
    /// `BUILD_GENERAL1_LARGE`: 8 vCPU and 16 GiB.
    #[serde(rename = "BUILD_GENERAL1_LARGE")]
    Large,
    /// `BUILD_GENERAL1_XLARGE`: 36 vCPU and 72 GiB.
    #[serde(rename = "BUILD_GENERAL1_XLARGE")]
    XLarge,
    /// `BUILD_GENERAL1_2XLARGE`: 72 vCPU and 144 GiB; of ARM 48 vCPU and 96 GiB.
    #[serde(rename = "BUILD_GENERAL1_2XLARGE")]
    XLarge2,
}

/// Who pulls the image of a build.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ImagePullCredentialsType {
    /// `CODEBUILD`: CodeBuild itself, as AWS's own images take it.
    #[default]
    #[serde(rename = "CODEBUILD")]
    CodeBuild,
    /// `SERVICE_ROLE`: the role of the project, as private repositories take it.
    ServiceRole,
}

text! {
    /// The name of a variable of a build.
    VariableName: "the name of a variable of a build",
    "1 to 255 letters, digits and `_`",
    is_variable_name
}

const fn is_variable_name(text: &str) -> bool {
    is_of(text, 1, 255, "_")
}

/// The value of a variable of a build: `Type` and `Value`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvironmentVariable {
    /// `PARAMETER_STORE`: the parameter of this name.
    ParameterStore(Input<String>),
    /// `PLAINTEXT`: this text, which whoever may look at the project reads.
    Plaintext(Input<String>),
    /// `SECRETS_MANAGER`: the secret of this ARN or name; behind it may stand a key in its JSON, the
    /// stage and the version.
    SecretsManager(Input<String>),
}

impl EnvironmentVariable {
    /// `Value`: the text, or the name of what has it.
    #[must_use]
    pub const fn value(&self) -> &Input<String> {
        match self {
            Self::ParameterStore(value) | Self::Plaintext(value) | Self::SecretsManager(value) => {
                value
            }
        }
    }

    /// `Type`.
    #[must_use]
    pub const fn variable_type(&self) -> &'static str {
        match self {
            Self::ParameterStore(_) => "PARAMETER_STORE",
            Self::Plaintext(_) => "PLAINTEXT",
            Self::SecretsManager(_) => "SECRETS_MANAGER",
        }
    }
}

/// A text that the project shows.
impl From<&str> for EnvironmentVariable {
    fn from(text: &str) -> Self {
        Self::Plaintext(text.into())
    }
}

/// The variables as AWS's list, in the order of the names.
mod variables {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{EnvironmentVariable, VariableName};
    use crate::reference::Input;

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Variable {
        name: VariableName,
        #[serde(rename = "Type", default)]
        variable_type: VariableType,
        value: Input<String>,
    }

    #[derive(Default, Serialize, Deserialize)]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    enum VariableType {
        ParameterStore,
        #[default]
        Plaintext,
        SecretsManager,
    }

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<VariableName, EnvironmentVariable>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map.iter().map(|(name, variable)| Variable {
            name: name.clone(),
            variable_type: match variable {
                EnvironmentVariable::ParameterStore(_) => VariableType::ParameterStore,
                EnvironmentVariable::Plaintext(_) => VariableType::Plaintext,
                EnvironmentVariable::SecretsManager(_) => VariableType::SecretsManager,
            },
            value: variable.value().clone(),
        }))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<VariableName, EnvironmentVariable>, D::Error> {
        let list = Vec::<Variable>::deserialize(deserializer)?;
        let typed = |variable: Variable| {
            let value = match variable.variable_type {
                VariableType::ParameterStore => EnvironmentVariable::ParameterStore,
                VariableType::Plaintext => EnvironmentVariable::Plaintext,
                VariableType::SecretsManager => EnvironmentVariable::SecretsManager,
            };
            (variable.name, value(variable.value))
        };
        Ok(list.into_iter().map(typed).collect())
    }
}
