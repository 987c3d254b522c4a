//! How what runs on the platform gets there: its images, and the pipeline that makes them.

use super::{Platform, handle::Services};
use crate::{
    architecture::Scope,
    constructs::{
        DeliveryPipeline, DeliveryPipelineHandle, EncryptionKeyHandle, ImageRepository,
        ImageRepositoryHandle,
    },
};

/// What a pipeline takes: a repository on GitHub, and a branch of it.
#[derive(Debug, Clone)]
pub(super) struct GitHub {
    pub(super) repository: String,
    pub(super) branch: String,
}

impl Platform {
    pub(super) fn images(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
    ) -> ImageRepositoryHandle {
        let images = ImageRepository::new("images").encrypted_with(key);
        scope.add(if self.disposable { images.disposable() } else { images })
    }

    pub(super) fn pipeline(
        &self,
        scope: &mut Scope<'_>,
        key: &EncryptionKeyHandle,
        images: &ImageRepositoryHandle,
        services: &Services,
    ) -> Option<DeliveryPipelineHandle> {
        let GitHub { repository, branch } = self.source.as_ref()?;
        let mut pipeline =
            DeliveryPipeline::from_github("pipeline", repository.as_str(), branch.as_str())
                .builds(images.uri(), images.arn())
                .encrypted_with(key);
        if let Some(connection) = &self.connection {
            pipeline = pipeline.connected_by(connection.clone());
        }
        for (_, service) in services.all() {
            pipeline = pipeline.deploys(service);
        }
        Some(scope.add(if self.disposable { pipeline.disposable() } else { pipeline }))
    }
}
