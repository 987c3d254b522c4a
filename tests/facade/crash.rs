//! A program that dies leaves nothing behind that the next run does not put right, wherever it
//! dies; and what explores that finds what is wrong.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
};

use elanswer::{
    Architecture, LocalStore, Region, cidr,
    services::{
        iam::{PolicyDocument, Principal, Statement},
        logs::Retention,
        secretsmanager::{
            FunctionArn, GenerateSecretString, PasswordLength, ReplicaRegion, ResourcePolicy,
            RotationDays, RotationRules, RotationSchedule, Secret,
        },
    },
    state::{Entry, Phase, Session, State, StateError, Store},
    testkit::{
        Call, MemoryDisk, MockAws, Verdict,
        explore::{CrashReport, ExploreCrashes, ExploreError},
        explore_crashes,
    },
};

use super::support::{SHOP, Shop, platform};

fn changed() -> Shop {
    Shop { retention: Retention::Days14, dns_hostnames: true, admin_from: "home", ..SHOP }
}

fn replaced() -> Shop {
    Shop { group: "all servers", path: "/shop/", subnet: cidr!("10.0.3.0/24"), ..SHOP }
}

fn renamed() -> Architecture {
    let mut arch = Shop { vpc: "main", ..changed() }.architecture();
    arch.moved("vpc", "main").unwrap();
    arch
}

#[track_caller]
fn clean(exploring: ExploreCrashes, boundaries: usize) {
    let report = exploring.run().unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.boundaries >= boundaries, "{report}");
}

#[test]
fn of_a_shop() {
    let exploring = explore_crashes(&SHOP.architecture())
        .changed_to(&changed().architecture())
        .changed_to(&replaced().architecture())
        .changed_to(&renamed());
    clean(exploring, 500);
}

/// With a journal that is never compacted.
#[test]
fn of_a_shop_with_a_long_journal() {
    let exploring = explore_crashes(&SHOP.architecture())
        .changed_to(&replaced().architecture())
        .store(|disk| Box::new(disk.store("/state")));
    clean(exploring, 300);
}

/// What was made just before the crash is not seen at once by the next run.
#[test]
fn of_a_shop_with_reads_that_lag() {
    let exploring = explore_crashes(&SHOP.architecture())
        .changed_to(&replaced().architecture())
        .aws(|| MockAws::builder().read_lag(5).build());
    clean(exploring, 300);
}

/// Every twentieth boundary; `examples/explore_crashes.rs` goes to all of them.
#[test]
fn of_the_platform() {
    clean(explore_crashes(&platform()).every(20), 300);
}

/// A value that AWS makes up cannot be made up again, and one that was sent is not sent twice.
#[test]
fn of_secrets_that_are_made_up() {
    for lag in [0, 5] {
        let exploring = explore_crashes(&secrets(1))
            .changed_to(&secrets(2))
            .aws(move || MockAws::builder().read_lag(lag).build());
        clean(exploring, 80);
    }
}

/// A secret that AWS makes up, with a copy, a policy and a rotation, and one that is given.
fn secrets(version: u32) -> Architecture {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let length = PasswordLength::new(30 + version).unwrap();
    let how = GenerateSecretString::builder().password_length(length).build();
    let copy = if version == 1 { Region::UsWest2 } else { Region::EuWest1 };
    let secret = Secret::builder().value(how).replica_regions([ReplicaRegion::in_region(copy)]);
    let secret = arch.resource("made-up", secret.build());
    let action = if version == 1 { "GetSecretValue" } else { "PutSecretValue" };
    let everyone = Statement::deny([format!("secretsmanager:{action}")]).to([Principal::Any]);
    let policy = PolicyDocument::new([everyone.on(["*"])]);
    arch.resource("policy", ResourcePolicy::new(&secret, policy));
    let function = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
    let rotation = RotationSchedule::builder()
        .secret(&secret)
        .rotation_lambda_arn(FunctionArn::literal(function))
        .rotation_rules(RotationRules::every(RotationDays::new(30 + version).unwrap()));
    arch.resource("rotation", rotation.build());
    let given = arch.secret("given", version, format!("correct horse {version}"));
    arch.resource("given", Secret::builder().value(given).build());
    arch
}

#[tokio::test(start_paused = true)]
async fn in_an_async_test_and_in_the_same_order() {
    let explored = async |threads: usize| {
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        let report = explore_crashes(&SHOP.architecture())
            .store(|disk| broken(disk, Fault::Late))
            .every(7)
            .threads(threads)
            .progress(move |progress| listener.lock().unwrap().push(progress.boundaries))
            .await
            .unwrap();
        (report, told.lock().unwrap().last().copied())
    };
    let (one, two) = (explored(1).await, explored(2).await);
    assert_eq!(one, two);
    assert!(!one.0.is_clean());
}

#[test]
fn one_boundary_again() {
    let arch = SHOP.architecture();
    let late = |arch| explore_crashes(arch).store(|disk| broken(disk, Fault::Late));
    let all = late(&arch).run().unwrap();
    let failure = &all.failures[0];
    let again = late(&arch).only(&failure.boundary).run().unwrap();
    assert_eq!(again.boundaries, 1);
    assert_eq!(again.failures[0], *failure);
    let line = failure.to_string();
    assert!(line.contains(&format!(".only(\"{}\")", failure.boundary)), "{line}");
    assert!(!line.contains('\n'), "{line}");
    // A write can be torn at any byte.
    clean(explore_crashes(&arch).only("apply:write:2:17"), 1);
    for nothing in ["apply:call:9999:after", "somewhere"] {
        let error = explore_crashes(&arch).only(nothing).run().unwrap_err();
        assert!(matches!(error, ExploreError::NoBoundary { .. }), "{error}");
    }
}

#[test]
fn what_cannot_be_explored() {
    let arch = SHOP.architecture();
    let full = || MockAws::builder().quota("VPCs per Region", 0).build();
    let error = explore_crashes(&arch).aws(full).run().unwrap_err();
    assert!(error.to_string().contains("VpcLimitExceeded"), "{error}");
    let other = Architecture::new("other", elanswer::Region::UsEast1);
    let error = explore_crashes(&arch).changed_to(&other).run().unwrap_err();
    assert!(error.to_string().contains("`other` is no change of `shop`"), "{error}");
}

#[test]
fn what_is_there_already_is_no_orphan() {
    let with_network = || {
        let aws = MockAws::new();
        let mut arch = Architecture::new("other", elanswer::Region::UsEast1);
        arch.resource("vpc", elanswer::services::ec2::Vpc::new(cidr!("10.9.0.0/16")));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let applying = async { elanswer::apply(&arch, &aws).await };
        assert!(runtime.block_on(applying).unwrap().is_complete());
        aws
    };
    clean(explore_crashes(&SHOP.architecture()).aws(with_network).every(10), 30);
}

/// Reports what a store that is wrong does to a shop.
fn with_fault(fault: Fault) -> CrashReport {
    explore_crashes(&SHOP.architecture())
        .changed_to(&replaced().architecture())
        .store(move |disk| broken(disk, fault))
        .run()
        .unwrap()
}

/// As if the intent were written after the call.
#[test]
fn an_intent_that_is_written_late_is_found() {
    let report = with_fault(Fault::Late);
    assert!(report.orphans > 0 && report.duplicates > 0 && report.diverged > 0, "{report}");
}

#[test]
fn an_outcome_that_is_not_written_is_found() {
    let report = with_fault(Fault::NoOutcomes);
    assert!(report.diverged > 0, "{report}");
}

#[test]
fn a_removal_that_is_written_before_it_is_done_is_found() {
    let report = with_fault(Fault::EarlyRemovals);
    assert!(report.orphans > 0, "{report}");
}

#[test]
fn a_disk_that_does_not_sync_is_found() {
    let report = explore_crashes(&SHOP.architecture()).disk(MemoryDisk::forgetful).run().unwrap();
    assert!(report.orphans > 0 && report.duplicates > 0, "{report}");
}

/// A call is not sent again once somebody else has the state: both would make the object.
#[tokio::test(start_paused = true)]
async fn who_was_taken_over_stops() {
    let (arch, aws) = (SHOP.architecture(), MockAws::new());
    let _guard = aws.fault(|_: &Call| Verdict::Throttle);
    let target = (aws.clone(), Broken::new(&MemoryDisk::new(), Fault::TakenOver));
    let stopped = match elanswer::apply(&arch, &target).await {
        Ok(report) => report.to_string(),
        Err(error) => error.to_string(),
    };
    assert!(stopped.contains("taken over by somebody else"), "{stopped}");
    let mut calls: Vec<String> = aws.log().into_iter().map(|call| call.operation).collect();
    let sent = calls.len();
    calls.dedup();
    assert_eq!(calls.len(), sent, "none of them twice");
}

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    /// The intent to remove an object is written as if it were done.
    EarlyRemovals,
    /// Of what it says is durable, the last entries are only written with what comes next.
    Late,
    /// It leaves the outcomes of calls out.
    NoOutcomes,
    /// Somebody else takes the state over after the first entries.
    TakenOver,
}

/// How many entries are late: objects that are found by their names are not lost with one.
const LATE: usize = 4;

fn broken(disk: &MemoryDisk, fault: Fault) -> Box<dyn Store> {
    Box::new(Broken::new(disk, fault))
}

#[derive(Debug)]
struct Broken {
    store: LocalStore,
    fault: Fault,
}

/// What the methods of the traits give, written out: `async_trait` is not for tests alone.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StateError>> + Send + 'a>>;

impl Broken {
    fn new(disk: &MemoryDisk, fault: Fault) -> Self {
        Self { store: disk.store("/state"), fault }
    }
}

impl Store for Broken {
    fn load<'s, 't, 'a>(&'s self, stack: &'t str) -> Answer<'a, State>
    where
        's: 'a,
        't: 'a,
    {
        self.store.load(stack)
    }

    fn open<'s, 't, 'a>(&'s self, stack: &'t str) -> Answer<'a, Box<dyn Session>>
    where
        's: 'a,
        't: 'a,
    {
        Box::pin(async move {
            let session = self.store.open(stack).await?;
            let session = BrokenSession { session, fault: self.fault, late: Vec::new() };
            Ok(Box::new(session) as Box<dyn Session>)
        })
    }
}

#[derive(Debug)]
struct BrokenSession {
    session: Box<dyn Session>,
    fault: Fault,
    late: Vec<Entry>,
}

impl Session for BrokenSession {
    fn state(&self) -> &State {
        self.session.state()
    }

    fn append<'s, 't, 'a>(&'s mut self, entries: &'t [Entry]) -> Answer<'a, ()>
    where
        's: 'a,
        't: 'a,
    {
        Box::pin(async move {
            let entries = entries.iter().cloned();
            let entries: Vec<Entry> = match self.fault {
                Fault::EarlyRemovals => entries
                    .map(|entry| match entry {
                        Entry::Put(record) if record.phase == Phase::Deleting => {
                            Entry::Remove(record.key.clone())
                        }
                        entry => entry,
                    })
                    .collect(),
                Fault::Late => {
                    self.late.extend(entries);
                    let due = self.late.len().saturating_sub(LATE);
                    self.late.drain(..due).collect()
                }
                Fault::TakenOver => entries.collect(),
                Fault::NoOutcomes => entries
                    .filter(|entry| match entry {
                        Entry::Put(record) => record.phase != Phase::Ready,
                        _ => true,
                    })
                    .collect(),
            };
            self.session.append(&entries).await
        })
    }

    fn ensure<'s, 'a>(&'s mut self) -> Answer<'a, ()>
    where
        's: 'a,
    {
        Box::pin(async move {
            if self.fault != Fault::TakenOver {
                return self.session.ensure().await;
            }
            let (stack, owner) = ("shop".to_owned(), "somebody else".to_owned());
            Err(StateError::Fenced { stack, owner })
        })
    }

    fn close<'a>(mut self: Box<Self>) -> Answer<'a, ()>
    where
        Self: 'a,
    {
        Box::pin(async move {
            self.session.append(&self.late).await?;
            self.session.close().await
        })
    }
}
