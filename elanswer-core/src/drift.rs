//! What changed in AWS behind elanswer's back.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use crate::{
    executor::ExecError,
    id::ResourceId,
    operations::{Error, Target, refresh},
    plan::{PropertyChange, Seen, changes},
    region::Place,
    schema::Kind,
    state::{Phase, State},
};

/// An object that is not as it was when elanswer last wrote it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// The resource.
    pub resource: ResourceId,
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    pub place: Place,
    /// What names it in AWS.
    pub identifier: String,
    /// Whether it is gone.
    pub gone: bool,
    /// The properties that differ: from what was written, to what is.
    pub changes: Vec<PropertyChange>,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.resource, self.kind, self.identifier)?;
        if self.gone {
            return f.write_str(": gone");
        }
        self.changes.iter().try_for_each(|change| {
            write!(f, "\n  {}: {} -> {}", change.path, change.from, change.to)
        })
    }
}

/// Compares everything that was made for the architecture `stack` with what exists.
///
/// # Errors
///
/// When the state or what exists cannot be read.
pub async fn drift(stack: &str, target: &dyn Target) -> Result<Vec<Drift>, Error> {
    let state = target.store().load(stack).await?;
    Ok(compare(stack, target, &state).await?)
}

async fn compare(stack: &str, target: &dyn Target, state: &State) -> Result<Vec<Drift>, ExecError> {
    let executor = target.executor();
    let kinds = executor.kinds();
    let seen: BTreeMap<_, _> = refresh(executor, stack, state, &kinds).await?;
    let mut drifts = Vec::new();
    for record in state.records.values().filter(|record| record.phase == Phase::Ready) {
        let (Some(kind), Some(seen)) = (kinds.get(&record.kind), seen.get(&record.key)) else {
            continue;
        };
        let schema = kind.schema;
        let changes = match seen {
            Seen::Missing => Vec::new(),
            Seen::Present(now) => {
                changes(schema, &now.properties_or(&record.properties), &record.properties)
                    .into_iter()
                    .filter(|change| !schema.moving.contains(&change.path.as_str()))
                    .map(|change| PropertyChange { replaces: false, ..change })
                    .collect()
            }
        };
        let gone = *seen == Seen::Missing;
        if gone || !changes.is_empty() {
            drifts.push(Drift {
                resource: record.key.resource.clone(),
                kind: schema.kind,
                place: record.place.clone(),
                identifier: record.identifier.clone().unwrap_or_default(),
                gone,
                changes,
            });
        }
    }
    Ok(drifts)
}
