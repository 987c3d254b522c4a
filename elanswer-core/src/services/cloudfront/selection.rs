//! Which of what a viewer sends counts.

use crate::Set;

/// Defines which of the things of one sort count: its documentation, the names of CloudFormation's
/// two properties, and AWS's word for each way to choose.
macro_rules! selection {
    (
        $(#[$doc:meta])* $name:ident, $behavior:literal, $items:literal of $item:ty:
        $($(#[$variant_doc:meta])* $variant:ident $(($set:ident))? = $word:literal,)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = $behavior, content = $items)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant $(($crate::$set<$item>))?,)*
        }
    };
}

pub(super) use selection;

selection! {
    /// Which cookies count.
    Cookies, "CookieBehavior", "Cookies" of String:
    /// `all`: every one.
    All = "all",
    /// `allExcept`: every one but these.
    AllExcept(Set) = "allExcept",
    /// `none`: none.
    #[default]
    None = "none",
    /// `whitelist`: these.
    Only(Set) = "whitelist",
}

selection! {
    /// Which parameters of the query string count.
    QueryStrings, "QueryStringBehavior", "QueryStrings" of String:
    /// `all`: every one.
    All = "all",
    /// `allExcept`: every one but these.
    AllExcept(Set) = "allExcept",
    /// `none`: none.
    #[default]
    None = "none",
    /// `whitelist`: these.
    Only(Set) = "whitelist",
}

impl Cookies {
    /// These cookies, and no other.
    #[must_use]
    pub fn only<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Only(names.into_iter().map(str::to_owned).collect())
    }

    /// The names that it lists.
    #[must_use]
    pub fn names(&self) -> Option<&Set<String>> {
        match self {
            Self::AllExcept(names) | Self::Only(names) => Some(names),
            Self::All | Self::None => None,
        }
    }
}

impl QueryStrings {
    /// These parameters, and no other.
    #[must_use]
    pub fn only<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Only(names.into_iter().map(str::to_owned).collect())
    }

    /// The names that it lists.
    #[must_use]
    pub fn names(&self) -> Option<&Set<String>> {
        match self {
            Self::AllExcept(names) | Self::Only(names) => Some(names),
            Self::All | Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let none = json!({"CookieBehavior": "none"});
        assert_eq!(serde_json::to_value(Cookies::None).unwrap(), none);
        let two = json!({"QueryStringBehavior": "whitelist", "QueryStrings": ["a", "b"]});
        let selection = QueryStrings::only(["b", "a"]);
        assert_eq!(serde_json::to_value(&selection).unwrap(), two);
        assert_eq!(serde_json::from_value::<QueryStrings>(two).unwrap(), selection);
    }
}
