//! `graph`: draws the architecture.

use std::process::ExitCode;

use serde_json::json;

use super::{
    args::{GraphArgs, GraphFormat},
    output::Output,
};
use crate::{Architecture, graph};

pub(super) fn run(arch: &Architecture, args: &GraphArgs, output: &Output) -> ExitCode {
    let (format, text) = match args.format {
        GraphFormat::Mermaid => ("mermaid", graph::mermaid(arch)),
        GraphFormat::Dot => ("dot", graph::dot(arch)),
    };
    if output.is_json() {
        output.document(&json!({ "format": format, "graph": text }));
    } else {
        output.say(text.trim_end());
    }
    ExitCode::SUCCESS
}
