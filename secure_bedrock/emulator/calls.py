"""Which AWS operations were called, with which access key."""

import threading
from collections import defaultdict
from collections.abc import Iterable

from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

from secure_bedrock.emulator.values import Members

_SIGNED_AS = {
    "bedrock": ("bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime"),
    "monitoring": ("cloudwatch",),
}


class CallLog:
    """The calls of every access key, and the keys of every role that a function ran with."""

    def __init__(self) -> None:
        self._calls: dict[str, list[str]] = defaultdict(list)
        self._keys: dict[str, list[str]] = defaultdict(list)
        self._lock = threading.Lock()

    def knows_key(self, access_key: str, role: str) -> None:
        """Remember which role an access key belongs to."""
        with self._lock:
            self._keys[role].append(access_key)

    def of_role(self, role: str) -> list[str]:
        """What functions with this role called, as ``service:Operation``, in order."""
        with self._lock:
            return [call for key in self._keys.get(role, ()) for call in self._calls.get(key, ())]

    def record(self, environ: Members, body: bytes) -> None:
        """Take note of a request, if it is signed."""
        scope = credential_scope(environ)
        if scope is None:
            return
        access_key, service = scope
        names = _SIGNED_AS.get(service, (service,))
        found = _named(environ, body) or _routed(environ, names)
        if found is None:
            return
        self.record_as(access_key, found if ":" in found else f"{names[0]}:{found}")

    def record_as(self, access_key: str, name: str) -> None:
        """Take note of a call by its name, ``service:Operation``."""
        with self._lock:
            self._calls[access_key].append(name)


def credential_scope(environ: Members) -> tuple[str, str] | None:
    """Access key and signing name from the Authorization header."""
    _, _, rest = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
    parts = rest.split(",")[0].split("/")
    return (parts[0], parts[3]) if len(parts) > 4 else None  # noqa: PLR2004 - key/date/region/service/type


def _named(environ: Members, body: bytes) -> str | None:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return str(target.split(".")[-1])
    for part in body.split(b"&"):
        if part.startswith(b"Action="):
            return part.removeprefix(b"Action=").decode()
    return None


def _routed(environ: Members, services: Iterable[str]) -> str | None:
    path = environ["PATH_INFO"]
    if path.startswith("/service/") and "/operation/" in path:
        return str(path.rsplit("/", 1)[-1])
    for service in services:
        try:
            found, _ = get_service_router(service).match(Request(dict(environ)))
        except (NotFound, NotImplementedError):
            continue
        return f"{service}:{found.name}"
    return None
