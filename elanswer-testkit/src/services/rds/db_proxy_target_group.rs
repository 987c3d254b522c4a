//! `AWS::RDS::DBProxyTargetGroup` in memory: the registration of a database with a proxy.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RegisterDBProxyTargets.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeregisterDBProxyTargets.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBProxyTargetGroup.html>.
//! The group `default` is there as long as its proxy; here it is shown while a database is
//! registered in it. Not modelled: whether the proxy reaches the database and may read its secret.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::rds::{ConnectionPool, DbInstance, DbProxyTargetGroup, DbProxyTargetGroupOutputs},
};

use super::{
    db_instance::{is_available, replica::subnet_group},
    db_proxy::available,
    db_subnet_group,
};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles target groups in memory.
#[derive(Debug)]
pub struct DbProxyTargetGroupHandler(Api);

impl From<Api> for DbProxyTargetGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// How long it takes until the proxy has connections to a database.
const REGISTERING: Duration = Duration::from_secs(120);

/// Refuses a database that is not ready, or that the proxy cannot stand before.
fn check(
    world: &World,
    place: &Place,
    proxy: &str,
    instance: &Ref<DbInstance>,
) -> Result<(), AwsError> {
    let vpc = available(world, place, proxy)?.outputs.vpc_id.clone();
    let name = instance.known().unwrap_or_default();
    let instance = world.require::<DbInstance>(place, name, "DBInstanceNotFound")?;
    is_available(name, &instance.status(world.now()))?;
    let group = subnet_group(world, place, &instance.resource).and_then(Ref::known);
    let group = group.and_then(|group| world.get(place, group));
    let other = group.and_then(|group| db_subnet_group::vpc_of(world, place, &group.resource));
    if other == vpc {
        Ok(())
    } else {
        Err(AwsError::invalid(
            "InvalidParameterValue",
            format!("DB instance {name} is not in the VPC of the DB proxy {proxy}"),
        ))
    }
}

fn register_db_proxy_targets(
    world: &mut World,
    request: &Create<DbProxyTargetGroup>,
) -> Result<Observed<DbProxyTargetGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let proxy = desired.db_proxy.known().unwrap_or_default();
    check(world, place, proxy, &desired.db_instance)?;
    if let Some(other) = world.look::<DbProxyTargetGroup>(place, proxy) {
        let other = other.resource.db_instance.known().unwrap_or_default();
        return Err(AwsError::conflict(
            "DBProxyTargetAlreadyRegisteredFault",
            format!("The DB proxy {proxy} has a target already: {other}"),
        ));
    }
    let id = world.new_hex(17);
    let outputs = DbProxyTargetGroupOutputs {
        target_group_arn: arn(place, "rds", &format!("target-group:prx-tg-{id}")),
        db_proxy_name: proxy.to_owned(),
    };
    // `RegisterDBProxyTargets` takes no settings of the pool.
    let mut made = request.clone();
    made.desired.connection_pool = ConnectionPool::default();
    world.insert(&made, outputs, "registering", REGISTERING)
}

/// What changes in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Pool,
    Target,
}

impl DbProxyTargetGroupHandler {
    /// `RegisterDBProxyTargets` after another database was deregistered, or
    /// `ModifyDBProxyTargetGroup`.
    async fn change(
        &self,
        place: &Place,
        desired: &DbProxyTargetGroup,
        part: Part,
    ) -> Result<Observed<DbProxyTargetGroup>, ExecError> {
        let proxy = desired.db_proxy.known().unwrap_or_default();
        let (operation, duration) = match part {
            Part::Pool => ("ModifyDBProxyTargetGroup", Duration::ZERO),
            Part::Target => ("RegisterDBProxyTargets", REGISTERING),
        };
        self.0
            .call("rds", operation, place, |world| {
                if part == Part::Target {
                    check(world, place, proxy, &desired.db_instance)?;
                } else {
                    available(world, place, proxy)?;
                }
                let pool = &desired.connection_pool;
                if pool.max_idle_connections_percent.get() > pool.max_connections_percent.get() {
                    return Err(AwsError::invalid(
                        "InvalidParameterValue",
                        "MaxIdleConnectionsPercent must not exceed MaxConnectionsPercent",
                    ));
                }
                world.change::<DbProxyTargetGroup>(place, proxy, "registering", duration, |it| {
                    match part {
                        Part::Pool => it.resource.connection_pool = pool.clone(),
                        Part::Target => it.resource.db_instance = desired.db_instance.clone(),
                    }
                })
            })
            .await
    }

    /// `DeregisterDBProxyTargets`.
    async fn deregister(
        &self,
        place: &Place,
        f: impl FnOnce(&mut World) -> Result<(), AwsError> + Send,
    ) -> Result<(), ExecError> {
        self.0.call("rds", "DeregisterDBProxyTargets", place, f).await
    }
}

#[async_trait]
impl Handler<DbProxyTargetGroup> for DbProxyTargetGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbProxyTargetGroup>>, ExecError>> {
        self.0.read("rds", "DescribeDBProxyTargets", place, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<DbProxyTargetGroup>,
    ) -> Result<Observed<DbProxyTargetGroup>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let made = self
            .0
            .call("rds", "RegisterDBProxyTargets", place, |world| {
                register_db_proxy_targets(world, request)
            })
            .await?;
        if desired.connection_pool == ConnectionPool::default() {
            return Ok(made);
        }
        let name = made.outputs.db_proxy_name;
        let changed = self.change(place, desired, Part::Pool).await;
        changed.map_err(|error| error.with_identifier(name))
    }

    /// A group has no tags: one with the same database is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<DbProxyTargetGroup>,
    ) -> Result<Option<Observed<DbProxyTargetGroup>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call("rds", "DescribeDBProxyTargets", place, |world| {
                let proxy = desired.db_proxy.known().unwrap_or_default();
                let found = world.get::<DbProxyTargetGroup>(place, proxy);
                let found = found.filter(|it| it.resource.db_instance == desired.db_instance);
                Ok(found.map(|object| object.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<DbProxyTargetGroup>,
    ) -> Result<Observed<DbProxyTargetGroup>, ExecError> {
        let (place, current, desired) = (&request.place, &request.current, &request.desired);
        if current.db_instance != desired.db_instance {
            self.deregister(place, |_| Ok(())).await?;
            self.change(place, desired, Part::Target).await?;
        }
        if current.connection_pool != desired.connection_pool {
            self.change(place, desired, Part::Pool).await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<DbProxyTargetGroup>) -> Result<Deletion, ExecError> {
        let (place, proxy) = (&request.place, &request.identifier);
        self.deregister(place, |world| {
            world.remove::<DbProxyTargetGroup>(place, proxy, Duration::ZERO);
            Ok(())
        })
        .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        executor::{ErrorKind, Status},
        services::rds::{MaxConnectionsPercent, MaxIdleConnectionsPercent},
    };

    use super::{
        super::tests::{Account, code},
        *,
    };

    fn group() -> DbProxyTargetGroup {
        DbProxyTargetGroup::builder()
            .db_proxy(Ref::existing("pool"))
            .db_instance(Ref::existing("orders"))
            .build()
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_stands_before_one_database_that_is_there() {
        let account = Account::with_groups().await;
        assert_eq!(account.refused(&group()).await, "DBProxyNotFoundFault");
        account.with_proxy().await;
        assert_eq!(account.refused(&group()).await, "DBInstanceNotFound");
        account.make(&account.instance()).await;
        let error = account.try_make(&group()).await.unwrap_err();
        assert_eq!(code(&error), ("InvalidDBInstanceState", ErrorKind::Dependency));
        tokio::time::sleep(Duration::from_secs(700)).await;
        let made = account.make(&group()).await;
        assert_eq!(made.status, Status::Pending("registering".to_owned()));
        assert_eq!(account.refused(&group()).await, "DBProxyTargetAlreadyRegisteredFault");
        let error = account.update("pool", |it: &mut DbProxyTargetGroup| {
            it.connection_pool.max_connections_percent = MaxConnectionsPercent::of::<40>();
        });
        assert_eq!(error.await.unwrap_err().code(), Some("InvalidParameterValue"));
        let changed = account.update("pool", |it: &mut DbProxyTargetGroup| {
            it.connection_pool = ConnectionPool::builder()
                .max_connections_percent(MaxConnectionsPercent::of::<40>())
                .max_idle_connections_percent(MaxIdleConnectionsPercent::of::<20>())
                .build();
        });
        changed.await.unwrap();
        assert_eq!(account.delete::<DbProxyTargetGroup>("pool").await, Ok(Deletion::Gone));
        assert!(account.read::<DbProxyTargetGroup>("pool").await.is_none());
    }
}
