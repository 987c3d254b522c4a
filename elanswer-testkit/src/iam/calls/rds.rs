//! What AWS calls for databases.
//!
//! Source: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html>,
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html>.

use elanswer_core::{
    Input, Place,
    services::{
        iam::Service,
        kms::KeyArn,
        rds::{AutomatedBackupReplication, DbInstance, DbProxy},
    },
};

use super::{Calls, STRANGER, is_ours, key_of_secret, logs::group_arn, owner, through};
use crate::{iam::request::Caller, world::World};

/// The log group of Enhanced Monitoring: one for all databases of a Region.
const METRICS: &str = "RDSOSMetrics";

pub(super) fn databases(world: &World, calls: &mut Calls) {
    proxies(world, calls);
    copies(world, calls);
    for (place, id, database) in world.everywhere::<DbInstance>() {
        let it = &database.resource;
        let known = |key: Option<&Input<KeyArn>>| {
            let key = key.and_then(Input::known).map(ToString::to_string);
            key.filter(|key| is_ours(world, key))
        };
        if let Some(role) = it.monitoring_role_arn.as_ref().and_then(Input::known) {
            monitors(calls, place, id, role);
        }
        // RDS works for whoever makes or changes the database, and for whoever looks at it.
        let (owner, rds) = (owner(place), through("rds", place));
        let via_rds = [("kms:ViaService", rds.as_str())];
        if let Some(key) = known(it.kms_key_id.as_ref()) {
            let name = format!("the storage of the database {id} is encrypted");
            let grant = ["kms:CreateGrant", "kms:DescribeKey"];
            calls.needed(name, &owner, grant, &key, &via_rds);
            let name = format!("somebody grants others the key of the database {id}");
            calls.refused(name, &owner, ["kms:CreateGrant"], &key, &[]);
            let stranger = Caller::root(STRANGER);
            let name = format!("others encrypt a database with the key of {id}");
            calls.refused(name, &stranger, ["kms:CreateGrant"], &key, &via_rds);
        }
        let insights = known(it.performance_insights_kms_key_id.as_ref());
        if let Some(key) = insights.filter(|_| it.enable_performance_insights) {
            let name = format!("somebody looks at the insights of the database {id}");
            let uses = ["kms:Decrypt", "kms:GenerateDataKey"];
            calls.needed(name, &owner, uses, &key, &via_rds);
        }
        let secret = it.master_user_secret.as_ref().map(|secret| &secret.kms_key_id);
        if let Some(key) = known(secret) {
            let service = through("secretsmanager", place);
            let via = [("kms:ViaService", service.as_str())];
            let name = format!("the password of the database {id} is encrypted");
            calls.needed(name, &owner, ["kms:Decrypt", "kms:GenerateDataKey"], &key, &via);
        }
    }
}

/// A proxy reads the login of its database in its role.
fn proxies(world: &World, calls: &mut Calls) {
    for (place, id, proxy) in world.everywhere::<DbProxy>() {
        let Some(role) = proxy.resource.role_arn.known() else { continue };
        let what = format!("the proxy {id}");
        calls.assumed(&what, Service::Rds, role, place);
        let caller = role.as_str().into();
        let secrets = proxy.resource.auth.iter().filter_map(|user| user.secret_arn.known());
        for secret in secrets {
            let name = format!("{what} reads the login of its database");
            calls.needed(name, &caller, ["secretsmanager:GetSecretValue"], secret, &[]);
            if let Some(key) = key_of_secret(world, secret) {
                let service = through("secretsmanager", place);
                let via = [("kms:ViaService", service.as_str())];
                let name = format!("{what} decrypts the login of its database");
                calls.needed(name, &caller, ["kms:Decrypt"], &key, &via);
            }
        }
    }
}

/// Copies of backups are encrypted with a key of the Region that they are in.
fn copies(world: &World, calls: &mut Calls) {
    for (place, id, copies) in world.everywhere::<AutomatedBackupReplication>() {
        let key = copies.resource.kms_key_id.as_ref().and_then(Input::known);
        let key = key.map(ToString::to_string).filter(|key| is_ours(world, key));
        let Some(key) = key else { continue };
        let rds = through("rds", place);
        let name = format!("the copies {id} of backups are encrypted");
        let grant = ["kms:CreateGrant", "kms:DescribeKey"];
        let owner = owner(place);
        calls.needed(name, &owner, grant, &key, &[("kms:ViaService", rds.as_str())]);
        let name = format!("somebody grants others the key of the copies {id}");
        calls.refused(name, &owner, ["kms:CreateGrant"], &key, &[]);
    }
}

/// Enhanced Monitoring writes metrics in its role, and makes the log group for them.
fn monitors(calls: &mut Calls, place: &Place, id: &str, role: &str) {
    let what = format!("the monitoring of the database {id}");
    calls.assumed(&what, Service::RdsMonitoring, role, place);
    let (caller, group) = (role.into(), group_arn(place, METRICS));
    let name = format!("{what} writes metrics");
    let of_group = ["logs:CreateLogGroup", "logs:DescribeLogStreams", "logs:PutRetentionPolicy"];
    calls.needed(&name, &caller, of_group, &format!("{group}:log-stream:"), &[]);
    let of_stream = ["logs:CreateLogStream", "logs:GetLogEvents", "logs:PutLogEvents"];
    calls.needed(&name, &caller, of_stream, &format!("{group}:log-stream:db-ABC"), &[]);
}
