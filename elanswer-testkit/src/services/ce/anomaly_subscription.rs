//! `AWS::CE::AnomalySubscription` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_CreateAnomalySubscription.html>,
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_AnomalySubscription.html>.
//! AWS does not document the code for a topic that is told daily, or a mailbox that is told at
//! once; here it is `ValidationException`. Not modelled: whether a topic exists and lets AWS
//! publish; that anybody is told.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::ce::{
        AnomalyMonitor, AnomalySubscription, AnomalySubscriptionOutputs, SubscriptionArn,
    },
};

use super::{SERVICE, TAGGING, anomaly_monitor, invalid};
use crate::{
    api::Api,
    world::{AwsError, World, account},
};

/// The call that shows subscriptions.
const LIST: &str = "GetAnomalySubscriptions";

/// What AWS says of a subscription that does not exist.
const UNKNOWN: &str = "UnknownSubscriptionException";

/// Handles anomaly subscriptions in memory.
#[derive(Debug)]
pub struct AnomalySubscriptionHandler(Api);

impl From<Api> for AnomalySubscriptionHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// What AWS refuses in a subscription.
fn check(world: &World, place: &Place, it: &AnomalySubscription) -> Result<(), AwsError> {
    if let Some(fault) = it.faults().first() {
        return Err(invalid(fault.to_string()));
    }
    for monitor in it.monitors.iter().filter_map(|monitor| monitor.known()) {
        world.require::<AnomalyMonitor>(place, monitor, anomaly_monitor::UNKNOWN)?;
    }
    Ok(())
}

/// `CreateAnomalySubscription`.
fn create_anomaly_subscription(
    world: &mut World,
    request: &Create<AnomalySubscription>,
) -> Result<Observed<AnomalySubscription>, AwsError> {
    let place = &request.place;
    check(world, place, &request.desired)?;
    let id = world.new_hex(32);
    let arn = format!("arn:aws:ce::{}:anomalysubscription/{id}", account(place));
    let arn = SubscriptionArn::new(arn).map_err(|error| invalid(error.to_string()))?;
    let outputs = AnomalySubscriptionOutputs { subscription_arn: arn };
    world.insert(request, outputs, "", Duration::ZERO)
}

/// `UpdateAnomalySubscription`.
fn update_anomaly_subscription(
    world: &mut World,
    place: &Place,
    arn: &str,
    to: &AnomalySubscription,
) -> Result<Observed<AnomalySubscription>, AwsError> {
    world.require::<AnomalySubscription>(place, arn, UNKNOWN)?;
    check(world, place, to)?;
    world.change::<AnomalySubscription>(place, arn, "", Duration::ZERO, |it| {
        it.resource = to.clone();
    })
}

#[async_trait]
impl Handler<AnomalySubscription> for AnomalySubscriptionHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<AnomalySubscription>>, ExecError>> {
        super::read(&self.0, place, LIST, identifiers).await
    }

    async fn create(
        &self,
        request: &Create<AnomalySubscription>,
    ) -> Result<Observed<AnomalySubscription>, ExecError> {
        self.0
            .call(SERVICE, "CreateAnomalySubscription", &request.place, |world| {
                create_anomaly_subscription(world, request)
            })
            .await
    }

    async fn find(
        &self,
        request: &Create<AnomalySubscription>,
    ) -> Result<Option<Observed<AnomalySubscription>>, ExecError> {
        super::find(&self.0, LIST, request).await
    }

    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        super::search::<AnomalySubscription>(&self.0, place, LIST, tags).await
    }

    async fn update(
        &self,
        request: &Update<AnomalySubscription>,
    ) -> Result<Observed<AnomalySubscription>, ExecError> {
        let (place, arn) = (&request.place, &request.identifier);
        let to = &request.desired;
        if request.current.without_tags() != to.without_tags() {
            self.0
                .call(SERVICE, "UpdateAnomalySubscription", place, |world| {
                    update_anomaly_subscription(world, place, arn, to)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<AnomalySubscription>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteAnomalySubscription", place, |world| {
                world.remove::<AnomalySubscription>(place, &request.identifier, Duration::ZERO);
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Dollars, Ref, Region, ResourceId,
        services::{
            budgets::EmailAddress,
            ce::{AnomalyThreshold, Frequency, MonitorName, Subscriber, SubscriptionName},
        },
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);

    fn request<R>(desired: R) -> Create<R> {
        Create {
            place: PLACE,
            desired,
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("it").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn of(monitor: &str, frequency: Frequency) -> Create<AnomalySubscription> {
        let subscription = AnomalySubscription::builder()
            .subscription_name(SubscriptionName::literal("ops"))
            .monitors([Ref::existing(monitor)])
            .frequency(frequency)
            .threshold(AnomalyThreshold::at_least(Dollars::whole(100)))
            .subscribers([Subscriber::Email(EmailAddress::literal("ops@example.com"))]);
        request(subscription.build())
    }

    #[test]
    fn its_monitor_exists_and_its_mailboxes_are_told_later() {
        let mut world = World::new(7, Quotas::new());
        world.register::<AnomalyMonitor>();
        world.register::<AnomalySubscription>();
        let unknown = "arn:aws:ce::123456789012:anomalymonitor/m";
        let error = create_anomaly_subscription(&mut world, &of(unknown, Frequency::Daily));
        assert_eq!(error.unwrap_err().code(), "UnknownMonitorException");
        let monitor = request(AnomalyMonitor::of_services(MonitorName::literal("services")));
        let monitor = anomaly_monitor::create_anomaly_monitor(&mut world, &monitor).unwrap();
        let monitor = monitor.outputs.monitor_arn.to_string();
        let error = create_anomaly_subscription(&mut world, &of(&monitor, Frequency::Immediate));
        assert_eq!(error.unwrap_err().code(), "ValidationException");
        let made = create_anomaly_subscription(&mut world, &of(&monitor, Frequency::Daily));
        let arn = made.unwrap().outputs.subscription_arn;
        let change = of(&monitor, Frequency::Weekly).desired;
        let changed = update_anomaly_subscription(&mut world, &PLACE, arn.as_str(), &change);
        assert_eq!(changed.unwrap().resource.frequency, Frequency::Weekly);
    }
}
