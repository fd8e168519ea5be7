"""Names of places in a report, for people and for links."""

from hashlib import sha256

_LENGTH = 12
_WRAPPED = ("/Resource", "/Default")


def resource_anchor(template: str, logical_id: str) -> str:
    """The anchor of a resource: plain letters and digits, whatever its name holds."""
    return f"r-{_digest(template, logical_id)}"


def property_anchor(template: str, logical_id: str, property_path: str) -> str:
    """The anchor of a property of a resource; of the resource where there is no property."""
    if not property_path:
        return resource_anchor(template, logical_id)
    return f"p-{_digest(template, logical_id, property_path)}"


def without_wrappers(construct_path: str) -> str:
    """The construct path without the ids that the CDK gives to what a construct wraps."""
    while construct_path.endswith(_WRAPPED):
        construct_path = construct_path.rpartition("/")[0]
    return construct_path


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:_LENGTH]
