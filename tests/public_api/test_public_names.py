import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import secure_bedrock


@pytest.mark.parametrize("name", secure_bedrock.__all__)
def test_every_public_name_loads(name):
    assert getattr(secure_bedrock, name) is not None


@pytest.mark.parametrize("name", [n for n in secure_bedrock.__all__ if not n.isupper()])
def test_every_public_class_and_function_is_documented(name):
    assert getattr(secure_bedrock, name).__doc__


def test_the_stub_has_nothing_but_public_names():
    lines = Path(secure_bedrock.__file__).with_suffix(".pyi").read_text().splitlines()
    assert len(secure_bedrock.__all__) == sum(" as " in line for line in lines)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        importlib.import_module("secure_bedrock").Nothing  # noqa: B018


def test_importing_the_package_starts_no_cdk():
    code = "import sys, secure_bedrock; sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_public_api_changes_only_on_purpose():
    spec = importlib.util.spec_from_file_location("listing", Path(__file__).with_name("listing.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.LISTING.read_text() == module.listing(), "run: tests/public_api/listing.py"
