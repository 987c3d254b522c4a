//! What only the platform may know: its keys, and the secret that signs sessions.

use super::{Part, Platform};
use crate::{
    architecture::Scope,
    constructs::{
        AppSecret, AppSecretHandle, EncryptionKey, EncryptionKeyHandle, KeyUser, Publisher,
    },
    region::Region,
    services::secretsmanager::RotationDays,
};

impl Platform {
    pub(super) fn key(&self, scope: &mut Scope<'_>) -> EncryptionKeyHandle {
        let mut key = EncryptionKey::new("key").used_by([
            KeyUser::Ecr,
            KeyUser::Logs,
            KeyUser::Rds,
            KeyUser::S3,
            KeyUser::SecretsManager,
        ]);
        if self.has(Part::Cache) {
            key = key.used_by([KeyUser::ElastiCache]);
        }
        if self.has(Part::Alarms) {
            let publishers = self.publishers().iter().copied();
            key = key.used_by(publishers.map(Publisher::key_user));
        }
        if self.site.is_some() {
            key = key.used_by([KeyUser::CloudFront]);
        }
        scope.add(if self.disposable { key.disposable() } else { key })
    }

    /// The key of what stands in `us-east-1` for the sake of CloudFront: the firewall of a
    /// distribution logs there, with a key that is there.
    pub(super) fn edge_key(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
    ) -> EncryptionKeyHandle {
        if self.site.is_none() || scope.place().region == Region::UsEast1 {
            return key.clone();
        }
        let mut there = EncryptionKey::new("site-key").used_by([KeyUser::Logs]);
        if self.has(Part::Alarms) {
            there = there.used_by([KeyUser::Alarms]);
        }
        let there = if self.disposable { there.disposable() } else { there };
        scope.elsewhere(Region::UsEast1).add(there)
    }

    pub(super) fn session_key(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
    ) -> Option<AppSecretHandle> {
        let function = self.rotation.clone()?;
        let secret = AppSecret::generated("session-key").encrypted_with(key);
        let secret = if self.disposable { secret.disposable() } else { secret };
        Some(scope.add(secret.rotated_by(function, RotationDays::of::<30>())))
    }
}
