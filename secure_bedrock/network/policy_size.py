"""AWS's limit on the size of an endpoint policy, checked at synthesis."""

import json
from typing import cast

import jsii
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IValidation

LIMIT = 20_480
"""Characters, white space included. Source: AWS PrivateLink Guide, "AWS PrivateLink quotas"."""

_LONGEST = {"AWS::AccountId": 12, "AWS::Partition": 10, "AWS::Region": 14, "AWS::URLSuffix": 16}
_LONGEST_OTHER = 256


def policy_length(resolved: object) -> int:
    """Characters of a resolved document as compact JSON.

    What only CloudFormation knows is counted at its longest: 12 characters for an account, 14 for a
    Region, 256 for any other reference.
    """
    return len(json.dumps(_expanded(resolved), separators=(",", ":"), ensure_ascii=False))


def check_policy_size(
    scope: Construct, endpoint: ec2.InterfaceVpcEndpoint | ec2.GatewayVpcEndpoint
) -> None:
    """Make synthesis fail with one line when the endpoint's policy is too long."""
    scope.node.add_validation(_PolicySize(endpoint))


@jsii.implements(IValidation)
class _PolicySize:
    def __init__(self, endpoint: ec2.InterfaceVpcEndpoint | ec2.GatewayVpcEndpoint) -> None:
        self._endpoint = endpoint

    def validate(self) -> list[str]:
        """The one thing that is wrong, if it is."""
        resource = cast("ec2.CfnVPCEndpoint", self._endpoint.node.default_child)
        length = policy_length(Stack.of(resource).resolve(resource.policy_document))
        if length <= LIMIT:
            return []
        path = self._endpoint.node.path
        return [
            (
                f"{path}: the endpoint policy has {length} characters, AWS allows {LIMIT}: "
                "name fewer models, or add fewer statements to the policy"
            )
        ]


def _expanded(value: object) -> object:
    if isinstance(value, list):
        return [_expanded(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(str(_expanded(part)) for part in parts)
        case {"Ref": str(name)}:
            return "x" * _LONGEST.get(name, _LONGEST_OTHER)
    if len(value) == 1 and next(iter(value)).startswith("Fn::"):
        return "x" * _LONGEST_OTHER
    return {key: _expanded(item) for key, item in value.items()}
