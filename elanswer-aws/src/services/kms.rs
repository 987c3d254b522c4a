//! AWS KMS over the SDK.

use aws_sdk_kms::{Client, types};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Tags,
    executor::{ErrorKind, ExecError},
};

pub use alias::AliasHandler;
pub use key::KeyHandler;

use crate::error::{Codes, exec_error};

mod alias;
mod key;

/// The name of the API in errors.
const SERVICE: &str = "kms";

/// The codes of KMS whose meaning is not general.
const CODES: Codes = &[
    ("AlreadyExistsException", ErrorKind::Conflict),
    ("DependencyTimeoutException", ErrorKind::Unavailable),
    ("KMSInternalException", ErrorKind::Unavailable),
    ("LimitExceededException", ErrorKind::Quota),
    ("NotFoundException", ErrorKind::NotFound),
];

/// What a policy that names a role gets while the role is not known everywhere yet.
const NEW_PRINCIPAL: &str = "invalid principals";

/// The codes that mean something else while principals of a policy are new.
const NEW_PRINCIPAL_CODES: Codes = &[("MalformedPolicyDocumentException", ErrorKind::NotFound)];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| {
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let new = message.is_some_and(|message| message.contains(NEW_PRINCIPAL));
        let codes = if new { NEW_PRINCIPAL_CODES } else { CODES };
        exec_error(SERVICE, operation, codes, error)
    }
}

/// All tags of a key.
async fn tags(client: &Client, id: &str) -> Result<Tags, ExecError> {
    let call = client.list_resource_tags().key_id(id).into_paginator().items();
    let tags = call.send().try_collect().await.map_err(failed("ListResourceTags"))?;
    Ok(tags.into_iter().map(|tag: types::Tag| (tag.tag_key, tag.tag_value)).collect())
}
