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
    records.map(|it| (it.key.resource.to_string(), it.identifier.clone().unwrap())).collect()
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
            ["BatchGet", "Describe", "Get", "List"]
                .iter()
                .any(|read| call.operation.starts_with(read))
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

#[tokio::test(start_paused = true)]
async fn a_state_that_was_lost_comes_back() {
    for arch in [SHOP.architecture(), platform()] {
        let aws = made_elsewhere(&arch).await;
        let (before, ours) = (aws.inventory(), (aws.clone(), MemoryStore::new()));
        let importing = elanswer::import(&arch, &ours).tagged("elanswer:stack", arch.name());
        let back = importing.await.unwrap();
        let lost: Vec<&str> = arch
            .nodes()
            .map(|node| &node.id)
            .filter(|id| !back.contains(id))
            .map(|id| id.as_str())
            .collect();
        assert_eq!(lost, [""; 0]);
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
async fn what_others_made_is_known_by_what_it_is() {
    let theirs = SHOP.architecture();
    let mut document = serde_json::to_value(&theirs).unwrap();
    document["name"] = "theirs".into();
    let renamed: Architecture = serde_json::from_value(document).unwrap();
    assert_eq!(renamed.name(), "theirs");
    let aws = made_elsewhere(&renamed).await;
    let ours = (aws.clone(), MemoryStore::new());
    let imported = elanswer::import(&theirs, &ours).tagged("project", "shop").await.unwrap();
    assert_eq!(imported.len(), theirs.nodes().len(), "{imported:?}");
    let plan = elanswer::plan(&theirs, &ours).await.unwrap();
    assert!(plan.is_empty(), "{plan}");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_left_to_the_plan() {
    let mut arch = SHOP.architecture();
    let aws = made_elsewhere(&arch).await;
    arch.resource("more", LogGroup::builder().retention_in_days(Retention::Days1).build());
    let ours = (aws.clone(), MemoryStore::new());
    let importing = elanswer::import(&arch, &ours).tagged("elanswer:stack", "shop");
    assert_eq!(importing.await.unwrap().len(), arch.nodes().len() - 1);
    let plan = elanswer::plan(&arch, &ours).await.unwrap();
    assert_eq!((plan.steps.len(), plan.count(elanswer::Action::Create)), (1, 1), "{plan}");

    let nobody = (aws, MemoryStore::new());
    let none = elanswer::import(&arch, &nobody).tagged("elanswer:stack", "other").await;
    assert!(none.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_that_are_alike_are_a_question() {
    let logs = |stack: &str, names: &[&str]| {
        let mut arch = Architecture::new(stack, Region::UsEast1);
        arch.tag("project", "shop");
        for name in names {
            arch.resource(name, LogGroup::default());
        }
        arch
    };
    let aws = made_elsewhere(&logs("theirs", &["one", "two"])).await;
    let (arch, ours) = (logs("shop", &["logs"]), (aws.clone(), MemoryStore::new()));
    let importing = elanswer::import(&arch, &ours).tagged("project", "shop");
    let error = importing.await.unwrap_err().to_string();
    assert!(error.starts_with("`logs` could be any of `"), "{error}");
    assert!(ours.1.load("shop").await.unwrap().records.is_empty());

    let both = logs("shop", &["logs", "more"]);
    let error = elanswer::import(&both, &ours).tagged("project", "shop").await.unwrap_err();
    assert!(error.to_string().contains("` could both be `"), "{error}");

    let name = aws.objects::<LogGroup>().remove(0).outputs.log_group_name;
    elanswer::import(&arch, &ours).object("logs", name).await.unwrap();
    let rest = elanswer::import(&arch, &ours).tagged("project", "shop").await.unwrap();
    assert!(rest.is_empty(), "every resource has its object: {rest:?}");
}
