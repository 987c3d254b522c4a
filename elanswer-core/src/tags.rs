//! The tags of a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::id::ResourceId;

/// Keys with this prefix belong to elanswer: they say who owns an object.
pub const OWNERSHIP_PREFIX: &str = "elanswer:";

/// The tags that say who owns an object.
const STACK: &str = "elanswer:stack";
const RESOURCE: &str = "elanswer:resource";
const INCARNATION: &str = "elanswer:incarnation";

/// The tags of a resource, as the user declared them: key and value, sorted by key.
///
/// AWS allows 50 tags of at most 128 and 256 characters; three of the fifty are taken by
/// elanswer's [`Ownership`].
///
/// Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Tag<String>>")]
pub struct Tags(BTreeMap<String, String>);

/// One tag, in the form that CloudFormation gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<T> {
    key: T,
    value: T,
}

impl Tags {
    /// No tags.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Adds a tag, or replaces the one with this key.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.insert(key, value);
        self
    }

    /// Adds a tag, or replaces the one with this key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.insert(key.into(), value.into());
    }

    /// Removes a tag.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// The value of a tag.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The tags in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Without the tags of elanswer ([`OWNERSHIP_PREFIX`]) and of AWS (`aws:`): what the user declared.
    #[must_use]
    pub fn declared(mut self) -> Self {
        self.0.retain(|key, _| !key.starts_with(OWNERSHIP_PREFIX) && !key.starts_with("aws:"));
        self
    }

    /// What to set and which keys to remove to come from `self` to `target`.
    #[must_use]
    pub fn changes_to(&self, target: &Self) -> (Self, Vec<String>) {
        let set = target.0.iter().filter(|(key, value)| self.0.get(*key) != Some(value));
        let remove = self.0.keys().filter(|key| !target.0.contains_key(*key));
        (set.map(|(key, value)| (key.clone(), value.clone())).collect(), remove.cloned().collect())
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(iter: I) -> Self {
        Self(iter.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl From<Vec<Tag<String>>> for Tags {
    fn from(tags: Vec<Tag<String>>) -> Self {
        tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(key, value)| Tag { key, value }))
    }
}

/// Who owns an object in AWS: written as tags in the call that creates it.
///
/// It is what finds the object again when the answer of that call was lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// The name of the architecture.
    pub stack: String,
    /// The resource that the object realises.
    pub resource: ResourceId,
    /// Which of the objects that ever realised this resource it is.
    pub incarnation: u32,
}

impl Ownership {
    /// The ownership as tags.
    #[must_use]
    pub fn tags(&self) -> Tags {
        Tags::new()
            .with(STACK, &self.stack)
            .with(RESOURCE, self.resource.as_str())
            .with(INCARNATION, self.incarnation.to_string())
    }

    /// Whether an object with `tags` is owned so.
    #[must_use]
    pub fn owns(&self, tags: &Tags) -> bool {
        tags.get(STACK) == Some(&self.stack)
            && tags.get(RESOURCE) == Some(self.resource.as_str())
            && tags.get(INCARNATION) == Some(&self.incarnation.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_lead_from_one_set_to_the_other() {
        let old = Tags::new().with("a", "1").with("b", "2");
        let new = Tags::new().with("a", "1").with("b", "3").with("c", "4");
        let (set, remove) = old.changes_to(&new);
        assert_eq!(set, Tags::new().with("b", "3").with("c", "4"));
        assert!(remove.is_empty());
        assert_eq!(new.changes_to(&old).1, ["c"]);
    }

    #[test]
    fn only_declared_tags_are_compared() {
        let ownership = Ownership {
            stack: "shop".into(),
            resource: ResourceId::new("a/b").unwrap(),
            incarnation: 1,
        };
        let mut tags = ownership.tags();
        tags.insert("aws:cloudformation:x", "y");
        tags.insert("Name", "n");
        assert!(ownership.owns(&tags));
        assert_eq!(tags.declared(), Tags::new().with("Name", "n"));
    }
}
