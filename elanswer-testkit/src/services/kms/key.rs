//! `AWS::KMS::Key` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html>,
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html>.
//! Quota: 100,000 keys per Region,
//! <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>.
//! Stricter than AWS: only a statement without conditions, for the account or the caller, counts
//! as one that lets the caller change the policy again.
//! Not modelled: the days that a key waits for its deletion, in which AWS still shows it and its
//! aliases: it is gone at once; grants; what is encrypted with it.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        iam::{Effect, PolicyDocument, PolicyUse, Principal, Role},
        kms::{Alias, Key, KeyOutputs},
    },
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, World, account, arn, global},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// The most bytes of a policy.
const MAX_POLICY_LEN: usize = 32 * 1024;

/// Handles keys in memory.
#[derive(Debug)]
pub struct KeyHandler(Api);

impl From<Api> for KeyHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateKey` makes a key that is enabled and does not rotate.
fn create_key(world: &mut World, request: &Create<Key>) -> Result<Observed<Key>, AwsError> {
    let place = &request.place;
    let used = world.all::<Key>(place).count();
    world.quotas.check("KMS keys per Region", 100_000, used, "LimitExceededException")?;
    let key_policy = match &request.desired.key_policy {
        Some(policy) => {
            check_policy(world, place, policy)?;
            policy.clone()
        }
        None => Key::default_policy(&account(place)),
    };
    let id = {
        let hex = world.new_hex(32);
        let part = |from, to| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    };
    let outputs = KeyOutputs { arn: arn(place, "kms", &format!("key/{id}")), key_id: id };
    let key = Key {
        enabled: true,
        enable_key_rotation: false,
        key_policy: Some(key_policy),
        ..request.desired.clone()
    };
    world.insert(&Create { desired: key, ..request.clone() }, outputs, "", Duration::ZERO)
}

/// What AWS refuses in the policy of a key.
fn check_policy(world: &World, place: &Place, policy: &PolicyDocument) -> Result<(), AwsError> {
    let malformed =
        |message: String| Err(AwsError::invalid("MalformedPolicyDocumentException", message));
    if let Some(fault) = policy.faults(PolicyUse::Resource).first() {
        return malformed(fault.to_string());
    }
    if policy.size() > MAX_POLICY_LEN {
        let message = format!("The policy has more than {MAX_POLICY_LEN} bytes");
        return Err(AwsError::invalid("LimitExceededException", message));
    }
    let role = format!("arn:aws:iam::{}:role/", account(place));
    let unknown = policy.statements.iter().flat_map(|statement| statement.principals.named()).any(
        |principal| match principal {
            Principal::Aws(Input::Literal(arn)) if arn.starts_with(&role) => {
                !world.all::<Role>(&global()).any(|(_, role)| role.outputs.arn == *arn)
            }
            _ => false,
        },
    );
    if unknown {
        return malformed(
            "Policy contains a statement with one or more invalid principals.".to_owned(),
        );
    }
    if !can_change(policy, place) {
        return malformed(
            "The new key policy will not allow you to update the key policy in the future."
                .to_owned(),
        );
    }
    Ok(())
}

/// Whether the account of the caller may change the policy again.
fn can_change(policy: &PolicyDocument, place: &Place) -> bool {
    let root = Principal::account(&account(place));
    policy.statements.iter().any(|statement| {
        let mut principals = statement.principals.named();
        let mut actions = statement.actions.named();
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && principals.any(|it| *it == root || *it == Principal::Any)
            && actions.any(|action| action.covers(&"kms:PutKeyPolicy".into()))
    })
}

/// Changes a key in place; what a disabled key refuses is refused.
fn change(
    world: &mut World,
    place: &Place,
    id: &str,
    needs_enabled: bool,
    f: impl FnOnce(&mut Key),
) -> Result<Observed<Key>, AwsError> {
    let key = require(world, place, id)?;
    if needs_enabled && !key.resource.enabled {
        let message = format!("{} is disabled.", key.outputs.arn);
        return Err(AwsError::invalid("DisabledException", message));
    }
    world.change::<Key>(place, id, "", Duration::ZERO, |object| f(&mut object.resource))
}

impl KeyHandler {
    async fn set_enabled(&self, place: &Place, id: &str, to: bool) -> Result<(), ExecError> {
        let operation = if to { "EnableKey" } else { "DisableKey" };
        self.0
            .call(SERVICE, operation, place, |world| {
                change(world, place, id, false, |key| key.enabled = to).map(drop)
            })
            .await
    }

    async fn set_rotation(&self, place: &Place, id: &str, to: &Key) -> Result<(), ExecError> {
        let rotates = to.rotates();
        let operation = if rotates.is_some() { "EnableKeyRotation" } else { "DisableKeyRotation" };
        self.0
            .call(SERVICE, operation, place, |world| {
                let set = |key: &mut Key| {
                    key.enable_key_rotation = rotates.is_some();
                    if let Some(period) = rotates {
                        key.rotation_period_in_days = period;
                    }
                };
                change(world, place, id, true, set).map(drop)
            })
            .await
    }

    /// Finishes a key that was just made.
    async fn complete(&self, request: &Create<Key>, id: &str) -> Result<(), ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        if desired.rotates().is_some() {
            self.set_rotation(place, id, desired).await?;
        }
        if !desired.enabled {
            self.set_enabled(place, id, false).await?;
        }
        Ok(())
    }

    /// `DescribeKey`, `GetKeyRotationStatus`, `GetKeyPolicy` and `ListResourceTags`.
    async fn look(&self, place: &Place, id: &str) -> Result<Option<Observed<Key>>, ExecError> {
        let described = self
            .0
            .call(SERVICE, "DescribeKey", place, |world| {
                Ok(world.get::<Key>(place, id).map(|key| key.observed(world.now())))
            })
            .await?;
        if described.is_some() {
            for operation in ["GetKeyRotationStatus", "GetKeyPolicy", "ListResourceTags"] {
                self.0.call(SERVICE, operation, place, |_| Ok(())).await?;
            }
        }
        Ok(described.map(|key| {
            let rotates = key.resource.enable_key_rotation;
            key.unread_unless("RotationPeriodInDays", rotates)
        }))
    }
}

#[async_trait]
impl Handler<Key> for KeyHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Key>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(self.look(place, id).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Key>) -> Result<Observed<Key>, ExecError> {
        let place = &request.place;
        let made =
            self.0.call(SERVICE, "CreateKey", place, |world| create_key(world, request)).await?;
        let id = &made.outputs.key_id;
        self.complete(request, id).await.map_err(|error| error.with_identifier(id))?;
        Ok(Observed { resource: request.desired.clone(), ..made })
    }

    /// `ListKeys`, and `ListResourceTags` for each of them: nothing else tells whose a key is.
    async fn find(&self, request: &Create<Key>) -> Result<Option<Observed<Key>>, ExecError> {
        let place = &request.place;
        let ids = self
            .0
            .call(SERVICE, "ListKeys", place, |world| {
                Ok(world.all::<Key>(place).map(|(id, _)| id.to_owned()).collect::<Vec<_>>())
            })
            .await?;
        for id in ids {
            let owned = self
                .0
                .call(SERVICE, "ListResourceTags", place, |world| {
                    let key = world.get::<Key>(place, &id);
                    Ok(key.is_some_and(|key| request.ownership.owns(&key.tags)))
                })
                .await?;
            if owned {
                return self.look(place, &id).await;
            }
        }
        Ok(None)
    }

    /// A key that is disabled is enabled first, and one that will be is disabled last: in between
    /// its rotation can change.
    async fn update(&self, request: &Update<Key>) -> Result<Observed<Key>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if desired.enabled && !current.enabled {
            self.set_enabled(place, id, true).await?;
        }
        if current.description != desired.description {
            self.0
                .call(SERVICE, "UpdateKeyDescription", place, |world| {
                    change(world, place, id, false, |key| {
                        key.description.clone_from(&desired.description);
                    })
                })
                .await?;
        }
        if let Some(policy) = &desired.key_policy
            && current.key_policy.as_ref() != Some(policy)
        {
            self.0
                .call(SERVICE, "PutKeyPolicy", place, |world| {
                    check_policy(world, place, policy)?;
                    change(world, place, id, false, |key| key.key_policy = Some(policy.clone()))
                })
                .await?;
        }
        if current.rotates() != desired.rotates() {
            self.set_rotation(place, id, desired).await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        if current.enabled && !desired.enabled {
            self.set_enabled(place, id, false).await?;
        }
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Key>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, "ScheduleKeyDeletion", place, |world| {
                world.remove::<Key>(place, id, Duration::ZERO);
                let names: Vec<String> = world
                    .all::<Alias>(place)
                    .filter(|(_, alias)| alias.resource.target_key.known() == Some(id))
                    .map(|(name, _)| name.to_owned())
                    .collect();
                names.iter().for_each(|name| {
                    world.remove::<Alias>(place, name, Duration::ZERO);
                });
                Ok(())
            })
            .await?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Region, ResourceId,
        services::iam::{Service, Statement},
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);

    fn request(policy: Option<PolicyDocument>) -> Create<Key> {
        Create {
            place: PLACE,
            desired: Key::builder().enable_key_rotation(true).maybe_key_policy(policy).build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("key").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Key>();
        world.register::<Alias>();
        world.register::<Role>();
        world
    }

    fn root(actions: &str) -> Statement {
        Statement::allow([actions]).to([Principal::account("123456789012")]).on(["*"])
    }

    #[test]
    fn a_key_is_made_without_rotation_and_with_the_policy_of_aws() {
        let made = create_key(&mut world(), &request(None)).unwrap();
        assert!(!made.resource.enable_key_rotation);
        assert_eq!(made.resource.key_policy, Some(Key::default_policy("123456789012")));
        let arn = format!("arn:aws:kms:us-east-1:123456789012:key/{}", made.outputs.key_id);
        assert_eq!(made.outputs.arn, arn);
        assert_eq!(made.outputs.key_id.len(), 36);
    }

    #[test]
    fn a_policy_must_leave_a_way_back() {
        let service = Statement::allow(["kms:*"]).to([Service::Rds]).on(["*"]);
        let locked = [
            PolicyDocument::new([service.clone()]),
            PolicyDocument::new([service, root("kms:Decrypt")]),
        ];
        for policy in locked {
            let error = create_key(&mut world(), &request(Some(policy))).unwrap_err();
            assert_eq!(error.code(), "MalformedPolicyDocumentException");
            assert!(format!("{error:?}").contains("in the future"), "{error:?}");
        }
        let open = PolicyDocument::new([root("kms:Put*")]);
        create_key(&mut world(), &request(Some(open))).unwrap();
    }

    #[test]
    fn a_policy_names_roles_that_exist() {
        let nobody = Principal::aws("arn:aws:iam::123456789012:role/nobody");
        let theirs = Principal::aws("arn:aws:iam::210987654321:role/unseen");
        let to = |principal| {
            let decrypt = Statement::allow(["kms:Decrypt"]).to([principal]).on(["*"]);
            Some(PolicyDocument::new([root("kms:*"), decrypt]))
        };
        let error = create_key(&mut world(), &request(to(nobody))).unwrap_err();
        assert!(format!("{error:?}").contains("invalid principals"), "{error:?}");
        create_key(&mut world(), &request(to(theirs))).unwrap();
    }

    #[test]
    fn a_disabled_key_keeps_its_rotation() {
        let mut world = world();
        let id = create_key(&mut world, &request(None)).unwrap().outputs.key_id;
        change(&mut world, &PLACE, &id, false, |key| key.enabled = false).unwrap();
        let error = change(&mut world, &PLACE, &id, true, |_| ()).unwrap_err();
        assert_eq!(error.code(), "DisabledException");
        let error = change(&mut world, &PLACE, "other", true, |_| ()).unwrap_err();
        assert_eq!(error.code(), "NotFoundException");
    }
}
