//! What people and programs are shown: text in colour, or one JSON document.

use std::{
    fmt::Display,
    io::{ErrorKind, Write},
};

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use serde_json::json;

use super::Failure;
use crate::{Action, ApplyReport, Plan, Report, Severity, apply::Rollback, plan::Step};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const MAGENTA: Style = AnsiColor::Magenta.on_default();

/// Standard output: for people, or for programs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    json: bool,
}

impl Output {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether programs read it.
    pub(super) const fn is_json(self) -> bool {
        self.json
    }

    /// The one document for programs.
    pub(super) fn document(self, document: &impl Serialize) {
        match serde_json::to_string_pretty(document) {
            Ok(text) => print(text),
            Err(error) => anstream::eprintln!("cannot write the document: {error}"),
        }
    }

    /// Something for people: on standard error when programs read standard output.
    pub(super) fn say(self, text: impl Display) {
        if self.json {
            anstream::eprintln!("{text}");
        } else {
            print(text);
        }
    }

    /// The headline of a part.
    pub(super) fn headline(self, text: &str) {
        self.say(format_args!("\n{BOLD}{text}{BOLD:#}"));
    }

    pub(super) fn failure(self, failure: &Failure) {
        if let Some(report) = &failure.report {
            self.report(report);
            if self.json {
                self.document(report);
            }
            return;
        }
        anstream::eprintln!("{RED}error{RED:#}: {}", failure.message);
        if let Some(help) = &failure.help {
            anstream::eprintln!("  help: {help}");
        }
        if self.json {
            self.document(&json!({ "error": failure.message, "help": failure.help }));
        }
    }

    pub(super) fn report(self, report: &Report) {
        for diagnostic in &report.diagnostics {
            let style = match diagnostic.severity {
                Severity::Error => RED,
                Severity::Warning => YELLOW,
            };
            self.say(format_args!(
                "{style}{}{style:#}[{}]: `{}`: {}",
                diagnostic.severity, diagnostic.code, diagnostic.resource, diagnostic.message
            ));
            if let Some(source) = &diagnostic.source {
                self.say(format_args!("  {DIM}-->{DIM:#} {source}"));
            }
            self.say(format_args!("  {DIM}help:{DIM:#} {}\n", diagnostic.help));
        }
        self.say(format_args!(
            "{} errors, {} warnings, {} suppressed",
            report.errors(),
            report.warnings(),
            report.suppressed.len()
        ));
    }

    pub(super) fn plan(self, plan: &Plan) {
        for step in &plan.steps {
            self.step(step);
        }
        let calls = plan.api_calls;
        let state = if plan.is_empty() { "nothing to do" } else { "plan" };
        self.say(format_args!(
            "{BOLD}{state}{BOLD:#}: {} to create, {} to update, {} to replace, {} to delete, {} unchanged; {} API calls to read, {} to apply",
            plan.count(Action::Create),
            plan.count(Action::Update),
            plan.count(Action::Replace),
            plan.count(Action::Delete),
            plan.unchanged,
            calls.read,
            calls.apply,
        ));
    }

    fn step(self, step: &Step) {
        let (sign, style) = match step.action {
            Action::Adopt | Action::Move => ("→", MAGENTA),
            Action::Create => ("+", GREEN),
            Action::Delete => ("-", RED),
            Action::Forget => ("×", MAGENTA),
            Action::Replace => ("±", RED),
            Action::Update => ("~", YELLOW),
        };
        self.say(format_args!(
            "  {style}{sign}{style:#} {}  {DIM}{}{DIM:#}",
            step.resource, step.kind
        ));
        if step.action != Action::Create || step.reasons != [crate::plan::Reason::New] {
            for reason in &step.reasons {
                self.say(format_args!("      {reason}"));
            }
        }
        if step.data_loss {
            self.say(format_args!("      {RED}data is lost{RED:#}"));
        }
    }

    /// What rolling back would do, and what it could not.
    pub(super) fn compensation(self, plan: &Plan) {
        self.headline("should a step fail, what was done before it is taken back:");
        for compensation in plan.compensation() {
            let style = if compensation.undo.is_impossible() { RED } else { DIM };
            self.say(format_args!(
                "  {}  {style}{}{style:#}",
                compensation.resource, compensation.undo
            ));
        }
    }

    pub(super) fn applied(self, report: &ApplyReport, took: std::time::Duration) {
        for failure in &report.failures {
            self.say(format_args!("{RED}failed{RED:#} {failure}"));
        }
        if !report.skipped.is_empty() {
            let skipped: Vec<&str> = report.skipped.iter().map(|id| id.as_str()).collect();
            self.say(format_args!("{YELLOW}not done{YELLOW:#} {}", skipped.join(", ")));
        }
        self.say(format_args!(
            "{BOLD}{} created, {} updated, {} replaced, {} deleted, {} failed{BOLD:#} with {} API calls in {:.2?}{}",
            report.created,
            report.updated,
            report.replaced,
            report.deleted,
            report.failed(),
            report.api_calls,
            took,
            if report.elapsed > took * 2 {
                format!(" (AWS would take about {} s)", report.elapsed.as_secs())
            } else {
                String::new()
            }
        ));
        match &report.rollback {
            Some(Rollback::CarriedOut(back)) => {
                self.headline("rolled back");
                return self.applied(back, back.elapsed);
            }
            Some(Rollback::NotPossible(why)) => {
                self.say(format_args!("{RED}not rolled back{RED:#}: {why}"));
            }
            _ => {}
        }
        if report.cancelled {
            self.say("cancelled: the state says how far it is; apply again to go on from here");
        } else if !report.is_complete() {
            self.say("the state says how far it is; apply again to go on from here");
        }
        self.outputs(report);
    }

    fn outputs(self, report: &ApplyReport) {
        if report.outputs.is_empty() {
            return;
        }
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        for (name, value) in &report.outputs {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            table.add_row([format!("  {name}"), value]);
        }
        self.headline("outputs");
        self.say(table);
    }
}

/// Writes a line to standard output. Whoever stopped reading, as `head` does, wants no more of it.
fn print(text: impl Display) {
    if let Err(error) = writeln!(anstream::stdout(), "{text}")
        && error.kind() != ErrorKind::BrokenPipe
    {
        anstream::eprintln!("cannot write to standard output: {error}");
    }
}

/// The document of a plan.
pub(super) fn plan_document(plan: &Plan) -> serde_json::Value {
    json!({
        "stack": plan.stack,
        "create": plan.count(Action::Create),
        "update": plan.count(Action::Update),
        "replace": plan.count(Action::Replace),
        "delete": plan.count(Action::Delete),
        "adopt": plan.count(Action::Adopt),
        "move": plan.count(Action::Move),
        "forget": plan.count(Action::Forget),
        "unchanged": plan.unchanged,
        "api_calls": plan.api_calls,
        "steps": plan.steps,
        "compensation": plan.compensation(),
        "fingerprint": plan.fingerprint,
    })
}

/// The document of an apply or destroy.
pub(super) fn apply_document(report: &ApplyReport, took: std::time::Duration) -> serde_json::Value {
    let rollback = match &report.rollback {
        Some(Rollback::CarriedOut(back)) => apply_document(back, back.elapsed),
        Some(Rollback::NotPossible(why)) => json!({ "error": why }),
        _ => serde_json::Value::Null,
    };
    json!({
        "rollback": rollback,
        "created": report.created,
        "updated": report.updated,
        "replaced": report.replaced,
        "deleted": report.deleted,
        "failed": report.failed(),
        "failures": failures(&report.failures),
        "not_done": report.skipped,
        "cancelled": report.cancelled,
        "api_calls": report.api_calls,
        "elapsed_ms": millis(took),
        "clock_ms": millis(report.elapsed),
        "outputs": report.outputs,
    })
}

/// What failed, for programs.
pub(super) fn failures(failures: &[crate::apply::Failure]) -> serde_json::Value {
    let failure = |failure: &crate::apply::Failure| {
        json!({
            "resource": failure.resource,
            "error": failure.error.to_string(),
            "code": failure.error.code(),
            "help": failure.error.help(),
        })
    };
    failures.iter().map(failure).collect()
}

pub(super) fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
