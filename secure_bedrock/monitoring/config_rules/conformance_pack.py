"""The same rules as one conformance pack, for an account or a whole organization."""

import re
from collections.abc import Sequence

from aws_cdk import aws_config as config
from constructs import Construct

from secure_bedrock.encryption.tokens import unresolved
from secure_bedrock.monitoring.config_rules.declared import WatchedByConfig
from secure_bedrock.monitoring.config_rules.pack_template import conformance_pack_template

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
_ACCOUNT = re.compile(r"\d{12}")
_MOST_EXCLUDED = 1000
_PARTITIONS = ("aws", "aws-us-gov", "aws-cn")


class BedrockConformancePack(Construct):
    """The rules of ``BedrockConfigRules`` in one pack, with one result for all of them.

    It protects against drift as they do; a pack cannot be changed rule by rule, and in an
    organization no member can remove it. Checks by a function are not part of it, because a pack
    is text that every account takes: deploy ``BedrockConfigRules`` beside it for those.

    AWS Config has to be recording in every account and Region that gets it.

    Args:
        scope: Parent construct.
        id: Construct id.
        name: Name of the pack: a letter, then letters, digits and hyphens, 128 at
            most. Default: ``secure-bedrock``.
        watched: Which of the rules. The default has all of them.
        organization: Deploy to every account of the organization, from its management account or
            from the delegated administrator of AWS Config. Default: this account only.
        excluded_accounts: With an organization: accounts that are left out, at most 1,000.
        partition: Of the accounts. Default: ``aws``.

    Attributes:
        template_body: The text of the pack.

    Raises:
        ValueError: The name, an account or the partition cannot be, or accounts are left out of
            a pack for one account.

    Source: AWS Config Developer Guide, "Conformance Packs"; AWS Config API Reference,
    PutConformancePack and PutOrganizationConformancePack.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str = "secure-bedrock",
        watched: WatchedByConfig | None = None,
        organization: bool = False,
        excluded_accounts: Sequence[str] = (),
        partition: str = "aws",
    ) -> None:
        super().__init__(scope, id)
        chosen = watched or WatchedByConfig()
        problems = [*chosen.problems(), *_problems(name, excluded_accounts, partition)]
        if excluded_accounts and not organization:
            problems.append("excluded_accounts are for an organization: set organization=True")
        for problem in problems:
            raise ValueError(f"{self.node.path}: {problem}")
        self.template_body = conformance_pack_template(chosen.declared(), partition=partition)
        if organization:
            config.CfnOrganizationConformancePack(
                self,
                "Pack",
                organization_conformance_pack_name=name,
                template_body=self.template_body,
                excluded_accounts=list(excluded_accounts) or None,
            )
        else:
            config.CfnConformancePack(
                self, "Pack", conformance_pack_name=name, template_body=self.template_body
            )


def _problems(name: str, excluded: Sequence[str], partition: str) -> list[str]:
    found = []
    if not unresolved(name) and not _NAME.fullmatch(name):
        found.append(
            f"name is {name!r}: choose a letter, then letters, digits and hyphens, 128 at most"
        )
    if partition not in _PARTITIONS:
        found.append(f"partition is {partition!r}: choose from {', '.join(_PARTITIONS)}")
    if len(excluded) > _MOST_EXCLUDED:
        found.append(f"excluded_accounts has {len(excluded)}: {_MOST_EXCLUDED} at most")
    found += [
        f"excluded_accounts has {each!r}: an account has 12 digits"
        for each in excluded
        if not unresolved(each) and not _ACCOUNT.fullmatch(each)
    ]
    return found
