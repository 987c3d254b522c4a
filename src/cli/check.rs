//! `check`: looks for what is wrong with the architecture.

use std::process::ExitCode;

use super::{CHECK_ERRORS, output::Output};
use crate::Architecture;

pub(super) fn run(arch: &Architecture, output: &Output) -> ExitCode {
    let report = crate::check(arch);
    output.report(&report);
    if output.is_json() {
        output.document(&report);
    }
    if report.is_deployable() { ExitCode::SUCCESS } else { ExitCode::from(CHECK_ERRORS) }
}
