//! Holds `docs/fidelity.md` against the headers of the files in which the AWS in memory has its
//! rules, and the headers against their form.
//!
//! `ELANSWER_BLESS=1 cargo test -p elanswer-testkit --test testkit` writes the page anew.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use elanswer_core::{executor::Executor, services};
use elanswer_testkit::{MockAws, conformance};

fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The headers of the files that say which kinds they have in memory: by kind.
fn headers() -> BTreeMap<String, (PathBuf, String)> {
    let mut headers = BTreeMap::new();
    let mut folders = vec![package().join("src/services")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
            let header = lines.map(str::trim).collect::<Vec<_>>().join("\n");
            let title = header.split("\n\n").next().unwrap_or_default();
            for kind in title.split('`').filter(|word| word.contains("::")) {
                let twice = headers.insert(kind.to_owned(), (path.clone(), header.clone()));
                assert_eq!(twice, None, "two files have {kind}");
            }
        }
    }
    headers
}

/// The page, for the kinds that the AWS in memory handles.
fn page() -> String {
    let mut page = String::from(
        "# What the AWS in memory knows of AWS\n\n\
         <!-- Generated from the headers of elanswer-testkit/src/services: \
         ELANSWER_BLESS=1 cargo test -p elanswer-testkit --test testkit -->\n\n\
         The AWS in memory refuses what AWS refuses, with AWS's error codes, takes as long as AWS does on a clock \
         of its own, and shows some things late, as AWS does.\n\
         Where AWS is vague it is the stricter of the two.\n\
         For every kind: the pages of AWS that its rules come from, where it differs, what it leaves out, and the \
         cases of the [conformance suite](conformance.md) that hold it, winterbaume and moto to the same behaviour.\n",
    );
    let headers = headers();
    let cases = conformance::cases();
    let handled = MockAws::new().kinds();
    let mut names: Vec<&str> =
        services::kinds().iter().map(|kind| kind.schema.kind.as_str()).collect();
    names.sort_unstable();
    for name in names {
        assert!(handled.get(name).is_some(), "the AWS in memory has no {name}");
        let (path, header) =
            headers.get(name).unwrap_or_else(|| panic!("no file says that it has {name}"));
        assert!(header.contains("<https://docs.aws.amazon.com/"), "{path:?} names no page of AWS");
        let (_, body) = header.split_once("\n\n").unwrap_or_default();
        write!(page, "\n## {name}\n\n{}\n", body.replace(". Not modelled:", ".\nNot modelled:"))
            .unwrap();
        let cases: Vec<String> = cases
            .iter()
            .filter(|case| case.kind.as_str() == name)
            .map(|case| format!("`{}`", case.name))
            .collect();
        assert!(!cases.is_empty(), "no conformance case has {name}");
        writeln!(page, "\nCases: {}.", cases.join(", ")).unwrap();
    }
    page
}

#[test]
fn the_page_says_what_the_files_say() {
    let path = package().join("../docs/fidelity.md");
    let page = page();
    if std::env::var_os("ELANSWER_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(Path::new(&path)).unwrap_or_default();
    assert!(written == page, "docs/fidelity.md is old: see the head of {}", file!());
}
