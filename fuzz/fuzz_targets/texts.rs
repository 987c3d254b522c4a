//! Types that are made of a text: made or refused; the text of one that was made makes the same
//! again.

#![no_main]

use std::{fmt::Debug, str::FromStr};

use elanswer_core::{
    Bounded, Cidr, Region, ResourceId, Zone,
    region::AccountId,
    services::{acm, ec2, ecs, elbv2, iam, kms, logs, rds, route53},
};
use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Parses the text, writes what came of it, and reads that.
fn read<T: Serialize + DeserializeOwned + PartialEq + Debug>(text: &str) {
    let Ok(value) = serde_json::from_value::<T>(Value::String(text.to_owned())) else { return };
    let written = serde_json::to_value(&value).expect("JSON");
    let again: T = serde_json::from_value(written).expect("what was written is read");
    assert_eq!(again, value);
}

/// As [`read`], for what is also parsed of a text by itself: both ways agree.
fn parse<T>(text: &str)
where
    T: FromStr + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let parsed = text.parse::<T>().ok();
    let read = serde_json::from_value::<T>(Value::String(text.to_owned())).ok();
    assert_eq!(parsed, read);
    self::read::<T>(text);
}

fuzz_target!(|text: &str| {
    parse::<Cidr>(text);
    parse::<Region>(text);
    parse::<ResourceId>(text);
    parse::<Zone>(text);
    parse::<AccountId>(text);
    let _ = text.parse::<Bounded<3, 40>>();
    parse::<acm::DomainName>(text);
    parse::<acm::KeyAlgorithm>(text);
    parse::<ec2::Description>(text);
    parse::<ec2::GroupName>(text);
    parse::<ec2::LogFormat>(text);
    parse::<ecs::EcsName>(text);
    parse::<elbv2::CertificateArn>(text);
    parse::<elbv2::HealthCheckPath>(text);
    parse::<elbv2::HealthCheckPort>(text);
    parse::<elbv2::HostPattern>(text);
    parse::<elbv2::LoadBalancerName>(text);
    parse::<elbv2::PathPattern>(text);
    parse::<elbv2::SslPolicy>(text);
    parse::<elbv2::TargetGroupName>(text);
    let _ = text.parse::<elbv2::Matcher>();
    read::<iam::Action>(text);
    parse::<iam::ManagedPolicyArn>(text);
    parse::<iam::PolicyName>(text);
    parse::<iam::RoleDescription>(text);
    parse::<iam::RoleName>(text);
    parse::<iam::RolePath>(text);
    parse::<kms::AliasName>(text);
    parse::<kms::KeyArn>(text);
    parse::<kms::KeyDescription>(text);
    parse::<logs::LogGroupName>(text);
    parse::<rds::BackupWindow>(text);
    parse::<rds::DbInstanceClass>(text);
    parse::<rds::DbInstanceIdentifier>(text);
    parse::<rds::DbName>(text);
    parse::<rds::DbParameterGroupFamily>(text);
    parse::<rds::DbParameterGroupName>(text);
    parse::<rds::DbSubnetGroupName>(text);
    parse::<rds::EngineVersion>(text);
    parse::<rds::MaintenanceWindow>(text);
    parse::<rds::MasterUsername>(text);
    parse::<route53::DnsName>(text);
    parse::<route53::RecordType>(text);
    parse::<route53::ZoneComment>(text);
});
