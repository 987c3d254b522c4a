//! AWS IAM in memory.
//!
//! IAM is global: its objects are in `us-east-1`. A new role is known to IAM at once, but to other
//! services only some seconds later.

pub use role::RoleHandler;
pub use role_policy::RolePolicyHandler;

mod role;
mod role_policy;

use elanswer_core::{
    Place,
    executor::{ErrorKind, ExecError},
    services::iam::{PolicyDocument, PolicyFault, PolicyUse, Role, Service},
};

use crate::world::{AwsError, Millis, Object, World, account};

/// The name of the API in calls.
const SERVICE: &str = "iam";

/// The code for what does not exist.
const NO_SUCH_ENTITY: &str = "NoSuchEntity";

/// The code for a policy that is not in order.
const MALFORMED: &str = "MalformedPolicyDocument";

/// How long it takes until other services know of a role.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
/// gives no number; eight seconds are what most tools have learned to wait.
const VISIBLE_AFTER: Millis = 8_000;

fn no_such_role(name: &str) -> AwsError {
    AwsError::not_found(NO_SUCH_ENTITY, format!("The role with name {name} cannot be found."))
}

/// Takes the failure of a delete whose object is gone for success.
fn gone_is_fine(result: Result<(), ExecError>) -> Result<(), ExecError> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether `service` can assume the role of this ARN now: what a service checks that takes a role.
///
/// # Errors
///
/// With `code`, which is the service's own: [`ErrorKind::NotYetVisible`] while the role is new, and
/// [`ErrorKind::Invalid`] when there is no such role, or it does not trust the service.
pub fn assumable_by(
    world: &World,
    role_arn: &str,
    service: &Service,
    code: &str,
) -> Result<(), AwsError> {
    // AWS makes service-linked roles itself, when a service first needs one.
    if role_arn.contains(":role/aws-service-role/") {
        return Ok(());
    }
    let refused = |kind, why| {
        Err(AwsError::new(
            kind,
            code,
            format!("{service} cannot assume the role {role_arn}: {why}"),
        ))
    };
    match role_by_arn(world, role_arn) {
        None => refused(ErrorKind::Invalid, "it does not exist"),
        Some(role) if is_new(world, role) => {
            refused(ErrorKind::NotYetVisible, "it is not visible yet")
        }
        Some(role) if !role.resource.trust.trusts(service) => {
            refused(ErrorKind::Invalid, "its trust policy does not allow it")
        }
        Some(_) => Ok(()),
    }
}

fn role_by_arn<'a>(world: &'a World, arn: &str) -> Option<&'a Object<Role>> {
    world.everywhere::<Role>().map(|(_, _, role)| role).find(|role| role.outputs.arn == arn)
}

fn is_new(world: &World, role: &Object<Role>) -> bool {
    world.now() < role.created_at + VISIBLE_AFTER
}

/// The ARN of something of IAM: it names no Region.
fn arn(place: &Place, resource: &str) -> String {
    format!("arn:aws:iam::{}:{resource}", account(place))
}

/// Refuses a policy that is not in order, in the words of AWS.
fn well_formed(policy: &PolicyDocument, used_for: PolicyUse) -> Result<(), AwsError> {
    policy.faults(used_for).first().map_or(Ok(()), |fault| {
        let message = match fault {
            PolicyFault::Action(_) => {
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.".into()
            }
            PolicyFault::DuplicateSid(_) => {
                "Statement IDs (SID) in a single policy must be unique.".into()
            }
            PolicyFault::Empty | PolicyFault::NoValue(_) => "Syntax errors in policy.".into(),
            PolicyFault::NoActions => "Policy statement must contain actions.".into(),
            PolicyFault::NoPrincipal => "Missing required field Principal".into(),
            PolicyFault::NoResources => "Policy statement must contain resources.".into(),
            PolicyFault::Operator(operator) => format!("Invalid Condition type : {operator}."),
            PolicyFault::Principal => "Policy document should not specify a principal.".into(),
            PolicyFault::PrincipalForm(text) => invalid_principal(text),
            PolicyFault::ResourceForm(text) => {
                format!("Resource {text} must be in ARN format or \"*\".")
            }
            PolicyFault::Resources => "Has prohibited field Resource".into(),
            PolicyFault::Sid(_) => "Statement IDs (SID) must be alpha-numeric. Check that your \
                                    input satisfies the regular expression [0-9A-Za-z]*"
                .into(),
            PolicyFault::TrustAction(_) | PolicyFault::TrustNotAction => {
                "AssumeRole policy may only specify STS AssumeRole actions.".into()
            }
            other => other.to_string(),
        };
        Err(AwsError::invalid(MALFORMED, message))
    })
}

fn invalid_principal(arn: &str) -> String {
    format!("Invalid principal in policy: \"AWS\":\"{arn}\"")
}

/// What the tests of this service need.
#[cfg(test)]
mod testing {
    use elanswer_core::{
        Executor, Resource, ResourceId,
        executor::{CreateRequest, DeleteRequest, ExecError, Observation, UpdateRequest},
        resource::properties_of,
        tags::Ownership,
    };

    use crate::{mock::MockAws, world::global};

    fn ownership() -> Ownership {
        let resource = ResourceId::new("it").unwrap();
        Ownership { stack: "test".to_owned(), resource, incarnation: 1 }
    }

    pub(super) fn request<R: Resource>(resource: &R) -> CreateRequest {
        CreateRequest {
            schema: R::SCHEMA,
            place: global(),
            properties: properties_of(resource),
            ownership: ownership(),
            token: "0".repeat(32),
            secrets: elanswer_core::Secrets::default(),
        }
    }

    pub(super) async fn make<R: Resource>(
        aws: &MockAws,
        resource: &R,
    ) -> Result<Observation, ExecError> {
        aws.create(&[request(resource)]).await.remove(0)
    }

    pub(super) async fn change<R: Resource>(
        aws: &MockAws,
        made: &Observation,
        to: &R,
    ) -> Result<Observation, ExecError> {
        aws.update(&UpdateRequest {
            schema: R::SCHEMA,
            place: global(),
            identifier: made.identifier.clone(),
            current: made.properties.clone(),
            desired: properties_of(to),
            outputs: made.outputs.clone(),
            ownership: ownership(),
            token: "1".repeat(32),
            secrets: elanswer_core::Secrets::default(),
        })
        .await
    }

    pub(super) async fn remove<R: Resource>(
        aws: &MockAws,
        made: &Observation,
    ) -> Result<(), ExecError> {
        aws.delete(&DeleteRequest {
            schema: R::SCHEMA,
            place: global(),
            identifier: made.identifier.clone(),
            properties: made.properties.clone(),
            outputs: made.outputs.clone(),
            token: "2".repeat(32),
        })
        .await
        .map(drop)
    }

    pub(super) async fn read<R: Resource>(aws: &MockAws, identifier: &str) -> Option<Observation> {
        aws.read(R::SCHEMA, &global(), &[identifier.to_owned()]).await.remove(0).unwrap()
    }
}
