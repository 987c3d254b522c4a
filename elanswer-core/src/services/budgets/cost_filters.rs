//! Which costs count.

use crate::Set;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which costs count towards a budget: those of resources with one of these tags; all, when there
/// are none.
///
/// AWS knows the costs of a tag once it was activated as a cost allocation tag, from then on:
/// <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html>.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Filters", into = "Filters")]
pub struct CostFilters {
    /// `TagKeyValue`: tags that users gave.
    pub tags: Set<TagFilter>,
}

/// A tag whose costs count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TagFilter {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
}

/// These are no filters that elanswer knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no filter by a tag that users gave")]
pub struct CostFiltersError(String);

/// As AWS has them: `{"TagKeyValue": ["user:team$web"]}`.
type Filters = BTreeMap<String, Set<String>>;

/// The filter by tags.
const TAGS: &str = "TagKeyValue";

impl CostFilters {
    /// The costs of what has one of these tags: key and value.
    pub fn tags<K: Into<String>, V: Into<String>>(tags: impl IntoIterator<Item = (K, V)>) -> Self {
        let tags = tags.into_iter();
        let tag = |(key, value): (K, V)| TagFilter { key: key.into(), value: value.into() };
        Self { tags: tags.map(tag).collect() }
    }

    /// All costs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty()
    }

    /// The filters as AWS takes them: values by the name of the filter.
    #[must_use]
    pub fn to_map(&self) -> BTreeMap<String, Set<String>> {
        if self.tags.is_empty() {
            return BTreeMap::new();
        }
        let tags = self.tags.iter().map(|tag| format!("user:{}${}", tag.key, tag.value));
        BTreeMap::from([(TAGS.to_owned(), tags.collect())])
    }

    /// The filters that AWS answers.
    ///
    /// # Errors
    ///
    /// When there is another filter than by tags.
    pub fn from_map(filters: &BTreeMap<String, Set<String>>) -> Result<Self, CostFiltersError> {
        let mut tags = Set::new();
        for (name, values) in filters.iter().filter(|(_, values)| !values.is_empty()) {
            if name != TAGS {
                return Err(CostFiltersError(name.clone()));
            }
            for text in values {
                let tag = text.strip_prefix("user:").and_then(|tag| tag.split_once('$'));
                let (key, value) = tag.ok_or_else(|| CostFiltersError(text.clone()))?;
                tags.insert(TagFilter { key: key.to_owned(), value: value.to_owned() });
            }
        }
        Ok(Self { tags })
    }
}

impl From<CostFilters> for Filters {
    fn from(filters: CostFilters) -> Self {
        filters.to_map()
    }
}

impl TryFrom<Filters> for CostFilters {
    type Error = CostFiltersError;

    fn try_from(filters: Filters) -> Result<Self, CostFiltersError> {
        Self::from_map(&filters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let filters = CostFilters::tags([("team", "web"), ("env", "prod")]);
        let tree = serde_json::json!({"TagKeyValue": ["user:env$prod", "user:team$web"]});
        assert_eq!(serde_json::to_value(&filters).unwrap(), tree);
        assert_eq!(serde_json::from_value::<CostFilters>(tree).unwrap(), filters);
        assert_eq!(serde_json::to_value(CostFilters::default()).unwrap(), serde_json::json!({}));
    }

    #[test]
    fn other_filters_are_not_taken_for_none() {
        for (name, value) in [("Service", "Amazon EC2"), (TAGS, "aws:createdBy$x"), (TAGS, "x")] {
            let filters = Filters::from([(name.to_owned(), [value.to_owned()].into())]);
            assert!(CostFilters::from_map(&filters).is_err(), "{name} {value}");
        }
    }
}
