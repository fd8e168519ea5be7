import importlib.util
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "generated_pages", Path(__file__).with_name("generated_pages.py")
)
generated_pages = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(generated_pages)


@pytest.mark.parametrize(("name", "text"), list(generated_pages.texts()), ids=lambda v: v[:20])
def test_a_page_that_lists_the_tree_is_up_to_date(name, text):
    written = (generated_pages.DOCS / name).read_text()
    assert written == text, "run: .venv/bin/python tests/docs/generated_pages.py"


def test_every_page_is_in_the_navigation_or_in_a_list_that_is():
    navigation = (generated_pages.ROOT / "zensical.toml").read_text()
    listed = {"constructs", "decisions", "runbooks"}
    missing = [
        str(page.relative_to(generated_pages.DOCS))
        for page in generated_pages.DOCS.rglob("*.md")
        if page.parent.name not in listed
        and f'"{page.relative_to(generated_pages.DOCS)}"' not in navigation
    ]
    assert missing == []
