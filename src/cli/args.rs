//! What the command line takes.

use std::{collections::BTreeMap, num::NonZeroUsize, path::PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

use crate::Region;

/// Check, plan, apply and destroy the architecture of this program.
///
/// Without a command: check, plan and apply it to an AWS in memory, show what was built, and show
/// that nothing is left to do.
#[derive(Debug, Parser)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed, 2 bad usage, 3 the check found errors, 4 there are changes (with --detailed-exitcode)."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    #[command(flatten)]
    pub(super) context: Context,

    /// Keep the AWS in memory in this file (with --target mock).
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) cloud: Option<PathBuf>,

    /// Send to this endpoint in place of AWS (with --target aws).
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,

    /// Keep the state in this folder, or in S3: `s3://bucket/prefix`, with `?lock=90s` for a lock
    /// that holds longer than 60 seconds without renewal. Unset: in `.elanswer`, or in memory if
    /// AWS is too.
    #[arg(long, global = true, value_name = "FOLDER|URL")]
    pub(super) state: Option<String>,

    /// Print one JSON document on standard output, and everything else on standard error.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

/// What the command line says about the architecture.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Context {
    /// What to apply to.
    #[arg(long, global = true, value_enum, default_value_t = TargetKind::Mock)]
    pub(super) target: TargetKind,

    /// The AWS Region to build in.
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<Region>,

    /// A value for the program that describes the architecture.
    #[arg(long = "var", global = true, value_name = "KEY=VALUE", value_parser = variable)]
    vars: Vec<(String, String)>,
}

impl Context {
    /// Whether it is for an AWS in memory, in which what the architecture only names need not exist.
    #[must_use]
    pub fn is_mock(&self) -> bool {
        self.target == TargetKind::Mock
    }

    /// The Region that `--region` names, or `default`.
    #[must_use]
    pub fn region_or(&self, default: Region) -> Region {
        self.region.unwrap_or(default)
    }

    /// The value that `--var KEY=VALUE` gives; the last one counts.
    #[must_use]
    pub fn var(&self, key: &str) -> Option<&str> {
        self.vars.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Every value that `--var` gives.
    #[must_use]
    pub fn vars(&self) -> BTreeMap<&str, &str> {
        self.vars.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }
}

fn variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

/// What to apply to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TargetKind {
    /// An AWS in memory.
    #[default]
    Mock,
    /// AWS, with the credentials of the environment.
    Aws,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Look for what is wrong with the architecture.
    Check,
    /// Show what an apply would do.
    Plan(PlanArgs),
    /// Bring AWS to what the architecture says.
    Apply(ApplyArgs),
    /// Remove everything that was made; what is protected refuses it.
    Destroy(ApplyArgs),
    /// Show what changed in AWS since it was made.
    Drift(DriftArgs),
    /// Take objects that exist into the state, as those of resources of the architecture.
    Import(ImportArgs),
    /// Show what the architecture costs in a month, and what the change to it costs.
    Cost,
    /// Show what is still there after a failure, and what comes back.
    Recovery,
    /// Draw the architecture.
    Graph(GraphArgs),
    /// Write the architecture as JSON, for other tools.
    Export,
}

#[derive(Debug, clap::Args)]
pub(super) struct PlanArgs {
    /// Save the plan, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub(super) plan_out: Option<PathBuf>,

    /// Believe the state, and do not read what exists.
    #[arg(long)]
    pub(super) no_refresh: bool,

    /// Carry the plan out on an AWS in memory in which the same exists, to see what AWS would
    /// refuse.
    #[arg(long, conflicts_with = "destroy")]
    pub(super) rehearse: bool,

    /// What an apply would do when a step fails.
    #[arg(long, value_enum, default_value_t = OnFailure::Stop)]
    pub(super) on_failure: OnFailure,

    /// Plan the removal of everything.
    #[arg(long)]
    pub(super) destroy: bool,

    /// Exit with 4 when there are changes.
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ApplyArgs {
    /// Do what this saved plan says, or nothing.
    #[arg(long, value_name = "FILE")]
    pub(super) plan: Option<PathBuf>,

    /// Do not ask.
    #[arg(long)]
    pub(super) auto_approve: bool,

    /// Believe the state, and do not read what exists first.
    #[arg(long)]
    pub(super) no_refresh: bool,

    /// What to do when a step fails.
    #[arg(long, value_enum, default_value_t = OnFailure::Stop)]
    pub(super) on_failure: OnFailure,

    /// At most this many calls at once to each AWS API.
    #[arg(long, value_name = "CALLS", default_value = "64")]
    pub(super) concurrency: NonZeroUsize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnFailure {
    /// What was done stays; the next apply goes on from there.
    Stop,
    /// Take back what was done.
    Rollback,
}

#[derive(Debug, clap::Args)]
pub(super) struct DriftArgs {
    /// Exit with 4 when something changed.
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct ImportArgs {
    /// The resource, and what AWS names its object.
    #[arg(required_unless_present = "tagged", value_name = "RESOURCE=IDENTIFIER", value_parser = variable)]
    pub(super) objects: Vec<(String, String)>,

    /// Also every object with this tag that is like a resource which has none; more than one: with
    /// all of them. `elanswer:stack=NAME` brings back the state of an architecture that was lost.
    #[arg(long, value_name = "KEY=VALUE", value_parser = variable)]
    pub(super) tagged: Vec<(String, String)>,
}

#[derive(Debug, clap::Args)]
pub(super) struct GraphArgs {
    /// The language of the drawing.
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub(super) format: GraphFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum GraphFormat {
    /// Mermaid, which many pages show as a drawing.
    Mermaid,
    /// Graphviz DOT.
    Dot,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_unknown_region_is_refused_with_a_suggestion() {
        let error = Args::try_parse_from(["x", "check", "--region", "us-eats-1"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.to_string().contains("did you mean `us-east-1`?"), "{error}");
    }

    #[test]
    fn the_last_value_of_a_variable_counts() {
        let args = Args::try_parse_from(["x", "plan", "--var", "a=1", "--var", "a=2=3"]).unwrap();
        assert_eq!(args.context.var("a"), Some("2=3"));
        assert!(Args::try_parse_from(["x", "plan", "--var", "a"]).is_err());
    }
}
