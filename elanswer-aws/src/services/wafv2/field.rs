//! Parts of a request, and what is looked for in them.

use aws_sdk_wafv2::{error::BuildError, types};
use aws_smithy_types::Blob;
use elanswer_core::services::wafv2::{
    ByteMatch, Comparison, FieldToMatch, HeaderName, OversizeHandling, Position, QueryArgument,
    RedactedField, SearchString, SizeConstraint, Transformations,
};

fn to_sdk(field: &FieldToMatch) -> Result<types::FieldToMatch, BuildError> {
    let it = types::FieldToMatch::builder();
    let it = match field {
        FieldToMatch::AllQueryArguments {} => {
            it.all_query_arguments(types::AllQueryArguments::builder().build())
        }
        FieldToMatch::Body { oversize_handling } => {
            let handling = types::OversizeHandling::from(oversize_handling.as_str());
            it.body(types::Body::builder().oversize_handling(handling).build())
        }
        FieldToMatch::Method {} => it.method(types::Method::builder().build()),
        FieldToMatch::QueryString {} => it.query_string(types::QueryString::builder().build()),
        FieldToMatch::SingleHeader { name } => it.single_header(header(name)?),
        FieldToMatch::SingleQueryArgument { name } => {
            let argument = types::SingleQueryArgument::builder().name(name.as_str()).build()?;
            it.single_query_argument(argument)
        }
        FieldToMatch::UriPath {} => it.uri_path(types::UriPath::builder().build()),
        // Only models that are newer than this handler have others.
        _ => it,
    };
    Ok(it.build())
}

fn header(name: &HeaderName) -> Result<types::SingleHeader, BuildError> {
    types::SingleHeader::builder().name(name.as_str()).build()
}

/// AWS does not tell the letters of names apart by their case.
fn header_name(header: &types::SingleHeader) -> Option<HeaderName> {
    HeaderName::new(header.name().to_ascii_lowercase()).ok()
}

fn from_sdk(field: &types::FieldToMatch) -> Option<FieldToMatch> {
    if let Some(header) = field.single_header() {
        return Some(FieldToMatch::SingleHeader { name: header_name(header)? });
    }
    if let Some(argument) = field.single_query_argument() {
        let name = QueryArgument::new(argument.name().to_ascii_lowercase()).ok()?;
        return Some(FieldToMatch::SingleQueryArgument { name });
    }
    if let Some(body) = field.body() {
        let handling = body.oversize_handling().map(types::OversizeHandling::as_str);
        let known = handling.map(OversizeHandling::from_word);
        let oversize_handling = known.unwrap_or(Some(OversizeHandling::Continue))?;
        return Some(FieldToMatch::Body { oversize_handling });
    }
    let plain = [
        (field.all_query_arguments().is_some(), FieldToMatch::AllQueryArguments {}),
        (field.method().is_some(), FieldToMatch::Method {}),
        (field.query_string().is_some(), FieldToMatch::QueryString {}),
        (field.uri_path().is_some(), FieldToMatch::UriPath {}),
    ];
    plain.into_iter().find(|(is, _)| *is).map(|(_, field)| field)
}

pub(super) fn redacted_to_sdk(field: &RedactedField) -> Result<types::FieldToMatch, BuildError> {
    to_sdk(&match field {
        RedactedField::Method {} => FieldToMatch::Method {},
        RedactedField::QueryString {} => FieldToMatch::QueryString {},
        RedactedField::SingleHeader { name } => FieldToMatch::SingleHeader { name: name.clone() },
        RedactedField::UriPath {} => FieldToMatch::UriPath {},
    })
}

pub(super) fn redacted_from_sdk(field: &types::FieldToMatch) -> Option<RedactedField> {
    match from_sdk(field)? {
        FieldToMatch::Method {} => Some(RedactedField::Method {}),
        FieldToMatch::QueryString {} => Some(RedactedField::QueryString {}),
        FieldToMatch::SingleHeader { name } => Some(RedactedField::SingleHeader { name }),
        FieldToMatch::UriPath {} => Some(RedactedField::UriPath {}),
        _ => None,
    }
}

fn transformations_to_sdk(
    transformations: &Transformations,
) -> Result<Vec<types::TextTransformation>, BuildError> {
    let words = transformations.words();
    let one = |(priority, word): (i32, &str)| {
        let it = types::TextTransformation::builder().priority(priority);
        it.r#type(types::TextTransformationType::from(word)).build()
    };
    (0..).zip(words).map(one).collect()
}

fn transformations_from_sdk(
    transformations: &[types::TextTransformation],
) -> Option<Transformations> {
    let mut sorted: Vec<_> = transformations.iter().collect();
    sorted.sort_by_key(|transformation| transformation.priority());
    Transformations::of_words(sorted.iter().map(|it| it.r#type().as_str())).ok()
}

pub(super) fn bytes_to_sdk(bytes: &ByteMatch) -> Result<types::ByteMatchStatement, BuildError> {
    types::ByteMatchStatement::builder()
        .field_to_match(to_sdk(&bytes.field_to_match)?)
        .positional_constraint(bytes.positional_constraint.as_str().into())
        .search_string(Blob::new(bytes.search_string.as_str()))
        .set_text_transformations(Some(transformations_to_sdk(&bytes.text_transformations)?))
        .build()
}

pub(super) fn bytes_from_sdk(bytes: &types::ByteMatchStatement) -> Option<ByteMatch> {
    let text = std::str::from_utf8(bytes.search_string().as_ref()).ok()?;
    if bytes.pre_parse_text_transformations.as_ref().is_some_and(|it| !it.is_empty()) {
        return None;
    }
    Some(ByteMatch {
        field_to_match: from_sdk(bytes.field_to_match()?)?,
        positional_constraint: Position::from_word(bytes.positional_constraint().as_str())?,
        search_string: SearchString::new(text).ok()?,
        text_transformations: transformations_from_sdk(bytes.text_transformations())?,
    })
}

pub(super) fn size_to_sdk(
    size: &SizeConstraint,
) -> Result<types::SizeConstraintStatement, BuildError> {
    types::SizeConstraintStatement::builder()
        .comparison_operator(size.comparison_operator.as_str().into())
        .field_to_match(to_sdk(&size.field_to_match)?)
        .size(size.size.into())
        .set_text_transformations(Some(transformations_to_sdk(&size.text_transformations)?))
        .build()
}

pub(super) fn size_from_sdk(size: &types::SizeConstraintStatement) -> Option<SizeConstraint> {
    if size.pre_parse_text_transformations.as_ref().is_some_and(|it| !it.is_empty()) {
        return None;
    }
    Some(SizeConstraint {
        comparison_operator: Comparison::from_word(size.comparison_operator().as_str())?,
        field_to_match: from_sdk(size.field_to_match()?)?,
        size: u32::try_from(size.size()).ok()?,
        text_transformations: transformations_from_sdk(size.text_transformations())?,
    })
}

#[cfg(test)]
mod tests {
    use elanswer_core::services::wafv2::TextTransformation;

    use super::*;

    #[test]
    fn every_part_of_a_request_comes_back() {
        for field in [
            FieldToMatch::AllQueryArguments {},
            FieldToMatch::Body { oversize_handling: OversizeHandling::NoMatch },
            FieldToMatch::Method {},
            FieldToMatch::QueryString {},
            FieldToMatch::SingleHeader { name: HeaderName::literal("host") },
            FieldToMatch::SingleQueryArgument { name: QueryArgument::literal("id") },
            FieldToMatch::UriPath {},
        ] {
            assert_eq!(from_sdk(&to_sdk(&field).unwrap()), Some(field));
        }
        let header = types::SingleHeader::builder().name("User-Agent").build().unwrap();
        let field = types::FieldToMatch::builder().single_header(header).build();
        let lower = FieldToMatch::SingleHeader { name: HeaderName::literal("user-agent") };
        assert_eq!(from_sdk(&field), Some(lower));
        assert_eq!(from_sdk(&types::FieldToMatch::builder().build()), None);
    }

    #[test]
    fn matches_come_back() {
        let two = [TextTransformation::UrlDecode, TextTransformation::Lowercase];
        let bytes = ByteMatch::new(
            FieldToMatch::path(),
            Position::EndsWith,
            SearchString::literal("ä.php"),
        )
        .after(Transformations::new(two).unwrap());
        assert_eq!(bytes_from_sdk(&bytes_to_sdk(&bytes).unwrap()), Some(bytes));
        let size = SizeConstraint::longer_than(FieldToMatch::QueryString {}, u32::MAX);
        let sdk = size_to_sdk(&size).unwrap();
        assert_eq!(sdk.text_transformations()[0].r#type().as_str(), "NONE");
        assert_eq!(size_from_sdk(&sdk), Some(size));
    }

    #[test]
    fn redacted_parts_come_back() {
        for field in [
            RedactedField::Method {},
            RedactedField::QueryString {},
            RedactedField::SingleHeader { name: HeaderName::literal("cookie") },
            RedactedField::UriPath {},
        ] {
            assert_eq!(redacted_from_sdk(&redacted_to_sdk(&field).unwrap()), Some(field));
        }
    }
}
