//! Takes objects that exist into the state.

use std::{future::IntoFuture, pin::Pin, sync::Arc};

use super::{Error, Target, read};
use crate::{
    architecture::{Architecture, Node},
    diagnostic::nearest,
    executor::Observation,
    id::ResourceId,
    plan::in_order,
    reference::Reference,
    resource::{Kinds, Properties},
    state::{Entry, ObjectKey, Phase, Record, State},
    tags::Tags,
};
use tagged::Search;

mod tagged;

/// Takes objects that exist in AWS into the state of `arch`, each as the object of one of its
/// resources. AWS is not touched.
///
/// Say which with [`Importing::object`] or [`Importing::tagged`], then await it. What differs from the architecture
/// afterwards is what the next plan changes: none, when the architecture describes what exists.
///
/// Recorded as [protected](crate::ResourceOptions::protect) or retained is what the architecture
/// says so of.
#[must_use = "an operation does nothing until it is awaited"]
pub fn import<'a>(arch: &'a Architecture, target: &'a dyn Target) -> Importing<'a> {
    Importing { arch, target, objects: Vec::new(), tags: Tags::new() }
}

/// An import that is about to be made.
#[derive(Debug)]
pub struct Importing<'a> {
    arch: &'a Architecture,
    target: &'a dyn Target,
    objects: Vec<(String, String)>,
    tags: Tags,
}

impl Importing<'_> {
    /// The object that AWS names `identifier` becomes that of the resource `resource`.
    ///
    /// The identifier is that of the kind's [`Schema::identifier`](crate::Schema::identifier):
    /// what a plan and a drift show of an object.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn object(mut self, resource: impl Into<String>, identifier: impl Into<String>) -> Self {
        self.objects.push((resource.into(), identifier.into()));
        self
    }

    /// The objects that carry this tag, and all others that are said, become those of the resources
    /// that have none.
    ///
    /// An object whose tags say that it realises a resource of this architecture is that of this
    /// resource: the tag `elanswer:stack` with the name of the architecture brings back a state
    /// that was lost. Any other is that of the resource which is like it in all that replaces an
    /// object, and which has its `Name` tag, where several are alike. What has no tags in AWS, such
    /// as a route, is found by its key once what it refers to was. A resource of which nothing is
    /// found is left out: it is what the next plan creates.
    #[must_use = "an operation does nothing until it is awaited"]
    pub fn tagged(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(key, value);
        self
    }
}

/// An object cannot be taken into the state; nothing was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The resource has an object already.
    #[error(
        "`{resource}` is `{identifier}` already; remove it from the architecture with `retain`, or import another resource"
    )]
    Known {
        /// The resource.
        resource: ResourceId,
        /// What AWS names its object.
        identifier: String,
    },
    /// Several objects with the tags could be that of the resource.
    #[error(
        "`{resource}` could be any of {}; say which: `{resource}=IDENTIFIER`",
        .identifiers.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
    )]
    Ambiguous {
        /// The resource.
        resource: ResourceId,
        /// What AWS names the objects.
        identifiers: Vec<String>,
    },
    /// Several resources could have the objects with the tags.
    #[error(
        "`{resource}` and `{other}` could both be {}; say which is which: `{resource}=IDENTIFIER`",
        .identifiers.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ")
    )]
    Contested {
        /// A resource.
        resource: ResourceId,
        /// Another one, of which all that replaces an object and the `Name` tag are the same.
        other: ResourceId,
        /// What AWS names the objects.
        identifiers: Vec<String>,
    },
    /// AWS has no such object.
    #[error(
        "there is no {kind} `{identifier}` in {place} for `{resource}`; look at the identifier and the Region"
    )]
    Missing {
        /// The resource.
        resource: ResourceId,
        /// Its kind.
        kind: crate::Kind,
        /// What was looked for.
        identifier: String,
        /// Where.
        place: crate::Place,
    },
    /// Another resource has the object.
    #[error(
        "`{identifier}` is the object of `{owner}` already; one object belongs to one resource"
    )]
    Taken {
        /// What AWS names the object.
        identifier: String,
        /// The resource that has it.
        owner: ResourceId,
    },
    /// The architecture has no such resource.
    #[error("the architecture has no resource `{resource}`{}", did_you_mean(.similar.as_ref()))]
    Unknown {
        /// What was named.
        resource: String,
        /// A resource of a similar name.
        similar: Option<ResourceId>,
    },
}

fn did_you_mean(resource: Option<&ResourceId>) -> String {
    resource.map(|id| format!("; did you mean `{id}`?")).unwrap_or_default()
}

impl<'a> IntoFuture for Importing<'a> {
    type Output = Result<Vec<ResourceId>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut session = self.target.store().open(self.arch.name()).await?;
            let mut state = session.state().clone();
            for (resource, _) in &self.objects {
                self.node(resource)?;
            }
            let executor = self.target.executor();
            let mut search = Search::new(self.arch, executor, &self.tags, &self.objects);
            let mut entries = Vec::with_capacity(self.objects.len());
            // Each behind those that its resource refers to: what AWS never gives back of it may
            // be theirs.
            for node in in_order(self.arch)? {
                let is_it = |(resource, _): &&(String, String)| node.id.as_str() == resource;
                for (_, identifier) in self.objects.iter().filter(is_it) {
                    let record = self.record(node, identifier, &state).await?;
                    take(&mut state, &mut entries, record);
                }
                if !self.tags.is_empty()
                    && state.current(&node.id).is_none()
                    && let Some(record) = search.object(node, &state).await?
                {
                    take(&mut state, &mut entries, record);
                }
            }
            if !entries.is_empty() {
                session.append(&entries).await?;
            }
            session.close().await?;
            let ids = entries.into_iter().filter_map(|entry| match entry {
                Entry::Put(record) => Some(record.key.resource.clone()),
                _ => None,
            });
            Ok(ids.collect())
        })
    }
}

impl<'a> Importing<'a> {
    fn node(&self, resource: &str) -> Result<&'a Node, ImportError> {
        let found = resource.parse().ok().and_then(|id: ResourceId| self.arch.node(&id));
        found.ok_or_else(|| {
            let similar = nearest(resource, self.arch.nodes(), |node| node.id.as_str());
            let similar = similar.map(|node| node.id.clone());
            ImportError::Unknown { resource: resource.to_owned(), similar }
        })
    }

    /// The record of an object, as it is found to be.
    async fn record(&self, node: &Node, identifier: &str, state: &State) -> Result<Record, Error> {
        if let Some(record) = state.current(&node.id) {
            let identifier = record.identifier.clone().unwrap_or_default();
            return Err(ImportError::Known { resource: node.id.clone(), identifier }.into());
        }
        let schema = node.resource.schema();
        if let Some(owner) = owner_of(state, node, identifier) {
            let identifier = identifier.to_owned();
            return Err(ImportError::Taken { identifier, owner: owner.clone() }.into());
        }
        let executor = self.target.executor();
        let found = read(executor, schema, &node.place, &[identifier.to_owned()]).await.pop();
        let Some(found) = found.transpose()?.flatten() else {
            return Err(ImportError::Missing {
                resource: node.id.clone(),
                kind: schema.kind,
                identifier: identifier.to_owned(),
                place: node.place.clone(),
            }
            .into());
        };
        let desired = desired(self.arch, node, state, &executor.kinds());
        Ok(self::record(node, found, &desired, state, None))
    }
}

fn take(state: &mut State, entries: &mut Vec<Entry>, record: Record) {
    let entry = Entry::Put(Arc::new(record));
    state.apply(entry.clone());
    entries.push(entry);
}

/// The resource that has the object of this identifier, of the same kind and place as `node`.
fn owner_of<'s>(state: &'s State, node: &Node, identifier: &str) -> Option<&'s ResourceId> {
    let kind = node.resource.schema().kind.as_str();
    let mut records = state.records.values();
    let owner = records.find(|record| {
        record.kind == kind
            && record.place == node.place
            && record.identifier.as_deref() == Some(identifier)
    });
    owner.map(|record| &record.key.resource)
}

/// The properties of a resource with what is known of the references put in.
fn desired(arch: &Architecture, node: &Node, state: &State, kinds: &Kinds) -> Properties {
    let lookup = |reference: &Reference| {
        state.current(&reference.resource)?.outputs.get(&reference.output).cloned()
    };
    kinds.resolve(node.resource.schema(), node.resource.tagged(arch.tags()), &lookup)
}

/// The record of an object that was found, as the `incarnation` that its tags say it is. What is
/// never given back is as `desired`.
fn record(
    node: &Node,
    found: Observation,
    desired: &Properties,
    state: &State,
    incarnation: Option<u32>,
) -> Record {
    let incarnation = incarnation.unwrap_or(state.last_incarnation.saturating_add(1));
    let mut properties = found.properties_or(desired).into_owned();
    properties.retain(|_, value| !crate::plan::is_unknown(value));
    Record {
        key: ObjectKey { resource: node.id.clone(), incarnation },
        kind: node.resource.schema().kind.as_str().to_owned(),
        place: node.place.clone(),
        phase: Phase::Ready,
        tagged_as: None,
        identifier: Some(found.identifier.clone()),
        properties,
        outputs: found.outputs,
        dependencies: node.dependencies().cloned().collect(),
        protect: node.options.protect,
        retain: node.options.retain,
    }
}
