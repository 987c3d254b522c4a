//! No command: check, plan and apply, show what was built, and that nothing is left to do.

use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use serde_json::json;

use super::{
    Failure, apply,
    args::{Args, TargetKind},
    check,
    output::{Output, apply_document, plan_document},
    target::Session,
};
use crate::{Architecture, operations};

pub(super) fn run(args: &Args, arch: &Architecture, output: &Output) -> Result<ExitCode, Failure> {
    if args.context.target == TargetKind::Aws {
        return Err(Failure::usage("say what to do with AWS")
            .with_help("pass a command: check, plan, apply, destroy, drift, import, cost, recovery, graph or export"));
    }
    // The documents of the parts would be several: with --json there is one of all.
    let quiet = Output::new(false);
    let parts = if output.is_json() { *output } else { quiet };
    output.headline("check");
    let report = crate::check(arch);
    if !report.is_deployable() {
        return Ok(check::run(arch, output));
    }
    output.report(&report);
    let session = Session::open(args)?;
    output.headline("plan");
    let plan = session.run(operations::plan(arch, session.target()).into_future())?;
    output.plan(&plan);
    output.headline("apply");
    let started = Instant::now();
    let applied = apply::carry_out(&session, operations::apply(arch, session.target()), parts);
    let took = started.elapsed();
    // Also after a failure: what was done is done.
    session.save()?;
    let applied = applied?;
    output.applied(&applied, took);
    output.headline("built");
    output.say(built(arch));
    output.headline("plan again");
    let again = session.run(operations::plan(arch, session.target()).into_future())?;
    output.plan(&again);
    if output.is_json() {
        output.document(&json!({
            "check": report,
            "plan": plan_document(&plan),
            "apply": apply_document(&applied, took),
            "plan_again": plan_document(&again),
        }));
    }
    let done = applied.is_complete() && again.is_empty();
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many of each kind there are.
fn built(arch: &Architecture) -> comfy_table::Table {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for node in arch.nodes() {
        *kinds.entry(node.resource.schema().kind.as_str()).or_default() += 1;
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    for (kind, count) in kinds {
        table.add_row([format!("  {count:>3}"), kind.to_owned()]);
    }
    table
}
