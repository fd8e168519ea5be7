"""AWS's limit on the size of an endpoint policy, checked at synthesis."""

import json
from collections.abc import Collection
from typing import cast

import jsii
from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct, IValidation

LIMIT = 20_480
"""Characters, white space included. Source: AWS PrivateLink Guide, "AWS PrivateLink quotas"."""

_Endpoint = ec2.InterfaceVpcEndpoint | ec2.GatewayVpcEndpoint
_LONGEST = {"AWS::AccountId": 12, "AWS::Partition": 10, "AWS::Region": 14, "AWS::URLSuffix": 16}
_LONGEST_OTHER = 256


def policy_length(resolved: object) -> int:
    """Characters of a resolved document as compact JSON.

    What only CloudFormation knows is counted at its longest: 12 characters for an account, 14 for a
    Region, 256 for any other reference.
    """
    return len(json.dumps(_expanded(resolved), separators=(",", ":"), ensure_ascii=False))


def check_policy_sizes(scope: Construct, endpoints: Collection[_Endpoint]) -> None:
    """Make synthesis fail with one line for each endpoint whose policy is too long."""
    scope.node.add_validation(_PolicySizes(scope, endpoints))


@jsii.implements(IValidation)
class _PolicySizes:
    def __init__(self, scope: Construct, endpoints: Collection[_Endpoint]) -> None:
        self._scope = scope
        self._endpoints = endpoints

    def validate(self) -> list[str]:
        """What is wrong, if anything."""
        documents = [
            cast("ec2.CfnVPCEndpoint", endpoint.node.default_child).policy_document
            for endpoint in self._endpoints
        ]
        resolved = Stack.of(self._scope).resolve(documents)  # one call into Node.js for all
        return [
            (
                f"{endpoint.node.path}: the endpoint policy has {length} characters, AWS allows "
                f"{LIMIT}: name fewer models, or add fewer statements to the policy"
            )
            for endpoint, length in zip(self._endpoints, map(policy_length, resolved), strict=True)
            if length > LIMIT
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
