//! `AWS::RDS::DBProxyTargetGroup`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{DbInstance, DbProxy};
use crate::{
    bounded::Bounded,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
};

/// The database that a proxy stands before, and how many connections to it the proxy keeps.
///
/// AWS: [`AWS::RDS::DBProxyTargetGroup`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RegisterDBProxyTargets.html).
/// A proxy has one group, `default`, from its first moment on; what is made here is the
/// registration of its one database. Not modelled: clusters, session pinning filters and initial
/// queries, which PostgreSQL does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbProxyTargetGroup {
    /// `DBProxyName`. Another proxy replaces the group.
    #[builder(into)]
    #[serde(rename = "DBProxyName")]
    pub db_proxy: Ref<DbProxy>,
    /// `TargetGroupName`: AWS knows only `default`.
    #[builder(default)]
    #[serde(default)]
    pub target_group_name: TargetGroupName,
    /// `DBInstanceIdentifiers`: the database, of which a proxy has one. Another one takes its place.
    #[builder(into)]
    #[serde(rename = "DBInstanceIdentifiers", with = "only")]
    pub db_instance: Ref<DbInstance>,
    /// `ConnectionPoolConfigurationInfo`.
    #[builder(default)]
    #[serde(rename = "ConnectionPoolConfigurationInfo", default)]
    pub connection_pool: ConnectionPool,
}

/// The name of a group of targets of a proxy.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TargetGroupName {
    /// `default`.
    #[default]
    Default,
}

impl TargetGroupName {
    /// The name that AWS uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
        }
    }
}

/// How many connections a proxy keeps, and how long clients wait for one.
///
/// AWS: [`ConnectionPoolConfiguration`](https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ConnectionPool {
    /// `MaxConnectionsPercent`: how much of the `max_connections` of the database the proxy takes
    /// at most. AWS's default: 100.
    #[builder(default = MaxConnectionsPercent::of::<100>())]
    pub max_connections_percent: MaxConnectionsPercent,
    /// `MaxIdleConnectionsPercent`: how much of it the proxy keeps while nobody needs them; not
    /// more than [`max_connections_percent`](Self::max_connections_percent). Default: 50, AWS's own
    /// default for that of 100.
    #[builder(default = MaxIdleConnectionsPercent::of::<50>())]
    pub max_idle_connections_percent: MaxIdleConnectionsPercent,
    /// `ConnectionBorrowTimeout` in seconds: how long a client waits for a connection. AWS's
    /// default: 120.
    #[builder(default = ConnectionBorrowTimeout::of::<120>())]
    pub connection_borrow_timeout: ConnectionBorrowTimeout,
}

impl Default for ConnectionPool {
    fn default() -> Self {
        Self::builder().build()
    }
}

/// A share of the connections of a database: 1 to 100 percent.
pub type MaxConnectionsPercent = Bounded<1, 100>;

/// A share of the connections of a database that idles: 0 to 100 percent.
pub type MaxIdleConnectionsPercent = Bounded<0, 100>;

/// How long a client waits for a connection: 0 to 300 seconds.
pub type ConnectionBorrowTimeout = Bounded<0, 300>;

/// What AWS decides of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbProxyTargetGroupOutputs {
    /// `DBProxyName`: what names the group to AWS.
    #[serde(rename = "DBProxyName")]
    pub db_proxy_name: String,
    /// `TargetGroupArn`.
    #[serde(rename = "TargetGroupArn")]
    pub target_group_arn: String,
}

impl Ref<DbProxyTargetGroup> {
    /// `TargetGroupArn`.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("TargetGroupArn")
    }
}

impl DbProxyTargetGroup {
    /// The calls that make it: `RegisterDBProxyTargets`, and `ModifyDBProxyTargetGroup` for what is
    /// not AWS's default.
    fn create_calls(&self) -> u32 {
        1 + u32::from(self.connection_pool != ConnectionPool::default())
    }
}

impl Resource for DbProxyTargetGroup {
    type Outputs = DbProxyTargetGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBProxyName",
        outputs: &["DBProxyName", "TargetGroupArn"],
        replaces: &["DBProxyName", "TargetGroupName"],
        exclusive: &["DBProxyName"],
        api: "rds",
        timing: Timing::seconds(180, 60, 5),
        when_late: "let the role of the proxy read the secret of the database, and the security \
                    groups let the proxy reach it, then apply again: it waits on",
        ..Schema::new(Kind::new("AWS::RDS::DBProxyTargetGroup"))
    };

    /// `RegisterDBProxyTargets`, `DeregisterDBProxyTargets` and `ModifyDBProxyTargetGroup`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(desired) => desired.create_calls(),
            Operation::Update(from, to) => {
                let pool = u32::from(from.connection_pool != to.connection_pool);
                pool + 2 * u32::from(from.db_instance != to.db_instance)
            }
            Operation::Delete(_) => 1,
        }
    }
}

/// CloudFormation has a list of the one database.
mod only {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::{DbInstance, Ref};

    pub(super) fn serialize<S: Serializer>(
        instance: &Ref<DbInstance>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        [instance].serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Ref<DbInstance>, D::Error> {
        let [instance] = <[Ref<DbInstance>; 1]>::deserialize(deserializer)
            .map_err(|_| D::Error::custom("a proxy stands before one database"))?;
        Ok(instance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = DbProxyTargetGroup::builder()
            .db_proxy(Ref::existing("pool"))
            .db_instance(Ref::existing("orders"))
            .build();
        let shape = serde_json::json!({
            "DBProxyName": "pool",
            "TargetGroupName": "default",
            "DBInstanceIdentifiers": ["orders"],
            "ConnectionPoolConfigurationInfo": {
                "MaxConnectionsPercent": 100,
                "MaxIdleConnectionsPercent": 50,
                "ConnectionBorrowTimeout": 120,
            },
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<DbProxyTargetGroup>(shape).unwrap(), group);
        assert_eq!(DbProxyTargetGroup::calls(&Operation::Create(&group)), 1);
    }
}
