//! What the DNS answers for a service.

use serde::{Deserialize, Serialize};

use crate::bounded::Bounded;

/// What the DNS answers for a service of a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DnsConfig {
    /// `DnsRecords`: the records of each instance. Another type replaces the service.
    #[serde(rename = "DnsRecords")]
    pub records: DnsRecords,
    /// `RoutingPolicy`: which of the instances an answer names. Changing it replaces the service.
    /// AWS's default: `MULTIVALUE`.
    #[serde(default)]
    pub routing_policy: RoutingPolicy,
}

impl DnsConfig {
    /// The addresses of up to eight healthy instances.
    #[must_use]
    pub const fn addresses(ttl: RecordTtl) -> Self {
        Self { records: DnsRecords::A(ttl), routing_policy: RoutingPolicy::Multivalue }
    }

    /// The addresses and ports of up to eight healthy instances.
    #[must_use]
    pub const fn ports(ttl: RecordTtl) -> Self {
        Self { records: DnsRecords::Srv(ttl), routing_policy: RoutingPolicy::Multivalue }
    }
}

/// The record that each instance of a service has.
///
/// AWS: <https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsRecord.html>. Of two types in one
/// service, AWS takes only `A` together with `AAAA`. Not modelled: `AAAA`, `CNAME`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Record>", into = "Vec<Record>")]
#[non_exhaustive]
pub enum DnsRecords {
    /// `A`: its IPv4 address.
    A(RecordTtl),
    /// `SRV`: its address and its port.
    Srv(RecordTtl),
}

/// For how many seconds an answer is kept.
pub type RecordTtl = Bounded<0, 2_147_483_647>;

impl DnsRecords {
    /// AWS's word for the type.
    #[must_use]
    pub const fn record_type(self) -> &'static str {
        match self {
            Self::A(_) => "A",
            Self::Srv(_) => "SRV",
        }
    }

    /// `TTL`: for how many seconds an answer is kept.
    #[must_use]
    pub const fn ttl(self) -> RecordTtl {
        match self {
            Self::A(ttl) | Self::Srv(ttl) => ttl,
        }
    }

    /// The records of AWS's words.
    ///
    /// # Errors
    ///
    /// When elanswer does not know them.
    pub fn of(records: &[(String, RecordTtl)]) -> Result<Self, DnsRecordsError> {
        match records {
            [(kind, ttl)] if kind == "A" => Ok(Self::A(*ttl)),
            [(kind, ttl)] if kind == "SRV" => Ok(Self::Srv(*ttl)),
            _ => {
                let types: Vec<&str> = records.iter().map(|(kind, _)| kind.as_str()).collect();
                Err(DnsRecordsError(types.join(" and ")))
            }
        }
    }
}

/// Records of a service that elanswer does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a service with records of the types `{0}`; known are `A` alone and `SRV` alone")]
pub struct DnsRecordsError(String);

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
struct Record {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "TTL")]
    ttl: RecordTtl,
}

impl TryFrom<Vec<Record>> for DnsRecords {
    type Error = DnsRecordsError;

    fn try_from(records: Vec<Record>) -> Result<Self, Self::Error> {
        let records: Vec<_> = records.into_iter().map(|record| (record.kind, record.ttl)).collect();
        Self::of(&records)
    }
}

impl From<DnsRecords> for Vec<Record> {
    fn from(records: DnsRecords) -> Self {
        vec![Record { kind: records.record_type().to_owned(), ttl: records.ttl() }]
    }
}

/// Which of the instances of a service an answer names.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum RoutingPolicy {
    /// `MULTIVALUE`: up to eight that are healthy.
    #[default]
    Multivalue,
    /// `WEIGHTED`: one, chosen at random.
    Weighted,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_service_has_records_of_one_type() {
        let config = DnsConfig::ports(RecordTtl::of::<10>());
        let tree = json!({
            "DnsRecords": [{ "Type": "SRV", "TTL": 10 }],
            "RoutingPolicy": "MULTIVALUE",
        });
        assert_eq!(serde_json::to_value(config).unwrap(), tree);
        assert_eq!(serde_json::from_value::<DnsConfig>(tree).unwrap(), config);
        let both = json!([{ "Type": "A", "TTL": 10 }, { "Type": "SRV", "TTL": 10 }]);
        let error = serde_json::from_value::<DnsRecords>(both).unwrap_err().to_string();
        assert!(error.contains("`A and SRV`"), "{error}");
        assert!(serde_json::from_value::<DnsRecords>(json!([])).is_err());
    }
}
