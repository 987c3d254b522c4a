//! A secret value reaches AWS, and nothing else: not the state, the journal, a plan, an event, a
//! log, an error, a report, or a file.

use std::{
    fmt::Debug,
    fs, io,
    path::Path,
    sync::{Arc, Mutex},
};

use elanswer::{
    Architecture, Event, LocalStore, Platform, Region, SecretRef,
    services::{
        elbv2::CertificateArn,
        rds::DbInstance,
        secretsmanager::{GenerateSecretString, Secret, SecretTemplate},
    },
    state::Store,
    testkit::{Call, MockAws, Verdict, rehearse},
};
use tracing_subscriber::fmt::MakeWriter;

const FIRST: &str = "canary-3f1c9e-first";
const SECOND: &str = "canary-3f1c9e-second";
/// What no value contains, and every value does.
const CANARY: &str = "canary-3f1c9e";
/// What every password begins with that the AWS in memory makes up.
const MADE_UP: &str = "made-up-";

/// The platform with a password of the user's, and a secret with the same value.
fn architecture(version: u32, value: &str) -> Architecture {
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f";
    let certificate: CertificateArn = arn.parse().unwrap();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.add(Platform::new("platform", certificate).disposable());
    let secret = arch.secret("master", version, value);
    arch.resource("kept", Secret::builder().value(secret.clone()).build());
    let how = GenerateSecretString::builder().template(SecretTemplate::new("password")).build();
    arch.resource("generated", Secret::builder().value(how).build());
    with_password(&arch, &secret)
}

/// The same with every database of this password.
fn with_password(arch: &Architecture, secret: &SecretRef) -> Architecture {
    let mut copy = arch.clone();
    let (node, instance) = arch.all::<DbInstance>().next().unwrap();
    let own = DbInstance {
        manage_master_user_password: Some(false),
        master_user_secret: None,
        master_user_password: Some(secret.clone()),
        ..instance.clone()
    };
    copy.resource(&format!("{}-own", node.id.as_str().replace('/', "-")), own);
    copy
}

/// Everything that was written or could be printed.
#[derive(Debug, Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    fn see(&self, what: &impl Debug) {
        self.text(&format!("{what:?}{what:#?}"));
    }

    fn text(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    fn files(&self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => self.files(&path),
                false => self.0.lock().unwrap().extend(fs::read(&path).unwrap()),
            }
        }
    }

    fn is_free_of_secrets(&self) {
        let said = self.0.lock().unwrap();
        let text = String::from_utf8_lossy(&said);
        assert!(text.len() > 100_000, "hardly anything was said: {} bytes", text.len());
        for field in ["MasterUserPassword", "SecretString", "GenerateSecretString"] {
            assert!(text.contains(field), "nobody spoke of {field}");
        }
        for secret in [CANARY, MADE_UP] {
            if let Some((before, _)) = text.split_once(secret) {
                let start = before.len().saturating_sub(300);
                panic!("somebody told a secret after: {}", before.get(start..).unwrap_or_default());
            }
        }
    }
}

impl io::Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Said {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_tells_a_secret() {
    let said = Said::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(said.clone())
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let folder = tempfile::tempdir().unwrap();
    let target = (MockAws::new(), LocalStore::new(folder.path().join("state")));
    let aws = &target.0;

    let arch = architecture(1, FIRST);
    said.see(&arch);
    said.text(&serde_json::to_string(&arch).unwrap());
    said.see(&elanswer::check(&arch));
    let plan = elanswer::plan(&arch, &target).unchecked().await.unwrap();
    said.see(&plan);
    said.text(&format!("{plan}{}", serde_json::to_string(&plan).unwrap()));
    said.see(&plan.compensation());
    said.see(&rehearse(&arch, &target).await.unwrap());

    // Made at last, after failures of every sort: lost answers, refusals, and roll-backs.
    let reject = || Verdict::Reject("InvalidParameterValue".into());
    let verdicts = [
        ("CreateDBInstance", reject()),
        ("CreateDBInstance", Verdict::LoseResponse),
        ("CreateSecret", reject()),
        ("CreateSecret", Verdict::LoseResponse),
    ];
    for (operation, verdict) in verdicts {
        let mut left = 1;
        let _guard = aws.fault(move |call: &Call| match call.operation.as_str() {
            called if called == operation && left > 0 => {
                left -= 1;
                verdict.clone()
            }
            _ => Verdict::Pass,
        });
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel::<Event>();
        let applying = elanswer::apply(&arch, &target).unchecked().events(sender);
        let report = applying.roll_back(true).await.unwrap();
        said.see(&report);
        said.text(&report.to_string());
        while let Some(event) = events.recv().await {
            said.see(&event);
        }
        said.files(folder.path());
    }
    let made = |aws: &MockAws| {
        let log = aws.log();
        let set = |operation: &str| log.iter().any(|call| call.operation == operation);
        ["ModifyDBInstance", "UpdateSecret"].map(set)
    };
    let report = elanswer::apply(&arch, &target).unchecked().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(made(aws), [false, false]);
    assert!(elanswer::plan(&arch, &target).unchecked().await.unwrap().is_empty());

    // The same version is the same secret; another one is set in place.
    let same = architecture(1, SECOND);
    assert!(elanswer::plan(&same, &target).unchecked().await.unwrap().is_empty());
    let other = architecture(2, SECOND);
    let plan = elanswer::plan(&other, &target).unchecked().await.unwrap();
    assert_eq!(plan.steps.len(), 2, "{plan}");
    for change in ["MasterUserPassword.Version: 1 -> 2", "SecretString.Version: 1 -> 2"] {
        assert!(plan.to_string().contains(change), "{plan}");
    }
    said.text(&plan.to_string());
    assert!(elanswer::apply(&other, &target).unchecked().await.unwrap().is_complete());
    assert_eq!(made(aws), [true, true]);
    said.see(&elanswer::drift("shop", &target).await.unwrap());
    said.see(&target.1.load("shop").await.unwrap());

    // What AWS says of a secret that it refuses does not repeat it.
    let weak = format!("{CANARY} \"with a space\"").repeat(3000);
    let report = elanswer::apply(&architecture(3, &weak), &target).unchecked().await.unwrap();
    let mut codes: Vec<_> = report.failures.iter().filter_map(|it| it.error.code()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["InvalidParameterException", "InvalidParameterValue"]);
    said.text(&report.to_string());

    // One that was read from a file has no values, and says so.
    let text = serde_json::to_string(&architecture(4, FIRST)).unwrap();
    let read: Architecture = serde_json::from_str(&text).unwrap();
    let report = elanswer::apply(&read, &target).unchecked().await.unwrap();
    assert!(report.to_string().contains("the secret `master` has no value here"), "{report}");
    said.text(&report.to_string());

    aws.save(&folder.path().join("cloud.json")).unwrap();
    said.see(aws);
    said.see(&aws.log());
    said.files(folder.path());
    said.is_free_of_secrets();
}
