//! The order of the work: what must be done before what, and what unlocks the longest chain.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
    time::Duration,
};

use petgraph::{
    algo::{kosaraju_scc, toposort},
    graph::{DiGraph, NodeIndex},
};

use crate::{
    id::ResourceId,
    plan::{Action, Plan, PlanError, Step},
    resource::Kinds,
    schema::Schema,
    state::{ObjectKey, State},
};

/// One piece of work on one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Work {
    /// Make or update the target of a step.
    Make,
    /// Remove the existing object of a step.
    Remove,
}

/// A piece of work with its place in the order.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) work: Work,
    /// The index of its step in the plan.
    pub(super) step: usize,
    pub(super) schema: &'static Schema,
    /// How long this and the longest chain of work after it usually take.
    pub(super) chain: Duration,
    /// How many tasks must be done before it.
    pub(super) needs: usize,
    /// The tasks that it is needed by.
    pub(super) unlocks: Vec<usize>,
}

/// What a call costs in the reckoning, besides waiting.
const CALL: Duration = Duration::from_millis(50);

/// The tasks of a plan.
pub(super) fn tasks(plan: &Plan, state: &State, kinds: &Kinds) -> Result<Vec<Task>, PlanError> {
    let mut tasks: Vec<Task> = Vec::new();
    let mut makes: BTreeMap<&ResourceId, usize> = BTreeMap::new();
    let mut removes: BTreeMap<&ObjectKey, usize> = BTreeMap::new();
    for (index, step) in plan.steps.iter().enumerate() {
        let kind = kinds.get(step.kind.as_str()).ok_or_else(|| PlanError::UnknownKind {
            resource: step.resource.clone(),
            kind: step.kind.to_string(),
        })?;
        let mut task = |work| {
            let (call, typical) = (
                CALL * u32::try_from(step.api_calls).unwrap_or(1),
                match work {
                    Work::Remove => kind.schema.timing.delete,
                    Work::Make if step.action == Action::Update => kind.schema.timing.update,
                    Work::Make => kind.schema.timing.create,
                },
            );
            tasks.push(Task {
                work,
                step: index,
                schema: kind.schema,
                chain: call + typical,
                needs: 0,
                unlocks: Vec::new(),
            });
            tasks.len() - 1
        };
        if matches!(step.action, Action::Create | Action::Replace | Action::Update) {
            makes.insert(&step.resource, task(Work::Make));
        }
        if matches!(step.action, Action::Delete | Action::Replace)
            && let Some(existing) = &step.existing
        {
            removes.insert(existing, task(Work::Remove));
        }
    }
    let edges = edges(plan, state, &makes, &removes);
    order(plan, &mut tasks, &edges)?;
    Ok(tasks)
}

/// One task must be done before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    before: usize,
    after: usize,
    /// An object is changed so that it lets go of what is removed then. Where that cannot come
    /// first, AWS decides whether what is removed may be in use.
    lets_go: bool,
}

impl Edge {
    const fn new(before: usize, after: usize) -> Self {
        Self { before, after, lets_go: false }
    }
}

/// What is made before an object that refers to something, also through what stays as it is.
struct Made<'a> {
    makes: &'a BTreeMap<&'a ResourceId, usize>,
    /// What each resource that stays was recorded to depend on.
    recorded: HashMap<&'a ResourceId, &'a BTreeSet<ResourceId>>,
    known: HashMap<&'a ResourceId, Rc<BTreeSet<usize>>>,
}

impl<'a> Made<'a> {
    fn new(state: &'a State, makes: &'a BTreeMap<&'a ResourceId, usize>) -> Self {
        let records = state.records.values();
        let recorded = records.map(|it| (&it.key.resource, &it.dependencies)).collect();
        Self { makes, recorded, known: HashMap::new() }
    }

    /// The tasks that make `resource`, or, when it stays, what it stands on.
    fn below(&mut self, resource: &'a ResourceId) -> Rc<BTreeSet<usize>> {
        // Without recursion: a chain may be as long as an architecture.
        let mut open = vec![(resource, false)];
        while let Some((resource, entered)) = open.pop() {
            if let Some(make) = self.makes.get(resource) {
                self.known.insert(resource, Rc::new(BTreeSet::from([*make])));
                continue;
            }
            let dependencies = self.recorded.get(resource).copied().into_iter().flatten();
            if entered {
                let found = dependencies.filter_map(|it| self.known.get(it));
                let found = found.flat_map(|it| it.iter().copied()).collect();
                self.known.insert(resource, Rc::new(found));
            } else if !self.known.contains_key(resource) {
                // What is found here again while it is open would be a circle of the state.
                self.known.insert(resource, Rc::default());
                open.push((resource, true));
                open.extend(dependencies.map(|dependency| (dependency, false)));
            }
        }
        self.known.get(resource).cloned().unwrap_or_default()
    }
}

/// Which task must be done before which.
fn edges(
    plan: &Plan,
    state: &State,
    makes: &BTreeMap<&ResourceId, usize>,
    removes: &BTreeMap<&ObjectKey, usize>,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    let steps: HashMap<&ResourceId, &Step> = plan
        .steps
        .iter()
        .filter(|step| step.target.is_some())
        .map(|step| (&step.resource, step))
        .collect();
    // What is made comes after what it refers to.
    let mut made = Made::new(state, makes);
    for (resource, make) in makes {
        let target = steps.get(*resource).and_then(|step| step.target.as_ref());
        for dependency in target.iter().flat_map(|target| &target.dependencies) {
            edges.extend(made.below(dependency).iter().map(|below| Edge::new(*below, *make)));
        }
    }
    let removing = |step: &&Step| matches!(step.action, Action::Delete | Action::Replace);
    let existing: BTreeMap<&ObjectKey, &Step> = plan
        .steps
        .iter()
        .filter(removing)
        .filter_map(|step| Some((step.existing.as_ref()?, step)))
        .collect();
    // Who was recorded to depend on what is removed.
    let mut dependents: HashMap<&ResourceId, Vec<&ObjectKey>> = HashMap::new();
    for record in state.records.values() {
        for dependency in &record.dependencies {
            dependents.entry(dependency).or_default().push(&record.key);
        }
    }
    for (key, remove) in removes {
        let step = existing.get(*key).copied();
        let delete_first = step.is_some_and(|step| step.delete_first);
        if step.is_some_and(|step| step.action == Action::Replace)
            && let Some(make) = makes.get(&key.resource)
        {
            edges.push(match delete_first {
                true => Edge::new(*remove, *make),
                false => Edge::new(*make, *remove),
            });
        }
        for dependent in dependents.get(&key.resource).into_iter().flatten() {
            // It goes first, or lets go of this first.
            edges.extend(removes.get(*dependent).map(|other| Edge::new(*other, *remove)));
            let still_needs = || {
                let target = steps.get(&dependent.resource).and_then(|step| step.target.as_ref());
                target.is_some_and(|target| target.dependencies.contains(&key.resource))
            };
            if !(delete_first && still_needs())
                && let Some(before) = makes.get(&dependent.resource)
            {
                edges.push(Edge { before: *before, after: *remove, lets_go: true });
            }
        }
    }
    edges.retain(|edge| edge.before != edge.after);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Puts the edges into the tasks, and adds up the chains from their ends.
fn order(plan: &Plan, tasks: &mut [Task], edges: &[Edge]) -> Result<(), PlanError> {
    let mut graph = DiGraph::<(), Edge>::with_capacity(tasks.len(), edges.len());
    for _ in 0..tasks.len() {
        graph.add_node(());
    }
    for edge in edges {
        graph.add_edge(NodeIndex::new(edge.before), NodeIndex::new(edge.after), *edge);
    }
    let order = toposort(&graph, None).or_else(|_| {
        let circles = circles(&graph);
        graph.retain_edges(|graph, index| {
            let edge = graph.edge_weight(index).copied();
            !edge.is_some_and(|edge| edge.lets_go && within(&circles, edge))
        });
        toposort(&graph, None)
    });
    let order = order.map_err(|_| {
        let circle = circles(&graph).into_iter().next().unwrap_or_default();
        let steps = circle.into_iter().filter_map(|index| {
            let task = tasks.get(index.index())?;
            plan.steps.get(task.step).map(|step| step.resource.clone())
        });
        let mut resources: Vec<ResourceId> = steps.collect();
        resources.sort();
        resources.dedup();
        PlanError::Cycle { resources }
    })?;
    for index in order.into_iter().rev().map(NodeIndex::index) {
        let after: Vec<usize> =
            graph.neighbors(NodeIndex::new(index)).map(NodeIndex::index).collect();
        let rest = after.iter().filter_map(|next| tasks.get(*next)).map(|next| next.chain).max();
        for next in &after {
            if let Some(next) = tasks.get_mut(*next) {
                next.needs += 1;
            }
        }
        if let Some(task) = tasks.get_mut(index) {
            task.chain += rest.unwrap_or_default();
            task.unlocks = after;
        }
    }
    Ok(())
}

/// The tasks that wait for each other. Not by Tarjan's algorithm, which recurses as deep as the
/// longest chain.
fn circles(graph: &DiGraph<(), Edge>) -> Vec<BTreeSet<NodeIndex>> {
    let parts = kosaraju_scc(graph).into_iter();
    parts.filter(|part| part.len() > 1).map(|part| part.into_iter().collect()).collect()
}

fn within(circles: &[BTreeSet<NodeIndex>], edge: Edge) -> bool {
    circles.iter().any(|circle| {
        [edge.before, edge.after].into_iter().all(|end| circle.contains(&NodeIndex::new(end)))
    })
}
