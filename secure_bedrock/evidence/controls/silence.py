"""Rules that say nothing where they are kept, and where that silence shows something.

Most rules name every place that they judge, kept or not. Those here look for something bad and say
nothing if there is none. Their silence counts for what they looked at, and only there.
"""

from collections.abc import Callable, Iterable, Iterator

from secure_bedrock.rules._kit import (
    BEDROCK_PREFIXES,
    NO,
    Node,
    Parameters,
    Resource,
    Statement,
    StatementKind,
    Template,
    equals,
    statements,
)
from secure_bedrock.rules._rule import Located
from secure_bedrock.rules.access._grants import granted, holdings, referred
from secure_bedrock.rules.access._trust import BEDROCK_SERVICES, assumed_by
from secure_bedrock.rules.access._workloads import handlers
from secure_bedrock.rules.logging_and_audit._destinations import configurations
from secure_bedrock.rules.logging_and_audit._use import first_use
from secure_bedrock.rules.models._named import invoking, named_models

Places = Callable[[Template], Iterable[Located]]

ASKS_WITH = {
    "GRD13": "required_pii_types",
    "IAM09": "required_tags",
    "MDL07": "required_tags",
    "MDL08": "legacy_models",
    "MDL09": "allowed_models",
}
"""Rules that ask for nothing while a parameter is empty, as it is by default."""

ONLY_SILENT = frozenset({"IAM01", "IAM02"})
"""Rules that judge every policy of everybody; only principals of Bedrock show something."""

_PUT_LOGGING = "bedrock:PutModelInvocationLoggingConfiguration"
_GUARDRAILS = ("AWS::Bedrock::Guardrail", "AWS::Bedrock::EnforcedGuardrailConfiguration")
_AGENT = "AWS::Bedrock::Agent"
_RUNTIMES = ("AWS::BedrockAgentCore::Runtime", "AWS::BedrockAgentCore::Harness")
_PROMPTS = (_AGENT, "AWS::Bedrock::Flow", "AWS::Bedrock::Prompt", "AWS::BedrockAgentCore::Harness")
_PROVIDERS = ("ApiKey", "OAuth2", "Payment")


def _of(*types: str, key: str = "") -> Places:
    """The resources of some types, or one property of theirs where they have it."""

    def places(template: Template) -> Iterator[Located]:
        for each in template.of_type(*types):
            if not key:
                yield each
            elif not each[key].missing:
                yield each[key]

    return places


def names_bedrock(statement: Statement) -> bool:
    """Whether an identity statement allows something of a Bedrock service."""
    return statement.allow is not NO and any(map(statement.may_name, BEDROCK_PREFIXES))


def _bedrock_statements(template: Template) -> Iterator[Located]:
    return (s for s in statements(template, StatementKind.IDENTITY) if names_bedrock(s))


def _agentcore_statements(template: Template) -> Iterator[Located]:
    held = statements(template, StatementKind.IDENTITY)
    return (s for s in held if s.allow is not NO and s.may_name("bedrock-agentcore"))


def _roles_of(*services: str) -> Places:
    def places(template: Template) -> Iterator[Located]:
        for role in template.of_type("AWS::IAM::Role"):
            if assumed_by(template, role.logical_id, *services) is not NO:
                yield role

    return places


def _tool_roles(template: Template) -> Iterator[Located]:
    """Roles of browsers and code interpreters that are in the template."""
    for kind in ("BrowserCustom", "CodeInterpreterCustom"):
        for tool in template.of_type(f"AWS::BedrockAgentCore::{kind}"):
            if tool["ExecutionRoleArn"].target is not None:
                yield tool["ExecutionRoleArn"]


def _logging(template: Template) -> Iterator[Located]:
    """What switches invocation logging on."""
    found: list[Node] = configurations(template)
    yield from found
    for each in statements(template, StatementKind.IDENTITY) if not found else ():
        if granted(each, _PUT_LOGGING) is not NO and any(
            name in handlers(template) for name in each.holders
        ):
            yield each


def _models(template: Template) -> Iterator[Located]:
    yield from named_models(template)
    yield from (each for statement in invoking(template) for each in statement.resources)


def _environments(template: Template) -> Iterator[Located]:
    """Environments of functions that may use Bedrock."""
    for each in template.of_type("AWS::Lambda::Function", "AWS::Serverless::Function"):
        holders = {each.logical_id, *(role.logical_id for role in referred(each["Role"]))}
        used = any(_may_use(template, name) for name in holders)
        if used and not each["Environment"]["Variables"].missing:
            yield each["Environment"]


def _may_use(template: Template, holder: str) -> bool:
    return any(map(names_bedrock, holdings(template).get(holder, ())))


PLACES: dict[str, Places] = {
    "AGC05": _of(*_RUNTIMES, key="EnvironmentVariables"),
    "AGC08": _roles_of("bedrock-agentcore.*"),
    "AGC24": _of("AWS::BedrockAgentCore::Policy", key="Definition"),
    "AGC28": _tool_roles,
    "AGC31": _of(*(f"AWS::BedrockAgentCore::{each}CredentialProvider" for each in _PROVIDERS)),
    "AGT02": _of(_AGENT),
    "AGT06": _of(_AGENT, key="ActionGroups"),
    "AGT11": _of(_AGENT, key="AgentResourceRoleArn"),
    "GRD01": _of(*_GUARDRAILS),
    "GRD03": _of("AWS::Bedrock::Guardrail", key="ContentPolicyConfig"),
    "GRD13": _of("AWS::Bedrock::Guardrail", key="SensitiveInformationPolicyConfig"),
    "GRD18": _of("AWS::Bedrock::Guardrail", key="WordPolicyConfig"),
    "IAM01": _bedrock_statements,
    "IAM02": _agentcore_statements,
    "IAM03": _roles_of(*BEDROCK_SERVICES),
    "IAM06": _bedrock_statements,
    "IAM09": _bedrock_statements,
    "IAM10": _bedrock_statements,
    "IAM11": _bedrock_statements,
    "IAM14": _bedrock_statements,
    "IAM15": _bedrock_statements,
    "IAM19": _agentcore_statements,
    "IAM20": _bedrock_statements,
    "IAM21": _bedrock_statements,
    "IAM22": _bedrock_statements,
    "IAM27": _agentcore_statements,
    "LOG01": _logging,
    "MDL08": _models,
    "MDL10": _models,
    "MDL11": _bedrock_statements,
    "PRM03": _of(*_PROMPTS),
    "PRM04": _environments,
}


def asks_for_nothing(rule_id: str, parameters: Parameters) -> str:
    """The parameter without which a rule asks for nothing; empty if it asks."""
    name = ASKS_WITH.get(rule_id, "")
    return name if name and not getattr(parameters, name) else ""


def undecided(rule_id: str, view: Template, parameters: Parameters) -> str:
    """Why the silence of a rule decides nothing; empty if it does."""
    if rule_id == "MDL10" and view.region is None and not parameters.allowed_regions:
        return "The Region that the template is deployed to is not known."
    return ""


def is_concerned(rule_id: str, subject: object) -> bool:
    """Whether a rule that is kept somewhere says something about Bedrock there.

    A statement on another service keeps every rule about Bedrock without showing anything.
    """
    if isinstance(subject, Statement):
        return subject.kind is not StatementKind.IDENTITY or _is_about(rule_id, subject)
    if not isinstance(subject, Resource):
        return True
    concerned = _CONCERNED.get(rule_id)
    return concerned is None or concerned(subject)


def _is_about(rule_id: str, statement: Statement) -> bool:
    other = {"KBS06": "aoss", "IAM17": "iam", "IAM14": "iam", "IAM23": "aws-marketplace"}
    service = other.get(rule_id)
    return names_bedrock(statement) or (service is not None and statement.may_name(service))


def _is_managed(base: Resource) -> bool:
    return equals(base["KnowledgeBaseConfiguration"]["Type"], "MANAGED") is not NO


def _is_read(index: Resource) -> bool:
    edition = equals(index["Edition"], "GEN_AI_ENTERPRISE_EDITION")
    return edition is not NO or bool(index.template.of_type("AWS::Bedrock::KnowledgeBase"))


def _is_beside_use(resource: Resource) -> bool:
    return first_use(resource.template) is not None


def _uses(holder: Resource) -> bool:
    return _may_use(holder.template, holder.logical_id)


def _remembers(agent: Resource) -> bool:
    return not agent["MemoryConfiguration"].missing


def _crawls(source: Resource) -> bool:
    return not source["DataSourceConfiguration"]["WebConfiguration"].missing


_CONCERNED: dict[str, Callable[[Resource], bool]] = {
    "AGT17": _is_beside_use,
    "AGT20": _remembers,
    "IAM16": _uses,
    "IAM32": _is_beside_use,
    "KBS16": _crawls,
    "KBS02": _is_managed,
    "KBS25": _is_read,
}
