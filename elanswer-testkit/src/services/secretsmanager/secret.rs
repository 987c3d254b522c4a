//! `AWS::SecretsManager::Secret` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>,
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html>.
//! Quotas: 500,000 secrets per Region, 65,536 bytes of a value,
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>.
//! Stricter than AWS: a copy that cannot be made, because its name is taken there, is refused; AWS
//! makes the secret and says later that the copy failed.
//! Not modelled: the values, of which nothing is kept but whether a token came with another one
//! before; reading and restoring a secret that waits for its deletion, of which only its name is
//! kept; old versions.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place, Secrets, Set,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::{Key, KeyArn},
        secretsmanager::{
            GenerateSecretString, Recovery, ReplicaRegion, ResourcePolicy, RotationSchedule,
            Secret, SecretName, SecretOutputs, SecretValue,
        },
    },
};

use super::{SERVICE, require};
use crate::{
    api::Api,
    world::{AwsError, Object, World, account, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// How long a copy in another Region takes.
const COPYING: Duration = Duration::from_secs(5);

/// How long the name of a secret is not free that is deleted for good.
const VANISHING: Duration = Duration::from_secs(5);

/// What AWS says of a version that exists, or a secret.
const EXISTS: &str = "ResourceExistsException";

/// Handles secrets in memory.
#[derive(Debug)]
pub struct SecretHandler(Api);

impl From<Api> for SecretHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::invalid("InvalidParameterException", message)
}

fn name_of(secret: &Secret) -> &str {
    secret.name.as_ref().map_or("", SecretName::as_str)
}

fn by_name<'a>(world: &'a World, place: &Place, name: &str) -> Option<&'a Object<Secret>> {
    let mut secrets = world.all::<Secret>(place);
    secrets.find(|(_, secret)| name_of(&secret.resource) == name).map(|(_, secret)| secret)
}

/// Whether a secret of this name, or a copy of one, is in `place`.
fn is_taken(world: &World, place: &Place, name: &str) -> bool {
    by_name(world, place, name).is_some()
        || world.everywhere::<Secret>().any(|(at, _, secret)| {
            at.account == place.account
                && name_of(&secret.resource) == name
                && secret.resource.replica_regions.iter().any(|copy| copy.region == place.region)
        })
}

/// `GetRandomPassword`: one that begins so that a test finds it wherever it should not be.
fn random_password(world: &mut World, how: &GenerateSecretString) -> Result<String, AwsError> {
    match how.faults().first() {
        Some(fault) => Err(invalid(fault.to_string())),
        None => Ok(format!("made-up-{}", world.new_hex(32))),
    }
}

/// What AWS keeps under a token of a secret, and what it refuses there.
fn version(
    world: &mut World,
    secret: &str,
    token: &str,
    value: Option<&str>,
) -> Result<(), AwsError> {
    let Some(value) = value else { return Ok(()) };
    if value.is_empty() || value.len() > SecretValue::MAX_LEN {
        let most = SecretValue::MAX_LEN;
        return Err(invalid(format!("a value has 1 to {most} bytes")));
    }
    let token = format!("{secret} {token}");
    if world.was_sent(&token, value) == Some(false) {
        return Err(AwsError::conflict(
            EXISTS,
            "You can't use this ClientRequestToken because that value is already in use for a \
             version of the secret.",
        ));
    }
    world.remember_sent(&token, value);
    Ok(())
}

/// `CreateSecret`.
fn create_secret(
    world: &mut World,
    request: &Create<Secret>,
    value: Option<&str>,
) -> Result<Observed<Secret>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = name_of(desired);
    if let Some(left) = world.name_held::<Secret>(place, name) {
        return Err(scheduled(name, left));
    }
    if let Some(existing) = by_name(world, place, name) {
        let same =
            |value| world.was_sent(&format!("{} {}", existing.outputs.id, request.token), value);
        if value.and_then(same) == Some(true) {
            return Ok(existing.observed(world.now()));
        }
    }
    if is_taken(world, place, name) {
        return Err(AwsError::conflict(
            EXISTS,
            format!("The operation failed because the secret {name} already exists."),
        ));
    }
    check(world, place, desired)?;
    check_copies(world, place, name, &desired.replica_regions)?;
    let used = world.all::<Secret>(place).count();
    world.quotas.check("secrets per Region", 500_000, used, "LimitExceededException")?;
    let id = arn(place, "secretsmanager", &format!("secret:{name}-{}", world.new_hex(6)));
    version(world, &id, &request.token, value)?;
    let delay = if desired.replica_regions.is_empty() { Duration::ZERO } else { COPYING };
    world.insert(request, SecretOutputs { id }, "InProgress", delay)
}

/// The name of a secret that was deleted is not free yet.
fn scheduled(name: &str, left: Duration) -> AwsError {
    let code = "InvalidRequestException";
    let message = "You can't create this secret because a secret with this name is already \
                   scheduled for deletion.";
    if left <= VANISHING {
        return AwsError::dependency(code, message);
    }
    AwsError::conflict(
        code,
        format!(
            "{message} `aws secretsmanager restore-secret --secret-id {name}` restores it, to be \
             imported; `aws secretsmanager delete-secret --force-delete-without-recovery \
             --secret-id {name}` deletes it for good"
        ),
    )
}

/// What AWS refuses of a secret that is made or changed.
fn check(world: &World, place: &Place, secret: &Secret) -> Result<(), AwsError> {
    if let Some(fault) = secret.faults(place.region).first() {
        return Err(invalid(fault.to_string()));
    }
    check_key(world, place, secret.kms_key_id.as_ref())
}

/// The key of the account exists where the secret is, is enabled, and may be used by way of Secrets
/// Manager.
fn check_key(world: &World, place: &Place, key: Option<&Input<KeyArn>>) -> Result<(), AwsError> {
    let Some(arn) = key.and_then(Input::known) else { return Ok(()) };
    let mut fields = arn.as_str().splitn(6, ':').skip(3);
    let (region, owner) = (fields.next(), fields.next());
    let elsewhere = owner != Some(account(place).as_str());
    if region == Some(place.region.as_str()) {
        let service = format!("secretsmanager.{}.amazonaws.com", place.region);
        let usable = |key: &Key| {
            key.enabled
                && ["kms:Decrypt", "kms:GenerateDataKey"]
                    .iter()
                    .all(|action| key.lets_through(&service, action))
        };
        let mut keys = world.all::<Key>(place);
        let mut ours =
            || keys.any(|(_, key)| key.outputs.arn == arn.as_str() && usable(&key.resource));
        if elsewhere || ours() {
            return Ok(());
        }
    }
    Err(AwsError::invalid(
        "EncryptionFailure",
        "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check \
         that the KMS key is available, enabled, and not in an invalid state.",
    ))
}

/// What AWS refuses of copies that are to be made.
fn check_copies<'a>(
    world: &World,
    place: &Place,
    name: &str,
    copies: impl IntoIterator<Item = &'a ReplicaRegion>,
) -> Result<(), AwsError> {
    for copy in copies {
        let there = Place { region: copy.region, ..place.clone() };
        if is_taken(world, &there, name) || world.name_held::<Secret>(&there, name).is_some() {
            return Err(invalid(format!(
                "Replication failed: Secret name {name} already exists in region {}.",
                copy.region
            )));
        }
        check_key(world, &there, copy.kms_key_id.as_ref())?;
    }
    Ok(())
}

/// `UpdateSecret`.
fn update_secret(
    world: &mut World,
    request: &Update<Secret>,
    value: Option<&str>,
) -> Result<(), AwsError> {
    let (place, id, desired) = (&request.place, &request.identifier, &request.desired);
    require(world, place, id)?;
    check(world, place, desired)?;
    version(world, id, &request.token, value)?;
    let changed = world.change::<Secret>(place, id, "", Duration::ZERO, |secret| {
        let secret = &mut secret.resource;
        secret.description.clone_from(&desired.description);
        secret.kms_key_id.clone_from(&desired.kms_key_id);
    });
    changed.map(drop)
}

/// `DeleteSecret`: with what hangs on the secret.
fn delete_secret(world: &mut World, request: &Delete<Secret>) -> Result<(), AwsError> {
    let (place, id) = (&request.place, request.identifier.as_str());
    let Some(secret) = world.get::<Secret>(place, id) else { return Ok(()) };
    if !secret.resource.replica_regions.is_empty() {
        return Err(invalid(format!(
            "You can't delete secret {id} that still has replica regions"
        )));
    }
    let name = name_of(&secret.resource).to_owned();
    let held = match request.current.recovery {
        Recovery::Never => VANISHING,
        Recovery::Within(days) => Duration::from_secs(u64::from(days.get()) * 24 * 60 * 60),
    };
    world.hold_name::<Secret>(place, &name, held);
    world.remove::<ResourcePolicy>(place, id, Duration::ZERO);
    world.remove::<RotationSchedule>(place, id, Duration::ZERO);
    world.remove::<Secret>(place, id, Duration::ZERO);
    Ok(())
}

impl SecretHandler {
    /// The value that is to be sent; one that is generated is made up first.
    async fn value(
        &self,
        place: &Place,
        value: Option<&SecretValue>,
        secrets: &Secrets,
    ) -> Result<Option<String>, ExecError> {
        match value {
            None | Some(SecretValue::Elsewhere) => Ok(None),
            Some(SecretValue::Given(secret)) => {
                secrets.reveal(secret).map(|it| Some(it.to_owned()))
            }
            Some(SecretValue::Generated(how)) => {
                let password = self
                    .0
                    .call(SERVICE, "GetRandomPassword", place, |world| random_password(world, how))
                    .await?;
                Ok(Some(match &how.template {
                    Some(template) => template.filled(&password),
                    None => password,
                }))
            }
        }
    }

    async fn remove_copies(
        &self,
        place: &Place,
        id: &str,
        gone: &Set<ReplicaRegion>,
    ) -> Result<(), ExecError> {
        self.0
            .call(SERVICE, "RemoveRegionsFromReplication", place, |world| {
                if world.get::<Secret>(place, id).is_none() {
                    return Ok(());
                }
                world
                    .change::<Secret>(place, id, "", Duration::ZERO, |secret| {
                        let kept = |copy: &ReplicaRegion| {
                            !gone.iter().any(|gone| gone.region == copy.region)
                        };
                        secret.resource.replica_regions.retain(kept);
                    })
                    .map(drop)
            })
            .await
    }

    async fn look(&self, place: &Place, id: &str) -> Result<Option<Observed<Secret>>, ExecError> {
        self.0
            .call(SERVICE, "DescribeSecret", place, |world| {
                Ok(world.get::<Secret>(place, id).map(|secret| secret.observed(world.now())))
            })
            .await
    }
}

#[async_trait]
impl Handler<Secret> for SecretHandler {
    /// `ListSecrets` may be minutes behind: one secret at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Secret>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for id in identifiers {
            answers.push(self.look(place, id).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Secret>) -> Result<Observed<Secret>, ExecError> {
        let (place, desired) = (&request.place, &request.desired);
        let value = self.value(place, desired.new_value(None), &request.secrets).await?;
        let made = self
            .0
            .call(SERVICE, "CreateSecret", place, |world| {
                create_secret(world, request, value.as_deref())
            })
            .await;
        match made {
            // An earlier call made it, with a value that cannot be made up again.
            Err(error) if error.code() == Some(EXISTS) => self.find(request).await?.ok_or(error),
            made => made,
        }
    }

    async fn find(&self, request: &Create<Secret>) -> Result<Option<Observed<Secret>>, ExecError> {
        let (place, name) = (&request.place, name_of(&request.desired));
        self.0
            .call(SERVICE, "DescribeSecret", place, |world| {
                let named = by_name(world, place, name);
                let owned = named.filter(|secret| request.ownership.owns(&secret.tags));
                Ok(owned.map(|secret| secret.observed(world.now())))
            })
            .await
    }

    async fn update(&self, request: &Update<Secret>) -> Result<Observed<Secret>, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if desired.updates(current) {
            let new = desired.new_value(Some(current));
            let value = self.value(place, new, &request.secrets).await?;
            let updated = self
                .0
                .call(SERVICE, "UpdateSecret", place, |world| {
                    update_secret(world, request, value.as_deref())
                })
                .await;
            match updated {
                // An earlier call did all of it, with a value that cannot be made up again.
                Err(error) if error.code() == Some(EXISTS) => {}
                updated => updated?,
            }
        }
        let gone = current.copies_beyond(desired);
        if !gone.is_empty() {
            self.remove_copies(place, id, &gone).await?;
        }
        let new = desired.copies_beyond(current);
        if !new.is_empty() {
            self.0
                .call(SERVICE, "ReplicateSecretToRegions", place, |world| {
                    let name = name_of(&require(world, place, id)?.resource).to_owned();
                    check_copies(world, place, &name, &new)?;
                    world
                        .change::<Secret>(place, id, "InProgress", COPYING, |secret| {
                            secret.resource.replica_regions.extend(new.iter().cloned());
                        })
                        .map(drop)
                })
                .await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    /// An update that was interrupted may have left copies that nobody recorded: when AWS refuses,
    /// the secret is looked at.
    async fn delete(&self, request: &Delete<Secret>) -> Result<Deletion, ExecError> {
        let (place, id) = (&request.place, &request.identifier);
        let delete =
            || self.0.call(SERVICE, "DeleteSecret", place, |world| delete_secret(world, request));
        if !request.current.replica_regions.is_empty() {
            self.remove_copies(place, id, &request.current.replica_regions).await?;
        }
        match delete().await {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let found = self.look(place, id).await?.ok_or(error)?;
                self.remove_copies(place, id, &found.resource.replica_regions).await?;
                delete().await?;
            }
            deleted => deleted?,
        }
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        Architecture, Region,
        constructs::{EncryptionKey, KeyUser},
        operations,
        services::secretsmanager::{PasswordLength, RecoveryWindow},
    };

    use super::{
        super::testing::{PLACE, request, world},
        *,
    };
    use crate::MockAws;

    fn named(name: &str) -> Secret {
        Secret::builder().name(SecretName::new(name).unwrap()).build()
    }

    fn delete(made: &Observed<Secret>, recovery: Recovery) -> Delete<Secret> {
        Delete {
            place: PLACE,
            identifier: made.outputs.id.clone(),
            current: Secret { recovery, ..made.resource.clone() },
            outputs: made.outputs.clone(),
            token: String::new(),
        }
    }

    #[test]
    fn a_token_is_good_for_one_value() {
        let (mut world, request) = (world(), request(named("key")));
        let made = create_secret(&mut world, &request, Some("one")).unwrap();
        let start = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-";
        assert!(made.outputs.id.starts_with(start), "{}", made.outputs.id);
        assert_eq!(made.outputs.id.len(), start.len() + 6);
        let again = create_secret(&mut world, &request, Some("one")).unwrap();
        assert_eq!(again.outputs, made.outputs);
        for (token, value) in [(request.token.as_str(), Some("two")), ("other", Some("one"))] {
            let other = Create { token: token.to_owned(), ..request.clone() };
            let error = create_secret(&mut world, &other, value).unwrap_err();
            assert_eq!(error.code(), EXISTS);
        }
        assert_eq!(world.all::<Secret>(&PLACE).count(), 1);
    }

    #[test]
    fn the_name_of_a_deleted_secret_is_held() {
        let mut world = world();
        let make = |world: &mut World| create_secret(world, &request(named("key")), Some("one"));
        let made = make(&mut world).unwrap();
        let week = Recovery::Within(RecoveryWindow::of::<7>());
        delete_secret(&mut world, &delete(&made, week)).unwrap();
        assert!(world.get::<Secret>(&PLACE, &made.outputs.id).is_none());
        let error = make(&mut world).unwrap_err();
        assert_eq!(error.code(), "InvalidRequestException");
        assert!(format!("{error:?}").contains("restore-secret --secret-id key"), "{error:?}");
        let hour = 60 * 60 * 1000;
        world.advance_to(7 * 24 * hour - 1);
        assert!(make(&mut world).is_err());
        world.advance_to(7 * 24 * hour);
        let made = make(&mut world).unwrap();
        // One that is gone for good takes some seconds.
        delete_secret(&mut world, &delete(&made, Recovery::Never)).unwrap();
        let error = make(&mut world).unwrap_err();
        assert!(format!("{error:?}").contains("Dependency"), "{error:?}");
        world.advance_to(7 * 24 * hour + 5000);
        make(&mut world).unwrap();
    }

    #[test]
    fn values_have_a_length() {
        let make = |value: &str| create_secret(&mut world(), &request(named("key")), Some(value));
        assert!(make(&"x".repeat(SecretValue::MAX_LEN)).is_ok());
        for bad in [String::new(), "x".repeat(SecretValue::MAX_LEN + 1)] {
            assert_eq!(make(&bad).unwrap_err().code(), "InvalidParameterException");
        }
        let how = GenerateSecretString::builder().password_length(PasswordLength::of::<1>());
        assert!(random_password(&mut world(), &how.build()).is_err());
    }

    #[test]
    fn a_copy_takes_the_name_there() {
        let mut world = world();
        let copied = Secret {
            replica_regions: [ReplicaRegion::in_region(Region::UsWest2)].into(),
            ..named("key")
        };
        let made = create_secret(&mut world, &request(copied), None).unwrap();
        let there = Create { place: Place::new(Region::UsWest2), ..request(named("key")) };
        let error = create_secret(&mut world, &there, None).unwrap_err();
        assert_eq!(error.code(), EXISTS);
        let error = delete_secret(&mut world, &delete(&made, Recovery::Never)).unwrap_err();
        assert!(format!("{error:?}").contains("replica regions"), "{error:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_lets_the_service_use_it() {
        let encrypted = |users: &[KeyUser]| {
            let mut arch = Architecture::new("shop", Region::UsEast1);
            let key = arch.add(EncryptionKey::new("key").used_by(users.iter().copied()));
            arch.resource("secret", Secret::builder().kms_key_id(key.arn()).build());
            arch
        };
        let target = (MockAws::new(), elanswer_core::state::MemoryStore::new());
        let refused = encrypted(&[KeyUser::Rds]);
        let report = operations::apply(&refused, &target).unchecked().await.unwrap();
        assert_eq!(report.failures[0].error.code(), Some("EncryptionFailure"));
        let allowed = encrypted(&[KeyUser::SecretsManager]);
        let report = operations::apply(&allowed, &target).unchecked().await.unwrap();
        assert!(report.is_complete(), "{report}");
    }
}
