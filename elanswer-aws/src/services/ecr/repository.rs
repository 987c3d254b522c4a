//! `AWS::ECR::Repository` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>. One
//! repository that does not exist makes `DescribeRepositories` fail for all that it was asked for.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecr::{Client, error::BuildError, types};
use elanswer_core::{
    Handler, Place, Tags,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ecr::{
            ImageScanningConfiguration, ImageTagMutability, LifecyclePolicy, Repository,
            RepositoryEncryption, RepositoryName, RepositoryOutputs,
        },
        kms::KeyArn,
    },
};

use super::{SERVICE, failed};
use crate::{
    clients::Clients,
    error::{gone_is_fine, missing, none_if_gone},
};

/// How many repositories `DescribeRepositories` takes.
const AT_ONCE: usize = 100;

/// Handles repositories over the SDK.
#[derive(Debug)]
pub struct RepositoryHandler(Clients);

impl From<Clients> for RepositoryHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

/// What the answers say of a repository.
fn observed(
    repository: &types::Repository,
    tags: Tags,
    lifecycle_policy: Option<LifecyclePolicy>,
) -> Result<Observed<Repository>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeRepositories", field);
    let outputs = outputs(repository).ok_or_else(|| lacks("RepositoryArn"))?;
    let name = RepositoryName::new(outputs.repository_name.as_str());
    let scan_on_push =
        repository.image_scanning_configuration().is_some_and(|scanning| scanning.scan_on_push());
    let resource = Repository::builder()
        .repository_name(name.map_err(|_| lacks("RepositoryName"))?)
        .image_tag_mutability(match repository.image_tag_mutability() {
            Some(types::ImageTagMutability::Immutable) => ImageTagMutability::Immutable,
            // Some of the tags can be moved.
            _ => ImageTagMutability::Mutable,
        })
        .image_scanning_configuration(ImageScanningConfiguration { scan_on_push })
        .encryption_configuration(match repository.encryption_configuration() {
            Some(encryption) if encryption.encryption_type() != &types::EncryptionType::Aes256 => {
                let key = encryption.kms_key().map(KeyArn::new).and_then(Result::ok);
                RepositoryEncryption::with(key.ok_or_else(|| lacks("KmsKey"))?)
            }
            _ => RepositoryEncryption::Aes256,
        })
        .maybe_lifecycle_policy(lifecycle_policy)
        .tags(tags.declared())
        .build();
    Ok(Observed::ready(resource, outputs))
}

fn outputs(repository: &types::Repository) -> Option<RepositoryOutputs> {
    Some(RepositoryOutputs {
        repository_name: repository.repository_name()?.to_owned(),
        arn: repository.repository_arn()?.to_owned(),
        repository_uri: repository.repository_uri()?.to_owned(),
    })
}

const fn mutability_to_sdk(mutability: ImageTagMutability) -> types::ImageTagMutability {
    match mutability {
        ImageTagMutability::Immutable => types::ImageTagMutability::Immutable,
        ImageTagMutability::Mutable => types::ImageTagMutability::Mutable,
    }
}

fn scanning_to_sdk(scanning: ImageScanningConfiguration) -> types::ImageScanningConfiguration {
    types::ImageScanningConfiguration::builder().scan_on_push(scanning.scan_on_push).build()
}

fn internal(error: &BuildError) -> ExecError {
    ExecError::new(ErrorKind::Internal, error.to_string())
}

fn encryption_to_sdk(
    encryption: &RepositoryEncryption,
) -> Result<types::EncryptionConfiguration, ExecError> {
    let call = types::EncryptionConfiguration::builder();
    let call = match encryption {
        RepositoryEncryption::Aes256 => call.encryption_type(types::EncryptionType::Aes256),
        RepositoryEncryption::Kms { kms_key } => {
            let key = kms_key.known().map(ToString::to_string);
            call.encryption_type(types::EncryptionType::Kms).set_kms_key(key)
        }
    };
    call.build().map_err(|error| internal(&error))
}

fn tags_to_sdk(tags: &Tags) -> Result<Vec<types::Tag>, ExecError> {
    let tags = tags.iter().map(|(key, value)| types::Tag::builder().key(key).value(value).build());
    tags.collect::<Result<_, BuildError>>().map_err(|error| internal(&error))
}

async fn tags(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_arn(arn).send().await;
    let tags = answer.map_err(failed("ListTagsForResource"))?.tags.unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
}

/// The lifecycle policy of a repository, if it has one.
async fn lifecycle_policy(
    client: &Client,
    name: &str,
) -> Result<Option<LifecyclePolicy>, ExecError> {
    let answer = client.get_lifecycle_policy().repository_name(name).send().await;
    let answer = none_if_gone(answer.map_err(failed("GetLifecyclePolicy")))?;
    let text = answer.and_then(|answer| answer.lifecycle_policy_text);
    text.map(|text| text.parse::<LifecyclePolicy>()).transpose().map_err(|error| {
        let message =
            format!("the repository `{name}` has a policy that elanswer does not know: {error}");
        ExecError::new(ErrorKind::Internal, message).with_operation(SERVICE, "GetLifecyclePolicy")
    })
}

async fn put_lifecycle_policy(
    client: &Client,
    name: &str,
    policy: Option<&LifecyclePolicy>,
) -> Result<(), ExecError> {
    if let Some(policy) = policy {
        let call = client.put_lifecycle_policy().repository_name(name);
        let call = call.lifecycle_policy_text(policy.to_json());
        call.send().await.map_err(failed("PutLifecyclePolicy"))?;
        return Ok(());
    }
    let deleted = client.delete_lifecycle_policy().repository_name(name).send().await;
    gone_is_fine(deleted.map_err(failed("DeleteLifecyclePolicy")))
}

impl RepositoryHandler {
    /// What exists of these, with its tags and its lifecycle policy.
    async fn describe(
        client: &Client,
        names: &[String],
    ) -> Result<Vec<(Observed<Repository>, Tags)>, ExecError> {
        let call = client.describe_repositories().set_repository_names(Some(names.to_vec()));
        let answer = call.send().await.map_err(failed("DescribeRepositories"))?;
        let looks = answer.repositories().iter().map(|it| Self::complete(client, it));
        let found = futures_util::future::join_all(looks).await;
        found.into_iter().filter_map(Result::transpose).collect()
    }

    async fn complete(
        client: &Client,
        repository: &types::Repository,
    ) -> Result<Option<(Observed<Repository>, Tags)>, ExecError> {
        let lacks = || missing(SERVICE, "DescribeRepositories", "RepositoryArn");
        let arn = repository.repository_arn().ok_or_else(lacks)?;
        let Some(tags) = none_if_gone(tags(client, arn).await)? else { return Ok(None) };
        let policy = match repository.repository_name() {
            Some(name) => lifecycle_policy(client, name).await?,
            None => None,
        };
        Ok(Some((observed(repository, tags.clone(), policy)?, tags)))
    }

    async fn look(
        client: &Client,
        name: &str,
    ) -> Result<Option<(Observed<Repository>, Tags)>, ExecError> {
        let found = none_if_gone(Self::describe(client, &[name.to_owned()]).await)?;
        Ok(found.and_then(|mut found| found.pop()))
    }

    async fn read_some(
        client: &Client,
        names: &[String],
    ) -> Vec<Result<Option<Observed<Repository>>, ExecError>> {
        match Self::describe(client, names).await {
            Ok(found) => {
                let named = |(it, _): (Observed<Repository>, Tags)| {
                    (it.outputs.repository_name.clone(), it)
                };
                let mut found: BTreeMap<_, _> = found.into_iter().map(named).collect();
                names.iter().map(|name| Ok(found.remove(name))).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound && names.len() > 1 => {
                let looks = names.iter().map(|name| Self::look(client, name));
                let found = futures_util::future::join_all(looks).await;
                found.into_iter().map(|it| Ok(it?.map(|(found, _)| found))).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => vec![Ok(None)],
            Err(error) => names.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn retag(client: &Client, request: &Update<Repository>) -> Result<(), ExecError> {
        let (set, remove) = request.tag_changes();
        let arn = &request.outputs.arn;
        if !set.is_empty() {
            let call = client.tag_resource().resource_arn(arn).set_tags(Some(tags_to_sdk(&set)?));
            call.send().await.map_err(failed("TagResource"))?;
        }
        if !remove.is_empty() {
            let call = client.untag_resource().resource_arn(arn).set_tag_keys(Some(remove));
            call.send().await.map_err(failed("UntagResource"))?;
        }
        Ok(())
    }
}

#[async_trait]
impl Handler<Repository> for RepositoryHandler {
    /// When one of them does not exist, AWS shows none: then one at a time.
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Repository>>, ExecError>> {
        let client = self.0.ecr(place.region);
        let mut answers = Vec::with_capacity(identifiers.len());
        for names in identifiers.chunks(AT_ONCE) {
            answers.extend(Self::read_some(&client, names).await);
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Repository>,
    ) -> Result<Observed<Repository>, ExecError> {
        let (client, desired) = (self.0.ecr(request.place.region), &request.desired);
        let name = desired.repository_name.as_ref().map_or("", RepositoryName::as_str);
        let answer = client
            .create_repository()
            .repository_name(name)
            .image_tag_mutability(mutability_to_sdk(desired.image_tag_mutability))
            .image_scanning_configuration(scanning_to_sdk(desired.image_scanning_configuration))
            .encryption_configuration(encryption_to_sdk(&desired.encryption_configuration)?)
            .set_tags(Some(tags_to_sdk(&request.tags())?))
            .send()
            .await
            .map_err(failed("CreateRepository"))?;
        let outputs = answer.repository().and_then(outputs);
        let outputs = outputs.ok_or_else(|| missing(SERVICE, "CreateRepository", "Repository"))?;
        if desired.lifecycle_policy.is_some() {
            let put = put_lifecycle_policy(&client, name, desired.lifecycle_policy.as_ref()).await;
            put.map_err(|error| error.with_identifier(name))?;
        }
        Ok(Observed::ready(desired.clone(), outputs))
    }

    async fn find(
        &self,
        request: &Create<Repository>,
    ) -> Result<Option<Observed<Repository>>, ExecError> {
        let client = self.0.ecr(request.place.region);
        let name = request.desired.repository_name.as_ref().map_or("", RepositoryName::as_str);
        let found = Self::look(&client, name).await?;
        let ours = found.filter(|(_, tags)| request.ownership.owns(tags));
        Ok(ours.map(|(repository, _)| repository))
    }

    async fn update(
        &self,
        request: &Update<Repository>,
    ) -> Result<Observed<Repository>, ExecError> {
        let (client, name) = (self.0.ecr(request.place.region), &request.identifier);
        let (from, to) = (&request.current, &request.desired);
        if from.image_tag_mutability != to.image_tag_mutability {
            let call = client.put_image_tag_mutability().repository_name(name);
            let call = call.image_tag_mutability(mutability_to_sdk(to.image_tag_mutability));
            call.send().await.map_err(failed("PutImageTagMutability"))?;
        }
        if from.image_scanning_configuration != to.image_scanning_configuration {
            let scanning = scanning_to_sdk(to.image_scanning_configuration);
            let call = client.put_image_scanning_configuration().repository_name(name);
            let call = call.image_scanning_configuration(scanning);
            call.send().await.map_err(failed("PutImageScanningConfiguration"))?;
        }
        if from.lifecycle_policy != to.lifecycle_policy {
            put_lifecycle_policy(&client, name, to.lifecycle_policy.as_ref()).await?;
        }
        Self::retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Repository>) -> Result<Deletion, ExecError> {
        let call = self.0.ecr(request.place.region).delete_repository();
        let call = call.repository_name(&request.identifier);
        let deleted = call.force(request.current.empty_on_delete).send().await;
        gone_is_fine(deleted.map_err(failed("DeleteRepository")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> types::builders::RepositoryBuilder {
        types::Repository::builder()
            .repository_name("shop/web")
            .repository_arn("arn:aws:ecr:us-east-1:123456789012:repository/shop/web")
            .repository_uri("123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web")
            .image_tag_mutability(types::ImageTagMutability::Immutable)
    }

    #[test]
    fn maps_what_aws_answers() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let encryption = RepositoryEncryption::with(key);
        let answer = answer().encryption_configuration(encryption_to_sdk(&encryption).unwrap());
        let tags = Tags::new().with("elanswer:stack", "shop").with("team", "web");
        let found = observed(&answer.build(), tags, None).unwrap();
        let expected = Repository::builder()
            .repository_name(RepositoryName::literal("shop/web"))
            .image_scanning_configuration(ImageScanningConfiguration { scan_on_push: false })
            .encryption_configuration(encryption)
            .tags(Tags::new().with("team", "web"))
            .build();
        assert_eq!(found.resource, expected);
        assert_eq!(found.outputs.repository_name, "shop/web");
    }

    #[test]
    fn tags_of_which_some_move_are_not_immutable() {
        let some = types::ImageTagMutability::ImmutableWithExclusion;
        let found = observed(&answer().image_tag_mutability(some).build(), Tags::new(), None);
        let found = found.unwrap();
        assert_eq!(found.resource.image_tag_mutability, ImageTagMutability::Mutable);
    }
}
