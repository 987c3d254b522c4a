//! Secrets that containers get as variables.

use super::EncryptionKeyHandle;
use crate::reference::Input;

/// A secret in Secrets Manager, and the variables under which a container gets what is in it.
///
/// Only its ARN is known here, never its value: ECS fetches that when a task starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    arn: Input<String>,
    variables: Vec<(String, Option<String>)>,
    key: Option<Input<String>>,
}

impl Secret {
    /// The secret `arn`, whose whole value goes into the variable `variable`.
    #[must_use]
    pub fn new(variable: impl Into<String>, arn: impl Into<Input<String>>) -> Self {
        Self { arn: arn.into(), variables: vec![(variable.into(), None)], key: None }
    }

    /// The secret `arn` of JSON: each of its `keys` goes into a variable of its own, whose name
    /// begins with `prefix`: `ORDERS_PASSWORD` of the prefix `orders` and the key `password`.
    #[must_use]
    pub fn json<K: AsRef<str>>(
        prefix: &str,
        arn: impl Into<Input<String>>,
        keys: impl IntoIterator<Item = K>,
    ) -> Self {
        let variables = keys.into_iter().map(|key| {
            let key = key.as_ref();
            (variable(&format!("{prefix}_{key}")), Some(key.to_owned()))
        });
        Self { arn: arn.into(), variables: variables.collect(), key: None }
    }

    /// The key that it is encrypted with: whoever reads it must be able to decrypt. Default: that
    /// of AWS.
    #[must_use]
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.arn().text().into());
        self
    }

    /// The ARN of the key that it is encrypted with, if it is not that of AWS.
    pub(super) const fn key(&self) -> Option<&Input<String>> {
        self.key.as_ref()
    }

    /// The ARN, as policies take it.
    #[must_use]
    pub const fn arn(&self) -> &Input<String> {
        &self.arn
    }

    /// The variables, each with where ECS finds its value: the ARN, and behind it the key in the
    /// JSON, and the stage and version that are current.
    pub(super) fn values(&self) -> impl Iterator<Item = (String, Input<String>)> {
        self.variables.iter().map(|(variable, key)| {
            let from = match key {
                Some(key) => Input::concat([self.arn.clone(), format!(":{key}::").into()]),
                None => self.arn.clone(),
            };
            (variable.clone(), from)
        })
    }
}

/// The text as the name of a variable.
fn variable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_gets_a_variable() {
        let secret = Secret::json("my-orders", "arn:x", ["username", "password"]);
        let values: Vec<_> = secret.values().collect();
        assert_eq!(
            values,
            [
                ("MY_ORDERS_USERNAME".to_owned(), "arn:x:username::".into()),
                ("MY_ORDERS_PASSWORD".to_owned(), "arn:x:password::".into()),
            ]
        );
    }

    #[test]
    fn a_plain_secret_is_one_variable() {
        let values: Vec<_> = Secret::new("API_KEY", "arn:x").values().collect();
        assert_eq!(values, [("API_KEY".to_owned(), "arn:x".into())]);
    }
}
