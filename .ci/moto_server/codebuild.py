"""What moto does otherwise than AWS with build projects.

- CreateProject wants a location of sources and artifacts that a pipeline hands over, and forgets
  the key of the project.
- It does not know UpdateProject.
"""

import json

from moto.codebuild import responses as codebuild
from moto.codebuild.exceptions import ResourceNotFoundException
from moto.core.utils import unix_time

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


def update_project(self):
    """Leaves as it is what it is not given."""
    asked = json.loads(self.body)
    project = self.codebuild_backend.codebuild_projects.get(asked["name"])
    if project is None:
        raise ResourceNotFoundException(f"Project cannot be found: {asked['name']}")
    for part in ("source", "artifacts", "environment"):
        if part in asked:
            getattr(codebuild, f"_validate_required_params_{part}")(asked[part])
    if "serviceRole" in asked:
        role = asked["serviceRole"]
        codebuild._validate_required_params_service_role(self.current_account, self.region, role)
        project.service_role = role
    if "badgeEnabled" in asked:
        asked["badge"] = {"badgeEnabled": asked.pop("badgeEnabled")}
    project.project_metadata.update(asked, lastModifiedDate=unix_time())
    project.tags = project.project_metadata["tags"]
    return json.dumps({"project": project.project_metadata})


codebuild.CodeBuildResponse.create_project = created_project
codebuild.CodeBuildResponse.update_project = update_project


def unless_handed_over(validate):
    """Looks at what has a location, and not at what a pipeline hands over or nobody does."""
    return lambda what: None if what.get("type") in ("CODEPIPELINE", "NO_SOURCE") else validate(what)


for name in ("_validate_required_params_source", "_validate_required_params_artifacts"):
    setattr(codebuild, name, unless_handed_over(getattr(codebuild, name)))
