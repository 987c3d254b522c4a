//! Amazon CloudWatch Logs in memory: `AWS::Logs::LogGroup`.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>;
//! what a name and a retention may be holds by their types. Quota: 1,000,000 log groups per Region,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>.
//! Not modelled: streams and events.

pub use metric_filter::MetricFilterHandler;

mod metric_filter;

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::Service,
        kms::{Key, KeyArn},
        logs::{LogGroup, LogGroupOutputs, Retention},
    },
};

use crate::{
    api::Api,
    iam::{Iam, Request},
    world::{AwsError, World, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// Handles log groups in memory.
#[derive(Debug)]
pub struct LogGroupHandler(Api);

impl From<Api> for LogGroupHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateLogGroup` does not take `RetentionInDays`: events stay forever at first.
fn create_log_group(
    world: &mut World,
    request: &Create<LogGroup>,
) -> Result<Observed<LogGroup>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.log_group_name else {
        return Err(AwsError::invalid(
            "InvalidParameterException",
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null",
        ));
    };
    check_key(world, place, name.as_str(), desired.kms_key_id.as_ref())?;
    if world.look::<LogGroup>(place, name.as_str()).is_some() {
        return Err(AwsError::conflict(
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        ));
    }
    let used = world.all::<LogGroup>(place).count();
    world.quotas.check("log groups per Region", 1_000_000, used, "LimitExceededException")?;
    let outputs = LogGroupOutputs {
        log_group_name: name.to_string(),
        arn: arn(place, "logs", &format!("log-group:{name}:*")),
    };
    let made = Create {
        desired: LogGroup { retention_in_days: None, ..desired.clone() },
        ..request.clone()
    };
    world.insert(&made, outputs, "", Duration::ZERO)
}

/// A key exists, is enabled, and lets CloudWatch Logs use it for the log group.
fn check_key(
    world: &World,
    place: &Place,
    name: &str,
    key: Option<&Input<KeyArn>>,
) -> Result<(), AwsError> {
    let Some(key_arn) = key.and_then(Input::known) else { return Ok(()) };
    let mut keys = world.all::<Key>(place);
    let found = keys.any(|(_, it)| it.outputs.arn == key_arn.as_str() && it.resource.enabled);
    let group = arn(place, "logs", &format!("log-group:{name}"));
    let service = Service::logs_in(place.region);
    let asked = Request::new(service, "kms:GenerateDataKey", key_arn.as_str())
        .with("kms:EncryptionContext:aws:logs:arn", group);
    if found && Iam::of(world).decide(&asked).is_allowed() {
        return Ok(());
    }
    Err(AwsError::invalid(
        "InvalidParameterException",
        format!(
            "The specified KMS key does not exist or is not allowed to be used with CloudWatch Logs: {key_arn}"
        ),
    ))
}

/// Changes a log group in place.
fn change(
    world: &mut World,
    place: &Place,
    name: &str,
    f: impl FnOnce(&mut LogGroup),
) -> Result<Observed<LogGroup>, AwsError> {
    if world.get::<LogGroup>(place, name).is_none() {
        return Err(AwsError::not_found(
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        ));
    }
    world.change::<LogGroup>(place, name, "", Duration::ZERO, |object| f(&mut object.resource))
}

impl LogGroupHandler {
    /// Finishes a log group that was just made. Its ARN is in no answer but that of a describe.
    async fn complete(
        &self,
        request: &Create<LogGroup>,
        name: &str,
    ) -> Result<Observed<LogGroup>, ExecError> {
        let (place, retention) = (&request.place, request.desired.retention_in_days);
        if retention.is_some() {
            self.set_retention(place, name, retention).await?;
        }
        self.0
            .call("logs", "DescribeLogGroups", place, |world| {
                let made = world.require::<LogGroup>(place, name, "ResourceNotFoundException")?;
                Ok(made.observed(world.now()))
            })
            .await
    }

    async fn set_retention(
        &self,
        place: &Place,
        name: &str,
        to: Option<Retention>,
    ) -> Result<Observed<LogGroup>, ExecError> {
        let operation = if to.is_some() { "PutRetentionPolicy" } else { "DeleteRetentionPolicy" };
        self.0
            .call("logs", operation, place, |world| {
                change(world, place, name, |group| group.retention_in_days = to)
            })
            .await
    }

    async fn set_key(
        &self,
        place: &Place,
        name: &str,
        to: Option<&Input<KeyArn>>,
    ) -> Result<Observed<LogGroup>, ExecError> {
        let operation = if to.is_some() { "AssociateKmsKey" } else { "DisassociateKmsKey" };
        self.0
            .call("logs", operation, place, |world| {
                check_key(world, place, name, to)?;
                change(world, place, name, |group| group.kms_key_id = to.cloned())
            })
            .await
    }
}

#[async_trait]
impl Handler<LogGroup> for LogGroupHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<LogGroup>>, ExecError>> {
        self.0.read("logs", "DescribeLogGroups", place, identifiers).await
    }

    async fn create(&self, request: &Create<LogGroup>) -> Result<Observed<LogGroup>, ExecError> {
        let place = &request.place;
        let made = self
            .0
            .call("logs", "CreateLogGroup", place, |world| create_log_group(world, request))
            .await?;
        let name = &made.outputs.log_group_name;
        self.complete(request, name).await.map_err(|error| error.with_identifier(name))
    }

    async fn find(
        &self,
        request: &Create<LogGroup>,
    ) -> Result<Option<Observed<LogGroup>>, ExecError> {
        self.0.find_owned("logs", "DescribeLogGroups", request).await
    }

    async fn update(&self, request: &Update<LogGroup>) -> Result<Observed<LogGroup>, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if current.retention_in_days != desired.retention_in_days {
            self.set_retention(place, name, desired.retention_in_days).await?;
        }
        if current.kms_key_id != desired.kms_key_id {
            self.set_key(place, name, desired.kms_key_id.as_ref()).await?;
        }
        self.0.retag("logs", TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<LogGroup>) -> Result<Deletion, ExecError> {
        self.0
            .call("logs", "DeleteLogGroup", &request.place, |world| {
                metric_filter::delete_all(world, &request.place, &request.identifier);
                world.remove::<LogGroup>(&request.place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{Region, ResourceId, services::logs::LogGroupName, tags::Ownership};

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);

    fn request(key: Option<&str>) -> Create<LogGroup> {
        Create {
            place: PLACE,
            desired: LogGroup::builder()
                .log_group_name(LogGroupName::literal("/shop/web"))
                .retention_in_days(Retention::Days7)
                .maybe_kms_key_id(key.map(|arn| KeyArn::new(arn).unwrap()))
                .build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("logs").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<LogGroup>();
        world.register::<Key>();
        world
    }

    #[test]
    fn a_name_is_taken_once_and_the_retention_comes_later() {
        let mut world = world();
        let made = create_log_group(&mut world, &request(None)).unwrap();
        assert_eq!(made.outputs.arn, "arn:aws:logs:us-east-1:123456789012:log-group:/shop/web:*");
        assert_eq!(made.resource.retention_in_days, None);
        let again = create_log_group(&mut world, &request(None)).unwrap_err();
        assert_eq!(again.code(), "ResourceAlreadyExistsException");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_lets_the_service_use_it() {
        use elanswer_core::{
            Architecture,
            constructs::{EncryptionKey, KeyUser},
        };
        let encrypted = |users: &[KeyUser]| {
            let mut arch = Architecture::new("shop", Region::UsEast1);
            let key = arch.add(EncryptionKey::new("key").used_by(users.iter().copied()));
            arch.resource("logs", LogGroup::builder().kms_key_id(key.arn()).build());
            arch
        };
        let refused = encrypted(&[]);
        let report = elanswer_core::apply(&refused, &crate::MockAws::new()).unchecked().await;
        let report = report.unwrap().to_string();
        assert!(report.contains("not allowed to be used with CloudWatch Logs"), "{report}");
        let allowed = encrypted(&[KeyUser::Logs]);
        let report = elanswer_core::apply(&allowed, &crate::MockAws::new()).await.unwrap();
        assert_eq!(report.failed(), 0, "{report}");
        let error = create_log_group(&mut world(), &request(Some(NOWHERE))).unwrap_err();
        assert_eq!(error.code(), "InvalidParameterException");
    }

    const NOWHERE: &str = "arn:aws:kms:us-east-1:123456789012:key/k";
}
