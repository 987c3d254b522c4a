//! `AWS::SecretsManager::RotationSchedule` over the SDK.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html>. The
//! schedule is a part of the secret, and `DescribeSecret` shows it.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client, operation::describe_secret::DescribeSecretOutput, types::RotationRulesType,
};
use elanswer_core::{
    Handler, Place, Ref,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::secretsmanager::{
        FunctionArn, RotationDays, RotationRules, RotationSchedule, RotationScheduleOutputs,
        RotationWindow, Schedule, ScheduleExpression,
    },
};

use super::{INVALID_REQUEST, SERVICE, failed, is_gone, none_if_gone};
use crate::{clients::Clients, error::missing};

/// Handles rotations over the SDK.
#[derive(Debug)]
pub struct RotationScheduleHandler(Clients);

impl From<Clients> for RotationScheduleHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn to_sdk(rules: &RotationRules) -> RotationRulesType {
    let call =
        RotationRulesType::builder().set_duration(rules.duration.as_ref().map(ToString::to_string));
    match &rules.schedule {
        Schedule::EveryDays(days) => call.automatically_after_days(days.get().into()).build(),
        Schedule::Expression(text) => call.schedule_expression(text.as_str()).build(),
        // Core knows no other schedule.
        _ => call.build(),
    }
}

/// The rules; of a schedule that is an expression, AWS works out days besides.
fn rules(answer: &RotationRulesType) -> Option<RotationRules> {
    let schedule = match answer.schedule_expression() {
        Some(text) => Schedule::Expression(ScheduleExpression::new(text).ok()?),
        None => {
            let days = u32::try_from(answer.automatically_after_days()?).ok()?;
            Schedule::EveryDays(RotationDays::new(days).ok()?)
        }
    };
    let duration = answer.duration().map(RotationWindow::new).transpose().ok()?;
    Some(RotationRules { schedule, duration })
}

/// What the answer says of a rotation; `None` when the secret does not rotate, or waits for its
/// deletion.
fn observed(
    id: &str,
    answer: &DescribeSecretOutput,
) -> Result<Option<Observed<RotationSchedule>>, ExecError> {
    let function = answer.rotation_lambda_arn().filter(|arn| !arn.is_empty());
    let (Some(true), Some(function), None) =
        (answer.rotation_enabled(), function, answer.deleted_date())
    else {
        return Ok(None);
    };
    let lacks = |field| missing(SERVICE, "DescribeSecret", field);
    let rules = answer.rotation_rules().and_then(rules);
    let function = FunctionArn::new(function).map_err(|_| lacks("RotationLambdaARN"))?;
    let rotation = RotationSchedule::builder()
        .secret(Ref::existing(id))
        .rotation_lambda_arn(function)
        .rotation_rules(rules.ok_or_else(|| lacks("RotationRules"))?)
        .build();
    Ok(Some(Observed::ready(rotation, RotationScheduleOutputs { id: id.to_owned() })))
}

async fn look(client: &Client, id: &str) -> Result<Option<Observed<RotationSchedule>>, ExecError> {
    let answer = client.describe_secret().secret_id(id).send().await;
    match none_if_gone(answer.map_err(failed("DescribeSecret")))? {
        Some(answer) => observed(id, &answer),
        None => Ok(None),
    }
}

/// `RotateSecret`: the token is the version that a rotation makes, so that a repeat makes none.
async fn rotate(
    client: &Client,
    id: &str,
    token: &str,
    rotation: &RotationSchedule,
) -> Result<(), ExecError> {
    let rotated = client
        .rotate_secret()
        .secret_id(id)
        .client_request_token(token)
        .set_rotation_lambda_arn(rotation.rotation_lambda_arn.known().map(ToString::to_string))
        .rotation_rules(to_sdk(&rotation.rotation_rules))
        .rotate_immediately(rotation.rotate_immediately_on_update)
        .send()
        .await;
    match rotated.map_err(failed("RotateSecret")) {
        // Of a function AWS need not hear first, as it may of the secret: it is none of ours.
        Err(error) if error.message().contains(":function:") => {
            Err(error.with_kind(ErrorKind::Invalid))
        }
        rotated => rotated.map(drop),
    }
}

#[async_trait]
impl Handler<RotationSchedule> for RotationScheduleHandler {
    /// One secret at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RotationSchedule>>, ExecError>> {
        let client = self.0.secretsmanager(place.region);
        futures_util::future::join_all(identifiers.iter().map(|id| look(&client, id))).await
    }

    async fn create(
        &self,
        request: &Create<RotationSchedule>,
    ) -> Result<Observed<RotationSchedule>, ExecError> {
        let (client, desired) = (self.0.secretsmanager(request.place.region), &request.desired);
        let id = desired.secret.known().unwrap_or_default().to_owned();
        rotate(&client, &id, &request.token, desired).await?;
        Ok(Observed::ready(desired.clone(), RotationScheduleOutputs { id }))
    }

    /// A rotation has no tags: one with the same function and rules is taken for what was made.
    async fn find(
        &self,
        request: &Create<RotationSchedule>,
    ) -> Result<Option<Observed<RotationSchedule>>, ExecError> {
        let (client, desired) = (self.0.secretsmanager(request.place.region), &request.desired);
        let found = look(&client, desired.secret.known().unwrap_or_default()).await?;
        Ok(found.filter(|found| !desired.updates(&found.resource)))
    }

    async fn update(
        &self,
        request: &Update<RotationSchedule>,
    ) -> Result<Observed<RotationSchedule>, ExecError> {
        let (client, desired) = (self.0.secretsmanager(request.place.region), &request.desired);
        if desired.updates(&request.current) {
            rotate(&client, &request.identifier, &request.token, desired).await?;
        }
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<RotationSchedule>) -> Result<Deletion, ExecError> {
        let call = self.0.secretsmanager(request.place.region).cancel_rotate_secret();
        let cancelled = call.secret_id(&request.identifier).send().await;
        match cancelled.map_err(failed("CancelRotateSecret")) {
            // It has no function that could be cancelled, or is gone.
            Err(error) if error.code() == Some(INVALID_REQUEST) || is_gone(&error) => {}
            cancelled => drop(cancelled?),
        }
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::Input;

    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1B2c3";
    const FUNCTION: FunctionArn =
        FunctionArn::literal("arn:aws:lambda:us-east-1:123456789012:function:rotate");

    #[test]
    fn rules_come_back_as_they_went() {
        let cron = ScheduleExpression::literal("cron(0 8 1 * ? *)");
        for sent in [
            RotationRules::every(RotationDays::of::<30>()),
            RotationRules::at(cron).within(RotationWindow::literal("3h")),
        ] {
            assert_eq!(rules(&to_sdk(&sent)), Some(sent));
        }
        // AWS works out the days of an expression.
        let told = RotationRulesType::builder()
            .schedule_expression("rate(10 days)")
            .automatically_after_days(10);
        let rate = RotationRules::at(ScheduleExpression::literal("rate(10 days)"));
        assert_eq!(rules(&told.build()), Some(rate));
    }

    #[test]
    fn a_secret_that_rotates_no_more_has_no_schedule() {
        let answer = |enabled| {
            let rules = RotationRules::every(RotationDays::of::<30>());
            DescribeSecretOutput::builder()
                .rotation_enabled(enabled)
                .rotation_lambda_arn(FUNCTION.as_str())
                .rotation_rules(to_sdk(&rules))
                .build()
        };
        assert!(observed(ARN, &answer(false)).unwrap().is_none());
        let found = observed(ARN, &answer(true)).unwrap().unwrap();
        assert_eq!(found.resource.rotation_lambda_arn, Input::Literal(FUNCTION));
        assert_eq!(found.outputs.id, ARN);
    }
}
