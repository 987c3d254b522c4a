//! JSON documents that are almost right.

use arbitrary::{Arbitrary, Result, Unstructured};
use elanswer_core::Architecture;
use elanswer_testkit::conformance;
use serde_json::Value;

/// An architecture of the conformance suite.
pub fn architecture(input: &mut Unstructured<'_>) -> Result<Architecture> {
    let cases = conformance::cases();
    let case = input.choose(&cases)?;
    let makes = [Some(case.made), case.updated, case.replaced];
    let makes: Vec<_> = makes.into_iter().flatten().collect();
    Ok(input.choose(&makes)?())
}

/// Changes a document in a few places.
pub fn spoil(input: &mut Unstructured<'_>, document: &mut Value) -> Result<()> {
    for _ in 0..input.int_in_range(0..=4)? {
        let mut at = &mut *document;
        // Down to a place; how deep is left to the input.
        while input.ratio(4, 5)? {
            let len = match &*at {
                Value::Array(items) => items.len(),
                Value::Object(map) => map.len(),
                _ => 0,
            };
            if len == 0 {
                break;
            }
            let nth = input.choose_index(len)?;
            at = match at {
                Value::Array(items) => &mut items[nth],
                Value::Object(map) => map.values_mut().nth(nth).expect("a member"),
                _ => break,
            };
        }
        match input.int_in_range(0..=5)? {
            0 => *at = scalar(input)?,
            1 => *at = Value::Array(vec![at.take()]),
            2 => {
                if let Value::Array(items) = at
                    && let Some(first) = items.first().cloned()
                {
                    items.push(first);
                }
            }
            3 => {
                if let Value::Object(map) = at
                    && !map.is_empty()
                {
                    let nth = input.choose_index(map.len())?;
                    let name = map.keys().nth(nth).expect("a member").clone();
                    map.remove(&name);
                }
            }
            4 => {
                if let Value::Object(map) = at {
                    map.insert(String::arbitrary(input)?, scalar(input)?);
                }
            }
            _ => {
                if let Value::String(text) = at {
                    let more = String::arbitrary(input)?;
                    let place = input.choose_index(text.chars().count() + 1)?;
                    *text = text.chars().take(place).chain(more.chars()).collect();
                }
            }
        }
    }
    Ok(())
}

fn scalar(input: &mut Unstructured<'_>) -> Result<Value> {
    Ok(match input.int_in_range(0..=5)? {
        0 => Value::Null,
        1 => bool::arbitrary(input)?.into(),
        2 => i64::arbitrary(input)?.into(),
        3 => f64::arbitrary(input)?.into(),
        4 => String::arbitrary(input)?.into(),
        _ => serde_json::json!({ "Fn::GetAtt": ["it", String::arbitrary(input)?] }),
    })
}
