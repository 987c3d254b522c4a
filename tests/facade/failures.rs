//! What goes wrong, and what a program and its user are then told: the thing, the place, the way
//! out. Whatever happens, the next apply goes on from there.

use std::{fs, path::Path};

use elanswer::{
    Architecture, Cancel, Cidr, Error, Event, Executor, LocalStore, NetworkLayout, Ref, Region,
    Report, ResourceId, Target, Zone, check, cidr,
    executor::ErrorKind,
    services::{
        ec2::{SecurityGroup, Subnet, Vpc},
        logs::Retention,
    },
    state::Phase,
    testkit::{Call, MockAws, Verdict},
};

use super::support::{SHOP, Shop, exactly, is_object, platform};

/// The diagnostic of this rule says all of `words`, where it is, and what to do.
#[track_caller]
fn says(report: &Report, rule: &str, line: u32, words: &[&str]) {
    let found = report
        .diagnostics
        .iter()
        .find(|diagnostic| diagnostic.code == rule)
        .unwrap_or_else(|| panic!("no {rule}: {report}"));
    let text = found.to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
    assert!(text.contains(&format!("--> {}:{line}", file!())), "line {line}: {text}");
    assert!(text.contains("\n  help: "), "{text}");
}

#[track_caller]
fn contains(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

fn subnet(vpc: &Ref<Vpc>, range: Cidr) -> Subnet {
    Subnet::builder()
        .vpc(vpc)
        .cidr_block(range)
        .availability_zone(Zone::new(Region::UsEast1, 'a'))
        .build()
}

#[test]
fn addresses_from_configuration() {
    for (text, says) in [
        ("10.0.0.0", "CIDR notation such as `10.0.0.0/16`"),
        ("10.0.0.0/33", "CIDR notation"),
        ("300.0.0.0/16", "CIDR notation"),
        ("10.0.0.1/16", "bits set beyond the prefix length"),
        ("", "CIDR notation"),
        ("fd00::/8", "CIDR notation"),
    ] {
        let error = text.parse::<Cidr>().unwrap_err().to_string();
        assert!(error.contains(says), "{text:?}: {error}");
    }
    let range = |text: &str| text.parse::<Cidr>().unwrap();
    let public = [range("10.0.0.0/20"), range("10.0.1.0/24")];
    let error = NetworkLayout::try_new(range("10.0.0.0/16"), public, [], []).unwrap_err();
    contains(&error.to_string(), &["10.0.1.0/24", "10.0.0.0/20"]);
    contains(error.help(), &["a range of its own"]);
    let error = "us-eats-1".parse::<Region>().unwrap_err().to_string();
    assert!(error.contains("`us-eats-1`") && error.contains("`us-east-1`"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_found_before_anything_is_sent() {
    let aws = MockAws::new();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    arch.resource("a", subnet(&vpc, cidr!("10.0.0.0/20")));
    let overlaps = line!() + 1;
    arch.resource("b", subnet(&vpc, cidr!("10.0.1.0/24")));
    let outside = line!() + 1;
    arch.resource("c", subnet(&vpc, cidr!("10.1.1.0/24")));
    let twice = line!() + 1;
    arch.resource("vpc", Vpc::new(cidr!("10.2.0.0/16")));
    let dangles = line!() + 2;
    let nothing = Ref::<Vpc>::managed(ResourceId::new("vpcc").unwrap());
    arch.resource("d", subnet(&nothing, cidr!("10.0.32.0/24")));
    let one = line!() + 1;
    let first = arch.resource("first", Vpc::new(cidr!("10.3.0.0/16")));
    let second = arch.resource("second", Vpc::new(cidr!("10.4.0.0/16")));
    arch.options(&first, |options| _ = options.depends_on(&second));
    arch.options(&second, |options| _ = options.depends_on(&first));
    let name = line!() + 1;
    arch.resource("no good name", Vpc::new(cidr!("10.5.0.0/16")));

    let report = check(&arch);
    says(&report, "subnets-overlap", overlaps, &["`b`", "`a`", "10.0.1.0/24", "10.0.0.0/20"]);
    says(&report, "subnet-outside-vpc", outside, &["`c`", "10.1.1.0/24", "10.0.0.0/16"]);
    says(&report, "duplicate-name", twice, &["`vpc`"]);
    says(&report, "dangling-reference", dangles, &["`d`", "`vpcc`", "did you mean `vpc`?"]);
    says(&report, "cyclic-reference", one, &["`first` -> `second` -> `first`", "break the circle"]);
    says(&report, "invalid-name", name, &["no good name"]);

    let Err(Error::Check(refused)) = elanswer::apply(&arch, &aws).await else {
        panic!("it was applied");
    };
    assert_eq!(*refused, report);
    assert_eq!(aws.calls(), 0);

    // Whoever leaves the check out is stopped by the plan, before anything is sent too.
    let error = elanswer::apply(&arch, &aws).unchecked().await.unwrap_err().to_string();
    contains(&error, &["`d` refers to `vpcc`", "add it"]);
    assert_eq!(aws.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_circle_has_no_plan() {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let first = arch.resource("first", Vpc::new(cidr!("10.3.0.0/16")));
    arch.options(&first, |options| _ = options.depends_on(&first));
    let error = elanswer::plan(&arch, &MockAws::new()).unchecked().await.unwrap_err().to_string();
    contains(&error, &["in a circle: `first`;", "take one of the references out"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_no_architecture_can_have() {
    let arch = Architecture::new("my shop", Region::UsEast1);
    let error = elanswer::plan(&arch, &MockAws::new()).await.unwrap_err().to_string();
    contains(&error, &["my shop", "letters, digits, `-` and `_`"]);
}

/// A state in a folder with the shop in it, and the AWS that goes with it.
async fn stored(folder: &Path) -> (MockAws, LocalStore) {
    let target = (MockAws::new(), LocalStore::new(folder));
    assert!(elanswer::apply(&SHOP.architecture(), &target).await.unwrap().is_complete());
    target
}

#[tokio::test(start_paused = true)]
async fn a_state_that_is_damaged_or_newer() {
    let folder = tempfile::tempdir().unwrap();
    let target = stored(folder.path()).await;
    let journal = folder.path().join("shop/journal-0");
    let whole = fs::read_to_string(&journal).unwrap();
    let (calls, mut lines) = (target.0.calls(), whole.lines().collect::<Vec<_>>());
    let file = journal.display().to_string();
    let arch = SHOP.architecture();

    // In the middle: nothing is done.
    let broken = lines[3].replace("shop", "shpo");
    assert_ne!(broken, lines[3]);
    let good = std::mem::replace(&mut lines[3], &broken);
    fs::write(&journal, lines.join("\n") + "\n").unwrap();
    for error in [
        elanswer::plan(&arch, &target).await.unwrap_err(),
        elanswer::apply(&arch, &target).await.unwrap_err(),
        elanswer::destroy("shop", &target).await.unwrap_err(),
        elanswer::drift("shop", &target).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::State(_)), "{error}");
        contains(&error.to_string(), &[&file, "damaged at line 4", "restore it from a copy"]);
    }
    lines[3] = good;

    // Of a format that is not known yet.
    let newer = "de5fc610a70252a4 {\"format\":7,\"id\":\"0\"}";
    lines[0] = newer;
    fs::write(&journal, lines.join("\n") + "\n").unwrap();
    let error = elanswer::apply(&arch, &target).await.unwrap_err().to_string();
    contains(&error, &[&file, "format 7", "formats up to 1", "the version that wrote it"]);
    assert_eq!(target.0.calls(), calls);

    // Cut off within the last line, as by a power failure: the apply goes on.
    fs::write(&journal, whole.get(..whole.len() - 9).unwrap()).unwrap();
    assert!(elanswer::apply(&arch, &target).await.unwrap().is_complete());
    exactly(&arch, &target.0, "after a line was cut off");
    assert!(elanswer::plan(&arch, &target).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_state_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    fs::write(&file, "a file, no folder").unwrap();
    let target = (MockAws::new(), LocalStore::new(&file));
    let error = elanswer::apply(&SHOP.architecture(), &target).await.unwrap_err().to_string();
    contains(&error, &[&file.display().to_string(), "check that the folder exists"]);
    assert_eq!(target.0.calls(), 0);

    // A folder where the journal should be.
    let journal = folder.path().join("other/shop/journal-0");
    fs::create_dir_all(&journal).unwrap();
    let target = (MockAws::new(), LocalStore::new(folder.path().join("other")));
    let error = elanswer::apply(&SHOP.architecture(), &target).await.unwrap_err().to_string();
    contains(&error, &[&journal.display().to_string(), "cannot read"]);
    assert_eq!(target.0.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_denied() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    let guard = aws.fault(|call: &Call| match call.operation.as_str() {
        "CreateSecurityGroup" => Verdict::Reject("UnauthorizedOperation".into()),
        _ => Verdict::Pass,
    });
    let report = elanswer::apply(&arch, &aws).await.unwrap();
    let failed: Vec<&str> = report.failures.iter().map(|f| f.resource.as_str()).collect();
    let skipped: Vec<&str> = report.skipped.iter().map(ResourceId::as_str).collect();
    assert_eq!(failed, ["database", "web"]);
    assert_eq!(skipped, ["admin", "https", "postgres"]);
    assert_eq!(report.created, arch.nodes().len() - 5);
    assert_eq!(report.failures[0].error.kind(), ErrorKind::PermissionDenied);
    contains(
        &report.to_string(),
        &[
            "`web`: permission denied in ec2:CreateSecurityGroup (us-east-1)",
            "[UnauthorizedOperation]",
            "help: allow this action to the role that applies",
            "5 created, 0 updated, 0 replaced, 0 deleted, 2 failed, 3 not begun",
        ],
    );
    drop(guard);
    let report = elanswer::apply(&arch, &aws).await.unwrap();
    assert!(report.is_complete() && report.created == 5, "{report}");
    exactly(&arch, &aws, "after the permission was given");
}

/// One part of AWS may not know yet what another has made; what never was is not waited for.
#[tokio::test(start_paused = true)]
async fn what_was_just_made_is_not_found() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    let mut lag = 3;
    let guard = aws.fault(move |call: &Call| match call.operation.as_str() {
        "CreateSecurityGroup" if lag > 0 => {
            lag -= 1;
            Verdict::Reject("InvalidVpcID.NotFound".into())
        }
        _ => Verdict::Pass,
    });
    assert!(elanswer::apply(&arch, &aws).await.unwrap().is_complete());
    exactly(&arch, &aws, "after a delay");
    drop(guard);

    let mut arch = Architecture::new("typo", Region::UsEast1);
    arch.resource("a", subnet(&Ref::existing("vpc-0123456789abcdef0"), cidr!("10.0.0.0/24")));
    let calls = aws.calls();
    let report = elanswer::apply(&arch, &aws).unchecked().await.unwrap();
    assert_eq!(report.failures[0].error.kind(), ErrorKind::NotFound);
    assert_eq!(aws.calls() - calls, 1);
}

/// Every call would fail alike: once one of each service has, no other is begun.
#[tokio::test(start_paused = true)]
async fn credentials_that_expire_on_the_way() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    let guard = aws.fault(|call: &Call| match call.number {
        ..=2 => Verdict::Pass,
        _ => Verdict::Reject("ExpiredToken".into()),
    });
    let report = elanswer::apply(&arch, &aws).concurrency(1).await.unwrap();
    let failed: Vec<&str> = report.failures.iter().map(|f| f.resource.as_str()).collect();
    assert_eq!(failed, ["logs", "vpc"], "{report}");
    assert!(report.failures.iter().all(|f| f.error.kind() == ErrorKind::Credentials));
    assert_eq!(aws.calls(), 4);
    contains(&report.to_string(), &["no valid credentials", "[ExpiredToken]", "log in again"]);
    drop(guard);
    assert!(elanswer::apply(&arch, &aws).await.unwrap().is_complete());
    exactly(&arch, &aws, "after the credentials were renewed");
}

/// A removal that AWS refuses must not make the next apply replace what is still there.
#[tokio::test(start_paused = true)]
async fn a_removal_that_is_denied() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    elanswer::apply(&arch, &aws).await.unwrap();
    let all = aws.inventory().len();
    let guard = aws.fault(|call: &Call| match call.operation.as_str() {
        operation if operation.starts_with("Delete") || operation.starts_with("Revoke") => {
            Verdict::Reject("UnauthorizedOperation".into())
        }
        _ => Verdict::Pass,
    });
    let report = elanswer::destroy("shop", &aws).await.unwrap();
    assert!(!report.failures.is_empty() && report.deleted == 0, "{report}");
    drop(guard);
    assert_eq!(aws.inventory().len(), all);
    for refresh in [false, true] {
        let plan = elanswer::plan(&arch, &aws).refresh(refresh).await.unwrap();
        assert!(plan.is_empty(), "refresh {refresh}: {plan}");
    }
}

/// A destroy that died is taken back by an apply: what is still there is kept.
#[tokio::test(start_paused = true)]
async fn a_removal_that_was_not_sent_is_taken_back() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    elanswer::apply(&arch, &aws).await.unwrap();
    let vpc = aws.inventory();
    let guard = aws.fault(|call: &Call| match call.operation.as_str() {
        "DeleteLogGroup" => Verdict::CrashBefore,
        _ => Verdict::Pass,
    });
    tokio::select! {
        biased;
        () = aws.crashed() => {}
        _ = elanswer::destroy("shop", &aws).into_future() => panic!("it did not die"),
    }
    drop(guard);
    let state = aws.store().load("shop").await.unwrap();
    let logs = ResourceId::new("logs").unwrap();
    assert_eq!(state.current(&logs).unwrap().phase, Phase::Deleting);
    let plan = elanswer::plan(&arch, &aws).await.unwrap();
    assert_eq!(plan.step("logs").unwrap().action, elanswer::Action::Update, "{plan}");
    assert!(elanswer::apply(&arch, &aws).await.unwrap().is_complete());
    let logs = |inventory: Vec<elanswer::testkit::world::Entry>| {
        inventory.into_iter().find(|entry| entry.resource.as_deref() == Some("logs"))
    };
    assert_eq!(logs(aws.inventory()), logs(vpc));
    assert!(elanswer::plan(&arch, &aws).refresh(false).await.unwrap().is_empty());
}

/// An update that died after AWS had done it: the next apply sends nothing, and records it.
#[tokio::test(start_paused = true)]
async fn an_update_that_was_done_is_recorded() {
    let changed = Shop { retention: Retention::Days30, ..SHOP }.architecture();
    let aws = MockAws::new();
    elanswer::apply(&SHOP.architecture(), &aws).await.unwrap();
    let guard = aws.fault(|call: &Call| match call.operation.as_str() {
        "PutRetentionPolicy" => Verdict::CrashAfter,
        _ => Verdict::Pass,
    });
    tokio::select! {
        biased;
        () = aws.crashed() => {}
        _ = elanswer::apply(&changed, &aws).into_future() => panic!("it did not die"),
    }
    drop(guard);
    let plan = elanswer::plan(&changed, &aws).await.unwrap();
    contains(&plan.to_string(), &["an earlier update was interrupted"]);
    assert_eq!(plan.api_calls.apply, 0, "{plan}");
    let (before, read) = (aws.calls(), plan.api_calls.read);
    let report = elanswer::apply(&changed, &aws).await.unwrap();
    assert_eq!((report.updated, aws.calls() - before), (1, read), "{report}");
    for refresh in [false, true] {
        let plan = elanswer::plan(&changed, &aws).refresh(refresh).await.unwrap();
        assert!(plan.is_empty(), "refresh {refresh}: {plan}");
    }
}

/// Of a hundred calls so many are throttled and five lost, by the number of the call: the same in
/// every run.
fn bad_day(call: &Call, throttled: u64) -> Verdict {
    // Mixed twice: dice that depend on each other would never let four calls through in a row.
    let mixed = call.number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let dice = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32;
    match dice % 100 {
        dice if dice < throttled => Verdict::Throttle,
        dice if dice < throttled + 5 => Verdict::LoseResponse,
        _ => Verdict::Pass,
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_and_lost_calls() {
    // Some objects of the platform take several calls to read, all of which must get through.
    for (arch, throttled) in [(SHOP.architecture(), 30), (platform(), 10)] {
        let aws = MockAws::new();
        let _guard = aws.fault(move |call: &Call| bad_day(call, throttled));
        let report = elanswer::apply(&arch, &aws).await.unwrap();
        assert!(report.is_complete(), "{report}");
        exactly(&arch, &aws, arch.name());
        assert!(elanswer::plan(&arch, &aws).await.unwrap().is_empty());
        let removed = elanswer::destroy(arch.name(), &aws).await.unwrap();
        assert!(removed.is_complete(), "{removed}");
        assert!(aws.inventory().is_empty());
    }
}

/// The answer to a create is lost, and then the object cannot be looked for: it stays recorded.
#[tokio::test(start_paused = true)]
async fn an_object_that_may_exist_is_not_forgotten() {
    let (aws, arch) = (MockAws::new(), SHOP.architecture());
    let mut created = false;
    let guard = aws.fault(move |call: &Call| match call.operation.as_str() {
        "CreateVpc" if !created => {
            created = true;
            Verdict::LoseResponse
        }
        "CreateVpc" | "DescribeVpcs" => Verdict::Reject("UnauthorizedOperation".into()),
        _ => Verdict::Pass,
    });
    let report = elanswer::apply(&arch, &aws).await.unwrap();
    assert_eq!(report.failures[0].resource.as_str(), "vpc", "{report}");
    assert_eq!(aws.objects::<Vpc>().len(), 1);
    drop(guard);
    assert!(elanswer::apply(&arch, &aws).await.unwrap().is_complete());
    exactly(&arch, &aws, "after the answer was lost");
}

#[tokio::test(start_paused = true)]
async fn cancelled_in_the_middle() {
    let arch = platform();
    for after in [0, 1, 5, 20, 40] {
        let (aws, cancel) = (MockAws::new(), Cancel::new());
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let applying = elanswer::apply(&arch, &aws).cancel(cancel.clone()).events(sender);
        let stop = async {
            let mut finished = 0;
            while finished < after {
                match events.recv().await {
                    Some(Event::StepFinished { .. }) => finished += 1,
                    Some(_) => {}
                    None => break,
                }
            }
            cancel.cancel();
        };
        let (report, ()) = tokio::join!(applying.into_future(), stop);
        let report = report.unwrap();
        assert!(report.cancelled && report.failures.is_empty(), "{report}");
        assert_eq!(report.is_complete(), report.skipped.is_empty());
        // Whatever exists is recorded with its identifier: nothing was in flight and lost.
        let state = aws.store().load(arch.name()).await.unwrap();
        let objects = state.records.values().filter(|record| is_object(&record.kind));
        assert_eq!(objects.count(), aws.inventory().len(), "after {after}");
        assert!(state.records.values().all(|record| record.identifier.is_some()));
        let report = elanswer::apply(&arch, &aws).await.unwrap();
        assert!(report.is_complete(), "{report}");
        exactly(&arch, &aws, "after it was cancelled");
        assert!(elanswer::plan(&arch, &aws).await.unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_that_is_used_up() {
    let aws = MockAws::builder().quota("VPCs per Region", 1).build();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.resource("first", Vpc::new(cidr!("10.0.0.0/16")));
    arch.resource("second", Vpc::new(cidr!("10.1.0.0/16")));
    let report = elanswer::apply(&arch, &aws).await.unwrap();
    assert_eq!((report.created, report.failed()), (1, 1), "{report}");
    contains(
        &report.to_string(),
        &["quota exceeded in ec2:CreateVpc", "[VpcLimitExceeded]", "raise the quota in AWS"],
    );
    let again = elanswer::apply(&arch, &aws).await.unwrap();
    assert_eq!(again.failed(), 1, "{again}");
    assert_eq!(aws.inventory().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_protected_stays() {
    let aws = MockAws::new();
    let protected = |shop: Shop| {
        let mut arch = shop.architecture();
        let group = Ref::<SecurityGroup>::managed(ResourceId::new("web").unwrap());
        arch.options(&group, |options| _ = options.protect());
        arch
    };
    elanswer::apply(&protected(SHOP), &aws).await.unwrap();
    let calls = aws.log().len();
    let replaced = protected(Shop { group: "other servers", ..SHOP });
    let mut without = Architecture::new("shop", Region::UsEast1);
    without.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    for error in [
        elanswer::apply(&replaced, &aws).refresh(false).await.unwrap_err(),
        elanswer::apply(&without, &aws).refresh(false).await.unwrap_err(),
        elanswer::destroy("shop", &aws).refresh(false).await.unwrap_err(),
    ] {
        contains(&error.to_string(), &["protected: `web`", "take the protection off"]);
    }
    assert_eq!(aws.log().len(), calls);
    let off = elanswer::apply(&SHOP.architecture(), &aws).refresh(false).await.unwrap();
    assert_eq!((off.updated, off.api_calls), (1, 0), "{off}");
    assert!(elanswer::plan(&SHOP.architecture(), &aws).await.unwrap().is_empty());
    assert!(elanswer::destroy("shop", &aws).await.unwrap().is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_is_out_of_date() {
    let aws = MockAws::new();
    let (arch, changed) =
        (SHOP.architecture(), Shop { retention: Retention::Days30, ..SHOP }.architecture());
    let plan = elanswer::plan(&arch, &aws).await.unwrap();
    // A state that was never written has no id yet, on which names depend.
    let folder = tempfile::tempdir().unwrap();
    let local = (MockAws::new(), LocalStore::new(folder.path()));
    let first = elanswer::plan(&arch, &local).await.unwrap();
    assert!(elanswer::apply(&arch, &local).expecting(&first).await.unwrap().is_complete());

    // Another architecture, another state, another AWS.
    let error = elanswer::apply(&changed, &aws).expecting(&plan).await.unwrap_err();
    assert!(matches!(error, Error::Stale));
    contains(&error.to_string(), &["out of date", "plan again"]);
    assert!(aws.inventory().is_empty());
    elanswer::apply(&arch, &aws).expecting(&plan).await.unwrap();
    assert!(matches!(elanswer::apply(&arch, &aws).expecting(&plan).await, Err(Error::Stale)));
    let plan = elanswer::plan(&arch, &aws).await.unwrap();
    aws.tamper::<Vpc>(|vpc| vpc.enable_dns_hostnames = true);
    assert!(matches!(elanswer::apply(&arch, &aws).expecting(&plan).await, Err(Error::Stale)));
}

#[tokio::test(start_paused = true)]
async fn a_second_writer_waits() {
    let folder = tempfile::tempdir().unwrap();
    let aws = MockAws::new();
    let arch = SHOP.architecture();
    let local = (aws.clone(), LocalStore::new(folder.path()));
    let memory = aws.clone();
    let targets: [&dyn Target; 2] = [&local, &memory];
    for target in targets {
        let session = target.store().open("shop").await.unwrap();
        let error = elanswer::apply(&arch, target).await.unwrap_err().to_string();
        contains(&error, &["the state of `shop` is in use by", "process", "wait until"]);
        // Looking is allowed.
        assert_eq!(elanswer::plan(&arch, target).await.unwrap().steps.len(), arch.nodes().len());
        drop(session);
    }
    assert!(aws.inventory().is_empty());
    assert!(elanswer::apply(&arch, &local).await.unwrap().is_complete());
}

/// AWS holds a name that the architecture wants: nothing is taken over, nothing is recorded.
#[tokio::test(start_paused = true)]
async fn what_is_there_already_is_not_taken_over() {
    use elanswer::services::logs::{LogGroup, LogGroupName};

    let aws = MockAws::new();
    let with_logs = |stack: &str| {
        let mut arch = Architecture::new(stack, Region::UsEast1);
        let name = LogGroupName::literal("/shop");
        let logs = LogGroup::builder().log_group_name(name).retention_in_days(Retention::Days7);
        arch.resource("logs", logs.build());
        arch
    };
    elanswer::apply(&with_logs("one"), &aws).await.unwrap();
    let report = elanswer::apply(&with_logs("two"), &aws).await.unwrap();
    contains(&report.to_string(), &["`logs`: conflict with an existing object", "rename"]);
    assert!(aws.store().load("two").await.unwrap().records.is_empty());
    assert!(elanswer::destroy("two", &aws).await.unwrap().is_complete());
    assert_eq!(aws.inventory().len(), 1);
}

/// The same name for something of another kind: what is there is removed as what it is.
#[tokio::test(start_paused = true)]
async fn a_resource_that_becomes_another_kind() {
    use elanswer::services::{iam::Role, iam::Service, logs::LogGroup};

    let aws = MockAws::new();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.resource("audit", LogGroup::builder().build());
    elanswer::apply(&arch, &aws).await.unwrap();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    arch.resource("audit", Role::assumed_by(Service::EcsTasks));
    let plan = elanswer::plan(&arch, &aws).await.unwrap();
    let step = plan.step("audit").unwrap();
    assert_eq!((step.action, step.data_loss), (elanswer::Action::Replace, true), "{plan}");
    assert_eq!(step.reasons.len(), 1, "{plan}");
    contains(&plan.to_string(), &["AWS::Logs::LogGroup us-east-1", "AWS::IAM::Role us-east-1"]);
    assert!(elanswer::apply(&arch, &aws).await.unwrap().is_complete());
    exactly(&arch, &aws, "after it became another kind");
    assert!(elanswer::destroy("shop", &aws).await.unwrap().is_complete());
    assert!(aws.inventory().is_empty());
}
