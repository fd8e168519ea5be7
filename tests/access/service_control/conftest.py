import json

import pytest

from secure_bedrock.access.organization_guards import service_control_policies
from secure_bedrock.policy import FULL_AWS_ACCESS, Policy, Request, Verdict, evaluate

ACCOUNT = "111122223333"
NAMES = {
    "guardrail": "bedrock:GuardrailIdentifier",
    "profile": "bedrock:InferenceProfileArn",
    "region": "aws:RequestedRegion",
    "vpce": "aws:SourceVpce",
    "service": "aws:PrincipalIsAWSService",
    "via": "aws:ViaAWSService",
    "last": "aws:CalledViaLast",
    "mantle": "bedrock-mantle:Model",
}


@pytest.fixture
def passes():
    """Whether an administrator of an account still may do something under the guards."""

    def ask(guards, action, resource="*", *, role="Admin", context=None, **named):
        policies = [
            Policy.from_document(json.loads(text)) for text in service_control_policies(guards)
        ]
        keys = {NAMES[name]: value for name, value in named.items() if value is not None}
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        decision = evaluate(
            Request(
                principal=f"arn:aws:iam::{ACCOUNT}:role/{role}",
                action=action,
                resource=resource,
                context=keys | (context or {}),
            ),
            identity=[Policy.from_document({"Statement": everything})],
            scps=[[FULL_AWS_ACCESS, *policies]],
        )
        assert decision.verdict in (Verdict.ALLOWED, Verdict.DENIED)
        return decision.allowed

    return ask
