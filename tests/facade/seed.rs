//! Every line of the document that the blueprint carries, and what implements it.
//!
//! `tests/facade/seed.tsv` names for each line its blocks and options, and what in the architecture
//! shows that they are there. `ELANSWER_BLESS=1 cargo test --test facade seed` writes
//! `docs/platform.md` of it anew.

use std::{env, fmt::Write as _, fs, path::Path};

use elanswer::{Architecture, Checks};
use serde_json::Value;

use crate::support;

const DOCUMENT: &str = include_str!("../../docs/seed.md");
const ROWS: &str = include_str!("seed.tsv");

const HEAD: &str = "\
# The platform, line by line

<!-- Generated from docs/seed.md and tests/facade/seed.tsv: \
ELANSWER_BLESS=1 cargo test --test facade seed -->

Every line of [the document](seed.md) that `Platform` carries, the blocks and options that implement it, and what shows in the architecture that they do.
A test fails when a line has no row, or what a row names is not there.
";

/// One line of the document.
struct Row<'a> {
    line: &'a str,
    blocks: &'a str,
    evidence: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let row = |text: &'static str| {
        let fields: Vec<&str> = text.split('\t').collect();
        let [line, blocks, evidence] = fields.as_slice() else { panic!("three fields: {text}") };
        Row { line, blocks, evidence }
    };
    ROWS.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// The lines of the document that say something, each with the headings that it stands under.
fn lines() -> Vec<(String, &'static str)> {
    let mut headings: Vec<(usize, &str)> = Vec::new();
    let mut lines = Vec::new();
    for line in DOCUMENT.lines() {
        let depth = line.chars().take_while(|c| *c == '#').count();
        if depth > 1 {
            headings.retain(|(other, _)| *other < depth);
            headings.push((depth, line.trim_start_matches('#').trim()));
        } else if let Some(text) = line.trim_start().strip_prefix("- ") {
            let place: Vec<&str> = headings.iter().map(|(_, heading)| *heading).collect();
            lines.push((place.join(", "), text.trim_end()));
        }
    }
    lines
}

/// Whether the architecture has what a piece of evidence names.
fn shows(arch: &Architecture, evidence: &str) -> bool {
    let words: Vec<&str> = evidence.splitn(3, ' ').collect();
    let of_kind = |kind: &str| {
        let nodes = arch.nodes().filter(move |node| node.resource.schema().kind.as_str() == kind);
        nodes.map(|node| Value::Object(node.resource.properties())).collect::<Vec<_>>()
    };
    match words.as_slice() {
        ["rule", slug] => Checks::default().rules().iter().any(|rule| rule.slug == *slug),
        [kind] => !of_kind(kind).is_empty(),
        [kind, count] if count.starts_with('x') => {
            of_kind(kind).len() >= count.trim_start_matches('x').parse().unwrap()
        }
        [kind, pointer, value] => of_kind(kind).iter().any(|properties| {
            properties.pointer(pointer).is_some_and(|found| {
                *value == "*" || *found == serde_json::from_str::<Value>(value).unwrap()
            })
        }),
        _ => panic!("no evidence: {evidence}"),
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut last = String::new();
    for ((place, line), row) in lines().into_iter().zip(rows()) {
        if place != last {
            write!(
                page,
                "\n## {place}\n\n| line | blocks and options | shown by |\n|---|---|---|\n"
            )
            .unwrap();
            last = place;
        }
        let evidence: Vec<String> =
            row.evidence.split("; ").map(|evidence| format!("`{evidence}`")).collect();
        writeln!(page, "| {line} | {} | {} |", row.blocks, evidence.join(", ")).unwrap();
    }
    page
}

#[test]
fn every_line_of_the_document_has_its_row() {
    let rows: Vec<&str> = rows().iter().map(|row| row.line).collect();
    let lines: Vec<&str> = lines().into_iter().map(|(_, line)| line).collect();
    assert_eq!(rows, lines);
}

#[test]
fn every_row_is_in_the_architecture() {
    let arch = support::whole(|platform| platform);
    let missing: Vec<String> = rows()
        .iter()
        .flat_map(|row| row.evidence.split("; ").map(move |evidence| (row.line, evidence)))
        .filter(|(_, evidence)| !shows(&arch, evidence))
        .map(|(line, evidence)| format!("{line}: {evidence}"))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/platform.md");
    if env::var_os("ELANSWER_BLESS").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page(), "ELANSWER_BLESS=1 cargo test --test facade seed");
}
