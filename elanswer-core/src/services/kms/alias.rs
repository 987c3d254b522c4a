//! `AWS::KMS::Alias`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::Key;
use crate::{
    reference::{Output, Ref},
    resource::Resource,
    schema::{Kind, Schema},
    text::{is_of, text},
};

/// A name for a key, unique in the account and Region.
///
/// AWS: [`AWS::KMS::Alias`](https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html).
/// Quota: 50 per key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Alias {
    /// `AliasName`. Changing it replaces the alias.
    pub alias_name: AliasName,
    /// `TargetKeyId`: the key, of the same account and Region.
    #[builder(into)]
    #[serde(rename = "TargetKeyId")]
    pub target_key: Ref<Key>,
}

text! {
    /// The name of an alias.
    AliasName: "the name of an alias",
    "`alias/` and 1 to 250 letters, digits and `/_-`, not beginning with `alias/aws/`",
    is_alias_name
}

const fn is_alias_name(text: &str) -> bool {
    is_of(text, 7, 256, "/_-")
        && matches!(text.as_bytes(), [b'a', b'l', b'i', b'a', b's', b'/', ..])
        && !matches!(text.as_bytes(), [_, _, _, _, _, _, b'a', b'w', b's', b'/', ..])
}

/// What AWS decides of an alias: nothing but what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AliasOutputs {
    /// `AliasName`.
    pub alias_name: String,
}

impl Alias {
    /// The name `name` for `key`.
    pub fn new(name: AliasName, key: impl Into<Ref<Key>>) -> Self {
        Self { alias_name: name, target_key: key.into() }
    }
}

impl Ref<Alias> {
    /// `AliasName`.
    #[must_use]
    pub fn alias_name(&self) -> Output<String> {
        self.output("AliasName")
    }
}

impl Resource for Alias {
    type Outputs = AliasOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "AliasName",
        outputs: &["AliasName"],
        replaces: &["AliasName"],
        exclusive: &["AliasName"],
        api: "kms",
        ..Schema::new(Kind::new("AWS::KMS::Alias"))
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_have_a_prefix_and_are_not_those_of_aws() {
        for good in ["alias/a", "alias/shop/orders-1_2", "alias/aws"] {
            assert!(AliasName::new(good).is_ok(), "{good}");
        }
        let long = format!("alias/{}", "x".repeat(251));
        for bad in ["", "orders", "alias/", "alias/aws/rds", "alias/a b", &long] {
            assert!(AliasName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let alias = Alias::new(AliasName::literal("alias/orders"), Ref::existing("k"));
        let tree = json!({ "AliasName": "alias/orders", "TargetKeyId": "k" });
        assert_eq!(serde_json::to_value(&alias).unwrap(), tree);
        assert_eq!(serde_json::from_value::<Alias>(tree).unwrap(), alias);
    }
}
