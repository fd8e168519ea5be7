"""What is watched by AWS Config, as one list for single rules and for conformance packs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secure_bedrock.monitoring.config_rules.managed import MANAGED, AwsRule
from secure_bedrock.monitoring.config_rules.policies import POLICIES, GuardPolicy

Declared = AwsRule | GuardPolicy

NAME_PREFIX = "secure-bedrock-"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedByConfig:
    """Which of the rules that this library knows are deployed to AWS Config.

    Attributes:
        bedrock: Guardrails, knowledge bases, prompts, runtimes and browsers, which AWS Config
            records. Default: yes.
        around_bedrock: Trails, keys, buckets, log groups, topics, VPCs and policies that name
            Bedrock, by rules of AWS that look at the whole account. Default: yes.
        without: Names of rules to leave out, for example ``log-groups-encrypted``.
    """

    bedrock: bool = True
    around_bedrock: bool = True
    without: Sequence[str] = field(default=())

    def problems(self) -> Iterator[str]:
        """What is wrong with these values, if anything."""
        known = sorted(each.name for each in (*POLICIES, *MANAGED))
        for name in self.without:
            if name not in known:
                yield f"without names {name!r}: choose from {', '.join(known)}"
        if not self.declared():
            yield "no rule is left: leave fewer out"

    def declared(self) -> list[Declared]:
        """The rules themselves, in the order of the lists."""
        chosen: list[Declared] = [
            *(POLICIES if self.bedrock else ()),
            *(MANAGED if self.around_bedrock else ()),
        ]
        return [each for each in chosen if each.name not in self.without]
