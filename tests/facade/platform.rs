//! The blueprint over its whole life, on the AWS in memory.

use std::collections::BTreeMap;

use elanswer::{
    Architecture, NetworkPlan, PlatformService, cidr,
    plan::{Action, Plan},
    services::{elasticache::CacheNodeType, rds::DbInstanceClass},
    testkit::MockAws,
};

use super::support::{IMAGE, exactly, platform, whole};

#[tokio::test(start_paused = true)]
async fn is_built_and_removed() -> Result<(), elanswer::Error> {
    let aws = MockAws::new();
    let protected = whole(|platform| platform);
    let built = elanswer::apply(&protected, &aws).await?;
    assert!(built.failures.is_empty() && built.skipped.is_empty(), "{built:#?}");
    assert_eq!(built.created, protected.nodes().len());
    assert!(built.outputs.contains_key("address"));
    assert!(elanswer::plan(&protected, &aws).await?.is_empty());

    let refused = elanswer::plan_destroy("elanswer", &aws).await.unwrap_err().to_string();
    assert!(refused.contains("platform/database/instance"), "{refused}");

    becomes(&aws, &platform()).await?;
    let removed = elanswer::destroy("elanswer", &aws).await?;
    assert!(removed.is_complete(), "{removed:#?}");
    assert!(aws.inventory().is_empty(), "{:#?}", aws.inventory());
    Ok(())
}

/// Applies the change, and gives what its plan said.
async fn becomes(aws: &MockAws, goal: &Architecture) -> Result<Plan, elanswer::Error> {
    let planned = elanswer::plan(goal, aws).await?;
    let done = elanswer::apply(goal, aws).await?;
    assert!(done.is_complete(), "{done:#?}");
    exactly(goal, aws, "after the change");
    for refresh in [true, false] {
        let plan = elanswer::plan(goal, aws).refresh(refresh).await?;
        assert!(plan.is_empty(), "refresh {refresh}: {plan}");
    }
    Ok(planned)
}

/// What the steps do, by resource.
fn actions(plan: &Plan) -> BTreeMap<&str, Action> {
    plan.steps.iter().map(|step| (step.resource.as_str(), step.action)).collect()
}

#[tokio::test(start_paused = true)]
async fn grows_in_place() -> Result<(), elanswer::Error> {
    let aws = MockAws::new();
    assert!(elanswer::apply(&platform(), &aws).await?.is_complete());
    let reports = PlatformService::new("reports", IMAGE).at("/reports/*");
    let grown = whole(|platform| {
        platform
            .service(PlatformService::new("web", IMAGE).reads_files().at_most(24))
            .api_image(IMAGE.replace(":1.4", ":1.5"))
            .database_class(DbInstanceClass::literal("db.m7g.xlarge"))
            .cache_node_type(CacheNodeType::literal("cache.m7g.xlarge"))
            .service(reports)
            .disposable()
    });
    let plan = becomes(&aws, &grown).await?;

    let actions = actions(&plan);
    let of = |action| {
        let found = actions.iter().filter(move |(_, found)| **found == action);
        found.map(|(resource, _)| *resource).collect::<Vec<_>>()
    };
    for resource in [
        "platform/api/service",
        "platform/cache/group",
        "platform/database/instance",
        "platform/database/replica-1",
        "platform/web-scaling/target",
    ] {
        assert_eq!(actions.get(resource), Some(&Action::Update), "{resource}: {plan}");
    }
    // A revision of a task definition is never changed.
    assert_eq!(of(Action::Replace), ["platform/api/task-definition"], "{plan}");
    assert_eq!(of(Action::Delete), [""; 0], "{plan}");
    let strange = of(Action::Create).into_iter().filter(|resource| !resource.contains("reports"));
    assert_eq!(strange.collect::<Vec<_>>(), [""; 0], "{plan}");
    assert!(plan.steps.iter().all(|step| !step.data_loss), "{plan}");

    // And is as small as before again.
    becomes(&aws, &platform()).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn moves_to_other_addresses() -> Result<(), elanswer::Error> {
    const ELSEWHERE: NetworkPlan<2> = NetworkPlan::new(cidr!("172.16.0.0/16"))
        .public([cidr!("172.16.1.0/24"), cidr!("172.16.2.0/24")])
        .private([cidr!("172.16.11.0/24"), cidr!("172.16.12.0/24")])
        .isolated([cidr!("172.16.21.0/24"), cidr!("172.16.22.0/24")]);
    let aws = MockAws::new();
    assert!(elanswer::apply(&platform(), &aws).await?.is_complete());
    let moved = whole(|platform| platform.network(ELSEWHERE).disposable());
    let plan = becomes(&aws, &moved).await?;
    let actions = actions(&plan);
    for resource in ["platform/network/vpc", "platform/edge/group", "platform/front/load-balancer"]
    {
        assert_eq!(actions.get(resource), Some(&Action::Replace), "{resource}: {plan}");
    }
    Ok(())
}

/// Where it was saved its time goes on: what takes AWS a while is waited for as ever.
#[tokio::test(start_paused = true)]
async fn is_built_again_in_an_aws_that_was_saved() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("cloud.json");
    let first = MockAws::new();
    elanswer::apply(&platform(), &first).await?;
    elanswer::destroy("elanswer", &first).await?;
    first.save(&file)?;

    let again = MockAws::new();
    again.load(&file)?;
    let built = elanswer::apply(&platform(), &again).await?;
    assert!(built.is_complete(), "{built:#?}");
    Ok(())
}
