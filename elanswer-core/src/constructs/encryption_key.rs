//! A key that rotates, with a policy made of who uses it.

use super::{caller, name_tag};
use crate::{
    Set,
    architecture::{Construct, Scope},
    reference::{Input, Output, Ref},
    region::Region,
    services::{
        iam::{Operator, PolicyDocument, Principal, Service, Statement},
        kms::{Alias, AliasName, Key, KeyArn, PendingWindow},
        sts::CallerIdentity,
    },
};

/// A KMS key that rotates every year, with an alias, and a policy under which the account
/// administers it and nobody uses it but the services that were named, on behalf of the account.
///
/// ```
/// use elanswer_core::{Architecture, Region, constructs::{EncryptionKey, KeyUser}};
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let key = arch.add(EncryptionKey::new("data").used_by([KeyUser::Logs, KeyUser::Rds]));
/// let arn = key.arn(); // what a database or a log group takes
/// ```
#[derive(Debug, Clone)]
#[must_use = "a key does nothing until it is added to an architecture"]
pub struct EncryptionKey {
    name: String,
    users: Set<KeyUser>,
    window: PendingWindow,
}

/// A service of AWS that encrypts with a key what it stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyUser {
    /// CloudWatch: the alarms of the account, which publish to encrypted topics.
    Alarms,
    /// AWS Budgets: the budgets of the account, which publish to encrypted topics.
    Budgets,
    /// CloudFront: the distributions of the account, which read encrypted buckets.
    CloudFront,
    /// Cost Anomaly Detection of the account, which publishes to encrypted topics.
    CostAnomalies,
    /// EventBridge: the rules that publish to encrypted topics of the account in the Region.
    Events,
    /// ElastiCache: the disks and snapshots of caches.
    ElastiCache,
    /// Amazon ECR: the images of the repositories of the account in the Region.
    Ecr,
    /// CloudWatch Logs: the log groups of the account in the Region.
    Logs,
    /// Amazon RDS: the storage, snapshots and insights of databases.
    Rds,
    /// Amazon RDS: the copies of backups of databases of other Regions.
    RdsCopies,
    /// Amazon S3: the objects of the buckets of the account in the Region.
    S3,
    /// Amazon S3: copies that it puts into those buckets of objects of other Regions.
    S3Copies,
    /// Secrets Manager: the secrets of the account in the Region.
    SecretsManager,
}

impl EncryptionKey {
    /// A key that no service uses yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), users: Set::new(), window: PendingWindow::of::<30>() }
    }

    /// Lets these services use it.
    pub fn used_by(mut self, users: impl IntoIterator<Item = KeyUser>) -> Self {
        self.users.extend(users);
        self
    }

    /// Once deleted it is lost after a week, not after 30 days: for tests and trials.
    pub const fn disposable(mut self) -> Self {
        self.window = PendingWindow::of::<7>();
        self
    }
}

impl Construct for EncryptionKey {
    type Handle = EncryptionKeyHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> EncryptionKeyHandle {
        let region = scope.place().region;
        let caller = caller(scope);
        let mut policy = PolicyDocument::new([administers(&caller)]);
        for user in &self.users {
            if let Some((name, service, actions)) = user.through() {
                policy = policy.with(through(&caller, region, name, service, actions));
            }
        }
        if self.users.contains(&KeyUser::Logs) {
            policy = policy.with(logs(&caller, region));
        }
        for user in [KeyUser::Alarms, KeyUser::Budgets, KeyUser::CostAnomalies, KeyUser::Events] {
            if let Some(publisher) = user.publisher().filter(|_| self.users.contains(&user)) {
                policy = policy.with(publishes(&caller, region, user, publisher));
            }
        }
        if self.users.contains(&KeyUser::CloudFront) {
            policy = policy.with(distributions(&caller));
        }
        let key = Key::builder()
            .enable_key_rotation(true)
            .key_policy(policy)
            .pending_window_in_days(self.window)
            .tags(name_tag(scope, "key"))
            .build();
        let key = scope.resource("key", key);
        match AliasName::new(format!("alias/{}", scope.label())) {
            Ok(name) => _ = scope.resource("alias", Alias::new(name, &key)),
            Err(error) => scope.problem(error.to_string(), "choose another name for the key"),
        }
        EncryptionKeyHandle { key }
    }
}

impl KeyUser {
    /// The statement of a service that uses keys for whoever calls it: its name, the service, and
    /// what it does with the key.
    const fn through(self) -> Option<(&'static str, &'static str, &'static [&'static str])> {
        Some(match self {
            Self::Alarms
            | Self::Budgets
            | Self::CloudFront
            | Self::CostAnomalies
            | Self::Events
            | Self::Logs => return None,
            // It grants itself the use of the key for what caches write.
            // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html
            Self::ElastiCache => (
                "UseThroughElastiCache",
                "elasticache",
                &["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"],
            ),
            // It grants itself the use of the key for the images of a repository.
            // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
            Self::Ecr => ("UseThroughEcr", "ecr", &["kms:CreateGrant", "kms:RetireGrant"]),
            // It grants itself the use of the key for the storage, and encrypts insights with it.
            // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
            Self::Rds => {
                ("UseThroughRds", "rds", &["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"])
            }
            // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
            Self::RdsCopies => ("CopyThroughRds", "rds", &["kms:CreateGrant"]),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
            Self::S3 => ("UseThroughS3", "s3", &["kms:Decrypt", "kms:GenerateDataKey"]),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
            Self::S3Copies => ("CopyThroughS3", "s3", &["kms:Encrypt"]),
            // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
            Self::SecretsManager => (
                "UseThroughSecretsManager",
                "secretsmanager",
                &["kms:Decrypt", "kms:GenerateDataKey"],
            ),
        })
    }
}

impl KeyUser {
    /// What publishes to encrypted topics: its name in the policy, and the service.
    fn publisher(self) -> Option<(&'static str, Service)> {
        let other = |name: &str| Service::from(format!("{name}.amazonaws.com"));
        Some(match self {
            Self::Alarms => ("Alarms", other("cloudwatch")),
            Self::Budgets => ("Budgets", other("budgets")),
            Self::CostAnomalies => ("CostAnomalies", other("costalerts")),
            Self::Events => ("Events", Service::Events),
            _ => return None,
        })
    }
}

/// A service publishes to topics that are encrypted with the key, for the account only.
///
/// Sources: <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>,
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html>,
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/ad-SNS.html>. EventBridge does not
/// say for whom it publishes, and no statement with `aws:SourceAccount` lets it: there the topic must
/// be one of the account.
fn publishes(
    caller: &Ref<CallerIdentity>,
    region: Region,
    user: KeyUser,
    (name, service): (&'static str, Service),
) -> Statement {
    let publish = Statement::allow(["kms:Decrypt", "kms:GenerateDataKey"])
        .named(name)
        .to([service])
        .on(["*"]);
    if user == KeyUser::Events {
        let account = Input::from(caller.account());
        let topics = [format!("arn:aws:sns:{region}:").into(), account, ":*".into()];
        let key = "kms:EncryptionContext:aws:sns:topicArn";
        return publish.when(Operator::ARN_LIKE, key, [Input::concat(topics)]);
    }
    publish.when(Operator::STRING_EQUALS, "aws:SourceAccount", [caller.account()])
}

/// The account administers the key, and cannot encrypt or decrypt with it.
fn administers(caller: &Ref<CallerIdentity>) -> Statement {
    Statement::allow([
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:RevokeGrant",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
    ])
    .named("Administer")
    .to([Principal::aws(caller.root())])
    .on(["*"])
}

/// The account does this with the key through one service only.
fn through(
    caller: &Ref<CallerIdentity>,
    region: Region,
    name: &str,
    service: &str,
    actions: &[&str],
) -> Statement {
    Statement::allow(actions.iter().copied())
        .named(name)
        .to([Principal::aws(caller.root())])
        .on(["*"])
        .when(
            Operator::STRING_EQUALS,
            "kms:ViaService",
            [format!("{service}.{region}.amazonaws.com")],
        )
}

/// The distributions of the account decrypt what they read. Not one of them by its ARN: it would be
/// known only after its bucket, and that only after its key.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>.
fn distributions(caller: &Ref<CallerIdentity>) -> Statement {
    let account = Input::from(caller.account());
    let own = ["arn:aws:cloudfront::".into(), account, ":distribution/*".into()];
    Statement::allow(["kms:Decrypt"])
        .named("Distributions")
        .to([Service::CloudFront])
        .on(["*"])
        .when(Operator::ARN_LIKE, "aws:SourceArn", [Input::concat(own)])
}

/// CloudWatch Logs uses the key for the log groups of the account.
fn logs(caller: &Ref<CallerIdentity>, region: Region) -> Statement {
    let groups = Input::concat([
        format!("arn:aws:logs:{region}:").into(),
        caller.account().into(),
        ":log-group:*".into(),
    ]);
    Statement::allow([
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ])
    .named("Logs")
    .to([Service::logs_in(region)])
    .on(["*"])
    .when(Operator::ARN_LIKE, "kms:EncryptionContext:aws:logs:arn", [groups])
}

/// A key that was added.
#[derive(Debug, Clone)]
pub struct EncryptionKeyHandle {
    key: Ref<Key>,
}

impl EncryptionKeyHandle {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &Ref<Key> {
        &self.key
    }

    /// The ARN of the key.
    #[must_use]
    pub fn arn(&self) -> Output<KeyArn> {
        self.key.arn()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constructs::testing::{described, inventory, messages};

    #[test]
    fn builds_a_key_that_its_users_may_use() {
        let (arch, _) = described(|arch| {
            arch.add(EncryptionKey::new("data").used_by([KeyUser::Logs, KeyUser::Rds]))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "data/"), @"
        data/alias Alias <- data/key.KeyId
        data/key Key <- caller.Root, caller.Account, caller.Root
        ");
        let (_, key) = arch.all::<Key>().next().unwrap();
        let names: Vec<_> = key.key_policy.iter().flat_map(|policy| &policy.statements).collect();
        let names: Vec<_> = names.iter().filter_map(|it| it.sid.as_deref()).collect();
        assert_eq!(names, ["Administer", "Logs", "UseThroughRds"]);
    }

    #[test]
    fn nobody_uses_a_key_without_users() {
        let (arch, _) = described(|arch| arch.add(EncryptionKey::new("data")));
        let (_, key) = arch.all::<Key>().next().unwrap();
        assert_eq!(key.key_policy.as_ref().unwrap().statements.len(), 1);
    }
}
