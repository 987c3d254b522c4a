"""What moto does otherwise than AWS with build projects: CreateProject wants a location of sources
and artifacts that a pipeline hands over, and forgets the key of the project.
"""

import json

from moto.codebuild import responses as codebuild

create_project = codebuild.CodeBuildResponse.create_project


def created_project(self):
    answer = json.loads(create_project(self))
    key = self._get_param("encryptionKey")
    if key:
        answer["project"]["encryptionKey"] = key
        name = self._get_param("name")
        project = self.codebuild_backend.codebuild_projects[name]
        project.project_metadata["encryptionKey"] = key
    return json.dumps(answer)


codebuild.CodeBuildResponse.create_project = created_project


def unless_handed_over(validate):
    """Looks at what has a location, and not at what a pipeline hands over or nobody does."""
    return lambda what: None if what.get("type") in ("CODEPIPELINE", "NO_SOURCE") else validate(what)


for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
    setattr(codebuild, name, unless_handed_over(getattr(codebuild, name)))
