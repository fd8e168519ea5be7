import copy
import json

import pytest

from secure_bedrock.evidence.controls.collect import collect_evidence

MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
HARM = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")


def _filters():
    strong = [{"Type": each, "InputStrength": "HIGH", "OutputStrength": "HIGH"} for each in HARM]
    return [*strong, {"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"}]


def _statement():
    return {
        "Effect": "Allow",
        "Action": "bedrock:InvokeModel",
        "Resource": MODEL,
        "Condition": {"StringEquals": {"bedrock:GuardrailIdentifier": "arn:of:guardrail:1"}},
    }


def _template():
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    pii = {"Type": "EMAIL", "Action": "ANONYMIZE"}
    guardrail = {
        "Name": "chat",
        "KmsKeyArn": key,
        "ContentPolicyConfig": {"FiltersConfig": _filters()},
        "SensitiveInformationPolicyConfig": {"PiiEntitiesConfig": [pii]},
    }
    document = {"Version": "2012-10-17", "Statement": [_statement()]}
    lambdas = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}}
    trust = {"Statement": [{**lambdas, "Action": "sts:AssumeRole"}]}
    role = {
        "AssumeRolePolicyDocument": trust,
        "Policies": [{"PolicyName": "Own", "PolicyDocument": document}],
    }
    group = {"LogGroupName": "/bedrock/invocations", "KmsKeyId": key, "RetentionInDays": 365}
    return {
        "Parameters": {"GivenKey": {"Type": "String"}},
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"EnableKeyRotation": True}},
            "Guardrail": {"Type": "AWS::Bedrock::Guardrail", "Properties": guardrail},
            "Chat": {"Type": "AWS::IAM::Role", "Properties": role},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": group},
        },
    }


TEMPLATE = _template()


@pytest.fixture
def template():
    """A small template whose findings and kept rules are known; free to change."""
    return copy.deepcopy(TEMPLATE)


@pytest.fixture
def evidence_of(tmp_path):
    """The evidence of one template."""

    def collect(template, **options):
        path = tmp_path / "app.template.json"
        path.write_text(json.dumps(template, indent=1))
        return collect_evidence([path], **options)

    return collect


@pytest.fixture(scope="session")
def evidence(tmp_path_factory):
    """The evidence of the template as it is."""
    path = tmp_path_factory.mktemp("evidence") / "app.template.json"
    path.write_text(json.dumps(TEMPLATE, indent=1))
    return collect_evidence([path])


@pytest.fixture
def statuses():
    """Framework and control to status."""

    def by_control(evidence):
        controls = [c for framework in evidence.frameworks for c in framework.controls]
        return {(c.framework, c.id): c.status.value for c in controls}

    return by_control
