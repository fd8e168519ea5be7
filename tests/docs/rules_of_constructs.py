"""The section "Rules and controls" of every construct's page, from its smallest example.

Run this file to write the sections; with ``--check`` it fails if one is out of date.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["CDK_VALIDATION"] = "false"

from secure_bedrock import ensure_node

ensure_node()

import aws_cdk as cdk
from python_of_pages import PYTHON_BLOCK

from secure_bedrock.evidence.controls.collect import collect_evidence
from secure_bedrock.evidence.controls.model import Evidence, Status

DOCS = Path(__file__).parent.parent.parent / "docs"
_HEADING = "## Rules and controls"
_SECTION = re.compile(rf"^{_HEADING}\n.*?(?=^## )", re.DOTALL | re.MULTILINE)
_BEFORE = "## Limits\n"


def evidence_of(page: Path) -> Evidence | None:
    """What the templates of a page's smallest example show; None if it makes no resources."""
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(PYTHON_BLOCK.search(page.read_text())[1], str(page), "exec"), names)  # noqa: S102
    app = next((each for each in names.values() if isinstance(each, cdk.App)), None)
    if app is None:
        return None
    folder = Path(app.synth().directory)
    templates = [*folder.glob("*.template.json")]
    return collect_evidence([folder], region="eu-west-1") if templates else None


def section(evidence: Evidence | None) -> str:
    """The section's text."""
    rules = sorted(set(_shown(evidence))) if evidence else []
    if not rules:
        return f"{_HEADING}\n\nThe smallest example makes nothing that a rule judges.\n\n"
    counts = [
        f"{framework.name}: {count}"
        for framework in evidence.frameworks
        if (count := sum(each.status is Status.SHOWN for each in framework.controls))
    ]
    return (
        f"{_HEADING}\n\n"
        f"The smallest example keeps these [rules](../rules.md): {', '.join(rules)}.\n\n"
        "They show something of these many controls ([frameworks](../frameworks.md)): "
        f"{'; '.join(counts)}. `secure-bedrock report` says of your own template which.\n\n"
    )


def _shown(evidence: Evidence) -> Iterator[str]:
    for framework in evidence.frameworks:
        for control in framework.controls:
            for proof in control.proofs:
                if proof.status is Status.SHOWN:
                    yield proof.rule_id


def with_section(text: str, new: str) -> str:
    """The page with its section replaced, or put before the limits."""
    bare = _SECTION.sub("", text)
    return bare.replace(_BEFORE, f"{new}{_BEFORE}", 1)


def main() -> int:
    """Write the sections, or check them."""
    stale = []
    for page in sorted(DOCS.glob("constructs/*.md")):
        if page.name == "index.md":
            continue
        with TemporaryDirectory() as folder:
            os.chdir(folder)
            new = with_section(page.read_text(), section(evidence_of(page)))
            os.chdir(DOCS)
        if new != page.read_text():
            stale.append(page)
            if "--check" not in sys.argv:
                page.write_text(new)
    if stale and "--check" in sys.argv:
        print(f"out of date: {', '.join(page.name for page in stale)}: run {__file__}")  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
