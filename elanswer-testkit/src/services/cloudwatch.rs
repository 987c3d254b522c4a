//! Amazon CloudWatch in memory.

use std::time::Duration;

use elanswer_core::{
    Input, Place, Resource, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::cloudwatch::{ActionArn, Alarm, AlarmName, CompositeAlarm},
};

pub use alarm::AlarmHandler;
pub use composite_alarm::CompositeAlarmHandler;
pub use dashboard::DashboardHandler;

use crate::{
    api::Api,
    world::{AwsError, World, arn},
};

mod alarm;
mod composite_alarm;
mod dashboard;
#[cfg(test)]
mod tests;

/// The name of the API in calls and errors.
const SERVICE: &str = "cloudwatch";

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// How many alarms one call describes.
const PAGE: usize = 100;

/// An alarm over a metric or over alarms: both share one set of names, and most operations.
trait AnyAlarm: Resource {
    /// The operation that makes or overwrites one.
    const PUT: &'static str;

    /// Its name.
    fn name(&self) -> Option<&AlarmName>;

    /// What it does when its state changes.
    fn actions(&self) -> impl Iterator<Item = &Input<ActionArn>>;

    /// Whether it is another but for its tags.
    fn differs_from(&self, other: &Self) -> bool;

    /// Its outputs.
    fn outputs(name: AlarmName, arn: String) -> Result<Self::Outputs, AwsError>;

    /// What AWS refuses in it.
    fn check(&self, world: &World, place: &Place) -> Result<(), AwsError>;
}

/// AWS refuses the request.
fn refused(message: impl Into<String>) -> AwsError {
    AwsError::invalid("ValidationError", message)
}

/// Whether there is an alarm of this name, of either kind.
fn exists(world: &World, place: &Place, name: &str) -> bool {
    world.get::<Alarm>(place, name).is_some() || world.get::<CompositeAlarm>(place, name).is_some()
}

/// Topics are those of the Region of the alarm.
fn check_actions<R: AnyAlarm>(alarm: &R, place: &Place) -> Result<(), AwsError> {
    let region = place.region.as_str();
    for action in alarm.actions().filter_map(Input::known) {
        let other = action.region().filter(|of| action.service() == "sns" && *of != region);
        if let Some(other) = other {
            return Err(refused(format!(
                "Invalid region {other} specified. Only {region} is supported."
            )));
        }
    }
    Ok(())
}

/// `PutMetricAlarm` or `PutCompositeAlarm`: what has the name already is overwritten, and keeps its
/// tags.
fn put<R: AnyAlarm>(
    world: &mut World,
    place: &Place,
    alarm: &R,
    create: Option<&Create<R>>,
) -> Result<(), AwsError> {
    check_actions(alarm, place)?;
    alarm.check(world, place)?;
    let name = alarm.name().ok_or_else(|| refused("AlarmName is missing"))?;
    if world.get::<R>(place, name.as_str()).is_some() {
        world.change::<R>(place, name.as_str(), "", Duration::ZERO, |object| {
            object.resource = alarm.clone();
        })?;
        return Ok(());
    }
    if exists(world, place, name.as_str()) {
        return Err(refused(format!("An alarm of another type is called {name}.")));
    }
    let used = world.all::<Alarm>(place).count() + world.all::<CompositeAlarm>(place).count();
    world.quotas.check("alarms per Region", 5000, used, "LimitExceeded")?;
    // An update of what somebody removed makes it anew in AWS, without tags.
    let Some(request) = create else {
        return Err(AwsError::not_found("ResourceNotFound", format!("no alarm {name}")));
    };
    let arn = arn(place, "cloudwatch", &format!("alarm:{name}"));
    let outputs = R::outputs(name.clone(), arn)?;
    world.insert(request, outputs, "", Duration::ZERO)?;
    Ok(())
}

/// `DescribeAlarms` for a hundred of them at a time, and `ListTagsForResource` for each.
async fn read<R: AnyAlarm>(
    api: &Api,
    place: &Place,
    names: &[String],
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    let mut answers = Vec::with_capacity(names.len());
    for page in names.chunks(PAGE) {
        for found in api.read::<R>(SERVICE, "DescribeAlarms", place, page).await {
            answers.push(match found {
                Ok(Some(found)) => tagged(api, place, found).await,
                other => other,
            });
        }
    }
    answers
}

async fn tagged<R: AnyAlarm>(
    api: &Api,
    place: &Place,
    found: Observed<R>,
) -> Result<Option<Observed<R>>, ExecError> {
    api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
    Ok(Some(found))
}

/// Makes an alarm, unless somebody else's has its name.
async fn create<R: AnyAlarm>(api: &Api, request: &Create<R>) -> Result<Observed<R>, ExecError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = desired.name().map(AlarmName::as_str).unwrap_or_default();
    let there =
        api.call(SERVICE, "DescribeAlarms", place, |world| Ok(exists(world, place, name))).await?;
    if there {
        let ours = api
            .call(SERVICE, "ListTagsForResource", place, |world| {
                let found = world.get::<R>(place, name);
                Ok(found.is_some_and(|found| request.ownership.owns(&found.tags)))
            })
            .await?;
        if !ours {
            let message = format!("another alarm is called `{name}`");
            return Err(
                ExecError::new(ErrorKind::Conflict, message).with_operation(SERVICE, R::PUT)
            );
        }
    }
    api.call(SERVICE, R::PUT, place, |world| put(world, place, desired, Some(request))).await?;
    let made = api.read::<R>(SERVICE, "DescribeAlarms", place, &[name.to_owned()]).await;
    let made = made.into_iter().next().transpose().map(Option::flatten);
    made.and_then(|found| {
        found.ok_or_else(|| {
            ExecError::new(ErrorKind::NotYetVisible, format!("`{name}` is not visible yet"))
                .with_operation(SERVICE, "DescribeAlarms")
        })
    })
    .map_err(|error| error.with_identifier(name))
}

/// The alarm of this name, if its tags say that it is ours.
async fn find<R: AnyAlarm>(
    api: &Api,
    request: &Create<R>,
) -> Result<Option<Observed<R>>, ExecError> {
    let place = &request.place;
    let Some(name) = request.desired.name() else { return Ok(None) };
    let found = api
        .call(SERVICE, "DescribeAlarms", place, |world| {
            let found = world.get::<R>(place, name.as_str());
            Ok(found.map(|found| (found.observed(world.now()), found.tags.clone())))
        })
        .await?;
    let Some((found, tags)) = found else { return Ok(None) };
    let found = tagged(api, place, found).await?;
    Ok(found.filter(|_| request.ownership.owns(&tags)))
}

/// Asks every alarm of a kind for its tags.
async fn search<R: AnyAlarm>(
    api: &Api,
    place: &Place,
    tags: &Tags,
) -> Result<Option<Vec<Tagged>>, ExecError> {
    let mut left = api
        .call(SERVICE, "DescribeAlarms", place, |world| Ok(world.all::<R>(place).count()))
        .await?;
    for _ in 0..left {
        api.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
    }
    while left > PAGE {
        api.call(SERVICE, "DescribeAlarms", place, |_| Ok(())).await?;
        left -= PAGE;
    }
    Ok(Some(api.world().tagged(R::SCHEMA.kind, place, tags)))
}

async fn update<R: AnyAlarm>(api: &Api, request: &Update<R>) -> Result<Observed<R>, ExecError> {
    let (place, desired) = (&request.place, &request.desired);
    if request.current.differs_from(desired) {
        api.call(SERVICE, R::PUT, place, |world| put(world, place, desired, None)).await?;
    }
    api.retag(SERVICE, TAGGING, request).await?;
    Ok(api.after(request))
}

/// `DeleteAlarms`: no alarm over alarms may name it any more.
async fn delete<R: AnyAlarm>(api: &Api, request: &Delete<R>) -> Result<Deletion, ExecError> {
    let (place, name) = (&request.place, request.identifier.as_str());
    let deleted = api
        .call(SERVICE, "DeleteAlarms", place, |world| {
            world.require::<R>(place, name, "ResourceNotFound")?;
            let names_it = |alarm: &CompositeAlarm| {
                let mut children = alarm.alarm_rule.children().into_iter();
                children.any(|child| child.known().is_some_and(|child| child.as_str() == name))
            };
            if world.all::<CompositeAlarm>(place).any(|(_, other)| names_it(&other.resource)) {
                return Err(AwsError::dependency(
                    "ValidationError",
                    format!(
                        "Cannot delete {name} as there are composite alarm(s) depending on it."
                    ),
                ));
            }
            world.remove::<R>(place, name, Duration::ZERO);
            Ok(())
        })
        .await;
    match deleted {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(Deletion::Gone),
    }
}

/// The handler of a kind of alarms: the operations are the same.
macro_rules! handler {
    ($handler:ident, $kind:ty) => {
        #[async_trait::async_trait]
        impl elanswer_core::Handler<$kind> for $handler {
            async fn read(
                &self,
                place: &elanswer_core::Place,
                identifiers: &[String],
            ) -> Vec<
                Result<
                    Option<elanswer_core::handler::Observed<$kind>>,
                    elanswer_core::executor::ExecError,
                >,
            > {
                super::read(&self.0, place, identifiers).await
            }

            async fn create(
                &self,
                request: &elanswer_core::handler::Create<$kind>,
            ) -> Result<elanswer_core::handler::Observed<$kind>, elanswer_core::executor::ExecError>
            {
                super::create(&self.0, request).await
            }

            async fn find(
                &self,
                request: &elanswer_core::handler::Create<$kind>,
            ) -> Result<
                Option<elanswer_core::handler::Observed<$kind>>,
                elanswer_core::executor::ExecError,
            > {
                super::find(&self.0, request).await
            }

            async fn search(
                &self,
                place: &elanswer_core::Place,
                tags: &elanswer_core::Tags,
            ) -> Result<
                Option<Vec<elanswer_core::executor::Tagged>>,
                elanswer_core::executor::ExecError,
            > {
                super::search::<$kind>(&self.0, place, tags).await
            }

            async fn update(
                &self,
                request: &elanswer_core::handler::Update<$kind>,
            ) -> Result<elanswer_core::handler::Observed<$kind>, elanswer_core::executor::ExecError>
            {
                super::update(&self.0, request).await
            }

            async fn delete(
                &self,
                request: &elanswer_core::handler::Delete<$kind>,
            ) -> Result<elanswer_core::executor::Deletion, elanswer_core::executor::ExecError> {
                super::delete(&self.0, request).await
            }
        }
    };
}

use handler;
