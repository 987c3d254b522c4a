//! `AWS::RDS::DBProxy`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::DbProxyName;
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::ec2::{SecurityGroup, Subnet},
    tags::Tags,
};

/// A pool of connections that stands before a database: clients come and go, and the connections
/// stay.
///
/// AWS: [`AWS::RDS::DBProxy`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html).
/// What it stands before is in its [`DbProxyTargetGroup`](super::DbProxyTargetGroup). It takes some
/// minutes. Quota: 20 per Region. Not modelled: further endpoints, IPv6, logging in without
/// secrets (`DefaultAuthScheme`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbProxy {
    /// `DBProxyName`. Unset: elanswer makes one up. Changing it replaces the proxy.
    #[serde(rename = "DBProxyName", default, skip_serializing_if = "Option::is_none")]
    pub db_proxy_name: Option<DbProxyName>,
    /// `EngineFamily`: the protocol that it speaks. Default: `POSTGRESQL`. Changing it replaces the
    /// proxy.
    #[builder(default)]
    pub engine_family: EngineFamily,
    /// `Auth`: the users that it lets in, at least one.
    #[builder(with = FromIterator::from_iter)]
    pub auth: Set<DbProxyAuth>,
    /// `RoleArn`: the role in which it reads the secrets; it trusts `rds.amazonaws.com`.
    #[builder(into)]
    pub role_arn: Input<String>,
    /// `VpcSubnetIds`: where it stands: subnets of one VPC in two zones at least. Changing them
    /// replaces the proxy.
    #[builder(with = |subnets: impl IntoIterator<Item = impl Into<Ref<Subnet>>>| {
        subnets.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "VpcSubnetIds")]
    pub vpc_subnets: Set<Ref<Subnet>>,
    /// `VpcSecurityGroupIds`: who may reach it, and what it reaches: the database, on its port. At
    /// least one; AWS would take the default group of the VPC.
    #[builder(with = |groups: impl IntoIterator<Item = impl Into<Ref<SecurityGroup>>>| {
        groups.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "VpcSecurityGroupIds")]
    pub vpc_security_groups: Set<Ref<SecurityGroup>>,
    /// `RequireTLS`: whether it refuses clients that do not encrypt. Default: yes; AWS's own
    /// default is no.
    #[builder(default = true)]
    #[serde(rename = "RequireTLS")]
    pub require_tls: bool,
    /// `IdleClientTimeout` in seconds: when it hangs up on a client that says nothing. AWS's
    /// default: 1800.
    #[builder(default = IdleClientTimeout::of::<1800>())]
    pub idle_client_timeout: IdleClientTimeout,
    /// `DebugLogging`: whether it logs the statements too, with what is in them. AWS's default: no.
    #[builder(default)]
    pub debug_logging: bool,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// How long a client may say nothing: 1 to 28800 seconds.
pub type IdleClientTimeout = Bounded<1, 28_800>;

/// The protocol that a proxy speaks.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum EngineFamily {
    /// `POSTGRESQL`.
    #[default]
    Postgresql,
}

impl EngineFamily {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postgresql => "POSTGRESQL",
        }
    }
}

/// A user that a proxy lets in.
///
/// AWS: [`UserAuthConfig`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_UserAuthConfig.html).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbProxyAuth {
    /// `AuthScheme`: where the name and password are.
    #[builder(default)]
    #[serde(default)]
    pub auth_scheme: AuthScheme,
    /// `SecretArn`: the secret with the keys `username` and `password`. That of
    /// [`Ref::secret_arn`](Ref#method.secret_arn) of an instance is one.
    #[builder(into)]
    pub secret_arn: Input<String>,
    /// `IAMAuth`: how clients log in to the proxy. AWS's default: with the password.
    #[builder(default)]
    #[serde(rename = "IAMAuth")]
    pub iam_auth: IamAuth,
    /// `ClientPasswordAuthType`: how clients prove that they know the password. AWS's default for
    /// PostgreSQL: `POSTGRES_SCRAM_SHA_256`.
    #[builder(default)]
    pub client_password_auth_type: ClientPasswordAuthType,
}

/// Where a proxy finds the names and passwords of users.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum AuthScheme {
    /// `SECRETS`: in Secrets Manager.
    #[default]
    Secrets,
}

/// How clients log in to a proxy.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum IamAuth {
    /// `DISABLED`: with the password of the user.
    #[default]
    Disabled,
    /// `REQUIRED`: with a token of IAM, for which they need `rds-db:connect`; only over TLS.
    Required,
}

impl IamAuth {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disabled => "DISABLED",
            Self::Required => "REQUIRED",
        }
    }
}

/// How clients prove to a proxy that they know a password.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum ClientPasswordAuthType {
    /// `POSTGRES_MD5`.
    #[serde(rename = "POSTGRES_MD5")]
    PostgresMd5,
    /// `POSTGRES_SCRAM_SHA_256`.
    #[default]
    #[serde(rename = "POSTGRES_SCRAM_SHA_256")]
    PostgresScramSha256,
}

impl ClientPasswordAuthType {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PostgresMd5 => "POSTGRES_MD5",
            Self::PostgresScramSha256 => "POSTGRES_SCRAM_SHA_256",
        }
    }
}

/// What AWS decides of a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbProxyOutputs {
    /// `DBProxyName`: what names the proxy to AWS.
    #[serde(rename = "DBProxyName")]
    pub db_proxy_name: String,
    /// `DBProxyArn`.
    #[serde(rename = "DBProxyArn")]
    pub db_proxy_arn: String,
    /// `Endpoint`: its host name.
    #[serde(rename = "Endpoint")]
    pub endpoint: String,
    /// `VpcId`: the VPC of its subnets.
    #[serde(rename = "VpcId", default, skip_serializing_if = "Option::is_none")]
    pub vpc_id: Option<String>,
}

impl Ref<DbProxy> {
    /// The ARN of the proxy.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("DBProxyArn")
    }

    /// The host name at which the proxy answers.
    #[must_use]
    pub fn endpoint(&self) -> Output<String> {
        self.output("Endpoint")
    }

    /// The VPC of its subnets.
    #[must_use]
    pub fn vpc_id(&self) -> Output<String> {
        self.output("VpcId")
    }
}

impl DbProxy {
    /// Whether `ModifyDBProxy` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        let name = self.db_proxy_name.clone();
        *self != Self { tags: self.tags.clone(), db_proxy_name: name, ..to.clone() }
    }
}

impl Resource for DbProxy {
    type Outputs = DbProxyOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBProxyName",
        outputs: &["DBProxyName", "DBProxyArn", "Endpoint", "VpcId"],
        replaces: &["DBProxyName", "EngineFamily", "VpcSubnetIds"],
        computed: &["DBProxyName"],
        exclusive: &["DBProxyName"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("DBProxyName", 63)
        }),
        api: "rds",
        timing: Timing::seconds(300, 60, 180),
        ..Schema::new(Kind::new("AWS::RDS::DBProxy"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateDBProxy`, `ModifyDBProxy`, `DeleteDBProxy`, and those of tags.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.is_modified_by(to)) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    fn proxy() -> DbProxy {
        DbProxy::builder()
            .auth([DbProxyAuth::builder().secret_arn("arn:secret").build()])
            .role_arn("arn:role")
            .vpc_subnets([Ref::existing("subnet-1"), Ref::existing("subnet-2")])
            .vpc_security_groups([Ref::existing("sg-1")])
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let shape = serde_json::json!({
            "EngineFamily": "POSTGRESQL",
            "Auth": [{
                "AuthScheme": "SECRETS",
                "SecretArn": "arn:secret",
                "IAMAuth": "DISABLED",
                "ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256",
            }],
            "RoleArn": "arn:role",
            "VpcSubnetIds": ["subnet-1", "subnet-2"],
            "VpcSecurityGroupIds": ["sg-1"],
            "RequireTLS": true,
            "IdleClientTimeout": 1800,
            "DebugLogging": false,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&proxy())), shape);
        assert_eq!(serde_json::from_value::<DbProxy>(shape).unwrap(), proxy());
    }

    #[test]
    fn only_what_aws_must_be_told_takes_a_call() {
        let old = DbProxy { db_proxy_name: Some(DbProxyName::literal("pool")), ..proxy() };
        let calls = |new: &DbProxy| DbProxy::calls(&Operation::Update(&old, new));
        assert_eq!(calls(&proxy()), 0, "the name is the same");
        assert_eq!(calls(&DbProxy { debug_logging: true, ..proxy() }), 1);
        assert_eq!(calls(&DbProxy { tags: Tags::new().with("a", "b"), ..proxy() }), 1);
    }
}
