//! The ARNs of secrets, and of the functions that rotate them.

use crate::text::text;

text! {
    /// The ARN of a secret.
    ///
    /// AWS puts a hyphen and six random characters behind the name in it, so that the ARN of a
    /// deleted secret is never that of a new one.
    SecretArn: "the ARN of a secret",
    "`arn:aws:secretsmanager:`, Region, `:`, account, `:secret:`, name, `-` and six characters",
    is_secret_arn
}

text! {
    /// The ARN of a Lambda function, without a version or alias or with one.
    FunctionArn: "the ARN of a Lambda function",
    "`arn:aws:lambda:`, Region, `:`, account, `:function:`, name",
    is_function_arn
}

const fn is_secret_arn(text: &str) -> bool {
    is_arn(text, b"secretsmanager:", b"secret:", 6)
}

const fn is_function_arn(text: &str) -> bool {
    // A version or alias is one field more.
    is_arn(text, b"lambda:", b"function:", 6) || is_arn(text, b"lambda:", b"function:", 7)
}

/// `fields` colons: `arn`, partition, `service`, Region, account, `kind`, and a name that is not
/// empty.
const fn is_arn(text: &str, service: &[u8], kind: &[u8], fields: u8) -> bool {
    let mut rest = text.as_bytes();
    let mut field = 0_u8;
    let mut length = 0_usize;
    let mut expected: &[u8] = b"arn:aws";
    while let Some((byte, tail)) = rest.split_first() {
        match expected.split_first() {
            Some((wanted, others)) if *wanted == *byte => expected = others,
            Some(_) => return false,
            None => {}
        }
        length += 1;
        if *byte == b':' {
            // No field is empty.
            if length == 1 {
                return false;
            }
            (field, length) = (field + 1, 0);
            expected = match field {
                2 => service,
                5 => kind,
                _ => expected,
            };
        }
        rest = tail;
    }
    field == fields && expected.is_empty() && length > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_by_its_arn() {
        let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/session-a1B2c3";
        assert_eq!(SecretArn::new(arn).unwrap().as_str(), arn);
        for bad in [
            "shop/session",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:a:b",
            "arn:aws:secretsmanager:us-east-1::secret:a-a1B2c3",
            "arn:aws:ssm:us-east-1:123456789012:parameter/a",
        ] {
            assert!(SecretArn::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_function_may_have_a_version() {
        let arn = "arn:aws:lambda:us-east-1:123456789012:function:rotate";
        for good in [arn, &format!("{arn}:7")] {
            assert!(FunctionArn::new(good).is_ok(), "{good}");
        }
        let layer = "arn:aws:lambda:us-east-1:123456789012:layer:l";
        for bad in ["rotate", layer, &format!("{arn}:7:8"), &format!("{arn}:")] {
            assert!(FunctionArn::new(bad).is_err(), "{bad}");
        }
    }
}
