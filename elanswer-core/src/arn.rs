//! The fields of an ARN, told apart while a program compiles.

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, as bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ArnFields<'a> {
    service: &'a [u8],
    pub(crate) region: &'a [u8],
    pub(crate) account: &'a [u8],
    resource: &'a [u8],
}

impl<'a> ArnFields<'a> {
    /// The fields of an ARN of a partition of AWS.
    pub(crate) const fn of(arn: &'a str) -> Option<Self> {
        let Some((first, rest)) = cut(arn.as_bytes(), b':') else { return None };
        let Some((partition, rest)) = cut(rest, b':') else { return None };
        let Some((service, rest)) = cut(rest, b':') else { return None };
        let Some((region, rest)) = cut(rest, b':') else { return None };
        let Some((account, resource)) = cut(rest, b':') else { return None };
        if same(first, b"arn") && matches!(partition, [b'a', b'w', b's', ..]) {
            Some(Self { service, region, account, resource })
        } else {
            None
        }
    }

    /// What stands behind the account, if it is of this service. Nothing else is said of it.
    pub(crate) const fn resource_of(self, service: &str) -> Option<&'a [u8]> {
        if same(self.service, service.as_bytes()) { Some(self.resource) } else { None }
    }

    /// What stands behind `kind`, which ends with `/` or `:`, if it is one of this service, in a
    /// Region, of an account.
    pub(crate) const fn named(self, service: &str, kind: &str) -> Option<&'a [u8]> {
        let Some(resource) = self.resource_of(service) else { return None };
        let whole = !self.region.is_empty() && !self.account.is_empty();
        match behind(resource, kind.as_bytes()) {
            Some(name) if whole && !name.is_empty() => Some(name),
            _ => None,
        }
    }
}

/// What stands before the first `end`, and behind it.
pub(crate) const fn cut(text: &[u8], end: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = text;
    let mut length = 0;
    while let Some((byte, tail)) = rest.split_first() {
        if *byte == end {
            let Some((front, _)) = text.split_at_checked(length) else { return None };
            return Some((front, tail));
        }
        length += 1;
        rest = tail;
    }
    None
}

/// Whether both are the same.
pub(crate) const fn same(one: &[u8], other: &[u8]) -> bool {
    match behind(one, other) {
        Some(rest) => rest.is_empty(),
        None => false,
    }
}

/// What stands behind `start`, if the text begins with it.
pub(crate) const fn behind<'a>(text: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    let (mut text, mut start) = (text, start);
    while let Some((wanted, later)) = start.split_first() {
        match text.split_first() {
            Some((byte, tail)) if *byte == *wanted => {
                text = tail;
                start = later;
            }
            _ => return None,
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_fields() {
        let arn = ArnFields::of("arn:aws:lambda:us-east-1:123456789012:function:rotate:7").unwrap();
        assert_eq!(arn.named("lambda", "function:"), Some("rotate:7".as_bytes()));
        assert_eq!(arn.resource_of("lambda"), Some("function:rotate:7".as_bytes()));
        assert_eq!(
            (arn.region, arn.account),
            (b"us-east-1".as_slice(), b"123456789012".as_slice())
        );
        assert_eq!(arn.named("lambda", "layer:"), None);
        assert_eq!(arn.named("kms", "function:"), None);
        for bad in
            ["", "arn", "arn:aws:kms:us-east-1:key/k", "arn:gcp:kms:r:a:key/k", "urn:aws:a:b:c:d"]
        {
            assert!(ArnFields::of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_thing_of_an_account_names_all_of_it() {
        for bad in ["arn:aws:kms::1:key/k", "arn:aws:kms:r::key/k", "arn:aws:kms:r:1:key/"] {
            assert_eq!(ArnFields::of(bad).and_then(|arn| arn.named("kms", "key/")), None, "{bad}");
        }
        let bucket = ArnFields::of("arn:aws:s3:::logs").unwrap();
        assert_eq!(bucket.resource_of("s3"), Some("logs".as_bytes()));
    }
}
