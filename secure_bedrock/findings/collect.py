"""Finding the templates in files, folders and cloud assemblies."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from secure_bedrock.rules import Source, load_assembly, load_template

_SUFFIXES = {".json", ".yaml", ".yml", ".template"}
_PASSED_OVER = {"node_modules", "__pycache__"}
_SECTION = re.compile(r"""(?m)^[\s{]*Resources\s*:|["']Resources["']\s*:""")
_MARK = re.compile(r"AWSTemplateFormatVersion|\b[A-Za-z]\w*::[A-Za-z]\w*")
_NONE = "name a template, a folder with templates or a cloud assembly"


@dataclass(slots=True)
class Collected:
    """What was found.

    Attributes:
        sources: The templates, each once, in the order of their paths.
        others: Number of files that were looked at and are no templates.
        problems: One line for everything that could not be read.
    """

    sources: list[Source] = field(default_factory=list)
    others: int = 0
    problems: list[str] = field(default_factory=list)


def collect(paths: Iterable[Path], *, templates_only: bool = False) -> Collected:
    """Every template below some paths.

    In a folder, files that are no templates are counted and passed over. A file that is named has
    to be one, unless ``templates_only`` passes over those too.
    """
    found = Collected()
    seen: dict[tuple[Path, str | None, str | None], Source] = {}
    for path in paths:
        sources = list(_sources(path, found, templates_only=templates_only))
        if path.is_dir() and not sources and not found.problems:
            found.problems.append(f"{path}: no template in this folder: {_NONE}")
        for source in sources:
            seen.setdefault((source.path.resolve(), source.account, source.region), source)
    found.sources = sorted(seen.values(), key=lambda source: str(source.path))
    return found


def _sources(path: Path, found: Collected, *, templates_only: bool) -> Iterator[Source]:
    if path.is_dir():
        yield from _folder(path, found)
    elif not path.exists():
        found.problems.append(f"{path}: does not exist: {_NONE}")
    elif templates_only and not _looks_like_a_template(path):
        found.others += 1
    else:
        yield from _file(path, found)


def _folder(folder: Path, found: Collected) -> Iterator[Source]:
    for name, folders, files in os.walk(folder):
        if is_assembly(Path(name)):
            yield from _assembly(Path(name), found)
            folders.clear()
            continue
        kept = (each for each in folders if not each.startswith(".") and each not in _PASSED_OVER)
        folders[:] = sorted(kept)
        for file in sorted(files):
            path = Path(name, file)
            if path.suffix.lower() not in _SUFFIXES:
                continue
            if _looks_like_a_template(path):
                yield from _file(path, found)
            else:
                found.others += 1


def is_assembly(folder: Path) -> bool:
    """Whether a folder is what ``cdk synth`` writes."""
    try:
        text = (folder / "manifest.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return '"artifacts"' in text and '"cdk:' in text


def _assembly(folder: Path, found: Collected) -> Iterator[Source]:
    try:
        yield from load_assembly(folder)
    except (ValueError, OSError) as error:
        found.problems.append(_problem(folder, error))


def _file(path: Path, found: Collected) -> Iterator[Source]:
    try:
        yield load_template(path)
    except (ValueError, OSError) as error:
        found.problems.append(_problem(path, error))


def _problem(path: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{path}: {error.strerror or error}: make it readable or leave it out"
    return f"{error}: correct it or leave it out"


def _looks_like_a_template(path: Path) -> bool:
    """Whether a file has a Resources section and resource types, be it well-formed or not."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return True  # reading it again says what is wrong
    return bool(_SECTION.search(text) and _MARK.search(text))
