"""Functions whose names begin with `rotate` in every account, which do nothing, without any
container to do it in.
"""

from types import SimpleNamespace

from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config

function = LambdaSimpleBackend.get_function


def get_function(self, name, *arguments, **named):
    return SimpleNamespace() if ":function:rotate" in name else function(
        self, name, *arguments, **named)


default_user_config["lambda"] = {"use_docker": False}
LambdaSimpleBackend.get_function = get_function
