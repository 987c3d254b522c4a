//! `AWS::SecretsManager::Secret` over the SDK.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>. A secret
//! that waits for its deletion is gone: nobody reads it. Values go to AWS and never come back:
//! nothing here calls `GetSecretValue`.

use async_trait::async_trait;
use aws_sdk_secretsmanager::{
    Client,
    operation::describe_secret::DescribeSecretOutput,
    types::{ReplicaRegionType, ReplicationStatusType, StatusType, Tag},
};
use elanswer_core::{
    Handler, Input, Place, Region, Secrets, Set, Tags,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::{
        kms::KeyArn,
        secretsmanager::{
            GenerateSecretString, Recovery, ReplicaRegion, Secret, SecretDescription, SecretName,
            SecretOutputs, SecretValue,
        },
    },
};

use super::{INVALID_REQUEST, SERVICE, failed, is_gone, none_if_gone};
use crate::{clients::Clients, error::missing};

/// What AWS says of a name, or of a token that came with another value.
const EXISTS: &str = "ResourceExistsException";

/// Handles secrets over the SDK.
#[derive(Debug)]
pub struct SecretHandler(Clients);

impl From<Clients> for SecretHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// The key, of which AWS tells the ARN or the id, in this Region of the account of the secret.
fn key_of(text: &str, region: &str, secret: &str) -> Option<Input<KeyArn>> {
    if let Ok(arn) = KeyArn::new(text) {
        return Some(arn.into());
    }
    if text.is_empty() || text.starts_with("alias/") || text.contains(':') {
        return None;
    }
    let mut fields = secret.split(':').skip(1);
    let (partition, account) = (fields.next()?, fields.nth(2)?);
    let arn = format!("arn:{partition}:kms:{region}:{account}:key/{text}");
    KeyArn::new(arn).ok().map(Input::Literal)
}

/// The copies, and how far they are.
fn copies_of(
    replicas: &[ReplicationStatusType],
    secret: &str,
) -> Option<(Set<ReplicaRegion>, Status)> {
    let (mut copies, mut status) = (Set::new(), Status::Ready);
    for replica in replicas {
        let region: Region = replica.region()?.parse().ok()?;
        let key = replica.kms_key_id().unwrap_or_default();
        copies.insert(ReplicaRegion { region, kms_key_id: key_of(key, region.as_str(), secret) });
        match replica.status() {
            Some(StatusType::Failed) => {
                let why = replica.status_message().unwrap_or("AWS does not say why");
                status = Status::Failed(format!("no copy in {region}: {why}"));
            }
            Some(StatusType::InProgress) if status == Status::Ready => {
                status = Status::Pending("InProgress".to_owned());
            }
            _ => {}
        }
    }
    Some((copies, status))
}

/// What the answer says of a secret; `None` when it waits for its deletion.
fn observed(answer: &DescribeSecretOutput) -> Result<Option<Observed<Secret>>, ExecError> {
    if answer.deleted_date().is_some() {
        return Ok(None);
    }
    let lacks = |field| missing(SERVICE, "DescribeSecret", field);
    let arn = answer.arn().ok_or_else(|| lacks("ARN"))?;
    let name = answer.name().and_then(|name| SecretName::new(name).ok());
    let description = SecretDescription::new(answer.description().unwrap_or_default());
    let region = arn.split(':').nth(3).unwrap_or_default();
    let key = answer.kms_key_id().and_then(|key| key_of(key, region, arn));
    let (copies, status) = copies_of(answer.replication_status(), arn)
        .ok_or_else(|| lacks("ReplicationStatus that is known"))?;
    let secret = Secret::builder()
        .name(name.ok_or_else(|| lacks("Name"))?)
        .description(description.map_err(|_| lacks("Description"))?)
        .maybe_kms_key_id(key)
        .replica_regions(copies)
        .tags(tags_of(answer).declared())
        .build();
    let outputs = SecretOutputs { id: arn.to_owned() };
    Ok(Some(Observed::ready(secret, outputs).with_status(status)))
}

fn tags_of(answer: &DescribeSecretOutput) -> Tags {
    let pair =
        |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    answer.tags().iter().filter_map(pair).collect()
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn copies_to_sdk(copies: &Set<ReplicaRegion>) -> Option<Vec<ReplicaRegionType>> {
    let copy = |copy: &ReplicaRegion| {
        ReplicaRegionType::builder()
            .region(copy.region.as_str())
            .set_kms_key_id(known(copy.kms_key_id.as_ref()))
            .build()
    };
    let copies: Vec<_> = copies.iter().map(copy).collect();
    Some(copies).filter(|copies| !copies.is_empty())
}

fn known(key: Option<&Input<KeyArn>>) -> Option<String> {
    key.and_then(Input::known).map(ToString::to_string)
}

/// The name of a secret that was deleted is not free yet: for some seconds, or until somebody
/// decides what becomes of that secret.
async fn scheduled(client: &Client, name: &str, error: ExecError) -> ExecError {
    let described = client.describe_secret().secret_id(name).send().await;
    if described.is_err() {
        return error.with_kind(ErrorKind::Dependency);
    }
    let message = format!(
        "{} `aws secretsmanager restore-secret --secret-id {name}` restores it, to be imported; \
         `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {name}` \
         deletes it for good",
        error.message()
    );
    let told = ExecError::new(ErrorKind::Conflict, message)
        .with_code(INVALID_REQUEST)
        .with_operation(SERVICE, "CreateSecret");
    match error.request_id() {
        Some(id) => told.with_request_id(id),
        None => told,
    }
}

impl SecretHandler {
    /// The secret of this ARN or name, and all of its tags.
    async fn look(
        client: &Client,
        id: &str,
    ) -> Result<Option<(Observed<Secret>, Tags)>, ExecError> {
        let answer = client.describe_secret().secret_id(id).send().await;
        let Some(answer) = none_if_gone(answer.map_err(failed("DescribeSecret")))? else {
            return Ok(None);
        };
        Ok(observed(&answer)?.map(|found| (found, tags_of(&answer))))
    }

    /// The value that is to be sent; AWS makes up one that is generated.
    async fn value(
        client: &Client,
        value: Option<&SecretValue>,
        secrets: &Secrets,
    ) -> Result<Option<String>, ExecError> {
        match value {
            None | Some(SecretValue::Elsewhere) => Ok(None),
            Some(SecretValue::Generated(how)) => Self::password(client, how).await.map(Some),
            Some(SecretValue::Given(secret)) => {
                secrets.reveal(secret).map(|value| Some(value.to_owned()))
            }
        }
    }

    async fn password(client: &Client, how: &GenerateSecretString) -> Result<String, ExecError> {
        let excluded = how.exclude_characters.as_str();
        let answer = client
            .get_random_password()
            .password_length(how.password_length.get().into())
            .set_exclude_characters(Some(excluded.to_owned()).filter(|it| !it.is_empty()))
            .exclude_lowercase(how.exclude_lowercase)
            .exclude_numbers(how.exclude_numbers)
            .exclude_punctuation(how.exclude_punctuation)
            .exclude_uppercase(how.exclude_uppercase)
            .include_space(how.include_space)
            .require_each_included_type(how.require_each_included_type)
            .send()
            .await
            .map_err(failed("GetRandomPassword"))?;
        let password = answer
            .random_password()
            .ok_or_else(|| missing(SERVICE, "GetRandomPassword", "RandomPassword"))?;
        Ok(match &how.template {
            Some(template) => template.filled(password),
            None => password.to_owned(),
        })
    }

    async fn update_secret(client: &Client, request: &Update<Secret>) -> Result<(), ExecError> {
        let (current, desired) = (&request.current, &request.desired);
        let new = desired.new_value(Some(current));
        let value = Self::value(client, new, &request.secrets).await?;
        let description = Some(desired.description.to_string());
        // No text at all means the key of AWS.
        let key = Some(known(desired.kms_key_id.as_ref()).unwrap_or_default());
        let updated = client
            .update_secret()
            .secret_id(&request.identifier)
            .client_request_token(&request.token)
            .set_description(description.filter(|_| current.description != desired.description))
            .set_kms_key_id(key.filter(|_| current.kms_key_id != desired.kms_key_id))
            .set_secret_string(value)
            .send()
            .await;
        match updated.map_err(failed("UpdateSecret")) {
            // An earlier call did all of it, with a value that cannot be made up again.
            Err(error) if error.code() == Some(EXISTS) => Ok(()),
            updated => updated.map(drop),
        }
    }

    async fn remove_copies(
        client: &Client,
        id: &str,
        copies: &Set<ReplicaRegion>,
    ) -> Result<(), ExecError> {
        let regions = copies.iter().map(|copy| copy.region.to_string()).collect();
        let call = client.remove_regions_from_replication().secret_id(id);
        let removed = call.set_remove_replica_regions(Some(regions)).send().await;
        removed.map(drop).map_err(failed("RemoveRegionsFromReplication"))
    }

    async fn delete_secret(
        client: &Client,
        id: &str,
        recovery: Recovery,
    ) -> Result<Deletion, ExecError> {
        let call = client.delete_secret().secret_id(id);
        let call = match recovery {
            Recovery::Never => call.force_delete_without_recovery(true),
            Recovery::Within(days) => call.recovery_window_in_days(days.get().into()),
        };
        match call.send().await.map_err(failed("DeleteSecret")) {
            Err(error) if is_gone(&error) => Ok(Deletion::Gone),
            deleted => deleted.map(|_| Deletion::Gone),
        }
    }

    async fn retag(client: &Client, request: &Update<Secret>) -> Result<(), ExecError> {
        let (set, remove) = request.tag_changes();
        let id = &request.identifier;
        if !set.is_empty() {
            let call = client.tag_resource().secret_id(id).set_tags(Some(to_sdk(&set)));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().secret_id(id).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(())
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
        let client = self.0.secretsmanager(place.region);
        let looks = identifiers.iter().map(|id| Self::look(&client, id));
        let answers = futures_util::future::join_all(looks).await;
        answers.into_iter().map(|answer| Ok(answer?.map(|(secret, _)| secret))).collect()
    }

    async fn create(&self, request: &Create<Secret>) -> Result<Observed<Secret>, ExecError> {
        let (client, desired) = (self.0.secretsmanager(request.place.region), &request.desired);
        let value = Self::value(&client, desired.new_value(None), &request.secrets).await?;
        let description = Some(desired.description.to_string());
        let name = desired.name.as_ref().map_or("", SecretName::as_str);
        let made = client
            .create_secret()
            .name(name)
            .client_request_token(&request.token)
            .set_description(description.filter(|description| !description.is_empty()))
            .set_kms_key_id(known(desired.kms_key_id.as_ref()))
            .set_secret_string(value)
            .set_tags(Some(to_sdk(&request.tags())))
            .set_add_replica_regions(copies_to_sdk(&desired.replica_regions))
            .send()
            .await;
        let answer = match made.map_err(failed("CreateSecret")) {
            // An earlier call made it, with a value that cannot be made up again.
            Err(error) if error.code() == Some(EXISTS) => {
                return self.find(request).await?.ok_or(error);
            }
            Err(error) if is_gone(&error) => return Err(scheduled(&client, name, error).await),
            made => made?,
        };
        let arn = answer.arn().ok_or_else(|| missing(SERVICE, "CreateSecret", "ARN"))?;
        let status = copies_of(answer.replication_status(), arn);
        let status = status.map_or(Status::Ready, |(_, status)| status);
        let outputs = SecretOutputs { id: arn.to_owned() };
        Ok(Observed::ready(desired.clone(), outputs).with_status(status))
    }

    async fn find(&self, request: &Create<Secret>) -> Result<Option<Observed<Secret>>, ExecError> {
        let client = self.0.secretsmanager(request.place.region);
        let name = request.desired.name.as_ref().map_or("", SecretName::as_str);
        let found = Self::look(&client, name).await?;
        let ours = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(ours.map(|(secret, _)| secret))
    }

    async fn update(&self, request: &Update<Secret>) -> Result<Observed<Secret>, ExecError> {
        let (client, id) = (self.0.secretsmanager(request.place.region), &request.identifier);
        let (current, desired) = (&request.current, &request.desired);
        if desired.updates(current) {
            Self::update_secret(&client, request).await?;
        }
        let gone = current.copies_beyond(desired);
        if !gone.is_empty() {
            Self::remove_copies(&client, id, &gone).await?;
        }
        let mut status = Status::Ready;
        if let Some(new) = copies_to_sdk(&desired.copies_beyond(current)) {
            let call = client.replicate_secret_to_regions().secret_id(id);
            let answer = call.set_add_replica_regions(Some(new)).send().await;
            let answer = answer.map_err(failed("ReplicateSecretToRegions"))?;
            let copies = copies_of(answer.replication_status(), id);
            status = copies.map_or(Status::Ready, |(_, status)| status);
        }
        Self::retag(&client, request).await?;
        Ok(request.done().with_status(status))
    }

    /// An update that was interrupted may have left copies that nobody recorded: when AWS refuses,
    /// the secret is looked at.
    async fn delete(&self, request: &Delete<Secret>) -> Result<Deletion, ExecError> {
        let (client, id) = (self.0.secretsmanager(request.place.region), &request.identifier);
        let current = &request.current;
        if !current.replica_regions.is_empty() {
            match Self::remove_copies(&client, id, &current.replica_regions).await {
                // Copies that are gone already are in nobody's way; what is left, the delete tells.
                Err(error) if error.kind() == ErrorKind::Invalid || is_gone(&error) => {}
                removed => removed?,
            }
        }
        match Self::delete_secret(&client, id, current.recovery).await {
            Err(error) if error.kind() == ErrorKind::Invalid => {
                let found = Self::look(&client, id).await?.map(|(found, _)| found.resource);
                match found.map(|secret| secret.replica_regions) {
                    Some(copies) if !copies.is_empty() => {
                        Self::remove_copies(&client, id, &copies).await?;
                        let deleted = Self::delete_secret(&client, id, current.recovery).await;
                        deleted.map_err(|error| match error.kind() {
                            // AWS is still removing them.
                            ErrorKind::Invalid => error.with_kind(ErrorKind::Dependency),
                            _ => error,
                        })
                    }
                    _ => Err(error),
                }
            }
            deleted => deleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_secretsmanager::operation::describe_secret::builders::DescribeSecretOutputBuilder;
    use aws_sdk_secretsmanager::primitives::DateTime;

    use super::*;

    const ARN: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-a1B2c3";

    fn answer() -> DescribeSecretOutputBuilder {
        let tag = |key, value| Tag::builder().key(key).value(value).build();
        DescribeSecretOutput::builder()
            .arn(ARN)
            .name("key")
            .description("signs sessions")
            .tags(tag("elanswer:stack", "shop"))
            .tags(tag("team", "web"))
    }

    fn copy(region: &str, status: StatusType) -> ReplicationStatusType {
        let copy = ReplicationStatusType::builder().region(region).kms_key_id("alias/aws/x");
        copy.status(status).status_message("taken").build()
    }

    fn shown(answer: DescribeSecretOutputBuilder) -> Observed<Secret> {
        observed(&answer.build()).unwrap().unwrap()
    }

    #[test]
    fn maps_what_aws_answers() {
        let found = shown(answer());
        let expected = Secret::builder()
            .name(SecretName::literal("key"))
            .description(SecretDescription::literal("signs sessions"))
            .tags(Tags::new().with("team", "web"))
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!((found.outputs.id.as_str(), found.status), (ARN, Status::Ready));
    }

    #[test]
    fn a_key_is_told_by_its_arn_or_its_id() {
        let key = |text: &str| shown(answer().kms_key_id(text)).resource.kms_key_id;
        let arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd";
        let expected: Option<Input<KeyArn>> = Some(KeyArn::literal(arn).into());
        assert_eq!(key(arn), expected);
        assert_eq!(key("1234abcd"), expected);
        for of_aws in ["", "alias/aws/secretsmanager"] {
            assert_eq!(key(of_aws), None, "{of_aws}");
        }
    }

    #[test]
    fn a_secret_is_ready_when_its_copies_are() {
        let status = |one, other| {
            let copies = [copy("us-west-2", one), copy("eu-west-1", other)];
            let found = shown(answer().set_replication_status(Some(copies.into())));
            assert_eq!(found.resource.replica_regions.len(), 2);
            found.status
        };
        assert_eq!(status(StatusType::InSync, StatusType::InSync), Status::Ready);
        let pending = Status::Pending("InProgress".to_owned());
        assert_eq!(status(StatusType::InSync, StatusType::InProgress), pending);
        let failed = Status::Failed("no copy in us-west-2: taken".to_owned());
        assert_eq!(status(StatusType::Failed, StatusType::InProgress), failed);
    }

    #[test]
    fn a_secret_that_waits_for_its_deletion_is_gone() {
        let waiting = answer().deleted_date(DateTime::from_secs(0)).build();
        assert!(observed(&waiting).unwrap().is_none());
    }
}
