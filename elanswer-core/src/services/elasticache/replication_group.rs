//! `AWS::ElastiCache::ReplicationGroup`.

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{
    CacheNodeType, Engine, EngineVersion, MaintenanceWindow, ParameterGroup, ReplicationGroupId,
    SnapshotWindow, SubnetGroup, UserGroup,
};
use crate::{
    Set,
    bounded::Bounded,
    reference::{Input, Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema, Timing},
    services::{ec2::SecurityGroup, kms::KeyArn},
    tags::Tags,
};

/// How many nodes a cache has: the primary and its replicas.
pub type NumCacheClusters = Bounded<1, 6>;

/// For how many days snapshots are kept; 0 makes none.
pub type SnapshotRetentionLimit = Bounded<0, 35>;

/// The port that a cache listens on.
pub type Port = Bounded<1, 65_535>;

/// A cache of Valkey or Redis OSS: a primary node, and replicas that can take its place.
///
/// AWS: [`AWS::ElastiCache::ReplicationGroup`](https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html).
/// It takes about ten minutes. Cluster mode is off: one shard, with all keys on every node. Quota:
/// 300 nodes per Region.
///
/// Changes are applied at once, never left for the maintenance window (`ApplyImmediately`). Deleting
/// it deletes its snapshots too, and makes no last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct ReplicationGroup {
    /// `ReplicationGroupId`: its name. Unset: elanswer makes one up. Changing it replaces the cache.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication_group_id: Option<ReplicationGroupId>,
    /// `ReplicationGroupDescription`: for people.
    #[builder(into)]
    pub replication_group_description: String,
    /// `Engine`. Redis becomes Valkey in place, not the other way round.
    pub engine: Engine,
    /// `EngineVersion`. It is raised in place, not lowered.
    ///
    /// Compared with what was last written, not with what runs: AWS upgrades minor versions by itself
    /// ([`auto_minor_version_upgrade`](Self::auto_minor_version_upgrade)). Another major version needs
    /// a parameter group of its family in the same change.
    pub engine_version: EngineVersion,
    /// `CacheNodeType`: the processors and memory of each node. Changed in place.
    pub cache_node_type: CacheNodeType,
    /// `NumCacheClusters`: the primary and its replicas, 1 to 6 nodes. AWS's default: 1.
    #[builder(default = NumCacheClusters::of::<1>())]
    pub num_cache_clusters: NumCacheClusters,
    /// `AutomaticFailoverEnabled`: whether a replica becomes the primary when that one fails. It
    /// takes two nodes. AWS's default: no.
    #[builder(default)]
    pub automatic_failover_enabled: bool,
    /// `MultiAZEnabled`: whether the nodes are in several zones. It takes automatic failover. AWS's
    /// default: no.
    #[builder(default)]
    #[serde(rename = "MultiAZEnabled")]
    pub multi_az_enabled: bool,
    /// `TransitEncryptionEnabled`: whether clients speak TLS. Default: yes; AWS's own default is no.
    ///
    /// A cache without users takes TLS later on too: with `preferred` at first, and once it is so with
    /// `required`; the way back is the same.
    #[builder(default = true)]
    pub transit_encryption_enabled: bool,
    /// `TransitEncryptionMode`: whether clients may do without TLS for a while. Unset: they may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_encryption_mode: Option<TransitEncryptionMode>,
    /// `AtRestEncryptionEnabled`. Default: yes. Changing it replaces the cache.
    #[builder(default = true)]
    pub at_rest_encryption_enabled: bool,
    /// `KmsKeyId`: the key that encrypts at rest. Unset: a key of AWS's own that nobody sees. Changing
    /// it replaces the cache.
    #[builder(into)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<Input<KeyArn>>,
    /// `UserGroupIds`: the users that may log in: one group, or none. It takes TLS. AWS's default:
    /// none, and whoever reaches the cache may do everything.
    #[builder(default, with = |groups: impl IntoIterator<Item = impl Into<Ref<UserGroup>>>| {
        groups.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "UserGroupIds", default)]
    pub user_groups: Set<Ref<UserGroup>>,
    /// `CacheSubnetGroupName`: where its nodes stand. Changing it replaces the cache.
    #[builder(into)]
    #[serde(rename = "CacheSubnetGroupName")]
    pub cache_subnet_group: Ref<SubnetGroup>,
    /// `SecurityGroupIds`: who may reach it; of the VPC of its subnets. None: the default group of
    /// that VPC.
    #[builder(with = |groups: impl IntoIterator<Item = impl Into<Ref<SecurityGroup>>>| {
        groups.into_iter().map(Into::into).collect()
    })]
    #[serde(rename = "SecurityGroupIds", default)]
    pub security_groups: Set<Ref<SecurityGroup>>,
    /// `CacheParameterGroupName`: the settings of the engine. Unset: AWS's defaults.
    #[builder(into)]
    #[serde(rename = "CacheParameterGroupName", default, skip_serializing_if = "Option::is_none")]
    pub cache_parameter_group: Option<Ref<ParameterGroup>>,
    /// `SnapshotRetentionLimit` in days, 0 to 35; 0 makes no snapshots. AWS's default: 0.
    #[builder(default = SnapshotRetentionLimit::of::<0>())]
    pub snapshot_retention_limit: SnapshotRetentionLimit,
    /// `SnapshotWindow`: when snapshots are made. Unset: AWS chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_window: Option<SnapshotWindow>,
    /// `PreferredMaintenanceWindow`: must not overlap the snapshot window. Unset: AWS chooses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferred_maintenance_window: Option<MaintenanceWindow>,
    /// `AutoMinorVersionUpgrade`: whether AWS upgrades minor versions in the maintenance window. From
    /// Redis OSS 6 on. AWS's default: yes.
    #[builder(default = true)]
    pub auto_minor_version_upgrade: bool,
    /// `Port`. AWS's default: 6379. Changing it replaces the cache.
    #[builder(default = Port::of::<6_379>())]
    pub port: Port,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// Whether clients may do without TLS: `TransitEncryptionMode`.
///
/// Source: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TransitEncryptionMode {
    /// Both ways are open: for the time in which clients are changed.
    Preferred,
    /// TLS only.
    Required,
}

/// What AWS decides of a replication group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplicationGroupOutputs {
    /// `ReplicationGroupId`: what names the cache to AWS.
    #[serde(rename = "ReplicationGroupId")]
    pub replication_group_id: String,
    /// `Arn`; CloudFormation does not give it out, but tags are set by it and IAM policies name it.
    #[serde(rename = "Arn")]
    pub arn: String,
    /// `PrimaryEndPoint.Address`: the host name of the primary, once it runs.
    #[serde(rename = "PrimaryEndPoint.Address", default, skip_serializing_if = "Option::is_none")]
    pub primary_address: Option<String>,
    /// `PrimaryEndPoint.Port`, once it runs.
    #[serde(rename = "PrimaryEndPoint.Port", default, skip_serializing_if = "Option::is_none")]
    pub primary_port: Option<String>,
    /// `ReaderEndPoint.Address`: a host name for all replicas, once they run.
    #[serde(rename = "ReaderEndPoint.Address", default, skip_serializing_if = "Option::is_none")]
    pub reader_address: Option<String>,
}

impl Ref<ReplicationGroup> {
    /// The ARN of the cache.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("Arn")
    }

    /// The host name of the primary, for reads and writes. It stays when another node takes over.
    #[must_use]
    pub fn primary_address(&self) -> Output<String> {
        self.output("PrimaryEndPoint.Address")
    }

    /// The port of every node, as text.
    #[must_use]
    pub fn primary_port(&self) -> Output<String> {
        self.output("PrimaryEndPoint.Port")
    }

    /// A host name for the replicas, for reads.
    #[must_use]
    pub fn reader_address(&self) -> Output<String> {
        self.output("ReaderEndPoint.Address")
    }
}

impl ReplicationGroup {
    /// `to`, with what it leaves to AWS as it is in `self`.
    #[must_use]
    pub fn completing(&self, to: &Self) -> Self {
        fn or<T: Clone>(to: &Option<T>, from: &Option<T>) -> Option<T> {
            to.clone().or_else(|| from.clone())
        }
        let mode = or(&to.transit_encryption_mode, &self.transit_encryption_mode);
        Self {
            replication_group_id: or(&to.replication_group_id, &self.replication_group_id),
            transit_encryption_mode: mode.filter(|_| to.transit_encryption_enabled),
            kms_key_id: or(&to.kms_key_id, &self.kms_key_id),
            cache_parameter_group: or(&to.cache_parameter_group, &self.cache_parameter_group),
            snapshot_window: or(&to.snapshot_window, &self.snapshot_window),
            preferred_maintenance_window: or(
                &to.preferred_maintenance_window,
                &self.preferred_maintenance_window,
            ),
            ..to.clone()
        }
    }

    /// Whether the number of nodes is another, which has calls of its own.
    #[must_use]
    pub fn is_resized_by(&self, to: &Self) -> bool {
        self.num_cache_clusters != to.num_cache_clusters
    }

    /// Whether automatic failover or Multi-AZ must be turned off before there is one node less.
    #[must_use]
    pub const fn is_calmed_by(&self, to: &Self) -> bool {
        self.automatic_failover_enabled && !to.automatic_failover_enabled
            || self.multi_az_enabled && !to.multi_az_enabled
    }

    /// `self` with automatic failover and Multi-AZ off where `to` has them off.
    #[must_use]
    pub fn calmed(&self, to: &Self) -> Self {
        Self {
            automatic_failover_enabled: self.automatic_failover_enabled
                && to.automatic_failover_enabled,
            multi_az_enabled: self.multi_az_enabled && to.multi_az_enabled,
            ..self.clone()
        }
    }

    /// Whether `ModifyReplicationGroup` must be called to come from `self` to `to`.
    #[must_use]
    pub fn is_modified_by(&self, to: &Self) -> bool {
        let changed = Self {
            tags: self.tags.clone(),
            num_cache_clusters: self.num_cache_clusters,
            ..self.completing(to)
        };
        changed != *self
    }
}

impl Resource for ReplicationGroup {
    type Outputs = ReplicationGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "ReplicationGroupId",
        outputs: &[
            "ReplicationGroupId",
            "Arn",
            "PrimaryEndPoint.Address",
            "PrimaryEndPoint.Port",
            "ReaderEndPoint.Address",
        ],
        replaces: &[
            "AtRestEncryptionEnabled",
            "CacheSubnetGroupName",
            "KmsKeyId",
            "Port",
            "ReplicationGroupId",
        ],
        // `DescribeReplicationGroups` has none of them.
        write_only: &[
            "CacheParameterGroupName",
            "CacheSubnetGroupName",
            "EngineVersion",
            "PreferredMaintenanceWindow",
            "SecurityGroupIds",
        ],
        computed: &[
            "CacheParameterGroupName",
            "KmsKeyId",
            "PreferredMaintenanceWindow",
            "ReplicationGroupId",
            "SnapshotWindow",
            "TransitEncryptionMode",
        ],
        exclusive: &["ReplicationGroupId"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("ReplicationGroupId", 40)
        }),
        holds_data: true,
        resource_type: Some("elasticache:replicationgroup"),
        api: "elasticache",
        timing: Timing::seconds(600, 600, 480),
        ..Schema::new(Kind::new("AWS::ElastiCache::ReplicationGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateReplicationGroup`, `ModifyReplicationGroup`, `DeleteReplicationGroup`, those of tags,
    /// and for another number of nodes `DescribeReplicationGroups` with `IncreaseReplicaCount` or
    /// `DecreaseReplicaCount`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        match operation {
            Operation::Update(from, to) => {
                let resized = if from.is_resized_by(to) { 2 } else { 0 };
                u32::from(from.is_modified_by(to))
                    + resized
                    + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Create(_) | Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    fn cache() -> ReplicationGroup {
        ReplicationGroup::builder()
            .replication_group_description("carts")
            .engine(Engine::Valkey)
            .engine_version(EngineVersion::literal("8.0"))
            .cache_node_type(CacheNodeType::literal("cache.t4g.micro"))
            .cache_subnet_group(Ref::existing("data"))
            .security_groups([Ref::existing("sg-1")])
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let cache = ReplicationGroup {
            num_cache_clusters: NumCacheClusters::of::<2>(),
            automatic_failover_enabled: true,
            multi_az_enabled: true,
            transit_encryption_mode: Some(TransitEncryptionMode::Required),
            kms_key_id: Some(KeyArn::literal("arn:aws:kms:us-east-1:1:key/k").into()),
            user_groups: [Ref::existing("carts")].into(),
            snapshot_window: Some(SnapshotWindow::literal("03:00-04:00")),
            ..cache()
        };
        let shape = serde_json::json!({
            "ReplicationGroupDescription": "carts",
            "Engine": "valkey",
            "EngineVersion": "8.0",
            "CacheNodeType": "cache.t4g.micro",
            "NumCacheClusters": 2,
            "AutomaticFailoverEnabled": true,
            "MultiAZEnabled": true,
            "TransitEncryptionEnabled": true,
            "TransitEncryptionMode": "required",
            "AtRestEncryptionEnabled": true,
            "KmsKeyId": "arn:aws:kms:us-east-1:1:key/k",
            "UserGroupIds": ["carts"],
            "CacheSubnetGroupName": "data",
            "SecurityGroupIds": ["sg-1"],
            "SnapshotRetentionLimit": 0,
            "SnapshotWindow": "03:00-04:00",
            "AutoMinorVersionUpgrade": true,
            "Port": 6379,
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&cache)), shape);
        assert_eq!(serde_json::from_value::<ReplicationGroup>(shape).unwrap(), cache);
    }

    #[test]
    fn only_what_aws_must_be_told_takes_a_call() {
        let old = ReplicationGroup {
            snapshot_window: Some(SnapshotWindow::literal("03:00-04:00")),
            ..cache()
        };
        let calls = |new: &ReplicationGroup| ReplicationGroup::calls(&Operation::Update(&old, new));
        assert_eq!(calls(&cache()), 0, "what is left to AWS has not changed");
        let more = NumCacheClusters::of::<3>();
        assert_eq!(calls(&ReplicationGroup { num_cache_clusters: more, ..old.clone() }), 2);
        let node = CacheNodeType::literal("cache.t4g.small");
        let tags = Tags::new().with("a", "b");
        assert_eq!(calls(&ReplicationGroup { cache_node_type: node, tags, ..old.clone() }), 2);
    }

    #[test]
    fn outputs_have_the_names_of_cloudformation() {
        let outputs = ReplicationGroupOutputs {
            replication_group_id: "carts".into(),
            arn: "arn".into(),
            primary_address: Some("host".into()),
            primary_port: Some("6379".into()),
            reader_address: Some("host".into()),
        };
        let mut names: Vec<String> = properties_of(&outputs).keys().cloned().collect();
        let mut declared = ReplicationGroup::SCHEMA.outputs.to_vec();
        names.sort();
        declared.sort_unstable();
        assert_eq!(names, declared);
    }
}
