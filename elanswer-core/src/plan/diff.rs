//! Where two trees of properties differ.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::is_unknown;
use crate::{resource::Properties, schema::Schema};

/// A property whose value is not what it should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PropertyChange {
    /// Which: `ContainerDefinitions[0].Image`.
    pub path: String,
    /// What it is; `null` is unset.
    pub from: Value,
    /// What it shall be; `null` is unset.
    pub to: Value,
    /// Whether the new value is known only after the apply.
    pub unknown: bool,
    /// Whether AWS cannot change it in place.
    pub replaces: bool,
}

impl fmt::Display for PropertyChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show =
            |value: &Value| if value.is_null() { "unset".to_owned() } else { value.to_string() };
        let to = if self.unknown { "known after apply".to_owned() } else { show(&self.to) };
        write!(f, "{}: {} -> {to}", self.path, show(&self.from))?;
        if self.replaces { f.write_str(" (forces replacement)") } else { Ok(()) }
    }
}

/// Every property of `desired` that `actual` does not have, in the order of their names.
pub(crate) fn changes(
    schema: &Schema,
    desired: &Properties,
    actual: &Properties,
) -> Vec<PropertyChange> {
    let mut changes = Vec::new();
    if desired == actual {
        return changes;
    }
    let mut names: Vec<&String> = desired.keys().chain(actual.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let unmanaged = schema.computed.contains(&name.as_str())
            || schema.name.is_some_and(|rule| rule.property == name);
        match (desired.get(name), actual.get(name)) {
            (None, _) if unmanaged => {}
            (desired, actual) => compare(
                schema,
                name.clone(),
                desired.unwrap_or(&Value::Null),
                actual.unwrap_or(&Value::Null),
                &mut changes,
            ),
        }
    }
    changes
}

fn compare(
    schema: &Schema,
    path: String,
    desired: &Value,
    actual: &Value,
    changes: &mut Vec<PropertyChange>,
) {
    if desired == actual {
        return;
    }
    let unknown = is_unknown(desired);
    match (desired, actual) {
        (Value::Object(to), Value::Object(from)) if !unknown || to.len() > 1 => {
            let mut names: Vec<&String> = to.keys().chain(from.keys()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let (to, from) = (to.get(name), from.get(name));
                let (to, from) = (to.unwrap_or(&Value::Null), from.unwrap_or(&Value::Null));
                compare(schema, format!("{path}.{name}"), to, from, changes);
            }
        }
        (Value::Array(to), Value::Array(from)) if to.len() == from.len() => {
            for (index, (to, from)) in to.iter().zip(from).enumerate() {
                compare(schema, format!("{path}[{index}]"), to, from, changes);
            }
        }
        _ => changes.push(PropertyChange {
            replaces: replaces(schema, &path)
                || (schema.kept.contains(&path.as_str()) && desired.is_null() != actual.is_null()),
            path,
            from: actual.clone(),
            to: desired.clone(),
            unknown,
        }),
    }
}

/// Whether the property at `path`, or one around it, cannot change in place.
fn replaces(schema: &Schema, path: &str) -> bool {
    schema.replaces.iter().any(|property| {
        path.strip_prefix(property)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::Kind;

    const SCHEMA: Schema = Schema {
        replaces: &["Cidr", "List"],
        kept: &["In.Address"],
        computed: &["Chosen"],
        ..Schema::new(Kind::new("Test::Test::Test"))
    };

    fn paths(desired: Value, actual: Value) -> Vec<(String, bool)> {
        let (Value::Object(desired), Value::Object(actual)) = (desired, actual) else {
            return Vec::new();
        };
        let changes = changes(&SCHEMA, &desired, &actual);
        changes.into_iter().map(|change| (change.path, change.replaces)).collect()
    }

    #[test]
    fn names_the_innermost_property() {
        let desired = json!({"A": {"B": [{"C": 1}, {"C": 2}]}, "Cidr": "x"});
        let actual = json!({"A": {"B": [{"C": 1}, {"C": 3}]}, "Cidr": "y"});
        assert_eq!(paths(desired, actual), [("A.B[1].C".into(), false), ("Cidr".into(), true)]);
    }

    #[test]
    fn what_aws_chooses_is_compared_only_when_set() {
        assert!(paths(json!({}), json!({"Chosen": 1})).is_empty());
        assert_eq!(paths(json!({"Chosen": 2}), json!({"Chosen": 1})).len(), 1);
        assert_eq!(paths(json!({}), json!({"Other": 1})), [("Other".into(), false)]);
    }

    #[test]
    fn a_longer_list_is_one_change_that_replaces() {
        assert_eq!(paths(json!({"List": [1, 2]}), json!({"List": [1]})), [("List".into(), true)]);
        assert_eq!(paths(json!({"List": [2]}), json!({"List": [1]})), [("List[0]".into(), true)]);
        assert_eq!(paths(json!({"Lists": 1}), json!({"Lists": 2})), [("Lists".into(), false)]);
    }

    #[test]
    fn what_is_kept_changes_in_place_but_neither_comes_nor_goes() {
        let (one, two) = (json!({"In": {"Address": 1}}), json!({"In": {"Address": 2}}));
        let none = json!({"In": {}});
        let address = |replaces| [("In.Address".to_owned(), replaces)];
        assert_eq!(paths(one.clone(), two), address(false));
        assert_eq!(paths(one.clone(), none.clone()), address(true));
        assert_eq!(paths(none, one), address(true));
    }

    #[test]
    fn a_reference_is_known_after_apply() {
        let desired = json!({"A": {"Fn::GetAtt": ["vpc", "VpcId"]}});
        let Value::Object(desired) = desired else { return };
        let actual = Properties::from_iter([("A".to_owned(), json!("vpc-1"))]);
        let changes = changes(&SCHEMA, &desired, &actual);
        assert_eq!(changes[0].to_string(), r#"A: "vpc-1" -> known after apply"#);
    }
}
