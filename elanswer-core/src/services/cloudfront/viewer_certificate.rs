//! The certificate that viewers see.

use serde::{Deserialize, Serialize};

use super::EdgeCertificateArn;
use crate::reference::Input;

/// The certificate that viewers see, and what of TLS they must speak.
///
/// AWS: [Require HTTPS for communication between viewers and CloudFront](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https-viewers-to-cloudfront.html).
/// Not modelled: certificates of IAM, and dedicated addresses for viewers without SNI, which AWS
/// bills by the month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Repr", into = "Repr")]
pub enum ViewerCertificate {
    /// `AcmCertificateArn`: your own, shown by SNI, which every browser of this century speaks.
    Acm {
        /// `AcmCertificateArn`: one in `us-east-1`.
        certificate: Input<EdgeCertificateArn>,
        /// `MinimumProtocolVersion`.
        minimum: TlsPolicy,
    },
    /// `CloudFrontDefaultCertificate`: that of `*.cloudfront.net`, which is for no name of yours,
    /// and takes TLS 1.0 too. AWS's default.
    #[default]
    Default,
}

impl ViewerCertificate {
    /// This certificate, with TLS 1.2 or 1.3.
    pub fn acm(certificate: impl Into<Input<EdgeCertificateArn>>) -> Self {
        Self::Acm { certificate: certificate.into(), minimum: TlsPolicy::default() }
    }
}

macro_rules! tls_policies {
    ($($(#[$more:meta])* $variant:ident $name:literal $doc:literal,)*) => {
        /// The oldest TLS that viewers may speak, and its ciphers.
        ///
        /// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html>.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum TlsPolicy {
            $(#[doc = concat!("`", $name, "`: ", $doc, ".")] $(#[$more])* #[serde(rename = $name)] $variant,)*
        }

        impl TlsPolicy {
            /// Every policy, the oldest first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// AWS's name of it: `TLSv1.2_2021`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

tls_policies! {
    Tls10 "TLSv1" "TLS 1.0 and later",
    Tls10Of2016 "TLSv1_2016" "TLS 1.0 and later, with fewer ciphers",
    Tls11Of2016 "TLSv1.1_2016" "TLS 1.1 and later",
    Tls12Of2018 "TLSv1.2_2018" "TLS 1.2 and later, some ciphers without forward secrecy",
    Tls12Of2019 "TLSv1.2_2019" "TLS 1.2 and later with forward secrecy",
    #[doc = "What AWS recommends; AWS's own default is `TLSv1`."] #[default]
    Tls12Of2021 "TLSv1.2_2021" "TLS 1.2 and later with forward secrecy and without CBC",
    Tls12Of2025 "TLSv1.2_2025" "the same with fewer ciphers",
    Tls13Of2025 "TLSv1.3_2025" "TLS 1.3 only",
}

impl TlsPolicy {
    /// Whether it takes what is older than TLS 1.2.
    #[must_use]
    pub fn is_old(self) -> bool {
        self < Self::Tls12Of2018
    }
}

/// CloudFormation's shape.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Repr {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acm_certificate_arn: Option<Input<EdgeCertificateArn>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cloud_front_default_certificate: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    minimum_protocol_version: Option<TlsPolicy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ssl_support_method: Option<String>,
}

impl From<ViewerCertificate> for Repr {
    fn from(certificate: ViewerCertificate) -> Self {
        match certificate {
            ViewerCertificate::Acm { certificate, minimum } => Self {
                acm_certificate_arn: Some(certificate),
                cloud_front_default_certificate: None,
                minimum_protocol_version: Some(minimum),
                ssl_support_method: Some("sni-only".to_owned()),
            },
            ViewerCertificate::Default => Self {
                acm_certificate_arn: None,
                cloud_front_default_certificate: Some(true),
                minimum_protocol_version: None,
                ssl_support_method: None,
            },
        }
    }
}

impl TryFrom<Repr> for ViewerCertificate {
    type Error = &'static str;

    fn try_from(repr: Repr) -> Result<Self, Self::Error> {
        match (repr.acm_certificate_arn, repr.ssl_support_method.as_deref()) {
            (Some(certificate), Some("sni-only") | None) => {
                let minimum = repr.minimum_protocol_version.unwrap_or(TlsPolicy::Tls10);
                Ok(Self::Acm { certificate, minimum })
            }
            (Some(_), Some(_)) => Err("only `sni-only` is modelled"),
            (None, _) => Ok(Self::Default),
        }
    }
}
