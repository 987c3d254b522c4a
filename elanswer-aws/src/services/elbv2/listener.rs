//! `AWS::ElasticLoadBalancingV2::Listener` over the SDK.
//!
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html>.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::{
    operation::describe_listeners::builders::DescribeListenersFluentBuilder,
    types::{self, Certificate, ProtocolEnum},
};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::elbv2::{CertificateArn, Listener, ListenerOutputs, ListenerProtocol, Tls},
};

use super::{
    SERVICE,
    action::{self, protocol_to_sdk},
    bounded, failed, foreign, gone_is_fine, int, none_if_gone, owns, read_all, to_sdk,
};
use crate::{clients::Clients, error::missing};

/// Handles listeners over the SDK.
#[derive(Debug)]
pub struct ListenerHandler(Clients);

impl From<Clients> for ListenerHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

const DESCRIBE: &str = "DescribeListeners";

fn observed(described: &types::Listener) -> Result<Observed<Listener>, ExecError> {
    let lacks = |field| missing(SERVICE, DESCRIBE, field);
    let arn = described.listener_arn().ok_or_else(|| lacks("ListenerArn"))?;
    let load_balancer = described.load_balancer_arn().ok_or_else(|| lacks("LoadBalancerArn"))?;
    let resource = Listener::builder()
        .load_balancer(Ref::existing(load_balancer))
        .port(bounded(described.port()).ok_or_else(|| lacks("Port"))?)
        .protocol(protocol(described)?)
        .default_action(action::from_sdk(DESCRIBE, described.default_actions())?)
        .build();
    Ok(Observed::ready(resource, ListenerOutputs { listener_arn: arn.to_owned() }))
}

fn protocol(described: &types::Listener) -> Result<ListenerProtocol, ExecError> {
    match described.protocol() {
        Some(ProtocolEnum::Http) => Ok(ListenerProtocol::Http),
        Some(ProtocolEnum::Https) => tls(described).map(ListenerProtocol::Https),
        other => Err(foreign(DESCRIBE, format_args!("the protocol {other:?}"))),
    }
}

fn tls(described: &types::Listener) -> Result<Tls, ExecError> {
    let arn = described.certificates().first().and_then(Certificate::certificate_arn);
    let arn = arn.ok_or_else(|| missing(SERVICE, DESCRIBE, "Certificates"))?;
    let policy = described.ssl_policy();
    let policy = policy.ok_or_else(|| missing(SERVICE, DESCRIBE, "SslPolicy"))?;
    let certificate: CertificateArn = arn.parse().map_err(|error| foreign(DESCRIBE, error))?;
    Ok(Tls {
        certificate: certificate.into(),
        ssl_policy: policy.parse().map_err(|error| foreign(DESCRIBE, error))?,
    })
}

/// The certificates of a create or modify call; HTTP has none.
fn certificates(it: &Listener) -> Option<Vec<Certificate>> {
    let arn = it.protocol.tls()?.certificate.known()?;
    Some(vec![Certificate::builder().certificate_arn(arn.as_str()).build()])
}

fn ssl_policy(it: &Listener) -> Option<String> {
    Some(it.protocol.tls()?.ssl_policy.to_string())
}

/// Describes listeners.
async fn describe(call: DescribeListenersFluentBuilder) -> Result<Vec<types::Listener>, ExecError> {
    let pages = call.into_paginator().items().send();
    pages.try_collect().await.map_err(failed(DESCRIBE))
}

#[async_trait]
impl Handler<Listener> for ListenerHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Listener>>, ExecError>> {
        let client = &self.0.elbv2(place.region);
        read_all(identifiers, |page| async move {
            let call = client.describe_listeners().set_listener_arns(Some(page));
            let listeners = describe(call).await?;
            let observed = listeners.iter().map(observed);
            observed.map(|it| it.map(|it| (it.outputs.listener_arn.clone(), it))).collect()
        })
        .await
    }

    async fn create(&self, request: &Create<Listener>) -> Result<Observed<Listener>, ExecError> {
        let (client, desired) = (self.0.elbv2(request.place.region), &request.desired);
        let answer = client
            .create_listener()
            .set_load_balancer_arn(desired.load_balancer.known().map(str::to_owned))
            .port(int(desired.port))
            .protocol(protocol_to_sdk(desired.protocol.protocol()))
            .set_certificates(certificates(desired))
            .set_ssl_policy(ssl_policy(desired))
            .set_default_actions(Some(action::to_sdk("CreateListener", &desired.default_action)?))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateListener"))?;
        let arn = answer.listeners().first().and_then(types::Listener::listener_arn);
        let arn = arn.ok_or_else(|| missing(SERVICE, "CreateListener", "ListenerArn"))?;
        let outputs = ListenerOutputs { listener_arn: arn.to_owned() };
        Ok(Observed::ready(desired.clone(), outputs))
    }

    /// A load balancer has one listener at a port; whose it is, its tags say.
    async fn find(
        &self,
        request: &Create<Listener>,
    ) -> Result<Option<Observed<Listener>>, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let wanted = &request.desired;
        let call = client.describe_listeners();
        let call = call.set_load_balancer_arn(wanted.load_balancer.known().map(str::to_owned));
        let all = none_if_gone(describe(call).await.map(Some))?.unwrap_or_default();
        let port = Some(int(wanted.port));
        let Some(listener) = all.iter().find(|listener| listener.port() == port) else {
            return Ok(None);
        };
        if owns(&client, request, listener.listener_arn().unwrap_or_default()).await? {
            observed(listener).map(Some)
        } else {
            Ok(None)
        }
    }

    async fn update(&self, request: &Update<Listener>) -> Result<Observed<Listener>, ExecError> {
        let (client, to) = (self.0.elbv2(request.place.region), &request.desired);
        if request.current != *to {
            client
                .modify_listener()
                .listener_arn(&request.identifier)
                .port(int(to.port))
                .protocol(protocol_to_sdk(to.protocol.protocol()))
                .set_certificates(certificates(to))
                .set_ssl_policy(ssl_policy(to))
                .set_default_actions(Some(action::to_sdk("ModifyListener", &to.default_action)?))
                .send()
                .await
                .map_err(failed("ModifyListener"))?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Listener>) -> Result<Deletion, ExecError> {
        let client = self.0.elbv2(request.place.region);
        let call = client.delete_listener().listener_arn(&request.identifier);
        gone_is_fine(call.send().await.map_err(failed("DeleteListener")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::elbv2::{Action, Port, SslPolicy};

    use super::*;

    const CERTIFICATE: &str =
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

    fn listener(protocol: ListenerProtocol) -> Listener {
        Listener::builder()
            .load_balancer(Ref::existing("lb"))
            .port(Port::of::<443>())
            .protocol(protocol)
            .default_action(Action::Forward(Ref::existing("tg")))
            .build()
    }

    /// What AWS shows of a listener that was made so.
    fn described(it: &Listener) -> types::Listener {
        types::Listener::builder()
            .listener_arn("arn")
            .load_balancer_arn("lb")
            .port(443)
            .protocol(protocol_to_sdk(it.protocol.protocol()))
            .set_certificates(certificates(it))
            .set_ssl_policy(ssl_policy(it))
            .set_default_actions(action::to_sdk("", &it.default_action).ok())
            .build()
    }

    #[test]
    fn listeners_come_back_as_they_were_sent() {
        let tls = Tls {
            certificate: CERTIFICATE.parse::<CertificateArn>().unwrap().into(),
            ssl_policy: SslPolicy::Tls13,
        };
        for protocol in [ListenerProtocol::Http, ListenerProtocol::Https(tls)] {
            let it = listener(protocol);
            assert_eq!(observed(&described(&it)).unwrap().resource, it);
        }
    }

    #[test]
    fn http_sends_neither_certificate_nor_policy() {
        let it = listener(ListenerProtocol::Http);
        assert!(certificates(&it).is_none() && ssl_policy(&it).is_none());
    }
}
