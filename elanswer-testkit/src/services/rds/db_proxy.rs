//! `AWS::RDS::DBProxy` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBProxy.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBProxy.html>, limits:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html>.
//! Not modelled: further endpoints, the free addresses of subnets, whether secrets exist: AWS reads
//! them when somebody connects.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Resource, Set, Tags,
    executor::{Deletion, ExecError, Status, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{SecurityGroup, Subnet},
        iam::Service,
        rds::{DbProxy, DbProxyOutputs, DbProxyTargetGroup},
    },
};

use super::{TAGGING, named};
use crate::{
    api::Api,
    services::iam::assumable_by,
    world::{AwsError, Object, World, arn},
};

/// Handles proxies in memory.
#[derive(Debug)]
pub struct DbProxyHandler(Api);

impl From<Api> for DbProxyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// From the create call until it takes connections.
const CREATING: Duration = Duration::from_secs(240);
/// How long a change takes.
const MODIFYING: Duration = Duration::from_secs(30);
/// How long a delete takes.
const DELETING: Duration = Duration::from_secs(120);

/// The proxy, which AWS is done with.
pub(super) fn available<'a>(
    world: &'a World,
    place: &Place,
    name: &str,
) -> Result<&'a Object<DbProxy>, AwsError> {
    let proxy = world.require::<DbProxy>(place, name, "DBProxyNotFoundFault")?;
    match proxy.status(world.now()) {
        Status::Pending(state) => Err(AwsError::dependency(
            "InvalidDBProxyStateFault",
            format!("The DB proxy {name} is not in available state: {state}."),
        )),
        _ => Ok(proxy),
    }
}

/// The VPC of the subnets, which are in two zones of it at least.
fn vpc_of(world: &World, place: &Place, proxy: &DbProxy) -> Result<String, AwsError> {
    let invalid = |why: String| AwsError::invalid("InvalidSubnet", why);
    let (mut vpcs, mut zones) = (Set::new(), Set::new());
    for subnet in &proxy.vpc_subnets {
        let identifier = subnet.known().unwrap_or_default();
        let subnet = world
            .get::<Subnet>(place, identifier)
            .ok_or_else(|| invalid(format!("The subnet ID '{identifier}' does not exist")))?;
        vpcs.insert(subnet.resource.vpc.known().unwrap_or_default().to_owned());
        zones.insert(subnet.resource.availability_zone);
    }
    match vpcs.into_iter().collect::<Vec<_>>().as_slice() {
        [vpc] if zones.len() >= 2 => Ok(vpc.clone()),
        [_] => Err(invalid("The subnets must be in two Availability Zones at least".to_owned())),
        _ => Err(invalid("The subnets are not all in a common VPC".to_owned())),
    }
}

/// Refuses what AWS refuses of a proxy and what stands around it.
fn check(world: &World, place: &Place, proxy: &DbProxy) -> Result<String, AwsError> {
    let invalid = |why: String| AwsError::invalid("InvalidParameterValue", why);
    if proxy.auth.is_empty() {
        return Err(invalid("Auth must have one element at least".to_owned()));
    }
    let vpc = vpc_of(world, place, proxy)?;
    for group in &proxy.vpc_security_groups {
        let identifier = group.known().unwrap_or_default();
        let group = world
            .get::<SecurityGroup>(place, identifier)
            .ok_or_else(|| invalid(format!("Invalid security group: {identifier}")))?;
        if group.resource.vpc.known() != Some(vpc.as_str()) {
            return Err(invalid(format!("The security group {identifier} is not in {vpc}")));
        }
    }
    if let Some(role) = proxy.role_arn.known().map(String::as_str) {
        assumable_by(world, role, &Service::Rds, "InvalidParameterValue")?;
    }
    Ok(vpc)
}

fn create_db_proxy(
    world: &mut World,
    request: &Create<DbProxy>,
) -> Result<Observed<DbProxy>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = named(desired.db_proxy_name.as_ref(), "DBProxyName")?;
    if world.look::<DbProxy>(place, &name).is_some() {
        return Err(AwsError::conflict(
            "DBProxyAlreadyExistsFault",
            format!("DB Proxy {name} already exists"),
        ));
    }
    let used = world.all::<DbProxy>(place).count();
    world.quotas.check("DB proxies", 20, used, "DBProxyQuotaExceededFault")?;
    let vpc = check(world, place, desired)?;
    let id = world.new_hex(17);
    let outputs = DbProxyOutputs {
        db_proxy_arn: arn(place, "rds", &format!("db-proxy:prx-{id}")),
        endpoint: format!("{name}.proxy-cmemory0aws1.{}.rds.amazonaws.com", place.region),
        vpc_id: Some(vpc),
        db_proxy_name: name,
    };
    world.insert(request, outputs, "creating", CREATING)
}

fn modify_db_proxy(world: &mut World, request: &Update<DbProxy>) -> Result<(), AwsError> {
    let (place, name, desired) = (&request.place, &request.identifier, &request.desired);
    available(world, place, name)?;
    check(world, place, desired)?;
    let kept = request.current.db_proxy_name.clone();
    world
        .change::<DbProxy>(place, name, "modifying", MODIFYING, |object| {
            object.resource = DbProxy { db_proxy_name: kept, ..desired.clone() };
        })
        .map(drop)
}

/// With a proxy goes its group, and the registration in it.
fn delete_db_proxy(world: &mut World, request: &Delete<DbProxy>) -> Result<Deletion, AwsError> {
    let (place, name) = (&request.place, &request.identifier);
    let Some(proxy) = world.look::<DbProxy>(place, name) else { return Ok(Deletion::Gone) };
    if proxy.gone_at.is_none() {
        available(world, place, name)?;
        world.remove::<DbProxyTargetGroup>(place, name, Duration::ZERO);
        world.remove::<DbProxy>(place, name, DELETING);
    }
    Ok(Deletion::Underway)
}

#[async_trait]
impl Handler<DbProxy> for DbProxyHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbProxy>>, ExecError>> {
        self.0.read("rds", "DescribeDBProxies", place, identifiers).await
    }

    async fn create(&self, request: &Create<DbProxy>) -> Result<Observed<DbProxy>, ExecError> {
        self.0
            .call("rds", "CreateDBProxy", &request.place, |world| create_db_proxy(world, request))
            .await
    }

    async fn find(
        &self,
        request: &Create<DbProxy>,
    ) -> Result<Option<Observed<DbProxy>>, ExecError> {
        self.0.find_owned("rds", "DescribeDBProxies", request).await
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let count = self
            .0
            .call("rds", "DescribeDBProxies", place, |world| {
                Ok(world.all::<DbProxy>(place).count())
            })
            .await?;
        for _ in 0..count {
            self.0.call("rds", "ListTagsForResource", place, |_| Ok(())).await?;
        }
        Ok(Some(self.0.world().tagged(DbProxy::SCHEMA.kind, place, tags)))
    }

    async fn update(&self, request: &Update<DbProxy>) -> Result<Observed<DbProxy>, ExecError> {
        if request.current.is_modified_by(&request.desired) {
            self.0
                .call("rds", "ModifyDBProxy", &request.place, |world| {
                    modify_db_proxy(world, request)
                })
                .await?;
        }
        self.0.retag("rds", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<DbProxy>) -> Result<Deletion, ExecError> {
        self.0
            .call("rds", "DeleteDBProxy", &request.place, |world| delete_db_proxy(world, request))
            .await
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        executor::ErrorKind,
        services::{
            iam::{Role, RoleName},
            rds::{DbProxyAuth, DbProxyName},
        },
    };

    use super::{
        super::tests::{Account, code},
        *,
    };

    impl Account {
        /// A role that RDS assumes, and that is visible.
        pub(in super::super) async fn proxy_role(&self) -> String {
            let role = Role {
                role_name: Some(RoleName::new("pool").unwrap()),
                ..Role::assumed_by(Service::Rds)
            };
            let role = self.make(&role).await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            role.outputs["Arn"].as_str().unwrap().to_owned()
        }

        pub(in super::super) fn proxy(&self, role: &str) -> DbProxy {
            let [a, _, b] = &self.subnets;
            DbProxy::builder()
                .db_proxy_name(DbProxyName::literal("pool"))
                .auth([DbProxyAuth::builder().secret_arn("arn:secret").build()])
                .role_arn(role)
                .vpc_subnets([a, b])
                .vpc_security_groups([&self.guard])
                .build()
        }

        /// A proxy, available.
        pub(in super::super) async fn with_proxy(&self) {
            let role = self.proxy_role().await;
            self.make(&self.proxy(&role)).await;
            tokio::time::sleep(CREATING).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_stands_in_two_zones_of_a_vpc_in_a_role_of_rds() {
        let account = Account::new().await;
        let role = account.proxy_role().await;
        let [a, also_a, _] = &account.subnets;
        type Change = fn(&mut DbProxy, &Account);
        let cases: [(&str, Change); 5] = [
            ("InvalidSubnet", |it, _| _ = it.vpc_subnets.insert(Ref::existing("subnet-0"))),
            ("InvalidParameterValue", |it, _| it.auth.clear()),
            ("InvalidParameterValue", |it, account| {
                it.vpc_security_groups.insert(account.stranger.clone());
            }),
            ("InvalidParameterValue", |it, _| {
                it.vpc_security_groups.insert(Ref::existing("sg-0"));
            }),
            ("InvalidParameterValue", |it, _| it.role_arn = "arn:aws:iam::1:role/none".into()),
        ];
        for (code, change) in cases {
            let mut proxy = account.proxy(&role);
            change(&mut proxy, &account);
            assert_eq!(account.refused(&proxy).await, code, "{proxy:?}");
        }
        let one_zone =
            DbProxy { vpc_subnets: [a, also_a].map(Ref::from).into(), ..account.proxy(&role) };
        assert_eq!(account.refused(&one_zone).await, "InvalidSubnet");
        let made = account.make(&account.proxy(&role)).await;
        assert_eq!(made.status, Status::Pending("creating".to_owned()));
        assert_eq!(account.refused(&account.proxy(&role)).await, "DBProxyAlreadyExistsFault");
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_changes_and_goes_once_it_is_available() {
        let account = Account::new().await;
        let role = account.proxy_role().await;
        account.make(&account.proxy(&role)).await;
        let log = |it: &mut DbProxy| it.debug_logging = true;
        let error = account.update("pool", log).await.unwrap_err();
        assert_eq!(code(&error), ("InvalidDBProxyStateFault", ErrorKind::Dependency));
        tokio::time::sleep(CREATING).await;
        let changed = account.update("pool", log).await.unwrap();
        assert_eq!(changed.status, Status::Pending("modifying".to_owned()));
        tokio::time::sleep(MODIFYING).await;
        assert_eq!(account.delete::<DbProxy>("pool").await, Ok(Deletion::Underway));
        tokio::time::sleep(DELETING).await;
        assert!(account.read::<DbProxy>("pool").await.is_none());
    }
}
