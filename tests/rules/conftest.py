import json

import pytest

from secure_bedrock.rules._engine import INTERNAL, evaluate
from secure_bedrock.rules._registry import load_rules


@pytest.fixture
def findings():
    """Finding objects of one rule: open ones, or the acknowledged ones with acknowledged=True."""
    return _findings


@pytest.fixture
def judge():
    """One rule on a resource or template: [] or lines such as "fail Properties.KmsKeyArn"."""

    def lines(rule_id, subject, **options):
        return [f"{f.status} {f.location}" for f in _findings(rule_id, subject, **options)]

    return lines


@pytest.fixture
def broken():
    """All rules of all profiles on a resource or template: the ids that fail."""

    def ids(subject, **options):
        found = evaluate(_template(subject), rules=load_rules().values(), **options).findings
        return {f.rule_id for f in found if f.status == "fail"}

    return ids


@pytest.fixture
def allowing():
    """A role with one inline Allow statement; keywords override or add elements."""

    def role(action, resource="*", **more):
        statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
        policy = {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}
        return {"Type": "AWS::IAM::Role", "Properties": {"Policies": [policy]}}

    return role


@pytest.fixture
def accepting():
    """A copy of a resource whose metadata acknowledges a rule."""

    def acknowledged(resource, rule_id, reason="accepted for this test"):
        entry = {"acknowledge": [{"id": rule_id, "reason": reason}]}
        return resource | {"Metadata": {"secure-bedrock": entry}}

    return acknowledged


def _findings(rule_id, subject, *, acknowledged=False, **options):
    report = evaluate(_template(subject), rules=[load_rules()[rule_id]], **options)
    for finding in report.findings:
        assert not finding.message.startswith(INTERNAL), finding.message
    return list(report.acknowledged if acknowledged else report.findings)


def _template(subject):
    """A whole template, one resource (called Subject) or a dict of resources."""
    subject = json.loads(json.dumps(subject))
    if "Resources" in subject:
        return subject
    return {"Resources": {"Subject": subject} if "Type" in subject else subject}
