//! What exists becomes part of an architecture without being touched.

use elanswer::{
    Architecture, Error, Executor, MemoryStore, Region,
    operations::ImportError,
    services::{
        ec2::Vpc,
        logs::{LogGroup, Retention},
    },
    state::Store,
    testkit::MockAws,
};

use super::support::{SHOP, Shop, platform};

/// What was made by somebody else: in AWS, and in no state of ours.
async fn made_elsewhere(arch: &Architecture) -> MockAws {
    let aws = MockAws::new();
    let theirs = (aws.clone(), MemoryStore::new());
    assert!(elanswer::apply(arch, &theirs).await.unwrap().is_complete());
    aws
}

/// Every object of the state in which `arch` was made, by resource.
async fn objects(arch: &Architecture, aws: &MockAws, store: &MemoryStore) -> Vec<(String, String)> {
    assert!(elanswer::apply(arch, &(aws.clone(), store.clone())).await.unwrap().is_complete());
    let state = store.load(arch.name()).await.unwrap();
    let records = state.records.into_values();
    records.map(|it| (it.key.resource.to_string(), it.identifier.unwrap())).collect()
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_what_was_imported_is_empty() {
    for arch in [SHOP.architecture(), platform()] {
        let aws = MockAws::new();
        let all = objects(&arch, &aws, &MemoryStore::new()).await;
        let (before, calls) = (aws.inventory(), aws.calls());

        let ours = (aws.clone(), MemoryStore::new());
        let importing = all
            .iter()
            .fold(elanswer::import(&arch, &ours), |it, (resource, id)| it.object(resource, id));
        assert_eq!(importing.await.unwrap().len(), arch.nodes().len());
        assert!(aws.log().iter().skip(usize::try_from(calls).unwrap()).all(|call| {
            ["Describe", "Get", "List"].iter().any(|read| call.operation.starts_with(read))
        }));
        for refresh in [false, true] {
            let plan = elanswer::plan(&arch, &ours).refresh(refresh).await.unwrap();
            assert!(plan.is_empty(), "refresh {refresh}: {plan}");
        }
        assert_eq!(aws.inventory(), before);
        assert!(elanswer::destroy(arch.name(), &ours).await.unwrap().is_complete());
        assert!(aws.inventory().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn what_differs_is_what_the_next_plan_changes() {
    let aws = made_elsewhere(&SHOP.architecture()).await;
    let goal = Shop { retention: Retention::Days14, ..SHOP }.architecture();
    let name = aws.objects::<LogGroup>().remove(0).outputs.log_group_name;
    let ours = (aws.clone(), MemoryStore::new());
    elanswer::import(&goal, &ours).object("logs", name).await.unwrap();
    let plan = elanswer::plan(&goal, &ours).await.unwrap();
    let step = plan.step("logs").unwrap().to_owned();
    assert_eq!(step.reasons.len(), 1, "{plan}");
    assert_eq!(step.reasons[0].to_string(), "RetentionInDays: 7 -> 14");
}

#[tokio::test(start_paused = true)]
async fn a_mistake_takes_nothing_in() {
    let (arch, aws) = (SHOP.architecture(), made_elsewhere(&SHOP.architecture()).await);
    let ours = (aws.clone(), MemoryStore::new());
    let vpc = aws.objects::<Vpc>().remove(0).outputs.vpc_id;
    let refused = async |resource: &str, identifier: &str| {
        let importing = elanswer::import(&arch, &ours).object("vpc", &vpc);
        match importing.object(resource, identifier).await {
            Err(Error::Import(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let error = refused("subnet-aa", "subnet-1").await.to_string();
    assert!(error.ends_with("no resource `subnet-aa`; did you mean `subnet-a`?"), "{error}");
    let error = refused("subnet-a", "subnet-1").await;
    assert!(matches!(error, ImportError::Missing { .. }), "{error}");
    let error = refused("vpc", &vpc).await;
    assert!(matches!(error, ImportError::Known { .. }), "{error}");
    let state = ours.1.load("shop").await.unwrap();
    assert!(state.records.is_empty(), "{state:?}");

    elanswer::import(&arch, &ours).object("vpc", &vpc).await.unwrap();
    let mut other = Architecture::new("shop", Region::UsEast1);
    other.resource("main", Vpc::new(elanswer::cidr!("10.0.0.0/16")));
    let error = elanswer::import(&other, &ours).object("main", &vpc).await.unwrap_err();
    assert!(error.to_string().contains("is the object of `vpc` already"), "{error}");
}
