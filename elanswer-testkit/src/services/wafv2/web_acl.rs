//! `AWS::WAFv2::WebACL` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html>,
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html>,
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html>; capacity as in
//! <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-list.html>.
//! Quotas: 100 web ACLs per Region and scope, 5000 capacity units and 10 limits of rates in each,
//! <https://docs.aws.amazon.com/waf/latest/developerguide/limits.html>.
//! Stricter than AWS: capacity is never saved by what rules have in common. Assumed: the code of
//! the answer to two rules of one name or priority.
//! Not modelled: which managed rule groups there are, and the capacity of those that are not
//! AWS's; requests.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Resource, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{
        EntityName, LoggingConfiguration, WafScope, WebAcl, WebAclArn, WebAclFault, WebAclOutputs,
    },
};

use super::{
    Entity, SERVICE, TAGGING, associated, check_statement, create_checked, invalid, nonexistent,
};
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

/// Handles web ACLs in memory.
#[derive(Debug)]
pub struct WebAclHandler(Api);

impl From<Api> for WebAclHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

impl Entity for WebAcl {
    const CALLED: &'static str = "WebACL";
    const IN_ARN: &'static str = "webacl";

    fn name(&self) -> Option<&EntityName> {
        self.name.as_ref()
    }

    fn scope(&self) -> WafScope {
        self.scope
    }

    fn arn(outputs: &WebAclOutputs) -> &str {
        outputs.arn.as_str()
    }

    fn check(&self, world: &World, place: &Place) -> Result<(), AwsError> {
        if let Some(fault) = self.faults().first() {
            return Err(refused(fault));
        }
        for statement in self.rules.iter().filter_map(|rule| rule.statement()) {
            check_statement(world, place, self.scope, statement)?;
        }
        Ok(())
    }
}

/// The answer to rules that AWS refuses together.
fn refused(fault: &WebAclFault) -> AwsError {
    match fault {
        WebAclFault::Capacity(_) | WebAclFault::RateLimits(_) => AwsError::quota(
            "WAFLimitsExceededException",
            format!(
                "AWS WAF couldn't perform the operation because you exceeded your resource limit: {fault}"
            ),
        ),
        WebAclFault::Name(_) => AwsError::conflict(
            "WAFDuplicateItemException",
            "AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one.",
        ),
        other => invalid(&format!("{other}."), "RULE", ""),
    }
}

/// `CreateWebACL`.
pub(super) fn create_web_acl(
    world: &mut World,
    request: &Create<WebAcl>,
) -> Result<Observed<WebAcl>, AwsError> {
    let (arn, id) = create_checked(world, request)?;
    let name = request.desired.name.as_ref().map_or("", EntityName::as_str);
    let outputs = WebAclOutputs {
        arn: WebAclArn::new(arn).map_err(|error| invalid(&error.to_string(), "NAME", name))?,
        capacity: request.desired.capacity().into(),
        id,
        label_namespace: format!("awswaf:{}:webacl:{name}:", account(&request.place)),
    };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// `UpdateWebACL`, with the lock of what it was when the caller looked.
pub(super) fn update_web_acl(
    world: &mut World,
    place: &Place,
    arn: &str,
    token: &str,
    to: &WebAcl,
) -> Result<Observed<WebAcl>, AwsError> {
    super::update(world, place, arn, token, to)?;
    world.change::<WebAcl>(place, arn, "", Duration::ZERO, |acl| {
        acl.outputs.capacity = acl.resource.capacity().into();
    })
}

/// What `DeleteWebACL` refuses: whatever it protects must be told first. The logging goes with it.
pub(super) fn release(world: &mut World, place: &Place, arn: &str) -> Result<(), AwsError> {
    let logging = LoggingConfiguration::SCHEMA.kind;
    if world.users_of(place, arn).iter().any(|user| user.kind != logging) {
        return Err(associated());
    }
    world.remove::<LoggingConfiguration>(place, arn, Duration::ZERO);
    Ok(())
}

impl WebAclHandler {
    /// `GetWebACL`, which alone tells the capacity.
    async fn see(&self, place: &Place, arn: &str) -> Result<Observed<WebAcl>, ExecError> {
        let seen = super::get::<WebAcl>(&self.0, place, arn).await?;
        seen.map(|(acl, _)| acl).ok_or_else(|| {
            ExecError::new(ErrorKind::NotYetVisible, format!("`{arn}` is not visible yet"))
                .with_operation(SERVICE, "GetWebACL")
        })
    }
}

#[async_trait]
impl Handler<WebAcl> for WebAclHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<WebAcl>>, ExecError>> {
        super::read(&self.0, place, identifiers).await
    }

    async fn create(&self, request: &Create<WebAcl>) -> Result<Observed<WebAcl>, ExecError> {
        let place = &request.place;
        let made = self
            .0
            .call(SERVICE, "CreateWebACL", place, |world| create_web_acl(world, request))
            .await?;
        let arn = WebAcl::arn(&made.outputs);
        self.see(place, arn).await.map_err(|error| error.with_identifier(arn))
    }

    async fn find(&self, request: &Create<WebAcl>) -> Result<Option<Observed<WebAcl>>, ExecError> {
        super::find(&self.0, request).await
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        super::search::<WebAcl>(&self.0, place, tags).await
    }

    async fn update(&self, request: &Update<WebAcl>) -> Result<Observed<WebAcl>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let untagged = |acl: &WebAcl| WebAcl { tags: Tags::new(), ..acl.clone() };
        if untagged(&request.current) != untagged(&request.desired) {
            let seen = super::get::<WebAcl>(&self.0, place, arn).await?;
            let token = seen.map(|(_, token)| token).unwrap_or_default();
            self.0
                .call(SERVICE, "UpdateWebACL", place, |world| {
                    if world.get::<WebAcl>(place, arn).is_none() {
                        return Err(nonexistent());
                    }
                    update_web_acl(world, place, arn, &token, &request.desired)
                })
                .await?;
            self.see(place, arn).await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<WebAcl>) -> Result<Deletion, ExecError> {
        super::delete(&self.0, request, release).await
    }
}
