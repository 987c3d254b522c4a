//! `AWS::WAFv2::IPSet`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{Addresses, EntityDescription, EntityName, IpSetArn, WafScope};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    tags::Tags,
};

/// Addresses that rules of web ACLs look for.
///
/// AWS: [`AWS::WAFv2::IPSet`](https://docs.aws.amazon.com/waf/latest/developerguide/waf-ip-set-managing.html).
/// Quota: 100 per Region and scope.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::wafv2::{IpSet, Statement, WafScope},
/// };
///
/// let mut arch = Architecture::new("shop", Region::EuWest1);
/// let office = IpSet::builder()
///     .scope(WafScope::Regional)
///     .addresses("192.0.2.0/24".parse()?)
///     .build();
/// let office = arch.resource("office", office);
/// let from_elsewhere = Statement::from_addresses(&office).negated();
/// # Ok::<(), elanswer_core::services::wafv2::AddressesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct IpSet {
    /// `Name`: unique in the account, Region and scope. Unset: elanswer makes up a name. Changing
    /// it replaces the IP set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<EntityName>,
    /// `Scope`: that of the web ACLs that look for it. Changing it replaces the IP set.
    pub scope: WafScope,
    /// `Description`. AWS's default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<EntityDescription>,
    /// `Addresses` and `IPAddressVersion`. Another version replaces the IP set.
    #[serde(flatten)]
    pub addresses: Addresses,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of an IP set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IpSetOutputs {
    /// `Arn`: `arn:aws:wafv2:us-east-1:123456789012:regional/ipset/NAME/ID`.
    pub arn: IpSetArn,
    /// `Id`: a UUID.
    pub id: String,
}

impl Ref<IpSet> {
    /// `Arn`.
    #[must_use]
    pub fn arn(&self) -> Output<IpSetArn> {
        self.output("Arn")
    }
}

impl Resource for IpSet {
    type Outputs = IpSetOutputs;

    const SCHEMA: &'static Schema = &Schema {
        // Name, id and scope name it, and its ARN has all three.
        identifier: "Arn",
        outputs: &["Arn", "Id"],
        replaces: &["IPAddressVersion", "Name", "Scope"],
        computed: &["Name"],
        name: Some(NameRule { also: "_", ..NameRule::new("Name", 128) }),
        exclusive: &["Name", "Scope"],
        named_by_arn: true,
        api: "wafv2",
        timing: Timing::seconds(2, 2, 2),
        ..Schema::new(Kind::new("AWS::WAFv2::IPSet"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateIPSet`; `GetIPSet` for the lock and `UpdateIPSet`, and a call for tags; `GetIPSet`
    /// and `DeleteIPSet`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(_) => 1,
            Operation::Update(from, to) => {
                let changes =
                    (&from.addresses, &from.description) != (&to.addresses, &to.description);
                2 * u32::from(changes) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let set = IpSet::builder()
            .name(EntityName::literal("office"))
            .scope(WafScope::Regional)
            .addresses(Addresses::v6(["2001:db8::/32"]).unwrap())
            .build();
        let tree = json!({
            "Name": "office",
            "Scope": "REGIONAL",
            "IPAddressVersion": "IPV6",
            "Addresses": ["2001:db8::/32"],
            "Tags": [],
        });
        assert_eq!(Value::Object(properties_of(&set)), tree);
        assert_eq!(serde_json::from_value::<IpSet>(tree).unwrap(), set);
    }
}
