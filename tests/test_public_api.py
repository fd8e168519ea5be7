import ast
import importlib
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


def test_public_names_are_the_same_for_type_checkers():
    tree = ast.parse(Path(secure_bedrock.__file__).read_text())
    block = next(n for n in tree.body if isinstance(n, ast.If))
    declared = {alias.asname: node.module for node in block.body for alias in node.names}
    assert declared == secure_bedrock._HOME


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        importlib.import_module("secure_bedrock").Nothing  # noqa: B018


def test_importing_the_package_starts_no_cdk():
    code = "import sys, secure_bedrock; sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
