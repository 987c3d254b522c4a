//! What is in a secret, and how AWS makes it up.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{bounded::Bounded, secret::SecretRef, text::text};

/// Where the value of a secret comes from.
///
/// None of it is ever read back: a value is set when its [version](SecretRef::version) is another
/// one, or when it is to be generated otherwise. A rotation that changed it in the meantime stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum SecretValue {
    /// From elsewhere: the secret is made without a value, and who puts one is not elanswer.
    #[default]
    Elsewhere,
    /// `GenerateSecretString`: AWS makes one up, which nobody sees who describes the architecture.
    Generated(GenerateSecretString),
    /// `SecretString`: from the program.
    Given(SecretRef),
}

impl From<GenerateSecretString> for SecretValue {
    fn from(how: GenerateSecretString) -> Self {
        Self::Generated(how)
    }
}

impl From<SecretRef> for SecretValue {
    fn from(secret: SecretRef) -> Self {
        Self::Given(secret)
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    generate_secret_string: Option<GenerateSecretString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_string: Option<SecretRef>,
}

/// A value that is given and generated at once.
#[derive(Debug, thiserror::Error)]
#[error("a secret has `SecretString` or `GenerateSecretString`, not both")]
struct BothError;

impl TryFrom<Repr> for SecretValue {
    type Error = BothError;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        match (repr.secret_string, repr.generate_secret_string) {
            (None, None) => Ok(Self::Elsewhere),
            (None, Some(how)) => Ok(Self::Generated(how)),
            (Some(secret), None) => Ok(Self::Given(secret)),
            (Some(_), Some(_)) => Err(BothError),
        }
    }
}

impl From<SecretValue> for Repr {
    fn from(value: SecretValue) -> Self {
        let (generate_secret_string, secret_string) = match value {
            SecretValue::Elsewhere => (None, None),
            SecretValue::Generated(how) => (Some(how), None),
            SecretValue::Given(secret) => (None, Some(secret)),
        };
        Self { generate_secret_string, secret_string }
    }
}

/// How AWS makes up a value. Changing any of it makes up another one.
///
/// AWS: [`GetRandomPassword`](https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html).
///
/// ```
/// use elanswer_core::services::secretsmanager::{GenerateSecretString, PasswordLength, SecretTemplate};
///
/// let key = GenerateSecretString::builder()
///     .password_length(PasswordLength::of::<64>())
///     .exclude_punctuation(true)
///     .build();
/// let login = GenerateSecretString::builder()
///     .template(SecretTemplate::new("password").with("username", "app"))
///     .build();
/// assert!(key.faults().is_empty() && login.faults().is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct GenerateSecretString {
    /// `ExcludeCharacters`: what is never in it. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub exclude_characters: ExcludedCharacters,
    /// `ExcludeLowercase`. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub exclude_lowercase: bool,
    /// `ExcludeNumbers`. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub exclude_numbers: bool,
    /// `ExcludePunctuation`. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub exclude_punctuation: bool,
    /// `ExcludeUppercase`. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub exclude_uppercase: bool,
    /// `IncludeSpace`: whether spaces may be in it. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub include_space: bool,
    /// `PasswordLength`: how many characters, 1 to 4096. AWS's default: 32.
    #[builder(default = PasswordLength::of::<32>())]
    #[serde(default = "usual_length")]
    pub password_length: PasswordLength,
    /// `RequireEachIncludedType`: whether at least one small letter, capital, digit and punctuation
    /// mark is in it, of those that may be. AWS's default: yes.
    #[builder(default = true)]
    #[serde(default = "yes")]
    pub require_each_included_type: bool,
    /// `SecretStringTemplate` and `GenerateStringKey`: the JSON that the password becomes a part
    /// of. Unset: the value is the password.
    #[serde(flatten, with = "template")]
    pub template: Option<SecretTemplate>,
}

/// How many characters AWS makes up.
pub type PasswordLength = Bounded<1, 4096>;

const fn usual_length() -> PasswordLength {
    PasswordLength::of::<32>()
}

const fn yes() -> bool {
    true
}

text! {
    /// What is never in a password that AWS makes up.
    ExcludedCharacters: "a text of characters to exclude",
    "at most 4096 printable ASCII characters",
    is_excluded
}

const fn is_excluded(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        if !byte.is_ascii_graphic() && *byte != b' ' {
            return false;
        }
        rest = tail;
    }
    text.len() <= 4096
}

impl Default for ExcludedCharacters {
    fn default() -> Self {
        Self::literal("")
    }
}

/// A JSON object that a password becomes a part of. What it says besides is no secret: it stands in
/// the architecture, in the state and in plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretTemplate {
    key: String,
    others: BTreeMap<String, Value>,
}

impl SecretTemplate {
    /// An object with the password under `key` and nothing else.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), others: BTreeMap::new() }
    }

    /// With one more entry.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.others.insert(key.into(), value.into());
        self
    }

    /// The key of the password.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the JSON has something under this key.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.key == key || self.others.contains_key(key)
    }

    /// The JSON with this password in it.
    #[must_use]
    pub fn filled(&self, password: &str) -> String {
        let mut whole = self.others.clone();
        whole.insert(self.key.clone(), password.into());
        serde_json::to_string(&whole).unwrap_or_default()
    }
}

impl Default for GenerateSecretString {
    fn default() -> Self {
        Self::builder().build()
    }
}

/// What AWS refuses of the way to make up a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordFault {
    /// Every character is excluded.
    #[error("every character is excluded from its password")]
    NothingLeft,
    /// One of each type does not fit.
    #[error("a password of {length} characters has no room for one of each of {types} types")]
    TooShort {
        /// How long it may be.
        length: u32,
        /// How many types there must be in it.
        types: u32,
    },
}

/// The types of characters, as AWS has them.
const TYPES: [&str; 4] = [
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##,
];

impl GenerateSecretString {
    /// The characters that may be in it, by type; a type of which none is left is not among them.
    fn types(&self) -> Vec<String> {
        let excluded = [
            self.exclude_lowercase,
            self.exclude_uppercase,
            self.exclude_numbers,
            self.exclude_punctuation,
        ];
        let space = self.include_space.then_some(" ");
        let types = TYPES.into_iter().zip(excluded).filter(|(_, excluded)| !excluded);
        types
            .map(|(characters, _)| characters)
            .chain(space)
            .map(|characters| {
                let left = |char: &char| !self.exclude_characters.as_str().contains(*char);
                characters.chars().filter(left).collect::<String>()
            })
            .filter(|characters| !characters.is_empty())
            .collect()
    }

    /// What AWS refuses of it.
    #[must_use]
    pub fn faults(&self) -> Vec<PasswordFault> {
        let types = u32::try_from(self.types().len()).unwrap_or(u32::MAX);
        let length = self.password_length.get();
        if types == 0 {
            vec![PasswordFault::NothingLeft]
        } else if self.require_each_included_type && length < types {
            vec![PasswordFault::TooShort { length, types }]
        } else {
            Vec::new()
        }
    }
}

/// `SecretStringTemplate` and `GenerateStringKey`.
mod template {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::{BTreeMap, SecretTemplate, Value};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Repr {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        generate_string_key: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret_string_template: Option<String>,
    }

    pub(super) fn serialize<S: Serializer>(
        template: &Option<SecretTemplate>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let others = |it: &SecretTemplate| serde_json::to_string(&it.others).unwrap_or_default();
        let repr = Repr {
            generate_string_key: template.as_ref().map(|template| template.key.clone()),
            secret_string_template: template.as_ref().map(others),
        };
        repr.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SecretTemplate>, D::Error> {
        let repr = Repr::deserialize(deserializer)?;
        match (repr.generate_string_key, repr.secret_string_template) {
            (None, None) => Ok(None),
            (Some(key), Some(text)) => {
                let others: BTreeMap<String, Value> =
                    serde_json::from_str(&text).map_err(Error::custom)?;
                Ok(Some(SecretTemplate { key, others }))
            }
            _ => Err(Error::custom(
                "`SecretStringTemplate` and `GenerateStringKey` stand together or not at all",
            )),
        }
    }
}

impl SecretValue {
    /// The most bytes of a value.
    pub const MAX_LEN: usize = 65_536;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_given_or_generated() {
        let given = json!({ "SecretString": { "Elanswer::Secret": "key", "Version": 2 } });
        let value: SecretValue = serde_json::from_value(given.clone()).unwrap();
        assert_eq!(value, SecretRef::new("key", 2).into());
        assert_eq!(serde_json::to_value(&value).unwrap(), given);
        assert_eq!(serde_json::to_value(SecretValue::Elsewhere).unwrap(), json!({}));
        let mut both = given;
        both["GenerateSecretString"] = json!({});
        let error = serde_json::from_value::<SecretValue>(both).unwrap_err();
        assert!(error.to_string().contains("not both"), "{error}");
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let template = SecretTemplate::new("password").with("username", "app").with("port", 5432);
        let how = GenerateSecretString::builder()
            .exclude_characters(ExcludedCharacters::literal("\"@/"))
            .template(template.clone())
            .build();
        let tree = json!({
            "ExcludeCharacters": "\"@/",
            "ExcludeLowercase": false,
            "ExcludeNumbers": false,
            "ExcludePunctuation": false,
            "ExcludeUppercase": false,
            "GenerateStringKey": "password",
            "IncludeSpace": false,
            "PasswordLength": 32,
            "RequireEachIncludedType": true,
            "SecretStringTemplate": r#"{"port":5432,"username":"app"}"#,
        });
        assert_eq!(serde_json::to_value(&how).unwrap(), tree);
        assert_eq!(serde_json::from_value::<GenerateSecretString>(tree).unwrap(), how);
        let filled = r#"{"password":"x\"y","port":5432,"username":"app"}"#;
        assert_eq!(template.filled("x\"y"), filled);
        let half = json!({ "GenerateStringKey": "password" });
        assert!(serde_json::from_value::<GenerateSecretString>(half).is_err());
        let plain = serde_json::to_value(GenerateSecretString::default()).unwrap();
        assert!(plain.get("GenerateStringKey").is_none());
    }

    #[test]
    fn a_password_has_room_for_what_must_be_in_it() {
        let of = |length, digits| {
            GenerateSecretString::builder()
                .password_length(PasswordLength::new(length).unwrap())
                .exclude_lowercase(true)
                .exclude_uppercase(true)
                .exclude_punctuation(true)
                .exclude_characters(ExcludedCharacters::new(digits).unwrap())
                .build()
                .faults()
        };
        assert_eq!(of(1, "012345678"), []);
        assert_eq!(of(1, "0123456789"), [PasswordFault::NothingLeft]);
        let short = GenerateSecretString::builder().password_length(PasswordLength::of::<3>());
        assert_eq!(short.build().faults(), [PasswordFault::TooShort { length: 3, types: 4 }]);
    }
}
