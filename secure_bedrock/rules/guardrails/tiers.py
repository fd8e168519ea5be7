"""Which safeguard tier guardrails use."""

from secure_bedrock.rules._kit import (
    NO,
    Node,
    Profile,
    Resource,
    Severity,
    Verdicts,
    absent,
    equals,
    forbid,
    present,
    require,
    rule,
)
from secure_bedrock.rules.guardrails._filters import content_filters

_TIERS = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tiers.html"
_REGIONS = "https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region.html"


def _profile(guardrail: Resource) -> Node:
    return guardrail["CrossRegionConfig"]["GuardrailProfileArn"]


def _content_tier(guardrail: Resource) -> Node:
    return guardrail["ContentPolicyConfig"]["ContentFiltersTierConfig"]["TierName"]


def _topics_tier(guardrail: Resource) -> Node:
    return guardrail["TopicPolicyConfig"]["TopicsTierConfig"]["TierName"]


@rule(
    "GRD08",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set ContentFiltersTierConfig.TierName to STANDARD.",
    source=_TIERS,
)
def content_filters_use_the_standard_tier(guardrail: Resource) -> Verdicts:
    """Content filters of a guardrail that may use other Regions are in the STANDARD tier.

    STANDARD needs a guardrail profile, which sends content to other Regions. Without one, CLASSIC
    is all there is, and the rule says nothing.
    """
    crosses = present(_profile(guardrail))
    if crosses is not NO and present(content_filters(guardrail)) is not NO:
        tier = _content_tier(guardrail)
        yield from require(~crosses | equals(tier, "STANDARD"), tier)


@rule(
    "GRD09",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Set TopicsTierConfig.TierName to STANDARD.",
    source=_TIERS,
)
def denied_topics_use_the_standard_tier(guardrail: Resource) -> Verdicts:
    """Denied topics of a guardrail that may use other Regions are in the STANDARD tier."""
    crosses = present(_profile(guardrail))
    topics = guardrail["TopicPolicyConfig"]["TopicsConfig"]
    if crosses is not NO and present(topics) is not NO:
        tier = _topics_tier(guardrail)
        yield from require(~crosses | equals(tier, "STANDARD"), tier)


@rule(
    "GRD10",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Set CrossRegionConfig.GuardrailProfileArn, or use the CLASSIC tier.",
    source=_REGIONS,
)
def the_standard_tier_has_a_guardrail_profile(guardrail: Resource) -> Verdicts:
    """A guardrail in the STANDARD tier names a guardrail profile; without one it cannot be made."""
    standard = equals(_content_tier(guardrail), "STANDARD")
    standard |= equals(_topics_tier(guardrail), "STANDARD")
    profile = _profile(guardrail)
    yield from forbid(standard & absent(profile), profile)
