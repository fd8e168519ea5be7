"""Access maps of small hand-written templates."""

import json

import pytest

from secure_bedrock.evidence.access_map import access_map
from secure_bedrock.rules import load_template

PLACE = {"region": "eu-west-1", "account": "111122223333"}


def allow(action, resource="*", **conditions):
    return {"Effect": "Allow", "Action": action, "Resource": resource} | _when(conditions)


def deny(action, resource="*", **conditions):
    return {"Effect": "Deny", "Action": action, "Resource": resource} | _when(conditions)


def _when(conditions):
    return {"Condition": conditions} if conditions else {}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def inline(*statements):
    return [{"PolicyName": "Own", "PolicyDocument": policy(*statements)}]


def role(*statements, **properties):
    properties = {"Policies": inline(*statements)} | properties
    return {"Type": "AWS::IAM::Role", "Properties": properties}


@pytest.fixture
def map_of(tmp_path):
    """The access map of templates, each given by its resources or as a whole."""

    def compute(*templates, **options):
        sources = []
        for number, given in enumerate(templates):
            path = tmp_path / f"{number}.json"
            path.write_text(json.dumps(given if "Resources" in given else {"Resources": given}))
            sources.append(load_template(path))
        return access_map(sources, **PLACE | options)

    return compute


@pytest.fixture
def answers_of(map_of):
    """(target, action) -> answer of the first principal."""

    def compute(*templates, **options):
        (row, *_) = map_of(*templates, **options).rows
        return {(each.target, each.action): each for each in row.answers}

    return compute


@pytest.fixture
def words():
    """What templates are written with."""

    class Words:
        allow = staticmethod(allow)
        deny = staticmethod(deny)
        policy = staticmethod(policy)
        role = staticmethod(role)
        inline = staticmethod(inline)

    return Words
