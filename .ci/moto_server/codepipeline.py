"""What moto does otherwise than AWS with pipelines: CreatePipeline does not take a trust policy whose
elements are lists of one.
"""

import json

from moto.codepipeline.models import CodePipelineBackend

from policies import unlisted

create_pipeline = CodePipelineBackend.create_pipeline


def created_pipeline(self, pipeline, tags):
    role = next((role for role in self.iam_backend.roles.values()
                 if role.arn == pipeline["roleArn"]), None)
    if role is None:
        return create_pipeline(self, pipeline, tags)
    written = role.assume_role_policy_document
    policy = json.loads(written)
    policy["Statement"] = [unlisted(statement) for statement in policy["Statement"]]
    role.assume_role_policy_document = json.dumps(policy)
    try:
        return create_pipeline(self, pipeline, tags)
    finally:
        role.assume_role_policy_document = written


CodePipelineBackend.create_pipeline = created_pipeline
