"""Make the API calls of a declaration."""

import re
from collections.abc import Callable
from http import HTTPStatus

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

from secure_bedrock.emulator.cloudformation.errors import ResourceError
from secure_bedrock.emulator.resources.casting import cast, member_for
from secure_bedrock.emulator.resources.declaration import Call, Get, Mapped, ResourceType
from secure_bedrock.emulator.resources.rendering import ABSENT, Scope, render
from secure_bedrock.emulator.values import Json, Members

_NAMES = re.compile(r"\$\{?(\w+)")
_IDENTITY = {"id", "name", "generated_name", "account", "region", "partition"}


class Caller:
    """Makes the calls of one type.

    Args:
        kind: The declaration.
        client: boto3 client by service name.
    """

    def __init__(self, kind: ResourceType, client: Callable[[str], Json]) -> None:
        self._kind = kind
        self._client = client

    def arguments(self, call: Call | Get, scope: Scope) -> Members:
        """The call's arguments, in the shapes of the API."""
        client = self._client(self._kind.service)
        operation = client.meta.method_to_api_mapping[call.operation]
        shape = client.meta.service_model.operation_model(operation).input_shape
        rendered = render(dict(call.arguments), scope)
        arguments: Members = {} if rendered is ABSENT else rendered
        if isinstance(call, Call) and call.mapped is not Mapped.NONE:
            arguments = self._own(shape, scope) | arguments
        return cast(arguments, shape, self._kind.name, self._kind.renames) if shape else {}

    def _own(self, shape: Json, scope: Scope) -> Members:
        parts = {part.property for part in self._kind.parts} | {self._kind.tags_property}
        taken = {path[0] for path in scope.used}
        own = {}
        for name, value in scope.properties.items():
            member = member_for(name, shape, self._kind.renames)
            if name not in parts | taken and member:
                own[member] = value
                scope.used.add((name,))
        return own

    def send(self, call: Call | Get | None, scope: Scope) -> Members:
        """Make the call; what it sent is returned, its answer is ``$created`` in the scope."""
        if call is None:
            return {}
        arguments = self.arguments(call, scope)
        method = getattr(self._client(self._kind.service), call.operation)
        try:
            scope.values["created"] = method(**arguments)
        except (ClientError, BotoCoreError) as error:
            raise ResourceError(str(error)) from error
        return to_read_back(call, arguments)

    def send_unless_gone(self, call: Call, scope: Scope) -> None:
        """Make the call; that its object does not exist is no error."""
        try:
            self.send(call, scope)
        except ResourceError as error:
            cause = error.__cause__
            if not isinstance(cause, ClientError) or not _means_gone(cause):
                raise

    def find(self, reading: Get, scope: Scope) -> Json:
        """What the API gives back, or None when there is nothing."""
        probe = Scope(scope.properties, dict(scope.values), set(), scope.item)
        try:
            self.send(reading, probe)
        except ResourceError as error:
            if isinstance(error.__cause__, ClientError) and _means_gone(error.__cause__):
                return None
            raise
        return jmespath.search(str(render(reading.path, scope)), probe.values["created"])


def to_read_back(call: Call | Get, arguments: Members) -> Members:
    """The arguments that say what the resource is to be, without those that say which it is."""
    return {
        name: value
        for name, value in arguments.items()
        if not _says_which(call.arguments.get(name))
    }


def _says_which(template: Json) -> bool:
    """Whether an argument only names the resource, so that there is nothing to read back."""
    if isinstance(template, list):
        return all(_says_which(item) for item in template)
    named = _NAMES.findall(template) if isinstance(template, str) else []
    return bool(named) and set(named) <= _IDENTITY


def _means_gone(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    words = ("NotFound", "NoSuch", "NonExistent")
    return status == HTTPStatus.NOT_FOUND or any(word in code for word in words)
