"""What can go wrong, in CloudFormation's words where it has some."""

from moto.core.exceptions import ServiceException


class ValidationError(ServiceException):  # type: ignore[misc]  # moto ships no types mypy follows
    """A request that CloudFormation refuses before it touches a resource."""

    code = "ValidationError"


class ResourceError(Exception):
    """A resource that could not be created, changed, read back or deleted."""
