//! Holds the files of the rules against their form, and `docs/rules.md` against the files.
//!
//! `ELANSWER_BLESS=1 cargo test -p elanswer-core --test core` writes the page anew.

use std::{collections::BTreeSet, fmt::Write, fs, path::PathBuf};

use elanswer_core::{Rule, rules};

/// The header of the file of one rule.
struct Header {
    slug: String,
    severity: String,
    description: String,
    source: String,
    fix: String,
    suppress: String,
    firing: usize,
    silent: usize,
}

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn file_of(rule: &Rule) -> PathBuf {
    package().join("src/rules").join(format!("{}.rs", rule.slug.replace('-', "_")))
}

fn header(rule: &Rule) -> Header {
    let path = file_of(rule);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let doc: Vec<&str> = lines.map(str::trim).collect();
    let doc = doc.join("\n");
    let mut paragraphs: Vec<&str> = doc.split("\n\n").collect();
    let mut field = |name: &str| {
        let prefix = format!("{name}: ");
        let found = paragraphs.iter().position(|paragraph| paragraph.starts_with(&prefix));
        let at = found.unwrap_or_else(|| panic!("{path:?}: the header has no `{name}: `"));
        paragraphs.remove(at).strip_prefix(&prefix).unwrap().to_owned()
    };
    let [slug, severity, source, fix, suppress] =
        ["Rule", "Severity", "Source", "Fix", "Suppress"].map(&mut field);
    let (firing, silent) = (text.matches("fn fires_").count(), text.matches("fn accepts_").count());
    let description = paragraphs.join("\n\n");
    Header { slug, severity, description, source, fix, suppress, firing, silent }
}

fn page() -> String {
    let mut page = String::from(
        "# Rules\n\n\
         <!-- Generated from the headers of elanswer-core/src/rules/*.rs: \
         ELANSWER_BLESS=1 cargo test -p elanswer-core --test core -->\n\n\
         A check applies every rule below to an architecture, without a call to AWS, and reports all that it finds.\n\
         An error is what AWS refuses, or what defeats the purpose of the architecture: nothing is applied.\n\
         A warning is what works, but is likely not what is wanted.\n\
         `Architecture::suppress` accepts what a rule finds at a resource or a construct, with a reason; \
         `Checks::with` adds rules of your own.\n\n\
         | rule | severity | what it looks for |\n|---|---|---|\n",
    );
    let rules = rules::all();
    for rule in &rules {
        let severity = header(rule).severity;
        writeln!(page, "| [`{0}`](#{0}) | {severity} | {1} |", rule.slug, rule.summary).unwrap();
    }
    for rule in &rules {
        let header = header(rule);
        write!(
            page,
            "\n## {}\n\nSeverity: {}\n\n{}\n\n- Fix: {}\n- Suppress: {}\n- Source: {}\n",
            rule.slug,
            header.severity,
            header.description,
            header.fix.replace('\n', "\n  "),
            header.suppress.replace('\n', "\n  "),
            header.source.replace('\n', "\n  "),
        )
        .unwrap();
    }
    page
}

#[test]
fn every_rule_has_a_file_of_its_name_with_a_header_and_tests() {
    for rule in rules::all() {
        let header = header(&rule);
        assert_eq!(header.slug, rule.slug);
        assert!(header.severity.starts_with(&rule.severity.to_string()), "{}", rule.slug);
        assert!(!header.description.is_empty(), "{}: what goes wrong?", rule.slug);
        assert!(header.source.starts_with("<https://"), "{}: the source is a link", rule.slug);
        assert!(header.firing > 0, "{}: no test `fires_…`", rule.slug);
        assert!(header.silent > 0, "{}: no test `accepts_…`", rule.slug);
        assert!(rule.summary.ends_with('.'), "{}: the summary is a sentence", rule.slug);
    }
}

#[test]
fn every_file_is_in_the_list_once() {
    let listed: Vec<PathBuf> = rules::all().iter().map(file_of).collect();
    let files = fs::read_dir(package().join("src/rules")).unwrap();
    let files: BTreeSet<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), files);
    assert_eq!(listed.len(), files.len());
}

#[test]
fn the_page_is_up_to_date() {
    let path = package().join("../docs/rules.md");
    let page = page();
    if std::env::var_os("ELANSWER_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/rules.md is stale: run `ELANSWER_BLESS=1 cargo test -p elanswer-core --test core`"
    );
}
