//! Sets of values.

use std::{borrow::Borrow, fmt, slice, vec};

use serde::{Deserialize, Deserializer, Serialize};

/// A set of values of a property, in the order of the values.
///
/// It is a sorted vector, since such sets are small: copied and compared faster than a
/// [`BTreeSet`](std::collections::BTreeSet), which does the same, and above all compiled in a
/// tenth of the time, for each of a hundred types of elements. Adding many values in no order
/// takes time in proportion to their number squared.
///
/// It is read from a list in any order; what is in the list twice is in the set once.
///
/// ```
/// use elanswer_core::Set;
///
/// let mut ports = Set::from([443, 80]);
/// assert!(ports.insert(8080) && !ports.insert(80));
/// assert_eq!(ports.into_iter().collect::<Vec<u16>>(), [80, 443, 8080]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Set<T>(Vec<T>);

impl<T> Set<T> {
    /// The set without values.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many values it has.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its values, the least first.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The least value.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }
}

impl<T: Ord> Set<T> {
    /// Whether it has this value.
    #[must_use]
    pub fn contains<Q: Ord + ?Sized>(&self, value: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.binary_search_by(|own| own.borrow().cmp(value)).is_ok()
    }

    /// The value that is equal to this one.
    #[must_use]
    pub fn get(&self, value: &T) -> Option<&T> {
        self.0.get(self.0.binary_search(value).ok()?)
    }

    /// Whether both have no value in common.
    #[must_use]
    pub fn is_disjoint(&self, other: &Self) -> bool {
        !self.iter().any(|value| other.contains(value))
    }

    /// Takes every value out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps the values that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&T) -> bool) {
        self.0.retain(keep);
    }

    /// The values that `other` does not have.
    pub fn difference<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a T> + Clone {
        self.iter().filter(|value| !other.contains(*value))
    }

    /// The values that only one of both has.
    pub fn symmetric_difference<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = &'a T> + Clone {
        self.difference(other).chain(other.difference(self))
    }

    /// Takes a value out; whether it was there.
    pub fn remove(&mut self, value: &T) -> bool {
        let place = self.0.binary_search(value);
        place.is_ok_and(|place| {
            self.0.remove(place);
            true
        })
    }

    /// Adds a value; whether it was not there yet.
    pub fn insert(&mut self, value: T) -> bool {
        match self.0.binary_search(&value) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, value);
                true
            }
        }
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(&self.0).finish()
    }
}

impl<T: Ord> Extend<T> for Set<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, values: I) {
        for value in values {
            self.insert(value);
        }
    }
}

impl<T: Ord> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut set = Self::new();
        set.extend(values);
        set
    }
}

impl<T: Ord, const N: usize> From<[T; N]> for Set<T> {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl<T> IntoIterator for Set<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Set<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn values_are_in_order_and_once() {
        let values = [3, 1, 2, 3, 1];
        let set = Set::from(values);
        assert!(set.iter().eq(&BTreeSet::from(values)), "{set:?}");
        assert_eq!((set.len(), set.first()), (3, Some(&1)));
        assert!(set.contains(&2) && !set.contains(&4));
        assert_eq!(format!("{set:?}"), "{1, 2, 3}");
    }

    #[test]
    fn a_list_in_any_order_is_a_set() {
        let set: Set<String> = serde_json::from_str(r#"["b", "a", "b"]"#).unwrap();
        assert!(set.contains("a"));
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["a","b"]"#);
    }
}
