//! The architecture that a state is the record of.

use serde_json::{Value, json};

use super::{Architecture, Node, ResourceOptions};
use crate::{
    diagnostic::Source,
    id::ResourceId,
    reference::{GET_ATT, JOIN},
    region::Region,
    resource::{Kinds, Properties},
    state::{Record, State},
};

impl Architecture {
    /// What `state` records of the architecture `stack`, as an architecture: applied, it brings
    /// back what was recorded.
    ///
    /// Values that a resource took from another one, or might have, become references again. What
    /// is of none of the `kinds` is left out.
    #[must_use]
    pub fn recorded(stack: &str, state: &State, kinds: &Kinds) -> Self {
        let region = state.records.values().map(|record| record.place.region).next();
        let mut arch = Self::new(stack, region.unwrap_or(Region::UsEast1));
        for record in state.records.values() {
            let current = state.current(&record.key.resource).map(|current| &current.key);
            if current == Some(&record.key) {
                arch.nodes.extend(node(state, record, kinds).map(|node| (node.id.clone(), node)));
            }
        }
        arch
    }
}

fn node(state: &State, record: &Record, kinds: &Kinds) -> Option<Node> {
    let kind = kinds.get(&record.kind)?;
    let outputs = outputs_of(state, record, kinds);
    let referring: Properties = record
        .properties
        .iter()
        .map(|(name, value)| (name.clone(), refer(value, &outputs)))
        .collect();
    // A property that takes no reference has its value by chance, or written out.
    let resource = kind.parse(&referring).or_else(|_| kind.parse(&record.properties)).ok()?;
    let known = |id: &&ResourceId| {
        state.current(id).is_some_and(|record| kinds.get(&record.kind).is_some())
    };
    let options = ResourceOptions {
        depends_on: record.dependencies.iter().filter(known).cloned().collect(),
        protect: record.protect,
        retain: record.retain,
    };
    let source = Source { file: "the state".to_owned(), line: 0 };
    Some(Node::new(record.key.resource.clone(), record.place.clone(), resource, options, source))
}

/// A text that an output of a dependency had, and the reference to it; the longest come first.
fn outputs_of(state: &State, record: &Record, kinds: &Kinds) -> Vec<(String, Value)> {
    let dependencies = record.dependencies.iter().filter_map(|id| state.current(id));
    let mut outputs: Vec<(String, Value)> = dependencies
        .filter(|dependency| kinds.get(&dependency.kind).is_some())
        .flat_map(|dependency| {
            let id = dependency.key.resource.as_str();
            dependency.outputs.iter().filter_map(move |(output, value)| {
                let text = value.as_str().filter(|text| text.len() >= TELLING)?;
                Some((text.to_owned(), json!({ GET_ATT: [id, output] })))
            })
        })
        .collect();
    outputs.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
    outputs
}

/// The length from which on a text is not what it is by chance.
const TELLING: usize = 6;

/// The value with references in place of the texts of `outputs`.
fn refer(value: &Value, outputs: &[(String, Value)]) -> Value {
    match value {
        Value::String(text) => {
            let parts = split(text, outputs);
            match parts.as_slice() {
                [only] => only.clone(),
                _ => json!({ JOIN: ["", parts] }),
            }
        }
        Value::Array(items) => items.iter().map(|item| refer(item, outputs)).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, item)| (key.clone(), refer(item, outputs))).collect()
        }
        other => other.clone(),
    }
}

/// The pieces of a text: references, and what is between them.
fn split(text: &str, outputs: &[(String, Value)]) -> Vec<Value> {
    let found = outputs.iter().find_map(|(known, reference)| {
        text.split_once(known.as_str()).map(|around| (around, reference))
    });
    let Some(((before, after), reference)) = found else {
        return vec![Value::String(text.to_owned())];
    };
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.extend(split(before, outputs));
    }
    parts.push(reference.clone());
    if !after.is_empty() {
        parts.extend(split(after, outputs));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_outputs_become_references() {
        let outputs =
            [("arn:role/web", "web"), ("role/web", "no")].map(|(t, r)| (t.to_owned(), json!(r)));
        let refer = |value| refer(&value, &outputs);
        assert_eq!(refer(json!("arn:role/web")), json!("web"));
        assert_eq!(refer(json!(["a", "b"])), json!(["a", "b"]));
        assert_eq!(
            refer(json!({"Resource": "arn:role/web/*"})),
            json!({"Resource": {"Fn::Join": ["", ["web", "/*"]]}})
        );
    }
}
