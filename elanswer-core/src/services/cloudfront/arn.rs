//! The ARNs of certificates that distributions take.

use crate::{
    arn::{ArnFields, cut, same},
    reference::{Output, Ref},
    services::acm::IssuedCertificate,
    text::text,
};

text! {
    /// The ARN of a certificate that a distribution shows: one of ACM in `us-east-1`, wherever the
    /// rest is.
    EdgeCertificateArn: "the ARN of a certificate for distributions",
    "`arn:aws:acm:us-east-1:`, account, `:certificate/`, id",
    is_edge_certificate_arn
}

const fn is_edge_certificate_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    same(arn.region, b"us-east-1")
        && matches!(arn.named("acm", "certificate/"), Some(id) if cut(id, b':').is_none())
}

impl Ref<IssuedCertificate> {
    /// `CertificateArn`, for a distribution: only of a certificate in `us-east-1`, else the check
    /// reports it (`distribution-certificate-region`).
    ///
    /// [`Certificate::for_cloudfront`](crate::constructs::Certificate::for_cloudfront) makes one
    /// that cannot be elsewhere.
    #[must_use]
    pub fn edge_certificate_arn(&self) -> Output<EdgeCertificateArn> {
        self.output("CertificateArn")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_of_another_region_is_none() {
        let arn = |region: &str| format!("arn:aws:acm:{region}:123456789012:certificate/c");
        assert!(EdgeCertificateArn::new(arn("us-east-1")).is_ok());
        for bad in
            [arn("eu-west-1"), arn("us-east-12"), "arn:aws:iam::1:server-certificate/c".into()]
        {
            assert!(EdgeCertificateArn::new(bad.clone()).is_err(), "{bad}");
        }
    }
}
