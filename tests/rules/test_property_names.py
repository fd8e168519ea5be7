"""A rule on a property or type that does not exist can never speak."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import cfnlint
import pytest

import secure_bedrock.rules as package

RULES = Path(package.__file__).parent
MODULES = sorted(RULES.glob("*/*.py"))
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
TYPE = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")
NAME = re.compile(r"[A-Z][A-Za-z0-9]+")

# In no schema: the policy language, the keys of OpenSearch Serverless policies, what CDK puts into
# custom resources, parameters of SDK calls.
OTHER = {
    *("Action", "NotAction", "Resource", "NotResource", "Condition", "Principal", "NotPrincipal"),
    *("Effect", "Statement", "AllowFromPublic", "KmsARN", "Permission", "Rules"),
    *("ServiceToken", "Create", "Update", "CredentialAgeDays", "ServiceName", "Properties"),
}
# Types that rules come to by following a reference, without naming them.
FOLLOWED = {
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Integration",
    "AWS::Cognito::IdentityPool",
    "AWS::Kinesis::Stream",
    "AWS::S3::Bucket",
}


@cache
def schema_files():
    """Resource type to the file of its schema, SAM's types included."""
    found = {}
    for name in ("eu-west-1", "us-west-2", "us-east-1", "sam"):
        found |= json.loads((SCHEMAS / "providers" / f"{name}.json").read_text())
    return found


@cache
def known_names():
    """Every property, at any depth, of every type that some rule names."""
    kinds = FOLLOWED.union(*(types_in(tree_of(path)) for path in MODULES))
    files = {schema_files()[kind] for kind in kinds & set(schema_files())}
    schemas = [json.loads((SCHEMAS / "resources" / f"{each}.json").read_text()) for each in files]
    return frozenset(name for schema in schemas for name in names_in(schema))


def names_in(schema):
    if isinstance(schema, dict):
        yield from schema["properties"] if isinstance(schema.get("properties"), dict) else ()
        yield from (name for value in schema.values() for name in names_in(value))
    elif isinstance(schema, list):
        yield from (name for value in schema for name in names_in(value))


@cache
def tree_of(path):
    return ast.parse(path.read_text())


def types_in(tree):
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {each for each in values if isinstance(each, str) and TYPE.fullmatch(each)}


def subscripts_in(tree):
    slices = (node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    values = (each.value for each in slices if isinstance(each, ast.Constant))
    return {each for each in values if isinstance(each, str) and NAME.fullmatch(each)}


def group_and_name(path):
    return f"{path.parent.name}.{path.stem}"


@pytest.mark.parametrize("path", MODULES, ids=group_and_name)
def test_every_type_that_a_rule_names_exists(path):
    assert types_in(tree_of(path)) - set(schema_files()) == set()


@pytest.mark.parametrize("path", MODULES, ids=group_and_name)
def test_every_property_that_a_rule_reads_exists(path):
    assert subscripts_in(tree_of(path)) - known_names() - OTHER == set()


def test_the_reader_of_rules_sees_properties():
    tree = ast.parse('guardrail["KmsKeyArn"]["Nested"]; statement.node["x"]')
    assert subscripts_in(tree) == {"KmsKeyArn", "Nested"}
