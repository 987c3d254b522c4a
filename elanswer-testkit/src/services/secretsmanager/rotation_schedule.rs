//! `AWS::SecretsManager::RotationSchedule` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CancelRotateSecret.html>.
//! Stricter than AWS: a function of another Region or account cannot be invoked.
//! Not modelled: functions, of which every one of the Region exists and lets itself be invoked; the
//! rotations, and what a schedule says.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::secretsmanager::{FunctionArn, RotationSchedule, RotationScheduleOutputs},
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

/// Handles rotations in memory.
#[derive(Debug)]
pub struct RotationScheduleHandler(Api);

impl From<Api> for RotationScheduleHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What AWS refuses of a rotation.
fn check(
    world: &World,
    place: &Place,
    secret: &str,
    rotation: &RotationSchedule,
) -> Result<(), AwsError> {
    require(world, place, secret)?;
    if let Some(fault) = rotation.rotation_rules.fault() {
        return Err(AwsError::invalid("InvalidParameterException", fault.to_string()));
    }
    let near = format!("arn:aws:lambda:{}:{}:function:", place.region, account(place));
    let function = rotation.rotation_lambda_arn.known().map_or("", FunctionArn::as_str);
    if !function.starts_with(&near) {
        return Err(AwsError::new(
            ErrorKind::PermissionDenied,
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function \
             policy grants access to the principal secretsmanager.amazonaws.com.",
        ));
    }
    Ok(())
}

/// The ARN of the secret of a rotation.
fn secret_of(rotation: &RotationSchedule) -> String {
    rotation.secret.known().unwrap_or_default().to_owned()
}

/// `RotateSecret` of a secret that did not rotate.
fn rotate(
    world: &mut World,
    request: &Create<RotationSchedule>,
) -> Result<Observed<RotationSchedule>, AwsError> {
    let id = secret_of(&request.desired);
    check(world, &request.place, &id, &request.desired)?;
    world.insert(request, RotationScheduleOutputs { id }, "", Duration::ZERO)
}

#[async_trait]
impl Handler<RotationSchedule> for RotationScheduleHandler {
    /// One secret at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<RotationSchedule>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            let found = self.0.call(SERVICE, "DescribeSecret", place, |world| {
                Ok(world.get::<RotationSchedule>(place, id).map(|it| it.observed(world.now())))
            });
            answers.push(found.await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<RotationSchedule>,
    ) -> Result<Observed<RotationSchedule>, ExecError> {
        self.0.call(SERVICE, "RotateSecret", &request.place, |world| rotate(world, request)).await
    }

    /// A rotation has no tags: one with the same function and rules is taken for what was made.
    async fn find(
        &self,
        request: &Create<RotationSchedule>,
    ) -> Result<Option<Observed<RotationSchedule>>, ExecError> {
        let (place, id) = (&request.place, secret_of(&request.desired));
        self.0
            .call(SERVICE, "DescribeSecret", place, |world| {
                let found = world.get::<RotationSchedule>(place, &id);
                let same = found.filter(|it| !request.desired.updates(&it.resource));
                Ok(same.map(|it| it.observed(world.now())))
            })
            .await
    }

    async fn update(
        &self,
        request: &Update<RotationSchedule>,
    ) -> Result<Observed<RotationSchedule>, ExecError> {
        let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
        if !desired.updates(&request.current) {
            return Ok(request.done());
        }
        self.0
            .call(SERVICE, "RotateSecret", place, |world| {
                check(world, place, id, desired)?;
                world.change::<RotationSchedule>(place, id, "", Duration::ZERO, |it| {
                    it.resource = desired.clone();
                })
            })
            .await
    }

    async fn delete(&self, request: &Delete<RotationSchedule>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "CancelRotateSecret", place, |world| {
                world.remove::<RotationSchedule>(place, id, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Ref,
        services::secretsmanager::{
            RotationDays, RotationRules, ScheduleExpression, Secret, SecretOutputs,
        },
    };

    use super::{
        super::testing::{request, world},
        *,
    };

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1B2c3";

    fn every_month(function: &str) -> RotationSchedule {
        let function: FunctionArn = function.parse().unwrap();
        RotationSchedule::builder()
            .secret(Ref::existing(ARN))
            .rotation_lambda_arn(function)
            .rotation_rules(RotationRules::every(RotationDays::of::<30>()))
            .build()
    }

    #[test]
    fn a_function_of_the_region_rotates_a_secret_that_exists() {
        let near = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
        let mut world = world();
        let code = |world: &mut World, rotation| {
            rotate(world, &request(rotation)).map(drop).map_err(|error| error.code().to_owned())
        };
        let missing = code(&mut world, every_month(near)).unwrap_err();
        assert_eq!(missing, "ResourceNotFoundException");
        let outputs = SecretOutputs { id: ARN.to_owned() };
        world.insert(&request(Secret::default()), outputs, "", Duration::ZERO).unwrap();
        for far in [
            "arn:aws:lambda:us-west-2:123456789012:function:rotate",
            "arn:aws:lambda:us-east-1:210987654321:function:rotate",
        ] {
            let denied = code(&mut world, every_month(far)).unwrap_err();
            assert_eq!(denied, "AccessDeniedException", "{far}");
        }
        let hourly = RotationRules::at(ScheduleExpression::literal("rate(3 hours)"));
        let often = RotationSchedule { rotation_rules: hourly, ..every_month(near) };
        assert_eq!(code(&mut world, often).unwrap_err(), "InvalidParameterException");
        code(&mut world, every_month(near)).unwrap();
    }
}
