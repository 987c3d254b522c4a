"""AWS CodeConnections, which moto does not know: connections. Each of them stays pending, as nobody
completes it with its provider.
"""

import re
import sys

from moto.backend_index import backend_url_patterns
from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.moto_api._internal import mock_random
from moto.utilities.tagging_service import TaggingService

#: How many connections an account has at most.
QUOTA = 250


class ConnectionsError(ServiceException):
    """What AWS refuses."""


def unknown(arn):
    return ConnectionsError("ResourceNotFoundException", f"There is no resource {arn}.")


class ConnectionsBackend(BaseBackend):
    _url_module = sys.modules[__name__]

    def __init__(self, region_name, account_id):
        super().__init__(region_name, account_id)
        self.connections = {}
        self.tagger = TaggingService()


class ConnectionsResponse(BaseResponse):
    def __init__(self):
        super().__init__(service_name="codeconnections")
        self.automated_parameter_parsing = True

    @property
    def backend(self):
        return codeconnections_backends[self.current_account][self.region]

    def there(self, parameter):
        """The ARN of a connection that exists."""
        arn = self._get_param(parameter)
        if arn not in self.backend.connections:
            raise unknown(arn)
        return arn

    def create_connection(self):
        backend, name = self.backend, self._get_param("ConnectionName")
        provider, host = self._get_param("ProviderType"), self._get_param("HostArn")
        if host:
            raise unknown(host)
        if not name or not provider:
            raise ConnectionsError("InvalidInputException", "It has no name or no provider.")
        if any(other["ConnectionName"] == name for other in backend.connections.values()):
            raise ConnectionsError("ResourceAlreadyExistsException",
                                   f"A connection with the name {name} already exists.")
        if len(backend.connections) >= QUOTA:
            raise ConnectionsError("LimitExceededException",
                                   f"There are at most {QUOTA} connections.")
        arn = (f"arn:{backend.partition}:codeconnections:{backend.region_name}:"
               f"{backend.account_id}:connection/{mock_random.uuid4()}")
        backend.connections[arn] = {
            "ConnectionArn": arn, "ConnectionName": name, "ConnectionStatus": "PENDING",
            "OwnerAccountId": backend.account_id, "ProviderType": provider}
        backend.tagger.tag_resource(arn, self._get_param("Tags", []))
        tags = backend.tagger.list_tags_for_resource(arn)
        return ActionResult({"ConnectionArn": arn, **tags})

    def get_connection(self):
        return ActionResult({"Connection": self.backend.connections[self.there("ConnectionArn")]})

    def list_connections(self):
        found = self.backend.connections.values()
        for name, wanted in (("HostArn", self._get_param("HostArnFilter")),
                             ("ProviderType", self._get_param("ProviderTypeFilter"))):
            found = [it for it in found if not wanted or it.get(name) == wanted]
        return ActionResult({"Connections": found})

    def delete_connection(self):
        arn = self.there("ConnectionArn")
        del self.backend.connections[arn]
        self.backend.tagger.delete_all_tags_for_resource(arn)
        return EmptyResult()

    def list_tags_for_resource(self):
        arn = self.there("ResourceArn")
        return ActionResult(self.backend.tagger.list_tags_for_resource(arn))

    def tag_resource(self):
        self.backend.tagger.tag_resource(self.there("ResourceArn"), self._get_param("Tags"))
        return EmptyResult()

    def untag_resource(self):
        keys = self._get_param("TagKeys")
        self.backend.tagger.untag_resource_using_names(self.there("ResourceArn"), keys)
        return EmptyResult()


url_bases = [r"https?://codeconnections\.(.+)\.amazonaws\.com"]
url_paths = {"{0}/$": ConnectionsResponse.dispatch}
#: boto3 knows the Regions by the former name of the service.
codeconnections_backends = BackendDict(ConnectionsBackend, "codestar-connections")

backend_url_patterns.append(("codeconnections", re.compile(url_bases[0])))
sys.modules["moto.codeconnections"] = sys.modules[__name__]
