//! `AWS::RDS::DBParameterGroup`.

use std::collections::BTreeMap;

use bon::Builder;
use serde::{Deserialize, Serialize};

use super::{DbParameterGroupFamily, DbParameterGroupName};
use crate::{
    reference::{Output, Ref},
    resource::{Operation, Resource},
    schema::{Kind, NameRule, Schema},
    tags::Tags,
};

/// Settings of a database engine, for the instances that use the group.
///
/// AWS: [`AWS::RDS::DBParameterGroup`](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html).
/// What the group does not set keeps the default of its family. A changed static parameter takes
/// effect with the next reboot of an instance; elanswer reboots none. Quota: 50 per Region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[serde(rename_all = "PascalCase")]
pub struct DbParameterGroup {
    /// `DBParameterGroupName`. Unset: elanswer makes one up. Changing it replaces the group.
    #[serde(rename = "DBParameterGroupName", default, skip_serializing_if = "Option::is_none")]
    pub db_parameter_group_name: Option<DbParameterGroupName>,
    /// `Family`: the engine and major version. Changing it replaces the group.
    pub family: DbParameterGroupFamily,
    /// `Description`: for people. Changing it replaces the group.
    #[builder(into)]
    pub description: String,
    /// `Parameters`: value by name, such as `rds.force_ssl` with `1`. Values are texts to AWS.
    #[builder(default, with = |parameters: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>| {
        parameters.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    })]
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// `Tags`.
    #[builder(default)]
    #[serde(default)]
    pub tags: Tags,
}

/// What AWS decides of a parameter group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DbParameterGroupOutputs {
    /// `DBParameterGroupName`: what names the group to AWS.
    #[serde(rename = "DBParameterGroupName")]
    pub db_parameter_group_name: String,
    /// `DBParameterGroupArn`; CloudFormation does not give it out, but tags are set by it.
    #[serde(rename = "DBParameterGroupArn")]
    pub db_parameter_group_arn: String,
}

impl Ref<DbParameterGroup> {
    /// The ARN of the group.
    #[must_use]
    pub fn arn(&self) -> Output<String> {
        self.output("DBParameterGroupArn")
    }
}

/// When a changed parameter takes effect: AWS's `ApplyMethod`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplyMethod {
    /// `immediate`: for dynamic parameters.
    Immediate,
    /// `pending-reboot`: for static parameters, which the server reads when it starts.
    PendingReboot,
}

impl ApplyMethod {
    /// That of the parameter `name` of PostgreSQL.
    ///
    /// The static ones are those of the context `postmaster` in PostgreSQL, those of extensions
    /// that are loaded when the server starts, and some of RDS itself.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html>.
    #[must_use]
    pub fn of(name: &str) -> Self {
        if STATIC.contains(&name) { Self::PendingReboot } else { Self::Immediate }
    }
}

/// The static parameters of PostgreSQL that a parameter group may set.
const STATIC: &[&str] = &[
    "archive_mode",
    "autovacuum_freeze_max_age",
    "autovacuum_max_workers",
    "autovacuum_multixact_freeze_max_age",
    "autovacuum_worker_slots",
    "commit_timestamp_buffers",
    "cron.database_name",
    "cron.host",
    "cron.max_running_jobs",
    "cron.use_background_workers",
    "huge_page_size",
    "huge_pages",
    "io_max_concurrency",
    "jit_provider",
    "max_active_replication_origins",
    "max_connections",
    "max_files_per_process",
    "max_locks_per_transaction",
    "max_logical_replication_workers",
    "max_notify_queue_pages",
    "max_pred_locks_per_transaction",
    "max_prepared_transactions",
    "max_replication_slots",
    "max_wal_senders",
    "max_worker_processes",
    "min_dynamic_shared_memory",
    "multixact_member_buffers",
    "multixact_offset_buffers",
    "notify_buffers",
    "old_snapshot_threshold",
    "pg_prewarm.autoprewarm",
    "pg_stat_statements.max",
    "pglogical.batch_inserts",
    "pglogical.use_spi",
    "rds.custom_dns_resolution",
    "rds.logical_replication",
    "rds.pg_stat_ramdisk_size",
    "rds.rds_superuser_reserved_connections",
    "rds.restrict_password_commands",
    "reserved_connections",
    "serializable_buffers",
    "shared_buffers",
    "shared_preload_libraries",
    "subtransaction_buffers",
    "superuser_reserved_connections",
    "track_activity_query_size",
    "track_commit_timestamp",
    "transaction_buffers",
    "wal_buffers",
    "wal_decode_buffer_size",
];

impl DbParameterGroup {
    /// How many parameters one call may set or reset.
    pub const PARAMETERS_PER_CALL: usize = 20;

    /// The parameters to set and the names to reset to come from `self` to `to`.
    #[must_use]
    pub fn parameter_changes(&self, to: &Self) -> (Vec<(String, String)>, Vec<String>) {
        let set =
            to.parameters.iter().filter(|(name, value)| self.parameters.get(*name) != Some(value));
        let reset = self.parameters.keys().filter(|name| !to.parameters.contains_key(*name));
        (set.map(|(name, value)| (name.clone(), value.clone())).collect(), reset.cloned().collect())
    }
}

impl Resource for DbParameterGroup {
    type Outputs = DbParameterGroupOutputs;

    const SCHEMA: &'static Schema = &Schema {
        identifier: "DBParameterGroupName",
        outputs: &["DBParameterGroupName", "DBParameterGroupArn"],
        replaces: &["DBParameterGroupName", "Description", "Family"],
        computed: &["DBParameterGroupName"],
        exclusive: &["DBParameterGroupName"],
        name: Some(NameRule {
            lowercase: true,
            letter_first: true,
            ..NameRule::new("DBParameterGroupName", 255)
        }),
        resource_type: Some("rds:pg"),
        api: "rds",
        ..Schema::new(Kind::new("AWS::RDS::DBParameterGroup"))
    };

    fn tags_mut(&mut self) -> Option<&mut Tags> {
        Some(&mut self.tags)
    }

    /// `CreateDBParameterGroup`, `DeleteDBParameterGroup`, those of tags, and for every 20
    /// parameters a `ModifyDBParameterGroup` or `ResetDBParameterGroup`.
    fn calls(operation: &Operation<'_, Self>) -> u32 {
        let pages = |parameters: usize| {
            u32::try_from(parameters.div_ceil(Self::PARAMETERS_PER_CALL)).unwrap_or(u32::MAX)
        };
        match operation {
            Operation::Create(group) => 1 + pages(group.parameters.len()),
            Operation::Update(from, to) => {
                let (set, reset) = from.parameter_changes(to);
                pages(set.len()) + pages(reset.len()) + super::tag_calls(&from.tags, &to.tags)
            }
            Operation::Delete(_) => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::properties_of;

    fn group(parameters: &[(&str, &str)]) -> DbParameterGroup {
        DbParameterGroup::builder()
            .family(DbParameterGroupFamily::literal("postgres16"))
            .description("of orders")
            .parameters(parameters.iter().copied())
            .build()
    }

    #[test]
    fn has_the_shape_of_cloudformation() {
        let group = group(&[("rds.force_ssl", "1"), ("log_statement", "ddl")]);
        let shape = serde_json::json!({
            "Family": "postgres16",
            "Description": "of orders",
            "Parameters": { "log_statement": "ddl", "rds.force_ssl": "1" },
            "Tags": [],
        });
        assert_eq!(serde_json::Value::Object(properties_of(&group)), shape);
        assert_eq!(serde_json::from_value::<DbParameterGroup>(shape).unwrap(), group);
    }

    #[test]
    fn changes_are_set_or_reset_in_calls_of_twenty() {
        let many: Vec<(String, String)> =
            (0..21).map(|number| (format!("p{number}"), "1".to_owned())).collect();
        let old = group(&[("a", "1"), ("b", "1"), ("c", "1")]);
        let mut new = group(&[("a", "1"), ("b", "2")]);
        let (set, reset) = old.parameter_changes(&new);
        assert_eq!(set, [("b".to_owned(), "2".to_owned())]);
        assert_eq!(reset, ["c"]);
        assert_eq!(DbParameterGroup::calls(&Operation::Update(&old, &new)), 2);
        new.parameters.extend(many);
        assert_eq!(DbParameterGroup::calls(&Operation::Create(&new)), 3);
    }

    #[test]
    fn static_parameters_wait_for_a_reboot() {
        assert_eq!(ApplyMethod::of("max_connections"), ApplyMethod::PendingReboot);
        assert_eq!(ApplyMethod::of("rds.force_ssl"), ApplyMethod::Immediate);
        assert!(STATIC.is_sorted());
    }
}
