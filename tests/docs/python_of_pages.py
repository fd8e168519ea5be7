"""Write every Python block of the documentation to a file of its own, for type checkers."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def main(folder: Path) -> None:
    """Files are named for their page and the block's number in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.py"):
        old.unlink()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        name = str(page.relative_to(ROOT).with_suffix("")).replace("/", "_").replace("-", "_")
        for number, block in enumerate(PYTHON_BLOCK.findall(page.read_text())):
            (folder / f"{name}_{number}.py").write_text(block)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
