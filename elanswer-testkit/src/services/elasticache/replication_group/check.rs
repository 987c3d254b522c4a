//! What AWS refuses of a replication group.

use elanswer_core::{
    Input, Place, Ref,
    services::{
        ec2::SecurityGroup,
        elasticache::{
            AuthenticationMode, CacheParameterGroupFamily, Engine, EngineVersion, ParameterGroup,
            ReplicationGroup, ReplicationGroupContradiction, SubnetGroup, TransitEncryptionMode,
            User, UserGroup,
        },
        kms::{Key, KeyArn},
    },
};

use super::super::{combination, subnet_group::vpc_of, user_group::is_active, value};
use crate::world::{AwsError, World, account};

/// The versions that ElastiCache has, but for patch levels.
const VERSIONS: [(Engine, &[(u32, u32)]); 2] = [
    (Engine::Redis, &[(4, 0), (5, 0), (6, 0), (6, 2), (7, 0), (7, 1)]),
    (Engine::Valkey, &[(7, 2), (8, 0), (8, 1), (8, 2), (9, 0), (9, 1)]),
];

/// Refuses what AWS refuses of a new group.
pub(super) fn new(world: &World, place: &Place, group: &ReplicationGroup) -> Result<(), AwsError> {
    properties(group)?;
    if let Some(key) = &group.kms_key_id {
        key_is_usable(world, place, key)?;
    }
    surroundings(world, place, group)
}

/// Refuses what AWS refuses of a change.
pub(super) fn change(
    world: &World,
    place: &Place,
    from: &ReplicationGroup,
    to: &ReplicationGroup,
) -> Result<(), AwsError> {
    properties(to)?;
    if from.engine == Engine::Valkey && to.engine == Engine::Redis {
        return Err(combination(
            "Cannot modify the engine of a replication group from valkey to redis",
        ));
    }
    let (old, new) = (&from.engine_version, &to.engine_version);
    let lower = new.minor().is_some_and(|minor| {
        (new.major(), minor) != (old.major(), old.minor().unwrap_or(minor))
            && old.is_at_least(new.major(), minor)
    });
    if lower {
        return Err(combination(format!(
            "Cannot downgrade the engine version from {old} to {new}"
        )));
    }
    transit(from, to)?;
    surroundings(world, place, to)
}

/// TLS comes and goes by way of `preferred`, on versions from 7 on, and only without users.
fn transit(from: &ReplicationGroup, to: &ReplicationGroup) -> Result<(), AwsError> {
    let mode = |group: &ReplicationGroup| {
        let mode = group.transit_encryption_mode.unwrap_or(TransitEncryptionMode::Required);
        group.transit_encryption_enabled.then_some(mode)
    };
    let (old, new) = (mode(from), mode(to));
    if old == new {
        return Ok(());
    }
    if !from.user_groups.is_empty() {
        return Err(combination(
            "Modification of transit encryption is not supported for access control enabled clusters.",
        ));
    }
    if !to.engine_version.is_at_least(7, 0) {
        return Err(combination(
            "Modification of transit encryption is supported from engine version 7.0 on.",
        ));
    }
    let preferred = Some(TransitEncryptionMode::Preferred);
    if old == preferred || new == preferred {
        return Ok(());
    }
    Err(combination(
        "To modify transit encryption, set the transit encryption mode to preferred first.",
    ))
}

/// Properties that contradict each other, or that name what does not exist.
fn properties(group: &ReplicationGroup) -> Result<(), AwsError> {
    use ReplicationGroupContradiction as Found;
    match group.contradictions().into_iter().next() {
        None => {}
        Some(
            found @ (Found::WindowsOverlap | Found::NodeTypeOfThePast(_) | Found::Version(..)),
        ) => return Err(value(found.to_string())),
        Some(found) => return Err(combination(found.to_string())),
    }
    let (engine, version) = (group.engine, &group.engine_version);
    if !exists(engine, version) {
        return Err(value(format!("Cannot find version {version} for {engine}")));
    }
    if !group.cache_node_type.is_known() {
        let node = &group.cache_node_type;
        return Err(value(format!("Invalid Cache Node type {node}")));
    }
    Ok(())
}

fn exists(engine: Engine, version: &EngineVersion) -> bool {
    let mut all = VERSIONS.iter().filter(|(of, _)| *of == engine).flat_map(|(_, all)| all.iter());
    all.any(|(major, minor)| {
        *major == version.major() && version.minor().is_none_or(|wanted| wanted == *minor)
    })
}

/// The key of the account exists where the cache is, is enabled, and may be used by way of
/// ElastiCache.
fn key_is_usable(world: &World, place: &Place, key: &Input<KeyArn>) -> Result<(), AwsError> {
    let Some(arn) = key.known() else { return Ok(()) };
    let mut fields = arn.as_str().splitn(6, ':').skip(3);
    let (region, owner) = (fields.next(), fields.next());
    let elsewhere = owner != Some(account(place).as_str());
    if region == Some(place.region.as_str()) {
        let service = format!("elasticache.{}.amazonaws.com", place.region);
        let usable = |key: &Key| key.enabled && key.lets_through(&service, "kms:CreateGrant");
        let mut keys = world.all::<Key>(place);
        let mut ours =
            || keys.any(|(_, key)| key.outputs.arn == arn.as_str() && usable(&key.resource));
        if elsewhere || ours() {
            return Ok(());
        }
    }
    Err(AwsError::invalid(
        "InvalidKMSKeyFault",
        "The KMS key supplied is not valid: it does not exist, is not enabled or may not be used.",
    ))
}

/// Refuses what does not fit the groups that the cache names.
fn surroundings(world: &World, place: &Place, group: &ReplicationGroup) -> Result<(), AwsError> {
    let name = group.cache_subnet_group.known().unwrap_or_default();
    let subnets = world.require::<SubnetGroup>(place, name, "CacheSubnetGroupNotFoundFault")?;
    let vpc = vpc_of(world, place, &subnets.resource).unwrap_or_default();
    for guard in &group.security_groups {
        security_group(world, place, guard, name, &vpc)?;
    }
    if let Some(parameters) = &group.cache_parameter_group {
        parameter_group(world, place, parameters, group)?;
    }
    group.user_groups.iter().try_for_each(|users| user_group(world, place, users, group))
}

fn security_group(
    world: &World,
    place: &Place,
    group: &Ref<SecurityGroup>,
    subnets: &str,
    vpc: &str,
) -> Result<(), AwsError> {
    let identifier = group.known().unwrap_or_default();
    let Some(group) = world.get::<SecurityGroup>(place, identifier) else {
        return Err(value(format!("Some security group ids are invalid: [{identifier}]")));
    };
    let other = group.resource.vpc.known().unwrap_or_default();
    if other == vpc {
        Ok(())
    } else {
        Err(combination(format!(
            "Subnet group [{subnets}] belongs to a different VPC [{vpc}] than [{other}]"
        )))
    }
}

fn parameter_group(
    world: &World,
    place: &Place,
    parameters: &Ref<ParameterGroup>,
    group: &ReplicationGroup,
) -> Result<(), AwsError> {
    let name = parameters.known().unwrap_or_default();
    let wanted = CacheParameterGroupFamily::of(group.engine, &group.engine_version);
    let family = match name.strip_prefix("default.") {
        Some(family) => family.to_owned(),
        None => {
            let found = world.require::<ParameterGroup>(place, name, "CacheParameterGroupNotFound");
            found?.resource.cache_parameter_group_family.to_string()
        }
    };
    if family == wanted.as_str() {
        Ok(())
    } else {
        Err(combination(format!(
            "Expected a parameter group of family {wanted} but found one of family {family}"
        )))
    }
}

fn user_group(
    world: &World,
    place: &Place,
    users: &Ref<UserGroup>,
    group: &ReplicationGroup,
) -> Result<(), AwsError> {
    let id = users.known().unwrap_or_default();
    let found = world.require::<UserGroup>(place, id, "UserGroupNotFound")?;
    is_active(id, found, world)?;
    if group.engine == Engine::Redis && found.resource.engine == Engine::Valkey {
        return Err(combination(format!(
            "User group {id} of engine valkey cannot be associated with a replication group of \
             engine redis"
        )));
    }
    let with_iam = found.resource.users.iter().any(|user| {
        let user = world.get::<User>(place, user.known().unwrap_or_default());
        user.is_some_and(|user| user.resource.authentication_mode == AuthenticationMode::Iam)
    });
    if with_iam && !group.engine_version.is_at_least(7, 0) {
        return Err(combination(format!(
            "User group {id} needs the engine version 7.0 or later: it has users with IAM"
        )));
    }
    Ok(())
}
