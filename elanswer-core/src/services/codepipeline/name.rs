//! The names of pipelines and of what is in them.

use crate::{
    arn::cut,
    text::{characters, is_of, text},
};

text! {
    /// The name of a pipeline.
    PipelineName: "the name of a pipeline",
    "1 to 100 letters, digits and `.@-_`",
    is_name
}

text! {
    /// The name of a stage.
    StageName: "the name of a stage",
    "1 to 100 letters, digits and `.@-_`",
    is_name
}

text! {
    /// The name of an action.
    ActionName: "the name of an action",
    "1 to 100 letters, digits and `.@-_`",
    is_name
}

text! {
    /// The name of what an action hands to later ones.
    ArtifactName: "the name of an artifact",
    "1 to 100 letters, digits, `-` and `_`",
    is_artifact_name
}

text! {
    /// A repository of a host: `owner/repository`.
    RepositoryId: "the id of a repository",
    "owner, `/`, repository",
    is_repository_id
}

text! {
    /// A branch of a repository.
    BranchName: "the name of a branch",
    "1 to 255 characters",
    is_branch_name
}

/// The most characters of a name.
pub(super) const MAX_NAME_LEN: usize = 100;

/// What may be in a name besides letters, digits and `-`.
pub(super) const ALSO: &str = ".@_";

const fn is_name(text: &str) -> bool {
    is_of(text, 1, MAX_NAME_LEN, ".@-_")
}

const fn is_artifact_name(text: &str) -> bool {
    is_of(text, 1, 100, "-_")
}

const fn is_repository_id(text: &str) -> bool {
    let Some((owner, repository)) = cut(text.as_bytes(), b'/') else { return false };
    !owner.is_empty() && !repository.is_empty() && is_of(text, 3, 255, "-_./")
}

const fn is_branch_name(text: &str) -> bool {
    let count = characters(text);
    1 <= count && count <= 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_has_an_owner() {
        for good in ["shop/web", "shop/web.rs", "group/sub-group/web"] {
            assert!(RepositoryId::new(good).is_ok(), "{good}");
        }
        for bad in ["web", "/web", "shop/", "https://github.com/shop/web", "shop /web"] {
            assert!(RepositoryId::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_have_the_form_that_aws_wants() {
        assert!(StageName::new("Build_1.x@y-z").is_ok());
        assert!(ArtifactName::new("source_code-1").is_ok());
        assert!(ArtifactName::new("source.code").is_err());
        for bad in ["", "a b", &"x".repeat(101)] {
            assert!(PipelineName::new(bad).is_err() && ActionName::new(bad).is_err(), "{bad}");
        }
    }
}
