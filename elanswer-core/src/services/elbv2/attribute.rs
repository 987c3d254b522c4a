//! The attributes of load balancers and target groups: keys and values, all of them text.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::reference::Input;

/// One attribute, in the form that CloudFormation gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    key: String,
    value: Input<String>,
}

impl Attribute {
    /// Key and value; the latter when it is known.
    pub(super) fn into_pair(self) -> (String, Option<String>) {
        (self.key, self.value.known().cloned())
    }
}

/// An attribute whose value is not one that AWS gives it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the attribute `{key}` cannot be `{value}`")]
pub struct AttributeError {
    key: &'static str,
    value: String,
}

/// Attributes by key, and so sorted by it.
#[derive(Debug, Default)]
pub(super) struct Attributes(BTreeMap<String, Input<String>>);

impl Attributes {
    pub(super) fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(Self::default(), |all, (key, value)| all.with(key, value))
    }

    pub(super) fn with(mut self, key: &str, value: impl fmt::Display + Copy) -> Self {
        self.0.insert(key.to_owned(), Input::Literal(value.to_string()));
        self
    }

    pub(super) fn with_input(mut self, key: &str, value: Input<String>) -> Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    /// The value of an attribute; an empty one is as good as none.
    pub(super) fn input(&self, key: &str) -> Option<&Input<String>> {
        self.0.get(key).filter(|value| value.known().is_none_or(|text| !text.is_empty()))
    }

    /// The parsed value of an attribute, or `default` when it is not there.
    pub(super) fn parsed<T>(
        &self,
        key: &'static str,
        default: T,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, AttributeError> {
        let Some(value) = self.input(key) else { return Ok(default) };
        value.known().and_then(|text| parse(text)).ok_or_else(|| AttributeError {
            key,
            value: value.known().map_or_else(|| format!("{value:?}"), Clone::clone),
        })
    }

    pub(super) fn flag(&self, key: &'static str, default: bool) -> Result<bool, AttributeError> {
        self.parsed(key, default, |text| text.parse().ok())
    }
}

impl From<Vec<Attribute>> for Attributes {
    fn from(list: Vec<Attribute>) -> Self {
        Self(list.into_iter().map(|attribute| (attribute.key, attribute.value)).collect())
    }
}

impl From<Attributes> for Vec<Attribute> {
    fn from(attributes: Attributes) -> Self {
        attributes.0.into_iter().map(|(key, value)| Attribute { key, value }).collect()
    }
}
