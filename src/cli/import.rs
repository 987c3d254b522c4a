//! `import`: takes objects that exist into the state, and shows what would then be left to do.

use std::process::ExitCode;

use serde_json::json;

use super::{
    Failure,
    args::{Args, ImportArgs},
    output::{Output, plan_document},
    target::Session,
};
use crate::{Architecture, operations};

pub(super) fn run(
    args: &Args,
    arch: &Architecture,
    options: &ImportArgs,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let importing =
        options.objects.iter().fold(
            operations::import(arch, session.target()),
            |importing, (resource, identifier)| importing.object(resource, identifier),
        );
    let importing = options.tagged.iter().fold(importing, |it, (key, value)| it.tagged(key, value));
    let imported = session.run(importing.into_future())?;
    for resource in &imported {
        output.say(format_args!("  → {resource}"));
    }
    output.say(format_args!("{} objects taken into the state", imported.len()));
    output.headline("plan");
    let plan = session.run(operations::plan(arch, session.target()).into_future())?;
    output.plan(&plan);
    if output.is_json() {
        output.document(&json!({ "imported": imported, "plan": plan_document(&plan) }));
    }
    Ok(ExitCode::SUCCESS)
}
