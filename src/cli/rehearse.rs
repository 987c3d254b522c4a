//! `plan --rehearse`: carries the plan out on an AWS in memory, to see what AWS would refuse.

use super::{Failure, output::Output, target::Session};
use crate::Architecture;

/// What a rehearsal said, for programs, and whether it went well.
pub(super) struct Rehearsed {
    pub(super) document: serde_json::Value,
    pub(super) went_well: bool,
}

#[cfg(feature = "testkit")]
pub(super) fn run(
    session: &Session,
    arch: &Architecture,
    output: Output,
) -> Result<Rehearsed, Failure> {
    let rehearsal = session.run(crate::testkit::rehearse(arch, session.target()))?;
    output.headline("rehearsal");
    output.say(&rehearsal);
    let document = serde_json::json!({
        "failures": super::output::failures(&rehearsal.failures),
        "not_rehearsed": super::output::failures(&rehearsal.not_rehearsed),
        "clock_ms": super::output::millis(rehearsal.elapsed),
    });
    Ok(Rehearsed { document, went_well: rehearsal.went_well() })
}

#[cfg(not(feature = "testkit"))]
pub(super) fn run(_: &Session, _: &Architecture, _: Output) -> Result<Rehearsed, Failure> {
    Err(Failure::usage("this program was built without the AWS in memory")
        .with_help("build it with the feature `testkit` to rehearse"))
}
