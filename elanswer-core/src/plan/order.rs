//! The order that references give to resources.

use std::collections::HashMap;

use petgraph::graph::DiGraph;

use super::PlanError;
use crate::{
    architecture::{Architecture, Node},
    id::ResourceId,
};

/// The resources, each after those that it depends on.
pub(crate) fn in_order(arch: &Architecture) -> Result<Vec<&Node>, PlanError> {
    let mut graph = DiGraph::<&Node, ()>::with_capacity(arch.nodes().len(), arch.nodes().len());
    let indexes: HashMap<&ResourceId, _> =
        arch.nodes().map(|node| (&node.id, graph.add_node(node))).collect();
    for (index, node) in arch.nodes().enumerate() {
        for dependency in node.dependencies() {
            let from = indexes.get(dependency).ok_or_else(|| PlanError::Dangling {
                resource: node.id.clone(),
                reference: dependency.to_string(),
            })?;
            graph.add_edge(*from, petgraph::graph::NodeIndex::new(index), ());
        }
    }
    match petgraph::algo::toposort(&graph, None) {
        Ok(order) => {
            Ok(order.into_iter().filter_map(|index| graph.node_weight(index).copied()).collect())
        }
        Err(_) => {
            // Not Tarjan's algorithm, which recurses as deep as the longest chain.
            let circle = petgraph::algo::kosaraju_scc(&graph)
                .into_iter()
                .find(|part| part.len() > 1 || part.iter().any(|at| graph.contains_edge(*at, *at)));
            let mut resources: Vec<ResourceId> = circle
                .unwrap_or_default()
                .into_iter()
                .filter_map(|index| graph.node_weight(index).map(|node| node.id.clone()))
                .collect();
            resources.sort();
            Err(PlanError::Cycle { resources })
        }
    }
}
