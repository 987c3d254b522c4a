//! The command line that every architecture gets.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use elanswer::{Architecture, Region, cidr, services::ec2::Vpc};
//!
//! fn main() -> ExitCode {
//!     elanswer::cli::main(|ctx| {
//!         let mut arch = Architecture::new("shop", ctx.region_or(Region::UsEast1));
//!         arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
//!         arch
//!     })
//! }
//! ```
//!
//! Exit codes: 0 done, 1 failed, 2 bad usage, 3 the check found errors, 4 (with
//! `--detailed-exitcode`) there are changes.

use std::{fmt, process::ExitCode};

use clap::Parser;

pub use args::Context;

use args::{Args, Command};
use output::Output;

use crate::Architecture;

mod apply;
mod args;
mod check;
mod cost;
mod drift;
mod graph;
mod import;
mod interrupt;
mod main_job;
mod output;
mod plan;
mod progress;
mod recovery;
mod rehearse;
mod target;

/// Runs the command line on the architecture that `describe` describes.
///
/// `describe` gets what the command line says about the architecture, and gives it or an error.
pub fn main<A: IntoArchitecture>(describe: impl FnOnce(&Context) -> A) -> ExitCode {
    let args = Args::parse();
    let output = Output::new(args.json);
    let result = describe(&args.context)
        .into_architecture()
        .map_err(Failure::new)
        .and_then(|arch| run(&args, &arch, &output));
    match result {
        Ok(code) => code,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.code)
        }
    }
}

fn run(args: &Args, arch: &Architecture, output: &Output) -> Result<ExitCode, Failure> {
    match &args.command {
        Some(Command::Check) => Ok(check::run(arch, output)),
        Some(Command::Cost) => cost::run(args, arch, output),
        Some(Command::Recovery) => Ok(recovery::run(arch, output)),
        Some(Command::Graph(graph)) => Ok(graph::run(arch, graph, output)),
        Some(Command::Export) => {
            output.document(arch);
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Plan(options)) => plan::run(args, arch, options, output),
        Some(Command::Apply(options)) => apply::run(args, Some(arch), arch.name(), options, output),
        Some(Command::Destroy(options)) => apply::run(args, None, arch.name(), options, output),
        Some(Command::Drift(options)) => drift::run(args, arch.name(), options, output),
        Some(Command::Import(options)) => import::run(args, arch, options, output),
        None => main_job::run(args, arch, output),
    }
}

/// An architecture, or why there is none.
pub trait IntoArchitecture {
    /// The architecture.
    ///
    /// # Errors
    ///
    /// What the user is shown, when there is none.
    fn into_architecture(self) -> Result<Architecture, String>;
}

impl IntoArchitecture for Architecture {
    fn into_architecture(self) -> Result<Architecture, String> {
        Ok(self)
    }
}

impl<E: fmt::Display> IntoArchitecture for Result<Architecture, E> {
    fn into_architecture(self) -> Result<Architecture, String> {
        self.map_err(|error| error.to_string())
    }
}

/// Why a command ends before it is done.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
    help: Option<String>,
    /// The check that found the errors, where that is the failure.
    report: Option<crate::Report>,
}

const FAILED: u8 = 1;
const USAGE: u8 = 2;
const CHECK_ERRORS: u8 = 3;
const CHANGES: u8 = 4;

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { code: FAILED, message: message.into(), help: None, report: None }
    }

    fn usage(message: impl Into<String>) -> Self {
        Self { code: USAGE, ..Self::new(message) }
    }

    fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        let help = match &error {
            crate::Error::Refresh(error) => Some(error.help().to_owned()),
            _ => None,
        };
        let message = error.to_string();
        match error {
            crate::Error::Check(report) => {
                Self { code: CHECK_ERRORS, report: Some(*report), ..Self::new(message) }
            }
            _ => Self { help, ..Self::new(message) },
        }
    }
}
