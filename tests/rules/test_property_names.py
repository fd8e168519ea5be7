"""A rule on a property that does not exist can never fire: names are looked up in the schemas.

A rule may ask several types, or members of several kinds, for one name: one has to have it.
"""

import json
from functools import cache
from pathlib import Path

import cfnlint
import pytest

from secure_bedrock.rules import RULES, Parameters, Profile, load_template
from secure_bedrock.rules._engine import evaluate
from secure_bedrock.rules._node import Node
from secure_bedrock.rules._template import Resource

HERE = Path(__file__).parent / "hardened"
SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
EVERYTHING_ON = Parameters(
    allowed_models=("amazon.*",),
    allowed_regions=("eu-west-1",),
    approved_connectors=("S3",),
    approved_vector_stores=("S3_VECTORS",),
    legacy_models=("anthropic.claude-v2",),
    required_pii_types=("EMAIL",),
    required_tags=("team",),
)
# Asked of every member or type alike; the templates have only members without these.
ASKED_OF_OTHERS = {"AppSecret", "AuthorizationPrivateKey", "ServiceToken"}


@cache
def schema(kind):
    """The CloudFormation schema of a resource type, or None for types that have none."""
    known = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text())
    name = known.get(kind)
    return json.loads((SCHEMAS / "resources" / f"{name}.json").read_text()) if name else None


def members(node, whole):
    """What may stand at a place: its schema and those it refers to or offers as alternatives."""
    while "$ref" in node:
        node = whole["definitions"][node["$ref"].rpartition("/")[2]]
    yield node
    for each in ("oneOf", "anyOf", "allOf"):
        for alternative in node.get(each, ()):
            yield from members(alternative, whole)


def exists(kind, path):
    """Whether a path is in the schema; below free-form objects and JSON strings anything is."""
    whole = schema(kind)
    places = list(members(whole, whole))
    for part in path:
        if isinstance(part, int) or part.startswith("Fn::"):
            found = [each["items"] for each in places if "items" in each]
            places = [m for each in found for m in members(each, whole)] or places
            continue
        places += [m for p in places if "items" in p for m in members(p["items"], whole)]
        if all("properties" not in each for each in places):
            return True
        found = [p["properties"][part] for p in places if part in p.get("properties", {})]
        places = [m for each in found for m in members(each, whole)]
        if not places:
            return False
    return True


@pytest.fixture(scope="module")
def templates():
    return [load_template(path).template for path in sorted(HERE.glob("*.yaml"))]


@pytest.fixture
def asked(monkeypatch):
    """Every (resource type, path of properties) that is read while the fixture is in use."""
    seen = set()

    def spy(read):
        def reading(self, key):
            node = read(self, key)
            top, *rest = node.path
            if top == "Resources" and len(rest) > 2 and rest[1] == "Properties":
                resource = node.template.resources.get(rest[0])
                seen.add((resource.type if resource else "", tuple(rest[2:])))
            return node

        return reading

    for reader in (Node, Resource):
        monkeypatch.setattr(reader, "__getitem__", spy(reader.__getitem__))
    return seen


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_property_that_a_rule_reads_exists(rule, templates, asked):
    for template in templates:
        evaluate(template, rules=[rule], profiles=Profile, parameters=EVERYTHING_ON)
    by_name = {}
    for kind, path in asked:
        if schema(kind) is not None and path[-1]:
            by_name.setdefault(capital(path[-1]), []).append(exists(kind, path))
    lost = {name for name, found in by_name.items() if not any(found)}
    assert lost - ASKED_OF_OTHERS == set()


def capital(name):
    """Definitions in JSON strings begin with small letters what properties begin with capitals."""
    return name[:1].upper() + name[1:]


@pytest.mark.parametrize(
    ("kind", "path", "found"),
    [
        ("AWS::Bedrock::DataSource", ("ServerSideEncryptionConfiguration", "KmsKeyArn"), True),
        ("AWS::Bedrock::DataSource", ("ServerSideEncryptionConfiguration", "KmsKeyId"), False),
        ("AWS::Bedrock::Guardrail", ("ContentPolicyConfig", "FiltersConfig", 0, "Type"), True),
        ("AWS::Bedrock::Guardrail", ("FiltersConfig",), False),
        ("AWS::IAM::Role", ("Policies", 0, "PolicyDocument", "Statement", "Anything"), True),
    ],
)
def test_misspelled_and_misplaced_properties_are_told_apart(kind, path, found):
    assert exists(kind, path) is found
