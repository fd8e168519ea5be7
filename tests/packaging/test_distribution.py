"""What users install: the wheel and the source distribution hold what they must, nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
IN_THE_SDIST = (
    "secure_bedrock/",
    "docs/",
    "examples/",
    "tests/",
    "requirements/",
    "app.py",
    "cdk.json",
    "pyproject.toml",
    "Makefile",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
)


def tree():
    """Files of the checkout that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return {name for name in listed if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel's files in a folder that comes before the checkout on Python's path."""
    folder = tmp_path_factory.mktemp("site")
    shutil.unpack_archive(wheel, folder, "zip")
    return folder


def run(code, installed, cwd):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    held = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert held == {name for name in tree() if name.startswith("secure_bedrock/")}


def test_the_sdist_holds_what_builds_tests_and_explains_it(built):
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    expected = {name for name in tree() if name.startswith(IN_THE_SDIST)}
    assert held - {"PKG-INFO", ".gitignore"} == expected


def test_the_first_example_of_the_readme_runs_from_the_wheel(installed, tmp_path):
    example = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    code = f"{example}\nimport secure_bedrock; print(secure_bedrock.__file__)"
    done = run(code, installed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(installed / "secure_bedrock/__init__.py")


def test_the_command_runs_from_the_wheel(installed, tmp_path):
    code = "import sys; sys.argv = ['secure-bedrock', 'init', 'new']\n"
    done = run(f"{code}from secure_bedrock.cli import main; main()", installed, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/app.py").is_file()


def test_constructs_pull_only_the_cdk(installed, tmp_path):
    code = (
        "import sys, secure_bedrock\n"
        "for name in secure_bedrock.__all__: getattr(secure_bedrock, name)\n"
        "import secure_bedrock.reference.application, secure_bedrock.checks\n"
        "extras = {'boto3', 'botocore', 'click', 'duckdb', 'jsonschema', 'moto', 'rich', 'yaml'}\n"
        "sys.exit(', '.join(extras & set(sys.modules)) or 0)"
    )
    done = run(code, installed, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
