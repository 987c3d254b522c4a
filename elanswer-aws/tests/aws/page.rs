//! Holds `docs/conformance.md` against the cases and what the servers are known to do.
//!
//! `ELANSWER_BLESS=1 cargo test --workspace --all-features --test aws page` writes the page anew.

use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

use elanswer_testkit::conformance::{Case, cases};

use crate::{
    known::{Known, Part},
    moto, winterbaume,
};

const HEAD: &str = "\
# Conformance

<!-- Generated from the cases of elanswer-testkit/src/conformance and the lists of elanswer-aws/tests/aws: \
ELANSWER_BLESS=1 cargo test --workspace --all-features --test aws page -->

A conformance case takes one resource, with all that it needs, through its life: made, updated in place, replaced, removed.
After each step a plan must find nothing left to do, whether or not it reads what exists.
Every executor runs the same cases:

- *in memory*, the AWS of `elanswer-testkit`: `cargo test -p elanswer-testkit`;
- *winterbaume*, the AWS SDK against services in the same process: `cargo test --workspace --all-features --test aws`;
- *moto* 5.2.1, the AWS SDK over HTTP: see CONTRIBUTING.md. \
What moto lacks or does otherwise than AWS is mended in `.ci/moto_server`, a file for each service; \
the files say what that is, and boto3 reads back what the SDK wrote.

The table says which parts of a case pass; whatever is made is also removed.
What is missing is what the server does otherwise than AWS, and is listed below it.
The tests hold that list: a part that is on it must fail.
No case has been run against AWS itself.

| kind | case | in memory | winterbaume | moto |
|---|---|---|---|---|
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for case in cases() {
        let passes = |known| passes(&case, known);
        writeln!(
            page,
            "| `{}` | `{}` | {} | {} | {} |",
            case.kind,
            case.name,
            passes(&[]),
            passes(winterbaume::KNOWN),
            passes(moto::KNOWN),
        )
        .expect("a text takes every line");
    }
    for (server, known) in [("winterbaume", winterbaume::KNOWN), ("moto", moto::KNOWN)] {
        if known.is_empty() {
            continue;
        }
        write!(page, "\n## What {server} does otherwise than AWS\n\n")
            .expect("a text takes every line");
        page.push_str("| case | not | because |\n|---|---|---|\n");
        for Known { case, part, reason } in known {
            writeln!(page, "| `{case}` | {part} | {reason} |").expect("a text takes every line");
        }
    }
    page
}

/// The parts of a case that pass.
fn passes(case: &Case, known: &[Known]) -> String {
    let failing: Vec<Part> = Known::of(known, case).iter().map(|known| known.part).collect();
    let has = [
        (Part::Made, true),
        (Part::Updated, case.updated.is_some()),
        (Part::Replaced, case.replaced.is_some()),
    ];
    let parts = has
        .iter()
        .filter(|(part, has)| *has && !failing.contains(part) && !failing.contains(&Part::Made));
    let parts: Vec<String> = parts.map(|(part, _)| part.to_string()).collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join(", ") }
}

#[test]
fn the_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/conformance.md");
    let page = page();
    if env::var_os("ELANSWER_BLESS").is_some() {
        fs::write(&path, &page).expect("a text takes every line");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/conformance.md is stale: run `ELANSWER_BLESS=1 cargo test --workspace --all-features --test aws page`"
    );
}

#[test]
fn what_is_known_is_about_a_part_of_a_case() {
    let parts: BTreeSet<(&str, Part)> = cases()
        .iter()
        .flat_map(|case| {
            let updated = case.updated.map(|_| (case.name, Part::Updated));
            let replaced = case.replaced.map(|_| (case.name, Part::Replaced));
            [Some((case.name, Part::Made)), updated, replaced].into_iter().flatten()
        })
        .collect();
    for Known { case, part, .. } in winterbaume::KNOWN.iter().chain(moto::KNOWN) {
        assert!(parts.contains(&(case, *part)), "there is no `{case}`, {part}");
    }
}
