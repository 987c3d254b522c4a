//! What there is, in AWS and in the state, without what chance decides.

use std::collections::{BTreeMap, BTreeSet};

use elanswer_core::{
    Kind, Properties,
    executor::Status,
    resource::Kinds,
    schema::Scope,
    state::{Record, State},
};
use serde_json::{Value, json};

use crate::world::Sight;

/// Everything there is, in a form in which two runs can be compared: identifiers and generated
/// names stand for the resource that they belong to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    /// What is recorded, by resource, with the object that goes with it.
    pub(super) recorded: BTreeMap<String, Vec<Value>>,
    /// The objects that are in no state.
    pub(super) strays: Vec<Stray>,
    /// How many objects say that they are of a resource, by stack and resource.
    pub(super) owned: BTreeMap<String, usize>,
}

/// An object that is in no state.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stray {
    kind: Kind,
    identifier: String,
    /// The stack and resource that its tags name.
    pub(super) owner: Option<String>,
    /// What it is, without what chance decides.
    pub(super) signature: Value,
}

impl std::fmt::Display for Stray {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, self.identifier)?;
        match &self.owner {
            Some(owner) => write!(f, " of `{owner}`"),
            None => Ok(()),
        }
    }
}

impl Look {
    pub(super) fn new(sights: &[Sight], state: &State, kinds: &Kinds) -> Self {
        let labels = labels(state, kinds);
        let mut objects: BTreeMap<(&str, &str), Vec<&Sight>> = BTreeMap::new();
        for sight in sights {
            objects.entry((sight.kind.as_str(), &sight.identifier)).or_default().push(sight);
        }
        let mut recorded: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for record in state.records.values() {
            let identifier = record.identifier.as_deref().unwrap_or_default();
            let found = objects.get(&(record.kind.as_str(), identifier));
            let object = found.into_iter().flatten().find(|sight| {
                sight.place == record.place
                    || kinds
                        .get(&record.kind)
                        .is_some_and(|kind| kind.schema.scope == Scope::Global)
            });
            if let Some(object) = object {
                known.insert((object.kind, &object.place, &object.identifier));
            }
            let entry = recorded.entry(record.key.resource.to_string()).or_default();
            entry.push(both(record, object.copied(), &labels));
        }
        let mut owned: BTreeMap<String, usize> = BTreeMap::new();
        for sight in sights.iter().filter(|sight| sight.status != Status::Deleting) {
            if let Some(owner) = owner(sight) {
                *owned.entry(owner).or_default() += 1;
            }
        }
        let strays = sights
            .iter()
            .filter(|sight| !known.contains(&(sight.kind, &sight.place, &sight.identifier)))
            .map(|sight| Stray {
                kind: sight.kind,
                identifier: sight.identifier.clone(),
                owner: owner(sight),
                signature: json!([
                    sight.kind,
                    sight.place,
                    owner(sight),
                    plain(&sight.properties, &labels)
                ]),
            })
            .collect();
        Self { recorded, strays, owned }
    }
}

fn owner(sight: &Sight) -> Option<String> {
    let tag = |key| sight.tags.get(key);
    Some(format!("{} {}", tag("elanswer:stack")?, tag("elanswer:resource")?))
}

/// A record and its object.
fn both(record: &Record, object: Option<&Sight>, labels: &Labels) -> Value {
    json!({
        "Kind": record.kind,
        "Place": record.place,
        "Phase": format!("{:?}", record.phase),
        "Dependencies": record.dependencies,
        "Protect": record.protect,
        "Retain": record.retain,
        "Recorded": plain(&record.properties, labels),
        "Object": object.map(|object| plain(&object.properties, labels)),
        "Status": object.map(|object| &object.status),
    })
}

/// What identifiers, addresses and generated names stand for.
type Labels = BTreeMap<String, String>;

fn labels(state: &State, kinds: &Kinds) -> Labels {
    let mut labels = Labels::new();
    for record in state.records.values() {
        let resource = &record.key.resource;
        for (name, value) in &record.outputs {
            if let Value::String(text) = value {
                labels.insert(text.clone(), format!("<{resource} {name}>"));
            }
        }
        let rule = kinds.get(&record.kind).and_then(|kind| kind.schema.name);
        let name = rule.and_then(|rule| record.properties.get(rule.property));
        if let Some(Value::String(text)) = name {
            labels.insert(text.clone(), format!("<{resource} name>"));
        }
        if let Some(identifier) = &record.identifier {
            labels.insert(identifier.clone(), format!("<{resource}>"));
        }
    }
    labels
}

fn plain(properties: &Properties, labels: &Labels) -> Value {
    Value::Object(
        properties.iter().map(|(name, value)| (name.clone(), plain_value(value, labels))).collect(),
    )
}

fn plain_value(value: &Value, labels: &Labels) -> Value {
    match value {
        Value::String(text) => Value::String(plain_text(text, labels)),
        // In the order of what they stand for: that of the identifiers is chance.
        Value::Array(items) => {
            let mut items: Vec<Value> =
                items.iter().map(|item| plain_value(item, labels)).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(map) => plain(map, labels),
        other => other.clone(),
    }
}

/// The text with what it begins with, where that stands for something.
fn plain_text(text: &str, labels: &Labels) -> String {
    let ends = text.char_indices().rev().filter(|(_, char)| !char.is_ascii_alphanumeric());
    let ends = std::iter::once(text.len()).chain(ends.map(|(at, _)| at));
    let label = ends
        .filter_map(|end| text.split_at_checked(end))
        .find_map(|(begin, rest)| Some((labels.get(begin)?, rest)));
    match label {
        Some((label, rest)) => format!("{label}{}", without_digits(rest)),
        None => without_digits(text),
    }
}

/// The text with every long run of hexadecimal digits, such as identifiers have, left out.
fn without_digits(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut run = String::new();
    let end = |run: &mut String, plain: &mut String| {
        if run.len() >= 8 {
            plain.push('#');
        } else {
            plain.push_str(run);
        }
        run.clear();
    };
    for char in text.chars() {
        if char.is_ascii_digit() || ('a'..='f').contains(&char) {
            run.push(char);
        } else {
            end(&mut run, &mut plain);
            plain.push(char);
        }
    }
    end(&mut run, &mut plain);
    plain
}
