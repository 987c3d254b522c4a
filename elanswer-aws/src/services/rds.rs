//! Amazon RDS over the SDK.

pub use automated_backup_replication::AutomatedBackupReplicationHandler;
pub use db_instance::DbInstanceHandler;
pub use db_parameter_group::DbParameterGroupHandler;
pub use db_proxy::DbProxyHandler;
pub use db_proxy_target_group::DbProxyTargetGroupHandler;
pub use db_subnet_group::DbSubnetGroupHandler;

mod automated_backup_replication;
mod db_instance;
mod db_parameter_group;
mod db_proxy;
mod db_proxy_target_group;
mod db_subnet_group;
#[cfg(test)]
mod replay;

use aws_sdk_rds::{Client, types::Tag};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Resource, Tags,
    executor::{ErrorKind, ExecError},
    handler::Update,
};

use crate::error::{Codes, exec_error, none_if_gone};

/// The name of the API in errors.
const SERVICE: &str = "rds";

/// The codes of RDS whose meaning is not general.
const CODES: Codes = &[
    ("DBInstanceAutomatedBackupNotFound", ErrorKind::NotFound),
    ("DBInstanceAutomatedBackupQuotaExceeded", ErrorKind::Quota),
    ("DBInstanceNotFound", ErrorKind::NotFound),
    ("DBParameterGroupNotFound", ErrorKind::NotFound),
    ("DBProxyAlreadyExistsFault", ErrorKind::Conflict),
    ("DBProxyNotFoundFault", ErrorKind::NotFound),
    ("DBProxyQuotaExceededFault", ErrorKind::Quota),
    ("DBProxyTargetAlreadyRegisteredFault", ErrorKind::Conflict),
    ("DBProxyTargetGroupNotFoundFault", ErrorKind::NotFound),
    ("DBProxyTargetNotFoundFault", ErrorKind::NotFound),
    ("DBSubnetGroupNotFoundFault", ErrorKind::NotFound),
    ("DBSubnetQuotaExceededFault", ErrorKind::Quota),
    ("InsufficientDBInstanceCapacity", ErrorKind::Unavailable),
    ("InvalidDBInstanceAutomatedBackupState", ErrorKind::Conflict),
    ("InvalidDBInstanceState", ErrorKind::Dependency),
    ("InvalidDBParameterGroupState", ErrorKind::Dependency),
    ("InvalidDBProxyStateFault", ErrorKind::Dependency),
    ("InvalidDBSubnetGroupStateFault", ErrorKind::Dependency),
    ("InvalidDBSubnetStateFault", ErrorKind::Dependency),
];

/// A role that IAM has made a moment ago is not one for monitoring yet.
const ROLE_CODES: Codes = &[("InvalidParameterValue", ErrorKind::NotYetVisible)];

/// A source without backups gets none by waiting.
const BACKUP_CODES: Codes = &[("InvalidDBInstanceState", ErrorKind::Invalid)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        exec_error(SERVICE, operation, codes_of(message.unwrap_or_default()), error)
    }
}

fn codes_of(message: &str) -> Codes {
    if message.contains("ENHANCED_MONITORING") {
        ROLE_CODES
    } else if message.contains("Automated backups are not enabled") {
        BACKUP_CODES
    } else {
        CODES
    }
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// All tags of an object.
fn from_sdk(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()))
        .collect()
}

/// Reads all tags of a group: descriptions of groups have none.
async fn tags_of(client: &Client, arn: &str) -> Result<Tags, ExecError> {
    let answer = client.list_tags_for_resource().resource_name(arn).send().await;
    let answer = answer.map_err(failed("ListTagsForResource"))?;
    Ok(from_sdk(answer.tag_list()))
}

/// Changes the tags of the object `arn`: `AddTagsToResource`, `RemoveTagsFromResource`.
async fn retag<R: Resource>(
    client: &Client,
    arn: &str,
    request: &Update<R>,
) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        let call = client.add_tags_to_resource().resource_name(arn);
        let call = call.set_tags(Some(to_sdk(&set)));
        call.send().await.map_err(failed("AddTagsToResource"))?;
    }
    if !remove.is_empty() {
        let call = client.remove_tags_from_resource().resource_name(arn);
        let call = call.set_tag_keys(Some(remove));
        call.send().await.map_err(failed("RemoveTagsFromResource"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_role_is_worth_another_try() {
        let text = "IAM role ARN value is invalid or does not include the required permissions \
                    for: ENHANCED_MONITORING";
        assert_eq!(codes_of(text), ROLE_CODES);
        assert_eq!(codes_of("Invalid DB instance class"), CODES);
        let text = "Automated backups are not enabled for this database instance.";
        assert_eq!(codes_of(text), BACKUP_CODES);
    }
}
