//! `AWS::ECR::Repository` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html>,
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html>.
//! Quota: 100,000 repositories per Region,
//! <https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html>.
//! Not modelled: images, and so that a repository that has some is not deleted, and what lifecycle
//! policies delete; what its key lets ECR do.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place,
    executor::{Deletion, ErrorKind, ExecError},
    handler::{Create, Delete, Observed, Update},
    services::{
        ecr::{
            LifecyclePolicy, Repository, RepositoryEncryption, RepositoryName, RepositoryOutputs,
        },
        kms::Key,
    },
};

use super::SERVICE;
use crate::{
    api::Api,
    world::{AwsError, World, account, arn},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagResource", "UntagResource"];

/// How many repositories `DescribeRepositories` takes.
const AT_ONCE: usize = 100;

/// What AWS says of a repository that does not exist.
const UNKNOWN: &str = "RepositoryNotFoundException";

/// Handles repositories in memory.
#[derive(Debug)]
pub struct RepositoryHandler(Api);

impl From<Api> for RepositoryHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateRepository`.
fn create_repository(
    world: &mut World,
    request: &Create<Repository>,
) -> Result<Observed<Repository>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let name = desired.repository_name.as_ref().map_or("", RepositoryName::as_str);
    if name.is_empty() {
        let message = "Invalid parameter at 'repositoryName' failed to satisfy constraint";
        return Err(AwsError::invalid("InvalidParameterException", message));
    }
    let account = account(place);
    if world.get::<Repository>(place, name).is_some() {
        let message = format!(
            "The repository with name '{name}' already exists in the registry with id '{account}'"
        );
        return Err(AwsError::conflict("RepositoryAlreadyExistsException", message));
    }
    let used = world.all::<Repository>(place).count();
    world.quotas.check("repositories per Region", 100_000, used, "LimitExceededException")?;
    if let RepositoryEncryption::Kms { kms_key: Input::Literal(key) } =
        &desired.encryption_configuration
        && !world
            .all::<Key>(place)
            .any(|(_, it)| it.outputs.arn == key.as_str() && it.resource.enabled)
    {
        let message = format!("The key '{key}' does not exist or is not enabled");
        return Err(AwsError::invalid("KmsException", message));
    }
    let outputs = RepositoryOutputs {
        repository_name: name.to_owned(),
        arn: arn(place, "ecr", &format!("repository/{name}")),
        repository_uri: format!("{account}.dkr.ecr.{}.amazonaws.com/{name}", place.region),
    };
    // The lifecycle policy comes with a call of its own.
    let desired = Repository { lifecycle_policy: None, ..desired.clone() };
    world.insert(&Create { desired, ..request.clone() }, outputs, "", Duration::ZERO)
}

/// `PutLifecyclePolicy` and, without a policy, `DeleteLifecyclePolicy`.
fn put_lifecycle_policy(
    world: &mut World,
    place: &Place,
    name: &str,
    policy: Option<&LifecyclePolicy>,
) -> Result<Observed<Repository>, AwsError> {
    world.require::<Repository>(place, name, UNKNOWN)?;
    if let Some(fault) = policy.and_then(|policy| policy.faults().first().copied()) {
        let message = format!("Invalid parameter at 'LifecyclePolicyText': {fault}");
        return Err(AwsError::invalid("InvalidParameterException", message));
    }
    world.change::<Repository>(place, name, "", Duration::ZERO, |it| {
        it.resource.lifecycle_policy = policy.cloned();
    })
}

/// `DescribeRepositories`: all of them, or an error when one does not exist.
fn describe(
    world: &World,
    place: &Place,
    names: &[String],
) -> Result<Vec<Observed<Repository>>, AwsError> {
    let found = names.iter().map(|name| {
        let repository = world.require::<Repository>(place, name, UNKNOWN)?;
        Ok(repository.observed(world.now()))
    });
    found.collect()
}

impl RepositoryHandler {
    /// `DescribeRepositories` and, for each, `ListTagsForResource` and `GetLifecyclePolicy`.
    async fn look(
        &self,
        place: &Place,
        names: &[String],
    ) -> Result<Vec<Observed<Repository>>, ExecError> {
        let found = self
            .0
            .call(SERVICE, "DescribeRepositories", place, |world| describe(world, place, names))
            .await?;
        for _ in &found {
            self.0.call(SERVICE, "ListTagsForResource", place, |_| Ok(())).await?;
            self.0.call(SERVICE, "GetLifecyclePolicy", place, |_| Ok(())).await?;
        }
        Ok(found)
    }

    async fn look_at(
        &self,
        place: &Place,
        name: &str,
    ) -> Result<Option<Observed<Repository>>, ExecError> {
        match self.look(place, &[name.to_owned()]).await {
            Ok(mut found) => Ok(found.pop()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn put_policy(
        &self,
        place: &Place,
        name: &str,
        policy: Option<&LifecyclePolicy>,
    ) -> Result<Observed<Repository>, ExecError> {
        let operation =
            if policy.is_some() { "PutLifecyclePolicy" } else { "DeleteLifecyclePolicy" };
        self.0
            .call(SERVICE, operation, place, |world| {
                put_lifecycle_policy(world, place, name, policy)
            })
            .await
    }

    async fn change(
        &self,
        operation: &str,
        request: &Update<Repository>,
        f: impl FnOnce(&mut Repository) + Send,
    ) -> Result<(), ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0
            .call(SERVICE, operation, place, |world| {
                world.require::<Repository>(place, name, UNKNOWN)?;
                world.change::<Repository>(place, name, "", Duration::ZERO, |it| {
                    f(&mut it.resource);
                })
            })
            .await
            .map(drop)
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
        let mut answers = Vec::with_capacity(identifiers.len());
        for names in identifiers.chunks(AT_ONCE) {
            match self.look(place, names).await {
                Ok(found) => answers.extend(found.into_iter().map(|it| Ok(Some(it)))),
                Err(error) if error.kind() == ErrorKind::NotFound && names.len() > 1 => {
                    for name in names {
                        answers.push(self.look_at(place, name).await);
                    }
                }
                Err(error) if error.kind() == ErrorKind::NotFound => answers.push(Ok(None)),
                Err(error) => answers.extend(names.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    async fn create(
        &self,
        request: &Create<Repository>,
    ) -> Result<Observed<Repository>, ExecError> {
        let place = &request.place;
        let made = self
            .0
            .call(SERVICE, "CreateRepository", place, |world| create_repository(world, request))
            .await?;
        let Some(policy) = &request.desired.lifecycle_policy else { return Ok(made) };
        let name = made.outputs.repository_name;
        self.put_policy(place, &name, Some(policy))
            .await
            .map_err(|error| error.with_identifier(&name))
    }

    async fn find(
        &self,
        request: &Create<Repository>,
    ) -> Result<Option<Observed<Repository>>, ExecError> {
        let place = &request.place;
        let name = request.desired.repository_name.as_ref().map_or("", RepositoryName::as_str);
        let found = self.look_at(place, name).await?;
        let world = self.0.world();
        let owned = world.get::<Repository>(place, name);
        Ok(found.filter(|_| owned.is_some_and(|it| request.ownership.owns(&it.tags))))
    }

    async fn update(
        &self,
        request: &Update<Repository>,
    ) -> Result<Observed<Repository>, ExecError> {
        let (from, to) = (&request.current, &request.desired);
        if from.image_tag_mutability != to.image_tag_mutability {
            let set = |it: &mut Repository| it.image_tag_mutability = to.image_tag_mutability;
            self.change("PutImageTagMutability", request, set).await?;
        }
        if from.image_scanning_configuration != to.image_scanning_configuration {
            let scanning = to.image_scanning_configuration;
            let set = |it: &mut Repository| it.image_scanning_configuration = scanning;
            self.change("PutImageScanningConfiguration", request, set).await?;
        }
        if from.lifecycle_policy != to.lifecycle_policy {
            let policy = to.lifecycle_policy.as_ref();
            self.put_policy(&request.place, &request.identifier, policy).await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Repository>) -> Result<Deletion, ExecError> {
        let place = &request.place;
        self.0
            .call(SERVICE, "DeleteRepository", place, |world| {
                world.remove::<Repository>(place, &request.identifier, Duration::ZERO);
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
        services::{
            ecr::{ImageAge, LifecycleRule},
            kms::KeyArn,
        },
        tags::Ownership,
    };

    use super::*;
    use crate::world::Quotas;

    const PLACE: Place = Place::new(Region::UsEast1);

    fn request(encryption: RepositoryEncryption) -> Create<Repository> {
        Create {
            place: PLACE,
            desired: Repository::builder()
                .repository_name(RepositoryName::literal("shop/web"))
                .encryption_configuration(encryption)
                .build(),
            ownership: Ownership {
                stack: "shop".to_owned(),
                resource: ResourceId::new("images").unwrap(),
                incarnation: 1,
            },
            token: String::new(),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    fn world() -> World {
        let mut world = World::new(7, Quotas::new());
        world.register::<Key>();
        world.register::<Repository>();
        world
    }

    #[test]
    fn a_name_is_given_once() {
        let mut world = world();
        let made = create_repository(&mut world, &request(RepositoryEncryption::Aes256)).unwrap();
        let uri = &made.outputs.repository_uri;
        assert!(uri.ends_with(".dkr.ecr.us-east-1.amazonaws.com/shop/web"), "{uri}");
        let error = create_repository(&mut world, &request(RepositoryEncryption::Aes256));
        assert_eq!(error.unwrap_err().code(), "RepositoryAlreadyExistsException");
    }

    #[test]
    fn a_key_must_exist() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let error = create_repository(&mut world(), &request(RepositoryEncryption::with(key)));
        assert_eq!(error.unwrap_err().code(), "KmsException");
    }

    #[test]
    fn a_lifecycle_policy_is_checked_and_removed() {
        let mut world = world();
        create_repository(&mut world, &request(RepositoryEncryption::Aes256)).unwrap();
        let mut put = |policy: Option<&LifecyclePolicy>| {
            put_lifecycle_policy(&mut world, &PLACE, "shop/web", policy)
        };
        let untagged = LifecycleRule::untagged_after(ImageAge::of::<14>());
        let policy = LifecyclePolicy::new([untagged]);
        assert_eq!(put(Some(&policy)).unwrap().resource.lifecycle_policy, Some(policy));
        let error = put(Some(&LifecyclePolicy::default())).unwrap_err();
        assert_eq!(error.code(), "InvalidParameterException");
        assert_eq!(put(None).unwrap().resource.lifecycle_policy, None);
    }

    #[test]
    fn one_that_does_not_exist_hides_the_others() {
        let mut world = world();
        create_repository(&mut world, &request(RepositoryEncryption::Aes256)).unwrap();
        let both = ["shop/web".to_owned(), "gone".to_owned()];
        assert_eq!(describe(&world, &PLACE, &both[..1]).unwrap().len(), 1);
        assert_eq!(describe(&world, &PLACE, &both).unwrap_err().code(), UNKNOWN);
    }
}
