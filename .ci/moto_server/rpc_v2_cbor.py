"""What moto does otherwise than AWS with all services: it does not know RPC v2 CBOR.

<https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html>. A request in it becomes one
in JSON, which every service of moto that has this protocol has too, and its answer becomes CBOR.
"""

import gzip
import io
import json
import re
from functools import cache
from types import SimpleNamespace

from botocore.model import OperationNotFoundError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.model import Shape
from moto.core.utils import get_service_model, service_name_from_moto_package_name
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from werkzeug.wrappers import Request, Response

CBOR = "smithy-rpc-v2-cbor"
PATH = re.compile(r"/service/[^/]+/operation/([^/]+)")
TEXT = Shape("Text", {"type": "string"})

call = DomainDispatcherApplication.__call__


@cache
def service_of(package):
    return get_service_model(service_name_from_moto_package_name(package))


def operation_of(application, environ):
    """The operation that is asked for in CBOR, if any is."""
    path = PATH.fullmatch(environ.get("PATH_INFO", ""))
    if not path or environ.get("HTTP_SMITHY_PROTOCOL") != "rpc-v2-cbor":
        return None
    try:
        return service_of(application.get_application(environ).service).operation_model(path[1])
    except OperationNotFoundError:
        return None


def parsed(protocol, body, shape):
    answer = create_parser(protocol).parse({"status_code": 200, "headers": {}, "body": body}, shape)
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


def serialized(value, shape):
    body = bytearray()
    create_serializer(CBOR, include_validation=False)._serialize_data_item(body, value, shape)
    return bytes(body)


def in_json(environ, operation):
    """The same request in JSON."""
    body = Request(environ).get_data()
    if environ.get("HTTP_CONTENT_ENCODING") == "gzip":
        body = gzip.decompress(body)
    asked = parsed(CBOR, body, operation.input_shape) if body else {}
    request = create_serializer("json", include_validation=False).serialize_to_request(
        asked, operation)
    dropped = ("HTTP_CONTENT_ENCODING", "HTTP_SMITHY_PROTOCOL")
    return {
        **{key: value for key, value in environ.items() if key not in dropped},
        "PATH_INFO": "/", "RAW_URI": "/", "REQUEST_URI": "/",
        "HTTP_X_AMZ_TARGET": request["headers"]["X-Amz-Target"],
        "CONTENT_TYPE": request["headers"]["Content-Type"],
        "CONTENT_LENGTH": str(len(request["body"])), "wsgi.input": io.BytesIO(request["body"]),
    }


def error_in_cbor(said, service):
    """An error has its type and message, and what the model says of it."""
    name = said["__type"].split("#")[-1]
    members = service.shape_for(name).members if name in service.shape_names else {}
    fields = {"__type": said["__type"], "message": said.get("Message", said.get("message")),
              **{key: said[key] for key in members if key in said}}
    shape = SimpleNamespace(
        type_name="structure", members={"__type": TEXT, "message": TEXT, **members})
    return serialized(fields, shape)


def in_cbor(answer, operation):
    """The same answer in CBOR. What broke in moto is no JSON, and stays as it is."""
    try:
        said = json.loads(answer.get_data() or b"{}")
    except ValueError:
        return answer
    answer.headers["smithy-protocol"] = "rpc-v2-cbor"
    answer.headers["Content-Type"] = "application/cbor"
    shape = operation.output_shape
    if answer.status_code >= 300:
        answer.set_data(error_in_cbor(said, operation.service_model))
    elif shape is None:
        del answer.headers["Content-Type"]
        answer.set_data(b"")
    else:
        answer.set_data(serialized(parsed("json", answer.get_data(), shape), shape))
    return answer


def called(self, environ, start_response):
    operation = operation_of(self, environ)
    if operation is None:
        return call(self, environ, start_response)
    answer = Response.from_app(
        lambda *arguments: call(self, *arguments), in_json(environ, operation), buffered=True)
    return in_cbor(answer, operation)(environ, start_response)


DomainDispatcherApplication.__call__ = called
