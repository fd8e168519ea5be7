"""Which files of a folder are invocation logs, and what can be read of a damaged one."""

import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_DAY = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/\d{2}/")
_ENDINGS = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
_CHUNK = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFiles:
    """Files of a folder.

    Attributes:
        records: Files of records, one on each line.
        bodies: Prompts and answers too large for a record, by the name of their file.
        others: Names of files that are neither.
    """

    records: tuple[Path, ...]
    bodies: Mapping[str, Path]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A file that could not be read to its end.

    Attributes:
        path: Where it is.
        problem: What is wrong with it.
        readable: A file with what can be read of it.
    """

    path: Path
    problem: str
    readable: Path


def find_logs(root: Path, *, since: date | None = None) -> LogFiles:
    """Every file below a folder, or one file. Folders of days long before ``since`` are left out.

    Raises:
        ValueError: There is no such folder, or no log in it.
    """
    if not root.exists():
        raise ValueError(f"{root} does not exist: name a folder of invocation logs, or one file")
    found = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
    logs = [path for path in found if path.name.endswith(_ENDINGS)]
    bodies = {path.name: path for path in logs if path.parent.name == "data"}
    records = tuple(
        path for path in logs if path.parent.name != "data" and recent(str(path), since)
    )
    if not records:
        span = f" of {since} or later" if since else ""
        raise ValueError(
            f"{root} has no invocation logs{span}: expected files of records named *.json.gz"
        )
    others = tuple(str(path) for path in found if not path.name.endswith(_ENDINGS))
    return LogFiles(records=records, bodies=bodies, others=others)


def recent(path: str, since: date | None) -> bool:
    """Whether a file may hold records of a day or later: it may be filed under the day before."""
    day = _DAY.search(path)
    if since is None or day is None:
        return True
    try:
        filed = date(int(day[1]), int(day[2]), int(day[3]))
    except ValueError:
        return True
    return filed >= since - timedelta(days=1)


def damaged_files(paths: Iterable[Path], folder: Path) -> list[Damaged]:
    """Files that cannot be read as text to their end, with what can be read of them."""
    found = []
    for path in paths:
        readable = folder / str(path.resolve()).lstrip("/").removesuffix(".gz")
        readable.parent.mkdir(parents=True, exist_ok=True)
        problem = _unpack(path, readable)
        if problem is None:
            readable.unlink()
        else:
            found.append(Damaged(path=path, problem=problem, readable=readable))
    return found


class _DamageError(Exception):
    """A file could be read up to here; the message says what is wrong."""


def _unpack(source: Path, target: Path) -> str | None:
    """Write what can be read; the answer is what is wrong, if anything."""
    problem, decoder = None, getincrementaldecoder("utf-8")("surrogateescape")
    with target.open("wb") as plain:
        try:
            for piece in _gunzipped(source) if source.name.endswith(".gz") else _pieces(source):
                text = decoder.decode(piece)
                readable = text.encode("utf-8", "replace")
                if readable != text.encode("utf-8", "surrogateescape"):
                    problem = "has bytes that are no UTF-8"
                plain.write(readable)
        except _DamageError as damage:
            return str(damage)
    return problem


def _pieces(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _gunzipped(source: Path) -> Iterator[bytes]:
    gunzip, begun = zlib.decompressobj(wbits=31), False
    for piece in _pieces(source):
        if not begun and not piece.startswith(_GZIP_MAGIC):
            yield from _pieces(source)
            raise _DamageError("is not compressed, although its name says so")
        begun = True
        rest = piece
        while rest:
            if gunzip.eof:
                gunzip = zlib.decompressobj(wbits=31)
            try:
                yield gunzip.decompress(rest)
            except zlib.error as error:
                raise _DamageError(f"is damaged: {error}") from error
            rest = gunzip.unused_data
    if not begun:
        raise _DamageError("is empty")
    if not gunzip.eof:
        raise _DamageError("ends early")
