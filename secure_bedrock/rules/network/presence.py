"""Which services a VPC reaches without the internet."""

from collections.abc import Iterator, Mapping

from secure_bedrock.rules._kit import (
    NO,
    YES,
    Controls,
    Profile,
    Resource,
    Severity,
    Template,
    Verdict,
    Verdicts,
    any_of,
    require,
    rule,
)
from secure_bedrock.rules.access._grants import granted, holdings
from secure_bedrock.rules.network._endpoints import (
    ENDPOINT,
    is_for,
    is_for_bedrock,
    is_offered,
    service_of,
    workloads,
)

_SOURCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/vpc-interface-endpoints.html"

# Endpoint service to the actions whose requests go there.
_BEDROCK = {
    "bedrock-runtime": (
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:ApplyGuardrail",
        "bedrock:CountTokens",
    ),
    "bedrock-agent-runtime": (
        "bedrock:InvokeAgent",
        "bedrock:InvokeFlow",
        "bedrock:InvokeInlineAgent",
        "bedrock:Retrieve",
        "bedrock:RetrieveAndGenerate",
    ),
    "bedrock-mantle": ("bedrock-mantle:CreateInference",),
}
_AGENTCORE = {
    "bedrock-agentcore": (
        "bedrock-agentcore:CreateEvent",
        "bedrock-agentcore:GetWorkloadAccessToken",
        "bedrock-agentcore:InvokeAgentRuntime",
        "bedrock-agentcore:InvokeCodeInterpreter",
        "bedrock-agentcore:RetrieveMemoryRecords",
        "bedrock-agentcore:StartBrowserSession",
        "bedrock-agentcore:StartCodeInterpreterSession",
    ),
    "bedrock-agentcore.gateway": ("bedrock-agentcore:InvokeGateway",),
}


@rule(
    "NET01",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT,),
    fix="Add an interface endpoint for the service to the VPC.",
    source=_SOURCE,
    controls={
        "AWS AI Security Framework": Controls(("AISF-INFRA-01",), "Prowler"),
        "AWS Well-Architected": Controls(("SEC05-BP01",), "Prowler"),
        "C5": Controls(("COS-03.01B",), "Prowler"),
        "ISO 27001:2022": Controls(("A.8.20", "A.8.21", "A.8.22"), "Prowler"),
        "NIS2": Controls(("6.8.2.a",), "Prowler"),
        "NIST CSF 2.0": Controls(("ac_5",), "Prowler"),
        "PCI DSS 3.2.1": Controls(("1.3",), "Prowler"),
        "PCI DSS 4.0": Controls(
            ("1.2.8.38", "1.3.1.42", "1.3.2.42", "1.4.2.40", "1.5.1.38", "A1.1.3.38"), "Prowler"
        ),
    },
)
def models_are_reached_privately(template: Template) -> Verdicts:
    """What runs in a VPC of the template reaches Bedrock through interface endpoints.

    Only the services are asked for whose actions it is allowed to use.
    """
    yield from _judge(template, _BEDROCK)


@rule(
    "NET02",
    severity=Severity.MEDIUM,
    profiles=(Profile.STRICT, Profile.AGENTIC),
    fix="Add an interface endpoint for the service to the VPC.",
    source="https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/vpc-interface-endpoints.html",
)
def agentcore_is_reached_privately(template: Template) -> Verdicts:
    """What runs in a VPC of the template reaches AgentCore through interface endpoints."""
    yield from _judge(template, _AGENTCORE)


def _judge(template: Template, services: Mapping[str, tuple[str, ...]]) -> Iterator[Verdict]:
    for workload in workloads(template):
        held = holdings(template).get(workload.holder, [])
        for service, actions in services.items():
            used = any_of(granted(each, *actions) for each in held)
            if used is not NO:
                offered = is_offered(template, service, f"{service}-fips")
                message = f"the VPC has no endpoint for {service}, which is used from here"
                yield from require(~used | offered, workload.subnet, message)


_BESIDE = {"s3": "s3", "logs": "CloudWatch Logs"}


@rule(
    "NET06",
    severity=Severity.LOW,
    profiles=(Profile.STRICT,),
    fix="Add a gateway endpoint for S3 and an interface endpoint for CloudWatch Logs.",
    source=_SOURCE,
)
def documents_and_logs_are_reached_privately(template: Template) -> Verdicts:
    """A VPC with endpoints for Bedrock has them for S3 and CloudWatch Logs too."""
    by_vpc: dict[str, list[Resource]] = {}
    for each in template.of_type(ENDPOINT):
        by_vpc.setdefault(each["VpcId"].shown, []).append(each)
    for together in by_vpc.values():
        ours = [each for each in together if is_for_bedrock(each) is YES]
        for service, name in _BESIDE.items() if ours else ():
            offered = any_of(is_for(each, service) for each in together)
            message = f"no endpoint for {name} is beside the one for {service_of(ours[0])}"
            yield from require(offered, ours[0]["VpcId"], message)
