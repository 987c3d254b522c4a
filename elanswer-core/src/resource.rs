//! What every kind of resource implements, and the form in which the engine handles all of them.

use std::{any::Any, collections::BTreeMap, fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    reference::{Reference, in_list, resolve},
    schema::Schema,
    services::iam::{PolicyDocument, PolicyUse},
    tags::Tags,
};

/// The properties of a resource as a tree, in the shape of CloudFormation's schema of its kind.
///
/// The tree is canonical: what means the same is the same tree. The model types see to that
/// (ordered sets, parsed policies), so that a comparison of trees is a comparison of meaning.
pub type Properties = Map<String, Value>;

/// A kind of resource: one AWS thing, as a plain typed struct.
///
/// Its serialised form is its properties, with CloudFormation's names. References serialise as
/// references, and come back as known identifiers in what an executor is given.
pub trait Resource:
    Serialize + DeserializeOwned + Clone + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// What AWS decides when it makes an object: one field for each of [`Schema::outputs`].
    type Outputs: Serialize + DeserializeOwned + Clone + fmt::Debug + Send + Sync + 'static;

    /// What the engine must know about the kind.
    const SCHEMA: &'static Schema;

    /// The tags, when the kind has them.
    fn tags_mut(&mut self) -> Option<&mut Tags> {
        None
    }

    /// The policy documents in it, each with what it is used for: what the rules about policies
    /// look at.
    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        Vec::new()
    }

    /// How many API calls the operation takes, without the polling that may follow.
    ///
    /// The plan adds these up. The conformance suite holds them against what the executors send.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        let _ = operation;
        1
    }
}

/// An operation on an object, as far as [`Resource::calls`] needs it.
#[derive(Debug)]
pub enum Operation<'a, R> {
    /// Make it so.
    Create(&'a R),
    /// Change it from the first to the second.
    Update(&'a R, &'a R),
    /// Remove it.
    Delete(&'a R),
}

/// A resource of any kind.
pub trait AnyResource: fmt::Debug + Send + Sync {
    /// What the engine must know about the kind.
    fn schema(&self) -> &'static Schema;
    /// The properties as a tree.
    fn properties(&self) -> Properties;
    /// The tags that the resource declares; `None` when its kind has none.
    fn tags(&self) -> Option<Tags>;
    /// The properties as a tree, with these tags added to those of the resource, which win.
    fn tagged(&self, tags: &Tags) -> Properties;
    /// The policy documents in it, each with what it is used for.
    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)>;
    /// How many API calls it takes to make it.
    fn calls_to_create(&self) -> u32;
    /// The typed resource, for `downcast_ref`.
    fn as_any(&self) -> &dyn Any;
}

impl<R: Resource> AnyResource for R {
    fn schema(&self) -> &'static Schema {
        R::SCHEMA
    }

    fn properties(&self) -> Properties {
        properties_of(self)
    }

    fn tags(&self) -> Option<Tags> {
        self.clone().tags_mut().map(std::mem::take)
    }

    fn tagged(&self, tags: &Tags) -> Properties {
        let mut resource = self.clone();
        if let Some(own) = resource.tags_mut() {
            let declared = std::mem::replace(own, tags.clone());
            declared.iter().for_each(|(key, value)| own.insert(key, value));
        }
        properties_of(&resource)
    }

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        R::policies(self)
    }

    fn calls_to_create(&self) -> u32 {
        R::calls(&Operation::Create(self))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// The properties of a typed resource, in the order of their names: whether `serde_json` keeps the
/// order of declaration instead depends on the features that other crates of a program turn on.
/// Model types serialise to maps; anything else has none.
pub fn properties_of<T: Serialize>(resource: &T) -> Properties {
    serde_json::to_value(resource).map_or_else(|_| Properties::new(), in_order)
}

/// The part of [`properties_of`] that has no type, so that it is compiled once.
fn in_order(mut value: Value) -> Properties {
    value.sort_all_objects();
    match value {
        Value::Object(mut map) => {
            map.retain(|_, value| !value.is_null());
            map
        }
        _ => Properties::new(),
    }
}

/// What a kind can do, without its type: how the engine, the state and tools reach it.
#[derive(Clone, Copy)]
pub struct KindFns {
    /// What the engine must know about the kind.
    pub schema: &'static Schema,
    parse: fn(&Properties) -> Result<Arc<dyn AnyResource>, serde_json::Error>,
    calls: fn(Option<&Properties>, Option<&Properties>) -> u32,
}

impl KindFns {
    /// Those of the kind `R`.
    #[must_use]
    pub fn of<R: Resource>() -> Self {
        Self { schema: R::SCHEMA, parse: parse::<R>, calls: calls::<R> }
    }

    /// Reads a resource of this kind back from its properties.
    ///
    /// # Errors
    ///
    /// When the properties are not those of the kind.
    pub fn parse(
        &self,
        properties: &Properties,
    ) -> Result<Arc<dyn AnyResource>, serde_json::Error> {
        (self.parse)(properties)
    }

    /// How many API calls it takes to come from the one to the other; `None` is no object.
    #[must_use]
    pub fn calls(&self, from: Option<&Properties>, to: Option<&Properties>) -> u32 {
        (self.calls)(from, to)
    }
}

impl fmt::Debug for KindFns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KindFns").field(&self.schema.kind).finish()
    }
}

/// The kinds that are known by name: elanswer's, and those of your own.
#[derive(Clone, Debug)]
pub struct Kinds(BTreeMap<&'static str, KindFns>);

impl Kinds {
    /// The kinds of elanswer.
    #[must_use]
    pub fn builtin() -> Self {
        crate::services::kinds().into_iter().collect()
    }

    /// These and the kind `R`.
    #[must_use]
    pub fn with<R: Resource>(mut self) -> Self {
        self.0.insert(R::SCHEMA.kind.as_str(), KindFns::of::<R>());
        self
    }

    /// The kind of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&KindFns> {
        self.0.get(name)
    }

    /// The `properties` of a resource of kind `schema` with the references that `lookup` knows
    /// replaced, in the order that the model gives its sets.
    pub(crate) fn resolve(
        &self,
        schema: &Schema,
        mut properties: Properties,
        lookup: &dyn Fn(&Reference) -> Option<Value>,
    ) -> Properties {
        let sets = properties.values().any(in_list);
        let replaced =
            properties.values_mut().fold(false, |any, value| resolve(value, lookup) | any);
        let kind = self.get(schema.kind.as_str()).filter(|_| sets && replaced);
        let parsed = kind.and_then(|kind| kind.parse(&properties).ok());
        parsed.map_or(properties, |resource| resource.properties())
    }

    /// Every kind, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &KindFns> {
        self.0.values()
    }
}

impl FromIterator<KindFns> for Kinds {
    fn from_iter<I: IntoIterator<Item = KindFns>>(iter: I) -> Self {
        Self(iter.into_iter().map(|kind| (kind.schema.kind.as_str(), kind)).collect())
    }
}

fn parse<R: Resource>(properties: &Properties) -> Result<Arc<dyn AnyResource>, serde_json::Error> {
    Ok(Arc::new(R::deserialize(properties)?))
}

fn calls<R: Resource>(from: Option<&Properties>, to: Option<&Properties>) -> u32 {
    let typed = |properties: Option<&Properties>| properties.and_then(|it| R::deserialize(it).ok());
    match (typed(from), typed(to)) {
        (None, Some(to)) => R::calls(&Operation::Create(&to)),
        (Some(from), Some(to)) => R::calls(&Operation::Update(&from, &to)),
        (Some(from), None) => R::calls(&Operation::Delete(&from)),
        (None, None) => 0,
    }
}
