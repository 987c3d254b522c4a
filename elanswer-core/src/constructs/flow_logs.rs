//! The record of what goes through a network.

use super::{EncryptionKeyHandle, NetworkHandle, name_tag, role};
use crate::{
    architecture::{Construct, Scope},
    reference::Ref,
    services::{
        ec2::{FlowLog, FlowLogDestination, Vpc},
        iam::{PolicyDocument, Service, Statement},
        logs::{LogGroup, Retention},
    },
};

/// The traffic of a network in a log group, and the role that may write there and nowhere else.
///
/// ```
/// # use elanswer_core::{Architecture, NetworkPlan, Region, cidr, constructs::Network};
/// # const NETWORK: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
/// #     .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
/// use elanswer_core::{constructs::FlowLogs, services::logs::Retention};
///
/// # let mut arch = Architecture::new("shop", Region::UsEast1);
/// # let net = arch.add(Network::new("main", NETWORK));
/// arch.add(FlowLogs::of("traffic", &net).retention(Retention::Days90));
/// ```
#[derive(Debug, Clone)]
#[must_use = "flow logs do nothing until they are added to an architecture"]
pub struct FlowLogs {
    name: String,
    vpc: Ref<Vpc>,
    retention: Retention,
    key: Option<EncryptionKeyHandle>,
}

impl FlowLogs {
    /// All traffic of `network`.
    pub fn of(name: impl Into<String>, network: &NetworkHandle) -> Self {
        let vpc = network.vpc().clone();
        Self { name: name.into(), vpc, retention: Retention::Days30, key: None }
    }

    /// How long the records are kept. Default: 30 days.
    pub const fn retention(mut self, kept: Retention) -> Self {
        self.retention = kept;
        self
    }

    /// Encrypts them with this key, which [`KeyUser::Logs`](super::KeyUser::Logs) uses. Default:
    /// one of AWS's own.
    pub fn encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for FlowLogs {
    type Handle = Ref<FlowLog>;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> Ref<FlowLog> {
        let logs = LogGroup::builder()
            .retention_in_days(self.retention)
            .maybe_kms_key_id(self.key.map(|key| key.arn()))
            .tags(name_tag(scope, "logs"))
            .build();
        let logs = scope.resource("logs", logs);
        let policy = PolicyDocument::new([
            // A list of log groups is of all of them.
            Statement::allow(["logs:DescribeLogGroups"]).on(["*"]),
            Statement::allow([
                "logs:CreateLogStream",
                "logs:DescribeLogStreams",
                "logs:PutLogEvents",
            ])
            .on([logs.arn()]),
        ]);
        let (delivery, policy) = role(scope, Service::VpcFlowLogs, "delivery", policy);
        let destination = FlowLogDestination::log_group(&logs, delivery.arn());
        let mut flow_log = FlowLog::of_vpc(&self.vpc, destination);
        flow_log.tags = name_tag(scope, "flow-log");
        let flow_log = scope.resource("flow-log", flow_log);
        scope.architecture().options(&flow_log, |options| {
            if let Some(policy) = &policy {
                options.depends_on(policy);
            }
        });
        flow_log
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        NetworkPlan, cidr,
        constructs::{
            EncryptionKey, KeyUser, Network,
            testing::{described, inventory, messages},
        },
    };

    #[test]
    fn builds_the_flow_log_and_what_belongs_to_it() {
        const PLAN: NetworkPlan<2> = NetworkPlan::new(cidr!("10.0.0.0/16"))
            .isolated([cidr!("10.0.21.0/24"), cidr!("10.0.22.0/24")]);
        let (arch, _) = described(|arch| {
            let net = arch.add(Network::new("main", PLAN));
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::Logs]));
            arch.add(FlowLogs::of("traffic", &net).encrypted_with(&key))
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "traffic/"), @"
        traffic/delivery-role Role
        traffic/delivery-role-policy RolePolicy <- traffic/logs.Arn, traffic/delivery-role.RoleName
        traffic/flow-log FlowLog <- traffic/delivery-role.Arn, traffic/logs.LogGroupName, main/vpc.VpcId after traffic/delivery-role-policy
        traffic/logs LogGroup <- key/key.Arn
        ");
    }
}
