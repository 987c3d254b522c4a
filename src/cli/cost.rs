//! `cost`: shows what the architecture costs in a month, what the change to it costs, and what
//! promises of a year would save.

use std::process::ExitCode;

use serde_json::json;

use super::{Failure, args::Args, output::Output, target::Session};
use crate::{Architecture, cost};

pub(super) fn run(args: &Args, arch: &Architecture, output: &Output) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let (estimate, reservations) = (cost::estimate(arch), cost::reservations(arch));
    let state = session.run(async {
        session.target().store().load(arch.name()).await.map_err(crate::Error::from)
    })?;
    let change = (!state.records.is_empty()).then(|| {
        let kinds = session.target().executor().kinds();
        cost::before_and_after(&Architecture::recorded(arch.name(), &state, &kinds), arch)
    });
    output.headline("in a month");
    output.say(&estimate);
    if let Some(change) = &change {
        output.headline("the change");
        output.say(change);
    }
    output.headline("promises of a year");
    output.say(&reservations);
    if output.is_json() {
        let changes = change.as_ref().map(cost::CostComparison::changes);
        output.document(&json!({
            "monthly": estimate.monthly(),
            "resources": estimate.resources,
            "changes": changes,
            "reservations": reservations,
        }));
    }
    Ok(ExitCode::SUCCESS)
}
