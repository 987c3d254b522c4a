//! The shape of health checks, and what cannot be one.

use serde_json::{Value, json};

use super::*;
use crate::{resource::properties_of, services::route53::DnsName};

const HOST: DnsName = DnsName::literal("a.example.com");
const HEALTH: ResourcePath = ResourcePath::literal("/health");
const WEST: CheckerRegions = CheckerRegions::literal(&[
    CheckerRegion::EuWest1,
    CheckerRegion::UsWest1,
    CheckerRegion::UsWest2,
]);

fn round_trip(check: HealthCheck, config: &Value) {
    let check = HealthCheck { tags: Tags::new().with("Name", "front"), ..check };
    let tree = json!({
        "HealthCheckConfig": config,
        "HealthCheckTags": [{ "Key": "Name", "Value": "front" }],
    });
    assert_eq!(Value::Object(properties_of(&check)), tree);
    assert_eq!(serde_json::from_value::<HealthCheck>(tree).unwrap(), check);
}

#[test]
fn an_endpoint_has_the_shape_of_cloudformation() {
    round_trip(
        HealthCheck::https(HOST, HEALTH),
        &json!({
            "Type": "HTTPS",
            "FullyQualifiedDomainName": "a.example.com",
            "Port": 443,
            "ResourcePath": "/health",
            "EnableSNI": true,
            "RequestInterval": 30,
            "FailureThreshold": 3,
            "MeasureLatency": false,
            "Inverted": false,
        }),
    );
    let target = HttpTarget::Address {
        ip_address: Input::Literal([1, 2, 3, 4].into()),
        host: Some(HOST.into()),
    };
    let search = HealthCheck::http(target, HEALTH).with_endpoint(|check| {
        if let Endpoint::Http(request) = &mut check.endpoint {
            request.search_string = Some(SearchString::literal("fine"));
        }
        check.request_interval = RequestInterval::Seconds10;
        check.failure_threshold = FailureThreshold::of::<1>();
        check.measure_latency = true;
        check.inverted = true;
        check.regions = Some(WEST);
    });
    round_trip(
        search,
        &json!({
            "Type": "HTTP_STR_MATCH",
            "IPAddress": "1.2.3.4",
            "FullyQualifiedDomainName": "a.example.com",
            "Port": 80,
            "ResourcePath": "/health",
            "SearchString": "fine",
            "RequestInterval": 10,
            "FailureThreshold": 1,
            "MeasureLatency": true,
            "Inverted": true,
            "Regions": ["eu-west-1", "us-west-1", "us-west-2"],
        }),
    );
    round_trip(
        HealthCheck::tcp("2600:1f18::1".parse::<std::net::IpAddr>().unwrap(), Port::of::<5432>()),
        &json!({
            "Type": "TCP",
            "IPAddress": "2600:1f18::1",
            "Port": 5432,
            "RequestInterval": 30,
            "FailureThreshold": 3,
            "MeasureLatency": false,
            "Inverted": false,
        }),
    );
}

#[test]
fn alarms_and_other_checks_have_the_shape_of_cloudformation() {
    round_trip(
        HealthCheck::alarm(AlarmName::literal("late"), Region::EuWest1),
        &json!({
            "Type": "CLOUDWATCH_METRIC",
            "AlarmIdentifier": { "Name": "late", "Region": "eu-west-1" },
            "InsufficientDataHealthStatus": "LastKnownStatus",
            "Inverted": false,
        }),
    );
    let one = Ref::managed(crate::ResourceId::new("one").unwrap());
    round_trip(
        HealthCheck::calculated(HealthThreshold::of::<1>(), [one, Ref::existing("two")]),
        &json!({
            "Type": "CALCULATED",
            "ChildHealthChecks": [{ "Fn::GetAtt": ["one", "HealthCheckId"] }, "two"],
            "HealthThreshold": 1,
            "Inverted": false,
        }),
    );
}

#[test]
fn outputs_are_targets() {
    let front: Ref<crate::services::elbv2::LoadBalancer> =
        Ref::managed(crate::ResourceId::new("front").unwrap());
    let check = properties_of(&HealthCheck::https(&front, HEALTH));
    let host = json!({ "Fn::GetAtt": ["front", "DNSName"] });
    assert_eq!(check["HealthCheckConfig"]["FullyQualifiedDomainName"], host);
    let address: Ref<crate::services::ec2::Eip> =
        Ref::managed(crate::ResourceId::new("address").unwrap());
    let check = properties_of(&HealthCheck::tcp(&address, Port::of::<443>()));
    assert_eq!(
        check["HealthCheckConfig"]["IPAddress"],
        json!({ "Fn::GetAtt": ["address", "PublicIp"] })
    );
}

#[test]
fn what_belongs_to_another_type_is_refused() {
    let read = |config: Value| {
        serde_json::from_value::<HealthCheck>(json!({ "HealthCheckConfig": config })).is_ok()
    };
    assert!(read(json!({"Type": "TCP", "FullyQualifiedDomainName": "a.b", "Port": 1})));
    for bad in [
        json!({"Type": "TCP", "FullyQualifiedDomainName": "a.b"}),
        json!({"Type": "TCP", "Port": 1}),
        json!({"Type": "TCP", "FullyQualifiedDomainName": "a.b", "IPAddress": "1.2.3.4", "Port": 1}),
        json!({"Type": "TCP", "FullyQualifiedDomainName": "a.b", "Port": 1, "ResourcePath": "/"}),
        json!({"Type": "HTTP", "Port": 80}),
        json!({"Type": "HTTP", "FullyQualifiedDomainName": "a.b", "Port": 80, "EnableSNI": true}),
        json!({"Type": "HTTP", "FullyQualifiedDomainName": "a.b", "Port": 80, "SearchString": "x"}),
        json!({"Type": "HTTP_STR_MATCH", "FullyQualifiedDomainName": "a.b", "Port": 80}),
        json!({"Type": "HTTP", "FullyQualifiedDomainName": "a.b", "Port": 80, "RequestInterval": 15}),
        json!({"Type": "CALCULATED", "ChildHealthChecks": ["a"]}),
        json!({"Type": "CALCULATED", "HealthThreshold": 1, "RequestInterval": 10}),
        json!({"Type": "CLOUDWATCH_METRIC", "InsufficientDataHealthStatus": "Healthy"}),
        json!({"Type": "RECOVERY_CONTROL", "RoutingControlArn": "arn"}),
    ] {
        assert!(!read(bad.clone()), "{bad}");
    }
}

#[test]
fn texts_are_those_that_aws_takes() {
    assert!(ResourcePath::new(format!("/{}", "x".repeat(254))).is_ok());
    for bad in [String::new(), "health".to_owned(), format!("/{}", "x".repeat(255))] {
        assert!(ResourcePath::new(bad).is_err());
    }
    assert!(SearchString::new("é".repeat(255)).is_ok() && SearchString::new("").is_err());
    assert!(AlarmName::new("x".repeat(256)).is_err());
}

#[test]
fn settings_take_one_call_and_tags_another() {
    let check = HealthCheck::https(HOST, HEALTH);
    assert_eq!(HealthCheck::calls(&Operation::Create(&check)), 2);
    let slow = check.clone().with_endpoint(|check| check.port = Port::of::<8443>());
    let named = HealthCheck { tags: Tags::new().with("Name", "front"), ..slow };
    assert_eq!(HealthCheck::calls(&Operation::Update(&check, &named)), 2);
    assert_eq!(HealthCheck::calls(&Operation::Update(&named, &named)), 0);
    assert_eq!(HealthCheck::calls(&Operation::Delete(&check)), 1);
}
