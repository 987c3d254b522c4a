//! `AWS::ServiceDiscovery::PrivateDnsNamespace`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Description;
use crate::{
    bounded::Bounded,
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
    services::{
        ec2::{Vpc, tag_calls},
        route53::DnsName,
    },
    tags::Tags,
};

/// A domain that is known within a VPC, whose names Cloud Map keeps.
///
/// AWS: [`AWS::ServiceDiscovery::PrivateDnsNamespace`](https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html).
/// AWS makes a private hosted zone for it, which takes about a minute and which only Cloud Map may
/// change. The VPC must answer names from private hosted zones: `EnableDnsSupport` and
/// `EnableDnsHostnames`. Quota: 50 per Region.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region, cidr,
///     services::{ec2::Vpc, route53::DnsName, servicediscovery::PrivateDnsNamespace},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let vpc = Vpc::builder().cidr_block(cidr!("10.0.0.0/16")).enable_dns_hostnames(true).build();
/// let vpc = arch.resource("vpc", vpc);
/// let namespace =
///     PrivateDnsNamespace::builder().name(DnsName::literal("shop.internal")).vpc(&vpc).build();
/// arch.resource("internal", namespace);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct PrivateDnsNamespace {
    /// `Name`: the domain, `shop.internal`. No other that is known in the VPC may be the same.
    /// Changing it replaces the namespace.
    pub name: DnsName,
    /// `Vpc`: where it is known. Changing it replaces the namespace. AWS does not tell it again.
    #[builder(into)]
    pub vpc: Ref<Vpc>,
    /// `Description`. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// `Properties`: for how long an answer that there is no such name is kept.
    #[builder(default)]
    #[serde(default)]
    pub properties: NamespaceProperties,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// The DNS properties of a namespace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NamespaceProperties {
    /// `DnsProperties`.
    pub dns_properties: DnsProperties,
}

impl NamespaceProperties {
    /// An answer that there is no such name is kept for this long.
    #[must_use]
    pub const fn soa_ttl(ttl: SoaTtl) -> Self {
        Self { dns_properties: DnsProperties { soa: Soa { ttl } } }
    }
}

/// What the zone of a namespace says of itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsProperties {
    /// `SOA`.
    #[serde(rename = "SOA")]
    pub soa: Soa,
}

/// The start of authority of the zone of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Soa {
    /// `TTL`: the seconds for which an answer that there is no such name is kept. Default: 15, with
    /// which AWS's console makes namespaces; the API names no default.
    #[serde(rename = "TTL")]
    pub ttl: SoaTtl,
}

impl Default for Soa {
    fn default() -> Self {
        Self { ttl: SoaTtl::of::<15>() }
    }
}

/// Seconds for which an answer that there is no such name is kept.
pub type SoaTtl = Bounded<0, 2_147_483_647>;

/// What AWS decides of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PrivateDnsNamespaceOutputs {
    /// `Id`: `ns-…`.
    pub id: String,
    /// `Arn`.
    pub arn: String,
    /// `HostedZoneId`: the private hosted zone that AWS made for it.
    pub hosted_zone_id: String,
}

impl Ref<PrivateDnsNamespace> {
    /// `Arn`.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// `HostedZoneId`: the private hosted zone that AWS made for it.
    #[must_use]
    pub fn hosted_zone_id(&self) -> Output<String> {
        self.output("HostedZoneId")
    }
}

impl PrivateDnsNamespace {
    /// Whether it takes an `UpdatePrivateDnsNamespace` to come from `self` to `to`.
    #[must_use]
    pub fn is_updated_by(&self, to: &Self) -> bool {
        (&self.description, self.properties) != (&to.description, to.properties)
    }
}

impl Resource for PrivateDnsNamespace {
    type Outputs = PrivateDnsNamespaceOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Arn", "HostedZoneId", "Id"],
        replaces: &["Name", "Vpc"],
        write_only: &["Vpc"],
        exclusive: &["Name", "Vpc"],
        resource_type: Some("servicediscovery:namespace"),
        api: "servicediscovery",
        timing: Timing::seconds(45, 5, 20),
        when_late: "look at `aws servicediscovery list-operations`, then apply again: it waits on",
        ..Schema::new(Kind::new("AWS::ServiceDiscovery::PrivateDnsNamespace"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreatePrivateDnsNamespace`, `GetOperation` for the id, and `GetNamespace`;
    /// `UpdatePrivateDnsNamespace` and those of tags; `DeleteNamespace`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 3,
            Operation::Update(from, to) => {
                u32::from(from.is_updated_by(to)) + tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let namespace = PrivateDnsNamespace::builder()
            .name(DnsName::literal("shop.internal"))
            .vpc(Ref::existing("vpc-1"))
            .description(Description::literal("who is where"))
            .properties(NamespaceProperties::soa_ttl(SoaTtl::of::<60>()))
            .build();
        let tree = json!({
            "Name": "shop.internal",
            "Vpc": "vpc-1",
            "Description": "who is where",
            "Properties": { "DnsProperties": { "SOA": { "TTL": 60 } } },
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&namespace)), tree);
        assert_eq!(serde_json::from_value::<PrivateDnsNamespace>(tree).unwrap(), namespace);
    }
}
