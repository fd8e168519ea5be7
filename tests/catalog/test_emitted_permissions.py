"""Every policy statement this library emits names things that AWS has.

Walks the snapshots, which are the synthesized templates of all constructs and the reference stack.
"""

import json
import re
from pathlib import Path

import pytest

from secure_bedrock.catalog.service_authorization import (
    action,
    actions_matching,
    condition_key_type,
    resource_arn_patterns,
)
from secure_bedrock.policy.match import arn_match, wildcard_match
from secure_bedrock.policy.operators import Operator

TESTS = Path(__file__).parent.parent
FAMILIES = {
    "String": ("String",),
    "ARN": ("Arn",),
    "Bool": ("Bool",),
    "Numeric": ("Numeric",),
    "Date": ("Date",),
    "IPAddress": ("IpAddress", "NotIpAddress"),
}
ALSO = {  # what AWS's own key and topic policies do besides
    "aws:sourcearn": ("String",),
    "kms:encryptioncontext:aws:logs:arn": ("Arn",),
}
NEWER = {"bedrock-agentcore:IngestData"}  # an operation since then, not yet in the reference
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}


def statements_in(value, where=""):
    if isinstance(value, dict):
        if value.get("Effect") in ("Allow", "Deny"):
            yield where, value
        for key, item in value.items():
            yield from statements_in(item, f"{where}/{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from statements_in(item, f"{where}/{number}")
    elif isinstance(value, str) and value.startswith('{"Version":"2012-10-17"'):
        yield from statements_in(json.loads(value), where)


def emitted():
    for path in sorted(TESTS.rglob("__snapshots__/**/*.json")):
        template = json.loads(path.read_text())
        for where, statement in statements_in(template):
            yield pytest.param(statement, id=f"{path.parent.name}:{path.stem}{where}")


EMITTED = list(emitted())


def test_there_is_something_to_check():
    assert len(EMITTED) > 100


@pytest.mark.parametrize("statement", EMITTED)
def test_actions_exist(statement):
    for name in listed(statement, "Action", "NotAction"):
        if name in NEWER and statement["Effect"] == "Deny":
            continue
        known = actions_matching(name)
        assert known, f"{name} is no action"
        assert "*" in name or name in known, f"{name} is spelled differently: {known}"


def written_out(arn):
    """The policy of an API may leave out where the API is: Amazon API Gateway puts it in."""
    path = arn.removeprefix("execute-api:/")
    return arn if path == arn else f"arn:aws:execute-api:x:x:x/{path.replace('*', '*/*/*', 1)}"


@pytest.mark.parametrize("statement", EMITTED)
def test_resources_have_the_form_of_their_actions(statement):
    forms = [form for a in acted_on(statement) for form in forms_of(a)]
    for resource in listed(statement, "Resource", "NotResource"):
        arn = written_out(text(resource))
        assert (
            arn in ("*", UNKNOWN)
            or arn.startswith(UNKNOWN)
            or any(fits(arn.replace(UNKNOWN, "x"), form) for form in forms)
        ), f"{arn} is none of {sorted(set(forms))}"


@pytest.mark.parametrize("statement", EMITTED)
def test_an_action_without_resource_types_is_not_limited_to_one(statement):
    if all(text(resource) != "*" for resource in listed(statement, "Resource")):
        for name in listed(statement, "Action"):
            known = action(name)
            assert known is None or known.resource_types, f"{name} takes only *"


@pytest.mark.parametrize("statement", EMITTED)
def test_condition_keys_exist_and_the_operators_are_those_of_their_type(statement):
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            kind = condition_key_type(key)
            assert kind, f"{key} is no condition key"
            base = operator.split(":")[-1]
            Operator.parse(operator)
            also = ALSO.get(key.lower(), ())
            expected = (*FAMILIES[kind.removeprefix("ArrayOf")], "Null", *also)
            assert base.startswith(expected), f"{operator} on {key}, which is of type {kind}"


@pytest.mark.parametrize("statement", EMITTED)
def test_condition_keys_of_a_service_are_carried_by_its_actions(statement):
    carried = {key for a in acted_on(statement) for key in a.condition_keys}
    for keys in statement.get("Condition", {}).values():
        for key in keys:
            if not key.lower().startswith(("aws:", "token.", "oidc.")):
                assert any(wildcard_match(star(known), key) for known in carried), key


UNKNOWN = "<deploy time>"


def text(value):
    """An ARN with what is only known at deployment left as UNKNOWN."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return PSEUDO.get(name, UNKNOWN)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(text(part) for part in parts)
    return UNKNOWN


def fits(arn, form):
    """Whether an emitted ARN, perhaps with stars, can mean a resource of that form."""
    example = form.split(":", 5)[5].replace("*", "x")
    *fields, resource = arn.split(":", 5)
    return arn_match(form, arn) or (
        arn_match(form, ":".join([*fields, example])) and wildcard_match(resource, example)
    )


def star(form):
    return re.sub(r"\$\{[^}]*\}", "*", form)


def acted_on(statement):
    for name in listed(statement, "Action", "NotAction"):
        yield from map(action, actions_matching(name))


def forms_of(known):
    service = known.name.partition(":")[0]
    for resource_type in known.resource_types:
        yield from resource_arn_patterns(service, resource_type)


def listed(statement, *elements):
    for element in elements:
        value = statement.get(element, [])
        yield from value if isinstance(value, list) else [value]
