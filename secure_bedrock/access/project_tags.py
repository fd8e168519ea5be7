"""How cost allocation tags of projects are spelled, in a whole organization."""

import re
from collections.abc import Iterator, Sequence

from constructs import Construct

from secure_bedrock.access.organization_policies import assign, organization_policy
from secure_bedrock.catalog.cost_tags import cost_tag_problems

_RESOURCE_TYPE = re.compile(r"[a-z0-9-]+:([a-z0-9-]+|ALL_SUPPORTED)")


class ProjectTagPolicy(Construct):
    """A tag policy: the spelling of a project's tag, its values, and where AWS refuses others.

    It protects against costs that fall between two spellings of one project. A tag policy does not
    demand that a resource has the tag; the rule MDL07 demands that of templates. Deploy it in the
    management account or that of a delegated administrator, with tag policies enabled on the root.

    Args:
        scope: Parent construct.
        id: Construct id; part of the policy's name.
        target_ids: Root, organizational units or accounts: ``r-...``, ``ou-...``, 12 digits.
        tag_key: The key, in exactly this spelling. Default: ``project``.
        values: Values there may be, ``*`` at the end for any ending. Default: any value.
        enforced_for: Resource types on which AWS refuses another spelling or value, such as
            ``bedrock:ALL_SUPPORTED``. Default: none, wrong tags are reported only.

    Raises:
        ValueError: A key or value that no tag can have, a target or resource type that is none, or
            a policy over 10,000 characters.

    Source: AWS Organizations User Guide, "Tag policies" and "Tag policy syntax".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        target_ids: Sequence[str],
        tag_key: str = "project",
        values: Sequence[str] = (),
        enforced_for: Sequence[str] = (),
    ) -> None:
        super().__init__(scope, id)
        for problem in _problems(tag_key, values, enforced_for):
            raise ValueError(f"{self.node.path}: {problem}")
        tag = {"tag_key": assign(tag_key)}
        if values:
            tag["tag_value"] = assign(list(values))
        if enforced_for:
            tag["enforced_for"] = assign(list(enforced_for))
        organization_policy(self, "TAG_POLICY", {"tags": {tag_key.lower(): tag}}, target_ids)


def _problems(key: str, values: Sequence[str], resource_types: Sequence[str]) -> Iterator[str]:
    yield from cost_tag_problems({key: "any"})
    for position, value in enumerate(values):
        if value in values[:position]:
            yield f"value {value!r} is listed twice: remove one"
        if value != "*":
            yield from cost_tag_problems({key: value.removesuffix("*")})
    for each in resource_types:
        if not _RESOURCE_TYPE.fullmatch(each):
            yield f"{each!r} is no resource type: write service:type or service:ALL_SUPPORTED"
