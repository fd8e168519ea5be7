"""A report as one HTML page: no network, no other file, works without JavaScript."""

import base64
from collections.abc import Collection
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from secure_bedrock.evidence.access_map import AccessMap
from secure_bedrock.evidence.anchors import resource_anchor
from secure_bedrock.evidence.changes import compare
from secure_bedrock.evidence.controls.model import Evidence, RuleFinding
from secure_bedrock.evidence.fixed_costs import Estimate
from secure_bedrock.evidence.picture import Picture
from secure_bedrock.evidence.report_page.access_rows import access_rows
from secure_bedrock.evidence.report_page.answers import MEANINGS, SIGNS, chapters, rules_named
from secure_bedrock.evidence.report_page.index import (
    anchor_of,
    by_shown_name,
    name_of,
    read_index,
    stacks_of,
)

if TYPE_CHECKING:
    from jinja2 import Environment

_NOT_PRINTED = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344)))
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def render_page(
    evidence: Evidence,
    *,
    picture: Picture | None = None,
    costs: Estimate | None = None,
    access: AccessMap | None = None,
    access_problem: str = "",
    previous: Evidence | None = None,
) -> str:
    """The page.

    The same arguments give the same page, byte for byte.

    Args:
        evidence: What the templates show.
        picture: The architecture. Without it the section is left out.
        costs: What is billed by time. Likewise.
        access: Who may call what. Likewise, unless ``access_problem`` says why.
        access_problem: Why there is no access map.
        previous: An earlier report to compare with.

    Raises:
        ModuleNotFoundError: Jinja is not installed: install ``secure-bedrock[report]``.
    """
    style, script = _text("page.css"), _text("page.js")
    index = read_index(evidence)
    page = (
        _environment(stacks_of(evidence))
        .get_template("page.html.j2")
        .render(
            evidence=evidence,
            chapters=chapters(evidence.frameworks),
            rules=rules_named(evidence.frameworks),
            index=index,
            names={
                (file.path, each.place.logical_id): each.name
                for file in index
                for each in file.entries
            },
            meanings=MEANINGS,
            signs=SIGNS,
            severities=_severities(evidence),
            findings=sorted(evidence.findings, key=_severity),
            picture=picture,
            costs=costs,
            access=access_rows(access, by_shown_name(index, evidence))
            if access is not None
            else (),
            access_map=access,
            access_problem=access_problem,
            changes=compare(previous, evidence) if previous is not None else None,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )
    return page.translate(_NOT_PRINTED)


def _environment(stacks: Collection[str]) -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra
    from markupsafe import Markup  # noqa: PLC0415 - comes with it

    made = Environment(
        loader=PackageLoader("secure_bedrock.evidence.report_page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["anchor"] = anchor_of
    made.filters["name"] = partial(name_of, stacks=stacks)
    made.filters["web"] = lambda url: url if str(url).startswith("https://") else ""
    made.filters["host"] = lambda url: urlsplit(str(url)).hostname or str(url)
    made.filters["brief"] = lambda path: str(path).removeprefix("Properties.")
    made.filters["ours"] = Markup  # only for what this package wrote: style, script, drawings
    made.globals["resource_anchor"] = resource_anchor
    return made


def _severities(evidence: Evidence) -> dict[str, int]:
    return {
        severity: sum(each.severity == severity for each in evidence.findings)
        for severity in _SEVERITIES
    }


def _severity(finding: RuleFinding) -> int:
    known = finding.severity in _SEVERITIES
    return _SEVERITIES.index(finding.severity) if known else len(_SEVERITIES)


def _text(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What a browser may do with the page: run its own script and style, fetch nothing."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"
