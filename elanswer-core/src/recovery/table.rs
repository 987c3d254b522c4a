//! The report as a table.

use std::fmt;

use super::{RecoveryPart, RecoveryReport};

const HEAD: [&str; 6] = ["resource", "zones", "restorable", "copied", "alarms", "missing"];

/// A part as the cells of a row.
fn row(part: &RecoveryPart) -> [String; 6] {
    let days = |days: u32| match days {
        0 => "no".to_owned(),
        u32::MAX => "always".to_owned(),
        days => format!("{days} days"),
    };
    let gaps: Vec<String> = part.gaps.iter().map(ToString::to_string).collect();
    [
        part.resource.to_string(),
        part.zones.map_or_else(|| "AWS's".to_owned(), |zones| zones.to_string()),
        part.restorable_days.map_or_else(dash, days),
        part.copied.map_or_else(dash, |copied| if copied { "yes" } else { "no" }.to_owned()),
        part.alarms.map_or_else(dash, |alarms| alarms.to_string()),
        gaps.join(", "),
    ]
}

fn dash() -> String {
    "-".to_owned()
}

impl fmt::Display for RecoveryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 6]> =
            std::iter::once(HEAD.map(str::to_owned)).chain(self.parts.iter().map(row)).collect();
        let mut widths = [0; 6];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.len().max(*width);
            }
        }
        for row in &rows {
            let cells: Vec<String> =
                row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            writeln!(f, "{}", cells.join("  ").trim_end())?;
        }
        write!(f, "{} parts, {} gaps", self.parts.len(), self.gaps().count())
    }
}
