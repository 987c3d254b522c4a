//! The command line as its users have it: the examples as processes, their exit codes, and the one
//! document on standard output.
//!
//! `cargo test` builds the examples; `cargo test --test facade` alone does not, so build them first
//! with `cargo build --examples`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use elanswer::{Architecture, Region};
use serde_json::{Value, json};
use tempfile::TempDir;

/// An example in a folder of its own.
struct Example {
    program: PathBuf,
    folder: TempDir,
}

/// What is said of a state in S3 with an AWS in memory.
const IN_S3: &str = if cfg!(feature = "state-s3") {
    "a state in S3 needs --target aws"
} else {
    "built without states in S3\n  help: build it with the feature `state-s3`"
};

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Example {
    fn new(name: &str) -> Self {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(Path::parent).unwrap();
        let program =
            profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
        assert!(program.exists(), "build {} with `cargo build --examples`", program.display());
        Self { program, folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command line, of which only pipes are to be seen.
    fn run(&self, line: &str) -> Ended {
        let output = Command::new(&self.program)
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let ended = Ended {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ended.stdout.contains('\x1b') && !ended.stderr.contains('\x1b'), "{ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{ended:?}");
        ended
    }

    /// Runs it with `--json`, and gives the one document and the exit code.
    fn json(&self, line: &str) -> (i32, Value) {
        let ended = self.run(&format!("{line} --json"));
        let document = serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}: {ended:?}"));
        (ended.code, document)
    }
}

#[track_caller]
fn fields(document: &Value, expected: &[&str]) {
    let expected: BTreeSet<&str> = expected.iter().copied().collect();
    let found: BTreeSet<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(found, expected);
}

const PLAN: &[&str] = &[
    "adopt",
    "api_calls",
    "compensation",
    "create",
    "delete",
    "fingerprint",
    "forget",
    "move",
    "replace",
    "stack",
    "steps",
    "unchanged",
    "update",
];

const APPLY: &[&str] = &[
    "api_calls",
    "cancelled",
    "clock_ms",
    "created",
    "deleted",
    "elapsed_ms",
    "failed",
    "failures",
    "not_done",
    "outputs",
    "replaced",
    "rollback",
    "updated",
];

#[test]
fn the_life_of_an_architecture() {
    let example = Example::new("minimal_vpc");
    let cloud = "--cloud cloud.json";

    let (code, check) = example.json("check");
    assert_eq!((code, &check["errors"]), (0, &json!(0)));
    fields(&check, &["errors", "warnings", "diagnostics", "suppressed"]);

    let (code, plan) = example.json(&format!("plan {cloud} --detailed-exitcode"));
    assert_eq!((code, &plan["create"]), (4, &json!(2)));
    fields(&plan, PLAN);
    assert_eq!(plan["api_calls"], json!({"read": 0, "apply": 3}));
    let step = &plan["steps"][1];
    assert_eq!(step["resource"], "vpc");
    assert_eq!(step["kind"], "AWS::EC2::VPC");
    assert_eq!(step["reasons"], json!([{"why": "new"}]));
    assert!(step["source"]["file"].as_str().unwrap().ends_with("minimal_vpc.rs"), "{step}");
    assert!(!example.path(".elanswer").exists(), "a plan writes nothing");

    let (code, rehearsed) = example.json(&format!("plan {cloud} --rehearse"));
    assert_eq!((code, &rehearsed["rehearsal"]["failures"]), (0, &json!([])));
    assert!(!example.path(".elanswer").exists(), "a rehearsal writes nothing");

    let (code, applied) = example.json(&format!("apply {cloud} --auto-approve"));
    assert_eq!((code, &applied["created"], &applied["failed"]), (0, &json!(2), &json!(0)));
    fields(&applied, APPLY);
    assert!(applied["outputs"]["vpc"].as_str().unwrap().starts_with("vpc-"), "{applied}");
    assert!(example.path(".elanswer/minimal").is_dir());

    let (code, plan) = example.json(&format!("plan {cloud} --detailed-exitcode"));
    assert_eq!((code, &plan["steps"], &plan["unchanged"]), (0, &json!([]), &json!(2)));
    let ended = example.run(&format!("plan {cloud}"));
    assert!(ended.stdout.contains("nothing to do: 0 to create"), "{ended:?}");

    let (code, drift) = example.json(&format!("drift {cloud} --detailed-exitcode"));
    assert_eq!((code, drift), (0, json!({"drifted": 0, "resources": []})));
    let file = example.path("cloud.json");
    let saved = fs::read_to_string(&file).unwrap();
    let changed = saved.replace("\"EnableDnsHostnames\": true", "\"EnableDnsHostnames\": false");
    assert_ne!(saved, changed);
    fs::write(&file, changed).unwrap();
    let (code, drift) = example.json(&format!("drift {cloud} --detailed-exitcode"));
    assert_eq!((code, &drift["drifted"]), (4, &json!(1)));
    let resource = &drift["resources"][0];
    fields(resource, &["resource", "kind", "place", "identifier", "gone", "changes"]);
    assert_eq!(resource["changes"][0]["path"], "EnableDnsHostnames");
    assert_eq!(example.run(&format!("drift {cloud}")).code, 0);

    let (code, plan) = example.json(&format!("plan {cloud} --destroy --detailed-exitcode"));
    assert_eq!((code, &plan["delete"]), (4, &json!(2)));
    let (code, removed) = example.json(&format!("destroy {cloud} --auto-approve"));
    assert_eq!((code, &removed["deleted"]), (0, &json!(2)));
    fields(&removed, APPLY);
    let (code, removed) = example.json(&format!("destroy {cloud} --auto-approve"));
    assert_eq!((code, &removed["deleted"]), (0, &json!(0)));
}

#[test]
fn a_saved_plan_is_carried_out_once() {
    let example = Example::new("minimal_vpc");
    let cloud = "--cloud cloud.json";
    let (code, plan) = example.json(&format!("plan {cloud} --plan-out plan.json"));
    assert_eq!(code, 0);
    let saved: Value =
        serde_json::from_slice(&fs::read(example.path("plan.json")).unwrap()).unwrap();
    assert_eq!(saved, plan);

    let (code, applied) = example.json(&format!("apply {cloud} --plan plan.json"));
    assert_eq!((code, &applied["created"]), (0, &json!(2)));
    let (code, refused) = example.json(&format!("apply {cloud} --plan plan.json"));
    assert_eq!(code, 1);
    assert!(refused["error"].as_str().unwrap().contains("out of date"), "{refused}");

    fs::write(example.path("plan.json"), "{}").unwrap();
    let (code, refused) = example.json(&format!("apply {cloud} --plan plan.json"));
    assert_eq!((code, &refused["error"]), (2, &json!("`plan.json` is not a saved plan")));
    assert_eq!(refused["help"], "save one with `plan --plan-out FILE`");
    let ended = example.run(&format!("apply {cloud} --plan nowhere.json"));
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("cannot read the plan `nowhere.json`"), "{ended:?}");
}

#[test]
fn drawings() {
    let example = Example::new("minimal_vpc");
    let (code, graph) = example.json("graph");
    assert_eq!((code, &graph["format"]), (0, &json!("mermaid")));
    fields(&graph, &["format", "graph"]);
    let text = example.run("graph").stdout;
    assert_eq!(text.trim_end(), graph["graph"].as_str().unwrap().trim_end());
    assert!(example.run("graph --format dot").stdout.starts_with("digraph"));
}

/// What is exported is the architecture: with all that a plan needs, wherever it is read.
#[test]
fn exports_what_can_be_read_again() -> Result<(), Box<dyn std::error::Error>> {
    let example = Example::new("platform");
    let exported = example.run("export").stdout;
    assert_eq!(example.run("export --json").stdout, exported);
    let arch: Architecture = serde_json::from_str(&exported)?;
    let (code, planned) = example.json("plan");
    assert_eq!((code, &planned["create"]), (0, &json!(arch.nodes().len())));
    let in_regions: BTreeSet<_> = arch.nodes().map(|node| node.place.region).collect();
    assert_eq!(in_regions, BTreeSet::from([Region::UsEast1, Region::UsWest2]));
    assert_eq!(serde_json::to_value(&arch)?, serde_json::from_str::<Value>(&exported)?);
    Ok(())
}

#[test]
fn bad_usage() {
    let example = Example::new("minimal_vpc");
    for (line, says) in [
        ("plan --region us-eats-1", "did you mean `us-east-1`?"),
        ("paln", "plan"),
        ("plan --var novalue", "KEY=VALUE"),
        ("plan --endpoint-url http://localhost:1", "--endpoint-url needs --target aws"),
        ("plan --target aws --cloud cloud.json", "--cloud needs --target mock"),
        ("plan --state gs://bucket/key", "state cannot be kept at `gs://`"),
        ("plan --state s3://bucket/key", IN_S3),
        ("apply", "nobody can be asked for approval"),
        ("destroy", "pass --auto-approve, or --plan with a saved plan"),
        ("--target aws", "pass a command: check, plan, apply"),
        ("apply --auto-approve --concurrency 0", "--concurrency"),
    ] {
        let ended = example.run(line);
        assert_eq!(ended.code, 2, "{line}: {ended:?}");
        assert!(ended.stdout.is_empty(), "{line}: {ended:?}");
        assert!(ended.stderr.contains(says), "{line}: {ended:?}");
        assert!(ended.stderr.starts_with("error: "), "{line}: {ended:?}");
    }
    let (code, refused) = example.json("apply");
    assert_eq!((code, &refused["error"]), (2, &json!("nobody can be asked for approval")));
    fields(&refused, &["error", "help"]);
}

#[test]
fn errors_of_the_check_end_every_command() {
    let example = Example::new("platform");
    let elsewhere = "--var certificate=arn:aws:acm:eu-west-1:123456789012:certificate/\
         6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";
    for command in ["check", "plan", "apply --auto-approve", ""] {
        let (code, report) = example.json(&format!("{command} {elsewhere}"));
        assert_eq!(code, 3, "{command}: {report}");
        fields(&report, &["errors", "warnings", "diagnostics", "suppressed"]);
        let found = &report["diagnostics"][0];
        assert_eq!(found["code"], "certificate-in-other-region", "{command}: {report}");
        fields(found, &["code", "severity", "resource", "message", "help", "source"]);
        let ended = example.run(&format!("{command} {elsewhere}"));
        assert_eq!(ended.code, 3, "{command}: {ended:?}");
        let place = format!("--> {}", found["source"]["file"].as_str().unwrap());
        assert!(ended.stdout.contains(&place), "{command}: {ended:?}");
    }
}

#[test]
fn what_fails_ends_with_1() {
    let example = Example::new("platform");
    let ended = example.run("check --var certificate=nonsense");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stderr.starts_with("error: ") && ended.stderr.contains("nonsense"), "{ended:?}");

    let cloud = "--cloud cloud.json --var keep=yes";
    assert_eq!(example.run(&format!("apply {cloud} --auto-approve")).code, 0);
    let (code, refused) = example.json(&format!("destroy {cloud} --auto-approve"));
    assert_eq!(code, 1, "{refused}");
    assert!(refused["error"].as_str().unwrap().contains("`platform/database/instance`"));

    fs::write(example.path("cloud.json"), "{").unwrap();
    let ended = example.run(&format!("plan {cloud}"));
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stderr.contains("cloud file `cloud.json`: not a saved AWS"), "{ended:?}");

    let ended = example.run("apply --auto-approve --state cloud.json");
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.stderr.contains("check that the folder exists"), "{ended:?}");
}

#[test]
fn without_a_command_everything_is_shown() {
    let example = Example::new("platform");
    let (code, document) = example.json("");
    assert_eq!(code, 0);
    fields(&document, &["check", "plan", "apply", "plan_again"]);
    fields(&document["plan"], PLAN);
    fields(&document["apply"], APPLY);
    assert_eq!(document["plan_again"]["steps"], json!([]));
    assert_eq!(document["plan"]["create"], document["apply"]["created"]);

    let ended = example.run("");
    assert_eq!(ended.code, 0, "{ended:?}");
    for part in ["\ncheck\n", "\nplan\n", "\napply\n", "\nbuilt\n", "\nplan again\n"] {
        assert!(ended.stdout.contains(part), "{part:?}: {ended:?}");
    }
    assert!(ended.stdout.contains("address"), "{ended:?}");
    assert!(!example.path(".elanswer").exists(), "nothing is left on the disk");
}

/// `plan | head` ends without a word, as other programs do.
#[test]
fn nobody_reads_on() {
    let example = Example::new("platform");
    let mut child = Command::new(&example.program)
        .arg("plan")
        .current_dir(example.folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!stderr.contains("panicked"), "{stderr}");
}
