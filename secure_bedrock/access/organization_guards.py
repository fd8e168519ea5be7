"""Service control policies that keep an organization's use of Amazon Bedrock within its rules."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from aws_cdk import CfnResource, Stack, Token
from aws_cdk import aws_organizations as organizations
from constructs import Construct

from secure_bedrock.access import checks
from secure_bedrock.access.service_control.document import (
    LIMIT,
    SMALL_LIMIT,
    Guard,
    minified,
    pack,
)

_LONGEST_PARTITION = "aws-us-gov"
_NAME_LENGTH = 128


def service_control_policies(
    guards: Sequence[Guard], *, partition: str = "aws", limit: int = SMALL_LIMIT
) -> list[str]:
    """The policies as JSON texts, for those who deploy them with other tools.

    Args:
        guards: What is to be impossible. Their order is kept.
        partition: Partition of the organization.
        limit: Characters that one policy may have: 5,120, which every partition takes, up to
            10,240.

    Raises:
        ValueError: No guards, one of them twice, a limit outside its range, or they do not fit.
    """
    if not guards:
        raise ValueError("guards is empty: name at least one guard")
    if not SMALL_LIMIT <= limit <= LIMIT:
        raise ValueError(f"limit is {limit}: choose {SMALL_LIMIT} to {LIMIT} characters")
    statements = [statement for guard in guards for statement in guard.statements(partition)]
    sids = [statement["Sid"] for statement in statements]
    for sid in sids:
        if sids.count(sid) > 1:
            raise ValueError(f"two guards make the statement {sid}: keep one of them")
    return [minified(policy) for policy in pack(statements, limit=limit)]


class OrganizationGuards(Construct):
    """Service control policies, attached to the organization's root, units or accounts.

    They protect against what no account's own policies can: an administrator of an account who
    opens a model, a Region or a key that the organization does not want. They grant nothing and do
    not reach the management account. Deploy them there or from a delegated administrator, with
    service control policies enabled on the root; start with one unit.

    Args:
        scope: Parent construct.
        id: Construct id; part of the policies' names.
        guards: What is to be impossible, for example ``OnlyModels`` and ``NoApiKeys``.
        target_ids: Root, organizational units or accounts: ``r-...``, ``ou-...``, 12 digits.
        character_limit: Characters that one policy may have, 5,120 to 10,240. Default: 5,120,
            which every partition takes.

    Attributes:
        policies: The policies, in order.

    Raises:
        ValueError: A target is none, or the guards do not fit.

    Source: AWS Organizations User Guide, "Service control policies" and "Quotas".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        guards: Sequence[Guard],
        target_ids: Sequence[str],
        character_limit: int = SMALL_LIMIT,
    ) -> None:
        super().__init__(scope, id)
        checks.targets(self.node.path, target_ids)
        partition = Stack.of(self).partition
        known = _LONGEST_PARTITION if Token.is_unresolved(partition) else partition
        try:
            measured = service_control_policies(guards, partition=known, limit=character_limit)
        except ValueError as error:
            raise ValueError(f"{self.node.path}: {error}") from None
        contents = [text.replace(f"arn:{known}:", f"arn:{partition}:") for text in measured]
        self._measured = measured
        self.policies = [
            self._policy(number, content, target_ids)
            for number, content in enumerate(contents, start=1)
        ]
        for before, after in pairwise(self.policies):
            after.add_dependency(before)  # the service refuses two changes of one target at once

    def write_to(self, folder: Path) -> Mapping[str, Path]:
        """Write each policy to a JSON file of its name, for review or for other tools.

        Args:
            folder: Created if it is not there.

        Raises:
            ValueError: The stack's partition is only known at deployment.
        """
        if Token.is_unresolved(Stack.of(self).partition):
            raise ValueError(
                f"{self.node.path}: the partition is only known at deployment: give the stack a "
                "Region, or use service_control_policies"
            )
        folder.mkdir(parents=True, exist_ok=True)
        files = {}
        for number, text in enumerate(self._measured, start=1):
            name = self._name(number)
            files[name] = folder / f"{name}.json"
            files[name].write_text(text + "\n", encoding="utf-8")
        return files

    def _policy(self, number: int, content: str, target_ids: Sequence[str]) -> CfnResource:
        policy = organizations.CfnPolicy(
            self,
            f"Policy{number}",
            name=self._name(number),
            description="Amazon Bedrock (secure-bedrock)",
            type="SERVICE_CONTROL_POLICY",
            content={},
            target_ids=list(target_ids),
        )
        # CloudFormation takes a text, too, and only of a text the length is known beforehand.
        policy.add_property_override("Content", content)
        return policy

    def _name(self, number: int) -> str:
        return f"{Stack.of(self).stack_name}-{self.node.id}-{number}"[-_NAME_LENGTH:]
