//! `AWS::ServiceDiscovery::Service`, of private namespaces.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Description, DnsConfig, PrivateDnsNamespace};
use crate::{
    arn::{ArnFields, cut},
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    services::ec2::tag_calls,
    tags::Tags,
    text::text,
};

/// A name in a namespace, and the instances that it stands for: those that an ECS service registers,
/// one for each task.
///
/// AWS: [`AWS::ServiceDiscovery::Service`](https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html).
/// It cannot be deleted while instances are registered. Not modelled: services that only the API of
/// Cloud Map finds, health checks of Route 53, which do not reach private addresses. Quota: 1,000
/// instances per service.
///
/// ```
/// use elanswer_core::{
///     Architecture, Ref, Region,
///     services::servicediscovery::{
///         DnsConfig, HealthCheckCustomConfig, RecordTtl, Service, ServiceName,
///     },
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let service = Service::builder()
///     .name(ServiceName::literal("orders"))
///     .namespace(Ref::existing("ns-1"))
///     .dns_config(DnsConfig::addresses(RecordTtl::of::<10>()))
///     .health_check_custom_config(HealthCheckCustomConfig {})
///     .build();
/// let service = arch.resource("orders", service);
/// let arn = service.arn(); // what the registry of an ECS service takes
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Service {
    /// `Name`: the name in the namespace. Changing it replaces the service.
    pub name: ServiceName,
    /// `NamespaceId`. Changing it replaces the service.
    #[builder(into)]
    #[serde(rename = "NamespaceId")]
    pub namespace: Ref<PrivateDnsNamespace>,
    /// `Description`. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// `DnsConfig`: what the DNS answers.
    pub dns_config: DnsConfig,
    /// `HealthCheckCustomConfig`: somebody says which instances are healthy: of an ECS service, ECS
    /// does, by the health checks of the containers. Setting or removing it replaces the service.
    /// AWS's default: all instances are taken for healthy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health_check_custom_config: Option<HealthCheckCustomConfig>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Somebody says which instances are healthy.
///
/// `FailureThreshold`, its only property, AWS takes no more: it is 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HealthCheckCustomConfig {}

text! {
    /// The name of a service in a namespace: parts of a DNS name.
    ServiceName: "the name of a service in Cloud Map",
    "at most 127 characters: parts of 1 to 63 letters, digits, `_` and `-`, which do not begin or end with `-`",
    is_service_name
}

text! {
    /// The ARN of a service in Cloud Map.
    ServiceArn: "the ARN of a service in Cloud Map",
    "`arn:aws:servicediscovery:`, Region, `:`, account, `:service/`, id",
    is_service_arn
}

const fn is_service_name(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let length = rest.len();
    let mut label = 0;
    let mut last = b'.';
    while let Some((byte, tail)) = rest.split_first() {
        match *byte {
            b'.' if label == 0 || last == b'-' => return false,
            b'.' => label = 0,
            b'-' if label == 0 => return false,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' if label < 63 => label += 1,
            _ => return false,
        }
        last = *byte;
        rest = tail;
    }
    label > 0 && last != b'-' && length <= 127
}

const fn is_service_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    match arn.named("servicediscovery", "service/") {
        Some(id) => cut(id, b':').is_none() && cut(id, b'/').is_none(),
        None => false,
    }
}

/// What AWS decides of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ServiceOutputs {
    /// `Id`: `srv-…`.
    pub id: String,
    /// `Arn`: what the registry of an ECS service takes.
    pub arn: ServiceArn,
}

impl Ref<Service> {
    /// `Arn`: what the registry of an ECS service takes.
    #[must_use]
    pub fn arn(&self) -> Output<ServiceArn> {
        self.output("Arn")
    }
}

impl Service {
    /// Whether it takes an `UpdateService` to come from `self` to `to`.
    #[must_use]
    pub fn is_updated_by(&self, to: &Self) -> bool {
        (&self.description, self.dns_config) != (&to.description, to.dns_config)
    }
}

impl Resource for Service {
    type Outputs = ServiceOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Arn", "Id"],
        replaces: &[
            "DnsConfig.DnsRecords[0].Type",
            "DnsConfig.RoutingPolicy",
            "HealthCheckCustomConfig",
            "Name",
            "NamespaceId",
        ],
        exclusive: &["Name", "NamespaceId"],
        resource_type: Some("servicediscovery:service"),
        api: "servicediscovery",
        // An update changes the records of the instances too.
        timing: Timing::seconds(1, 5, 0),
        when_late: "look at `aws servicediscovery list-operations`, then apply again: it waits on",
        ..Schema::new(Kind::new("AWS::ServiceDiscovery::Service"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateService`; `UpdateService` and those of tags; `DeleteService`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                u32::from(from.is_updated_by(to)) + tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{resource::properties_of, services::servicediscovery::RecordTtl};

    #[test]
    fn has_the_shape_of_cloudformation() {
        let service = Service::builder()
            .name(ServiceName::literal("orders"))
            .namespace(Ref::existing("ns-1"))
            .dns_config(DnsConfig::addresses(RecordTtl::of::<10>()))
            .health_check_custom_config(HealthCheckCustomConfig {})
            .build();
        let tree = json!({
            "Name": "orders",
            "NamespaceId": "ns-1",
            "DnsConfig": {
                "DnsRecords": [{ "Type": "A", "TTL": 10 }],
                "RoutingPolicy": "MULTIVALUE",
            },
            "HealthCheckCustomConfig": {},
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&service)), tree);
        assert_eq!(serde_json::from_value::<Service>(tree).unwrap(), service);
    }

    #[test]
    fn names_and_arns_have_forms() {
        for good in ["a", "orders", "_http._tcp", "Orders-2.eu", &"x".repeat(63)] {
            assert!(ServiceName::new(good).is_ok(), "{good}");
        }
        for bad in ["", ".", "a.", "-a", "a-", "a-.b", "a b", &"x".repeat(64)] {
            assert!(ServiceName::new(bad).is_err(), "{bad}");
        }
        let arn = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-1";
        assert!(ServiceArn::new(arn).is_ok() && ServiceArn::new("srv-1").is_err());
    }
}
