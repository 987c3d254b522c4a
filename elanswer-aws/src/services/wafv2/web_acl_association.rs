//! `AWS::WAFv2::WebACLAssociation` over the SDK.
//!
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html>.

use async_trait::async_trait;
use aws_sdk_wafv2::Client;
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{WebAclAssociation, WebAclAssociationOutputs},
};

use super::failed;
use crate::{
    clients::Clients,
    error::{gone_is_fine, none_if_gone},
};

/// Handles associations over the SDK.
#[derive(Debug)]
pub struct WebAclAssociationHandler(Clients);

impl From<Clients> for WebAclAssociationHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The association of a resource.
fn observed(web_acl: &str, resource: &str) -> Observed<WebAclAssociation> {
    let it = WebAclAssociation::new(Ref::existing(web_acl), Ref::existing(resource));
    Observed::ready(it, WebAclAssociationOutputs { resource_arn: resource.to_owned() })
}

async fn look(
    client: &Client,
    resource: &str,
) -> Result<Option<Observed<WebAclAssociation>>, ExecError> {
    let answer = client.get_web_acl_for_resource().resource_arn(resource).send().await;
    let answer = none_if_gone(answer.map_err(failed("GetWebACLForResource")))?;
    let acl = answer.and_then(|answer| answer.web_acl);
    Ok(acl.map(|acl| observed(acl.arn(), resource)))
}

async fn associate(
    client: &Client,
    it: &WebAclAssociation,
) -> Result<Observed<WebAclAssociation>, ExecError> {
    let web_acl = it.web_acl.known().unwrap_or_default();
    let resource = it.load_balancer.known().unwrap_or_default();
    let call = client.associate_web_acl().web_acl_arn(web_acl).resource_arn(resource);
    call.send().await.map_err(failed("AssociateWebACL"))?;
    Ok(observed(web_acl, resource))
}

#[async_trait]
impl Handler<WebAclAssociation> for WebAclAssociationHandler {
    /// One resource at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<WebAclAssociation>>, ExecError>> {
        let client = self.0.wafv2(place.region);
        let looks = identifiers.iter().map(|resource| look(&client, resource));
        futures_util::future::join_all(looks).await
    }

    async fn create(
        &self,
        request: &Create<WebAclAssociation>,
    ) -> Result<Observed<WebAclAssociation>, ExecError> {
        associate(&self.0.wafv2(request.place.region), &request.desired).await
    }

    /// An association has no tags: one with the same web ACL is taken for the one that was made.
    async fn find(
        &self,
        request: &Create<WebAclAssociation>,
    ) -> Result<Option<Observed<WebAclAssociation>>, ExecError> {
        let client = self.0.wafv2(request.place.region);
        let resource = request.desired.load_balancer.known().unwrap_or_default();
        let found = look(&client, resource).await?;
        Ok(found.filter(|found| found.resource == request.desired))
    }

    /// The one takes the place of the other.
    async fn update(
        &self,
        request: &Update<WebAclAssociation>,
    ) -> Result<Observed<WebAclAssociation>, ExecError> {
        associate(&self.0.wafv2(request.place.region), &request.desired).await
    }

    async fn delete(&self, request: &Delete<WebAclAssociation>) -> Result<Deletion, ExecError> {
        let call = self.0.wafv2(request.place.region).disassociate_web_acl();
        let deleted = call.resource_arn(&request.identifier).send().await;
        gone_is_fine(deleted.map_err(failed("DisassociateWebACL")))?;
        Ok(Deletion::Gone)
    }
}
