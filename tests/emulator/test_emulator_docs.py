import re
from pathlib import Path

import pytest

from secure_bedrock.emulator.resources.table import table

_PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"


def test_the_table_of_types_is_the_registrys():
    listed = _PAGE.read_text().split("<!-- types -->")[1].split("<!-- end of types -->")[0]
    assert listed.strip() == table()


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", _PAGE.read_text(), re.DOTALL))
def test_the_example_runs(code):
    exec(compile(code, str(_PAGE), "exec"), {})  # noqa: S102 - the page's own example
