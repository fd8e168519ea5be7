"""Where models process data."""

from secure_bedrock.catalog.geographies import GUARDRAIL_PROFILES
from secure_bedrock.catalog.models import GEOGRAPHIES, GLOBAL
from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Fail,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    Statement,
    Template,
    Unknown,
    Verdicts,
    answer,
    any_of,
    forbid,
    matches,
    rule,
)
from secure_bedrock.rules.models._jobs import USER_GUIDE
from secure_bedrock.rules.models._named import INVOKE, invoking, known_id, named_models

_ONE = "uk"  # the geography with a single Region
_NARROWED_BY = ("aws:RequestedRegion", "bedrock:InferenceProfileArn")


@rule(
    "MDL10",
    severity=Severity.MEDIUM,
    profiles=(Profile.RESIDENCY,),
    fix="Use models and guardrails of the Region itself, or profiles of its geography.",
    source=f"{USER_GUIDE}/cross-region-inference.html",
    parameters=("allowed_regions",),
)
def inference_stays_in_the_region(template: Template, parameters: Parameters) -> Verdicts:
    """Models and guardrails process data in the own geography, or in allowed Regions.

    Global inference profiles process it anywhere. Geographic ones, and guardrail profiles, stay in
    their geography; that is enough unless Regions are named (parameter ``allowed_regions``). Where
    a geographic inference profile routes to is then unknown: templates do not say.
    """
    for node in named_models(template):
        yield from _routed(node, parameters)
    for guardrail in template.of_type("AWS::Bedrock::Guardrail"):
        yield from _guardrail(guardrail, parameters)
    for statement in invoking(template):
        if statement.allows(*INVOKE) is not NO:
            for node in statement.resources:
                yield from _routed(node, parameters)
                yield from _elsewhere(node, statement, parameters)


def _routed(node: Node, parameters: Parameters) -> Verdicts:
    everywhere = _is_of(node, GLOBAL)
    if everywhere is YES:
        yield Fail(node, f"{node.shown} runs in any Region")
        return
    geography = any_of(_is_of(node, each) for each in GEOGRAPHIES if parameters.allowed_regions)
    if geography is YES and len(parameters.allowed_regions) == 1 and _is_of(node, _ONE) is NO:
        yield Fail(node, f"{node.shown} runs in several Regions")
    elif (everywhere | geography) is not NO:
        yield Unknown(node)


def _is_of(node: Node, geography: str) -> Answer:
    known = known_id(node)
    if known is not None:
        return answer(known.startswith(f"{geography}."))
    return matches(node, f"{geography}.*", f"*:inference-profile/{geography}.*")


def _guardrail(guardrail: Resource, parameters: Parameters) -> Verdicts:
    profile = guardrail["CrossRegionConfig"]["GuardrailProfileArn"]
    if profile.missing or not parameters.allowed_regions:
        return
    known = profile.shape.rpartition("/")[2].partition(".")[0]
    if known not in GUARDRAIL_PROFILES:
        yield Unknown(profile)
        return
    regions = set(GUARDRAIL_PROFILES[known].all_destinations)
    if not regions <= set(parameters.allowed_regions):
        yield Fail(profile, f"guardrail profile {known} evaluates in {', '.join(sorted(regions))}")


def _elsewhere(node: Node, statement: Statement, parameters: Parameters) -> Verdicts:
    """An entry of Resource for models of other Regions."""
    fields = node.shape.split(":")
    if len(fields) < 6 or not fields[5].startswith("foundation-model/"):  # noqa: PLR2004 - an ARN
        return
    region = fields[3]
    allowed = parameters.allowed_regions or (statement.owner.template.region,)
    narrowed = any(each.restricts for each in statement.conditions(*_NARROWED_BY))
    comparable = region in ("", "*") or (region.isascii() and allowed != (None,))
    if comparable and region not in allowed and not narrowed:
        yield from forbid(statement.allow, node, f"{node.shown} is not of the own Region")
