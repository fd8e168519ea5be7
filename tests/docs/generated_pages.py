"""Pages that list what the tree holds. Run this file to write them; a test compares them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
_ORDER = (
    "Every page has the same order: what it protects against, the smallest example, inputs, "
    "attributes, grants and metrics, permissions it creates, rules and controls, limits, monthly "
    "cost, and what could not be verified without an AWS account."
)
_FOLDERS = {
    "encryption": "Encryption",
    "network": "Network",
    "invocation_logging": "Invocation logging",
    "guardrails": "Guardrails",
    "access": "Access",
    "monitoring": "Monitoring and response",
    "cost": "Cost and limits",
    "data": "Knowledge bases, agents, capacity, retention",
    "hardening": "Hardening what exists",
    "rollout": "Many accounts",
    "catalog": "Values",
    "checks": "Checks",
    "_node": "Node.js",
}


def homes() -> dict[str, str]:
    """Public name -> module, as the package itself reads it."""
    import secure_bedrock

    return dict(secure_bedrock._HOME)


def part(name: str) -> str:
    """The folder of the package that a public name lives in."""
    return homes()[name].split(".")[1]


def title(page: Path) -> str:
    """The first heading."""
    return page.read_text().partition("\n")[0].removeprefix("# ")


def first_sentence(page: Path) -> str:
    """The first sentence of the paragraph below the heading."""
    paragraph = " ".join(page.read_text().split("\n\n")[1].split())
    return re.split(r"(?<=[.:]) (?=[A-Z`])", paragraph)[0]


def constructs() -> str:
    """Every construct's page, by the folder of its first name."""
    pages: dict[str, list[Path]] = {}
    for page in sorted(DOCS.glob("constructs/*.md")):
        if page.name == "index.md":
            continue
        names = re.findall(r"\w+", title(page))
        pages.setdefault(next(part(n) for n in names if n in homes()), []).append(page)
    text = [
        "# Constructs",
        _ORDER,
    ]
    for folder, heading in _FOLDERS.items():
        if folder in pages:
            rows = [f"| [{title(p)}]({p.name}) | {first_sentence(p)} |" for p in pages[folder]]
            text.append(f"## {heading}")
            text.append("\n".join(["| construct | |", "|---|---|", *rows]))
    return "\n\n".join(text) + "\n"


def decisions() -> str:
    """Every decision, in the order of its number."""
    rows = []
    for page in sorted(DOCS.glob("decisions/[0-9]*.md")):
        number, _, heading = title(page).partition(" ")
        rows.append(f"| {number.strip('.:').zfill(4)} | [{heading.strip(' -:')}]({page.name}) |")
    intro = "Why things are as they are, about ten lines each. A number is never used twice."
    return "\n".join(["# Decisions", "", intro, "", "| | |", "|---|---|", *rows]) + "\n"


def runbooks() -> str:
    """Every runbook."""
    rows = [
        f"| [{title(page)}]({page.name}) | {first_sentence(page)} |"
        for page in sorted(DOCS.glob("runbooks/*.md"))
        if page.name != "index.md"
    ]
    intro = "What to do when an alarm or a signal says something. Alarms link to their page."
    return "\n".join(["# Runbooks", "", intro, "", "| | when |", "|---|---|", *rows]) + "\n"


def api() -> str:
    """Every public name, with what its docstring says."""
    text = [
        "# API",
        "Every public name, from the docstrings. All of them are imported from `secure_bedrock`.",
    ]
    for folder, heading in _FOLDERS.items():
        names = [name for name in sorted(homes(), key=str.lower) if part(name) == folder]
        if names:
            text.append(f"## {heading}")
            text += [f"::: {homes()[name]}.{name}" for name in names]
    return "\n\n".join(text) + "\n"


PAGES = {
    "constructs/index.md": constructs,
    "decisions/index.md": decisions,
    "runbooks/index.md": runbooks,
    "api.md": api,
}


def texts() -> Iterator[tuple[str, str]]:
    """Name of each page, and its text."""
    for name, make in PAGES.items():
        yield name, make()


if __name__ == "__main__":
    for name, text in texts():
        (DOCS / name).write_text(text)
