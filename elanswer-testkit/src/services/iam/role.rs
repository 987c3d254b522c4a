//! `AWS::IAM::Role` in memory.
//!
//! Rules: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>, quotas:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
//! Not modelled: which managed policies AWS maintains (each of its ARNs counts as one), the delay
//! until a changed trust policy takes effect, instance profiles, users.

use std::time::Duration;

use async_trait::async_trait;
use elanswer_core::{
    Handler, Input, Place, Resource, Set, Tags,
    executor::{Deletion, ErrorKind, ExecError, Tagged},
    handler::{Create, Delete, Observed, Update},
    services::iam::{
        Attachment, ManagedPolicyArn, PolicyDocument, PolicyUse, Principal, Role, RoleOutputs,
        RolePolicy,
    },
};

use super::{
    MALFORMED, NO_SUCH_ENTITY, SERVICE, arn, gone_is_fine, invalid_principal, is_new, no_such_role,
    role_by_arn, well_formed,
};
use crate::{
    api::Api,
    world::{AwsError, World},
};

/// The operations that set and remove tags.
const TAGGING: [&str; 2] = ["TagRole", "UntagRole"];

/// Handles roles in memory.
#[derive(Debug)]
pub struct RoleHandler(Api);

impl From<Api> for RoleHandler {
    fn from(api: Api) -> Self {
        Self(api)
    }
}

/// `CreateRole` takes no managed policies: they are attached one by one.
fn create_role(world: &mut World, request: &Create<Role>) -> Result<Observed<Role>, AwsError> {
    let (place, desired) = (&request.place, &request.desired);
    let Some(name) = &desired.role_name else {
        return Err(AwsError::invalid("ValidationError", "roleName must not be null"));
    };
    let same = |existing: &str| existing.eq_ignore_ascii_case(name.as_str());
    if world.all::<Role>(place).any(|(existing, _)| same(existing)) {
        return Err(AwsError::conflict(
            "EntityAlreadyExists",
            format!("Role with name {name} already exists."),
        ));
    }
    let used = world.all::<Role>(place).count();
    world.quotas.check("roles per account", 1000, used, "LimitExceeded")?;
    check_trust(world, place, &desired.trust)?;
    if let Some(boundary) = desired.permissions_boundary.as_ref().and_then(Input::known) {
        attachable(world, boundary)?;
    }
    let outputs = RoleOutputs {
        role_name: name.to_string(),
        arn: arn(place, &format!("role{}{name}", desired.path.as_str())),
        role_id: format!("AROA{}", world.new_hex(17).to_ascii_uppercase()),
    };
    let made = Create {
        desired: Role { managed_policy_arns: Set::new(), ..desired.clone() },
        ..request.clone()
    };
    world.insert(&made, outputs, "", Duration::ZERO)
}

fn check_trust(world: &World, place: &Place, trust: &PolicyDocument) -> Result<(), AwsError> {
    well_formed(trust, PolicyUse::Trust)?;
    let limit = world.quotas.get("characters of a role trust policy", PolicyDocument::TRUST_LIMIT);
    if trust.size() > limit {
        return Err(AwsError::quota(
            "LimitExceeded",
            format!("Cannot exceed quota for ACLSizePerRole: {limit}"),
        ));
    }
    let principals = trust.statements.iter().flat_map(|statement| statement.principals.named());
    for principal in principals {
        let Principal::Aws(Input::Literal(principal)) = principal else { continue };
        // Roles of other accounts are not in this world: they are taken to exist.
        if !principal.starts_with(&arn(place, "role/")) {
            continue;
        }
        let refused = |kind| Err(AwsError::new(kind, MALFORMED, invalid_principal(principal)));
        match role_by_arn(world, principal) {
            None => return refused(ErrorKind::Invalid),
            Some(role) if is_new(world, role) => return refused(ErrorKind::NotYetVisible),
            Some(_) => {}
        }
    }
    Ok(())
}

/// A policy of AWS, or one that a kind of the user's has made.
fn attachable(world: &World, policy: &ManagedPolicyArn) -> Result<(), AwsError> {
    let made = |arn: &str| world.inventory().iter().any(|entry| entry.identifier == arn);
    if policy.is_aws_managed() || made(policy.as_str()) {
        return Ok(());
    }
    Err(AwsError::not_found(
        NO_SUCH_ENTITY,
        format!("Policy {} does not exist or is not attachable.", policy.as_str()),
    ))
}

fn attach(
    world: &mut World,
    place: &Place,
    name: &str,
    policy: &ManagedPolicyArn,
) -> Result<(), AwsError> {
    let role = world.get::<Role>(place, name).ok_or_else(|| no_such_role(name))?;
    let attached = &role.resource.managed_policy_arns;
    let policy_input = Input::from(policy.clone());
    if !attached.contains(&policy_input) {
        let (used, default) = (attached.len(), Role::MANAGED_POLICIES);
        world.quotas.check("managed policies per role", default, used, "LimitExceeded")?;
    }
    attachable(world, policy)?;
    change(world, place, name, |role| {
        role.managed_policy_arns.insert(policy_input);
    })
}

fn detach(
    world: &mut World,
    place: &Place,
    name: &str,
    policy: &ManagedPolicyArn,
) -> Result<(), AwsError> {
    let role = world.get::<Role>(place, name).ok_or_else(|| no_such_role(name))?;
    let policy_input = Input::from(policy.clone());
    if !role.resource.managed_policy_arns.contains(&policy_input) {
        return Err(AwsError::not_found(
            NO_SUCH_ENTITY,
            format!("Policy {} was not found.", policy.as_str()),
        ));
    }
    change(world, place, name, |role| {
        role.managed_policy_arns.remove(&policy_input);
    })
}

fn change(
    world: &mut World,
    place: &Place,
    name: &str,
    f: impl FnOnce(&mut Role),
) -> Result<(), AwsError> {
    world.get::<Role>(place, name).ok_or_else(|| no_such_role(name))?;
    world
        .change::<Role>(place, name, "", Duration::ZERO, |object| f(&mut object.resource))
        .map(drop)
}

fn delete_role(world: &mut World, place: &Place, name: &str) -> Result<(), AwsError> {
    let role = world.get::<Role>(place, name).ok_or_else(|| no_such_role(name))?;
    if !role.resource.managed_policy_arns.is_empty() {
        return Err(AwsError::dependency(
            "DeleteConflict",
            "Cannot delete entity, must detach all policies first.",
        ));
    }
    let of_role = |policy: &RolePolicy| policy.role.known() == Some(name);
    if world.all::<RolePolicy>(place).any(|(_, policy)| of_role(&policy.resource)) {
        return Err(AwsError::dependency(
            "DeleteConflict",
            "Cannot delete entity, must delete policies first.",
        ));
    }
    world.remove::<Role>(place, name, Duration::ZERO);
    Ok(())
}

impl RoleHandler {
    async fn change_with(
        &self,
        operation: &str,
        request: &Update<Role>,
        f: impl FnOnce(&mut Role) + Send,
    ) -> Result<(), ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        self.0.call(SERVICE, operation, place, |world| change(world, place, name, f)).await
    }

    async fn attachment(
        &self,
        place: &Place,
        name: &str,
        attachment: Attachment<'_>,
    ) -> Result<(), ExecError> {
        match attachment {
            Attachment::Attach(policy) => {
                self.0
                    .call(SERVICE, "AttachRolePolicy", place, |world| {
                        attach(world, place, name, policy)
                    })
                    .await
            }
            Attachment::Detach(policy) => {
                self.0
                    .call(SERVICE, "DetachRolePolicy", place, |world| {
                        detach(world, place, name, policy)
                    })
                    .await
            }
        }
    }

    async fn update_boundary(&self, request: &Update<Role>) -> Result<(), ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let boundary = request.desired.permissions_boundary.clone();
        let operation = match boundary {
            Some(_) => "PutRolePermissionsBoundary",
            None => "DeleteRolePermissionsBoundary",
        };
        self.0
            .call(SERVICE, operation, place, |world| {
                if let Some(boundary) = boundary.as_ref().and_then(Input::known) {
                    attachable(world, boundary)?;
                }
                change(world, place, name, |role| role.permissions_boundary = boundary)
            })
            .await
    }

    /// `GetRole`, and `ListAttachedRolePolicies` when there is such a role.
    async fn get(&self, place: &Place, name: &str) -> Result<Option<Observed<Role>>, ExecError> {
        let found = self.0.read::<Role>(SERVICE, "GetRole", place, &[name.to_owned()]).await;
        let role = found.into_iter().next().unwrap_or(Ok(None))?;
        if role.is_some() {
            self.0.call(SERVICE, "ListAttachedRolePolicies", place, |_| Ok(())).await?;
        }
        Ok(role)
    }
}

#[async_trait]
impl Handler<Role> for RoleHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Role>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for name in identifiers {
            answers.push(self.get(place, name).await);
        }
        answers
    }

    async fn create(&self, request: &Create<Role>) -> Result<Observed<Role>, ExecError> {
        let place = &request.place;
        let mut made =
            self.0.call(SERVICE, "CreateRole", place, |world| create_role(world, request)).await?;
        let name = &made.outputs.role_name;
        for attachment in request.desired.attachments_from(&Set::new()) {
            self.attachment(place, name, attachment)
                .await
                .map_err(|error| error.with_identifier(name))?;
        }
        made.resource = request.desired.clone();
        Ok(made)
    }

    /// By name, which is unique; a role of somebody else is not the one.
    async fn find(&self, request: &Create<Role>) -> Result<Option<Observed<Role>>, ExecError> {
        let place = &request.place;
        let name = request.desired.role_name.as_ref().map(ToString::to_string).unwrap_or_default();
        let owned = self
            .0
            .call(SERVICE, "GetRole", place, |world| {
                let role = world.get::<Role>(place, &name);
                Ok(role
                    .filter(|role| request.ownership.owns(&role.tags))
                    .map(|role| role.observed(world.now())))
            })
            .await?;
        if owned.is_some() {
            self.0.call(SERVICE, "ListAttachedRolePolicies", place, |_| Ok(())).await?;
        }
        Ok(owned)
    }

    /// AWS lists roles by their tags nowhere: each role is asked for its own.
    async fn search(&self, place: &Place, tags: &Tags) -> Result<Option<Vec<Tagged>>, ExecError> {
        let names = self
            .0
            .call(SERVICE, "ListRoles", place, |world| {
                Ok(world.all::<Role>(place).map(|(name, _)| name.to_owned()).collect::<Vec<_>>())
            })
            .await?;
        for _ in &names {
            self.0.call(SERVICE, "ListRoleTags", place, |_| Ok(())).await?;
        }
        Ok(Some(self.0.world().tagged(Role::SCHEMA.kind, place, tags)))
    }

    async fn update(&self, request: &Update<Role>) -> Result<Observed<Role>, ExecError> {
        let (from, to) = (&request.current, &request.desired);
        if from.trust != to.trust {
            let (place, name) = (&request.place, &request.identifier);
            self.0
                .call(SERVICE, "UpdateAssumeRolePolicy", place, |world| {
                    check_trust(world, place, &to.trust)?;
                    change(world, place, name, |role| role.trust = to.trust.clone())
                })
                .await?;
        }
        if (&from.description, from.max_session_duration)
            != (&to.description, to.max_session_duration)
        {
            self.change_with("UpdateRole", request, |role| {
                role.description.clone_from(&to.description);
                role.max_session_duration = to.max_session_duration;
            })
            .await?;
        }
        if from.permissions_boundary != to.permissions_boundary {
            self.update_boundary(request).await?;
        }
        for attachment in to.attachments_from(&from.managed_policy_arns) {
            self.attachment(&request.place, &request.identifier, attachment).await?;
        }
        self.0.retag(SERVICE, TAGGING, request).await?;
        Ok(self.0.after(request))
    }

    async fn delete(&self, request: &Delete<Role>) -> Result<Deletion, ExecError> {
        let (place, name) = (&request.place, &request.identifier);
        let none = Role { managed_policy_arns: Set::new(), ..request.current.clone() };
        for attachment in none.attachments_from(&request.current.managed_policy_arns) {
            gone_is_fine(self.attachment(place, name, attachment).await)?;
        }
        gone_is_fine(
            self.0
                .call(SERVICE, "DeleteRole", place, |world| delete_role(world, place, name))
                .await,
        )?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use elanswer_core::{
        ResourceId, Tags,
        resource::properties_of,
        services::iam::{MaxSessionDuration, RoleDescription, RoleName, Service, Statement},
        tags::Ownership,
    };

    use super::*;
    use crate::{
        MockAws,
        services::iam::{
            assumable_by,
            testing::{change, make, read, remove},
        },
        world::{Quotas, global},
    };

    fn named(name: &str) -> Role {
        Role {
            role_name: Some(RoleName::new(name).unwrap()),
            ..Role::assumed_by(Service::EcsTasks)
        }
    }

    async fn refused(aws: &MockAws, role: &Role) -> (ErrorKind, String) {
        let error = make(aws, role).await.unwrap_err();
        (error.kind(), error.code().unwrap().to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_lives() {
        let aws = MockAws::new();
        let role = Role {
            managed_policy_arns: [ManagedPolicyArn::ECS_TASK_EXECUTION.into()].into(),
            ..named("web")
        };
        let made = make(&aws, &role).await.unwrap();
        assert_eq!(made.identifier, "web");
        assert_eq!(made.outputs["Arn"], "arn:aws:iam::123456789012:role/web");
        assert_eq!(read::<Role>(&aws, "web").await, Some(made.clone()));
        let next = Role {
            trust: PolicyDocument::trusting(Service::Ecs),
            description: Some(RoleDescription::new("new").unwrap()),
            max_session_duration: MaxSessionDuration::seconds(7200).unwrap(),
            permissions_boundary: Some(ManagedPolicyArn::aws("ReadOnlyAccess").into()),
            managed_policy_arns: [ManagedPolicyArn::RDS_ENHANCED_MONITORING.into()].into(),
            tags: Tags::new().with("team", "shop"),
            ..role
        };
        let before = aws.log().len();
        let changed = change(&aws, &made, &next).await.unwrap();
        let operations: Vec<_> =
            aws.log().into_iter().skip(before).map(|call| call.operation).collect();
        assert_eq!(
            operations,
            [
                "UpdateAssumeRolePolicy",
                "UpdateRole",
                "PutRolePermissionsBoundary",
                "AttachRolePolicy",
                "DetachRolePolicy",
                "TagRole",
            ]
        );
        assert_eq!(changed.properties, properties_of(&next));
        remove::<Role>(&aws, &changed).await.unwrap();
        assert_eq!(read::<Role>(&aws, "web").await, None);
        remove::<Role>(&aws, &changed).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn names_are_unique_without_regard_to_case() {
        let aws = MockAws::new();
        make(&aws, &named("web")).await.unwrap();
        let conflict = (ErrorKind::Conflict, "EntityAlreadyExists".to_owned());
        assert_eq!(refused(&aws, &named("Web")).await, conflict);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trust_policy_must_be_one() {
        let aws = MockAws::new();
        let malformed = (ErrorKind::Invalid, MALFORMED.to_owned());
        for trust in [
            PolicyDocument::default(),
            PolicyDocument::new([Statement::allow(["sts:AssumeRole"])]),
            PolicyDocument::new([Statement::allow(["s3:GetObject"]).to([Service::Ec2])]),
            PolicyDocument::trusting(Principal::aws("somebody")),
            PolicyDocument::trusting(Principal::aws("arn:aws:iam::123456789012:role/none")),
        ] {
            assert_eq!(refused(&aws, &Role { trust, ..named("web") }).await, malformed);
        }
        let long = "a".repeat(2048);
        let trust = PolicyDocument::trusting(Service::Other(format!("{long}.amazonaws.com")));
        let quota = (ErrorKind::Quota, "LimitExceeded".to_owned());
        assert_eq!(refused(&aws, &Role { trust, ..named("web") }).await, quota);
    }

    #[test]
    fn a_new_role_is_not_visible_to_other_services_yet() {
        let mut world = World::new(1, Quotas::new());
        world.register::<Role>();
        let resource = ResourceId::new("it").unwrap();
        let request = Create {
            place: global(),
            desired: named("web"),
            ownership: Ownership { stack: "test".to_owned(), resource, incarnation: 1 },
            token: "0".repeat(32),
            secrets: elanswer_core::Secrets::default(),
        };
        let arn = create_role(&mut world, &request).unwrap().outputs.arn;
        let answer = |world: &World, arn: &str, service| {
            let answer = assumable_by(world, arn, &service, "ClientException");
            answer.map_err(|error| error.into_exec("", "", String::new()).kind())
        };
        let too_early = Err(ErrorKind::NotYetVisible);
        assert_eq!(answer(&world, &arn, Service::EcsTasks), too_early);
        world.advance_to(8_000);
        assert_eq!(answer(&world, &arn, Service::EcsTasks), Ok(()));
        assert_eq!(answer(&world, &arn, Service::Rds), Err(ErrorKind::Invalid));
        let none = "arn:aws:iam::123456789012:role/none";
        assert_eq!(answer(&world, none, Service::EcsTasks), Err(ErrorKind::Invalid));
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_role_is_no_principal_yet() {
        let aws = MockAws::new();
        let made = make(&aws, &named("web")).await.unwrap();
        let arn = made.outputs["Arn"].as_str().unwrap();
        let role = Role { trust: PolicyDocument::trusting(Principal::aws(arn)), ..named("ops") };
        let too_early = (ErrorKind::NotYetVisible, MALFORMED.to_owned());
        assert_eq!(refused(&aws, &role).await, too_early);
        tokio::time::sleep(Duration::from_secs(8)).await;
        make(&aws, &role).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_role_has_so_many_managed_policies() {
        let aws = MockAws::new();
        let arns = (0..11).map(|n| ManagedPolicyArn::aws(&format!("P{n}")).into()).collect();
        let error =
            make(&aws, &Role { managed_policy_arns: arns, ..named("web") }).await.unwrap_err();
        assert_eq!((error.kind(), error.identifier()), (ErrorKind::Quota, Some("web")));
        let none = ManagedPolicyArn::new("arn:aws:iam::123456789012:policy/none").unwrap();
        let missing = Role { permissions_boundary: Some(none.into()), ..named("api") };
        let not_found = (ErrorKind::NotFound, NO_SUCH_ENTITY.to_owned());
        assert_eq!(refused(&aws, &missing).await, not_found);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delete_detaches_only_what_the_role_attached() {
        let aws = MockAws::new();
        let made = make(&aws, &named("web")).await.unwrap();
        aws.tamper::<Role>(|role| {
            role.managed_policy_arns.insert(ManagedPolicyArn::ADMINISTRATOR_ACCESS.into());
        });
        let error = remove::<Role>(&aws, &made).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Dependency, Some("DeleteConflict")));
        let seen = read::<Role>(&aws, "web").await.unwrap();
        remove::<Role>(&aws, &seen).await.unwrap();
    }
}
