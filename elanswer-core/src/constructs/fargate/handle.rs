//! Services that were added.

use crate::{
    reference::{Output, Ref},
    services::{
        ecs::{Cluster, EcsName, Service, TaskDefinition},
        elbv2::TargetGroup,
        iam::Role,
        logs::LogGroup,
    },
};

/// A service that was added: one that a load balancer can route to, unless `T` says otherwise.
#[derive(Debug, Clone)]
pub struct FargateHandle<T = Ref<TargetGroup>> {
    pub(super) service: Ref<Service>,
    pub(super) target_group: T,
    pub(super) execution_role: Ref<Role>,
    pub(super) task_role: Ref<Role>,
    pub(super) cluster: Ref<Cluster>,
    pub(super) task_definition: Ref<TaskDefinition>,
    pub(super) log_group: Ref<LogGroup>,
    pub(super) container_name: EcsName,
}

/// A service without a load balancer that was added.
pub type WorkerHandle = FargateHandle<()>;

impl FargateHandle {
    /// The target group of its tasks.
    #[must_use]
    pub const fn target_group(&self) -> &Ref<TargetGroup> {
        &self.target_group
    }
}

impl WorkerHandle {
    /// The same with a target group.
    pub(super) fn behind(self, target_group: Ref<TargetGroup>) -> FargateHandle {
        FargateHandle {
            service: self.service,
            target_group,
            execution_role: self.execution_role,
            task_role: self.task_role,
            cluster: self.cluster,
            task_definition: self.task_definition,
            log_group: self.log_group,
            container_name: self.container_name,
        }
    }
}

impl<T> FargateHandle<T> {
    /// The service.
    #[must_use]
    pub const fn service(&self) -> &Ref<Service> {
        &self.service
    }

    /// The name of the service, which metrics and scaling targets take.
    #[must_use]
    pub fn service_name(&self) -> Output<String> {
        self.service.name()
    }

    /// The cluster it runs in.
    #[must_use]
    pub const fn cluster(&self) -> &Ref<Cluster> {
        &self.cluster
    }

    /// The name of the cluster, which metrics and scaling targets take. It is known of a cluster of
    /// the same architecture.
    #[must_use]
    pub fn cluster_name(&self) -> Output<String> {
        self.cluster.name()
    }

    /// The task definition that it runs.
    #[must_use]
    pub const fn task_definition(&self) -> &Ref<TaskDefinition> {
        &self.task_definition
    }

    /// The name of the container of its program, which a pipeline gives another image.
    #[must_use]
    pub const fn container_name(&self) -> &EcsName {
        &self.container_name
    }

    /// The role that starts its tasks: what pulls images, writes logs and gets secrets.
    #[must_use]
    pub const fn execution_role(&self) -> &Ref<Role> {
        &self.execution_role
    }

    /// The role of what runs in its containers.
    #[must_use]
    pub const fn task_role(&self) -> &Ref<Role> {
        &self.task_role
    }

    /// The log group of its containers.
    #[must_use]
    pub const fn log_group(&self) -> &Ref<LogGroup> {
        &self.log_group
    }
}
