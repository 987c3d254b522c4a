//! Parts of a request, and what is looked for in them.

use serde::{Deserialize, Serialize};

use super::{name::is_label, words};
use crate::text::{is_of, text};

/// A part of a request.
///
/// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html>.
/// Not modelled: JSON bodies, all headers, cookies, the order of headers, fingerprints, fragments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum FieldToMatch {
    /// `AllQueryArguments`: the values of all query arguments.
    AllQueryArguments {},
    /// `Body`: as much of it as AWS looks at, 8 KB behind a load balancer.
    #[serde(rename_all = "PascalCase")]
    Body {
        /// `OversizeHandling`: what a body is that is longer. AWS's default: `CONTINUE`.
        #[serde(default)]
        oversize_handling: OversizeHandling,
    },
    /// `Method`: `GET`, `POST` and the like.
    Method {},
    /// `QueryString`: what stands behind the `?`.
    QueryString {},
    /// `SingleHeader`: the value of a header.
    #[serde(rename_all = "PascalCase")]
    SingleHeader {
        /// `Name`.
        name: HeaderName,
    },
    /// `SingleQueryArgument`: the value of a query argument.
    #[serde(rename_all = "PascalCase")]
    SingleQueryArgument {
        /// `Name`.
        name: QueryArgument,
    },
    /// `UriPath`: the path, such as `/images/logo.png`.
    UriPath {},
}

words! {
    /// What a part of a request is that is longer than AWS looks at.
    #[derive(Default)]
    OversizeHandling {
        /// It is looked at as far as AWS sees it.
        #[default]
        Continue "CONTINUE",
        /// The request matches.
        Match "MATCH",
        /// The request does not match.
        NoMatch "NO_MATCH",
    }
}

text! {
    /// The name of a header, in lower case: AWS does not tell letters apart by their case.
    HeaderName: "the name of a header",
    "1 to 64 lower-case letters, digits and `-_.`",
    is_header
}

text! {
    /// The name of a query argument, in lower case: AWS does not tell letters apart by their case.
    QueryArgument: "the name of a query argument",
    "1 to 30 characters, no capital letters",
    is_argument
}

text! {
    /// What is looked for.
    SearchString: "a search string",
    "1 to 200 bytes",
    is_search_string
}

text! {
    /// A label, or the namespace of labels, that is looked for.
    LabelKey: "a label of AWS WAF, or the beginning of one",
    "1 to 1024 letters, digits and `_-:`",
    is_label
}

const fn is_header(text: &str) -> bool {
    is_of(text, 1, 64, "-_.") && has_no_capitals(text)
}

const fn is_argument(text: &str) -> bool {
    !text.is_empty() && text.len() <= 30 && has_no_capitals(text)
}

const fn is_search_string(text: &str) -> bool {
    !text.is_empty() && text.len() <= 200
}

const fn has_no_capitals(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if byte.is_ascii_uppercase() {
            return false;
        }
        rest = tail;
    }
    true
}

impl FieldToMatch {
    /// The value of this header.
    #[must_use]
    pub const fn header(name: HeaderName) -> Self {
        Self::SingleHeader { name }
    }

    /// The path.
    #[must_use]
    pub const fn path() -> Self {
        Self::UriPath {}
    }
}

/// Requests in a part of which a text stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ByteMatch {
    /// `FieldToMatch`: the part of the request.
    pub field_to_match: FieldToMatch,
    /// `PositionalConstraint`: where in it.
    pub positional_constraint: Position,
    /// `SearchString`: the text. AWS tells letters apart by their case.
    pub search_string: SearchString,
    /// `TextTransformations`: what is done to the part first. AWS's default: nothing.
    #[serde(default)]
    pub text_transformations: Transformations,
}

words! {
    /// Where in a part of a request a text stands.
    Position {
        /// Anywhere.
        Contains "CONTAINS",
        /// Anywhere, as a word of its own.
        ContainsWord "CONTAINS_WORD",
        /// At the end.
        EndsWith "ENDS_WITH",
        /// It is all there is.
        Exactly "EXACTLY",
        /// At the beginning.
        StartsWith "STARTS_WITH",
    }
}

/// Requests a part of which has some length.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SizeConstraint {
    /// `ComparisonOperator`: how the length is compared.
    pub comparison_operator: Comparison,
    /// `FieldToMatch`: the part of the request.
    pub field_to_match: FieldToMatch,
    /// `Size`: the bytes that it is compared with.
    pub size: u32,
    /// `TextTransformations`: what is done to the part first. AWS's default: nothing.
    #[serde(default)]
    pub text_transformations: Transformations,
}

words! {
    /// How a length is compared.
    Comparison {
        /// It is the same.
        Equal "EQ",
        /// It is as long or longer.
        AtLeast "GE",
        /// It is longer.
        Greater "GT",
        /// It is as long or shorter.
        AtMost "LE",
        /// It is shorter.
        Less "LT",
        /// It is another.
        NotEqual "NE",
    }
}

words! {
    /// What of a label is looked for.
    LabelScope {
        /// All of it.
        Label "LABEL",
        /// The namespace before it.
        Namespace "NAMESPACE",
    }
}

words! {
    /// What is done to a part of a request before it is looked at.
    ///
    /// Source: <https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html>.
    TextTransformation {
        /// Decodes Base64.
        Base64Decode "BASE64_DECODE",
        /// Decodes Base64, as far as it is some.
        Base64DecodeExt "BASE64_DECODE_EXT",
        /// Undoes what hides commands of an operating system.
        CmdLine "CMD_LINE",
        /// Makes one space of several.
        CompressWhiteSpace "COMPRESS_WHITE_SPACE",
        /// Decodes escapes of CSS.
        CssDecode "CSS_DECODE",
        /// Decodes escapes of C.
        EscapeSeqDecode "ESCAPE_SEQ_DECODE",
        /// Decodes hexadecimal digits.
        HexDecode "HEX_DECODE",
        /// Decodes entities of HTML.
        HtmlEntityDecode "HTML_ENTITY_DECODE",
        /// Decodes escapes of JavaScript.
        JsDecode "JS_DECODE",
        /// Makes letters small.
        Lowercase "LOWERCASE",
        /// Hashes it.
        Md5 "MD5",
        /// Takes `.`, `..` and double slashes out of a path.
        NormalizePath "NORMALIZE_PATH",
        /// The same, with backslashes for slashes.
        NormalizePathWin "NORMALIZE_PATH_WIN",
        /// Removes null bytes.
        RemoveNulls "REMOVE_NULLS",
        /// Makes a space of comments of C.
        ReplaceComments "REPLACE_COMMENTS",
        /// Makes spaces of null bytes.
        ReplaceNulls "REPLACE_NULLS",
        /// Decodes hexadecimal numbers of SQL.
        SqlHexDecode "SQL_HEX_DECODE",
        /// Decodes what is encoded as in a URL.
        UrlDecode "URL_DECODE",
        /// The same, with `%u` too.
        UrlDecodeUni "URL_DECODE_UNI",
        /// Encodes what is beyond ASCII.
        Utf8ToUnicode "UTF8_TO_UNICODE",
    }
}

/// What is done to a part of a request before it is looked at, in this order: at most ten.
///
/// AWS wants one at least, and calls nothing `NONE`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Shape>", into = "Vec<Shape>")]
pub struct Transformations(Vec<TextTransformation>);

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shape {
    priority: u32,
    r#type: String,
}

/// AWS's word for no transformation.
const NONE: &str = "NONE";

/// What AWS does not do to a part of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransformationsError {
    /// There are more than AWS takes.
    #[error("AWS WAF takes at most 10 text transformations, not {0}")]
    TooMany(usize),
    /// It is none that elanswer knows.
    #[error("`{0}` is not a text transformation")]
    Unknown(String),
}

impl Transformations {
    /// These, in this order.
    ///
    /// # Errors
    ///
    /// When there are more than ten.
    pub fn new(
        transformations: impl IntoIterator<Item = TextTransformation>,
    ) -> Result<Self, TransformationsError> {
        let transformations: Vec<_> = transformations.into_iter().collect();
        match transformations.len() {
            0..=10 => Ok(Self(transformations)),
            count => Err(TransformationsError::TooMany(count)),
        }
    }

    /// This one alone.
    #[must_use]
    pub fn of(transformation: TextTransformation) -> Self {
        Self(vec![transformation])
    }

    /// What is done, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[TextTransformation] {
        &self.0
    }

    /// AWS's words for it, in order: `NONE` when it is nothing.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        if self.0.is_empty() {
            return vec![NONE];
        }
        self.0.iter().map(|transformation| transformation.as_str()).collect()
    }

    /// What AWS calls so, in order.
    ///
    /// # Errors
    ///
    /// When one of the words is unknown, or there are more than ten.
    pub fn of_words<'a>(
        words: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, TransformationsError> {
        let known = words.into_iter().filter(|word| *word != NONE).map(|word| {
            TextTransformation::from_word(word)
                .ok_or_else(|| TransformationsError::Unknown(word.to_owned()))
        });
        Self::new(known.collect::<Result<Vec<_>, _>>()?)
    }
}

impl From<Transformations> for Vec<Shape> {
    fn from(transformations: Transformations) -> Self {
        let words = transformations.words();
        let shape = |(priority, word): (u32, &str)| Shape { priority, r#type: word.to_owned() };
        (0..).zip(words).map(shape).collect()
    }
}

impl TryFrom<Vec<Shape>> for Transformations {
    type Error = TransformationsError;

    fn try_from(mut shapes: Vec<Shape>) -> Result<Self, Self::Error> {
        shapes.sort_by_key(|shape| shape.priority);
        Self::of_words(shapes.iter().map(|shape| shape.r#type.as_str()))
    }
}

impl ByteMatch {
    /// Requests in this part of which the text stands there.
    #[must_use]
    pub fn new(field: FieldToMatch, position: Position, text: SearchString) -> Self {
        Self {
            field_to_match: field,
            positional_constraint: position,
            search_string: text,
            text_transformations: Transformations::default(),
        }
    }

    /// The same, after these transformations.
    #[must_use]
    pub fn after(mut self, transformations: Transformations) -> Self {
        self.text_transformations = transformations;
        self
    }
}

impl SizeConstraint {
    /// Requests whose part is longer than this many bytes.
    #[must_use]
    pub fn longer_than(field: FieldToMatch, bytes: u32) -> Self {
        Self {
            comparison_operator: Comparison::Greater,
            field_to_match: field,
            size: bytes,
            text_transformations: Transformations::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn matches_have_the_shape_of_cloudformation() {
        let admin = ByteMatch::new(
            FieldToMatch::path(),
            Position::StartsWith,
            SearchString::literal("/admin"),
        );
        let tree = json!({
            "FieldToMatch": {"UriPath": {}},
            "PositionalConstraint": "STARTS_WITH",
            "SearchString": "/admin",
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        });
        assert_eq!(serde_json::to_value(&admin).unwrap(), tree);
        assert_eq!(serde_json::from_value::<ByteMatch>(tree).unwrap(), admin);

        let body = FieldToMatch::Body { oversize_handling: OversizeHandling::Match };
        let long = SizeConstraint::longer_than(body, 1024);
        let tree = json!({
            "ComparisonOperator": "GT",
            "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}},
            "Size": 1024,
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        });
        assert_eq!(serde_json::to_value(&long).unwrap(), tree);
        assert_eq!(serde_json::from_value::<SizeConstraint>(tree).unwrap(), long);
        let header = FieldToMatch::header(HeaderName::literal("user-agent"));
        let tree = json!({"SingleHeader": {"Name": "user-agent"}});
        assert_eq!(serde_json::to_value(header).unwrap(), tree);
    }

    #[test]
    fn transformations_are_in_order() {
        let two = [TextTransformation::UrlDecode, TextTransformation::Lowercase];
        let two = Transformations::new(two).unwrap();
        let tree = json!([
            {"Priority": 0, "Type": "URL_DECODE"},
            {"Priority": 1, "Type": "LOWERCASE"},
        ]);
        assert_eq!(serde_json::to_value(&two).unwrap(), tree);
        let shuffled = json!([
            {"Priority": 7, "Type": "LOWERCASE"},
            {"Priority": 3, "Type": "URL_DECODE"},
        ]);
        assert_eq!(serde_json::from_value::<Transformations>(shuffled).unwrap(), two);
        assert!(Transformations::new([TextTransformation::Lowercase; 11]).is_err());
        assert!(Transformations::of_words(["ROT13"]).is_err());
    }

    #[test]
    fn names_are_in_lower_case() {
        assert!(HeaderName::new("user-agent").is_ok() && HeaderName::new("User-Agent").is_err());
        assert!(QueryArgument::new("id").is_ok() && QueryArgument::new("ID").is_err());
        assert!(SearchString::new("").is_err() && SearchString::new("x".repeat(201)).is_err());
    }
}
