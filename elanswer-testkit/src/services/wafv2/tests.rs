//! What AWS refuses of web ACLs, IP sets, associations and logging.

use elanswer_core::{
    Architecture, Input, Place, Ref, Region, Resource, ResourceId, Tags,
    handler::{Create, Delete},
    operations::apply,
    services::{
        elbv2::{LoadBalancer, LoadBalancerOutputs},
        logs::{LogGroup, LogGroupName, LogGroupOutputs},
        s3::Bucket,
        wafv2::{
            DefaultAction, EntityName, IpSet, LogDestinationArn, LoggingConfiguration, MetricName,
            Priority, RateLimit, RequestLimit, Rule, RuleAction, Statement, VisibilityConfig,
            WafScope, WebAcl, WebAclAssociation,
        },
    },
    tags::Ownership,
};

use super::{
    ip_set::{self, create_ip_set},
    lock, logging_configuration,
    web_acl::{self, create_web_acl, update_web_acl},
    web_acl_association,
};
use crate::{
    MockAws,
    world::{AwsError, Quotas, World},
};

const HERE: Place = Place::new(Region::EuWest1);
const US: Place = Place::new(Region::UsEast1);

fn world() -> World {
    let mut world = World::new(7, Quotas::new());
    world.register::<WebAcl>();
    world.register::<IpSet>();
    world.register::<WebAclAssociation>();
    world.register::<LoggingConfiguration>();
    world.register::<LoadBalancer>();
    world.register::<LogGroup>();
    world.register::<Bucket>();
    world
}

fn create<R: Resource>(place: Place, desired: R) -> Create<R> {
    Create {
        place,
        desired,
        ownership: Ownership {
            stack: "shop".to_owned(),
            resource: ResourceId::new("it").unwrap(),
            incarnation: 1,
        },
        token: String::new(),
        secrets: elanswer_core::Secrets::default(),
    }
}

fn acl(name: &'static str, scope: WafScope, rules: impl IntoIterator<Item = Rule>) -> WebAcl {
    WebAcl::builder()
        .name(EntityName::literal(name))
        .scope(scope)
        .rules(rules)
        .visibility_config(VisibilityConfig::named(MetricName::literal("it")))
        .build()
}

fn set(name: &'static str, scope: WafScope) -> IpSet {
    let set = IpSet::builder().name(EntityName::literal(name)).scope(scope);
    set.addresses("192.0.2.0/24".parse().unwrap()).build()
}

fn limit(name: &str, priority: u32) -> Rule {
    Rule::limiting(
        EntityName::new(name).unwrap(),
        Priority::new(priority).unwrap(),
        RateLimit::of(RequestLimit::of::<100>()),
        RuleAction::Block,
    )
}

fn blocking(set: &str) -> Rule {
    let statement = Statement::from_addresses(Ref::existing(set));
    Rule::matching(EntityName::literal("set"), Priority::of::<0>(), statement, RuleAction::Block)
}

/// Makes a web ACL; gives its ARN.
fn made(world: &mut World, place: Place, acl: WebAcl) -> Result<String, AwsError> {
    let made = create_web_acl(world, &create(place, acl))?;
    Ok(made.outputs.arn.to_string())
}

fn made_set(world: &mut World, place: Place, set: IpSet) -> Result<String, AwsError> {
    Ok(create_ip_set(world, &create(place, set))?.outputs.arn.to_string())
}

#[test]
fn a_name_is_taken_once_in_a_scope() {
    let mut world = world();
    let first = create_web_acl(&mut world, &create(US, acl("shop", WafScope::Regional, [])));
    let first = first.unwrap();
    let arn =
        format!("arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/{}", first.outputs.id);
    assert_eq!(first.outputs.arn.as_str(), arn);
    assert_eq!(first.outputs.label_namespace, "awswaf:123456789012:webacl:shop:");
    let again = made(&mut world, US, acl("shop", WafScope::Regional, [])).unwrap_err();
    assert_eq!(again.code(), "WAFDuplicateItemException");
    made(&mut world, US, acl("shop", WafScope::CloudFront, [])).unwrap();
    made(&mut world, HERE, acl("shop", WafScope::Regional, [])).unwrap();
    made_set(&mut world, HERE, set("shop", WafScope::Regional)).unwrap();
    let again = made_set(&mut world, HERE, set("shop", WafScope::Regional)).unwrap_err();
    assert_eq!(again.code(), "WAFDuplicateItemException");
}

#[test]
fn what_is_for_distributions_exists_in_one_region() {
    let mut world = world();
    let error = made(&mut world, HERE, acl("shop", WafScope::CloudFront, [])).unwrap_err();
    assert_eq!(error.code(), "WAFInvalidParameterException");
    let error = made_set(&mut world, HERE, set("shop", WafScope::CloudFront)).unwrap_err();
    assert_eq!(error.code(), "WAFInvalidParameterException");
    let arn = made_set(&mut world, US, set("shop", WafScope::CloudFront)).unwrap();
    assert!(arn.contains(":global/ipset/shop/"), "{arn}");
}

#[test]
fn rules_are_refused_together() {
    let mut world = world();
    let mut refused = |rules: Vec<Rule>| {
        let refused = made(&mut world, HERE, acl("shop", WafScope::Regional, rules)).unwrap_err();
        refused.code().to_owned()
    };
    let one_priority = vec![limit("a", 1), limit("b", 1)];
    assert_eq!(refused(one_priority), "WAFInvalidParameterException");
    assert_eq!(refused(vec![limit("a", 1), limit("a", 2)]), "WAFDuplicateItemException");
    let many = (0..11).map(|n| limit(&format!("limit-{n}"), n)).collect();
    assert_eq!(refused(many), "WAFLimitsExceededException");
}

#[test]
fn capacity_is_counted_when_rules_change() {
    let mut world = world();
    let it = acl("shop", WafScope::Regional, [limit("a", 1)]);
    let first = create_web_acl(&mut world, &create(HERE, it.clone())).unwrap();
    assert_eq!(first.outputs.capacity, 2);
    let arn = first.outputs.arn.as_str();
    let token = lock(world.get::<WebAcl>(&HERE, arn).unwrap());
    let more = WebAcl { rules: [limit("a", 1), limit("b", 2)].into(), ..it };
    let second = update_web_acl(&mut world, &HERE, arn, &token, &more).unwrap();
    assert_eq!(second.outputs.capacity, 4);
}

#[test]
fn a_lock_is_good_for_one_change() {
    let mut world = world();
    let it = acl("shop", WafScope::Regional, []);
    let arn = made(&mut world, HERE, it.clone()).unwrap();
    let token = lock(world.get::<WebAcl>(&HERE, &arn).unwrap());
    let blocking = WebAcl { default_action: DefaultAction::Block, ..it.clone() };
    update_web_acl(&mut world, &HERE, &arn, &token, &blocking).unwrap();
    let late = update_web_acl(&mut world, &HERE, &arn, &token, &it).unwrap_err();
    assert_eq!(late.code(), "WAFOptimisticLockException");
    assert_eq!(
        world.get::<WebAcl>(&HERE, &arn).unwrap().resource.default_action,
        DefaultAction::Block
    );
}

#[test]
fn ip_sets_exist_and_are_of_the_scope() {
    let mut world = world();
    let none = "arn:aws:wafv2:us-east-1:123456789012:regional/ipset/none/1";
    let error = made(&mut world, US, acl("a", WafScope::Regional, [blocking(none)])).unwrap_err();
    assert_eq!(error.code(), "WAFNonexistentItemException");
    let global = made_set(&mut world, US, set("office", WafScope::CloudFront)).unwrap();
    let error =
        made(&mut world, US, acl("a", WafScope::Regional, [blocking(&global)])).unwrap_err();
    assert_eq!(error.code(), "WAFInvalidParameterException");
    made(&mut world, US, acl("a", WafScope::CloudFront, [blocking(&global)])).unwrap();
    let used = ip_set::release(&mut world, &US, &global).unwrap_err();
    assert_eq!(used.code(), "WAFAssociatedItemException");
}

#[test]
fn what_is_new_is_not_known_everywhere_yet() {
    let mut world = world();
    world.read_lag = 1_000_000;
    let set = made_set(&mut world, HERE, set("office", WafScope::Regional)).unwrap();
    let error = made(&mut world, HERE, acl("a", WafScope::Regional, [blocking(&set)])).unwrap_err();
    assert_eq!(error.code(), "WAFUnavailableEntityException");
    world.read_lag = 0;
    made(&mut world, HERE, acl("a", WafScope::Regional, [blocking(&set)])).unwrap();
}

const FRONT: &str = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/front/1";

/// A load balancer that is ready after a minute.
fn load_balancer(world: &mut World) {
    let balancer = LoadBalancer::builder()
        .subnets(["subnet-1", "subnet-2"].map(Ref::existing))
        .security_groups([Ref::existing("sg-1")])
        .build();
    let outputs = LoadBalancerOutputs {
        load_balancer_arn: FRONT.to_owned(),
        dns_name: String::new(),
        canonical_hosted_zone_id: String::new(),
        load_balancer_name: "front".to_owned(),
        load_balancer_full_name: "app/front/1".to_owned(),
    };
    let minute = std::time::Duration::from_secs(60);
    world.insert(&create(HERE, balancer), outputs, "provisioning", minute).unwrap();
}

#[test]
fn a_load_balancer_is_protected_once_it_is_ready() {
    let mut world = world();
    let arn = made(&mut world, HERE, acl("shop", WafScope::Regional, [])).unwrap();
    let request = |arn: &str, front: &'static str| {
        create(HERE, WebAclAssociation::new(Ref::existing(arn), Ref::existing(front)))
    };
    let code = |world: &mut World, request| {
        web_acl_association::associate(world, &request).unwrap_err().code().to_owned()
    };
    assert_eq!(code(&mut world, request(&arn, FRONT)), "WAFNonexistentItemException");
    load_balancer(&mut world);
    assert_eq!(code(&mut world, request(&arn, FRONT)), "WAFUnavailableEntityException");
    assert_eq!(code(&mut world, request("arn:none", FRONT)), "WAFNonexistentItemException");
    world.advance_to(60_000);
    web_acl_association::associate(&mut world, &request(&arn, FRONT)).unwrap();
    let other = made(&mut world, HERE, acl("other", WafScope::Regional, [])).unwrap();
    web_acl_association::associate(&mut world, &request(&other, FRONT)).unwrap();
    // The first one is free again: a load balancer has one.
    web_acl::release(&mut world, &HERE, &arn).unwrap();
    let used = web_acl::release(&mut world, &HERE, &other).unwrap_err();
    assert_eq!(used.code(), "WAFAssociatedItemException");
}

#[test]
fn what_is_for_distributions_protects_no_load_balancer() {
    let mut world = world();
    let arn = made(&mut world, US, acl("shop", WafScope::CloudFront, [])).unwrap();
    let it = WebAclAssociation::new(Ref::existing(&arn), Ref::existing(FRONT));
    let error = web_acl_association::associate(&mut world, &create(US, it)).unwrap_err();
    assert_eq!(error.code(), "WAFInvalidParameterException");
}

#[test]
fn logs_go_where_the_name_says_so() {
    let mut world = world();
    let arn = made(&mut world, HERE, acl("shop", WafScope::Regional, [])).unwrap();
    for name in ["aws-waf-logs-shop", "shop"] {
        let group = LogGroup::builder().log_group_name(LogGroupName::literal(name)).build();
        let outputs = LogGroupOutputs { log_group_name: name.to_owned(), arn: group_arn(name) };
        world.insert(&create(HERE, group), outputs, "", std::time::Duration::ZERO).unwrap();
    }
    let to = |destination: String| {
        let destination = Input::Literal(LogDestinationArn::new(destination).unwrap());
        LoggingConfiguration::builder()
            .web_acl(Ref::existing(&arn))
            .destination(destination)
            .build()
    };
    let code = |world: &mut World, destination| {
        let refused = logging_configuration::put(world, &create(HERE, to(destination)));
        refused.unwrap_err().code().to_owned()
    };
    assert_eq!(code(&mut world, group_arn("shop")), "WAFInvalidParameterException");
    let elsewhere = group_arn("aws-waf-logs-shop").replace("eu-west-1", "us-east-1");
    assert_eq!(code(&mut world, elsewhere), "WAFInvalidParameterException");
    for missing in [group_arn("aws-waf-logs-none"), "arn:aws:s3:::aws-waf-logs-none".to_owned()] {
        assert_eq!(code(&mut world, missing), "WAFLogDestinationPermissionIssueException");
    }
    let good = to(group_arn("aws-waf-logs-shop"));
    logging_configuration::put(&mut world, &create(HERE, good)).unwrap();
    // The logging goes with the web ACL.
    web_acl::release(&mut world, &HERE, &arn).unwrap();
    assert!(world.get::<LoggingConfiguration>(&HERE, &arn).is_none());
}

fn group_arn(name: &str) -> String {
    format!("arn:aws:logs:eu-west-1:123456789012:log-group:{name}:*")
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_stays_gone() {
    use elanswer_core::Handler;

    use super::WebAclHandler;
    use crate::api::Api;

    let mut world = world();
    let it = acl("shop", WafScope::Regional, []);
    let arn = made(&mut world, HERE, it.clone()).unwrap();
    let api = Api::new(world, std::time::Duration::ZERO);
    let handler = WebAclHandler::from(api.clone());
    let gone = Delete {
        place: HERE,
        identifier: arn.clone(),
        current: it.clone(),
        outputs: api.world().get::<WebAcl>(&HERE, &arn).unwrap().outputs.clone(),
        token: String::new(),
    };
    handler.delete(&gone).await.unwrap();
    assert!(api.world().get::<WebAcl>(&HERE, &arn).is_none());
    handler.delete(&gone).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn objects_are_found_by_their_tags() {
    let aws = MockAws::new();
    let mut arch = Architecture::new("shop", Region::UsEast1);
    let mut tagged = set("office", WafScope::CloudFront);
    tagged.tags = Tags::new().with("team", "a");
    arch.resource("office", tagged);
    arch.resource("home", set("home", WafScope::Regional));
    apply(&arch, &aws).await.unwrap();
    let kinds = [IpSet::SCHEMA, WebAcl::SCHEMA];
    let tags = Tags::new().with("team", "a");
    let found = elanswer_core::Executor::search(&aws, &kinds, &US, &tags).await.unwrap();
    let [(kind, found)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(*kind, IpSet::SCHEMA.kind);
    assert!(found.identifier.contains(":global/ipset/office/"), "{found:?}");
}

#[test]
fn no_crash_leaves_anything_behind() {
    use elanswer_core::constructs::Firewall;

    let described = |bots: &str, limit| {
        let mut arch = Architecture::new("shop", Region::EuWest1);
        let bots = || bots.parse().unwrap();
        let limit = || RateLimit::of(limit);
        arch.add(Firewall::cloudfront("edge").block_from("bots", bots()).limit(limit()));
        arch.add(Firewall::regional("here").block_from("bots", bots()).limit(limit()));
        arch
    };
    let before = described("192.0.2.0/24", RequestLimit::of::<1000>());
    // The addresses are of another version: the IP sets are replaced.
    let after = described("2001:db8::/32", RequestLimit::of::<500>());
    let report = crate::explore_crashes(&before).changed_to(&after).run().unwrap();
    assert!(report.is_clean(), "{report}");
}
