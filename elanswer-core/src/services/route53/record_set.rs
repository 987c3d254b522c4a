//! `AWS::Route53::RecordSet`.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{DnsName, HealthCheck, HostedZone, Routing, SetIdentifier};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Scope},
    services::{
        cloudfront::{Distribution, HOSTED_ZONE_ID},
        elbv2::LoadBalancer,
    },
};

/// What a zone answers for a name and a type.
///
/// AWS: [`AWS::Route53::RecordSet`](https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/rrsets-working-with.html).
/// Quota: 10,000 per zone unless raised.
///
/// Route 53 answers with a change within a minute or so; the record set is ready as soon as the zone
/// lists it. A change of its type or set identifier leaves a moment between the old and the new.
///
/// Record sets have no tags that would say whose they are. A create of one that exists already
/// with the very same answer takes that one; with another answer it fails.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::route53::{DnsName, HostedZone, RecordSet, RecordType},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let zone = arch.resource("zone", HostedZone::new(DnsName::literal("example.com")));
/// let www = RecordSet::new(&zone, DnsName::literal("www.example.com"), RecordType::A, ["192.0.2.1"]);
/// arch.resource("www", www);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct RecordSet {
    /// `HostedZoneId`. Changing it replaces the record set.
    #[builder(into)]
    #[serde(rename = "HostedZoneId")]
    pub hosted_zone: Ref<HostedZone>,
    /// `Name`: that of the zone, or one below it. Changing it replaces the record set.
    #[builder(into)]
    pub name: Input<DnsName>,
    /// `Type`. Changing it replaces the record set.
    #[serde(rename = "Type")]
    pub record_type: RecordType,
    /// `TTL` and `ResourceRecords`, or `AliasTarget`: what the answer is.
    #[serde(flatten)]
    pub answer: Answer,
    /// `SetIdentifier`, and `Failover`, `GeoLocation`, `Region` or `Weight`: which of several record
    /// sets of the name and type is the answer. Default: there is only this one. Changing
    /// `SetIdentifier` replaces the record set.
    #[builder(default)]
    #[serde(flatten)]
    pub routing: Routing,
    /// `HealthCheckId`: the health check without whose success it is no answer, when there are
    /// several. AWS's default: it always is.
    #[builder(into)]
    #[serde(rename = "HealthCheckId", default, skip_serializing_if = "Option::is_none")]
    pub health_check: Option<Ref<HealthCheck>>,
}

/// What a record set answers with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Flat", into = "Flat")]
pub enum Answer {
    /// `AliasTarget`: whatever the answer for another name in AWS is at the time.
    Alias(AliasTarget),
    /// `TTL` and `ResourceRecords`: these values.
    Records {
        /// `TTL`: how long others may keep the answer.
        ttl: Ttl,
        /// `ResourceRecords`: 1 to 400 values in the form of the type; several are all answered.
        values: Set<Input<String>>,
    },
}

/// How long others may keep an answer: 0 to 2147483647 seconds.
pub type Ttl = Bounded<0, 2_147_483_647>;

/// Another name in AWS whose answer is taken.
///
/// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html>.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct AliasTarget {
    /// `DNSName`: the name.
    #[builder(into)]
    #[serde(rename = "DNSName")]
    pub dns_name: Input<DnsName>,
    /// `HostedZoneId`: the zone of the name, which for AWS's services is one of AWS.
    #[builder(into)]
    pub hosted_zone_id: Input<String>,
    /// `EvaluateTargetHealth`: whether the answer is none while the target is not healthy. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(default)]
    pub evaluate_target_health: bool,
}

macro_rules! record_types {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// The type of a record. Not modelled: `SOA`, which Route 53 keeps itself.
        ///
        /// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html>.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum RecordType {
            $(#[doc = concat!("`", $name, "`: ", $doc, ".")] #[serde(rename = $name)] $variant,)*
        }

        impl RecordType {
            /// Every type that elanswer knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's name of it: `AAAA`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

record_types! {
    A "A" "an IPv4 address",
    Aaaa "AAAA" "an IPv6 address",
    Caa "CAA" "who may issue certificates, as in `0 issue \"amazon.com\"`",
    Cname "CNAME" "another name for this one; the only record of its name, and never that of the zone",
    Ds "DS" "the key of a zone below this one",
    Https "HTTPS" "how to speak HTTPS with it",
    Mx "MX" "a mail server, as in `10 mail.example.com`",
    Naptr "NAPTR" "a rule for rewriting names",
    Ns "NS" "a name server of a zone below this one",
    Ptr "PTR" "the name of an address",
    Srv "SRV" "a server of a service, as in `1 10 5269 xmpp.example.com`",
    Sshfp "SSHFP" "the fingerprint of an SSH key",
    Svcb "SVCB" "how to speak with a service",
    Tlsa "TLSA" "the certificate of a server",
    Txt "TXT" "texts in quotation marks, each of at most 255 characters",
}

/// A text that is not a type of record that elanswer knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a type of record that elanswer knows")]
pub struct RecordTypeError {
    text: String,
}

/// A value that a record of its type cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not {expected}")]
pub struct RecordValueError {
    value: String,
    expected: &'static str,
}

/// What AWS decides of a record set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RecordSetOutputs {
    /// The zone, the name, the type, and the set identifier when it has one, joined by `|`.
    pub id: String,
}

/// What names a record set within an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordKey {
    /// The identifier of its zone.
    pub zone_id: String,
    /// Its name.
    pub name: DnsName,
    /// Its type.
    pub record_type: RecordType,
    /// What tells it from others of its name and type.
    pub set_identifier: Option<SetIdentifier>,
}

impl RecordKey {
    /// The key of a record set whose references are known.
    #[must_use]
    pub fn of(record: &RecordSet) -> Option<Self> {
        Some(Self {
            zone_id: record.hosted_zone.known()?.to_owned(),
            name: record.name.known()?.clone(),
            record_type: record.record_type,
            set_identifier: record.routing.set_identifier().cloned(),
        })
    }

    /// The outputs of the record set with this key.
    #[must_use]
    pub fn outputs(&self) -> RecordSetOutputs {
        RecordSetOutputs { id: self.to_string() }
    }

    /// The key in the identifier of a record set.
    #[must_use]
    pub fn parse(identifier: &str) -> Option<Self> {
        let mut parts = identifier.splitn(4, '|');
        Some(Self {
            zone_id: parts.next()?.to_owned(),
            name: parts.next()?.parse().ok()?,
            record_type: parts.next()?.parse().ok()?,
            set_identifier: match parts.next() {
                Some(text) => Some(text.parse().ok()?),
                None => None,
            },
        })
    }
}

impl fmt::Display for RecordKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}", self.zone_id, self.name, self.record_type)?;
        match &self.set_identifier {
            Some(set_identifier) => write!(f, "|{set_identifier}"),
            None => Ok(()),
        }
    }
}

/// Five minutes: long enough to spare resolvers, short enough to correct a mistake.
const DEFAULT_TTL: Ttl = Ttl::of::<300>();

impl RecordSet {
    /// The answer with these values, which others may keep for five minutes.
    #[must_use]
    pub fn new<V: Into<Input<String>>>(
        zone: impl Into<Ref<HostedZone>>,
        name: impl Into<Input<DnsName>>,
        record_type: RecordType,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let answer = Answer::records(DEFAULT_TTL, values);
        Self::builder().hosted_zone(zone).name(name).record_type(record_type).answer(answer).build()
    }

    /// Whatever the answer for `target` is at the time.
    #[must_use]
    pub fn alias(
        zone: impl Into<Ref<HostedZone>>,
        name: impl Into<Input<DnsName>>,
        record_type: RecordType,
        target: AliasTarget,
    ) -> Self {
        Self::builder()
            .hosted_zone(zone)
            .name(name)
            .record_type(record_type)
            .answer(Answer::Alias(target))
            .build()
    }

    /// The same record set, one of several of its name and type.
    #[must_use]
    pub fn routed(mut self, routing: Routing) -> Self {
        self.routing = routing;
        self
    }

    /// Whether something says when what it leads to fails: a health check, or its alias target.
    #[must_use]
    pub const fn is_watched(&self) -> bool {
        let target = match &self.answer {
            Answer::Alias(target) => target.evaluate_target_health,
            Answer::Records { .. } => false,
        };
        target || self.health_check.is_some()
    }

    /// Why Route 53 takes it for no multivalue answer, if it is to be one.
    ///
    /// Source: <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-multivalue.html>.
    #[must_use]
    pub fn multivalue_fault(&self) -> Option<&'static str> {
        if !matches!(self.routing, Routing::Multivalue { .. }) {
            return None;
        }
        match &self.answer {
            Answer::Alias(_) => Some("an alias is no multivalue answer"),
            Answer::Records { .. }
                if matches!(self.record_type, RecordType::Cname | RecordType::Ns) =>
            {
                Some("`CNAME` and `NS` are no types of multivalue answers")
            }
            Answer::Records { values, .. } if values.len() > 1 => {
                Some("each multivalue answer has one value")
            }
            Answer::Records { .. } => None,
        }
    }

    /// The same record set, an answer only while the health check says that it is healthy.
    #[must_use]
    pub fn checked(mut self, health_check: impl Into<Ref<HealthCheck>>) -> Self {
        self.health_check = Some(health_check.into());
        self
    }
}

impl Answer {
    /// These values.
    #[must_use]
    pub fn records<V: Into<Input<String>>>(ttl: Ttl, values: impl IntoIterator<Item = V>) -> Self {
        Self::Records { ttl, values: values.into_iter().map(Into::into).collect() }
    }

    /// The values that are known when the program runs; an alias has none.
    pub fn known_values(&self) -> impl Iterator<Item = &str> {
        let values = match self {
            Self::Alias(_) => None,
            Self::Records { values, .. } => Some(values),
        };
        values.into_iter().flatten().filter_map(Input::known).map(String::as_str)
    }
}

impl AliasTarget {
    /// A load balancer. Its health is that of its targets, and counts.
    #[must_use]
    pub fn load_balancer(load_balancer: &Ref<LoadBalancer>) -> Self {
        Self {
            dns_name: Input::Output(load_balancer.dns_name().reference().clone()),
            hosted_zone_id: load_balancer.canonical_hosted_zone_id().into(),
            evaluate_target_health: true,
        }
    }

    /// A distribution. Its health does not count: AWS does not tell it.
    #[must_use]
    pub fn distribution(distribution: &Ref<Distribution>) -> Self {
        Self::cloudfront(Input::Output(distribution.domain_name().reference().clone()))
    }

    /// A distribution that is made elsewhere, by its own name: `d111111abcdef8.cloudfront.net`.
    #[must_use]
    pub fn cloudfront(name: impl Into<Input<DnsName>>) -> Self {
        Self {
            dns_name: name.into(),
            hosted_zone_id: HOSTED_ZONE_ID.into(),
            evaluate_target_health: false,
        }
    }

    /// A record set of the same zone and type.
    #[must_use]
    pub fn record(zone: &Ref<HostedZone>, name: impl Into<Input<DnsName>>) -> Self {
        Self {
            dns_name: name.into(),
            hosted_zone_id: zone.zone_id(),
            evaluate_target_health: false,
        }
    }
}

impl Ref<RecordSet> {
    /// `Id`: the zone, the name and the type.
    #[must_use]
    pub fn record_id(&self) -> Output<String> {
        self.output("Id")
    }
}

impl Resource for RecordSet {
    type Outputs = RecordSetOutputs;

    const SCHEMA: &'static Schema = &Schema {
        scope: Scope::Global,
        replaces: &["HostedZoneId", "Name", "Type", "SetIdentifier"],
        // Not all types and policies live beside each other, so another one of the same name goes
        // first. Which do, the rule `records-conflict` knows.
        exclusive: &["HostedZoneId", "Name"],
        batch_by: Some("HostedZoneId"),
        api: "route53",
        ..Schema::new(Kind::new("AWS::Route53::RecordSet"))
    };

    /// `ChangeResourceRecordSets`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => u32::from(from != to),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl RecordType {
    /// Whether a record of this type can have the value. Only the forms that are wrong most often
    /// are looked at.
    ///
    /// # Errors
    ///
    /// When Route 53 would not take it.
    pub fn check(self, value: &str) -> Result<(), RecordValueError> {
        let (fits, expected) = match self {
            Self::A => (value.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
            Self::Aaaa => (value.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
            Self::Cname | Self::Ns | Self::Ptr => (DnsName::new(value).is_ok(), "a DNS name"),
            Self::Mx => (
                is_of(value, &[is_u16, is_name]),
                "a priority and a mail server, as in `10 mail.example.com`",
            ),
            Self::Srv => (
                is_of(value, &[is_u16, is_u16, is_u16, is_name]),
                "a priority, a weight, a port and a server, as in `1 10 5269 xmpp.example.com`",
            ),
            Self::Caa => {
                (is_caa(value), "flags, a tag and a value, as in `0 issue \"amazon.com\"`")
            }
            Self::Txt => {
                (is_quoted(value), "texts in quotation marks, each of at most 255 characters")
            }
            _ => (!value.is_empty(), "a value"),
        };
        if fits { Ok(()) } else { Err(RecordValueError { value: value.to_owned(), expected }) }
    }

    /// A text as the value of a `TXT` record: in quotation marks, in parts of 255 bytes at most.
    #[must_use]
    pub fn quoted(text: &str) -> String {
        let mut parts = vec![String::new()];
        let mut length = 0;
        for char in text.chars() {
            if length + char.len_utf8() > MAX_TEXT_LEN {
                parts.push(String::new());
                length = 0;
            }
            length += char.len_utf8();
            if let Some(part) = parts.last_mut() {
                if matches!(char, '"' | '\\') {
                    part.push('\\');
                }
                part.push(char);
            }
        }
        let parts: Vec<String> = parts.into_iter().map(|part| format!("\"{part}\"")).collect();
        parts.join(" ")
    }
}

/// The most characters of one text of a `TXT` record.
const MAX_TEXT_LEN: usize = 255;

/// Whether `value` is made of words that fit.
fn is_of(value: &str, words: &[fn(&str) -> bool]) -> bool {
    let found: Vec<&str> = value.split_whitespace().collect();
    found.len() == words.len() && found.iter().zip(words).all(|(word, fits)| fits(word))
}

fn is_u16(word: &str) -> bool {
    word.parse::<u16>().is_ok()
}

fn is_name(word: &str) -> bool {
    word == "." || DnsName::new(word).is_ok()
}

fn is_caa(value: &str) -> bool {
    let mut parts = value.splitn(3, ' ');
    let mut next = || parts.next().unwrap_or_default();
    let (flags, tag, text) = (next(), next(), next());
    flags.parse::<u8>().is_ok()
        && !tag.is_empty()
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && is_quoted(text)
}

/// Whether `value` is texts in quotation marks, with spaces between them.
fn is_quoted(value: &str) -> bool {
    let (mut texts, mut length, mut inside, mut escaped) = (0, 0, false, false);
    for char in value.chars() {
        match char {
            _ if escaped => (escaped, length) = (false, length + 1),
            '"' if inside => (inside, texts) = (false, texts + 1),
            '"' => (inside, length) = (true, 0),
            '\\' if inside => escaped = true,
            _ if inside => length += 1,
            ' ' => {}
            _ => return false,
        }
        if length > MAX_TEXT_LEN {
            return false;
        }
    }
    texts > 0 && !inside
}

impl FromStr for RecordType {
    type Err = RecordTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|known| known.as_str() == text);
        found.ok_or_else(|| RecordTypeError { text: text.to_owned() })
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The properties of a record set that make up its answer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Flat {
    #[serde(rename = "TTL", skip_serializing_if = "Option::is_none")]
    ttl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_records: Option<Set<Input<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alias_target: Option<AliasTarget>,
}

/// Properties that make up no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record set has `TTL`, a number of seconds, with `ResourceRecords`, or `AliasTarget`")]
pub struct AnswerError;

impl TryFrom<Flat> for Answer {
    type Error = AnswerError;

    fn try_from(flat: Flat) -> Result<Self, AnswerError> {
        match (flat.ttl, flat.resource_records, flat.alias_target) {
            (None, None, Some(target)) => Ok(Self::Alias(target)),
            (Some(ttl), Some(values), None) => {
                Ok(Self::Records { ttl: ttl.parse().map_err(|_| AnswerError)?, values })
            }
            _ => Err(AnswerError),
        }
    }
}

impl From<Answer> for Flat {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Alias(target) => Self { alias_target: Some(target), ..Self::default() },
            Answer::Records { ttl, values } => Self {
                ttl: Some(ttl.to_string()),
                resource_records: Some(values),
                ..Self::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        resource::properties_of,
        services::route53::{FailoverRole, Weight},
    };

    fn www() -> DnsName {
        DnsName::literal("www.example.com")
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let zone = Ref::existing("Z1");
        let weighted = Routing::Weighted {
            set_identifier: SetIdentifier::literal("one"),
            weight: Weight::of::<7>(),
        };
        let mut checked = RecordSet::new(&zone, www(), RecordType::A, ["192.0.2.2", "192.0.2.1"]);
        checked.health_check = Some(Ref::existing("hc"));
        let target = AliasTarget::builder()
            .dns_name(DnsName::literal("front.elb.amazonaws.com"))
            .hosted_zone_id("Z2")
            .build();
        let shapes = [
            (
                checked.routed(weighted),
                json!({
                    "HostedZoneId": "Z1",
                    "Name": "www.example.com",
                    "Type": "A",
                    "TTL": "300",
                    "ResourceRecords": ["192.0.2.1", "192.0.2.2"],
                    "SetIdentifier": "one",
                    "Weight": 7,
                    "HealthCheckId": "hc",
                }),
            ),
            (
                RecordSet::alias(&zone, www(), RecordType::Aaaa, target),
                json!({
                    "HostedZoneId": "Z1",
                    "Name": "www.example.com",
                    "Type": "AAAA",
                    "AliasTarget": {
                        "DNSName": "front.elb.amazonaws.com",
                        "HostedZoneId": "Z2",
                        "EvaluateTargetHealth": false,
                    },
                }),
            ),
        ];
        for (record, tree) in shapes {
            assert_eq!(Value::Object(properties_of(&record)), tree);
            assert_eq!(serde_json::from_value::<RecordSet>(tree).unwrap(), record);
        }
    }

    #[test]
    fn an_alias_of_a_load_balancer_is_made_of_its_outputs() {
        let front = Ref::managed(crate::ResourceId::new("front").unwrap());
        let target = AliasTarget::load_balancer(&front);
        let record = RecordSet::alias(Ref::existing("Z1"), www(), RecordType::A, target);
        assert_eq!(
            properties_of(&record).get("AliasTarget"),
            Some(&json!({
                "DNSName": { "Fn::GetAtt": ["front", "DNSName"] },
                "HostedZoneId": { "Fn::GetAtt": ["front", "CanonicalHostedZoneID"] },
                "EvaluateTargetHealth": true,
            }))
        );
    }

    #[test]
    fn half_an_answer_is_none() {
        let base = json!({"HostedZoneId": "Z1", "Name": "a.b", "Type": "A"});
        for more in [json!({}), json!({"TTL": "1"}), json!({"TTL": "x", "ResourceRecords": []})] {
            let mut tree = base.clone();
            tree.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert!(serde_json::from_value::<RecordSet>(tree).is_err());
        }
    }

    #[test]
    fn the_identifier_names_zone_name_type_and_set() {
        let simple = RecordSet::new(Ref::existing("Z1"), www(), RecordType::A, ["192.0.2.1"]);
        let set_identifier = SetIdentifier::literal("a|b");
        let role = FailoverRole::Primary;
        let routed = simple.clone().routed(Routing::Failover { set_identifier, role });
        for (record, id) in [(simple, "Z1|www.example.com|A"), (routed, "Z1|www.example.com|A|a|b")]
        {
            let key = RecordKey::of(&record).unwrap();
            assert_eq!(key.outputs().id, id);
            assert_eq!(RecordKey::parse(id), Some(key));
        }
        assert_eq!(RecordKey::parse("Z1|www.example.com"), None);
    }

    #[test]
    fn values_have_the_form_of_their_type() {
        let good = [
            (RecordType::A, "192.0.2.1"),
            (RecordType::Aaaa, "2001:db8::1"),
            (RecordType::Cname, "_x.acm-validations.aws."),
            (RecordType::Mx, "10 mail.example.com."),
            (RecordType::Srv, "1 10 5269 xmpp.example.com"),
            (RecordType::Caa, "0 issue \"amazon.com; x=y\""),
            (RecordType::Txt, r#""a" "b \" c""#),
        ];
        for (record_type, value) in good {
            assert_eq!(record_type.check(value), Ok(()), "{value}");
        }
        let long = format!("\"{}\"", "x".repeat(256));
        let bad = [
            (RecordType::A, "2001:db8::1"),
            (RecordType::Aaaa, "192.0.2.1"),
            (RecordType::Cname, "a b"),
            (RecordType::Mx, "mail.example.com"),
            (RecordType::Srv, "1 10 xmpp.example.com"),
            (RecordType::Caa, "0 issue amazon.com"),
            (RecordType::Txt, "plain"),
            (RecordType::Txt, "\"open"),
            (RecordType::Txt, long.as_str()),
            (RecordType::Ds, ""),
        ];
        for (record_type, value) in bad {
            assert!(record_type.check(value).is_err(), "{value}");
        }
    }

    #[test]
    fn texts_are_quoted_in_parts() {
        assert_eq!(RecordType::quoted(r#"a "b" \"#), r#""a \"b\" \\""#);
        let long = RecordType::quoted(&"x".repeat(300));
        assert_eq!(long.len(), 300 + 5);
        assert_eq!(RecordType::Txt.check(&long), Ok(()));
    }
}
