//! Amazon EC2 over the SDK.

pub use eip::EipHandler;
pub use flow_log::FlowLogHandler;
pub use internet_gateway::InternetGatewayHandler;
pub use nat_gateway::NatGatewayHandler;
pub use network_acl::NetworkAclHandler;
pub use network_acl_entry::NetworkAclEntryHandler;
pub use route::RouteHandler;
pub use route_table::RouteTableHandler;
pub use security_group::SecurityGroupHandler;
pub use security_group_rule::{
    SecurityGroupEgressHandler, SecurityGroupIngressHandler, SecurityGroupRuleHandler,
};
pub use subnet::SubnetHandler;
pub use subnet_network_acl_association::SubnetNetworkAclAssociationHandler;
pub use subnet_route_table_association::SubnetRouteTableAssociationHandler;
pub use vpc::VpcHandler;
pub use vpc_endpoint::VpcEndpointHandler;
pub use vpc_gateway_attachment::VpcGatewayAttachmentHandler;

mod eip;
mod flow_log;
mod internet_gateway;
mod nat_gateway;
mod network_acl;
mod network_acl_entry;
mod route;
mod route_table;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_network_acl_association;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;

use std::collections::BTreeMap;

use aws_sdk_ec2::{
    Client,
    types::{Filter, ResourceType, Tag, TagSpecification},
};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use elanswer_core::{
    Resource, Tags,
    executor::{ErrorKind, ExecError},
    handler::{Observed, Update},
    tags::Ownership,
};

use crate::error::{Codes, exec_error, gone_is_fine};

/// The name of the API in errors.
const SERVICE: &str = "ec2";

/// How many identifiers one describe call takes.
const PAGE: usize = 1000;

/// How many values one filter takes.
const FILTER_VALUES: usize = 200;

/// The codes of EC2 whose meaning is not general.
const CODES: Codes = &[
    ("Gateway.NotAttached", ErrorKind::NotFound),
    ("NatGatewayNotFound", ErrorKind::NotFound),
    ("FlowLogAlreadyExists", ErrorKind::Conflict),
    ("InvalidGroup.InUse", ErrorKind::Dependency),
    ("InvalidIPAddress.InUse", ErrorKind::Dependency),
    ("InvalidSubnet.Conflict", ErrorKind::Conflict),
    ("NetworkAclEntryAlreadyExists", ErrorKind::Conflict),
    ("RouteAlreadyExists", ErrorKind::Conflict),
    ("Resource.AlreadyAssociated", ErrorKind::Conflict),
    ("AddressLimitExceeded", ErrorKind::Quota),
    ("RulesPerSecurityGroupLimitExceeded", ErrorKind::Quota),
];

/// Translates an error of `operation`.
fn failed<E>(operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> ExecError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    move |error| exec_error(SERVICE, operation, CODES, error)
}

/// Reads objects by their identifiers with as few describe calls as possible.
///
/// AWS fails a whole call when one identifier is unknown. Describing with a filter on the
/// identifier instead answers for those that exist.
async fn read_all<R, F, Fut>(
    identifiers: &[String],
    describe: F,
) -> Vec<Result<Option<Observed<R>>, ExecError>>
where
    R: Resource,
    F: Fn(Vec<String>) -> Fut,
    Fut: Future<Output = Result<Vec<(String, Observed<R>)>, ExecError>>,
{
    let mut answers = Vec::with_capacity(identifiers.len());
    for page in identifiers.chunks(FILTER_VALUES) {
        match describe(page.to_vec()).await {
            Ok(found) => {
                let mut found: BTreeMap<String, Observed<R>> = found.into_iter().collect();
                answers.extend(page.iter().map(|identifier| Ok(found.remove(identifier))));
            }
            Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
        }
    }
    answers
}

/// What a describe call found: identifiers, and what they stand for.
type Found<R> = Vec<(String, Result<Observed<R>, ExecError>)>;

/// Reads objects by lists of identifiers, which are longer than what a filter takes.
///
/// AWS fails a whole call when one of them is unknown; those of such a call are described once
/// more, by the filter of this name. `describe` takes a list or a filter.
async fn read_listed<R, F, Fut>(
    identifiers: &[String],
    filter_name: &str,
    describe: F,
) -> Vec<Result<Option<Observed<R>>, ExecError>>
where
    R: Resource,
    F: Fn(Vec<String>, Vec<Filter>) -> Fut,
    Fut: Future<Output = Result<Found<R>, ExecError>>,
{
    let mut answers = Vec::with_capacity(identifiers.len());
    for page in identifiers.chunks(PAGE) {
        match describe(page.to_vec(), Vec::new()).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                for part in page.chunks(FILTER_VALUES) {
                    let filter = filter(filter_name, part.iter().cloned());
                    answers.extend(in_order(part, describe(Vec::new(), vec![filter]).await));
                }
            }
            found => answers.extend(in_order(page, found)),
        }
    }
    answers
}

/// The answers for `identifiers`, in their order.
fn in_order<R: Resource>(
    identifiers: &[String],
    found: Result<Found<R>, ExecError>,
) -> Vec<Result<Option<Observed<R>>, ExecError>> {
    match found {
        Ok(found) => {
            let mut found: BTreeMap<_, _> = found.into_iter().collect();
            identifiers.iter().map(|identifier| found.remove(identifier).transpose()).collect()
        }
        Err(error) => identifiers.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// A filter on one attribute.
fn filter(name: &str, values: impl IntoIterator<Item = String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values.into_iter().collect())).build()
}

/// Filters for the objects of an owner.
fn owned_by(ownership: &Ownership) -> Vec<Filter> {
    ownership
        .tags()
        .iter()
        .map(|(key, value)| filter(&format!("tag:{key}"), [value.to_owned()]))
        .collect()
}

/// Whether an object has the tags of an owner.
///
/// Not every server that speaks this API heeds a filter on tags.
fn is_owned(ownership: &Ownership, tags: &[Tag]) -> bool {
    ownership.owns(&all_tags(tags))
}

fn all_tags(tags: &[Tag]) -> Tags {
    tags.iter()
        .map(|tag| (tag.key().unwrap_or_default(), tag.value().unwrap_or_default()))
        .collect()
}

/// The tags of a create call.
fn tag_specification(kind: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(to_sdk(tags))).build()
}

fn to_sdk(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// The tags that the user declared.
fn declared(tags: &[Tag]) -> Tags {
    all_tags(tags).declared()
}

/// Changes the tags of an object: `CreateTags`, `DeleteTags`.
async fn retag<R: Resource>(client: &Client, request: &Update<R>) -> Result<(), ExecError> {
    let (set, remove) = request.tag_changes();
    if !set.is_empty() {
        client
            .create_tags()
            .resources(&request.identifier)
            .set_tags(Some(to_sdk(&set)))
            .send()
            .await
            .map_err(failed("CreateTags"))?;
    }
    if !remove.is_empty() {
        let keys = remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        client
            .delete_tags()
            .resources(&request.identifier)
            .set_tags(Some(keys))
            .send()
            .await
            .map_err(failed("DeleteTags"))?;
    }
    Ok(())
}
