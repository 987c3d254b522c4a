//! `AWS::XRay::SamplingRule` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html>,
//! <https://docs.aws.amazon.com/xray/latest/api/API_UpdateSamplingRule.html>,
//! <https://docs.aws.amazon.com/xray/latest/api/API_DeleteSamplingRule.html>.
//! Quota: 25 rules per Region,
//! <https://docs.aws.amazon.com/general/latest/gr/xray.html>.
//! Not modelled: which requests programs trace.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::xray::{SamplingRule, SamplingRuleArn, SamplingRuleOutputs},
};

use super::{SERVICE, TAGGING, refused};
use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

/// Handles sampling rules in memory.
#[derive(Debug)]
pub struct SamplingRuleHandler(Api);

impl From<Api> for SamplingRuleHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// How many attributes a rule asks for at most.
const MAX_ATTRIBUTES: usize = 5;

fn check(rule: &SamplingRule) -> Result<(), AwsError> {
    if rule.rule.attributes.len() > MAX_ATTRIBUTES {
        return Err(refused(format!("A rule has at most {MAX_ATTRIBUTES} attributes.")));
    }
    Ok(())
}

/// `CreateSamplingRule`.
fn create_sampling_rule(
    world: &mut World,
    request: &Create<SamplingRule>,
) -> Result<Observed<SamplingRule>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    check(desired)?;
    let name = &desired.rule.rule_name;
    let arn = arn(place, SERVICE, &format!("sampling-rule/{name}"));
    if world.get::<SamplingRule>(place, &arn).is_some() {
        return Err(AwsError::conflict(
            "InvalidRequestException",
            format!("Sampling rule {name} already exists."),
        ));
    }
    let used = world.all::<SamplingRule>(place).count();
    world.quotas.check("sampling rules per Region", 25, used, "RuleLimitExceededException")?;
    let rule_arn = SamplingRuleArn::new(arn).map_err(|error| refused(error.to_string()))?;
    world.insert(request, SamplingRuleOutputs { rule_arn }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<SamplingRule> for SamplingRuleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<SamplingRule>>, ExecError>> {
        super::read(&self.0, place, identifiers, "GetSamplingRules").await
    }

    async fn create(
        &self,
        request: &Create<SamplingRule>,
    ) -> Result<Observed<SamplingRule>, ExecError> {
        self.0
            .call(SERVICE, "CreateSamplingRule", &request.place, |world| {
                create_sampling_rule(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<SamplingRule>,
    ) -> Result<Option<Observed<SamplingRule>>, ExecError> {
        let found = self.0.find_owned(SERVICE, "GetSamplingRules", request).await?;
        if found.is_some() {
            self.0.call(SERVICE, "ListTagsForResource", &request.place, |_| Ok(())).await?;
        }
        Ok(found)
    }

    async fn update(
        &self,
        request: &Update<SamplingRule>,
    ) -> Result<Observed<SamplingRule>, ExecError> {
        let (place, arn, desired) = (&request.place, &request.identifier, &request.desired);
        if request.current.rule != desired.rule {
            self.0
                .call(SERVICE, "UpdateSamplingRule", place, |world| {
                    check(desired)?;
                    if world.get::<SamplingRule>(place, arn).is_none() {
                        return Err(refused("Sampling rule does not exist."));
                    }
                    world.change::<SamplingRule>(place, arn, "", Duration::ZERO, |it| {
                        it.resource = desired.clone();
                    })
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    /// AWS does not tell a rule that is gone from a wrong request: it is looked for.
    async fn delete(&self, request: &Delete<SamplingRule>) -> Result<Deletion, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let deleted = self
            .0
            .call(SERVICE, "DeleteSamplingRule", place, |world| {
                if world.get::<SamplingRule>(place, arn).is_none() {
                    return Err(refused("Sampling rule does not exist."));
                }
                world.remove::<SamplingRule>(place, arn, Duration::ZERO);
                Ok(())
            })
            .await;
        match deleted {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let there = self
                    .0
                    .call(SERVICE, "GetSamplingRules", place, |world| {
                        Ok(world.get::<SamplingRule>(place, arn).is_some())
                    })
                    .await?;
                if there { Err(error) } else { Ok(Deletion::Gone) }
            }
            Err(error) => Err(error),
            Ok(()) => Ok(Deletion::Gone),
        }
    }
}
