//! `apply` and `destroy`: bring AWS to what the architecture says, or to nothing.

use std::{
    fs,
    io::{IsTerminal, Write},
    path::Path,
    process::ExitCode,
    time::Instant,
};

use super::{
    FAILED, Failure,
    args::{ApplyArgs, Args, OnFailure},
    interrupt::Interrupts,
    output::{Output, apply_document},
    progress::Progress,
    target::Session,
};
use crate::{ApplyReport, Architecture, Cancel, Plan, operations, operations::Applying};

pub(super) fn run(
    args: &Args,
    arch: Option<&Architecture>,
    stack: &str,
    options: &ApplyArgs,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let session = Session::open(args)?;
    let saved = options.plan.as_deref().map(fingerprint).transpose()?;
    let approved = if options.auto_approve || saved.is_some() {
        None
    } else {
        Some(approve(&session, arch, stack, options, output)?)
    };
    let applying = match arch {
        Some(arch) => operations::apply(arch, session.target()),
        None => operations::destroy(stack, session.target()),
    };
    let applying = applying
        .refresh(!options.no_refresh)
        .concurrency(options.concurrency.get())
        .roll_back(options.on_failure == OnFailure::Rollback);
    let applying = match (&saved, &approved) {
        (Some(fingerprint), _) => applying.expecting_fingerprint(fingerprint),
        (_, Some(plan)) => applying.expecting(plan),
        _ => applying,
    };
    let started = Instant::now();
    let report = carry_out(&session, applying, *output);
    let took = started.elapsed();
    // Also after a failure: what was done is done.
    session.save()?;
    let report = report?;
    output.applied(&report, took);
    if output.is_json() {
        output.document(&apply_document(&report, took));
    }
    Ok(if report.is_complete() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

/// Applies with a progress bar. The first Ctrl-C asks it to stop, the second ends it at once: what
/// was in flight then is in the journal, and the next apply finds it.
pub(super) fn carry_out(
    session: &Session,
    applying: Applying<'_>,
    output: Output,
) -> Result<ApplyReport, Failure> {
    let cancel = Cancel::new();
    let (progress, events) = Progress::new(output);
    let applying = applying.events(events).cancel(cancel.clone());
    session.run(async {
        let mut interrupts = Interrupts::new()
            .map_err(|error| Failure::new(format!("cannot watch for signals: {error}")))?;
        let work = applying.into_future();
        tokio::pin!(work);
        let stoppable = async {
            loop {
                tokio::select! {
                    biased;
                    result = &mut work => return result.map_err(Failure::from),
                    () = interrupts.next() => {
                        if cancel.is_cancelled() {
                            return Err(Failure::new("ended before the calls in flight were")
                                .with_help("run it again: it finds what they made"));
                        }
                        anstream::eprintln!(
                            "stopping: waiting for the calls in flight; once more ends at once"
                        );
                        cancel.cancel();
                    }
                }
            }
        };
        progress.during(stoppable).await
    })
}

/// Shows the plan and asks.
fn approve(
    session: &Session,
    arch: Option<&Architecture>,
    stack: &str,
    options: &ApplyArgs,
    output: &Output,
) -> Result<Plan, Failure> {
    if output.is_json() || !std::io::stdin().is_terminal() {
        return Err(Failure::usage("nobody can be asked for approval")
            .with_help("look at `plan`, then pass --auto-approve, or --plan with a saved plan"));
    }
    let planning = match arch {
        Some(arch) => operations::plan(arch, session.target()),
        None => operations::plan_destroy(stack, session.target()),
    };
    let plan = session.run(planning.refresh(!options.no_refresh).into_future())?;
    output.plan(&plan);
    if options.on_failure == OnFailure::Rollback {
        output.compensation(&plan);
    }
    if plan.is_empty() {
        return Ok(plan);
    }
    anstream::print!("\nCarry this out? Only `yes` is taken for it: ");
    let mut answer = String::new();
    let asked = std::io::stdout().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    match asked {
        Ok(_) if answer.trim() == "yes" => Ok(plan),
        _ => Err(Failure::new("not approved; nothing was done")),
    }
}

/// The fingerprint of a saved plan.
fn fingerprint(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|error| {
        Failure::usage(format!("cannot read the plan `{}`: {error}", file.display()))
    })?;
    serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|plan| Some(plan.get("fingerprint")?.as_str()?.to_owned()))
        .ok_or_else(|| {
            Failure::usage(format!("`{}` is not a saved plan", file.display()))
                .with_help("save one with `plan --plan-out FILE`")
        })
}
