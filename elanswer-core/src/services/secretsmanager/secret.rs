//! `AWS::SecretsManager::Secret`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{PasswordFault, ReplicaRegion, SecretArn, SecretValue};
use crate::{
    Set,
    bounded::{Bounded, RangeError},
    reference::{Input, Output, Ref},
    region::Region,
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::kms::KeyArn,
    tags::Tags,
    text::{characters, is_of, text},
};

/// A secret that AWS keeps encrypted, and hands out to whoever may read it.
///
/// AWS: [`AWS::SecretsManager::Secret`](https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html).
/// Not modelled: binary values, secrets of partners, staging labels of one's own. Quota: 500,000
/// per account and Region.
///
/// Deleting it only schedules its deletion: until its [`Recovery`] is over, nobody reads it and its
/// name is not free, and it can be restored by hand. A name that elanswer makes up is another one
/// for every new secret, so that nothing is in the way of the next.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::secretsmanager::{GenerateSecretString, Secret},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let secret = Secret::builder().value(GenerateSecretString::default()).build();
/// let secret = arch.resource("session-key", secret);
/// let arn = secret.arn(); // what a container definition or a policy takes
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Secret {
    /// `Name`. Unset: elanswer makes one up. Changing it replaces the secret, whose value is lost
    /// unless the program gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<SecretName>,
    /// `Description`: what it is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub description: SecretDescription,
    /// `KmsKeyId`: what encrypts it, a key of the same Region. AWS's default: the key that it keeps
    /// for Secrets Manager in the account, which other accounts cannot use.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
    /// `SecretString` or `GenerateSecretString`: what is in it. AWS's default: nothing.
    #[builder(into, default)]
    #[serde(flatten)]
    pub value: SecretValue,
    /// `ReplicaRegions`: the other Regions that have copies. AWS's default: none.
    #[builder(with = |regions: impl IntoIterator<Item = ReplicaRegion>| {
        regions.into_iter().collect()
    }, default)]
    #[serde(default, skip_serializing_if = "Set::is_empty")]
    pub replica_regions: Set<ReplicaRegion>,
    /// `RecoveryWindowInDays`: how long it can be restored after its deletion. AWS's default: 30
    /// days.
    #[builder(default)]
    #[serde(default, rename = "RecoveryWindowInDays")]
    pub recovery: Recovery,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

text! {
    /// The name of a secret, unique in the account and Region, also among those that wait for their
    /// deletion.
    SecretName: "the name of a secret",
    "1 to 512 ASCII letters, digits and `/_+=.@-`",
    is_secret_name
}

text! {
    /// What a secret is for.
    SecretDescription: "the description of a secret",
    "at most 2048 characters",
    is_description
}

/// What Secrets Manager allows in names besides letters, digits and `-`.
const ALSO: &str = "/_+=.@";

const fn is_secret_name(text: &str) -> bool {
    is_of(text, 1, 512, "/_+=.@-")
}

const fn is_description(text: &str) -> bool {
    characters(text) <= 2048
}

impl Default for SecretDescription {
    fn default() -> Self {
        Self::literal("")
    }
}

/// How long a deleted secret can be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum Recovery {
    /// Not at all: it is gone as soon as it is deleted, and its name is free some seconds later.
    Never,
    /// For so many days.
    Within(RecoveryWindow),
}

/// The days in which a deleted secret can be restored.
pub type RecoveryWindow = Bounded<7, 30>;

impl Default for Recovery {
    fn default() -> Self {
        Self::Within(RecoveryWindow::of::<30>())
    }
}

impl TryFrom<u32> for Recovery {
    type Error = RangeError;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if days == 0 { Ok(Self::Never) } else { RecoveryWindow::new(days).map(Self::Within) }
    }
}

impl From<Recovery> for u32 {
    fn from(recovery: Recovery) -> Self {
        match recovery {
            Recovery::Never => 0,
            Recovery::Within(days) => days.get(),
        }
    }
}

/// What AWS decides of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SecretOutputs {
    /// `Id`: the ARN, `arn:aws:secretsmanager:us-east-1:123456789012:secret:…-a1B2c3`.
    pub id: String,
}

impl Ref<Secret> {
    /// `Id`: the ARN. A policy and a container definition take it as [`text`](Output::text).
    #[must_use]
    pub fn arn(&self) -> Output<SecretArn> {
        self.output("Id")
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl Resource for Secret {
    type Outputs = SecretOutputs;

    const SCHEMA: &'static Schema = &Schema {
        outputs: &["Id"],
        replaces: &["Name"],
        write_only: &["GenerateSecretString", "RecoveryWindowInDays", "SecretString"],
        computed: &["Name"],
        name: Some(NameRule { also: ALSO, ..NameRule::new("Name", 512) }),
        exclusive: &["Name"],
        holds_data: true,
        resource_type: Some("secretsmanager:secret"),
        named_by_arn: true,
        api: "secretsmanager",
        // Copies in other Regions take some seconds.
        timing: Timing::seconds(5, 5, 0),
        ..Schema::new(Kind::new("AWS::SecretsManager::Secret"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `GetRandomPassword` before a value that is generated; `CreateSecret`; `UpdateSecret` for
    /// description, key and value, and one call to add copies, remove copies, set tags and remove
    /// tags; `RemoveRegionsFromReplication` before `DeleteSecret`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(secret) => 1 + secret.passwords(None),
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(to.updates(from))
                    + to.passwords(Some(from))
                    + u32::from(!from.copies_beyond(to).is_empty())
                    + u32::from(!to.copies_beyond(from).is_empty())
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(secret) => 1 + u32::from(!secret.replica_regions.is_empty()),
        }
    }
}

impl Secret {
    /// Whether `UpdateSecret` has something to do to come here `from`.
    #[must_use]
    pub fn updates(&self, from: &Self) -> bool {
        self.description != from.description
            || self.kms_key_id != from.kms_key_id
            || self.new_value(Some(from)).is_some()
    }

    /// The value that AWS gets to come here `from`, if it gets one.
    #[must_use]
    pub fn new_value(&self, from: Option<&Self>) -> Option<&SecretValue> {
        let new = self.value != SecretValue::Elsewhere
            && from.is_none_or(|from| from.value != self.value);
        new.then_some(&self.value)
    }

    /// How many passwords AWS makes up for that.
    fn passwords(&self, from: Option<&Self>) -> u32 {
        u32::from(matches!(self.new_value(from), Some(SecretValue::Generated(_))))
    }

    /// The copies that `other` does not have just so.
    #[must_use]
    pub fn copies_beyond(&self, other: &Self) -> Set<ReplicaRegion> {
        self.replica_regions.difference(&other.replica_regions).cloned().collect()
    }

    /// What AWS refuses of it in this Region.
    #[must_use]
    pub fn faults(&self, region: Region) -> Vec<SecretFault> {
        let mut faults = Vec::new();
        if let SecretValue::Generated(how) = &self.value {
            faults.extend(how.faults().into_iter().map(SecretFault::Password));
        }
        let mut seen = Set::from([region]);
        for replica in &self.replica_regions {
            if replica.region == region {
                faults.push(SecretFault::CopyAtHome(region));
            } else if !seen.insert(replica.region) {
                faults.push(SecretFault::TwoCopies(replica.region));
            }
        }
        faults
    }
}

/// What AWS refuses of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretFault {
    /// It has a copy in its own Region.
    #[error("it has a copy in its own Region {0}")]
    CopyAtHome(Region),
    /// Its password cannot be made up.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// It has two copies in one Region.
    #[error("it has two copies in {0}")]
    TwoCopies(Region),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        resource::properties_of, secret::SecretRef, services::secretsmanager::GenerateSecretString,
    };

    #[test]
    fn has_the_shape_of_cloudformation() {
        let key = KeyArn::literal("arn:aws:kms:us-east-1:123456789012:key/k");
        let secret = Secret::builder()
            .name(SecretName::literal("shop/session"))
            .kms_key_id(key)
            .value(SecretRef::new("session", 1))
            .replica_regions([ReplicaRegion::in_region(Region::UsWest2)])
            .recovery(Recovery::Never)
            .build();
        let tree = json!({
            "Description": "",
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/k",
            "Name": "shop/session",
            "RecoveryWindowInDays": 0,
            "ReplicaRegions": [{ "Region": "us-west-2" }],
            "SecretString": { "Elanswer::Secret": "session", "Version": 1 },
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&secret)), tree);
        assert_eq!(serde_json::from_value::<Secret>(tree).unwrap(), secret);
    }

    #[test]
    fn recovery_takes_a_week_to_a_month_or_none() {
        assert_eq!(u32::from(Recovery::default()), 30);
        for good in [0, 7, 30] {
            assert_eq!(Recovery::try_from(good).map(u32::from), Ok(good));
        }
        for bad in [1, 6, 31] {
            assert!(Recovery::try_from(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_have_the_form_that_aws_wants() {
        for good in ["a", "shop/orders+x=y.z@w-1_2", &"x".repeat(512)] {
            assert!(SecretName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "ä", "a:b", &"x".repeat(513)] {
            assert!(SecretName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn counts_the_calls_of_what_changes() {
        let given = |version| Secret::builder().value(SecretRef::new("key", version)).build();
        let calls = |from: &Secret, to: &Secret| Secret::calls(&Operation::Update(from, to));
        assert_eq!(Secret::calls(&Operation::Create(&given(1))), 1);
        assert_eq!(calls(&given(1), &given(1)), 0);
        assert_eq!(calls(&given(1), &given(2)), 1);
        let generated = Secret::builder().value(GenerateSecretString::default()).build();
        assert_eq!(Secret::calls(&Operation::Create(&generated)), 2);
        assert_eq!(calls(&given(1), &generated), 2);
        // What was there stays.
        assert_eq!(calls(&generated, &Secret::default()), 0);
        let copied = Secret {
            replica_regions: [ReplicaRegion::in_region(Region::EuWest1)].into(),
            ..generated.clone()
        };
        assert_eq!(calls(&generated, &copied), 1);
        assert_eq!(Secret::calls(&Operation::Delete(&copied)), 2);
    }

    #[test]
    fn copies_are_elsewhere_and_one_in_a_region() {
        let key = KeyArn::literal("arn:aws:kms:eu-west-1:123456789012:key/k");
        let there = ReplicaRegion::in_region(Region::EuWest1);
        let secret =
            Secret::builder().replica_regions([there.clone(), there.encrypted_with(key)]).build();
        assert_eq!(secret.faults(Region::UsEast1), [SecretFault::TwoCopies(Region::EuWest1)]);
        let at_home = SecretFault::CopyAtHome(Region::EuWest1);
        assert_eq!(secret.faults(Region::EuWest1), [at_home, at_home]);
    }
}
