"""AgentCore: AWS's own constructs, completed with network, keys and a policy engine.

Sources: Amazon Bedrock AgentCore Developer Guide, "Configure Amazon Bedrock AgentCore Runtime and
tools for VPC", "Encrypt your gateway with customer managed KMS key", "Memory encryption", "Policy
in Amazon Bedrock AgentCore".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_bedrockagentcore as agentcore
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock.encryption.place import place_of
from secure_bedrock.hardening.mixin import HardeningMixin, Recipe
from secure_bedrock.hardening.resource import ForeignResource

_TYPE = "AWS::BedrockAgentCore::"
_LONGEST = 14_400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCoreNetwork:
    """Where runtimes and tools are placed.

    Attributes:
        subnets: At least one, best without a way to the internet. AgentCore serves some
            availability zones only; a wrong one fails at deployment.
        security_groups: At least one.
    """

    subnets: Sequence[ec2.ISubnet]
    security_groups: Sequence[ec2.ISecurityGroup]

    def __post_init__(self) -> None:
        for name in ("subnets", "security_groups"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty: name at least one")

    def render(self) -> dict[str, list[str]]:
        """Subnets and security groups as AgentCore's resources take them."""
        return {
            "securityGroups": [each.security_group_id for each in self.security_groups],
            "subnets": [each.subnet_id for each in self.subnets],
        }


class AgentCoreBaseline(HardeningMixin):
    """Brings runtimes, gateways, memories, browsers and code interpreters to the baseline.

    It protects what AWS's own AgentCore constructs leave open: their defaults run on the public
    network, encrypt with a key of AWS's and let a gateway's callers use every tool. It reaches what
    is declared when it is applied, so apply it last::

        Mixins.of(app).apply(AgentCoreBaseline(encryption_key=key, network=network))

    Whoever applies it to a part of the app leaves the rest as it is.

    Args:
        encryption_key: Encrypts gateways and evaluators without a key, and with
            ``allow_replacement`` memories and policy engines.
        network: Runtimes, browsers and code interpreters in public mode or a sandbox move here.
        policy_engine: Decides, enforcing, who may use which tool of a gateway that has none.
            Default: such gateways draw a warning.
        recordings: Receives recordings of browsers that have none. Default: they draw a warning.
        allow_replacement: Memories, policy engines, browsers and code interpreters take key and
            network only when they are made, so that setting them replaces what is deployed: with
            what a memory knows. Default: they are left and draw a warning.

    Attributes:
        changes: What was missing and is there now.
        gaps: What is below the baseline and was left as it is.
    """

    def __init__(
        self,
        *,
        encryption_key: kms.IKey,
        network: AgentCoreNetwork,
        policy_engine: agentcore.IPolicyEngine | None = None,
        recordings: s3.IBucket | None = None,
        allow_replacement: bool = False,
    ) -> None:
        key = encryption_key
        recipes: dict[str, Recipe] = {
            f"{_TYPE}Runtime": lambda each: _runtime(each, network),
            f"{_TYPE}Gateway": lambda each: _gateway(each, key, policy_engine),
            f"{_TYPE}Memory": lambda each: _key(each, "encryptionKeyArn", key, create_only=True),
            f"{_TYPE}PolicyEngine": lambda each: _key(
                each, "encryptionKeyArn", key, create_only=True
            ),
            f"{_TYPE}Evaluator": lambda each: _key(each, "kmsKeyArn", key),
            f"{_TYPE}BrowserCustom": lambda each: _browser(each, network, recordings),
            f"{_TYPE}CodeInterpreterCustom": lambda each: _tool(each, network),
        }
        super().__init__(recipes, allow_replacement=allow_replacement)


def _runtime(runtime: ForeignResource, network: AgentCoreNetwork) -> None:
    given = runtime.properties.get("networkConfiguration", {"networkMode": "PUBLIC"})
    if given["networkMode"] == "PUBLIC":
        value = {"networkMode": "VPC", "networkModeConfig": network.render()}
        runtime.complete(
            "networkConfiguration", value, "runs in the VPC, not on the public network"
        )
    lifecycle = runtime.properties.get("lifecycleConfiguration", {})
    if "maxLifetime" not in lifecycle:
        text = f"a session ends after {_LONGEST // 3600} hours instead of 8"
        runtime.complete("lifecycleConfiguration", lifecycle | {"maxLifetime": _LONGEST}, text)
    _tokens(runtime)


def _tool(tool: ForeignResource, network: AgentCoreNetwork) -> None:
    mode = tool.properties["networkConfiguration"]["networkMode"]
    if mode == "VPC":
        return
    value = {"networkMode": "VPC", "vpcConfig": network.render()}
    text = f"runs in the VPC instead of the mode {mode}"
    tool.complete("networkConfiguration", value, text, create_only=True)


def _browser(
    browser: ForeignResource, network: AgentCoreNetwork, recordings: s3.IBucket | None
) -> None:
    _tool(browser, network)
    if browser.properties.get("recordingConfig", {}).get("enabled"):
        return
    if recordings is None:
        text = "sessions are not recorded: switch recording on, or give a bucket to the mixin"
        browser.report("recordingConfig", text)
        return
    location = {
        "bucket": recordings.bucket_name,
        "prefix": f"browsers/{browser.properties['name']}",
    }
    value = {"enabled": True, "s3Location": location}
    browser.complete("recordingConfig", value, "sessions are recorded", create_only=True)
    policy = browser.permissions("executionRoleArn", "write the recordings")
    if policy is not None:
        recordings.grant_put(policy)


def _gateway(
    gateway: ForeignResource, key: kms.IKey, policy_engine: agentcore.IPolicyEngine | None
) -> None:
    if gateway.properties["authorizerType"] == "NONE":
        text = "everybody on the internet may call it: choose AWS_IAM or CUSTOM_JWT"
        gateway.report("authorizerType", text)
    _tokens(gateway)
    if gateway.properties.get("exceptionLevel") == "DEBUG":
        gateway.report("exceptionLevel", "callers see internals in errors: leave it out")
    if "kmsKeyArn" not in gateway.properties:
        _key(gateway, "kmsKeyArn", key)
        _allow_key(gateway, key)
    given = gateway.properties.get("policyEngineConfiguration")
    if given is not None and given.get("mode") != "ENFORCE":
        text = "the policy engine only logs what it would refuse: set the mode ENFORCE"
        gateway.report("policyEngineConfiguration", text)
    elif given is None and policy_engine is None:
        text = "every caller may use every tool: give the mixin a policy engine"
        gateway.report("policyEngineConfiguration", text)
    elif given is None and policy_engine is not None:
        value = {"arn": policy_engine.policy_engine_arn, "mode": "ENFORCE"}
        gateway.complete("policyEngineConfiguration", value, "the policy engine decides, enforcing")
        policy = gateway.permissions("roleArn", "ask the policy engine")
        if policy is not None:
            policy_engine.grant_evaluate(policy)


def _tokens(resource: ForeignResource) -> None:
    """Whether an authorizer takes tokens that were made for any application."""
    authorizer = resource.properties.get("authorizerConfiguration", {}).get("customJwtAuthorizer")
    bounds = ("allowedAudience", "allowedClients", "allowedScopes", "customClaims")
    if authorizer is not None and not any(authorizer.get(each) for each in bounds):
        text = "every token of the issuer is accepted: name audience, clients or scopes"
        resource.report("authorizerConfiguration", text)


def _key(resource: ForeignResource, name: str, key: kms.IKey, *, create_only: bool = False) -> None:
    if name not in resource.properties:
        text = "encrypted with the customer managed key"
        resource.complete(name, key.key_arn, text, create_only=create_only)


def _allow_key(gateway: ForeignResource, key: kms.IKey) -> None:
    """Source: "Encrypt your gateway with customer managed KMS key"."""
    policy = gateway.permissions("roleArn", "use the key")
    if policy is None:
        return
    place = place_of(gateway.resource)
    via = {"kms:ViaService": f"bedrock-agentcore.{place.region}.amazonaws.com"}
    gateways = f"arn:{place.partition}:bedrock-agentcore:{place.region}:{place.account}:gateway/*"
    context = {"kms:EncryptionContext:aws:bedrock-agentcore-gateway:arn": gateways}
    for actions, conditions in (
        (["kms:DescribeKey"], {"StringEquals": via}),
        (["kms:Decrypt", "kms:GenerateDataKey"], {"StringEquals": via, "StringLike": context}),
    ):
        policy.add_statements(
            iam.PolicyStatement(actions=actions, resources=[key.key_arn], conditions=conditions)
        )
