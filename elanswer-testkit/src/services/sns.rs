//! Amazon SNS in memory.

use elanswer_core::{Place, services::sns::Topic};

pub use subscription::SubscriptionHandler;
pub use topic::TopicHandler;
pub use topic_policy::TopicPolicyHandler;

use crate::world::{AwsError, Object, World};

mod subscription;
mod topic;
mod topic_policy;

/// The name of the API in calls and errors.
const SERVICE: &str = "sns";

/// What AWS refuses in a request.
fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameter", message)
}

/// The topic of this ARN, or AWS's error that there is none.
fn require<'a>(world: &'a World, place: &Place, arn: &str) -> Result<&'a Object<Topic>, AwsError> {
    let missing = || AwsError::not_found("NotFound", "Topic does not exist");
    world.get::<Topic>(place, arn).ok_or_else(missing)
}

#[cfg(test)]
mod testing {
    use elanswer_core::{
        Place, Region, ResourceId, Secrets,
        handler::Create,
        services::sns::{Subscription, Topic, TopicName, TopicPolicy},
        tags::Ownership,
    };

    use super::topic::create_topic;
    use crate::world::{Quotas, World};

    pub(super) const PLACE: Place = Place::new(Region::UsEast1);
    pub(super) const ARN: &str = "arn:aws:sns:us-east-1:123456789012:alarms";

    pub(super) fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Topic>();
        world.register::<TopicPolicy>();
        world.register::<Subscription>();
        world
    }

    pub(super) fn with_topic() -> World {
        let mut world = world();
        create_topic(&mut world, &request(topic())).unwrap();
        world
    }

    pub(super) fn topic() -> Topic {
        Topic::builder().topic_name(TopicName::literal("alarms")).build()
    }

    pub(super) fn request<R>(desired: R) -> Create<R> {
        Create {
            place: PLACE,
            desired,
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("it").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: Secrets::default(),
        }
    }
}
