//! `AWS::ECS::Cluster` over the SDK.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html>.
//! A deleted cluster stays visible as `INACTIVE` for a while; it counts as gone.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ecs::types::{self, ClusterField, ClusterSettingName};
use elanswer_core::{
    Handler, Place, Region, Tags,
    executor::{Deletion, ErrorKind, ExecError, Status},
    handler::{Create, Delete, Observed, Update},
    services::ecs::{Cluster, ClusterOutputs, ContainerInsights, EcsName},
};

use super::{SERVICE, failed, from_sdk, none_if_gone, retag, to_sdk};
use crate::{clients::Clients, error::missing};

/// How many clusters `DescribeClusters` takes.
const PAGE: usize = 100;

/// Handles clusters over the SDK.
#[derive(Debug)]
pub struct ClusterHandler(Clients);

impl From<Clients> for ClusterHandler {
    fn from(clients: Clients) -> Self {
        Self(clients)
    }
}

fn setting(insights: ContainerInsights) -> types::ClusterSetting {
    types::ClusterSetting::builder()
        .name(ClusterSettingName::ContainerInsights)
        .value(insights.as_str())
        .build()
}

fn insights(settings: &[types::ClusterSetting]) -> ContainerInsights {
    let value = settings
        .iter()
        .find(|setting| setting.name() == Some(&ClusterSettingName::ContainerInsights))
        .and_then(types::ClusterSetting::value);
    match value {
        Some("enabled") => ContainerInsights::Enabled,
        Some("enhanced") => ContainerInsights::Enhanced,
        _ => ContainerInsights::Disabled,
    }
}

/// A described cluster with all of its tags.
struct Described {
    observed: Observed<Cluster>,
    tags: Tags,
}

/// `None` is a cluster that was deleted.
fn described(cluster: &types::Cluster) -> Result<Option<Described>, ExecError> {
    let lacks = |field| missing(SERVICE, "DescribeClusters", field);
    let name = cluster.cluster_name().ok_or_else(|| lacks("clusterName"))?;
    let status = match cluster.status() {
        Some("INACTIVE") => return Ok(None),
        Some("PROVISIONING") => Status::Pending("PROVISIONING".to_owned()),
        Some("DEPROVISIONING") => Status::Deleting,
        Some("FAILED") => Status::Failed("its capacity providers failed".to_owned()),
        _ => Status::Ready,
    };
    let tags = from_sdk(cluster.tags());
    let resource = Cluster::builder()
        .cluster_name(EcsName::new(name).map_err(|_| lacks("clusterName"))?)
        .container_insights(insights(cluster.settings()))
        .tags(tags.clone().declared())
        .build();
    let outputs = ClusterOutputs {
        arn: cluster.cluster_arn().ok_or_else(|| lacks("clusterArn"))?.to_owned(),
        cluster_name: name.to_owned(),
    };
    Ok(Some(Described { observed: Observed::ready(resource, outputs).with_status(status), tags }))
}

impl ClusterHandler {
    /// Describes clusters by their names or ARNs; what does not exist is left out.
    async fn describe(
        &self,
        region: Region,
        names: Vec<String>,
    ) -> Result<Vec<Described>, ExecError> {
        let answer = self
            .0
            .ecs(region)
            .describe_clusters()
            .set_clusters(Some(names))
            .include(ClusterField::Settings)
            .include(ClusterField::Tags)
            .send()
            .await
            .map_err(failed("DescribeClusters"))?;
        answer.clusters().iter().filter_map(|cluster| described(cluster).transpose()).collect()
    }
}

#[async_trait]
impl Handler<Cluster> for ClusterHandler {
    async fn read(
        &self,
        place: &Place,
        identifiers: &[String],
    ) -> Vec<Result<Option<Observed<Cluster>>, ExecError>> {
        let mut answers = Vec::with_capacity(identifiers.len());
        for page in identifiers.chunks(PAGE) {
            match self.describe(place.region, page.to_vec()).await {
                Ok(found) => {
                    let mut found: BTreeMap<String, Observed<Cluster>> = found
                        .into_iter()
                        .map(|Described { observed, .. }| (observed.outputs.arn.clone(), observed))
                        .collect();
                    answers.extend(page.iter().map(|identifier| Ok(found.remove(identifier))));
                }
                Err(error) => answers.extend(page.iter().map(|_| Err(error.clone()))),
            }
        }
        answers
    }

    /// AWS answers with the cluster that has the name already, if there is one: whose it is, is in
    /// its tags.
    async fn create(&self, request: &Create<Cluster>) -> Result<Observed<Cluster>, ExecError> {
        let desired = &request.desired;
        let answer = self
            .0
            .ecs(request.place.region)
            .create_cluster()
            .set_cluster_name(desired.cluster_name.as_ref().map(EcsName::to_string))
            .settings(setting(desired.container_insights))
            .set_tags(Some(to_sdk(&request.tags())))
            .send()
            .await
            .map_err(failed("CreateCluster"))?;
        let cluster =
            answer.cluster().ok_or_else(|| missing(SERVICE, "CreateCluster", "cluster"))?;
        if let Some(made) = described(cluster)?
            && request.ownership.owns(&made.tags)
        {
            return Ok(Observed { resource: desired.clone(), ..made.observed });
        }
        self.find(request).await?.ok_or_else(|| {
            ExecError::new(ErrorKind::Conflict, "another cluster has this name")
                .with_operation(SERVICE, "CreateCluster")
        })
    }

    async fn find(
        &self,
        request: &Create<Cluster>,
    ) -> Result<Option<Observed<Cluster>>, ExecError> {
        let names = request.desired.cluster_name.iter().map(EcsName::to_string).collect();
        let found = self.describe(request.place.region, names).await?;
        Ok(found
            .into_iter()
            .find(|cluster| request.ownership.owns(&cluster.tags))
            .map(|cluster| cluster.observed))
    }

    async fn update(&self, request: &Update<Cluster>) -> Result<Observed<Cluster>, ExecError> {
        let client = self.0.ecs(request.place.region);
        let to = request.desired.container_insights;
        if request.current.container_insights != to {
            let call = client.update_cluster().cluster(&request.identifier);
            call.settings(setting(to)).send().await.map_err(failed("UpdateCluster"))?;
        }
        retag(&client, request).await?;
        Ok(request.done())
    }

    async fn delete(&self, request: &Delete<Cluster>) -> Result<Deletion, ExecError> {
        let call = self.0.ecs(request.place.region).delete_cluster().cluster(&request.identifier);
        none_if_gone(call.send().await.map_err(failed("DeleteCluster")))?;
        Ok(Deletion::Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_described_cluster_is_what_was_asked_for() {
        let cluster = types::Cluster::builder()
            .cluster_arn("arn:aws:ecs:us-east-1:123456789012:cluster/main")
            .cluster_name("main")
            .status("ACTIVE")
            .settings(setting(ContainerInsights::Enhanced))
            .tags(types::Tag::builder().key("Name").value("n").build())
            .tags(types::Tag::builder().key("elanswer:stack").value("shop").build());
        let found = described(&cluster.clone().build()).unwrap().unwrap();
        assert_eq!(found.observed.resource.container_insights, ContainerInsights::Enhanced);
        assert_eq!(found.observed.resource.tags, Tags::new().with("Name", "n"));
        assert_eq!(found.tags.get("elanswer:stack"), Some("shop"));
        assert!(described(&cluster.status("INACTIVE").build()).unwrap().is_none());
    }
}
