//! `AWS::RDS::DBProxyTargetGroup` over the SDK: the registration of a database with a proxy.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RegisterDBProxyTargets.html>.
//! The group `default` is there as long as its proxy. It counts as one that exists while a database
//! is registered in it.

use async_trait::async_trait;
use aws_sdk_rds::{Client, types};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::rds::{
        ConnectionBorrowTimeout, ConnectionPool, DbInstance, DbProxyTargetGroup,
        DbProxyTargetGroupOutputs, MaxConnectionsPercent, MaxIdleConnectionsPercent,
        TargetGroupName,
    },
};
use futures_util::future::join_all;

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles target groups over the SDK.
#[derive(Debug)]
pub struct DbProxyTargetGroupHandler(Clients);

impl From<Clients> for DbProxyTargetGroupHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The group as described, with the database that is registered in it, if one is.
fn observed(
    group: &types::DbProxyTargetGroup,
    targets: &[types::DbProxyTarget],
) -> Result<Option<Observed<DbProxyTargetGroup>>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBProxyTargetGroups", field);
    let is_instance = |target: &&types::DbProxyTarget| {
        target.r#type().is_none_or(|it| *it == types::TargetType::RdsInstance)
    };
    let target = targets.iter().find(is_instance);
    let Some((target, instance)) = target.and_then(|it| Some((it, it.rds_resource_id()?))) else {
        return Ok(None);
    };
    let proxy = group.db_proxy_name().ok_or_else(|| lacks("DBProxyName"))?;
    let arn = group.target_group_arn().ok_or_else(|| lacks("TargetGroupArn"))?;
    let pool = group.connection_pool_config();
    let resource = DbProxyTargetGroup::builder()
        .db_proxy(Ref::existing(proxy))
        .db_instance(Ref::<DbInstance>::existing(instance))
        .connection_pool(pool.map(connections).unwrap_or_default())
        .build();
    let outputs = DbProxyTargetGroupOutputs {
        db_proxy_name: proxy.to_owned(),
        target_group_arn: arn.to_owned(),
    };
    let observed = Observed::ready(resource, outputs).with_status(status(target));
    Ok(Some(observed.unread_unless("ConnectionPoolConfigurationInfo", pool.is_some())))
}

/// A database that the proxy cannot reach yet is waited for, and the reason told.
fn status(target: &types::DbProxyTarget) -> Status {
    let Some(health) = target.target_health() else { return Status::Ready };
    match health.state().map(types::TargetState::as_str) {
        Some("AVAILABLE") | None => Status::Ready,
        Some(state) => {
            let reason = health.reason().map(types::TargetHealthReason::as_str);
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            Status::Pending(format!("{}{reason}", state.to_ascii_lowercase()))
        }
    }
}

fn connections(pool: &types::ConnectionPoolConfigurationInfo) -> ConnectionPool {
    fn number(number: Option<i32>) -> Option<u32> {
        number?.try_into().ok()
    }
    let default = ConnectionPool::default();
    let max = number(pool.max_connections_percent());
    let idle = number(pool.max_idle_connections_percent());
    let borrow = number(pool.connection_borrow_timeout());
    ConnectionPool {
        max_connections_percent: max
            .and_then(|it| MaxConnectionsPercent::new(it).ok())
            .unwrap_or(default.max_connections_percent),
        max_idle_connections_percent: idle
            .and_then(|it| MaxIdleConnectionsPercent::new(it).ok())
            .unwrap_or(default.max_idle_connections_percent),
        connection_borrow_timeout: borrow
            .and_then(|it| ConnectionBorrowTimeout::new(it).ok())
            .unwrap_or(default.connection_borrow_timeout),
    }
}

fn settings(pool: &ConnectionPool) -> types::ConnectionPoolConfiguration {
    let number = |number: u32| number.try_into().unwrap_or(i32::MAX);
    types::ConnectionPoolConfiguration::builder()
        .max_connections_percent(number(pool.max_connections_percent.get()))
        .max_idle_connections_percent(number(pool.max_idle_connections_percent.get()))
        .connection_borrow_timeout(number(pool.connection_borrow_timeout.get()))
        .build()
}

/// Two calls: one for the group and one for what is registered in it.
async fn look(
    client: &Client,
    proxy: &str,
) -> Result<Option<Observed<DbProxyTargetGroup>>, ExecError> {
    let name = TargetGroupName::Default.as_str();
    let call = client.describe_db_proxy_target_groups().db_proxy_name(proxy);
    let groups = call.target_group_name(name).send().await;
    let groups = none_if_gone(groups.map_err(failed("DescribeDBProxyTargetGroups")))?;
    let call = client.describe_db_proxy_targets().db_proxy_name(proxy);
    let targets = call.target_group_name(name).send().await;
    let targets = none_if_gone(targets.map_err(failed("DescribeDBProxyTargets")))?;
    let (Some(groups), Some(targets)) = (groups, targets) else { return Ok(None) };
    let Some(group) = groups.target_groups().first() else { return Ok(None) };
    observed(group, targets.targets())
}

fn ids(group: &DbProxyTargetGroup) -> (&str, &str) {
    (group.db_proxy.known().unwrap_or_default(), group.db_instance.known().unwrap_or_default())
}

async fn register(client: &Client, group: &DbProxyTargetGroup) -> Result<(), ExecError> {
    let (proxy, instance) = ids(group);
    let call = client.register_db_proxy_targets().db_proxy_name(proxy);
    let call = call.target_group_name(group.target_group_name.as_str());
    let call = call.db_instance_identifiers(instance);
    call.send().await.map(drop).map_err(failed("RegisterDBProxyTargets"))
}

async fn deregister(client: &Client, group: &DbProxyTargetGroup) -> Result<(), ExecError> {
    let (proxy, instance) = ids(group);
    let call = client.deregister_db_proxy_targets().db_proxy_name(proxy);
    let call = call.target_group_name(group.target_group_name.as_str());
    let call = call.db_instance_identifiers(instance);
    gone_is_fine(call.send().await.map_err(failed("DeregisterDBProxyTargets")))
}

async fn set_pool(client: &Client, group: &DbProxyTargetGroup) -> Result<(), ExecError> {
    let (proxy, _) = ids(group);
    let call = client.modify_db_proxy_target_group().db_proxy_name(proxy);
    let call = call.target_group_name(group.target_group_name.as_str());
    let call = call.connection_pool_config(settings(&group.connection_pool));
    call.send().await.map(drop).map_err(failed("ModifyDBProxyTargetGroup"))
}

#[async_trait]
impl Handler<DbProxyTargetGroup> for DbProxyTargetGroupHandler {
    /// One proxy at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbProxyTargetGroup>>, ExecError>> {
        let client = self.0.rds(place.region);
        join_all(identifiers.iter().map(|proxy| look(&client, proxy))).await
    }

    async fn create(
        &self,
        request: &Create<DbProxyTargetGroup>,
    ) -> Result<Observed<DbProxyTargetGroup>, ExecError> {
        let (client, desired) = (self.0.rds(request.place.region), &request.desired);
        register(&client, desired).await?;
        let (proxy, _) = ids(desired);
        let rest = async {
            if desired.connection_pool != ConnectionPool::default() {
                set_pool(&client, desired).await?;
            }
            let lacks = || missing(SERVICE, "DescribeDBProxyTargets", "Targets");
            look(&client, proxy).await?.ok_or_else(lacks)
        };
        rest.await.map_err(|error| error.with_identifier(proxy))
    }

    /// A group has no tags: one with the same database is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<DbProxyTargetGroup>,
    ) -> Result<Option<Observed<DbProxyTargetGroup>>, ExecError> {
        let (proxy, _) = ids(&request.desired);
        let found = look(&self.0.rds(request.place.region), proxy).await?;
        Ok(found.filter(|found| found.resource.db_instance == request.desired.db_instance))
    }

    /// A proxy stands before one database: the old one goes first.
    async fn update(
        &self,
        request: &Update<DbProxyTargetGroup>,
    ) -> Result<Observed<DbProxyTargetGroup>, ExecError> {
        let client = self.0.rds(request.place.region);
        let (current, desired) = (&request.current, &request.desired);
        let moves = current.db_instance != desired.db_instance;
        if moves {
            deregister(&client, current).await?;
            register(&client, desired).await?;
        }
        if current.connection_pool != desired.connection_pool {
            set_pool(&client, desired).await?;
        }
        let status = if moves { Status::Pending("registering".to_owned()) } else { Status::Ready };
        Ok(request.done().with_status(status))
    }

    async fn delete(&self, request: &Delete<DbProxyTargetGroup>) -> Result<Deletion, ExecError> {
        deregister(&self.0.rds(request.place.region), &request.current).await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> types::DbProxyTargetGroup {
        let pool = types::ConnectionPoolConfigurationInfo::builder()
            .max_connections_percent(80)
            .max_idle_connections_percent(40)
            .connection_borrow_timeout(120)
            .build();
        types::DbProxyTargetGroup::builder()
            .db_proxy_name("pool")
            .target_group_arn("arn")
            .connection_pool_config(pool)
            .build()
    }

    fn target(state: types::TargetState) -> types::DbProxyTarget {
        let health = types::TargetHealth::builder()
            .state(state)
            .reason(types::TargetHealthReason::PendingProxyCapacity)
            .build();
        types::DbProxyTarget::builder()
            .r#type(types::TargetType::RdsInstance)
            .rds_resource_id("orders")
            .target_health(health)
            .build()
    }

    #[test]
    fn a_group_exists_while_a_database_is_in_it() {
        assert!(observed(&group(), &[]).unwrap().is_none());
        let it = observed(&group(), &[target(types::TargetState::Available)]).unwrap().unwrap();
        assert_eq!(ids(&it.resource), ("pool", "orders"));
        assert_eq!(it.status, Status::Ready);
        let pool = settings(&it.resource.connection_pool);
        assert_eq!(
            (pool.max_connections_percent(), pool.max_idle_connections_percent()),
            (Some(80), Some(40))
        );
    }

    #[test]
    fn a_database_that_is_not_reached_is_waited_for_with_the_reason() {
        let status = status(&target(types::TargetState::Unavailable));
        assert_eq!(status, Status::Pending("unavailable: PENDING_PROXY_CAPACITY".to_owned()));
    }
}
