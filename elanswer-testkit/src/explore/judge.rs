//! What a crash did: another program starts from what is left, and is compared with a run that
//! nothing interrupted.

use std::{collections::BTreeMap, time::Duration};

use elanswer_core::{Architecture, Error};
use serde_json::Value;

use super::{
    look::{Look, Stray},
    machine::{Machine, Setup, Start},
    report::Harm,
    run::Operation,
};

/// Longer than anything that ends.
const FOREVER: Duration = Duration::from_secs(30 * 24 * 3600);

/// What the program does that starts after the crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// The same again.
    Again,
    /// A destroy instead.
    Destroy,
}

/// Something that a crash did.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) harm: Harm,
    pub(super) text: String,
}

fn problem(harm: Harm, text: impl Into<String>) -> Problem {
    Problem { harm, text: text.into() }
}

pub(super) struct Judge<'a> {
    pub(super) stack: &'a str,
    pub(super) operation: &'a Operation,
    pub(super) setup: &'a Setup,
    /// How the operation ends without a crash.
    pub(super) whole: Look,
    /// How a destroy ends without a crash, after the operation and before it.
    pub(super) destroyed: [Look; 2],
}

impl Judge<'_> {
    /// What is wrong after a crash that leaves this behind.
    pub(super) async fn moment(&self, start: &Start) -> Vec<(Then, Problem)> {
        let thens: &[Then] = match self.operation.goal {
            Some(_) => &[Then::Again, Then::Destroy],
            None => &[Then::Again],
        };
        let mut problems = Vec::new();
        for then in thens {
            let machine = self.setup.machine(start);
            let found = tokio::time::timeout(FOREVER, self.after(&machine, *then)).await;
            let found = found.unwrap_or_else(|_| vec![problem(Harm::Diverged, "it never ends")]);
            problems.extend(found.into_iter().map(|problem| (*then, problem)));
        }
        problems
    }

    async fn after(&self, machine: &Machine, then: Then) -> Vec<Problem> {
        let goal = match then {
            Then::Again => self.operation.goal.as_ref(),
            Then::Destroy => None,
        };
        let mut problems = Vec::new();
        match machine.work(self.stack, goal).await {
            Ok(report) if report.is_complete() => {}
            Ok(report) => problems.push(problem(Harm::Diverged, one_line(&report.to_string()))),
            Err(error) => problems.push(problem(Harm::Diverged, one_line(&error.to_string()))),
        }
        let look = match machine.look(self.stack).await {
            Ok(look) => look,
            Err(error) => {
                problems.push(problem(Harm::Diverged, one_line(&error.to_string())));
                return problems;
            }
        };
        match goal {
            Some(goal) => {
                self.as_without_a_crash(&look, &mut problems);
                for refresh in [true, false] {
                    if let Err(text) = nothing_left_to_do(goal, machine, refresh).await {
                        problems.push(problem(Harm::Diverged, text));
                    }
                }
            }
            None => self.all_gone(&look, &mut problems),
        }
        problems
    }

    fn as_without_a_crash(&self, look: &Look, problems: &mut Vec<Problem>) {
        let (orphans, missing) = differences(&look.strays, &self.whole.strays);
        for orphan in orphans {
            problems.push(problem(Harm::Orphan, format!("{orphan} is in no state")));
            if self.is_second(orphan, look) {
                problems.push(problem(Harm::Duplicate, format!("{orphan} exists twice")));
            }
        }
        for stray in missing {
            problems.push(problem(Harm::Diverged, format!("{stray} is gone")));
        }
        for (resource, expected) in &self.whole.recorded {
            let found = look.recorded.get(resource).map_or(&[][..], Vec::as_slice);
            if found.len() > expected.len() {
                let text = format!("`{resource}` has {} objects", found.len());
                problems.push(problem(Harm::Duplicate, text));
            } else if let Some(difference) = difference(expected, found) {
                problems.push(problem(Harm::Diverged, format!("`{resource}`: {difference}")));
            }
        }
        for resource in look.recorded.keys() {
            if !self.whole.recorded.contains_key(resource) {
                problems.push(problem(Harm::Diverged, format!("`{resource}` is still recorded")));
            }
        }
    }

    /// Whether another object is, or says that it is, of the same resource.
    fn is_second(&self, stray: &Stray, look: &Look) -> bool {
        match &stray.owner {
            Some(owner) => {
                let expected = self.whole.owned.get(owner).copied().unwrap_or(0);
                look.owned.get(owner).copied().unwrap_or(0) > expected.max(1)
            }
            None => {
                let properties = stray.signature.get(3);
                look.recorded.values().flatten().any(|both| both.get("Object") == properties)
            }
        }
    }

    fn all_gone(&self, look: &Look, problems: &mut Vec<Problem>) {
        // What is kept on purpose is kept, whether it existed before the operation or after.
        let (orphans, _) = differences(&look.strays, &self.destroyed[0].strays);
        let orphans: Vec<Stray> = orphans.into_iter().cloned().collect();
        let (orphans, _) = differences(&orphans, &self.destroyed[1].strays);
        for orphan in orphans {
            problems.push(problem(Harm::Orphan, format!("{orphan} is left")));
        }
        for resource in look.recorded.keys() {
            problems.push(problem(Harm::Diverged, format!("`{resource}` is still recorded")));
        }
    }
}

/// What is in the first and not in the second, and what is in the second and not in the first.
fn differences<'a>(found: &'a [Stray], expected: &'a [Stray]) -> (Vec<&'a Stray>, Vec<&'a Stray>) {
    let mut counts: BTreeMap<String, Vec<&Stray>> = BTreeMap::new();
    for stray in expected {
        counts.entry(stray.signature.to_string()).or_default().push(stray);
    }
    let more = found
        .iter()
        .filter(|stray| {
            let same = counts.get_mut(&stray.signature.to_string());
            same.and_then(Vec::pop).is_none()
        })
        .collect();
    (more, counts.into_values().flatten().collect())
}

/// The first difference between what is recorded of a resource and what should be.
fn difference(expected: &[Value], found: &[Value]) -> Option<String> {
    if expected.len() != found.len() {
        return Some(format!("{} objects instead of {}", found.len(), expected.len()));
    }
    expected.iter().zip(found).find_map(|(expected, found)| first(expected, found, ""))
}

fn first(expected: &Value, found: &Value, path: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    if let (Value::Object(expected), Value::Object(found)) = (expected, found) {
        let names = expected.keys().chain(found.keys());
        return names.into_iter().find_map(|name| {
            let (one, other) = (expected.get(name), found.get(name));
            let path = format!("{path}/{name}");
            first(one.unwrap_or(&Value::Null), other.unwrap_or(&Value::Null), &path)
        });
    }
    if let (Value::Array(expected), Value::Array(found)) = (expected, found)
        && expected.len() == found.len()
    {
        let items = (0..).zip(expected.iter().zip(found));
        return items
            .into_iter()
            .find_map(|(at, (one, other))| first(one, other, &format!("{path}/{at}")));
    }
    Some(format!("{path} is {} instead of {}", brief(found), brief(expected)))
}

/// The beginning of a value.
fn brief(value: &Value) -> String {
    const MOST: usize = 200;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

async fn nothing_left_to_do(
    goal: &Architecture,
    machine: &Machine,
    refresh: bool,
) -> Result<(), String> {
    let plan: Result<_, Error> =
        elanswer_core::plan(goal, machine).unchecked().refresh(refresh).await;
    match plan {
        Ok(plan) if plan.is_empty() => Ok(()),
        Ok(plan) => Err(format!("the plan is not empty: {}", one_line(&plan.to_string()))),
        Err(error) => Err(format!("there is no plan: {}", one_line(&error.to_string()))),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
