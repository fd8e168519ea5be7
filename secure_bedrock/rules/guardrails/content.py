"""Which harmful content guardrails filter."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Controls,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    StatementKind,
    Template,
    Unknown,
    Verdicts,
    any_in,
    equals,
    require,
    rule,
    statements,
)
from secure_bedrock.rules.guardrails._filters import (
    HARMFUL,
    content_filters,
    is_open,
    joins_an_enforced_one,
    lacks,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_LEVELS = ("NONE", "LOW", "MEDIUM", "HIGH")
_INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")
_IMAGE_MODELS = ("/amazon.nova-canvas", "/amazon.titan-image-generator", "/stability.")
_IMAGE_KINDS = ("HATE", "INSULTS", "SEXUAL", "VIOLENCE")


@rule(
    "GRD03",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.HIGH,
    fix="Add a content filter for each of HATE, INSULTS, SEXUAL, VIOLENCE and MISCONDUCT.",
    source=f"{_GUIDE}/guardrails-content-filters.html",
    controls={
        "NIST 800-53 r5": Controls(("SI-10",), "stave"),
        "SOC 2": Controls(("CC6.1",), "stave"),
    },
)
def harmful_content_is_filtered(guardrail: Resource) -> Verdicts:
    """The guardrail filters hate, insults, sexual content, violence and misconduct.

    A guardrail beside one that the template enforces for the account may have fewer filters,
    because both apply.
    """
    if not joins_an_enforced_one(guardrail):
        yield from lacks(content_filters(guardrail), HARMFUL)


@rule(
    "GRD04",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.MEDIUM,
    fix="Raise InputStrength and OutputStrength of the content filter.",
    source=f"{_GUIDE}/guardrails-content-filters-overview.html",
    parameters=("minimum_strength",),
)
def content_filters_are_strong(guardrail: Resource, parameters: Parameters) -> Verdicts:
    """The filters for harmful content have at least the minimum strength, in and out."""
    enough = _LEVELS[_LEVELS.index(parameters.minimum_strength) :]
    for each in content_filters(guardrail):
        other = ~equals(each["Type"], *HARMFUL)
        for side in ("InputStrength", "OutputStrength"):
            yield from require(other | equals(each[side], *enough), each[side])


@rule(
    "GRD22",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add IMAGE to InputModalities and OutputModalities of the content filter.",
    source=f"{_GUIDE}/guardrails-mmfilter.html",
)
def images_are_filtered_too(guardrail: Resource) -> Verdicts:
    """The content filters look at images where the template lets image models be invoked.

    MISCONDUCT is left out: not every Region offers it for images.
    """
    if not _invokes_image_models(guardrail.template):
        return
    for each in content_filters(guardrail):
        if is_open(each):
            yield Unknown(each)
        elif equals(each["Type"], *_IMAGE_KINDS) is not NO:
            covered = any_in(_modalities(each), "IMAGE")
            yield from require(covered, each["InputModalities"])


def _modalities(content_filter: Node) -> list[Node]:
    return [*content_filter["InputModalities"], *content_filter["OutputModalities"]]


def _invokes_image_models(template: Template) -> bool:
    if "image models" not in template.cache:
        template.cache["image models"] = any(
            any(each in node.shape for each in _IMAGE_MODELS)
            for statement in statements(template, StatementKind.IDENTITY)
            if statement.allows(*_INVOKE) is YES
            for node in statement.resources
        )
    found: bool = template.cache["image models"]
    return found
