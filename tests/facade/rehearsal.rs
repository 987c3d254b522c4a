//! A rehearsal names what AWS would refuse, and touches nothing.

use elanswer::{
    Architecture, Executor, LocalStore, Ref, Region, Zone, cidr,
    services::ec2::{Subnet, Vpc},
    testkit::{MockAws, rehearse},
};

use super::support::{SHOP, platform};

fn with_subnet(range: elanswer::Cidr) -> Architecture {
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let vpc = arch.resource("vpc", Vpc::new(cidr!("10.0.0.0/16")));
    arch.resource("a", subnet(&vpc, range));
    arch
}

fn subnet(vpc: &Ref<Vpc>, range: elanswer::Cidr) -> Subnet {
    let zone = Zone::new(Region::UsEast1, 'a');
    Subnet::builder().vpc(vpc).cidr_block(range).availability_zone(zone).build()
}

#[tokio::test]
async fn a_platform_is_rehearsed_in_no_time_on_any_clock() {
    let folder = tempfile::tempdir().unwrap();
    let target = (MockAws::new(), LocalStore::new(folder.path()));
    let rehearsal = rehearse(&platform(), &target).await.unwrap();
    assert!(rehearsal.went_well(), "{rehearsal}");
    assert!((1200..1600).contains(&rehearsal.elapsed.as_secs()), "{rehearsal}");
    assert_eq!(target.0.calls(), 0);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
}

#[tokio::test(start_paused = true)]
async fn what_exists_is_on_the_stage() {
    let (aws, before) = (MockAws::new(), with_subnet(cidr!("10.0.1.0/24")));
    assert!(elanswer::apply(&before, &aws).await.unwrap().is_complete());
    let all = aws.inventory();

    // Nothing but the new subnet is made; the old one is in its way.
    let mut goal = before.clone();
    goal.resource("b", subnet(&Ref::existing("vpc-strange"), cidr!("10.0.2.0/24")));
    let vpc = aws.objects::<Vpc>().remove(0).outputs.vpc_id;
    goal.resource("c", subnet(&Ref::existing(vpc), cidr!("10.0.1.128/25")));
    let rehearsal = rehearse(&goal, &aws).await.unwrap();
    let codes: Vec<_> = rehearsal.failures.iter().map(|it| it.error.code().unwrap()).collect();
    assert_eq!(codes, ["InvalidSubnet.Conflict"], "{rehearsal}");
    assert_eq!(rehearsal.not_rehearsed[0].resource.as_str(), "b");
    assert_eq!(aws.inventory(), all);
    assert!(elanswer::plan(&before, &aws).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn changes_and_removals_are_rehearsed() {
    let aws = MockAws::new();
    elanswer::apply(&SHOP.architecture(), &aws).await.unwrap();
    let nothing = Architecture::new("shop", Region::UsEast1);
    assert!(rehearse(&nothing, &aws).await.unwrap().went_well());
    let goal = super::support::Shop { group: "all servers", path: "/shop/", ..SHOP };
    assert!(rehearse(&goal.architecture(), &aws).await.unwrap().went_well());

    let aws = MockAws::new();
    elanswer::apply(&platform(), &aws).await.unwrap();
    let nothing = Architecture::new("elanswer", Region::UsEast1);
    let rehearsal = rehearse(&nothing, &aws).await.unwrap();
    assert!(rehearsal.went_well(), "{rehearsal}");
}
