use super::*;
use crate::{
    Architecture, Region,
    platform::tests::{at_a_site, certificate, described},
    services::wafv2::{
        ByteMatch, CountryCode, FieldToMatch, Position, RuleAction, SearchString, WebAcl,
    },
};

/// The names of the rules of a web ACL, but for those of AWS's groups.
fn rules(arch: &Architecture, acl: &str) -> Vec<String> {
    let (_, acl) = arch.all::<WebAcl>().find(|(node, _)| node.id.as_str() == acl).unwrap();
    let names = acl.rules.iter().map(|rule| rule.name.to_string());
    names.filter(|name| !name.starts_with("AWS")).collect()
}

fn refusing() -> Platform {
    let admin =
        ByteMatch::new(FieldToMatch::path(), Position::StartsWith, SearchString::literal("/admin"));
    Platform::new("platform", certificate(Region::UsEast1))
        .block_countries([CountryCode::literal("KP")])
        .firewall_rule("no-admin", admin, RuleAction::Block)
}

#[test]
fn alone_it_refuses_by_who_asks_and_what() {
    let (arch, _) = described(Region::UsEast1, refusing());
    assert_eq!(rules(&arch, "platform/firewall/web-acl"), ["countries", "limit", "no-admin"]);
}

#[test]
fn behind_cloudfront_only_the_first_one_refuses_by_who_asks() {
    let (arch, _) = described(Region::UsEast1, at_a_site(refusing()));
    assert_eq!(rules(&arch, "platform/firewall/web-acl"), ["no-admin"]);
    let first = rules(&arch, "platform/site-firewall/web-acl");
    assert_eq!(first, ["countries", "limit", "no-admin"]);
}

#[test]
fn the_first_one_watches_for_attacks() {
    let here = Region::UsEast1;
    let watched = || Platform::new("platform", certificate(here)).against_ddos();
    let (arch, _) = described(here, watched());
    assert_eq!(rules(&arch, "platform/firewall/web-acl"), ["ddos", "limit"]);
    let (arch, _) = described(here, at_a_site(watched()));
    assert_eq!(rules(&arch, "platform/firewall/web-acl"), [""; 0]);
    assert_eq!(rules(&arch, "platform/site-firewall/web-acl"), ["ddos", "limit"]);
}
