"""Calls come through the organization's own VPC endpoints."""

from dataclasses import dataclass
from typing import Any

from secure_bedrock.access.service_control.document import Statement, deny, except_roles, merged

_DATA_ACTIONS = (
    "bedrock:ApplyGuardrail",
    "bedrock:CountTokens",
    "bedrock:Invoke*",
    "bedrock:RenderPrompt",
    "bedrock:Rerank",
    "bedrock:Retrieve*",
    "bedrock-mantle:CreateInference",
    "bedrock-mantle:CountTokens",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyVpcEndpoints:
    """Prompts and answers travel through these VPC endpoints only.

    Calls that AWS services make for a principal, and calls of service principals, do not come from
    a VPC and pass. Roles that a service takes on itself (agents, knowledge bases, flows, batch
    jobs) do not come from a VPC either: name them.

    Attributes:
        vpc_endpoint_ids: The endpoints.
        except_roles: Service roles that call from AWS, as path and name.
    """

    vpc_endpoint_ids: tuple[str, ...]
    except_roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for endpoint in self.vpc_endpoint_ids:
            if not endpoint.startswith("vpce-"):
                raise ValueError(f"{endpoint!r} is no VPC endpoint id: write vpce-...")
        if not self.vpc_endpoint_ids:
            raise ValueError("vpc_endpoint_ids is empty: name at least one endpoint")

    def statements(self, partition: str) -> list[Statement]:
        """Deny what comes from elsewhere."""
        elsewhere: dict[str, dict[str, Any]] = {
            "StringNotEqualsIfExists": {"aws:SourceVpce": list(self.vpc_endpoint_ids)},
            "BoolIfExists": {"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"},
        }
        spared = except_roles(self.except_roles, partition)
        return [deny("OnlyVpcEndpoints", _DATA_ACTIONS, conditions=merged(elsewhere, spared))]
