//! What ARCHITECTURE.md says about the house, held against the house.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every Rust file below `folder`, by its path from there.
fn sources(folder: &str) -> BTreeMap<String, String> {
    fn walk(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, base, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let base = root().join(folder);
    let mut found = BTreeMap::new();
    walk(&base, &base, &mut found);
    found
}

/// The names in a section of a manifest.
fn dependencies(manifest: &str, section: &str) -> BTreeSet<String> {
    read(manifest)
        .lines()
        .skip_while(|line| line.trim() != format!("[{section}]"))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn core_has_no_aws_no_network_and_no_other_crate_of_ours() {
    let allowed: BTreeSet<String> = [
        "async-trait",
        "bon",
        "futures-util",
        "ipnet",
        "petgraph",
        "secrecy",
        "serde",
        "serde_json",
        "sha2",
        "thiserror",
        "tokio",
        "tracing",
    ]
    .map(str::to_owned)
    .into();
    assert_eq!(dependencies("elanswer-core/Cargo.toml", "dependencies"), allowed);
    for manifest in ["elanswer-testkit/Cargo.toml", "elanswer-aws/Cargo.toml"] {
        let ours: Vec<String> = dependencies(manifest, "dependencies")
            .into_iter()
            .filter(|name| name.starts_with("elanswer"))
            .collect();
        assert_eq!(ours, ["elanswer-core"], "{manifest}");
    }
}

#[test]
fn the_default_build_has_no_aws_sdk() {
    let output = std::process::Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            "elanswer",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("elanswer-core"), "{}", String::from_utf8_lossy(&output.stderr));
    let aws: Vec<&str> = tree.lines().filter(|line| line.starts_with("aws-")).collect();
    assert!(aws.is_empty(), "{aws:?}");
}

#[test]
fn the_model_the_checks_and_the_planner_do_not_know_tokio() {
    for (file, text) in sources("elanswer-core/src") {
        let engine = ["apply", "state", "operations"].iter().any(|part| file.starts_with(part));
        assert!(engine || !text.contains("tokio::"), "{file} names tokio");
    }
}

#[test]
fn only_services_know_kinds_by_name() {
    for folder in ["elanswer-core/src", "elanswer-testkit/src", "elanswer-aws/src", "src"] {
        for (file, text) in sources(folder) {
            let generic = ["apply", "plan", "state", "cli", "operations", "executor", "handler"]
                .iter()
                .any(|part| file.starts_with(part))
                || ["drift.rs", "graph.rs", "mock.rs", "api.rs", "clients.rs", "architecture.rs"]
                    .contains(&file.as_str());
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let names_kind = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .any(|line| line.contains("services::") && !line.contains("services::kinds"));
            let exempt = code.contains("services::add");
            assert!(!generic || !names_kind || exempt, "{folder}/{file} knows a service");
        }
    }
}

#[test]
fn a_kind_has_a_file_of_the_same_name_in_every_crate() {
    let files = |krate: &str| -> BTreeSet<String> {
        sources(&format!("{krate}/src/services")).into_keys().collect()
    };
    let (core, testkit, aws) =
        (files("elanswer-core"), files("elanswer-testkit"), files("elanswer-aws"));
    for (file, text) in sources("elanswer-core/src/services") {
        if text.contains("impl Resource for") || text.contains("const SCHEMA: &'static Schema") {
            assert!(testkit.contains(&file), "elanswer-testkit has no services/{file}");
            assert!(aws.contains(&file), "elanswer-aws has no services/{file}");
        }
    }
    for file in testkit.iter().chain(&aws).filter(|file| !file.contains('/')) {
        assert!(core.contains(file), "elanswer-core has no services/{file}");
    }
}

#[test]
fn documentation_is_compiled_and_code_is_finished() {
    let wrong = [
        concat!("```", "ignore"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("FIX", "ME"),
    ];
    for folder in
        ["elanswer-core/src", "elanswer-testkit/src", "elanswer-aws/src", "src", "examples"]
    {
        for (file, text) in sources(folder) {
            for word in wrong {
                assert!(!text.contains(word), "{folder}/{file} has {word}");
            }
        }
    }
}

#[test]
fn what_the_map_names_exists() {
    let map = read("ARCHITECTURE.md");
    for path in map.split('`').skip(1).step_by(2).filter(|word| word.contains('/')) {
        let rooted = ["elanswer-", "src/", "tests/", "docs/", "examples/", ".ci"]
            .iter()
            .any(|start| path.starts_with(start));
        assert!(!rooted || root().join(path).exists(), "ARCHITECTURE.md names `{path}`");
    }
}
