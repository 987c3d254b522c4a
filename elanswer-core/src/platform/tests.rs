//! What the platform is made of, and that it is sound.

use std::{collections::BTreeMap, fmt::Write as _, net::IpAddr};

use super::*;
use crate::{
    Architecture, Ref, Region, Set,
    constructs::AddressTarget,
    services::{
        acm::DomainName,
        ec2::{NetworkAclEntry, SecurityGroupIngress},
        kms::Key,
        route53::{Continent, DnsName, HealthCheck, ResourcePath},
    },
};

pub(super) fn certificate(region: Region) -> CertificateArn {
    format!("arn:aws:acm:{region}:123456789012:certificate/6f5d5d5e-0a1b-4c2d-8e3f-9a0b1c2d3e4f")
        .parse()
        .unwrap()
}

pub(super) fn described(region: Region, platform: Platform) -> (Architecture, PlatformHandle) {
    let mut arch = Architecture::new("elanswer", region);
    let handle = arch.add(platform);
    (arch, handle)
}

/// The platform behind CloudFront, in a zone that is there.
pub(super) fn at_a_site(platform: Platform) -> Platform {
    let [site, origin] = ["example.com", "origin.example.com"].map(DomainName::literal);
    platform.delivered_at(Site::new(&Ref::existing("Z0123456789"), site, origin))
}

fn platform(region: Region) -> (Architecture, PlatformHandle) {
    described(region, Platform::new("platform", certificate(region)))
}

#[test]
fn is_sound_in_every_region_with_three_zones() {
    for region in Region::ALL.iter().copied().filter(|region| region.zone_letters().len() > 2) {
        let (arch, _) = platform(region);
        assert!(arch.problems().is_empty(), "{region}: {:?}", arch.problems());
        for node in arch.nodes() {
            for id in node.dependencies() {
                assert!(arch.node(id).is_some(), "{region}: {} needs {id}", node.id);
            }
        }
        let report = crate::check(&arch);
        assert!(report.diagnostics.is_empty(), "{region}: {report}");
    }
}

#[test]
fn is_sound_behind_cloudfront_wherever_it_is() {
    for region in [Region::UsEast1, Region::EuWest1] {
        let mut arch = Architecture::new("elanswer", region);
        let [site, origin] = ["example.com", "origin.example.com"].map(DomainName::literal);
        let zone = Ref::existing("Z0123456789");
        let platform = Platform::new("platform", certificate(region));
        let ireland = DnsName::literal("d111111abcdef8.cloudfront.net");
        let health = HealthCheck::https(ireland.clone(), ResourcePath::literal("/"));
        let site = Site::new(&zone, site, origin)
            .standby(IpAddr::from([203, 0, 113, 10]))
            .sends(Continent::Europe, AddressTarget::cloudfront(ireland).checked_by(health));
        let function = format!("arn:aws:lambda:{region}:123456789012:function:rotate");
        let function: FunctionArn = function.parse().unwrap();
        let platform = platform.delivered_at(site).session_key_rotated_by(function);
        let platform = arch.add(platform);
        assert!(platform.cdn().is_some() && platform.session_key().is_some());
        let report = crate::check(&arch);
        let codes: Vec<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
        // Only people know whether the world asks the zone.
        assert_eq!(codes, ["zone-may-not-answer"], "{region}: {report}");
        let keys = arch.all::<Key>().count();
        assert_eq!(keys, if region == Region::UsEast1 { 1 } else { 2 });
    }
}

#[test]
fn has_what_the_documentation_says() {
    let (arch, _) = platform(Region::UsEast1);
    let mut kinds = BTreeMap::<&str, usize>::new();
    for node in arch.nodes() {
        *kinds.entry(node.resource.schema().kind.as_str()).or_default() += 1;
    }
    let mut text = String::new();
    for (kind, count) in kinds {
        writeln!(text, "{count} {kind}").unwrap();
    }
    insta::assert_snapshot!(text, @"
    2 AWS::ApplicationAutoScaling::ScalableTarget
    4 AWS::ApplicationAutoScaling::ScalingPolicy
    27 AWS::CloudWatch::Alarm
    1 AWS::CloudWatch::CompositeAlarm
    1 AWS::CloudWatch::Dashboard
    3 AWS::EC2::EIP
    1 AWS::EC2::FlowLog
    1 AWS::EC2::InternetGateway
    3 AWS::EC2::NatGateway
    3 AWS::EC2::NetworkAcl
    31 AWS::EC2::NetworkAclEntry
    4 AWS::EC2::Route
    5 AWS::EC2::RouteTable
    6 AWS::EC2::SecurityGroup
    6 AWS::EC2::SecurityGroupEgress
    7 AWS::EC2::SecurityGroupIngress
    9 AWS::EC2::Subnet
    9 AWS::EC2::SubnetNetworkAclAssociation
    9 AWS::EC2::SubnetRouteTableAssociation
    1 AWS::EC2::VPC
    5 AWS::EC2::VPCEndpoint
    1 AWS::EC2::VPCGatewayAttachment
    1 AWS::ECR::Repository
    1 AWS::ECS::Cluster
    1 AWS::ECS::ClusterCapacityProviderAssociations
    2 AWS::ECS::Service
    2 AWS::ECS::TaskDefinition
    1 AWS::ElastiCache::ParameterGroup
    1 AWS::ElastiCache::ReplicationGroup
    1 AWS::ElastiCache::SubnetGroup
    2 AWS::ElastiCache::User
    1 AWS::ElastiCache::UserGroup
    2 AWS::ElasticLoadBalancingV2::Listener
    1 AWS::ElasticLoadBalancingV2::ListenerRule
    1 AWS::ElasticLoadBalancingV2::LoadBalancer
    2 AWS::ElasticLoadBalancingV2::TargetGroup
    2 AWS::Events::Rule
    7 AWS::IAM::Role
    7 AWS::IAM::RolePolicy
    1 AWS::KMS::Alias
    1 AWS::KMS::Key
    4 AWS::Logs::LogGroup
    2 AWS::Logs::MetricFilter
    1 AWS::RDS::DBInstance
    1 AWS::RDS::DBParameterGroup
    1 AWS::RDS::DBProxy
    1 AWS::RDS::DBProxyTargetGroup
    1 AWS::RDS::DBSubnetGroup
    3 AWS::S3::Bucket
    3 AWS::S3::BucketPolicy
    1 AWS::SNS::Topic
    1 AWS::SNS::TopicPolicy
    1 AWS::ServiceDiscovery::PrivateDnsNamespace
    2 AWS::ServiceDiscovery::Service
    1 AWS::WAFv2::LoggingConfiguration
    1 AWS::WAFv2::WebACL
    1 AWS::WAFv2::WebACLAssociation
    1 AWS::XRay::Group
    1 AWS::XRay::SamplingRule
    1 Elanswer::STS::CallerIdentity
    ");
}

#[test]
fn a_small_one_gives_up_what_it_says() {
    let here = Region::UsEast1;
    let (arch, _) = described(here, Platform::development("platform", certificate(here)));
    let report = crate::check(&arch);
    let codes: Set<&str> = report.diagnostics.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        codes.into_iter().collect::<Vec<_>>(),
        [
            "database-single-zone",
            "database-without-final-snapshot",
            "deletion-protection-off",
            "single-nat-gateway",
        ],
        "{report}"
    );
    assert!(report.is_deployable());
}

#[test]
fn what_is_left_out_is_not_there() {
    let here = Region::UsEast1;
    let count = |kind: &str, parts: &[Part]| {
        let platform = Platform::new("platform", certificate(here));
        let (arch, _) = described(here, platform.without(parts.iter().copied()));
        arch.nodes().filter(|node| node.resource.schema().kind.as_str() == kind).count()
    };
    for (part, kind) in [
        (Part::FlowLogs, "AWS::EC2::FlowLog"),
        (Part::Endpoints, "AWS::EC2::VPCEndpoint"),
        (Part::Firewall, "AWS::WAFv2::WebACL"),
    ] {
        assert!(count(kind, &[]) > 0 && count(kind, &[part]) == 0, "{part:?}");
    }
}

#[test]
fn takes_one_more_service() {
    let here = Region::UsEast1;
    let reports = PlatformService::new("reports", "shop/reports:1").at("/reports/*");
    let platform = Platform::new("platform", certificate(here)).service(reports);
    let (arch, platform) = described(here, platform);
    let names: Vec<&str> = platform.services().map(|(name, _)| name).collect();
    assert_eq!(names, ["web", "api", "reports"]);
    assert!(platform.service("reports").is_some() && platform.service("sales").is_none());
    assert!(crate::check(&arch).diagnostics.is_empty());
}

/// Through the security groups and the network ACLs, which the rules of both find.
#[test]
fn services_call_each_other_when_they_are_to() {
    let here = Region::UsEast1;
    let met = |platform: Platform| {
        let (arch, platform) = described(here, platform);
        let report = crate::check(&arch);
        assert!(report.diagnostics.is_empty(), "{report}");
        let app = platform.group().group();
        let within = arch.all::<SecurityGroupIngress>().any(|(_, rule)| {
            rule.group == *app && rule.peer == app.clone().into() && rule.protocol == APP.into()
        });
        let next = cidr!("10.0.11.0/24");
        let passes = arch.all::<NetworkAclEntry>().any(|(node, entry)| {
            node.id.as_str().contains("private-out") && entry.cidr_block == next
        });
        (within, passes)
    };
    // From one private subnet to the next only endpoints would be asked otherwise.
    let platform = || Platform::new("platform", certificate(here)).without([Part::Endpoints]);
    assert_eq!(met(platform()), (false, false));
    assert_eq!(met(platform().services_call_each_other()), (true, true));
}

#[test]
fn survives_a_round_trip_through_json() {
    let (arch, _) = platform(Region::UsEast1);
    let text = serde_json::to_string(&arch).unwrap();
    let back: Architecture = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
}
