import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?!https?:|#|mailto:)([^)#\s]+)")


def blocks():
    for page in PAGES:
        text = page.read_text()
        for match in PYTHON.finditer(text):
            line = text[: match.start()].count("\n") + 2
            where = f"{page.relative_to(ROOT)}:{line}"
            yield pytest.param("\n" * (line - 1) + match[1], where, id=where)


@pytest.mark.parametrize(("code", "where"), list(blocks()))
def test_every_python_block_runs(code, where, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(code, where, "exec"), {"__name__": "example"})  # noqa: S102 - our own pages


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page):
    links = LINK.findall(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


SKELETON = [
    "What it protects against",
    "Smallest example",
    "Inputs",
    "Permissions it creates",
    "Rules and controls",
    "Limits",
    "Monthly cost",
    "What could not be verified",
]
CONSTRUCTS = [p for p in sorted((ROOT / "docs/constructs").glob("*.md")) if p.stem != "index"]


@pytest.mark.parametrize("page", CONSTRUCTS, ids=lambda p: p.stem)
def test_every_construct_page_has_the_same_skeleton(page):
    headings = re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE)
    assert [heading for heading in headings if heading in SKELETON] == SKELETON


def test_no_page_links_out_of_the_documentation():
    inside = ROOT / "docs"
    out = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        if page.is_relative_to(inside)
        for link in LINK.findall(page.read_text())
        if not (page.parent / link).resolve().is_relative_to(inside)
    ]
    assert out == []
