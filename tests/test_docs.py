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


def test_every_construct_page_says_what_could_not_be_verified():
    pages = sorted((ROOT / "docs/constructs").glob("*.md"))
    assert pages
    assert [p.name for p in pages if "verified" not in p.read_text()] == []
