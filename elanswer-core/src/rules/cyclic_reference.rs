//! Rule: cyclic-reference
//!
//! Severity: error
//!
//! Resources need each other in a circle, so none of them can be created first.
//!
//! Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html#troubleshooting-errors-dependency-error>
//!
//! Fix: take one of the references into a resource of its own, as security group rules do for two
//! groups that name each other, or remove a `depends_on`.
//!
//! Suppress: never.

use std::collections::{BTreeMap, BTreeSet, VecDeque, btree_map::Entry};

use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
};

use crate::{
    architecture::Node,
    checks::{Diagnostics, Rule, RuleContext},
    diagnostic::Severity,
    id::ResourceId,
};

pub(crate) const RULE: Rule = Rule {
    slug: "cyclic-reference",
    severity: Severity::Error,
    summary: "Resources need each other in a circle.",
    check,
};

fn check(ctx: &RuleContext<'_>, out: &mut Diagnostics) {
    let mut graph: DiGraph<&Node, ()> = DiGraph::new();
    let index: BTreeMap<&ResourceId, NodeIndex> =
        ctx.nodes().map(|node| (&node.id, graph.add_node(node))).collect();
    for node in ctx.nodes() {
        let Some(from) = index.get(&node.id) else { continue };
        for to in node.dependencies().filter_map(|id| index.get(id)) {
            graph.add_edge(*from, *to, ());
        }
    }
    // Kosaraju's algorithm, because Tarjan's recurses as deep as the longest chain.
    for component in kosaraju_scc(&graph) {
        // Indices are in the order of ids: the first id starts the circle that is shown.
        let Some(first) = component.iter().min() else { continue };
        let members = component.iter().copied().collect();
        if let Some(circle) = shortest_circle(&graph, *first, &members) {
            let ids = circle.iter().chain([first]).filter_map(|at| graph.node_weight(*at));
            let path: Vec<String> = ids.map(|node| format!("`{}`", node.id)).collect();
            let others = members.len() - circle.len();
            let rest = match others {
                0 => String::new(),
                _ => format!(" ({others} more are entangled with them)"),
            };
            if let Some(node) = graph.node_weight(*first) {
                out.push(
                    *node,
                    format!("needs itself: {}{rest}", path.join(" -> ")),
                    "break the circle: take one of the references into a resource of its own",
                );
            }
        }
    }
}

/// The shortest way from `start` back to itself through `members`, if there is one.
fn shortest_circle(
    graph: &DiGraph<&Node, ()>,
    start: NodeIndex,
    members: &BTreeSet<NodeIndex>,
) -> Option<Vec<NodeIndex>> {
    let mut came_from: BTreeMap<NodeIndex, NodeIndex> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        let mut next: Vec<NodeIndex> =
            graph.neighbors(at).filter(|next| members.contains(next)).collect();
        next.sort_unstable();
        for next in next {
            if next == start {
                let back = std::iter::successors(Some(at), |at| came_from.get(at).copied());
                let mut circle: Vec<NodeIndex> = back.collect();
                circle.reverse();
                return Some(circle);
            }
            if let Entry::Vacant(entry) = came_from.entry(next) {
                entry.insert(at);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        architecture::Architecture, checks::testing::check, cidr, reference::Ref,
        services::ec2::Vpc,
    };

    /// VPCs of which each must come after those named behind the colon.
    fn describe(arch: &mut Architecture, needs: &[(&str, &[&str])]) {
        for (id, others) in needs {
            let vpc = arch.resource(id, Vpc::new(cidr!("10.0.0.0/16")));
            for other in *others {
                let other = Ref::<Vpc>::managed(ResourceId::new(other).unwrap());
                arch.options(&vpc, |options| _ = options.depends_on(&other));
            }
        }
    }

    #[test]
    fn fires_and_names_the_shortest_circle() {
        check(
            &RULE,
            |arch| {
                describe(arch, &[("a", &["b"]), ("b", &["c", "d"]), ("c", &["a"]), ("d", &["c"])]);
                describe(arch, &[("self", &["self"])]);
            },
            &[
                "error a: needs itself: `a` -> `b` -> `c` -> `a` (1 more are entangled with them)",
                "error self: needs itself: `self` -> `self`",
            ],
        );
    }

    #[test]
    fn accepts_two_ways_to_one_resource() {
        check(
            &RULE,
            |arch| describe(arch, &[("a", &["b", "c"]), ("b", &["d"]), ("c", &["d"]), ("d", &[])]),
            &[],
        );
    }

    #[test]
    fn a_long_chain_does_not_exhaust_the_stack() {
        check(
            &RULE,
            |arch| {
                let ids: Vec<String> = (0..50_000).map(|n| format!("vpc-{n:05}")).collect();
                for pair in ids.windows(2) {
                    describe(arch, &[(&pair[0], &[pair[1].as_str()])]);
                }
            },
            &[],
        );
    }
}
