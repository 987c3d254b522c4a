//! `drift`: shows what changed in AWS since it was made.

use std::process::ExitCode;

use serde_json::json;

use super::{
    CHANGES, Failure,
    args::{Args, DriftArgs},
    output::Output,
    target::Session,
};

pub(super) fn run(
    args: &Args,
    stack: &str,
    options: &DriftArgs,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let drifts = session.run(crate::drift(stack, session.target()))?;
    for drift in &drifts {
        output.say(drift);
    }
    output.say(format_args!("{} objects changed outside of elanswer", drifts.len()));
    if output.is_json() {
        output.document(&json!({ "drifted": drifts.len(), "resources": drifts }));
    }
    let changed = options.detailed_exitcode && !drifts.is_empty();
    Ok(if changed { ExitCode::from(CHANGES) } else { ExitCode::SUCCESS })
}
