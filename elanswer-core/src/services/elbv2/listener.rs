//! `AWS::ElasticLoadBalancingV2::Listener`.

use std::{fmt, str::FromStr};

use bon::Builder;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Action, LoadBalancer, Port, Protocol, action};
use crate::{
    reference::{Input, Ref},
    region::{AccountId, Region},
    resource::{Operation, Resource},
    schema::{Kind, Schema, Timing},
};

/// A port that a load balancer takes requests on, and what it does with them.
///
/// AWS: [`AWS::ElasticLoadBalancingV2::Listener`](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html).
/// Quota: 50 per load balancer unless raised.
///
/// CloudFormation's type has no tags; AWS gets those of the owner all the same.
///
/// ```
/// use elanswer_core::{Ref, services::elbv2::{Action, Listener, LoadBalancer, Port}};
///
/// let front = Ref::<LoadBalancer>::existing("arn:aws:elasticloadbalancing:…");
/// let listener = Listener::builder()
///     .load_balancer(&front)
///     .port(Port::of::<80>())
///     .default_action(Action::redirect_to_https())
///     .build();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Listener {
    /// `LoadBalancerArn`. Changing it replaces the listener.
    #[builder(into)]
    #[serde(rename = "LoadBalancerArn")]
    pub load_balancer: Ref<LoadBalancer>,
    /// `Port`: one that no other listener of the load balancer has.
    pub port: Port,
    /// `Protocol`, and what HTTPS needs: `Certificates` and `SslPolicy`.
    #[builder(default)]
    #[serde(flatten)]
    pub protocol: ListenerProtocol,
    /// `DefaultActions`: what is done with a request that no rule takes.
    #[serde(rename = "DefaultActions", with = "action::only")]
    pub default_action: Action,
}

/// What a listener speaks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Protocol")]
pub enum ListenerProtocol {
    /// `HTTP`.
    #[default]
    #[serde(rename = "HTTP")]
    Http,
    /// `HTTPS`.
    #[serde(rename = "HTTPS")]
    Https(Tls),
}

/// How a listener ends TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tls {
    /// `Certificates`: the certificate of the listener, in the Region of the load balancer.
    #[serde(rename = "Certificates", with = "only_certificate")]
    pub certificate: Input<CertificateArn>,
    /// `SslPolicy`: which protocols and ciphers it takes.
    pub ssl_policy: SslPolicy,
}

/// The ARN of a certificate of AWS Certificate Manager:
/// `arn:aws:acm:us-east-1:123456789012:certificate/…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateArn {
    text: String,
    region: Region,
}

/// A text that is not the ARN of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not the ARN of a certificate: `arn:aws:acm:REGION:ACCOUNT:certificate/` and a UUID"
)]
pub struct CertificateArnError {
    text: String,
}

macro_rules! ssl_policies {
    ($($variant:ident $name:literal $takes:literal,)*) => {
        /// Which protocols and ciphers an HTTPS listener takes.
        ///
        /// Source: <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html>.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum SslPolicy {
            $(#[doc = concat!("`", $name, "`: ", $takes, ".")] #[serde(rename = $name)] $variant,)*
            /// `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`: TLS 1.3 and 1.2 with forward secrecy,
            /// and post-quantum key exchange with clients that have it. AWS recommends it; AWS's
            /// default is [`Tls10Of2016`](Self::Tls10Of2016).
            #[default]
            #[serde(rename = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")]
            Tls13And12RestrictedPostQuantum,
        }

        impl SslPolicy {
            /// AWS's name of the policy.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Tls13And12RestrictedPostQuantum => {
                        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
                    }
                }
            }

            /// Every policy that elanswer knows.
            pub const ALL: &'static [Self] =
                &[$(Self::$variant,)* Self::Tls13And12RestrictedPostQuantum];
        }
    };
}

ssl_policies! {
    Tls13 "ELBSecurityPolicy-TLS13-1-3-2021-06" "TLS 1.3 only",
    Tls13PostQuantum "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09" "TLS 1.3 only, with post-quantum key exchange",
    Tls13Fips "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04" "TLS 1.3 only, validated by FIPS 140",
    Tls13And12Restricted "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" "TLS 1.3 and 1.2 with forward secrecy",
    Tls13And12RestrictedFips "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04" "TLS 1.3 and 1.2 with forward secrecy, validated by FIPS 140",
    Tls13And12 "ELBSecurityPolicy-TLS13-1-2-2021-06" "TLS 1.3 and 1.2",
    Tls13And12PostQuantum "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09" "TLS 1.3 and 1.2, with post-quantum key exchange",
    Tls13And12Fips "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04" "TLS 1.3 and 1.2, validated by FIPS 140",
    Tls13And12Extended1 "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06" "TLS 1.3 and 1.2 with more ciphers",
    Tls13And12Extended2 "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06" "TLS 1.3 and 1.2 with every cipher",
    Tls13To11 "ELBSecurityPolicy-TLS13-1-1-2021-06" "TLS 1.3 to 1.1",
    Tls13To10 "ELBSecurityPolicy-TLS13-1-0-2021-06" "TLS 1.3 to 1.0",
    Tls12 "ELBSecurityPolicy-TLS-1-2-2017-01" "TLS 1.2",
    Tls12Extended "ELBSecurityPolicy-TLS-1-2-Ext-2018-06" "TLS 1.2 with every cipher",
    Tls12ForwardSecrecy "ELBSecurityPolicy-FS-1-2-2019-08" "TLS 1.2 with forward secrecy",
    Tls12ForwardSecrecyRestricted "ELBSecurityPolicy-FS-1-2-Res-2020-10" "TLS 1.2 with forward secrecy and few ciphers",
    Tls11 "ELBSecurityPolicy-TLS-1-1-2017-01" "TLS 1.2 and 1.1",
    Tls11ForwardSecrecy "ELBSecurityPolicy-FS-1-1-2019-08" "TLS 1.2 and 1.1 with forward secrecy",
    Tls10ForwardSecrecy "ELBSecurityPolicy-FS-2018-06" "TLS 1.2 to 1.0 with forward secrecy",
    Tls10Of2016 "ELBSecurityPolicy-2016-08" "TLS 1.2 to 1.0",
}

/// A text that is not the name of a security policy that elanswer knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a security policy that elanswer knows")]
pub struct SslPolicyError {
    text: String,
}

/// What AWS decides of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListenerOutputs {
    /// `ListenerArn`.
    pub listener_arn: String,
}

impl Resource for Listener {
    type Outputs = ListenerOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "ListenerArn",
        outputs: &["ListenerArn"],
        replaces: &["LoadBalancerArn"],
        exclusive: &["LoadBalancerArn", "Port"],
        resource_type: Some("elasticloadbalancing:listener"),
        named_by_arn: true,
        api: "elasticloadbalancing",
        timing: Timing::seconds(0, 0, 0),
        ..Schema::new(Kind::new("AWS::ElasticLoadBalancingV2::Listener"))
    };

    /// `CreateListener`; `ModifyListener`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => u32::from(from != to),
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

impl ListenerProtocol {
    /// HTTPS with this certificate and the policy that AWS recommends.
    #[must_use]
    pub fn https(certificate: impl Into<Input<CertificateArn>>) -> Self {
        Self::Https(Tls { certificate: certificate.into(), ssl_policy: SslPolicy::default() })
    }

    /// The protocol without its settings.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        match self {
            Self::Http => Protocol::Http,
            Self::Https(_) => Protocol::Https,
        }
    }

    /// The settings of HTTPS.
    #[must_use]
    pub const fn tls(&self) -> Option<&Tls> {
        match self {
            Self::Http => None,
            Self::Https(tls) => Some(tls),
        }
    }
}

impl FromStr for SslPolicy {
    type Err = SslPolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|policy| policy.as_str() == text)
            .ok_or_else(|| SslPolicyError { text: text.to_owned() })
    }
}

impl fmt::Display for SslPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl CertificateArn {
    /// The ARN as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The Region of the certificate.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }
}

impl FromStr for CertificateArn {
    type Err = CertificateArnError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.split(':').collect();
        let region = match parts.as_slice() {
            ["arn", partition, "acm", region, account, resource]
                if partition.starts_with("aws")
                    && account.parse::<AccountId>().is_ok()
                    && resource.strip_prefix("certificate/").is_some_and(is_uuid) =>
            {
                region.parse().ok()
            }
            _ => None,
        };
        region
            .map(|region| Self { text: text.to_owned(), region })
            .ok_or_else(|| CertificateArnError { text: text.to_owned() })
    }
}

/// Whether `text` is 8, 4, 4, 4 and 12 hexadecimal digits joined by `-`.
fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

impl fmt::Display for CertificateArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl TryFrom<String> for CertificateArn {
    type Error = CertificateArnError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CertificateArn> for String {
    fn from(arn: CertificateArn) -> Self {
        arn.text
    }
}

/// One certificate, as the list that CloudFormation has.
mod only_certificate {
    use super::{CertificateArn, Deserialize, Deserializer, Error, Input, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Certificate {
        certificate_arn: Input<CertificateArn>,
    }

    pub(super) fn serialize<S: Serializer>(
        arn: &Input<CertificateArn>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        [Certificate { certificate_arn: arn.clone() }].serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Input<CertificateArn>, D::Error> {
        let [only] = <[Certificate; 1]>::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(only.certificate_arn)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    const ARN: &str =
        "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

    fn listener(protocol: ListenerProtocol) -> Listener {
        Listener::builder()
            .load_balancer(Ref::existing("lb"))
            .port(Port::of::<443>())
            .protocol(protocol)
            .default_action(Action::Forward(Ref::existing("tg")))
            .build()
    }

    #[test]
    fn it_has_the_shape_of_cloudformation() {
        let it = listener(ListenerProtocol::https(ARN.parse::<CertificateArn>().unwrap()));
        let expected = json!({
            "LoadBalancerArn": "lb",
            "Port": 443,
            "Protocol": "HTTPS",
            "Certificates": [{"CertificateArn": ARN}],
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": "tg"}],
        });
        let tree = Value::Object(properties_of(&it));
        assert_eq!(tree, expected);
        assert_eq!(serde_json::from_value::<Listener>(tree).unwrap(), it);
    }

    #[test]
    fn http_has_neither_certificate_nor_policy() {
        let it = listener(ListenerProtocol::Http);
        let tree = properties_of(&it);
        assert_eq!(tree.get("Protocol"), Some(&json!("HTTP")));
        assert!(!tree.contains_key("Certificates") && !tree.contains_key("SslPolicy"));
        assert_eq!(serde_json::from_value::<Listener>(Value::Object(tree)).unwrap(), it);
    }

    #[test]
    fn only_arns_of_certificates_are_taken() {
        assert_eq!(ARN.parse::<CertificateArn>().unwrap().region(), Region::UsEast1);
        for bad in [
            "",
            "arn:aws:iam::123456789012:server-certificate/name",
            "arn:aws:acm:us-east-1:123456789012:certificate/1234",
            "arn:aws:acm:mars:123456789012:certificate/12345678-1234-1234-1234-123456789012",
            "arn:aws:acm:us-east-1:1234:certificate/12345678-1234-1234-1234-123456789012",
        ] {
            assert!(bad.parse::<CertificateArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn policies_have_the_names_of_aws() {
        for policy in SslPolicy::ALL {
            assert_eq!(policy.as_str().parse(), Ok(*policy));
            assert_eq!(serde_json::to_value(policy).unwrap(), policy.as_str());
        }
    }
}
