//! The architecture that a program describes.

use std::{collections::BTreeMap, panic::Location, sync::Arc};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    diagnostic::{Source, Suppression},
    id::ResourceId,
    reference::{Input, Ref, Reference, references_in},
    region::{Place, Region},
    resource::{AnyResource, Kinds, Properties, Resource},
    schema::Scope as KindScope,
    secret::{SecretRef, Secrets},
    tags::Tags,
};

mod recorded;

/// What a program describes: resources, the references between them, and what shall be shown of
/// them afterwards.
///
/// Describing never fails. What is wrong with a description is found by
/// [`check`](crate::check), all of it at once.
///
/// ```
/// use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
/// arch.output("vpc", &vpc);
/// ```
#[derive(Debug, Clone)]
pub struct Architecture {
    name: String,
    region: Region,
    tags: Tags,
    nodes: BTreeMap<ResourceId, Node>,
    outputs: BTreeMap<String, Input<String>>,
    moved: BTreeMap<ResourceId, ResourceId>,
    suppressions: Vec<Suppression>,
    problems: Vec<Problem>,
    secrets: Secrets,
}

/// One resource of an architecture.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its name in the architecture.
    pub id: ResourceId,
    /// Where it lives.
    pub place: Place,
    /// The typed resource.
    pub resource: Arc<dyn AnyResource>,
    /// What is asked of the engine for it.
    pub options: ResourceOptions,
    /// Where it was declared.
    pub source: Source,
    properties: Properties,
    references: Vec<Reference>,
}

impl Node {
    /// The properties as declared: references stand for what is not known yet.
    #[must_use]
    pub const fn properties(&self) -> &Properties {
        &self.properties
    }

    /// Every output of another resource that its properties take.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The resources it needs: those it refers to, and those it was said to depend on.
    pub fn dependencies(&self) -> impl Iterator<Item = &ResourceId> {
        self.references.iter().map(|reference| &reference.resource).chain(&self.options.depends_on)
    }

    /// The typed resource, when it is of kind `R`.
    #[must_use]
    pub fn get<R: Resource>(&self) -> Option<&R> {
        self.resource.as_any().downcast_ref()
    }
}

/// What is asked of the engine for one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ResourceOptions {
    /// Resources that must exist before it, beyond those it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<ResourceId>,
    /// Whether a plan that would delete or replace it is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub protect: bool,
    /// Whether the object stays in AWS when the resource leaves the architecture.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retain: bool,
}

impl ResourceOptions {
    /// The resource must come after `other`, although it does not refer to it.
    pub fn depends_on<R: Resource>(&mut self, other: &Ref<R>) -> &mut Self {
        self.depends_on.extend(other.id().cloned());
        self
    }

    /// A plan that would delete or replace the resource is refused.
    pub const fn protect(&mut self) -> &mut Self {
        self.protect = true;
        self
    }

    /// The object stays in AWS when the resource leaves the architecture.
    pub const fn retain(&mut self) -> &mut Self {
        self.retain = true;
        self
    }
}

/// Something wrong that was noticed while describing; rules turn it into diagnostics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Two declarations have one id; the first was kept.
    Duplicate { id: ResourceId, first: Source, second: Source },
    /// A name that is no resource id.
    Name { id: ResourceId, text: String, source: Source },
    /// A value from the program that a construct could not use.
    Construct { id: ResourceId, message: String, help: String, source: Source },
}

/// Something built of resources and other constructs: a network, a database.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to an architecture",
    label = "not complete, or not a construct",
    note = "`NoSubnets` in its type: call `.subnets(..)`; `NoGroup`: call `.guarded_by(..)`; \
            `NoCertificate`: call `.certificate(..)`; `NoDefault`: call `.default_to(..)`; \
            `NoZone`: call `.validated_in(..)`; `NoContent`: call `.files(..)` or `.server(..)`; \
            `NoImage`: call `.builds(..)`; `NoRange`: call `.between(..)`"
)]
pub trait Construct {
    /// What the program goes on with: references to what was built.
    type Handle;

    /// The name, and so the first part of the ids of what is built.
    fn name(&self) -> &str;

    /// Declares the parts.
    fn build(self, scope: &mut Scope<'_>) -> Self::Handle;
}

impl Architecture {
    /// An empty architecture. `name` sets it apart from others in the same account; `region` is
    /// where its resources live unless they say otherwise.
    #[must_use]
    pub fn new(name: impl Into<String>, region: Region) -> Self {
        Self {
            name: name.into(),
            region,
            tags: Tags::new(),
            nodes: BTreeMap::new(),
            outputs: BTreeMap::new(),
            moved: BTreeMap::new(),
            suppressions: Vec::new(),
            problems: Vec::new(),
            secrets: Secrets::default(),
        }
    }

    /// Keeps a secret value beside the architecture, and gives what stands for it in resources.
    ///
    /// AWS gets the value when a resource that has it is made, and when `version` is another than
    /// that of the value it got last.
    pub fn secret(
        &mut self,
        name: impl Into<String>,
        version: u32,
        value: impl Into<SecretString>,
    ) -> SecretRef {
        self.secrets.keep(name, version, value)
    }

    /// The secret values, for an executor.
    #[must_use]
    pub const fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The Region of what does not say otherwise.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// Adds a resource under `id` and returns a reference to it.
    ///
    /// A second resource of the same id is not added; the check reports it (`duplicate-name`).
    #[track_caller]
    pub fn resource<R: Resource>(&mut self, id: &str, resource: R) -> Ref<R> {
        let source = Source::from(Location::caller());
        Scope::root(self, source).resource(id, resource)
    }

    /// Adds a construct: all of its resources, under its name.
    #[track_caller]
    pub fn add<C: Construct>(&mut self, construct: C) -> C::Handle {
        let source = Source::from(Location::caller());
        Scope::root(self, source).add(construct)
    }

    /// Adds resources in another Region: what `f` adds lives there.
    #[track_caller]
    pub fn in_region<T>(&mut self, region: Region, f: impl FnOnce(&mut Scope<'_>) -> T) -> T {
        let source = Source::from(Location::caller());
        let mut scope = Scope::root(self, source);
        scope.place = Place::new(region);
        f(&mut scope)
    }

    /// What is asked of the engine for one resource. Asking for one that is not here is ignored.
    pub fn options<R: Resource>(&mut self, of: &Ref<R>, f: impl FnOnce(&mut ResourceOptions)) {
        if let Some(node) = of.id().and_then(|id| self.nodes.get_mut(id)) {
            f(&mut node.options);
        }
    }

    /// Changes a resource that was declared before: a construct says more of what another one built.
    /// Asking for one that is not here is ignored.
    pub(crate) fn amend<R: Resource>(&mut self, of: &Ref<R>, f: impl FnOnce(&mut R)) {
        let Some(node) = of.id().and_then(|id| self.nodes.get_mut(id)) else { return };
        let Some(mut resource) = node.get::<R>().cloned() else { return };
        f(&mut resource);
        let Node { id, place, options, source, .. } = node.clone();
        *node = Node::new(id, place, Arc::new(resource), options, source);
    }

    /// Adds a tag to every resource that takes tags, such as one that allocates cost.
    ///
    /// A tag of the resource itself wins.
    pub fn tag(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.tags.insert(key, value);
    }

    /// The tags of every resource that takes tags.
    #[must_use]
    pub const fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Shows a value after an apply: the address of a load balancer, say.
    pub fn output(&mut self, name: impl Into<String>, value: impl Into<Input<String>>) {
        self.outputs.insert(name.into(), value.into());
    }

    /// What is shown after an apply.
    #[must_use]
    pub const fn outputs(&self) -> &BTreeMap<String, Input<String>> {
        &self.outputs
    }

    /// Says that the resource now called `to` was called `from`: its object is kept.
    ///
    /// # Errors
    ///
    /// When one of the two is not a resource id.
    pub fn moved(&mut self, from: &str, to: &str) -> Result<(), crate::id::ResourceIdError> {
        self.moved.insert(ResourceId::new(from)?, ResourceId::new(to)?);
        Ok(())
    }

    /// The renames, from the old id to the new one.
    #[must_use]
    pub const fn moves(&self) -> &BTreeMap<ResourceId, ResourceId> {
        &self.moved
    }

    /// Accepts what the rule `rule` finds at `path`: a resource, or all of a construct.
    ///
    /// The reason is kept with the report.
    ///
    /// # Errors
    ///
    /// When `path` is not a resource id.
    pub fn suppress(
        &mut self,
        rule: &str,
        path: &str,
        reason: &str,
    ) -> Result<(), crate::id::ResourceIdError> {
        self.suppressions.push(Suppression {
            rule: rule.to_owned(),
            path: Some(ResourceId::new(path)?),
            reason: reason.to_owned(),
        });
        Ok(())
    }

    /// What was accepted.
    #[must_use]
    pub fn suppressions(&self) -> &[Suppression] {
        &self.suppressions
    }

    /// The resources, in the order of their ids.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node> {
        self.nodes.values()
    }

    /// One resource.
    #[must_use]
    pub fn node(&self, id: &ResourceId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The typed resource that a reference leads to.
    #[must_use]
    pub fn get<R: Resource>(&self, reference: &Ref<R>) -> Option<&R> {
        self.node(reference.id()?)?.get()
    }

    /// Every resource of kind `R`, in the order of their ids.
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = (&Node, &R)> {
        self.nodes.values().filter_map(|node| Some((node, node.get::<R>()?)))
    }

    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Reads an architecture whose resources are of the kinds `kinds`.
    ///
    /// `Deserialize` does the same with the kinds of elanswer; this is for those of your own.
    ///
    /// # Errors
    ///
    /// When the text is not an architecture, or has a kind that is not among `kinds`.
    pub fn from_json(text: &str, kinds: &Kinds) -> Result<Self, serde_json::Error> {
        Document::deserialize(&mut serde_json::Deserializer::from_str(text))?.architecture(kinds)
    }

    fn insert(&mut self, node: Node) {
        if let Some(first) = self.nodes.get(&node.id) {
            self.problems.push(Problem::Duplicate {
                id: node.id.clone(),
                first: first.source.clone(),
                second: node.source,
            });
        } else {
            self.nodes.insert(node.id.clone(), node);
        }
    }
}

/// A part of an architecture while it is being described: what is added gets its name, place and
/// source line.
#[derive(Debug)]
pub struct Scope<'a> {
    arch: &'a mut Architecture,
    path: Option<ResourceId>,
    place: Place,
    source: Source,
}

impl<'a> Scope<'a> {
    fn root(arch: &'a mut Architecture, source: Source) -> Self {
        let place = Place::new(arch.region);
        Self { arch, path: None, place, source }
    }

    /// Adds a resource under the name of this scope; see [`Architecture::resource`].
    pub fn resource<R: Resource>(&mut self, id: &str, resource: R) -> Ref<R> {
        let id = self.id(id);
        let place = match R::SCHEMA.scope {
            KindScope::Regional => self.place.clone(),
            KindScope::Global => Place { region: Region::UsEast1, ..self.place.clone() },
        };
        let resource: Arc<dyn AnyResource> = Arc::new(resource);
        let options = ResourceOptions::default();
        self.arch.insert(Node::new(id.clone(), place, resource, options, self.source.clone()));
        Ref::managed(id)
    }

    /// Adds a construct under the name of this scope; see [`Architecture::add`].
    pub fn add<C: Construct>(&mut self, construct: C) -> C::Handle {
        let path = self.id(construct.name());
        let mut scope = Scope {
            arch: self.arch,
            path: Some(path),
            place: self.place.clone(),
            source: self.source.clone(),
        };
        construct.build(&mut scope)
    }

    /// A resource that all of the architecture shares, under this id and in its own Region: the
    /// first that asks for it makes it.
    pub fn shared<R: Resource>(&mut self, id: &str, make: impl FnOnce() -> R) -> Ref<R> {
        let mut root = Scope::root(self.arch, self.source.clone());
        let id = root.id(id);
        if root.arch.node(&id).is_some_and(|node| node.get::<R>().is_some()) {
            return Ref::managed(id);
        }
        root.resource(id.as_str(), make())
    }

    /// A part of this scope with a name of its own.
    pub fn part(&mut self, name: &str) -> Scope<'_> {
        let path = self.id(name);
        Scope {
            arch: self.arch,
            path: Some(path),
            place: self.place.clone(),
            source: self.source.clone(),
        }
    }

    /// The same scope in another Region.
    #[must_use]
    pub fn in_region(self, region: Region) -> Self {
        Self { place: Place { region, ..self.place }, ..self }
    }

    /// This scope in another Region, for parts that must be there.
    pub fn elsewhere(&mut self, region: Region) -> Scope<'_> {
        Scope {
            arch: self.arch,
            path: self.path.clone(),
            place: Place { region, ..self.place.clone() },
            source: self.source.clone(),
        }
    }

    /// The architecture.
    pub const fn architecture(&mut self) -> &mut Architecture {
        self.arch
    }

    /// The architecture and the constructs around what is added, as one readable name:
    /// `shop-main` in the network `main` of the architecture `shop`.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.path {
            Some(path) => format!("{}-{}", self.arch.name, path.as_str().replace('/', "-")),
            None => self.arch.name.clone(),
        }
    }

    /// Where what is added lives.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// Reports that the construct cannot be built as the program asks; the check shows it as an
    /// error (`invalid-construct`).
    pub fn problem(&mut self, message: impl Into<String>, help: impl Into<String>) {
        let id = self.path.clone().unwrap_or_else(|| ResourceId::sanitized(&self.arch.name));
        self.arch.problems.push(Problem::Construct {
            id,
            message: message.into(),
            help: help.into(),
            source: self.source.clone(),
        });
    }

    fn id(&mut self, name: &str) -> ResourceId {
        let text = match &self.path {
            Some(path) => format!("{path}/{name}"),
            None => name.to_owned(),
        };
        ResourceId::new(&text).unwrap_or_else(|_| {
            let id = ResourceId::sanitized(&text);
            let source = self.source.clone();
            self.arch.problems.push(Problem::Name { id: id.clone(), text, source });
            id
        })
    }
}

impl Node {
    fn new(
        id: ResourceId,
        place: Place,
        resource: Arc<dyn AnyResource>,
        options: ResourceOptions,
        source: Source,
    ) -> Self {
        let properties = resource.properties();
        let mut references = Vec::new();
        properties.values().for_each(|value| references_in(value, &mut references));
        Self { id, place, resource, options, source, properties, references }
    }
}

impl<R: Resource> From<&Ref<R>> for Input<String> {
    /// The identifier of the resource.
    fn from(reference: &Ref<R>) -> Self {
        match reference.known() {
            Some(identifier) => Self::Literal(identifier.to_owned()),
            None => reference.output(R::SCHEMA.identifier).into(),
        }
    }
}

/// The serialised form of an architecture.
#[derive(Serialize, Deserialize)]
struct Document {
    name: String,
    region: Region,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    resources: BTreeMap<ResourceId, DocumentNode>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    outputs: BTreeMap<String, Input<String>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    moved: BTreeMap<ResourceId, ResourceId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression>,
}

#[derive(Serialize, Deserialize)]
struct DocumentNode {
    kind: String,
    place: Place,
    properties: Properties,
    #[serde(default)]
    options: ResourceOptions,
    source: Source,
}

impl Document {
    fn architecture(self, kinds: &Kinds) -> Result<Architecture, serde_json::Error> {
        let mut arch = Architecture::new(self.name, self.region);
        arch.tags = self.tags;
        arch.outputs = self.outputs;
        arch.moved = self.moved;
        arch.suppressions = self.suppressions;
        for (id, node) in self.resources {
            let kind = kinds.get(&node.kind).ok_or_else(|| {
                serde_json::Error::custom(format_args!(
                    "`{id}` is of the unknown kind `{}`",
                    node.kind
                ))
            })?;
            let resource = kind
                .parse(&node.properties)
                .map_err(|error| serde_json::Error::custom(format_args!("`{id}`: {error}")))?;
            arch.insert(Node::new(id, node.place, resource, node.options, node.source));
        }
        Ok(arch)
    }
}

impl Serialize for Architecture {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let resources = self.nodes.values().map(|node| {
            let document = DocumentNode {
                kind: node.resource.schema().kind.as_str().to_owned(),
                place: node.place.clone(),
                properties: node.properties.clone(),
                options: node.options.clone(),
                source: node.source.clone(),
            };
            (node.id.clone(), document)
        });
        Document {
            name: self.name.clone(),
            region: self.region,
            tags: self.tags.clone(),
            resources: resources.collect(),
            outputs: self.outputs.clone(),
            moved: self.moved.clone(),
            suppressions: self.suppressions.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Architecture {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Document::deserialize(deserializer)?
            .architecture(&Kinds::builtin())
            .map_err(D::Error::custom)
    }
}
