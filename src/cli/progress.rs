//! Shows what is in flight while an apply goes on.

use std::{
    collections::BTreeSet,
    io::{IsTerminal, stderr},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::output::Output;
use crate::{Event, ResourceId};

/// The progress of an apply: a bar on a terminal, lines elsewhere.
#[derive(Debug)]
pub(super) struct Progress {
    events: UnboundedReceiver<Event>,
    output: Output,
}

impl Progress {
    pub(super) fn new(output: Output) -> (Self, UnboundedSender<Event>) {
        let (sender, events) = unbounded_channel();
        (Self { events, output }, sender)
    }

    /// Shows what happens while `work` goes on.
    pub(super) async fn during<T>(mut self, work: impl Future<Output = T>) -> T {
        let mut shown = Shown::new(self.output);
        tokio::pin!(work);
        let result = loop {
            tokio::select! {
                biased;
                Some(event) = self.events.recv() => shown.event(event),
                result = &mut work => break result,
            }
        };
        while let Ok(event) = self.events.try_recv() {
            shown.event(event);
        }
        shown.bar.finish_and_clear();
        result
    }
}

/// What is on the screen.
#[derive(Debug)]
struct Shown {
    output: Output,
    terminal: bool,
    bar: ProgressBar,
    in_flight: BTreeSet<ResourceId>,
}

impl Shown {
    fn new(output: Output) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  [{bar:30}] {pos}/{len} {wide_msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { output, terminal: stderr().is_terminal(), bar, in_flight: BTreeSet::new() }
    }

    fn event(&mut self, event: Event) {
        let line = match event {
            Event::Started { steps } => {
                self.bar.set_length(steps as u64);
                None
            }
            Event::StepStarted { resource, .. } => {
                self.in_flight.insert(resource);
                None
            }
            Event::StepWaiting { resource, state } => Some(format!("    {resource}: {state}")),
            Event::StepRetrying { resource, error, pause } => {
                Some(format!("    {resource}: trying again in {pause:.1?}: {error}"))
            }
            Event::StepFinished { action, resource, took } => {
                self.done(&resource);
                Some(format!("  {action} {resource} ({:.1} s)", took.as_secs_f64()))
            }
            Event::StepFailed { action, resource, error } => {
                self.done(&resource);
                Some(format!("  {action} {resource} failed: {error}"))
            }
            Event::StepSkipped { resource } => {
                self.done(&resource);
                None
            }
            _ => None,
        };
        let names: Vec<&str> = self.in_flight.iter().map(ResourceId::as_str).collect();
        self.bar.set_message(names.join(", "));
        if let Some(line) = line {
            self.bar.suspend(|| self.line(&line));
        }
    }

    fn done(&mut self, resource: &ResourceId) {
        self.bar.inc(1);
        self.in_flight.remove(resource);
    }

    fn line(&self, line: &str) {
        if self.terminal || self.output.is_json() {
            anstream::eprintln!("{line}");
        } else {
            self.output.say(line);
        }
    }
}
