"""Parts of a template that cannot be judged, reported once instead of by every rule."""

from secure_bedrock.rules._acknowledge import read
from secure_bedrock.rules._kit import Fail, Node, Severity, Template, Unknown, Verdicts, rule
from secure_bedrock.rules._rule import REGISTRY
from secure_bedrock.rules._statements import unread
from secure_bedrock.rules._worlds import section

_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"
_KNOWN_TRANSFORMS = (
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
)


@rule(
    "TPL01",
    severity=Severity.INFO,
    fix="Check the template that the macro or loop expands to.",
    source=f"{_GUIDE}/template-macros.html",
)
def resources_are_spelled_out(template: Template) -> Verdicts:
    """Every resource is spelled out in the template."""
    for transform in template.node(template.raw.get("Transform"), ("Transform",)):
        if transform.literal not in _KNOWN_TRANSFORMS:
            yield Unknown(transform, f"the macro {transform.shown} may add or change resources")
    for key in section(template.raw, "Resources"):
        if str(key).startswith("Fn::"):
            at = Node(key, ("Resources", str(key)), template)
            yield Unknown(at, f"{key} makes resources that cannot be seen here")


@rule(
    "TPL02",
    severity=Severity.INFO,
    fix="Write the policy statements in the template.",
    source=f"{_GUIDE}/intrinsic-function-reference.html",
)
def policies_can_be_read(template: Template) -> Verdicts:
    """Every policy statement can be read in the template."""
    for document in unread(template):
        yield Unknown(document.node)


@rule(
    "TPL03",
    severity=Severity.LOW,
    fix="Give the id of a rule and a reason that is not empty.",
    source=f"{_GUIDE}/metadata-section-structure.html",
)
def acknowledgements_are_complete(template: Template) -> Verdicts:
    """Every acknowledgement names a rule and gives a reason."""
    for entry in read(template, REGISTRY)[1]:
        yield Fail(entry)
