//! Takes back what an apply did before it failed.

use std::{collections::BTreeMap, sync::Arc};

use super::{Error, Target, Work};
use crate::{
    apply::{ApplyReport, Engine, EngineOptions},
    architecture::Architecture,
    id::ResourceId,
    plan::{Action, Plan, Undo},
    state::{Entry, Record, State},
};

/// Brings back what `before` recorded, as far as the steps of `plan` can be taken back.
pub(super) async fn roll_back(
    plan: &Plan,
    before: &State,
    target: &dyn Target,
    engine: EngineOptions,
) -> Result<ApplyReport, Error> {
    let stack = plan.stack.as_str();
    let mut session = target.store().open(stack).await?;
    let entries = undone(plan, before, session.state());
    if !entries.is_empty() {
        session.append(&entries).await?;
    }
    session.close().await?;
    let session = target.store().open(stack).await?;
    let goal = goal(plan, before, session.state(), target);
    let work = Work { check: false, ..Work::new(stack, Some(&goal), target) };
    let (plan, seen) = work.plan(session.state()).await?;
    let engine = Engine::new(target.executor(), engine);
    Ok(engine.run(&plan, session, &seen, &BTreeMap::new()).await?)
}

/// What to write into the state, before anything is sent, for the state to say what was.
fn undone(plan: &Plan, before: &State, now: &State) -> Vec<Entry> {
    let mut entries = Vec::new();
    for step in &plan.steps {
        let Some(old) = step.existing.as_ref().and_then(|key| before.records.get(key)) else {
            continue;
        };
        match step.action {
            Action::Forget if !now.records.contains_key(&old.key) => {
                entries.push(Entry::Put(Arc::clone(old)));
            }
            // Replaced by an object that goes again: the old one, which still exists, is current
            // once more.
            Action::Replace if now.records.contains_key(&old.key) => {
                let current = now.current(&step.resource).map(|record| &record.key);
                if let Some(new) = current.filter(|current| **current != old.key)
                    && let Ok(to) = format!("{}/undone", step.resource).parse()
                {
                    entries.push(Entry::Move { from: new.clone(), to });
                }
            }
            _ => {}
        }
    }
    entries
}

/// The architecture to come back to.
fn goal(plan: &Plan, before: &State, now: &State, target: &dyn Target) -> Architecture {
    let mut goal = before.clone();
    let mut moved: Vec<(ResourceId, ResourceId)> = Vec::new();
    for (step, compensation) in plan.steps.iter().zip(plan.compensation()) {
        let old = step.existing.as_ref();
        let still = old.is_some_and(|old| now.records.contains_key(old));
        match compensation.undo {
            Undo::DataLost if !still => {
                goal.records.retain(|key, _| key.resource != step.resource);
                keep(&mut goal, now.current(&step.resource));
            }
            Undo::Stays => keep(&mut goal, now.current(&step.resource)),
            _ => {}
        }
        if let (Action::Move, Some(old)) = (step.action, old) {
            moved.push((step.resource.clone(), old.resource.clone()));
        }
    }
    let mut arch = Architecture::recorded(&plan.stack, &goal, &target.executor().kinds());
    for (from, to) in moved {
        // Both are ids of resources that exist or existed.
        let _ = arch.moved(from.as_str(), to.as_str());
    }
    arch
}

fn keep(goal: &mut State, record: Option<&Record>) {
    if let Some(record) = record {
        goal.records.insert(record.key.clone(), Arc::new(record.clone()));
    }
}
