use super::*;
use crate::{
    Architecture, Set,
    checks::check,
    cidr,
    constructs::{
        EncryptionKey, FargateService, KeyUser, LoadBalancer, SecurityGroup, Tcp, Tier,
        testing::{described, inventory, messages, problems},
    },
    services::{
        ec2::Vpc,
        elbv2::CertificateArn,
        wafv2::{FieldToMatch, SizeConstraint},
    },
};

fn load_balancer(arch: &mut Architecture) -> LoadBalancerHandle {
    let vpc = || Ref::<Vpc>::existing("vpc-1");
    let edge = arch.add(SecurityGroup::edge("alb", vpc()).from_internet(Tcp(443)));
    let app = arch.add(SecurityGroup::internal("app", vpc()).from(&edge, Tcp(8080)));
    let private = Tier::existing(vpc(), ["subnet-c", "subnet-d"].map(Ref::existing));
    let web = FargateService::new("web", "shop").subnets(&private).guarded_by(&app);
    let web = arch.add(web);
    let certificate: CertificateArn =
        "arn:aws:acm:us-east-1:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f"
            .parse()
            .unwrap();
    let public = Tier::existing(vpc(), ["subnet-a", "subnet-b"].map(Ref::existing));
    let front = LoadBalancer::internet_facing("front", &public);
    arch.add(front.guarded_by(&edge).certificate(certificate).default_to(&web))
}

/// The rules of the only web ACL: priority, name and what they do.
fn rules(arch: &Architecture) -> Vec<String> {
    let (_, acl) = arch.all::<WebAcl>().next().unwrap();
    let rule = |rule: &Rule| {
        let does = if rule.stops() { "stops" } else { "passes" };
        format!("{} {} {does}", rule.priority, rule.name)
    };
    acl.rules.iter().map(rule).collect()
}

#[test]
fn stands_in_front_of_a_load_balancer() {
    let (arch, _) = described(|arch| {
        let front = load_balancer(arch);
        let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Logs]));
        arch.add(Firewall::regional("waf").protects(&front).encrypted_with(&key))
    });
    assert!(messages(&arch).is_empty());
    insta::assert_snapshot!(inventory(&arch, "waf/"), @"
    waf/logging LoggingConfiguration <- waf/logs.Arn, waf/web-acl.Arn
    waf/logs LogGroup <- key/key.Arn
    waf/protects-front-load-balancer WebACLAssociation <- front/load-balancer.LoadBalancerArn, waf/web-acl.Arn
    waf/web-acl WebACL
    ");
    assert_eq!(
        rules(&arch),
        [
            "4000 limit stops",
            "100000 AWSManagedRulesAmazonIpReputationList stops",
            "100010 AWSManagedRulesKnownBadInputsRuleSet stops",
            "100020 AWSManagedRulesCommonRuleSet stops",
            "100030 AWSManagedRulesSQLiRuleSet stops",
        ]
    );
    let (_, acl) = arch.all::<WebAcl>().next().unwrap();
    assert_eq!((acl.scope, acl.capacity()), (WafScope::Regional, 1127));
    let (_, logs) =
        arch.all::<LogGroup>().find(|(node, _)| node.id.as_str() == "waf/logs").unwrap();
    assert_eq!(logs.log_group_name.as_ref().unwrap().as_str(), "aws-waf-logs-shop-waf");
    assert!(logs.retention_in_days.is_some() && logs.kms_key_id.is_some());
    let findings = check(&arch).diagnostics;
    let about = findings.iter().filter(|found| found.resource.as_str().starts_with("waf/"));
    assert_eq!(about.count(), 0, "{findings:?}");
}

#[test]
fn has_every_rule_that_it_was_given() {
    let long = SizeConstraint::longer_than(FieldToMatch::QueryString {}, 4096);
    let (arch, _) = described(|arch| {
        let firewall = Firewall::regional("waf")
            .allow_from("office", Addresses::v4([cidr!("192.0.2.0/24")]).unwrap())
            .block_from("bots", "2001:db8::/32".parse().unwrap())
            .block_from("more", "198.51.100.7".parse().unwrap())
            .against_ddos(AntiDdos::default())
            .block_countries([CountryCode::literal("KP")])
            .rule("long", long, RuleAction::Captcha)
            .with_group(ManagedRuleGroup::of(ManagedRules::AnonymousIp))
            .with_group(
                ManagedRuleGroup::of(ManagedRules::Common)
                    .overriding(EntityName::literal("SizeRestrictions_BODY"), RuleAction::Count),
            )
            .without_group(&ManagedRules::Sql)
            .without_limit();
        arch.add(firewall)
    });
    assert!(messages(&arch).is_empty());
    assert_eq!(
        rules(&arch),
        [
            "0 allow-office passes",
            "1000 block-bots stops",
            "1001 block-more stops",
            "2000 ddos stops",
            "3000 countries stops",
            "5000 long stops",
            "100000 AWSManagedRulesAmazonIpReputationList stops",
            "100010 AWSManagedRulesKnownBadInputsRuleSet stops",
            "100020 AWSManagedRulesCommonRuleSet stops",
            "100030 AWSManagedRulesAnonymousIpList stops",
        ]
    );
    let sets: Vec<_> =
        arch.all::<IpSet>().map(|(node, set)| (node.id.as_str(), set.scope)).collect();
    let expected = ["waf/allow-office", "waf/block-bots", "waf/block-more"];
    assert_eq!(sets, expected.map(|id| (id, WafScope::Regional)));
}

#[test]
fn what_is_for_distributions_is_in_one_region_wherever_the_rest_is() {
    let mut arch = Architecture::new("shop", Region::EuWest1);
    let firewall =
        Firewall::cloudfront("edge").block_from("bots", "2001:db8::/32".parse().unwrap());
    let firewall = arch.add(firewall);
    assert!(messages(&arch).is_empty());
    assert_eq!(firewall.arn().reference().to_string(), "edge/web-acl.Arn");
    let of = arch.nodes().filter(|node| node.id.as_str().starts_with("edge/"));
    let regions: Set<_> = of.map(|node| node.place.region).collect();
    assert_eq!(regions, Set::from([Region::UsEast1]));
    for (_, set) in arch.all::<IpSet>() {
        assert_eq!(set.scope, WafScope::CloudFront);
    }
    assert!(arch.all::<WebAcl>().all(|(_, acl)| acl.scope == WafScope::CloudFront));
    // What comes after it is where the architecture is.
    let other = arch.add(Firewall::regional("here"));
    assert_eq!(arch.node(other.web_acl().id().unwrap()).unwrap().place.region, Region::EuWest1);
}

#[test]
fn says_what_it_cannot_build() {
    let long = || SizeConstraint::longer_than(FieldToMatch::path(), 10);
    let named = Firewall::regional("waf").rule("not a name", long(), RuleAction::Block);
    assert_eq!(
        problems(named),
        ["waf: `not a name` is not a name in AWS WAF: 1 to 128 letters, digits, `-` and `_`"]
    );
    let codes = ["AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU"];
    let more = ["BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ"];
    let most = ["CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU"];
    let rest = ["DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES"];
    let all = codes.into_iter().chain(more).chain(most).chain(rest);
    let firewall =
        Firewall::regional("waf").block_countries(all.map(|code| CountryCode::new(code).unwrap()));
    assert_eq!(problems(firewall), ["waf: a geographic match takes 1 to 50 countries, not 53"]);
}
