//! `AWS::WAFv2::WebACL` over the SDK.
//!
//! <https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html>. Only `GetWebACL`
//! tells the capacity, and the lock that a change takes.

use async_trait::async_trait;
use aws_sdk_wafv2::{Client, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::wafv2::{EntityDescription, EntityName, WafScope, WebAcl, WebAclArn, WebAclOutputs},
};

use super::{
    SERVICE, action, failed, retag, rule, scope_to_sdk, scopes, tags, tags_to_sdk, unbuilt, unknown,
};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// Handles web ACLs over the SDK.
#[derive(Debug)]
pub struct WebAclHandler(Clients);

impl From<Clients> for WebAclHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the answers say of a web ACL.
fn observed(acl: &types::WebAcl, tags: Tags) -> Result<Observed<WebAcl>, ExecError> {
    let lacks = |field| missing(SERVICE, "GetWebACL", field);
    let unknown = |what: &str| unknown("GetWebACL", what);
    let arn = WebAclArn::new(acl.arn()).map_err(|_| lacks("ARN"))?;
    let rules = acl.rules().iter().map(|found| {
        rule::from_sdk(found).ok_or_else(|| unknown(&format!("a rule `{}`", found.name())))
    });
    let visibility = acl.visibility_config().ok_or_else(|| lacks("VisibilityConfig"))?;
    let default_action = acl.default_action().ok_or_else(|| lacks("DefaultAction"))?;
    let description = acl.description().filter(|text| !text.is_empty());
    let description = description.map(EntityDescription::new).transpose();
    let resource = WebAcl::builder()
        .name(EntityName::new(acl.name()).map_err(|_| lacks("Name"))?)
        .scope(arn.scope())
        .maybe_description(description.map_err(|_| lacks("Description"))?)
        .default_action(
            action::default_from_sdk(default_action).ok_or_else(|| unknown("a default action"))?,
        )
        .rules(rules.collect::<Result<Vec<_>, _>>()?)
        .visibility_config(
            rule::visibility_from_sdk(visibility).ok_or_else(|| lacks("MetricName"))?,
        )
        .tags(tags.declared())
        .build();
    let outputs = WebAclOutputs {
        arn,
        capacity: u64::try_from(acl.capacity()).unwrap_or(0),
        id: acl.id().to_owned(),
        label_namespace: acl.label_namespace().unwrap_or_default().to_owned(),
    };
    Ok(Observed::ready(resource, outputs))
}

/// The parts of a web ACL that its calls take in the same words.
struct Parts {
    default_action: types::DefaultAction,
    rules: Vec<types::Rule>,
    visibility: types::VisibilityConfig,
    description: Option<String>,
}

fn parts(acl: &WebAcl) -> Result<Parts, ExecError> {
    let rules = acl.rules.iter().map(rule::to_sdk).collect::<Result<_, _>>();
    Ok(Parts {
        default_action: action::default_to_sdk(acl.default_action).map_err(unbuilt)?,
        rules: rules.map_err(unbuilt)?,
        visibility: rule::visibility_to_sdk(&acl.visibility_config).map_err(unbuilt)?,
        description: acl.description.as_ref().map(ToString::to_string),
    })
}

fn named(arn: &str) -> Result<WebAclArn, ExecError> {
    WebAclArn::new(arn).map_err(|error| ExecError::new(ErrorKind::Internal, error.to_string()))
}

impl WebAclHandler {
    /// The web ACL and its lock, when it exists.
    async fn get(
        client: &Client,
        arn: &WebAclArn,
    ) -> Result<Option<(types::WebAcl, String)>, ExecError> {
        let call = client.get_web_acl().name(arn.name()).id(arn.id());
        let answer = call.scope(scope_to_sdk(arn.scope())).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("GetWebACL")))? else {
            return Ok(None);
        };
        let lacks = |field| missing(SERVICE, "GetWebACL", field);
        let acl = answer.web_acl.ok_or_else(|| lacks("WebACL"))?;
        Ok(Some((acl, answer.lock_token.ok_or_else(|| lacks("LockToken"))?)))
    }

    async fn look(client: &Client, arn: &str) -> Result<Option<Observed<WebAcl>>, ExecError> {
        let Some((acl, _)) = Self::get(client, &named(arn)?).await? else { return Ok(None) };
        let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
        observed(&acl, tags).map(Some)
    }

    /// What AWS decided of a web ACL that was made or changed a moment ago.
    async fn outputs(client: &Client, arn: &WebAclArn) -> Result<WebAclOutputs, ExecError> {
        let found = Self::get(client, arn).await?;
        let (acl, _) = found.ok_or_else(|| {
            ExecError::new(ErrorKind::NotYetVisible, format!("`{arn}` is not visible yet"))
                .with_operation(SERVICE, "GetWebACL")
        })?;
        observed(&acl, Tags::new()).map(|found| found.outputs)
    }

    /// The names and ARNs of all web ACLs of a scope.
    async fn list(client: &Client, scope: WafScope) -> Result<Vec<(String, String)>, ExecError> {
        let mut found = Vec::new();
        let mut marker = None;
        loop {
            let call = client.list_web_acls().scope(scope_to_sdk(scope)).limit(100);
            let answer =
                call.set_next_marker(marker).send().await.map_err(failed("ListWebACLs"))?;
            let page = answer.web_acls.unwrap_or_default();
            // AWS may tell where to go on although there is no more.
            marker = answer.next_marker.filter(|_| !page.is_empty());
            let names = page.into_iter().filter_map(|acl| Some((acl.name?, acl.arn?)));
            found.extend(names);
            if marker.is_none() {
                return Ok(found);
            }
        }
    }
}

#[async_trait]
impl Handler<WebAcl> for WebAclHandler {
    /// WAF shows one web ACL at a time, and its tags apart.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<WebAcl>>, ExecError>> {
        let client = self.0.wafv2(place.region);
        let looks = identifiers.iter().map(|arn| Self::look(&client, arn));
        futures_util::future::join_all(looks).await
    }

    async fn create(&self, request: &Create<WebAcl>) -> Result<Observed<WebAcl>, ExecError> {
        let (client, desired) = (self.0.wafv2(request.place.region), &request.desired);
        let parts = parts(desired)?;
        let answer = client
            .create_web_acl()
            .set_name(desired.name.as_ref().map(ToString::to_string))
            .scope(scope_to_sdk(desired.scope))
            .set_description(parts.description)
            .default_action(parts.default_action)
            .set_rules(Some(parts.rules))
            .visibility_config(parts.visibility)
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateWebACL"))?;
        let arn = answer.summary.and_then(|summary| summary.arn);
        let arn = named(&arn.ok_or_else(|| missing(SERVICE, "CreateWebACL", "ARN"))?)?;
        let outputs = Self::outputs(&client, &arn).await;
        let outputs = outputs.map_err(|error| error.with_identifier(arn.as_str()))?;
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(&self, request: &Create<WebAcl>) -> Result<Option<Observed<WebAcl>>, ExecError> {
        let (client, desired) = (self.0.wafv2(request.place.region), &request.desired);
        let Some(name) = &desired.name else { return Ok(None) };
        let found = Self::list(&client, desired.scope).await?;
        let Some((_, arn)) = found.into_iter().find(|(found, _)| found == name.as_str()) else {
            return Ok(None);
        };
        let tags = none_if_gone(tags(&client, &arn).await)?;
        if tags.is_some_and(|tags| request.ownership.owns(&tags)) {
            return Self::look(&client, &arn).await;
        }
        Ok(None)
    }

    /// The ARNs of web ACLs have two types: each web ACL is asked for its tags.
    async fn search(&self, place: &Place, wanted: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let client = self.0.wafv2(place.region);
        let mut found = Vec::new();
        for scope in scopes(place) {
            for (_, arn) in Self::list(&client, *scope).await? {
                let Some(tags) = none_if_gone(tags(&client, &arn).await)? else { continue };
                if wanted.iter().all(|(key, value)| tags.get(key) == Some(value)) {
                    found.push(Tagged { identifier: arn, tags });
                }
            }
        }
        Ok(Some(found))
    }

    async fn update(&self, request: &Update<WebAcl>) -> Result<Observed<WebAcl>, ExecError> {
        let (client, arn) = (self.0.wafv2(request.place.region), named(&request.identifier)?);
        let untagged = |acl: &WebAcl| WebAcl { tags: Tags::new(), ..acl.clone() };
        let mut done = request.done();
        if untagged(&request.current) != untagged(&request.desired) {
            let lock = Self::get(&client, &arn).await?.map(|(_, lock)| lock);
            let parts = parts(&request.desired)?;
            client
                .update_web_acl()
                .name(arn.name())
                .id(arn.id())
                .scope(scope_to_sdk(arn.scope()))
                .lock_token(lock.unwrap_or_default())
                .set_description(parts.description)
                .default_action(parts.default_action)
                .set_rules(Some(parts.rules))
                .visibility_config(parts.visibility)
                .send()
                .await
                .map_err(failed("UpdateWebACL"))?;
            done.outputs = Self::outputs(&client, &arn).await?;
        }
        retag(&client, arn.as_str(), request.tag_changes()).await?;
        Ok(done)
    }

    async fn delete(&self, request: &Delete<WebAcl>) -> Result<Deletion, ExecError> {
        let (client, arn) = (self.0.wafv2(request.place.region), named(&request.identifier)?);
        let Some((_, lock)) = Self::get(&client, &arn).await? else { return Ok(Deletion::Gone) };
        let call = client.delete_web_acl().name(arn.name()).id(arn.id()).lock_token(lock);
        let deleted = call.scope(scope_to_sdk(arn.scope())).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteWebACL")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::{
        DefaultAction, MetricName, Priority, RateLimit, RequestLimit, Rule, RuleAction,
        VisibilityConfig,
    };

    use super::*;

    const ARN: &str = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/1234";

    fn acl() -> WebAcl {
        let rate = RateLimit::of(RequestLimit::of::<100>());
        let name = EntityName::literal("limit");
        let limit = Rule::limiting(name, Priority::of::<1>(), rate, RuleAction::Block);
        WebAcl::builder()
            .name(EntityName::literal("shop"))
            .scope(WafScope::CloudFront)
            .default_action(DefaultAction::Block)
            .rules([limit])
            .visibility_config(VisibilityConfig::named(MetricName::literal("shop")))
            .tags(Tags::new().with("Name", "n"))
            .build()
    }

    fn answer(rules: Vec<types::Rule>, description: &str) -> types::WebAcl {
        let parts = parts(&acl()).unwrap();
        types::WebAcl::builder()
            .name("shop")
            .id("1234")
            .arn(ARN)
            .description(description)
            .default_action(parts.default_action)
            .set_rules(Some(rules))
            .visibility_config(parts.visibility)
            .capacity(2)
            .label_namespace("awswaf:123456789012:webacl:shop:")
            .build()
            .unwrap()
    }

    #[test]
    fn maps_what_aws_answers() {
        let tags = Tags::new().with("Name", "n").with("elanswer:stack", "shop");
        let found = observed(&answer(parts(&acl()).unwrap().rules, ""), tags).unwrap();
        assert_eq!(found.resource, acl());
        assert_eq!(found.outputs.arn.as_str(), ARN);
        assert_eq!((found.outputs.capacity, found.outputs.id.as_str()), (2, "1234"));
    }

    #[test]
    fn a_rule_that_is_not_modelled_is_named() {
        let group = types::RuleGroupReferenceStatement::builder().arn("arn:group").build().unwrap();
        let statement = types::Statement::builder().rule_group_reference_statement(group).build();
        let rule = types::Rule::builder()
            .name("theirs")
            .priority(0)
            .statement(statement)
            .visibility_config(parts(&acl()).unwrap().visibility)
            .build()
            .unwrap();
        let error = observed(&answer(vec![rule], "theirs"), Tags::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("a rule `theirs`"), "{error}");
    }
}
