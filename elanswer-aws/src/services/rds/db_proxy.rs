//! `AWS::RDS::DBProxy` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html>.
//! `DescribeDBProxies` has no filters: it describes one proxy by name, or all of them. The tags of
//! each take a `ListTagsForResource`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_rds::{
    operation::{
        create_db_proxy::builders::CreateDbProxyInputBuilder,
        modify_db_proxy::builders::ModifyDbProxyInputBuilder,
    },
    types::{self, UserAuthConfig},
};
use elanswer_core::{
    Handler, Input, Place, Ref, Region, Tags,
    executor::{Deletion, ExecError, Status, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::{
        ec2::{SecurityGroup, Subnet},
        rds::{
            ClientPasswordAuthType, DbProxy, DbProxyAuth, DbProxyOutputs, EngineFamily, IamAuth,
            IdleClientTimeout,
        },
    },
};
use serde::de::DeserializeOwned;

use super::{SERVICE, failed, none_if_gone, retag, tags_of, to_sdk};
use crate::{clients::Clients, error::missing};

/// Handles proxies over the SDK.
#[derive(Debug)]
pub struct DbProxyHandler(Clients);

impl From<Clients> for DbProxyHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// A described proxy; its tags are none until they are read.
fn observed(proxy: &types::DbProxy) -> Result<Observed<DbProxy>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeDBProxies", field);
    let name = proxy.db_proxy_name().ok_or_else(|| lacks("DBProxyName"))?;
    let timeout = proxy.idle_client_timeout().and_then(|seconds| seconds.try_into().ok());
    let resource = DbProxy {
        db_proxy_name: Some(name.parse().map_err(|_| lacks("valid DBProxyName"))?),
        engine_family: word::<EngineFamily>(proxy.engine_family())
            .ok_or_else(|| lacks("EngineFamily that elanswer knows"))?,
        auth: proxy.auth().iter().filter_map(user).collect(),
        role_arn: Input::from(proxy.role_arn().ok_or_else(|| lacks("RoleArn"))?),
        vpc_subnets: proxy.vpc_subnet_ids().iter().map(Ref::<Subnet>::existing).collect(),
        vpc_security_groups: proxy
            .vpc_security_group_ids()
            .iter()
            .map(Ref::<SecurityGroup>::existing)
            .collect(),
        require_tls: proxy.require_tls().unwrap_or_default(),
        idle_client_timeout: timeout
            .and_then(|seconds: u32| IdleClientTimeout::new(seconds).ok())
            .ok_or_else(|| lacks("IdleClientTimeout"))?,
        debug_logging: proxy.debug_logging().unwrap_or_default(),
        tags: Tags::new(),
    };
    let outputs = DbProxyOutputs {
        db_proxy_name: name.to_owned(),
        db_proxy_arn: proxy.db_proxy_arn().ok_or_else(|| lacks("DBProxyArn"))?.to_owned(),
        endpoint: proxy.endpoint().ok_or_else(|| lacks("Endpoint"))?.to_owned(),
        vpc_id: proxy.vpc_id().map(str::to_owned),
    };
    let observed = Observed::ready(resource, outputs).with_status(status(proxy));
    Ok(observed.unread_unless("Auth", !proxy.auth().is_empty()))
}

/// A proxy in trouble counts as one that AWS works on: its clients know its endpoint.
fn status(proxy: &types::DbProxy) -> Status {
    match proxy.status().map(types::DbProxyStatus::as_str) {
        Some("available") | None => Status::Ready,
        Some("deleting") => Status::Deleting,
        Some(status) => Status::Pending(status.to_owned()),
    }
}

fn user(user: &types::UserAuthConfigInfo) -> Option<DbProxyAuth> {
    let iam = word::<IamAuth>(user.iam_auth().map(types::IamAuthMode::as_str));
    let how = user.client_password_auth_type().map(types::ClientPasswordAuthType::as_str);
    let secret = DbProxyAuth::builder().secret_arn(user.secret_arn()?);
    let secret = secret.iam_auth(iam.unwrap_or_default());
    Some(secret.client_password_auth_type(word(how).unwrap_or_default()).build())
}

/// The value of the model that AWS's word stands for.
fn word<T: DeserializeOwned>(word: Option<&str>) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word?.to_owned())).ok()
}

fn users(proxy: &DbProxy) -> Vec<UserAuthConfig> {
    let how = |how: ClientPasswordAuthType| types::ClientPasswordAuthType::from(how.as_str());
    let users = proxy.auth.iter().map(|user| {
        UserAuthConfig::builder()
            .auth_scheme(types::AuthScheme::Secrets)
            .set_secret_arn(user.secret_arn.known().cloned())
            .iam_auth(user.iam_auth.as_str().into())
            .client_password_auth_type(how(user.client_password_auth_type))
            .build()
    });
    users.collect()
}

fn security_groups(proxy: &DbProxy) -> Vec<String> {
    proxy.vpc_security_groups.iter().filter_map(Ref::known).map(str::to_owned).collect()
}

fn seconds(timeout: IdleClientTimeout) -> i32 {
    timeout.get().try_into().unwrap_or(i32::MAX)
}

fn create(desired: &DbProxy, tags: &Tags) -> CreateDbProxyInputBuilder {
    let subnets = desired.vpc_subnets.iter().filter_map(Ref::known).map(str::to_owned);
    CreateDbProxyInputBuilder::default()
        .set_db_proxy_name(desired.db_proxy_name.as_ref().map(ToString::to_string))
        .engine_family(desired.engine_family.as_str().into())
        .set_auth(Some(users(desired)))
        .set_role_arn(desired.role_arn.known().cloned())
        .set_vpc_subnet_ids(Some(subnets.collect()))
        .set_vpc_security_group_ids(Some(security_groups(desired)))
        .require_tls(desired.require_tls)
        .idle_client_timeout(seconds(desired.idle_client_timeout))
        .debug_logging(desired.debug_logging)
        .set_tags(Some(to_sdk(tags)))
}

/// Everything that changes in place: AWS takes it with the value that it has, too.
fn modify(identifier: &str, desired: &DbProxy) -> ModifyDbProxyInputBuilder {
    ModifyDbProxyInputBuilder::default()
        .db_proxy_name(identifier)
        .set_auth(Some(users(desired)))
        .set_role_arn(desired.role_arn.known().cloned())
        .set_security_groups(Some(security_groups(desired)))
        .require_tls(desired.require_tls)
        .idle_client_timeout(seconds(desired.idle_client_timeout))
        .debug_logging(desired.debug_logging)
}

impl DbProxyHandler {
    /// Describes the proxy `name`, or every proxy.
    async fn describe(
        &self,
        region: Region,
        name: Option<String>,
    ) -> Result<BTreeMap<String, types::DbProxy>, ExecError> {
        let call = self.0.rds(region).describe_db_proxies().set_db_proxy_name(name);
        let proxies = call.into_paginator().items().send().try_collect().await;
        let proxies = none_if_gone(proxies.map_err(failed("DescribeDBProxies")))?;
        let named = proxies.unwrap_or_default().into_iter().filter_map(|proxy| {
            let name = proxy.db_proxy_name()?.to_owned();
            Some((name, proxy))
        });
        Ok(named.collect())
    }

    async fn tagged(
        &self,
        region: Region,
        proxy: &types::DbProxy,
    ) -> Result<(Observed<DbProxy>, Tags), ExecError> {
        let mut observed = observed(proxy)?;
        let tags = tags_of(&self.0.rds(region), &observed.outputs.db_proxy_arn).await?;
        observed.resource.tags = tags.clone().declared();
        Ok((observed, tags))
    }
}

#[async_trait]
impl Handler<DbProxy> for DbProxyHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<DbProxy>>, ExecError>> {
        let only = match identifiers {
            [only] => Some(only.clone()),
            _ => None,
        };
        let proxies = match self.describe(place.region, only).await {
            Ok(proxies) => proxies,
            Err(error) => return identifiers.iter().map(|_| Err(error.clone())).collect(),
        };
        let mut answers = Vec::with_capacity(identifiers.len());
        for identifier in identifiers {
            answers.push(match proxies.get(identifier) {
                Some(proxy) => self.tagged(place.region, proxy).await.map(|(it, _)| Some(it)),
                None => Ok(None),
            });
        }
        answers
    }

    async fn create(&self, request: &Create<DbProxy>) -> Result<Observed<DbProxy>, ExecError> {
        let (client, desired) = (self.0.rds(request.place.region), &request.desired);
        let call = create(desired, &request.tags());
        let answer = call.send_with(&client).await.map_err(failed("CreateDBProxy"))?;
        let made = answer.db_proxy().ok_or_else(|| missing(SERVICE, "CreateDBProxy", "DBProxy"))?;
        let name = made.db_proxy_name().unwrap_or_default();
        let made = observed(made).map_err(|error| error.with_identifier(name))?;
        Ok(Observed { resource: desired.clone(), ..made })
    }

    async fn find(
        &self,
        request: &Create<DbProxy>,
    ) -> Result<Option<Observed<DbProxy>>, ExecError> {
        let region = request.place.region;
        let Some(name) = request.desired.db_proxy_name.as_ref() else { return Ok(None) };
        let proxies = self.describe(region, Some(name.to_string())).await?;
        let Some(proxy) = proxies.get(name.as_str()) else { return Ok(None) };
        let (found, tags) = self.tagged(region, proxy).await?;
        Ok(request.ownership.owns(&tags).then_some(found))
    }

    /// An ARN of a proxy does not have its name, so what AWS lists by tags does not tell it.
    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.rds(place.region);
        let mut found = Vec::new();
        for (name, proxy) in self.describe(place.region, None).await? {
            let carried = tags_of(&client, proxy.db_proxy_arn().unwrap_or_default()).await;
            let Some(carried) = none_if_gone(carried)? else { continue };
            if tags.iter().all(|(key, value)| carried.get(key) == Some(value)) {
                found.push(Tagged { identifier: name, tags: carried });
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<DbProxy>) -> Result<Observed<DbProxy>, ExecError> {
        let client = self.0.rds(request.place.region);
        let modified = request.current.is_modified_by(&request.desired);
        if modified {
            let call = modify(&request.identifier, &request.desired);
            call.send_with(&client).await.map_err(failed("ModifyDBProxy"))?;
        }
        retag(&client, &request.outputs.db_proxy_arn, request).await?;
        let status = if modified { Status::Pending("modifying".to_owned()) } else { Status::Ready };
        Ok(request.done().with_status(status))
    }

    async fn delete(&self, request: &Delete<DbProxy>) -> Result<Deletion, ExecError> {
        let client = self.0.rds(request.place.region);
        let call = client.delete_db_proxy().db_proxy_name(&request.identifier);
        let answer = none_if_gone(call.send().await.map_err(failed("DeleteDBProxy")))?;
        Ok(if answer.is_some() { Deletion::Underway } else { Deletion::Gone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy() -> DbProxy {
        DbProxy::builder()
            .db_proxy_name("pool".parse().unwrap())
            .auth([DbProxyAuth::builder().secret_arn("secret").iam_auth(IamAuth::Required).build()])
            .role_arn("role")
            .vpc_subnets([Ref::existing("subnet-2"), Ref::existing("subnet-1")])
            .vpc_security_groups([Ref::existing("sg-1")])
            .build()
    }

    #[test]
    fn a_create_and_a_change_say_what_the_proxy_says() {
        let call = create(&proxy(), &Tags::new().with("Name", "pool")).build().unwrap();
        assert_eq!(call.vpc_subnet_ids(), ["subnet-1", "subnet-2"]);
        assert_eq!(call.engine_family(), Some(&types::EngineFamily::Postgresql));
        assert_eq!((call.require_tls(), call.idle_client_timeout()), (Some(true), Some(1800)));
        let user = &call.auth()[0];
        assert_eq!(user.iam_auth(), Some(&types::IamAuthMode::Required));
        let how = types::ClientPasswordAuthType::PostgresScramSha256;
        assert_eq!(user.client_password_auth_type(), Some(&how));
        let changed = DbProxy { debug_logging: true, ..proxy() };
        let call = modify("pool", &changed).build().unwrap();
        assert_eq!((call.db_proxy_name(), call.debug_logging()), (Some("pool"), Some(true)));
        assert_eq!(call.security_groups(), ["sg-1"]);
    }

    #[test]
    fn a_description_is_the_proxy() {
        let user = types::UserAuthConfigInfo::builder()
            .secret_arn("secret")
            .iam_auth(types::IamAuthMode::Required)
            .client_password_auth_type(types::ClientPasswordAuthType::PostgresScramSha256)
            .build();
        let described = types::DbProxy::builder()
            .db_proxy_name("pool")
            .db_proxy_arn("arn")
            .engine_family("POSTGRESQL")
            .auth(user)
            .role_arn("role")
            .set_vpc_subnet_ids(Some(vec!["subnet-2".to_owned(), "subnet-1".to_owned()]))
            .vpc_security_group_ids("sg-1")
            .require_tls(true)
            .idle_client_timeout(1800)
            .endpoint("host");
        let available = described.clone().status(types::DbProxyStatus::Available).build();
        let it = observed(&available).unwrap();
        assert_eq!((it.resource, it.status), (proxy(), Status::Ready));
        let creating = described.status(types::DbProxyStatus::Creating).build();
        assert_eq!(status(&creating), Status::Pending("creating".to_owned()));
    }
}
