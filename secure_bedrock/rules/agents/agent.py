"""How agents are encrypted, guarded and bounded."""

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Answer,
    Controls,
    Node,
    Parameters,
    Profile,
    Resource,
    Severity,
    Verdicts,
    at_most,
    customer_managed_key,
    equals,
    forbid,
    present,
    refers_to,
    require,
    rule,
)

_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"
_AGENT = "AWS::Bedrock::Agent"


@rule(
    "AGT01",
    resource=_AGENT,
    severity=Severity.MEDIUM,
    fix="Set CustomerEncryptionKeyArn to the ARN of a customer managed key.",
    source=f"{_GUIDE}/encryption-agents-new.html",
)
def agent_has_customer_managed_key(agent: Resource) -> Verdicts:
    """The agent is encrypted with a customer managed key."""
    key = agent["CustomerEncryptionKeyArn"]
    yield from require(customer_managed_key(key), key)


@rule(
    "AGT02",
    resource=_AGENT,
    severity=Severity.HIGH,
    fix="Set GuardrailConfiguration to a guardrail and a numbered version.",
    source=f"{_GUIDE}/agents-guardrail.html",
    controls={
        "AWS AI Security Framework": Controls(("AISF-AI-04",), "Prowler"),
        "CCC": Controls(tuple(f"GenAI.CN0{n}.AR0{m}" for n in (1, 2) for m in (1, 2)), "Prowler"),
        "KISA ISMS-P": Controls(("2.10.2",), "Prowler"),
        "NIST 800-53 r5": Controls(("SI-10",), "stave"),
        "SOC 2": Controls(("CC6.1",), "stave"),
    },
)
def agent_has_a_guardrail(agent: Resource) -> Verdicts:
    """The agent has a guardrail.

    So has one behind a supervisor with a guardrail, or in a template that enforces one for the
    account.
    """
    identifier = _guardrail(agent)
    guarded = present(identifier)
    enforced = agent.template.of_type("AWS::Bedrock::EnforcedGuardrailConfiguration")
    if guarded is not YES and not enforced and not _is_behind_a_guarded_supervisor(agent):
        yield from require(guarded, identifier)


def _guardrail(agent: Resource) -> Node:
    return agent["GuardrailConfiguration"]["GuardrailIdentifier"]


def _is_behind_a_guarded_supervisor(agent: Resource) -> bool:
    for supervisor in agent.template.of_type(_AGENT):
        for each in supervisor["AgentCollaborators"]:
            alias = each["AgentDescriptor"]["AliasArn"].target
            if alias is not None and refers_to(alias["AgentId"], agent) is YES:
                return present(_guardrail(supervisor)) is not NO
    return False


@rule(
    "AGT03",
    resource=_AGENT,
    severity=Severity.MEDIUM,
    fix="Set GuardrailVersion to the Version of an AWS::Bedrock::GuardrailVersion.",
    source=f"{_GUIDE}/guardrails-deploy.html",
)
def guardrail_version_is_pinned(agent: Resource) -> Verdicts:
    """The agent uses a numbered version of its guardrail, not the draft that edits change."""
    guarded = present(_guardrail(agent))
    version = agent["GuardrailConfiguration"]["GuardrailVersion"]
    if guarded is not NO:
        yield from require(~guarded | _is_numbered(version), version)


def _is_numbered(version: Node) -> Answer:
    """Whether a version is a number; the attribute Version of a guardrail itself is DRAFT."""
    if version.target is not None and version.target.type == "AWS::Bedrock::Guardrail":
        return NO
    if version.target is not None and version.target.type == "AWS::Bedrock::GuardrailVersion":
        return YES
    return ~equals(version, "DRAFT", "", missing=YES)


@rule(
    "AGT05",
    resource=_AGENT,
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Lower IdleSessionTTLInSeconds.",
    source=f"{_GUIDE}/agents-create.html",
    controls={
        "HIPAA": Controls(("164.312(a)(2)(iii)",), "stave"),
        "NIST 800-53 r5": Controls(("AC-12",), "stave"),
        "SOC 2": Controls(("CC6.1",), "stave"),
    },
    parameters=("max_idle_session_seconds",),
)
def idle_sessions_end(agent: Resource, parameters: Parameters) -> Verdicts:
    """Idle sessions of the agent end within the maximum."""
    ttl = agent["IdleSessionTTLInSeconds"]
    yield from require(at_most(ttl, parameters.max_idle_session_seconds, missing=YES), ttl)


@rule(
    "AGT19",
    resource=_AGENT,
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Set PromptState of the PRE_PROCESSING prompt to ENABLED.",
    source=f"{_GUIDE}/advanced-prompts.html",
)
def input_is_pre_processed(agent: Resource) -> Verdicts:
    """The step in which the agent classifies what users write is not switched off."""
    for each in agent["PromptOverrideConfiguration"]["PromptConfigurations"]:
        step = equals(each["PromptType"], "PRE_PROCESSING")
        yield from forbid(step & equals(each["PromptState"], "DISABLED"), each["PromptState"])


@rule(
    "AGT20",
    resource=_AGENT,
    severity=Severity.INFO,
    profiles=(Profile.AGENTIC,),
    fix="Lower MemoryConfiguration.StorageDays.",
    source=f"{_GUIDE}/agents-configure-memory.html",
    parameters=("max_memory_days",),
)
def memory_is_forgotten(agent: Resource, parameters: Parameters) -> Verdicts:
    """What the agent remembers is deleted within the maximum; the default is 30 days."""
    days = agent["MemoryConfiguration"]["StorageDays"]
    yield from require(at_most(days, parameters.max_memory_days, missing=YES), days)


@rule(
    "AGT04",
    resource="AWS::Bedrock::AgentAlias",
    severity=Severity.LOW,
    profiles=(Profile.AGENTIC,),
    fix="Name a numbered version in RoutingConfiguration, or leave it out to get a new one.",
    source=f"{_GUIDE}/deploy-agent.html",
)
def alias_leads_to_a_version(alias: Resource) -> Verdicts:
    """The alias does not lead to the draft of its agent; without routing it gets a new version."""
    for each in alias["RoutingConfiguration"]:
        yield from forbid(equals(each["AgentVersion"], "DRAFT"), each["AgentVersion"])
