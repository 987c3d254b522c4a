//! An apply that fails and was asked to roll back leaves what was there before.

use elanswer::{
    Architecture, Executor, Target,
    apply::Rollback,
    plan::Undo,
    services::logs::{LogGroup, Retention},
    testkit::{Call, MockAws, Verdict},
};

use super::support::{SHOP, Shop, exactly, platform};

/// Applies `goal` with every call refused in turn; each time everything is as `before` again.
async fn comes_back(before: &Architecture, goal: &Architecture) -> usize {
    let mut failed = 0;
    for number in 1.. {
        let aws = MockAws::new();
        if before.nodes().len() > 0 {
            assert!(elanswer::apply(before, &aws).await.unwrap().is_complete());
        }
        let last = aws.calls() + number;
        let guard = aws.fault(move |call: &Call| match call.number == last {
            true => Verdict::Reject("InvalidParameterValue".into()),
            false => Verdict::Pass,
        });
        let answer = elanswer::apply(goal, &aws).roll_back(true).await;
        drop(guard);
        // The read of what exists is refused as well, and then nothing is done.
        if let Ok(report) = answer {
            let when = format!("call {number}: {report}");
            if aws.calls() < last {
                assert!(report.is_complete(), "{when}");
                return failed;
            }
            if report.is_complete() {
                continue;
            }
            failed += 1;
            let Some(Rollback::CarriedOut(back)) = &report.rollback else { panic!("{when}") };
            assert!(back.is_complete(), "{when}");
            exactly(before, &aws, &when);
        }
        let plan = elanswer::plan(before, &aws).await.unwrap();
        assert!(plan.is_empty(), "call {number}: {plan}");
    }
    failed
}

#[tokio::test(start_paused = true)]
async fn what_was_made_goes_again() {
    let nothing = Architecture::new("shop", SHOP.architecture().region());
    assert!(comes_back(&nothing, &SHOP.architecture()).await > 10);
}

#[tokio::test(start_paused = true)]
async fn what_was_changed_is_changed_back() {
    let goal =
        Shop { retention: Retention::Days14, dns_hostnames: true, admin_from: "home", ..SHOP };
    assert!(comes_back(&SHOP.architecture(), &goal.architecture()).await > 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_replaced_or_removed_is_made_again() {
    let goal = Shop { group: "all servers", path: "/shop/", ..SHOP };
    assert!(comes_back(&SHOP.architecture(), &goal.architecture()).await > 5);
    let mut less = Architecture::new("shop", SHOP.architecture().region());
    // All but what holds data.
    less.tag("project", "shop");
    less.resource("logs", LogGroup::builder().retention_in_days(SHOP.retention).build());
    assert!(comes_back(&SHOP.architecture(), &less).await > 7);
}

#[tokio::test(start_paused = true)]
async fn a_platform_without_its_services_goes_again() {
    let (aws, arch) = (MockAws::new(), platform());
    let _guard = aws.fault(|call: &Call| match call.operation.as_str() {
        "CreateService" => Verdict::Reject("InvalidParameterException".into()),
        _ => Verdict::Pass,
    });
    let report = elanswer::apply(&arch, &aws).roll_back(true).await.unwrap();
    let Some(Rollback::CarriedOut(back)) = &report.rollback else { panic!("{report}") };
    assert!(back.is_complete() && back.deleted > 50, "{report}");
    assert!(aws.inventory().is_empty(), "{:#?}", aws.inventory());
    assert!(aws.store().load(arch.name()).await.unwrap().records.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_plan_says_what_cannot_be_taken_back() {
    let (aws, arch) = (MockAws::new(), platform());
    elanswer::apply(&arch, &aws).await.unwrap();
    let plan = elanswer::plan_destroy(arch.name(), &aws).await.unwrap();
    let undo = |id: &str| {
        let found = plan.compensation().into_iter().find(|it| it.resource.as_str() == id);
        found.unwrap().undo
    };
    assert_eq!(undo("platform/database/instance"), Undo::DataLost);
    assert_eq!(undo("platform/network/vpc"), Undo::Remake);
    let lost = plan.compensation().into_iter().filter(|it| it.undo.is_impossible()).count();
    // The database with its replica, the cache, secrets, keys, log groups, buckets, and the images.
    assert_eq!(lost, 23);
}
