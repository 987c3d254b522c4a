//! The ARNs of secrets, and of the functions that rotate them.

use crate::{
    arn::{ArnFields, cut},
    text::text,
};

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
    let Some(arn) = ArnFields::of(text) else { return false };
    matches!(arn.named("secretsmanager", "secret:"), Some(name) if cut(name, b':').is_none())
}

const fn is_function_arn(text: &str) -> bool {
    let Some(arn) = ArnFields::of(text) else { return false };
    let Some(name) = arn.named("lambda", "function:") else { return false };
    match cut(name, b':') {
        Some((name, version)) => {
            !name.is_empty() && !version.is_empty() && cut(version, b':').is_none()
        }
        None => true,
    }
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
