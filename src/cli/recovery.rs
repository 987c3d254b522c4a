//! `recovery`: shows what is still there after a failure, and what comes back.

use std::process::ExitCode;

use super::output::Output;
use crate::Architecture;

pub(super) fn run(arch: &Architecture, output: &Output) -> ExitCode {
    let report = crate::recovery(arch);
    output.say(&report);
    if output.is_json() {
        output.document(&report);
    }
    ExitCode::SUCCESS
}
