"""Whether what invokes models has a guardrail at all."""

from collections.abc import Iterator

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Controls,
    Node,
    Profile,
    Resource,
    Severity,
    StatementKind,
    Template,
    Verdicts,
    any_of,
    forbid,
    matches,
    present,
    rule,
    statements,
)

_INVOKE = (
    "bedrock:InvokeModel",
    "bedrock:InvokeModelWithResponseStream",
    "bedrock-mantle:CreateInference",
)
_NO_TEXT_GENERATED = ("*::foundation-model/*embed*", "*::foundation-model/*rerank*")
_GUARDRAILS = ("AWS::Bedrock::Guardrail", "AWS::Bedrock::EnforcedGuardrailConfiguration")
_FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")


@rule(
    "GRD01",
    severity=Severity.INFO,
    profiles=(Profile.STRICT,),
    fix="Add a guardrail, or name the one that callers have to use.",
    source="https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use.html",
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-01",), "Prowler"),
        "KISA ISMS-P": Controls(("2.10.2",), "Prowler"),
    },
)
def models_are_used_with_a_guardrail(template: Template) -> Verdicts:
    """A template that lets models be invoked has or names a guardrail.

    Embedding and reranking generate no text and need none. The ``bedrock-mantle`` endpoint takes
    no guardrail with a request; there, ApplyGuardrail is called beside it.
    """
    if any(_guardrails(template)):
        return
    used: dict[Answer, Node | Resource] = {}
    for answer, place in _uses(template):
        used.setdefault(answer, place)
    worst = next((each for each in used if each is YES), next(iter(used), NO))
    message = "models are used here, but there is no guardrail"
    yield from forbid(worst, used.get(worst, template.node(None, ("Resources",))), message)


def _uses(template: Template) -> Iterator[tuple[Answer, Node | Resource]]:
    for resource in template.of_type("AWS::Bedrock::Agent", "AWS::Bedrock::Flow"):
        yield YES, resource
    for statement in statements(template, StatementKind.IDENTITY):
        answer = statement.allows(*_INVOKE)
        vectors = [matches(each, *_NO_TEXT_GENERATED) for each in statement.resources]
        if answer is not NO and not (vectors and all(each is YES for each in vectors)):
            yield answer, statement.action_node(*_INVOKE)


def _guardrails(template: Template) -> Iterator[bool]:
    """Whether something is, uses or demands a guardrail; mere access to all of Bedrock is not."""
    yield bool(template.of_type(*_GUARDRAILS))
    for agent in template.of_type("AWS::Bedrock::Agent"):
        yield present(agent["GuardrailConfiguration"]) is not NO
    for flow in template.of_type("AWS::Bedrock::Flow"):
        for node in flow["Definition"]["Nodes"]:
            for kind in ("Prompt", "KnowledgeBase"):
                settings = node["Configuration"][kind]
                yield present(settings["GuardrailConfiguration"]) is not NO
    for statement in statements(template):
        yield bool(statement.conditions("bedrock:GuardrailIdentifier"))
        named = (matches(each, "bedrock:ApplyGuardrail*") for each in statement.actions)
        yield any_of(named) is YES
    for function in template.of_type(*_FUNCTIONS):
        variables = function["Environment"]["Variables"]
        yield any("guardrail" in name.lower() for name, _ in variables.items())
