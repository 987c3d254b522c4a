//! Every line of the document that the blueprint carries, and what implements it.
//!
//! `tests/facade/seed.tsv` names for each line its blocks and options, and what in the architecture
//! shows that they are there. `ELANSWER_BLESS=1 cargo test --test facade seed` writes
//! `docs/platform.md` of it anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
};

use elanswer::{Architecture, Checks, Platform, Region, services::elbv2::CertificateArn};
use serde_json::Value;

use crate::support;

const DOCUMENT: &str = include_str!("../../docs/seed.md");
const ROWS: &str = include_str!("seed.tsv");

const HEAD: &str = "\
# The platform, line by line

<!-- Generated from docs/seed.md and tests/facade/seed.tsv: \
ELANSWER_BLESS=1 cargo test --test facade seed -->

Every box of the diagram and every item of the lists of [the document](seed.md), the blocks and options of `Platform` that implement it, and what shows in the architecture that they do.
It is shown on a platform with all of its options; `[option]` marks what `Platform::new` alone does not have, or not all of.
A test fails when an item has no row, when what a row names is not there, when a rule that it names is not silent, or when there is no block or option of that name.
";

/// One line of the document.
struct Row<'a> {
    line: &'a str,
    blocks: &'a str,
    evidence: &'a str,
}

impl<'a> Row<'a> {
    fn pieces(&self) -> impl Iterator<Item = &'a str> {
        self.evidence.split("; ")
    }
}

fn rows() -> Vec<Row<'static>> {
    let row = |text: &'static str| {
        let fields: Vec<&str> = text.split('\t').collect();
        let [line, blocks, evidence] = fields.as_slice() else { panic!("three fields: {text}") };
        Row { line, blocks, evidence }
    };
    ROWS.lines().filter(|line| !line.starts_with('#')).map(row).collect()
}

/// A line of the document that says something, and what it stands under.
struct Line {
    place: String,
    text: String,
}

/// The boxes of the diagram, then the items of the lists.
fn lines() -> Vec<Line> {
    let mut parts = DOCUMENT.split("```");
    let (before, diagram) = (parts.next().unwrap(), parts.next().unwrap());
    let mut lines = items(before);
    lines.extend(boxes(diagram));
    lines.extend(parts.flat_map(items));
    lines
}

/// The items of lists, each with the headings that it stands under.
fn items(text: &str) -> Vec<Line> {
    let mut headings: Vec<(usize, &str)> = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines() {
        let depth = line.chars().take_while(|c| *c == '#').count();
        if depth > 1 {
            headings.retain(|(other, _)| *other < depth);
            headings.push((depth, line.trim_start_matches('#').trim()));
        } else if let Some(text) = line.trim_start().strip_prefix("- ") {
            let place: Vec<&str> = headings.iter().map(|(_, heading)| *heading).collect();
            lines.push(Line { place: place.join(", "), text: text.trim_end().to_owned() });
        } else if let Some(text) = line.strip_suffix(", including:") {
            // What the whole document comes to.
            headings = vec![(2, text)];
        }
    }
    lines
}

/// The boxes of the diagram that stand beside each other, under what is written in capitals.
fn boxes(diagram: &str) -> Vec<Line> {
    let mut title = String::new();
    let mut open: Vec<(usize, usize, Vec<String>)> = Vec::new();
    let mut lines = Vec::new();
    for line in diagram.lines() {
        let chars: Vec<char> = line.chars().collect();
        let places = |of: char| {
            let found = chars.iter().enumerate().filter(move |(_, char)| **char == of);
            found.map(|(place, _)| place).collect::<Vec<_>>()
        };
        let (left, right) = (places('┌'), places('┐'));
        if left.len() > 1 {
            open = left.into_iter().zip(right).map(|(from, to)| (from, to, Vec::new())).collect();
        } else if places('└').len() > 1 {
            lines.extend(open.drain(..).map(|(.., words)| Line {
                place: format!("Architecture Diagram, {title}"),
                text: words.join(" "),
            }));
        } else if open.is_empty() {
            let text = line.trim_matches(|char: char| char == '│' || char.is_whitespace());
            if text.starts_with(char::is_uppercase) && text == text.to_uppercase() {
                text.clone_into(&mut title);
            }
        } else {
            for (from, to, words) in &mut open {
                let text: String = chars.iter().take(*to).skip(*from + 1).collect();
                words.extend(text.split_whitespace().map(str::to_owned));
            }
        }
    }
    lines
}

/// An architecture, and what the rules say of it.
struct Shown {
    /// By the id of each resource: its kind and its properties.
    resources: BTreeMap<String, (String, Value)>,
    /// The rules that found something.
    loud: BTreeSet<String>,
}

impl Shown {
    /// The platform with all of its options.
    fn whole() -> Self {
        Self::new(&support::whole(|platform| platform))
    }

    /// The platform without any.
    fn alone() -> Self {
        let certificate: CertificateArn =
            "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
                .parse()
                .unwrap();
        let mut arch = Architecture::new("elanswer", Region::UsEast1);
        arch.add(Platform::new("platform", certificate));
        Self::new(&arch)
    }

    fn new(arch: &Architecture) -> Self {
        let resources = arch.nodes().map(|node| {
            let kind = node.resource.schema().kind.as_str().to_owned();
            (node.id.to_string(), (kind, Value::Object(node.resource.properties())))
        });
        let found = elanswer::check(arch).diagnostics;
        Self {
            resources: resources.collect(),
            loud: found.iter().map(|it| it.code.to_string()).collect(),
        }
    }

    /// The properties of the resource of this id, or of those of this kind.
    fn of<'a>(&'a self, what: &'a str) -> impl Iterator<Item = &'a Value> {
        let all = self.resources.iter();
        let of = all.filter(move |(id, (kind, _))| *id == what || kind == what);
        of.map(|(_, (_, properties))| properties)
    }

    /// Whether it has what a piece of evidence names.
    fn has(&self, evidence: &str) -> bool {
        let words: Vec<&str> = evidence.splitn(3, ' ').collect();
        match words.as_slice() {
            ["rule", slug] => {
                Checks::default().rules().iter().any(|rule| rule.slug == *slug)
                    && !self.loud.contains(*slug)
            }
            [what] => self.of(what).next().is_some(),
            [what, count] if count.starts_with('x') => {
                self.of(what).count() == count.trim_start_matches('x').parse::<usize>().unwrap()
            }
            [what, pointer, value] => self.of(what).any(|properties| {
                let path: Vec<&str> = pointer.split('/').skip(1).collect();
                at(properties, &path).into_iter().any(|found| is(found, value))
            }),
            _ => panic!("no evidence: {evidence}"),
        }
    }
}

/// What is at a path, whose step `*` is any element.
fn at<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    let [step, rest @ ..] = path else { return vec![value] };
    match (value, *step) {
        (Value::Array(all), "*") => all.iter().flat_map(|value| at(value, rest)).collect(),
        (Value::Object(all), step) => all.get(step).map_or_else(Vec::new, |it| at(it, rest)),
        (Value::Array(all), step) => {
            let found = step.parse::<usize>().ok().and_then(|step| all.get(step));
            found.map_or_else(Vec::new, |it| at(it, rest))
        }
        _ => Vec::new(),
    }
}

/// Whether a property is what a piece of evidence says: anything, a reference, or a value.
fn is(found: &Value, said: &str) -> bool {
    match said.strip_prefix("-> ") {
        Some(resource) => found.pointer("/Fn::GetAtt/0").is_some_and(|id| *id == *resource),
        None => said == "*" || *found == serde_json::from_str::<Value>(said).unwrap(),
    }
}

fn page() -> String {
    let alone = Shown::alone();
    let mut page = HEAD.to_owned();
    let mut last = String::new();
    for (Line { place, text }, row) in lines().into_iter().zip(rows()) {
        if place != last {
            write!(
                page,
                "\n## {place}\n\n| line | blocks and options | shown by |\n|---|---|---|\n"
            )
            .unwrap();
            last = place;
        }
        let mark = if row.pieces().all(|piece| alone.has(piece)) { "" } else { " `[option]`" };
        let evidence: Vec<String> = row.pieces().map(|piece| format!("`{piece}`")).collect();
        writeln!(page, "| {text}{mark} | {} | {} |", row.blocks, evidence.join(", ")).unwrap();
    }
    page
}

/// Every source file of the core, with its path.
fn sources() -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("elanswer-core/src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                sources.push((path.with_extension("").to_string_lossy().into_owned(), text));
            }
        }
    }
    sources
}

/// Whether there is a block or option of this name: `Database`, `Nat::PerZone`,
/// `Database::multi_az`, `cost::estimate`.
fn is_named(sources: &[(String, String)], name: &str) -> bool {
    let (of, what) = name.split_once("::").map_or((None, name), |(of, what)| (Some(of), what));
    sources.iter().any(|(path, text)| {
        let module = |name: &str| path.split('/').any(|part| part == name);
        let Some(of) = of else { return module(what) || declares(text, what) };
        let variant = declares(text, of) && text.contains(&format!("\n    {what},"));
        let holds = [format!("impl {of}"), format!("> {of}<")];
        let method = module(of) || holds.iter().any(|it| text.contains(it));
        variant || (method && declares(text, what))
    })
}

/// Whether a source file declares something public of this name.
fn declares(text: &str, name: &str) -> bool {
    ["fn", "const fn", "struct", "enum", "const"].iter().any(|kind| {
        let start = format!("pub {kind} {name}");
        let mut after = text.split(&start).skip(1);
        after.any(|after| !after.starts_with(|char: char| char.is_alphanumeric() || char == '_'))
    })
}

#[test]
fn every_line_of_the_document_has_its_row() {
    let rows: Vec<&str> = rows().iter().map(|row| row.line).collect();
    let lines: Vec<String> = lines().into_iter().map(|line| line.text).collect();
    assert_eq!(rows, lines);
}

#[test]
fn every_row_is_in_the_architecture() {
    let shown = Shown::whole();
    let missing: Vec<String> = rows()
        .iter()
        .flat_map(|row| row.pieces().map(move |piece| (row.line, piece)))
        .filter(|(_, piece)| !shown.has(piece))
        .map(|(line, piece)| format!("{line}: {piece}"))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_block_and_option_is_there() {
    let sources = sources();
    let mut missing = Vec::new();
    for row in rows() {
        for name in row.blocks.split('`').skip(1).step_by(2) {
            let name = name.split('<').next().unwrap_or(name);
            if !is_named(&sources, name) {
                missing.push(format!("{}: {name}", row.line));
            }
        }
    }
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
