//! `plan`: shows what an apply would do.

use std::{fs, process::ExitCode};

use super::{
    CHANGES, FAILED, Failure,
    args::{Args, OnFailure, PlanArgs},
    output::{Output, plan_document},
    rehearse,
    target::Session,
};
use crate::{Architecture, operations};

pub(super) fn run(
    args: &Args,
    arch: &Architecture,
    options: &PlanArgs,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let planning = if options.destroy {
        operations::plan_destroy(arch.name(), session.target())
    } else {
        operations::plan(arch, session.target())
    };
    let plan = session.run(planning.refresh(!options.no_refresh).into_future())?;
    let mut document = plan_document(&plan);
    if let Some(file) = &options.plan_out {
        let text = document.to_string();
        fs::write(file, text).map_err(|error| {
            Failure::new(format!("cannot write the plan to `{}`: {error}", file.display()))
        })?;
    }
    output.plan(&plan);
    if options.on_failure == OnFailure::Rollback {
        output.compensation(&plan);
    }
    let rehearsed = options.rehearse.then(|| rehearse::run(&session, arch, *output)).transpose()?;
    if let (Some(rehearsed), Some(document)) = (&rehearsed, document.as_object_mut()) {
        document.insert("rehearsal".to_owned(), rehearsed.document.clone());
    }
    if output.is_json() {
        output.document(&document);
    }
    if rehearsed.is_some_and(|rehearsed| !rehearsed.went_well) {
        return Ok(ExitCode::from(FAILED));
    }
    let changes = options.detailed_exitcode && !plan.is_empty();
    Ok(if changes { ExitCode::from(CHANGES) } else { ExitCode::SUCCESS })
}
