//! Finds objects by their tags, of every kind that AWS lists so: the Resource Groups Tagging API.
//!
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>.

use aws_sdk_resourcegroupstagging::types::{
    ResourceTagMapping, TagFilter, builders::TagFilterBuilder,
};
use elanswer_core::{
    Kind, Place, Schema, Tags,
    executor::{ExecError, Tagged},
};

use crate::{clients::Clients, error::exec_error};

/// The name of the API in errors.
const SERVICE: &str = "tagging";

/// The objects of these kinds that carry all of these tags, in one call for each page of them.
pub(crate) async fn search(
    clients: &Clients,
    schemas: &[&'static Schema],
    place: &Place,
    tags: &Tags,
) -> Result<Vec<(Kind, Tagged)>, ExecError> {
    if schemas.iter().all(|schema| schema.resource_type.is_none()) {
        return Ok(Vec::new());
    }
    let filters = tags.iter().map(|(key, value)| TagFilter::builder().key(key).values(value));
    let filters = filters.map(TagFilterBuilder::build).collect();
    let call = clients.tagging(place.region).get_resources().set_tag_filters(Some(filters));
    let found = call.into_paginator().items().send().try_collect().await;
    let found = found.map_err(|error| exec_error(SERVICE, "GetResources", &[], error))?;
    Ok(found.iter().filter_map(|found| tagged(schemas, found, tags)).collect())
}

/// An object of the answer, unless it is of another kind or lacks one of the tags: not every
/// server that speaks this API heeds the filters.
fn tagged(
    schemas: &[&'static Schema],
    found: &ResourceTagMapping,
    wanted: &Tags,
) -> Option<(Kind, Tagged)> {
    let arn = found.resource_arn()?;
    let (kind, identifier) =
        schemas.iter().find_map(|schema| Some((schema.kind, schema.identifier_in(arn)?)))?;
    let tags: Tags = found.tags().iter().map(|tag| (tag.key(), tag.value())).collect();
    let carries = wanted.iter().all(|(key, value)| tags.get(key) == Some(value));
    carries.then(|| (kind, Tagged { identifier: identifier.to_owned(), tags }))
}

#[cfg(test)]
mod tests {
    use aws_sdk_resourcegroupstagging::types::Tag;
    use elanswer_core::{Resource, services::ec2::Vpc};

    use super::*;

    #[test]
    fn only_what_was_asked_for_is_found() {
        let tag = Tag::builder().key("team").value("shop").build().unwrap();
        let found =
            |arn: &str| ResourceTagMapping::builder().resource_arn(arn).tags(tag.clone()).build();
        let vpc = found("arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1");
        let subnet = found("arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1");
        let wanted = |value: &str| Tags::new().with("team", value);
        let (kind, found) = tagged(&[Vpc::SCHEMA], &vpc, &wanted("shop")).unwrap();
        assert_eq!((kind, found.identifier.as_str()), (Vpc::SCHEMA.kind, "vpc-1"));
        assert_eq!(tagged(&[Vpc::SCHEMA], &vpc, &wanted("till")), None);
        assert_eq!(tagged(&[Vpc::SCHEMA], &subnet, &wanted("shop")), None);
    }
}
