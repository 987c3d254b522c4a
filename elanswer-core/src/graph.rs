//! An architecture as a drawing: Mermaid and Graphviz DOT.

use std::fmt::Write;

use petgraph::{
    dot::{Config, Dot},
    graph::DiGraph,
};
use std::collections::{BTreeMap, BTreeSet};

use crate::{architecture::Architecture, id::ResourceId};

/// The architecture in the language of [Graphviz](https://graphviz.org/doc/info/lang.html): an arrow
/// leads from what is needed to what needs it.
#[must_use]
pub fn dot(arch: &Architecture) -> String {
    let mut graph = DiGraph::<String, ()>::new();
    let indexes: BTreeMap<&ResourceId, _> = arch
        .nodes()
        .map(|node| {
            let label = format!("{}\n{}", node.id, node.resource.schema().kind);
            (&node.id, graph.add_node(label))
        })
        .collect();
    for (from, to) in arrows(arch) {
        if let (Some(from), Some(to)) = (indexes.get(from), indexes.get(to)) {
            graph.add_edge(*from, *to, ());
        }
    }
    format!("{:?}", Dot::with_config(&graph, &[Config::EdgeNoLabel]))
}

/// The architecture in the language of [Mermaid](https://mermaid.js.org/syntax/flowchart.html): an
/// arrow leads from what is needed to what needs it, a box is around each construct.
#[must_use]
pub fn mermaid(arch: &Architecture) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut groups: BTreeMap<&str, Vec<&ResourceId>> = BTreeMap::new();
    for node in arch.nodes() {
        let group = node.id.as_str().split_once('/').map_or("", |(group, _)| group);
        groups.entry(group).or_default().push(&node.id);
    }
    let names: BTreeMap<&ResourceId, usize> =
        arch.nodes().enumerate().map(|(index, node)| (&node.id, index)).collect();
    let name = |id: &ResourceId| names.get(id).copied().unwrap_or_default();
    for (group, members) in groups {
        if !group.is_empty() {
            let _ = writeln!(text, "  subgraph {group}");
        }
        for id in members {
            let kind = arch.node(id).map_or("", |node| node.resource.schema().kind.short());
            let _ = writeln!(text, "    n{}[\"{id}<br/>{kind}\"]", name(id));
        }
        if !group.is_empty() {
            text.push_str("  end\n");
        }
    }
    for (from, to) in arrows(arch) {
        let _ = writeln!(text, "  n{} --> n{}", name(from), name(to));
    }
    text
}

/// From what is needed to what needs it.
fn arrows(arch: &Architecture) -> BTreeSet<(&ResourceId, &ResourceId)> {
    let needs = |node| arch.node(node).is_some();
    arch.nodes()
        .flat_map(|node| node.dependencies().map(move |dependency| (dependency, &node.id)))
        .filter(|(dependency, _)| needs(dependency))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Region, Zone, cidr,
        services::ec2::{Subnet, Vpc},
    };

    #[test]
    fn draws_what_needs_what() {
        let mut arch = Architecture::new("t", Region::UsEast1);
        let vpc = arch.resource("net/vpc", Vpc::new(cidr!("10.0.0.0/16")));
        let subnet = Subnet::builder()
            .vpc(&vpc)
            .cidr_block(cidr!("10.0.1.0/24"))
            .availability_zone(Zone::new(Region::UsEast1, 'a'))
            .build();
        arch.resource("subnet", subnet);
        assert_eq!(
            mermaid(&arch),
            "flowchart LR\n    n1[\"subnet<br/>Subnet\"]\n  subgraph net\n    n0[\"net/vpc<br/>VPC\"]\n  end\n  n0 --> n1\n"
        );
        assert!(dot(&arch).contains("0 -> 1"), "{}", dot(&arch));
    }
}
