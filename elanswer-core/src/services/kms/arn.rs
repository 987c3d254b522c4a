//! The ARNs of keys.

use crate::text::text;

text! {
    /// The ARN of a KMS key.
    ///
    /// Many services also take key ids and aliases, but report ARNs: a plan could not compare them.
    KeyArn: "the ARN of a KMS key",
    "`arn:aws:kms:`, Region, `:`, account, `:key/`, key id",
    is_key_arn
}

/// Six fields joined by colons: `arn`, partition, `kms`, Region, account, `key/` and id.
const fn is_key_arn(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut field = 0_u8;
    let mut expected: &[u8] = b"arn:aws";
    while let Some((byte, tail)) = rest.split_first() {
        match expected.split_first() {
            Some((wanted, others)) if *wanted == *byte => expected = others,
            Some(_) => return false,
            None => {}
        }
        if *byte == b':' {
            field += 1;
            expected = match field {
                2 => b"kms:",
                5 => b"key/",
                6.. => return false,
                _ => expected,
            };
        }
        rest = tail;
    }
    field == 5 && expected.is_empty()
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
