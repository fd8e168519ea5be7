"""One account and Region, as the readers see it."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from http import HTTPStatus
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_ABSENT = re.compile(
    r"NotFound|NoSuch|NonExist|DoesNotExist|NotExist|UnknownMonitor|UnknownSubscription"
)
_REFUSED = re.compile(r"AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden")
_URL_SUFFIXES = {
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
}
_CONFIG = Config(retries={"mode": "standard", "max_attempts": 5}, user_agent_extra="secure-bedrock")


class Aws:
    """Clients for one account and Region.

    Args:
        region: The Region. The default is the profile's or the environment's.
        profile: A profile of the AWS configuration. The default is boto3's own choice.
        endpoint_url: Where every service is reached. The default is AWS.
    """

    def __init__(
        self,
        *,
        region: str | None = None,
        profile: str | None = None,
        endpoint_url: str | None = None,
    ) -> None:
        self._session = boto3.Session(profile_name=profile, region_name=region)
        self._endpoint_url = endpoint_url
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
        """The client of a service, made once."""
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service, endpoint_url=self._endpoint_url, config=_CONFIG
            )
        return self._clients[service]

    def pages(self, service: str, operation: str, key: str, **arguments: object) -> Iterator[Any]:
        """Every element of a paginated answer."""
        for page in self.client(service).get_paginator(operation).paginate(**arguments):
            yield from page.get(key, [])

    @cached_property
    def region(self) -> str:
        """The Region."""
        return str(self.client("cloudformation").meta.region_name)

    @cached_property
    def account(self) -> str:
        """The account of the credentials."""
        return str(self._identity["Account"])

    @cached_property
    def partition(self) -> str:
        """The partition, such as ``aws``."""
        return str(self._identity["Arn"]).split(":")[1]

    @cached_property
    def url_suffix(self) -> str:
        """The domain of the partition's hosts."""
        return _URL_SUFFIXES.get(self.partition, "amazonaws.com")

    @cached_property
    def _identity(self) -> Any:  # noqa: ANN401 - an answer of boto3
        return self.client("sts").get_caller_identity()


def is_absent(error: ClientError) -> bool:
    """Whether the service says that there is no such thing."""
    return _status(error) == HTTPStatus.NOT_FOUND or _has_code(error, _ABSENT)


def is_refused(error: ClientError) -> bool:
    """Whether the caller may not read."""
    return _status(error) == HTTPStatus.FORBIDDEN or _has_code(error, _REFUSED)


def optional(call: Callable[..., Any], **arguments: object) -> Any | None:  # noqa: ANN401
    """The answer, or None if what is asked for was never set."""
    try:
        return call(**arguments)
    except ClientError as error:
        if is_absent(error):
            return None
        raise


def _status(error: ClientError) -> object:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")


def _has_code(error: ClientError, codes: re.Pattern[str]) -> bool:
    return bool(codes.search(error.response["Error"]["Code"]))
