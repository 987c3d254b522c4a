//! Typed references between resources, and values that are not known until they are applied.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned, ser::SerializeMap,
};
use serde_json::Value;

use crate::{id::ResourceId, resource::Resource};

/// The key under which a reference stands in the properties of a resource.
pub(crate) const GET_ATT: &str = "Fn::GetAtt";
/// The key under which a text of several parts stands.
pub(crate) const JOIN: &str = "Fn::Join";

/// One output of one resource, without its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The resource referred to.
    pub resource: ResourceId,
    /// The name of its output.
    pub output: String,
}

impl Reference {
    /// Writes `{"Fn::GetAtt": [resource, output]}`.
    fn write<S: Serializer>(
        resource: &ResourceId,
        output: &str,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(GET_ATT, &[resource.as_str(), output])?;
        map.end()
    }

    /// Reads `{"Fn::GetAtt": [resource, output]}`.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let map = value.as_object().filter(|map| map.len() == 1)?;
        let [resource, output] = map.get(GET_ATT)?.as_array()?.as_slice() else { return None };
        Some(Self {
            resource: ResourceId::new(resource.as_str()?).ok()?,
            output: output.as_str()?.to_owned(),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.resource, self.output)
    }
}

/// A typed reference to a resource of kind `R`: to one of this architecture, or to one that
/// exists in AWS and is not managed here.
///
/// Adding a resource to an architecture returns its reference. A property that takes a
/// `Ref<Subnet>` takes nothing else.
pub struct Ref<R> {
    target: Target,
    kind: PhantomData<fn() -> R>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    Managed(ResourceId),
    Existing(String),
}

impl<R: Resource> Ref<R> {
    /// Refers to the resource with this id in the same architecture.
    ///
    /// [`Architecture::resource`](crate::Architecture::resource) returns it for you; this is for
    /// references that come from configuration. That the resource exists and has the right kind is
    /// checked with the architecture (`dangling-reference`).
    #[must_use]
    pub const fn managed(id: ResourceId) -> Self {
        Self { target: Target::Managed(id), kind: PhantomData }
    }

    /// Refers to an object that exists in AWS and is not managed here, by its identifier
    /// (`vpc-0a1b…` of a VPC).
    #[must_use]
    pub fn existing(identifier: impl Into<String>) -> Self {
        Self { target: Target::Existing(identifier.into()), kind: PhantomData }
    }

    /// The resource, when it is one of this architecture.
    #[must_use]
    pub const fn id(&self) -> Option<&ResourceId> {
        match &self.target {
            Target::Managed(id) => Some(id),
            Target::Existing(_) => None,
        }
    }

    /// The identifier in AWS, when it is known: always in what an executor is given.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match &self.target {
            Target::Managed(_) => None,
            Target::Existing(identifier) => Some(identifier),
        }
    }

    /// The output `name` of the resource. Kinds have typed methods for theirs, such as `role.arn()`.
    ///
    /// For a resource that is not managed here only its identifier is known; any other output of it
    /// is a `dangling-reference` when the architecture is checked.
    #[must_use]
    pub fn output<T>(&self, name: &str) -> Output<T> {
        let resource = match &self.target {
            Target::Managed(id) => id.clone(),
            Target::Existing(identifier) => ResourceId::sanitized(identifier),
        };
        Output { reference: Reference { resource, output: name.to_owned() }, kind: PhantomData }
    }
}

impl<R> Clone for Ref<R> {
    fn clone(&self) -> Self {
        Self { target: self.target.clone(), kind: PhantomData }
    }
}

impl<R> PartialEq for Ref<R> {
    fn eq(&self, other: &Self) -> bool {
        self.target == other.target
    }
}

impl<R> Eq for Ref<R> {}

impl<R> PartialOrd for Ref<R> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<R> Ord for Ref<R> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.target.cmp(&other.target)
    }
}

impl<R> fmt::Debug for Ref<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Target::Managed(id) => write!(f, "Ref({id})"),
            Target::Existing(identifier) => write!(f, "Ref({identifier:?})"),
        }
    }
}

/// A reference can be passed by reference to whatever takes one.
impl<R> From<&Self> for Ref<R> {
    fn from(reference: &Self) -> Self {
        reference.clone()
    }
}

impl<R: Resource> Serialize for Ref<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.target {
            Target::Managed(id) => Reference::write(id, R::SCHEMA.identifier, serializer),
            Target::Existing(identifier) => identifier.serialize(serializer),
        }
    }
}

impl<'de, R: Resource> Deserialize<'de> for Ref<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(reference) = Reference::from_value(&value) {
            return Ok(Self::managed(reference.resource));
        }
        match value {
            Value::String(identifier) => Ok(Self::existing(identifier)),
            _ => Err(serde::de::Error::custom(format_args!(
                "expected a reference to a {}",
                R::SCHEMA.kind
            ))),
        }
    }
}

/// One output of a resource, of type `T`, known once the resource exists.
pub struct Output<T> {
    reference: Reference,
    kind: PhantomData<fn() -> T>,
}

impl<T> Output<T> {
    /// What it refers to.
    #[must_use]
    pub const fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The same output where any text is taken: an ARN in a policy.
    #[must_use]
    pub fn text(self) -> Output<String> {
        Output { reference: self.reference, kind: PhantomData }
    }
}

impl<T> Clone for Output<T> {
    fn clone(&self) -> Self {
        Self { reference: self.reference.clone(), kind: PhantomData }
    }
}

impl<T> fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Output({})", self.reference)
    }
}

/// The value of a property: a literal, or an output of another resource.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Input<T> {
    /// Known when the program runs.
    Literal(T),
    /// Known once the other resource exists.
    Output(Reference),
    /// A text put together of parts; see [`Input::concat`].
    Join(Vec<Self>),
}

impl<T> Input<T> {
    /// The value, when it is known: always in what an executor is given.
    #[must_use]
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Literal(value) => Some(value),
            Self::Output(_) | Self::Join(_) => None,
        }
    }
}

impl<T> Input<T> {
    /// The same value where a `U` is taken, which every `T` is.
    #[must_use]
    pub fn widened<U: From<T>>(self) -> Input<U> {
        match self {
            Self::Literal(value) => Input::Literal(value.into()),
            Self::Output(reference) => Input::Output(reference),
            Self::Join(parts) => Input::Join(parts.into_iter().map(Self::widened).collect()),
        }
    }
}

impl Input<String> {
    /// A text put together of literals and outputs, as in an ARN with a suffix.
    ///
    /// ```
    /// use elanswer_core::Input;
    ///
    /// let text: Input<String> = Input::concat(["arn:aws:s3:::".into(), "name".into()]);
    /// assert_eq!(text.known().map(String::as_str), Some("arn:aws:s3:::name"));
    /// ```
    #[must_use]
    pub fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts: Vec<Self> = parts.into_iter().collect();
        let literal: Option<String> =
            parts.iter().map(|part| part.known().map(String::as_str)).collect();
        literal.map_or(Self::Join(parts), Self::Literal)
    }
}

impl<T: fmt::Debug> fmt::Debug for Input<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(value) => value.fmt(f),
            Self::Output(reference) => write!(f, "Output({reference})"),
            Self::Join(parts) => f.debug_tuple("Join").field(parts).finish(),
        }
    }
}

impl<T> From<Output<T>> for Input<T> {
    fn from(output: Output<T>) -> Self {
        Self::Output(output.reference)
    }
}

impl<T> From<T> for Input<T> {
    fn from(value: T) -> Self {
        Self::Literal(value)
    }
}

impl From<&str> for Input<String> {
    fn from(text: &str) -> Self {
        Self::Literal(text.to_owned())
    }
}

impl<T: Serialize> Serialize for Input<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(value) => value.serialize(serializer),
            Self::Output(reference) => {
                Reference::write(&reference.resource, &reference.output, serializer)
            }
            Self::Join(parts) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(JOIN, &("", parts))?;
                map.end()
            }
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let value = Value::deserialize(deserializer)?;
        if let Some(reference) = Reference::from_value(&value) {
            return Ok(Self::Output(reference));
        }
        if let Some(parts) = value.as_object().and_then(|map| map.get(JOIN)) {
            let (_, parts): (String, Vec<Self>) =
                serde_json::from_value(parts.clone()).map_err(Error::custom)?;
            return Ok(Self::Join(parts));
        }
        serde_json::from_value(value).map(Self::Literal).map_err(Error::custom)
    }
}

/// Every reference in a tree of properties, in the order of the tree.
pub(crate) fn references_in(value: &Value, found: &mut Vec<Reference>) {
    if let Some(reference) = Reference::from_value(value) {
        found.push(reference);
        return;
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| references_in(item, found)),
        Value::Object(map) => map.values().for_each(|item| references_in(item, found)),
        _ => {}
    }
}

/// Whether a list of several things refers to something: a set of references is in another order
/// once they are resolved.
pub(crate) fn in_list(value: &Value) -> bool {
    match value {
        Value::Array(items) => {
            let mut found = Vec::new();
            if items.len() > 1 {
                references_in(value, &mut found);
            }
            !found.is_empty() || items.iter().any(in_list)
        }
        Value::Object(map) => map.values().any(in_list),
        _ => false,
    }
}

/// Replaces every reference that `lookup` knows by its value; what it does not know stays.
///
/// Whether there was one.
pub(crate) fn resolve(value: &mut Value, lookup: &dyn Fn(&Reference) -> Option<Value>) -> bool {
    if let Some(reference) = Reference::from_value(value) {
        let known = lookup(&reference);
        return known.map(|known| *value = known).is_some();
    }
    match value {
        Value::Array(items) => {
            items.iter_mut().fold(false, |any, item| resolve(item, lookup) | any)
        }
        Value::Object(map) => {
            let replaced = map.values_mut().fold(false, |any, item| resolve(item, lookup) | any);
            let text = joined(map).map(Value::String);
            let joined = text.map(|text| *value = text).is_some();
            replaced || joined
        }
        _ => false,
    }
}

/// The text of a `Fn::Join` all of whose parts are known.
fn joined(map: &serde_json::Map<String, Value>) -> Option<String> {
    let [_, parts] = map.get(JOIN).filter(|_| map.len() == 1)?.as_array()?.as_slice() else {
        return None;
    };
    parts.as_array()?.iter().map(Value::as_str).collect()
}
