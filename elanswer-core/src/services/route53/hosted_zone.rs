//! `AWS::Route53::HostedZone`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::DnsName;
use crate::{
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    tags::Tags,
    text::{characters, text},
};

/// A public DNS zone: a domain whose names Route 53 answers for.
///
/// AWS: [`AWS::Route53::HostedZone`](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html).
/// The world asks it once the parent domain names its [name servers](Ref::<Self>::name_servers):
/// at the registrar, or in an `NS` record of the zone above. Another zone of the same name has
/// other name servers. Quota: 500 per account unless raised.
///
/// Not modelled: private zones with their VPCs, reusable delegation sets, query logging, DNSSEC.
///
/// ```
/// use elanswer_core::services::route53::{DnsName, HostedZone};
///
/// let zone = HostedZone::new(DnsName::literal("example.com"));
/// assert_eq!(zone.config.comment, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct HostedZone {
    /// `Name`: the domain. Changing it replaces the zone.
    pub name: DnsName,
    /// `HostedZoneConfig`.
    #[builder(default)]
    #[serde(
        rename = "HostedZoneConfig",
        default,
        skip_serializing_if = "HostedZoneConfig::is_empty"
    )]
    pub config: HostedZoneConfig,
    /// `HostedZoneTags`.
    #[builder(default)]
    #[serde(rename = "HostedZoneTags", default)]
    pub tags: Tags,
}

/// What people see of a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct HostedZoneConfig {
    /// `Comment`: what the zone is for. AWS's default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<ZoneComment>,
}

/// What AWS decides of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HostedZoneOutputs {
    /// `Id`: `Z` and capital letters and digits.
    pub id: String,
    /// `NameServers`: the four servers that answer for it.
    pub name_servers: Vec<String>,
}

impl Ref<HostedZone> {
    /// `Id`, for alias records that lead to a record of the same zone.
    #[must_use]
    pub fn zone_id(&self) -> Input<String> {
        self.into()
    }

    /// `NameServers`: the four servers that answer for it, for the registrar.
    #[must_use]
    pub fn name_servers(&self) -> Output<Vec<String>> {
        self.output("NameServers")
    }
}

impl HostedZone {
    /// The zone of this domain.
    #[must_use]
    pub fn new(name: DnsName) -> Self {
        Self::builder().name(name).build()
    }
}

impl HostedZoneConfig {
    fn is_empty(&self) -> bool {
        self.comment.is_none()
    }
}

impl Resource for HostedZone {
    type Outputs = HostedZoneOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        identifier: "Id",
        outputs: &["Id", "NameServers"],
        replaces: &["Name"],
        // Its name servers, which the parent domain names, never come back.
        holds_data: true,
        resource_type: Some("route53:hostedzone"),
        api: "route53",
        ..Schema::new(Kind::new("AWS::Route53::HostedZone"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateHostedZone`, which takes no tags, and the `ChangeTagsForResource` that sets them.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(zone) => 1 + super::tag_calls_to_create(&zone.tags),
            Operation::Update(from, to) => {
                u32::from(from.config != to.config) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

text! {
    /// What a zone is for.
    ZoneComment: "a comment of a zone",
    "1 to 256 characters",
    is_comment
}

/// The most characters of a comment.
const MAX_COMMENT_LEN: usize = 256;

const fn is_comment(text: &str) -> bool {
    !text.is_empty() && characters(text) <= MAX_COMMENT_LEN
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let config = HostedZoneConfig { comment: Some(ZoneComment::literal("the shop")) };
        let zone = HostedZone::builder()
            .name(DnsName::literal("example.com"))
            .config(config)
            .tags(Tags::new().with("Name", "shop"))
            .build();
        let tree = json!({
            "Name": "example.com",
            "HostedZoneConfig": { "Comment": "the shop" },
            "HostedZoneTags": [{ "Key": "Name", "Value": "shop" }],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&zone)), tree);
        assert_eq!(serde_json::from_value::<HostedZone>(tree).unwrap(), zone);
    }

    #[test]
    fn ten_tags_go_in_a_call() {
        let tagged = |count: usize| {
            let tags = (0..count).map(|n| (n.to_string(), "x")).collect();
            HostedZone::builder().name(DnsName::literal("a.b")).tags(tags).build()
        };
        assert_eq!(HostedZone::calls(&Operation::Create(&tagged(7))), 2);
        assert_eq!(HostedZone::calls(&Operation::Create(&tagged(8))), 3);
        assert_eq!(HostedZone::calls(&Operation::Update(&tagged(12), &tagged(0))), 2);
        assert_eq!(HostedZone::calls(&Operation::Update(&tagged(3), &tagged(3))), 0);
    }

    #[test]
    fn a_comment_is_one_that_aws_takes() {
        assert!(ZoneComment::new("é".repeat(256)).is_ok());
        for bad in [String::new(), "x".repeat(257)] {
            assert!(ZoneComment::new(bad).is_err());
        }
    }
}
