//! `AWS::CodeConnections::Connection`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::ConnectionArn;
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    services::ec2::tag_calls,
    tags::Tags,
    text::{characters, text},
};

/// A connection to a host of repositories, by which pipelines and builds get at them.
///
/// AWS: [`AWS::CodeConnections::Connection`](https://docs.aws.amazon.com/dtconsole/latest/userguide/welcome-connections.html).
/// Once it is made it is [`Pending`](ConnectionStatus::Pending): somebody must
/// [complete it](https://docs.aws.amazon.com/dtconsole/latest/userguide/connections-update.html) in
/// the console, where the host asks which repositories AWS may read. No API does that, and until
/// then nothing comes through it. Not modelled: hosts of one's own, and providers that need one.
/// Quota: 250 per account.
///
/// ```
/// use elanswer_core::{Architecture, Region, services::codeconnections::Connection};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let github = arch.resource("github", Connection::default());
/// let arn = github.arn(); // what the source of a pipeline takes
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Connection {
    /// `ConnectionName`: unique in the account. Unset: elanswer makes up a name. Changing it
    /// replaces the connection, which is then to be completed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_name: Option<ConnectionName>,
    /// `ProviderType`: who hosts the repositories. Changing it replaces the connection, which is
    /// then to be completed again. Default here: GitHub.
    #[builder(default)]
    #[serde(default)]
    pub provider_type: ProviderType,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Who hosts repositories.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum ProviderType {
    /// `GitHub`.
    #[default]
    GitHub,
}

impl ProviderType {
    /// AWS's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
        }
    }
}

text! {
    /// The name of a connection.
    ConnectionName: "the name of a connection",
    "1 to 32 characters",
    is_connection_name
}

/// The most characters of a name.
const MAX_NAME_LEN: usize = 32;

const fn is_connection_name(text: &str) -> bool {
    let count = characters(text);
    1 <= count && count <= MAX_NAME_LEN
}

/// Whether a connection can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConnectionStatus {
    /// `AVAILABLE`: it can.
    Available,
    /// `ERROR`: not now; AWS tries again by itself.
    Error,
    /// `PENDING`: not until somebody completes it in the console.
    Pending,
}

/// What AWS decides of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConnectionOutputs {
    /// `ConnectionArn`: `arn:aws:codeconnections:us-east-1:123456789012:connection/UUID`.
    pub connection_arn: ConnectionArn,
    /// `ConnectionStatus`: as it was when it was last read.
    pub connection_status: ConnectionStatus,
}

impl Ref<Connection> {
    /// `ConnectionArn`.
    #[must_use]
    pub fn arn(&self) -> Output<ConnectionArn> {
        self.output("ConnectionArn")
    }

    /// `ConnectionStatus`: an output of the architecture tells what is still to be done.
    #[must_use]
    pub fn status(&self) -> Output<ConnectionStatus> {
        self.output("ConnectionStatus")
    }
}

impl Resource for Connection {
    type Outputs = ConnectionOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "ConnectionArn",
        outputs: &["ConnectionArn", "ConnectionStatus"],
        replaces: &["ConnectionName", "ProviderType"],
        computed: &["ConnectionName"],
        name: Some(NameRule { also: "_", ..NameRule::new("ConnectionName", MAX_NAME_LEN) }),
        exclusive: &["ConnectionName"],
        named_by_arn: true,
        api: "codeconnections",
        ..Schema::new(Kind::new("AWS::CodeConnections::Connection"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateConnection`, which answers nothing of the status: that is `PENDING`; those of tags;
    /// `DeleteConnection`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => tag_calls(&from.tags, &to.tags),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let connection =
            Connection::builder().connection_name(ConnectionName::literal("github")).build();
        let tree = json!({ "ConnectionName": "github", "ProviderType": "GitHub", "Tags": [] });
        assert_eq!(Value::Object(properties_of(&connection)), tree);
        assert_eq!(serde_json::from_value::<Connection>(tree).unwrap(), connection);
    }

    #[test]
    fn names_have_a_length() {
        assert!(ConnectionName::new("ä".repeat(32)).is_ok());
        for bad in [String::new(), "x".repeat(33)] {
            assert!(ConnectionName::new(bad).is_err());
        }
    }
}
