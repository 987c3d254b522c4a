//! What the tests of the constructs share.

use std::fmt::Write as _;

use crate::{Architecture, Construct, Node, Region, architecture::Problem};

/// An architecture with what `build` adds.
pub(super) fn described<T>(build: impl FnOnce(&mut Architecture) -> T) -> (Architecture, T) {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let handle = build(&mut arch);
    (arch, handle)
}

/// Every resource in a line: its id, its kind, what it refers to, and after `after` what else it
/// comes after.
pub(super) fn inventory(arch: &Architecture, within: &str) -> String {
    let mut text = String::new();
    for node in arch.nodes().filter(|node| node.id.as_str().starts_with(within)) {
        let mut references: Vec<String> =
            node.references().iter().map(ToString::to_string).collect();
        references.dedup();
        write!(text, "{} {}", node.id, node.resource.schema().kind.short()).unwrap();
        if !references.is_empty() {
            write!(text, " <- {}", references.join(", ")).unwrap();
        }
        if !node.options.depends_on.is_empty() {
            let after: Vec<&str> = node.options.depends_on.iter().map(|id| id.as_str()).collect();
            write!(text, " after {}", after.join(", ")).unwrap();
        }
        text.push('\n');
    }
    text
}

/// The properties of a resource, for people.
pub(super) fn pretty(node: &Node) -> String {
    serde_json::to_string_pretty(node.properties()).unwrap()
}

/// The messages of what a construct could not build.
pub(super) fn problems(construct: impl Construct) -> Vec<String> {
    let (arch, _) = described(|arch| arch.add(construct));
    messages(&arch)
}

/// The messages of what could not be built.
pub(super) fn messages(arch: &Architecture) -> Vec<String> {
    let messages = arch.problems().iter().map(|problem| match problem {
        Problem::Construct { id, message, .. } => format!("{id}: {message}"),
        other => format!("{other:?}"),
    });
    messages.collect()
}
