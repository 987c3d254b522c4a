use elanswer_core::services::cloudfront::DistributionConfig;
use elanswer_testkit::conformance;

use super::*;

/// Every distribution of the conformance cases, with what is not known yet made up.
fn distributions() -> Vec<DistributionConfig> {
    let cases = conformance::cases();
    let made = cases.iter().flat_map(|case| [Some(case.made), case.updated]).flatten();
    made.flat_map(|describe| {
        let arch = describe();
        let found = arch.all::<Distribution>().map(|(_, it)| it.config.clone());
        found.collect::<Vec<_>>()
    })
    .map(|config| {
        let text = serde_json::to_string(&config).unwrap();
        let known = resolved(&text);
        serde_json::from_str(&known).unwrap()
    })
    .collect()
}

/// The same text with a value in place of every reference.
fn resolved(text: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some((before, after)) = rest.split_once(r#"{"Fn::GetAtt":["#) {
        out.push_str(before);
        let (reference, tail) = after.split_once("]}").unwrap();
        let value = if reference.contains("CertificateArn") {
            "arn:aws:acm:us-east-1:123456789012:certificate/c"
        } else {
            "known"
        };
        out.push_str(&format!("\"{value}\""));
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[test]
fn what_is_sent_is_read() {
    let all = distributions();
    assert!(all.len() > 8);
    for it in all {
        let sent = request::config("token", &it).unwrap();
        assert_eq!(sent.caller_reference(), "token");
        assert_eq!(response::config(&sent), Ok(it));
    }
}

#[test]
fn what_is_not_modelled_stays() {
    let it = distributions().remove(0);
    let mut current = request::config("first", &it).unwrap();
    current.staging = Some(true);
    current.continuous_deployment_policy_id = Some("policy".to_owned());
    let next = request::keeping(&current, request::config("first", &it).unwrap());
    assert_eq!(next, current);
}

#[test]
fn http_versions_are_read_in_any_case() {
    let mut sent = request::config("token", &distributions().remove(0)).unwrap();
    sent.http_version = Some("HTTP2".into());
    assert!(response::config(&sent).is_ok());
    sent.http_version = Some("http4".into());
    assert!(response::config(&sent).is_err());
}

#[test]
fn what_elanswer_cannot_say_is_not_read() {
    let mut sent = request::config("token", &distributions().remove(0)).unwrap();
    sent.default_cache_behavior.as_mut().unwrap().cache_policy_id = None;
    assert!(response::config(&sent).unwrap_err().contains("without a cache policy"));
}
