//! A project that builds an image and pushes it.

use serde_json::json;

use super::{EncryptionKeyHandle, PrivateBucketHandle, name_tag, private_bucket::through_s3, role};
use crate::{
    architecture::{Construct, Scope},
    reference::{Input, Ref},
    services::{
        codebuild::{
            BuildLogs, BuildSource, BuildSpec, ComputeType, Environment, EnvironmentType,
            EnvironmentVariable, Project, ProjectDescription, VariableName,
        },
        codepipeline::FileName,
        ecs::{CpuArchitecture, EcsName, RuntimePlatform},
        iam::{self, PolicyDocument, Role, RolePolicy, Statement},
        logs::{LogGroup, Retention},
    },
};

/// A project of CodeBuild that builds the `Dockerfile` of what a pipeline hands it, and pushes the
/// image to a repository of ECR under the revision and the number of the build, which no other image
/// has: the repository may take each tag only once.
///
/// It is privileged, as Docker in a container must be. Its role may write to its own log group, read
/// and write the artifacts of the pipeline and push to this repository, nothing else.
/// [`DeliveryPipeline`](super::DeliveryPipeline) has one.
///
/// ```
/// use elanswer_core::{
///     Architecture, Region,
///     constructs::{ImageBuild, PrivateBucket},
///     services::codebuild::ComputeType,
/// };
///
/// let mut arch = Architecture::new("shop", Region::UsEast1);
/// let artifacts = arch.add(PrivateBucket::new("artifacts"));
/// let uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web";
/// let arn = "arn:aws:ecr:us-east-1:123456789012:repository/shop/web";
/// let build = ImageBuild::new("build", uri, arn, &artifacts).size(ComputeType::Medium);
/// let build = arch.add(build);
/// let project = build.project(); // what an action of a pipeline takes
/// ```
#[derive(Debug, Clone)]
#[must_use = "a build does nothing until it is added to an architecture"]
pub struct ImageBuild {
    name: String,
    repository_uri: Input<String>,
    repository_arn: Input<String>,
    artifacts: PrivateBucketHandle,
    platform: RuntimePlatform,
    size: ComputeType,
    containers: Vec<EcsName>,
    log_retention: Retention,
    log_key: Option<EncryptionKeyHandle>,
}

impl ImageBuild {
    /// A build that pushes to the repository of this URI, which has this ARN, and that reads and
    /// writes these artifacts.
    pub fn new(
        name: impl Into<String>,
        repository_uri: impl Into<Input<String>>,
        repository_arn: impl Into<Input<String>>,
        artifacts: &PrivateBucketHandle,
    ) -> Self {
        Self {
            name: name.into(),
            repository_uri: repository_uri.into(),
            repository_arn: repository_arn.into(),
            artifacts: artifacts.clone(),
            platform: RuntimePlatform::X86_64,
            size: ComputeType::Small,
            containers: Vec::new(),
            log_retention: Retention::Days30,
            log_key: None,
        }
    }

    /// The processors that the image is for: it is built on the same. Default:
    /// [`RuntimePlatform::X86_64`].
    pub const fn platform(mut self, platform: RuntimePlatform) -> Self {
        self.platform = platform;
        self
    }

    /// How large the machine is. Default: [`ComputeType::Small`].
    pub const fn size(mut self, size: ComputeType) -> Self {
        self.size = size;
        self
    }

    /// Tells deployments that this container gets the image; see [`file`](ImageBuildHandle::file).
    pub fn for_container(mut self, container: &EcsName) -> Self {
        if !self.containers.contains(container) {
            self.containers.push(container.clone());
        }
        self
    }

    /// How long what it says is kept. Default: 30 days.
    pub const fn log_retention(mut self, retention: Retention) -> Self {
        self.log_retention = retention;
        self
    }

    /// Encrypts what it says with this key, which [`KeyUser::Logs`](super::KeyUser::Logs) uses.
    /// Default: one of AWS's own.
    pub fn logs_encrypted_with(mut self, key: &EncryptionKeyHandle) -> Self {
        self.log_key = Some(key.clone());
        self
    }

    /// What a build does. JSON is YAML too.
    ///
    /// The commands of a phase that fail end it, and what comes later in the same phase is not done;
    /// the phase `post_build` would be.
    fn spec(&self) -> String {
        let mut commands = vec![
            r#"docker build --tag "$IMAGE" ."#.to_owned(),
            r#"docker push "$IMAGE""#.to_owned(),
        ];
        let files: Vec<String> = (0..self.containers.len()).map(file).collect();
        for (container, file) in self.containers.iter().zip(&files) {
            commands.push(format!(
                r#"printf '[{{"name":"{container}","imageUri":"%s"}}]' "$IMAGE" > {file}"#
            ));
        }
        let mut spec = json!({
            "version": 0.2,
            "phases": {
                "pre_build": {
                    "commands": [
                        r#"aws ecr get-login-password | docker login --username AWS --password-stdin "${REPOSITORY_URI%%/*}""#,
                        r#"REVISION="$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c 1-12)""#,
                        r#"IMAGE="$REPOSITORY_URI:$REVISION-$CODEBUILD_BUILD_NUMBER""#,
                    ],
                },
                "build": { "commands": commands },
            },
        });
        if let Some(spec) = spec.as_object_mut().filter(|_| !files.is_empty()) {
            spec.insert("artifacts".to_owned(), json!({ "files": files }));
        }
        spec.to_string()
    }

    fn environment(&self) -> Environment {
        const REPOSITORY: VariableName = VariableName::literal("REPOSITORY_URI");
        let (environment_type, image) = match self.platform.cpu_architecture {
            CpuArchitecture::Arm64 => {
                (EnvironmentType::ArmContainer, "aws/codebuild/amazonlinux-aarch64-standard:3.0")
            }
            CpuArchitecture::X86_64 => {
                (EnvironmentType::LinuxContainer, "aws/codebuild/amazonlinux-x86_64-standard:5.0")
            }
        };
        let uri = EnvironmentVariable::Plaintext(self.repository_uri.clone());
        Environment::builder()
            .environment_type(environment_type)
            .image(image)
            .compute_type(self.size)
            .privileged_mode(true)
            .environment_variables([(REPOSITORY, uri)])
            .build()
    }

    /// What it must be able to do: just that.
    ///
    /// Source: <https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html>,
    /// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>.
    fn policy(&self, scope: &Scope<'_>, logs: &Ref<LogGroup>) -> PolicyDocument {
        let bucket = self.artifacts.bucket();
        let policy = PolicyDocument::new([
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"]).on([logs.arn()]),
            Statement::allow(["s3:GetBucketAcl", "s3:GetBucketLocation"]).on([bucket.arn().text()]),
            Statement::allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"])
                .on([bucket.objects("")]),
            // The token is for the registry as a whole: IAM knows no narrower resource for it.
            Statement::allow(["ecr:GetAuthorizationToken"]).on(["*"]),
            Statement::allow([
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ])
            .on([self.repository_arn.clone()]),
        ]);
        let region = scope.place().region;
        let key = self.artifacts.key().map(|key| through_s3(USES, key, region));
        key.into_iter().fold(policy, PolicyDocument::with)
    }
}

/// What reading and writing encrypted objects takes.
pub(super) const USES: [&str; 2] = ["kms:Decrypt", "kms:GenerateDataKey"];

/// The name of the file that tells of a container.
fn file(index: usize) -> String {
    format!("images-{}.json", index + 1)
}

impl Construct for ImageBuild {
    type Handle = ImageBuildHandle;

    fn name(&self) -> &str {
        &self.name
    }

    fn build(self, scope: &mut Scope<'_>) -> ImageBuildHandle {
        let logs = LogGroup::builder()
            .retention_in_days(self.log_retention)
            .maybe_kms_key_id(self.log_key.as_ref().map(EncryptionKeyHandle::arn))
            .tags(name_tag(scope, "logs"))
            .build();
        let logs = scope.resource("logs", logs);
        let policy = self.policy(scope, &logs);
        let (role, policy) = role(scope, iam::Service::CodeBuild, "build", policy);
        let project = Project::builder()
            .description(const { ProjectDescription::literal("builds an image and pushes it") })
            .source(BuildSource::CodePipeline { build_spec: BuildSpec::new(self.spec()).ok() })
            .environment(self.environment())
            .service_role(role.arn())
            .maybe_encryption_key(self.artifacts.key().map(EncryptionKeyHandle::arn))
            .logs_config(BuildLogs::Group(logs.clone()))
            .tags(name_tag(scope, "project"))
            .build();
        let project = scope.resource("project", project);
        ImageBuildHandle { project, role, policy, logs, containers: self.containers }
    }
}

/// A build that was added.
#[derive(Debug, Clone)]
pub struct ImageBuildHandle {
    project: Ref<Project>,
    role: Ref<Role>,
    policy: Option<Ref<RolePolicy>>,
    logs: Ref<LogGroup>,
    containers: Vec<EcsName>,
}

impl ImageBuildHandle {
    /// The project.
    #[must_use]
    pub const fn project(&self) -> &Ref<Project> {
        &self.project
    }

    /// The role that CodeBuild takes for it.
    #[must_use]
    pub const fn role(&self) -> &Ref<Role> {
        &self.role
    }

    /// The policy of the role: what starts builds comes after it.
    #[must_use]
    pub const fn policy(&self) -> Option<&Ref<RolePolicy>> {
        self.policy.as_ref()
    }

    /// Where it writes what it says.
    #[must_use]
    pub const fn logs(&self) -> &Ref<LogGroup> {
        &self.logs
    }

    /// The file of what it hands on that tells a deployment which image this container gets.
    #[must_use]
    pub fn file(&self, container: &EcsName) -> Option<FileName> {
        let index = self.containers.iter().position(|known| known == container)?;
        FileName::new(file(index)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checks,
        constructs::{
            EncryptionKey, KeyUser, PrivateBucket,
            testing::{described, inventory, messages},
        },
    };

    const URI: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/web";
    const ARN: &str = "arn:aws:ecr:us-east-1:123456789012:repository/shop/web";

    #[test]
    fn builds_the_project_and_what_belongs_to_it() {
        let (arch, build) = described(|arch| {
            let key = arch.add(EncryptionKey::new("key").used_by([KeyUser::S3, KeyUser::Logs]));
            let artifacts = arch.add(PrivateBucket::new("artifacts").encrypted_with(&key));
            let build = ImageBuild::new("build", URI, ARN, &artifacts)
                .platform(RuntimePlatform::ARM64)
                .logs_encrypted_with(&key)
                .for_container(&const { EcsName::literal("web") })
                .for_container(&const { EcsName::literal("jobs") })
                .for_container(&const { EcsName::literal("web") });
            arch.add(build)
        });
        assert!(messages(&arch).is_empty());
        insta::assert_snapshot!(inventory(&arch, "build/"), @"
        build/build-role Role
        build/build-role-policy RolePolicy <- key/key.Arn, build/logs.Arn, artifacts/bucket.Arn, build/build-role.RoleName
        build/logs LogGroup <- key/key.Arn
        build/project Project <- key/key.Arn, build/logs.LogGroupName, build/build-role.Arn
        ");
        let project = arch.get(build.project()).unwrap();
        assert_eq!(project.environment.environment_type, EnvironmentType::ArmContainer);
        let spec: serde_json::Value =
            serde_json::from_str(project.source.build_spec().unwrap().as_str()).unwrap();
        let files = json!(["images-1.json", "images-2.json"]);
        assert_eq!(spec["artifacts"]["files"], files);
        let last = r#"printf '[{"name":"jobs","imageUri":"%s"}]' "$IMAGE" > images-2.json"#;
        assert_eq!(spec["phases"]["build"]["commands"][3], last);
        let jobs = build.file(&const { EcsName::literal("jobs") }).unwrap();
        assert_eq!(jobs.as_str(), "images-2.json");
        assert_eq!(build.file(&const { EcsName::literal("other") }), None);
    }

    #[test]
    fn passes_the_checks() {
        let (arch, _) = described(|arch| {
            let artifacts = arch.add(PrivateBucket::new("artifacts"));
            arch.add(ImageBuild::new("build", URI, ARN, &artifacts))
        });
        let report = checks::check(&arch);
        let about =
            |it: &&crate::diagnostic::Diagnostic| it.resource.as_str().starts_with("build/");
        let found: Vec<_> = report.diagnostics.iter().filter(about).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
