"""Calls come through the organization's own VPC endpoints."""

from dataclasses import dataclass

from secure_bedrock.access.service_control.document import Statement, deny, except_roles, merged
from secure_bedrock.catalog.perimeter import DATA_ACTIONS, elsewhere
from secure_bedrock.encryption.tokens import unresolved


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
            if not unresolved(endpoint) and not endpoint.startswith("vpce-"):
                raise ValueError(f"{endpoint!r} is no VPC endpoint id: write vpce-...")
        if not self.vpc_endpoint_ids:
            raise ValueError("vpc_endpoint_ids is empty: name at least one endpoint")

    def statements(self, partition: str) -> list[Statement]:
        """Deny what comes from elsewhere."""
        outside = elsewhere(vpc_endpoint_ids=self.vpc_endpoint_ids)
        spared = except_roles(self.except_roles, partition)
        return [deny("OnlyVpcEndpoints", DATA_ACTIONS, conditions=merged(outside, spared))]
