//! `AWS::WAFv2::WebACLAssociation` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html>,
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html>. A load
//! balancer has one web ACL: the next one takes the place of the one before.
//! Not modelled: other things that a web ACL protects.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        elbv2::LoadBalancer,
        wafv2::{WafScope, WebAcl, WebAclAssociation, WebAclAssociationOutputs},
    },
};

use super::{SERVICE, invalid, nonexistent, referenced, unavailable};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// Handles associations in memory.
#[derive(Debug)]
pub struct WebAclAssociationHandler(Api);

impl From<Api> for WebAclAssociationHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What `AssociateWebACL` refuses.
fn check(world: &World, place: &Place, it: &WebAclAssociation) -> Result<(), AwsError> {
    let arn = it.web_acl.known().unwrap_or_default();
    let acl = referenced::<WebAcl>(world, place, arn)?;
    if acl.resource.scope == WafScope::CloudFront {
        return Err(invalid("The ARN isn't valid for this resource.", "WEB_ACL_ARN", arn));
    }
    let front = it.load_balancer.known().unwrap_or_default();
    let front = world.get::<LoadBalancer>(place, front).ok_or_else(nonexistent)?;
    if front.status(world.now()) == Status::Ready { Ok(()) } else { Err(unavailable()) }
}

/// `AssociateWebACL`.
pub(super) fn associate(
    world: &mut World,
    request: &Create<WebAclAssociation>,
) -> Result<Observed<WebAclAssociation>, AwsError> {
    check(world, &request.place, &request.desired)?;
    let resource_arn = request.desired.load_balancer.known().unwrap_or_default().to_owned();
    world.insert(request, WebAclAssociationOutputs { resource_arn }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<WebAclAssociation> for WebAclAssociationHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<WebAclAssociation>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for arn in identifiers {
            let found = self.0.call(SERVICE, "GetWebACLForResource", place, |world| {
                let found = world.get::<WebAclAssociation>(place, arn);
                Ok(found.map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<WebAclAssociation>,
    ) -> Result<Observed<WebAclAssociation>, ExecError> {
        self.0
            .call(SERVICE, "AssociateWebACL", &request.place, |world| associate(world, request))
            .await
    }

    /// An association has no tags: one with the same web ACL is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<WebAclAssociation>,
    ) -> Result<Option<Observed<WebAclAssociation>>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        self.0
            .call(SERVICE, "GetWebACLForResource", place, |world| {
                let arn = desired.load_balancer.known().unwrap_or_default();
                let found = world.get::<WebAclAssociation>(place, arn);
                let same = found.filter(|it| it.resource == *desired);
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<WebAclAssociation>,
    ) -> Result<Observed<WebAclAssociation>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "AssociateWebACL", place, |world| {
                check(world, place, &request.desired)?;
                world.change::<WebAclAssociation>(place, arn, "", Duration::ZERO, |it| {
                    it.resource = request.desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<WebAclAssociation>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "DisassociateWebACL", place, |world| {
                world.remove::<WebAclAssociation>(place, arn, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}
