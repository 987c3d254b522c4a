//! `AWS::KMS::Key`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::KeyArn;
use crate::{
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, Schema},
    services::iam::{Action, Effect, PolicyDocument, PolicyUse, Principal, Service, Statement},
    tags::Tags,
    text::{characters, text},
};

/// A symmetric key that never leaves AWS, and encrypts what other services store.
///
/// AWS: [`AWS::KMS::Key`](https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html).
/// Not modelled: asymmetric and HMAC keys, multi-Region keys, imported key material, custom key
/// stores. Quota: 100,000 per account and Region.
///
/// Deleting it only schedules its deletion: until [`PendingWindow`] days are over, it encrypts and
/// decrypts nothing, and can be rescued by hand. After that, what it encrypted is lost.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     services::{iam::{PolicyDocument, Principal, Statement}, kms::Key, sts::CallerIdentity},
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let caller = arch.resource("caller", CallerIdentity::new());
/// let policy = PolicyDocument::new([
///     Statement::allow(["kms:*"]).to([Principal::aws(caller.root())]).on(["*"]),
/// ]);
/// let key = Key::builder().enable_key_rotation(true).key_policy(policy).build();
/// let key = arch.resource("key", key);
/// let arn = key.arn(); // what a database or a log group takes
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct Key {
    /// `Description`: what the key is for. AWS's default: nothing.
    #[builder(default)]
    #[serde(default)]
    pub description: KeyDescription,
    /// `Enabled`: whether the key encrypts and decrypts. AWS's default: yes.
    #[builder(default = true)]
    pub enabled: bool,
    /// `EnableKeyRotation`: whether AWS makes new key material every
    /// [`rotation_period_in_days`](Self::rotation_period_in_days); what is encrypted stays
    /// readable. AWS's default: no.
    #[builder(default)]
    #[serde(default)]
    pub enable_key_rotation: bool,
    /// `RotationPeriodInDays`: the days between two rotations, 90 to 2560. AWS's default: 365.
    #[builder(default = RotationPeriod::of::<365>())]
    pub rotation_period_in_days: RotationPeriod,
    /// `KeyPolicy`: who may do what with the key, of at most 32 KiB; its `Resource` is `*`, which
    /// means the key. Unset: AWS lets the account's own policies decide.
    ///
    /// AWS refuses one under which whoever applies it could not change it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_policy: Option<PolicyDocument>,
    /// `PendingWindowInDays`: the days from the delete until the key is lost, 7 to 30. AWS's
    /// default: 30.
    #[builder(default = PendingWindow::of::<30>())]
    pub pending_window_in_days: PendingWindow,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// The days between two rotations of a key.
pub type RotationPeriod = Bounded<90, 2560>;

/// The days from the delete of a key until it is lost.
pub type PendingWindow = Bounded<7, 30>;

text! {
    /// What a key is for.
    KeyDescription: "the description of a key",
    "at most 8192 characters",
    is_description
}

const fn is_description(text: &str) -> bool {
    characters(text) <= 8192
}

impl Default for KeyDescription {
    fn default() -> Self {
        Self::literal("")
    }
}

/// What AWS decides of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyOutputs {
    /// `KeyId`: a UUID.
    pub key_id: String,
    /// `Arn`: `arn:aws:kms:us-east-1:123456789012:key/…`.
    pub arn: String,
}

impl Key {
    /// What AWS sets when a key has no policy: the policies of the account, of which this is the
    /// root, decide.
    #[must_use]
    pub fn default_policy(account: &str) -> PolicyDocument {
        let root = Statement::allow(["kms:*"]).to([Principal::account(account)]).on(["*"]);
        PolicyDocument::new([root.named("Enable IAM User Permissions")])
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl Ref<Key> {
    /// `Arn`. A policy takes it as [`text`](Output::text).
    #[must_use]
    pub fn arn(&self) -> Output<KeyArn> {
        self.output("Arn")
    }

    /// `KeyId`.
    #[must_use]
    pub fn key_id(&self) -> Output<String> {
        self.output("KeyId")
    }
}

impl Resource for Key {
    type Outputs = KeyOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "KeyId",
        outputs: &["Arn", "KeyId"],
        write_only: &["PendingWindowInDays"],
        computed: &["KeyPolicy"],
        holds_data: true,
        resource_type: Some("kms:key"),
        api: "kms",
        ..Schema::new(Kind::new("AWS::KMS::Key"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    fn policies(&self) -> Vec<(PolicyUse, &PolicyDocument)> {
        self.key_policy.iter().map(|policy| (PolicyUse::Resource, policy)).collect()
    }

    /// `CreateKey`, `EnableKeyRotation` and `DisableKey`; one call for each part that changes;
    /// `ScheduleKeyDeletion`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Create(key) => {
                1 + u32::from(key.enable_key_rotation) + u32::from(!key.enabled)
            }
            Operation::Update(from, to) => {
                let (set, remove) = from.tags.changes_to(&to.tags);
                u32::from(from.description != to.description)
                    + u32::from(from.enabled != to.enabled)
                    + u32::from(from.rotates() != to.rotates())
                    + u32::from(to.key_policy.is_some() && from.key_policy != to.key_policy)
                    + u32::from(!set.is_empty())
                    + u32::from(!remove.is_empty())
            }
            Operation::Delete(_) => 1,
        }
    }
}

impl Key {
    /// Whether its policy lets a service of AWS do this with it, under some condition or none.
    #[must_use]
    pub fn lets(&self, service: &Service, action: &str) -> bool {
        let (action, service) = (Action::new(action), Principal::Service(service.clone()));
        let statements = self.key_policy.iter().flat_map(|policy| &policy.statements);
        let mut allowed = statements.filter(|statement| statement.effect == Effect::Allow);
        allowed.any(|statement| {
            let mut principals = statement.principals.named();
            principals.any(|it| *it == service || *it == Principal::Any)
                && statement.actions.named().any(|it| it.covers(&action))
        })
    }

    /// Whether its policy lets anybody of an account do this with it by way of a service: of
    /// `secretsmanager.us-east-1.amazonaws.com`, say. Conditions on anything else are taken to hold.
    #[must_use]
    pub fn lets_through(&self, service: &str, action: &str) -> bool {
        let Some(policy) = &self.key_policy else { return true };
        let (action, through) = (Action::new(action), Input::from(service));
        policy.statements.iter().filter(|it| it.effect == Effect::Allow).any(|statement| {
            let people = |it: &Principal| matches!(it, Principal::Any | Principal::Aws(_));
            let mut conditions = statement.conditions.values();
            statement.principals.named().any(people)
                && statement.actions.named().any(|it| it.covers(&action))
                && conditions.all(|keys| {
                    let services = keys.get("kms:ViaService");
                    services.is_none_or(|services| services.contains(&through))
                })
        })
    }

    /// How often it rotates, if it does.
    #[must_use]
    pub fn rotates(&self) -> Option<RotationPeriod> {
        self.enable_key_rotation.then_some(self.rotation_period_in_days)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::resource::properties_of;

    #[test]
    fn has_the_shape_of_cloudformation() {
        let key = Key::builder()
            .description(KeyDescription::literal("orders"))
            .enable_key_rotation(true)
            .rotation_period_in_days(RotationPeriod::of::<90>())
            .build();
        let tree = json!({
            "Description": "orders",
            "Enabled": true,
            "EnableKeyRotation": true,
            "RotationPeriodInDays": 90,
            "PendingWindowInDays": 30,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&key)), tree);
        assert_eq!(serde_json::from_value::<Key>(tree).unwrap(), key);
    }

    #[test]
    fn a_period_counts_only_while_it_rotates() {
        let quarter = RotationPeriod::of::<90>();
        let still = Key::builder().rotation_period_in_days(quarter).build();
        assert_eq!(still.rotates(), None);
        assert_eq!(Key { enable_key_rotation: true, ..still }.rotates(), Some(quarter));
    }
}
