//! Where a build takes its source from, and where its results go.

use serde::{Deserialize, Serialize};

use crate::{
    arn::{behind, cut},
    text::text,
};

/// Where a build takes its source from, and what becomes of its results: `Source` and `Artifacts`,
/// of which AWS takes these combinations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SourceAndArtifacts", into = "SourceAndArtifacts")]
#[non_exhaustive]
pub enum BuildSource {
    /// `CODEPIPELINE`: what the pipeline hands over; the results go back to it.
    CodePipeline {
        /// `BuildSpec`. Unset: the file `buildspec.yml` of the source.
        build_spec: Option<BuildSpec>,
    },
    /// `GITHUB`: a repository; the results stay nowhere. One that is not public takes credentials
    /// of GitHub that the account has given CodeBuild.
    GitHub {
        /// `Location`.
        location: GitHubLocation,
        /// `BuildSpec`. Unset: the file `buildspec.yml` of the source.
        build_spec: Option<BuildSpec>,
    },
    /// `NO_SOURCE`: nothing; the results stay nowhere.
    NoSource {
        /// `BuildSpec`: there is no source that could have it.
        build_spec: BuildSpec,
    },
}

text! {
    /// What a build does: a
    /// [specification](https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html)
    /// in YAML, or the path of a file of the source that has it.
    BuildSpec: "what a build does",
    "1 or more characters",
    is_build_spec
}

text! {
    /// The URL of a repository of GitHub.
    GitHubLocation: "the URL of a repository of GitHub",
    "`https://github.com/`, owner, `/`, repository",
    is_github_location
}

const fn is_build_spec(text: &str) -> bool {
    !text.is_empty()
}

const fn is_github_location(text: &str) -> bool {
    let Some(path) = behind(text.as_bytes(), b"https://github.com/") else { return false };
    let Some((owner, repository)) = cut(path, b'/') else { return false };
    !owner.is_empty() && !repository.is_empty() && cut(repository, b'/').is_none()
}

/// A source that AWS would refuse, or that elanswer does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A source and results that do not go together.
    #[error("the results of this source do not go where the artifacts say")]
    Artifacts,
    /// A build without source says nothing of what it does.
    #[error("a build without source has a `BuildSpec`")]
    BuildSpec,
    /// A repository has no URL.
    #[error("a repository has a `Location`")]
    Location,
}

impl BuildSource {
    /// `BuildSpec`.
    #[must_use]
    pub const fn build_spec(&self) -> Option<&BuildSpec> {
        match self {
            Self::CodePipeline { build_spec } | Self::GitHub { build_spec, .. } => {
                build_spec.as_ref()
            }
            Self::NoSource { build_spec } => Some(build_spec),
        }
    }

    /// `Type` of `Source`.
    #[must_use]
    pub const fn source_type(&self) -> &'static str {
        match self {
            Self::CodePipeline { .. } => "CODEPIPELINE",
            Self::GitHub { .. } => "GITHUB",
            Self::NoSource { .. } => "NO_SOURCE",
        }
    }

    /// `Type` of `Artifacts`.
    #[must_use]
    pub const fn artifacts_type(&self) -> &'static str {
        match self {
            Self::CodePipeline { .. } => "CODEPIPELINE",
            Self::GitHub { .. } | Self::NoSource { .. } => "NO_ARTIFACTS",
        }
    }

    /// The repository.
    #[must_use]
    pub const fn location(&self) -> Option<&GitHubLocation> {
        match self {
            Self::GitHub { location, .. } => Some(location),
            Self::CodePipeline { .. } | Self::NoSource { .. } => None,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SourceAndArtifacts {
    source: Source,
    #[serde(default)]
    artifacts: Option<Artifacts>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Source {
    #[serde(rename = "Type")]
    source_type: SourceType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<GitHubLocation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_spec: Option<BuildSpec>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum SourceType {
    #[serde(rename = "CODEPIPELINE")]
    CodePipeline,
    #[serde(rename = "GITHUB")]
    GitHub,
    NoSource,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Artifacts {
    #[serde(rename = "Type")]
    artifacts_type: ArtifactsType,
}

#[derive(PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ArtifactsType {
    #[serde(rename = "CODEPIPELINE")]
    CodePipeline,
    NoArtifacts,
}

impl TryFrom<SourceAndArtifacts> for BuildSource {
    type Error = SourceError;

    fn try_from(
        SourceAndArtifacts { source, artifacts }: SourceAndArtifacts,
    ) -> Result<Self, SourceError> {
        let Source { source_type, location, build_spec } = source;
        let (source, expected) = match source_type {
            SourceType::CodePipeline => {
                (Self::CodePipeline { build_spec }, ArtifactsType::CodePipeline)
            }
            SourceType::GitHub => {
                let location = location.ok_or(SourceError::Location)?;
                (Self::GitHub { location, build_spec }, ArtifactsType::NoArtifacts)
            }
            SourceType::NoSource => {
                let build_spec = build_spec.ok_or(SourceError::BuildSpec)?;
                (Self::NoSource { build_spec }, ArtifactsType::NoArtifacts)
            }
        };
        match artifacts {
            Some(artifacts) if artifacts.artifacts_type != expected => Err(SourceError::Artifacts),
            _ => Ok(source),
        }
    }
}

impl From<BuildSource> for SourceAndArtifacts {
    fn from(source: BuildSource) -> Self {
        let (source_type, artifacts_type, location, build_spec) = match source {
            BuildSource::CodePipeline { build_spec } => {
                (SourceType::CodePipeline, ArtifactsType::CodePipeline, None, build_spec)
            }
            BuildSource::GitHub { location, build_spec } => {
                (SourceType::GitHub, ArtifactsType::NoArtifacts, Some(location), build_spec)
            }
            BuildSource::NoSource { build_spec } => {
                (SourceType::NoSource, ArtifactsType::NoArtifacts, None, Some(build_spec))
            }
        };
        Self {
            source: Source { source_type, location, build_spec },
            artifacts: Some(Artifacts { artifacts_type }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json, to_value};

    use super::*;

    #[test]
    fn the_source_says_where_results_go() {
        let spec = BuildSpec::literal("version: 0.2");
        let location = GitHubLocation::literal("https://github.com/shop/web");
        for (source, tree) in [
            (
                BuildSource::CodePipeline { build_spec: None },
                json!({
                    "Source": { "Type": "CODEPIPELINE" },
                    "Artifacts": { "Type": "CODEPIPELINE" },
                }),
            ),
            (
                BuildSource::GitHub { location, build_spec: None },
                json!({
                    "Source": { "Type": "GITHUB", "Location": "https://github.com/shop/web" },
                    "Artifacts": { "Type": "NO_ARTIFACTS" },
                }),
            ),
            (
                BuildSource::NoSource { build_spec: spec },
                json!({
                    "Source": { "Type": "NO_SOURCE", "BuildSpec": "version: 0.2" },
                    "Artifacts": { "Type": "NO_ARTIFACTS" },
                }),
            ),
        ] {
            assert_eq!(to_value(&source).unwrap(), tree);
            assert_eq!(from_value::<BuildSource>(tree).unwrap(), source);
        }
        for bad in [
            json!({ "Source": { "Type": "NO_SOURCE" } }),
            json!({ "Source": { "Type": "GITHUB" } }),
            json!({ "Source": { "Type": "CODEPIPELINE" }, "Artifacts": { "Type": "NO_ARTIFACTS" } }),
        ] {
            assert!(from_value::<BuildSource>(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_repository_has_an_owner() {
        assert!(GitHubLocation::new("https://github.com/shop/web.git").is_ok());
        for bad in ["shop/web", "https://github.com/shop", "https://github.com/a/b/c", ""] {
            assert!(GitHubLocation::new(bad).is_err(), "{bad}");
        }
    }
}
