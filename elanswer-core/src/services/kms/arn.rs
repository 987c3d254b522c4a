//! The ARNs of keys.

use crate::{
    arn::{ArnFields, cut},
    text::text,
};

text! {
    /// The ARN of a KMS key.
    ///
    /// Many services also take key ids and aliases, but report ARNs: a plan could not compare them.
    KeyArn: "the ARN of a KMS key",
    "`arn:aws:kms:`, Region, `:`, account, `:key/`, key id",
    is_key_arn
}

const fn is_key_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    matches!(arn.named("kms", "key/"), Some(id) if cut(id, b':').is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_its_arn() {
        let arn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        assert_eq!(KeyArn::new(arn).unwrap().as_str(), arn);
        assert!(KeyArn::new("arn:aws-cn:kms:cn-north-1:123456789012:key/k").is_ok());
        for bad in [
            "alias/aws/rds",
            "1234abcd",
            "arn:aws:kms:us-east-1:123456789012:alias/a",
            "arn:aws:rds:us-east-1:123456789012:key/k",
            "arn:aws:kms:us-east-1:key/k",
        ] {
            assert!(KeyArn::new(bad).is_err(), "{bad}");
        }
    }
}
