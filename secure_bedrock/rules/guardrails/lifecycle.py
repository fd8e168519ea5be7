"""How guardrails are published, kept and enforced."""

from secure_bedrock.rules._kit import (
    Profile,
    Resource,
    Severity,
    Verdicts,
    absent,
    any_in,
    any_of,
    equals,
    forbid,
    refers_to,
    require,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_DELETION = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
    "aws-attribute-deletionpolicy.html"
)


@rule(
    "GRD21",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add an AWS::Bedrock::GuardrailVersion and let callers name its version.",
    source=f"{_GUIDE}/guardrails-deploy.html",
)
def a_version_is_published(guardrail: Resource) -> Verdicts:
    """A version of the guardrail is published, which later edits leave as it is."""
    versions = guardrail.template.of_type("AWS::Bedrock::GuardrailVersion")
    published = any_of(refers_to(each["GuardrailIdentifier"], guardrail) for each in versions)
    yield from require(published, guardrail, "the template publishes no version of the guardrail")


@rule(
    "GRD23",
    resource="AWS::Bedrock::Guardrail",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Set DeletionPolicy to Retain or RetainExceptOnCreate.",
    source=_DELETION,
)
def the_guardrail_outlives_its_stack(guardrail: Resource) -> Verdicts:
    """The guardrail is retained when its stack is deleted, so that its callers stay protected."""
    policy = guardrail.attribute("DeletionPolicy")
    yield from require(equals(policy, "Retain", "RetainExceptOnCreate"), policy)


@rule(
    "GRD24",
    resource="AWS::Bedrock::EnforcedGuardrailConfiguration",
    severity=Severity.MEDIUM,
    fix="Include ALL models, exclude none, and guard content COMPREHENSIVE.",
    source=f"{_GUIDE}/guardrails-enforcements.html",
)
def enforcement_is_not_narrowed(enforced: Resource) -> Verdicts:
    """The guardrail that the account enforces applies to every model and to all content."""
    models = enforced["ModelEnforcement"]
    included, excluded = models["IncludedModels"], models["ExcludedModels"]
    yield from require(absent(excluded), excluded)
    yield from require(absent(included) | any_in(included, "ALL"), included)
    for part in ("System", "Messages"):
        guarding = enforced["SelectiveContentGuarding"][part]
        yield from forbid(equals(guarding, "SELECTIVE"), guarding)
