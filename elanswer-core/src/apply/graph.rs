//! The order of the work: what must be done before what, and what unlocks the longest chain.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use petgraph::graph::{DiGraph, NodeIndex};

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
    let mut makes: HashMap<&ResourceId, usize> = HashMap::new();
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

/// Which task must be done before which.
fn edges(
    plan: &Plan,
    state: &State,
    makes: &HashMap<&ResourceId, usize>,
    removes: &BTreeMap<&ObjectKey, usize>,
) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    let steps: HashMap<&ResourceId, &Step> = plan
        .steps
        .iter()
        .filter(|step| step.target.is_some())
        .map(|step| (&step.resource, step))
        .collect();
    // What is made comes after what it refers to.
    for (resource, make) in makes {
        let dependencies = steps.get(*resource).and_then(|step| step.target.as_ref());
        for dependency in dependencies.iter().flat_map(|target| &target.dependencies) {
            edges.extend(makes.get(dependency).map(|dependency| (*dependency, *make)));
        }
    }
    // Who was recorded to depend on what is removed.
    let mut dependents: HashMap<&ResourceId, Vec<&ObjectKey>> = HashMap::new();
    for record in state.records.values() {
        for dependency in &record.dependencies {
            dependents.entry(dependency).or_default().push(&record.key);
        }
    }
    for (key, remove) in removes {
        let step = plan.steps.iter().find(|step| step.existing.as_ref() == Some(*key));
        let delete_first = step.is_some_and(|step| step.delete_first);
        if step.is_some_and(|step| step.action == Action::Replace)
            && let Some(make) = makes.get(&key.resource)
        {
            edges.push(if delete_first { (*remove, *make) } else { (*make, *remove) });
        }
        for dependent in dependents.get(&key.resource).into_iter().flatten() {
            // It goes first, or lets go of this first.
            edges.extend(removes.get(*dependent).map(|other| (*other, *remove)));
            let still_needs = || {
                let target = steps.get(&dependent.resource).and_then(|step| step.target.as_ref());
                target.is_some_and(|target| target.dependencies.contains(&key.resource))
            };
            if !(delete_first && still_needs()) {
                edges.extend(makes.get(&dependent.resource).map(|other| (*other, *remove)));
            }
        }
    }
    edges.retain(|(before, after)| before != after);
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// Puts the edges into the tasks, and adds up the chains from their ends.
fn order(plan: &Plan, tasks: &mut [Task], edges: &[(usize, usize)]) -> Result<(), PlanError> {
    let mut graph = DiGraph::<usize, ()>::with_capacity(tasks.len(), edges.len());
    for index in 0..tasks.len() {
        graph.add_node(index);
    }
    for (before, after) in edges {
        graph.add_edge(NodeIndex::new(*before), NodeIndex::new(*after), ());
    }
    let order = petgraph::algo::toposort(&graph, None).map_err(|_| {
        let circle = petgraph::algo::tarjan_scc(&graph).into_iter().find(|part| part.len() > 1);
        let steps = circle.unwrap_or_default().into_iter().filter_map(|index| {
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
