//! The ARNs of web ACLs that distributions take.

use crate::text::text;

text! {
    /// The ARN of a web ACL of AWS WAF for distributions.
    WebAclArn: "the ARN of a web ACL for distributions",
    "`arn:aws:wafv2:us-east-1:`, account, `:global/webacl/`, name, `/`, id",
    is_web_acl_arn
}

/// Six fields joined by colons: `arn`, partition, `wafv2`, `us-east-1`, account, and
/// `global/webacl/` with a name and an id.
const fn is_web_acl_arn(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let mut field = 0_u8;
    let mut slashes = 0_u8;
    let mut expected: &[u8] = b"arn:aws";
    while let Some((byte, tail)) = rest.split_first() {
        match expected.split_first() {
            Some((wanted, others)) if *wanted == *byte => expected = others,
            Some(_) => return false,
            None => {}
        }
        match *byte {
            b':' => {
                field += 1;
                expected = match field {
                    2 => b"wafv2:us-east-1:",
                    5 => b"global/webacl/",
                    6.. => return false,
                    _ => expected,
                };
            }
            b'/' => slashes += 1,
            _ => {}
        }
        rest = tail;
    }
    field == 5 && slashes == 3 && expected.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_acl_is_global() {
        let arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/a1b2c3d4";
        assert_eq!(WebAclArn::new(arn).unwrap().as_str(), arn);
        for bad in [
            "",
            "a1b2c3d4",
            "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/a1b2c3d4",
            "arn:aws:wafv2:eu-west-1:123456789012:global/webacl/shop/a1b2c3d4",
            "arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop",
        ] {
            assert!(WebAclArn::new(bad).is_err(), "{bad}");
        }
    }
}
