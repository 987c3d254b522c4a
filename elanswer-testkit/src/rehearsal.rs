//! A dress rehearsal: an apply on an AWS in memory that begins as the real one is.

use std::{fmt, thread, time::Duration};

use elanswer_core::{
    Architecture,
    apply::{ApplyReport, Failure},
    executor::{ErrorKind, ExecError, Observation, Status},
    operations::{self, Error, Target},
    plan::Seen,
    resource::Kinds,
    state::{MemoryStore, State},
};
use serde_json::Value;
use tokio::runtime::Builder;

use crate::mock::MockAws;

/// Reads what exists of `arch`, as a plan does, and applies `arch` to an AWS in memory in which
/// the same exists: with the real engine, AWS's rules and error codes, and in no time.
///
/// What AWS would refuse is found before it is asked: dependencies that hold, names and ranges that
/// collide, quotas, an order that cannot work. Nothing is written, in AWS or in the state.
///
/// Only what the state records is read. Where the architecture names objects that are not in it,
/// and the rehearsal stumbles over that they are missing, it says so in
/// [`Rehearsal::not_rehearsed`].
///
/// ```
/// use elanswer_core::{Architecture, Region, cidr, services::ec2::Vpc};
/// use elanswer_testkit::{MockAws, rehearse};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
///
/// let target = MockAws::new(); // or AWS and a state
/// let rehearsal = rehearse(&arch, &target).await?;
/// assert!(rehearsal.went_well(), "{rehearsal}");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When the state or what exists cannot be read, or there is no plan.
pub async fn rehearse(arch: &Architecture, target: &dyn Target) -> Result<Rehearsal, Error> {
    let state = target.store().load(arch.name()).await?;
    let kinds = target.executor().kinds();
    let aws = stage(arch.name(), &state, target, &kinds).await?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let (rehearsed, store) = (arch.clone(), MemoryStore::holding(arch.name(), state));
    // On a clock of its own, which does not wait for AWS's minutes to pass.
    thread::spawn(move || {
        let clock = Builder::new_current_thread().enable_all().start_paused(true).build();
        let report = clock.map(|clock| {
            clock.block_on(async {
                let target = (aws, store);
                operations::apply(&rehearsed, &target).unchecked().await
            })
        });
        // Whoever asked may have gone.
        let _ = sender.send(report);
    });
    let fault = |message: String| Error::Refresh(ExecError::new(ErrorKind::Internal, message));
    let report = receiver
        .await
        .map_err(|_| fault("the rehearsal ended early".to_owned()))?
        .map_err(|error| fault(format!("the rehearsal cannot begin: {error}")))??;
    Ok(Rehearsal::of(arch, report))
}

/// An AWS in memory with what `target` has of the state.
async fn stage(
    stack: &str,
    state: &State,
    target: &dyn Target,
    kinds: &Kinds,
) -> Result<MockAws, Error> {
    let seen = operations::refresh(target.executor(), stack, state, kinds).await?;
    let aws = MockAws::new();
    for record in state.records.values() {
        let (Some(kind), Some(Seen::Present(found))) =
            (kinds.get(&record.kind), seen.get(&record.key))
        else {
            continue;
        };
        let whole = Observation {
            properties: found.properties_or(&record.properties).into_owned(),
            unread: Vec::new(),
            status: Status::Ready,
            ..(**found).clone()
        };
        aws.put(kind.schema.kind, &record.place, &whole, &record.ownership(stack)).map_err(
            |error| {
                let resource = &record.key.resource;
                Error::Refresh(ExecError::new(
                    ErrorKind::Internal,
                    format!("`{resource}` cannot be put on the stage: {error}"),
                ))
            },
        )?;
    }
    Ok(aws)
}

/// What a rehearsal found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rehearsal {
    /// What AWS would refuse.
    pub failures: Vec<Failure>,
    /// What could not be rehearsed: it needs objects that exist in AWS and not in the state.
    pub not_rehearsed: Vec<Failure>,
    /// About how long AWS would take.
    pub elapsed: Duration,
}

impl Rehearsal {
    fn of(arch: &Architecture, report: ApplyReport) -> Self {
        let (not_rehearsed, failures) =
            report.failures.into_iter().partition(|failure| lacks_a_stranger(arch, failure));
        Self { failures, not_rehearsed, elapsed: report.elapsed }
    }

    /// Whether AWS would refuse nothing that could be rehearsed.
    #[must_use]
    pub const fn went_well(&self) -> bool {
        self.failures.is_empty()
    }
}

impl fmt::Display for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "AWS would refuse {failure}")?;
        }
        for failure in &self.not_rehearsed {
            writeln!(f, "not rehearsed, for it needs what is not in the state: {failure}")?;
        }
        write!(f, "rehearsed: AWS would take about {} s", self.elapsed.as_secs())
    }
}

/// Whether a step failed for want of something that the architecture names by its identifier.
fn lacks_a_stranger(arch: &Architecture, failure: &Failure) -> bool {
    let Some(node) = arch.node(&failure.resource) else { return false };
    let names = |text: &str| text.len() > 3 && failure.error.message().contains(text);
    failure.error.kind() == ErrorKind::NotFound
        && node.properties().values().any(|value| any_text(value, &names))
}

fn any_text(value: &Value, f: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => f(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, f)),
        Value::Object(map) => map.values().any(|item| any_text(item, f)),
        _ => false,
    }
}
