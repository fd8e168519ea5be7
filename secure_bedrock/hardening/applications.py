"""Agents, flows, prompts, knowledge bases and data sources of other libraries.

Sources: Amazon Bedrock User Guide, "Encryption of agent resources", "Encryption of Amazon Bedrock
Flows resources", "Encryption of knowledge base resources", "Include guardrails in your flow".
"""

from collections.abc import Iterator
from typing import Any, Protocol

from aws_cdk import aws_bedrock as bedrock
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_bedrock.encryption.key_policies import allow_prompts
from secure_bedrock.hardening.resource import ForeignResource

_KEY = "customerEncryptionKeyArn"
_USE = ("kms:Decrypt", "kms:GenerateDataKey")


class AttachedGuardrail(Protocol):
    """What is needed of a guardrail. ``GuardrailSet`` hands these out."""

    @property
    def guardrail_arn(self) -> str:
        """ARN of the guardrail, without a version."""

    @property
    def guardrail_version(self) -> str:
        """The published version in use."""

    def grant_apply(self, grantee: iam.IGrantable) -> iam.Grant:
        """Allow to apply the guardrail, its profiles and key included."""


def harden_agent(
    agent: ForeignResource, key: kms.IKey, guardrail: AttachedGuardrail | None
) -> None:
    """Give an agent the key and the guardrail it lacks, and its role what it needs for them."""
    if _KEY not in agent.properties:
        agent.complete(_KEY, key.key_arn, "encrypted with the customer managed key")
        _allow_key(agent, "agentResourceRoleArn", key)
    given = agent.properties.get("guardrailConfiguration")
    if given is not None:
        _report_draft(agent, given)
    elif guardrail is None:
        agent.report("guardrailConfiguration", "no guardrail: attach one, or give one to the mixin")
    else:
        text = "the guardrail is attached in a published version"
        agent.complete("guardrailConfiguration", _attached(guardrail), text)
        policy = agent.permissions("agentResourceRoleArn", f"apply {guardrail.guardrail_arn}")
        if policy is not None:
            guardrail.grant_apply(policy)


def harden_flow(flow: ForeignResource, key: kms.IKey, guardrail: AttachedGuardrail | None) -> None:
    """Give a flow the key, and its nodes the guardrail, that they lack."""
    if _KEY not in flow.properties:
        flow.complete(_KEY, key.key_arn, "encrypted with the customer managed key")
        _allow_key(flow, "executionRoleArn", key)
    definition = flow.properties.get("definition")
    if definition is None:
        flow.report("definition", "it is not an object and was not looked at: check its nodes")
        return
    bare = [each["name"] for each in _unguarded(definition)]
    if not bare:
        return
    if guardrail is None:
        flow.report("definition", f"nodes without a guardrail: {', '.join(bare)}: attach one")
        return
    completed = _with_guardrail(definition, _attached(guardrail))
    flow.complete("definition", completed, f"guardrail attached to nodes {', '.join(bare)}")
    policy = flow.permissions("executionRoleArn", f"apply {guardrail.guardrail_arn}")
    if policy is not None:
        guardrail.grant_apply(policy)


def harden_prompt(prompt: ForeignResource, key: kms.IKey) -> None:
    """Give a prompt the key it lacks."""
    if _KEY not in prompt.properties:
        allow_prompts(key)
        prompt.complete(
            _KEY,
            key.key_arn,
            "encrypted with the customer managed key; whoever uses the prompt now needs "
            "kms:Decrypt and kms:GenerateDataKey on it",
        )


def harden_knowledge_base(knowledge_base: ForeignResource, key: kms.IKey) -> None:
    """Give a managed knowledge base the key it lacks; others keep nothing themselves."""
    kind = knowledge_base.properties.get("knowledgeBaseConfiguration", {}).get("type")
    if kind == "MANAGED" and "serverSideEncryptionConfiguration" not in knowledge_base.properties:
        _server_side(knowledge_base, key, "documents are encrypted with the customer managed key")


def harden_data_source(source: ForeignResource, key: kms.IKey) -> None:
    """Give a data source the key it lacks, and the role of its knowledge base the use of it."""
    if "serverSideEncryptionConfiguration" not in source.properties:
        _server_side(source, key, "what ingestion keeps for a while is encrypted with the key")
        _allow_ingestion(source, key)
    if "dataDeletionPolicy" not in source.properties:
        text = "DELETE, which AWS does without it as well"
        source.complete("dataDeletionPolicy", "DELETE", text)


def _server_side(resource: ForeignResource, key: kms.IKey, text: str) -> None:
    resource.complete("serverSideEncryptionConfiguration", {"kmsKeyArn": key.key_arn}, text)


def _allow_ingestion(source: ForeignResource, key: kms.IKey) -> None:
    found = source.find(source.properties.get("knowledgeBaseId"), bedrock.CfnKnowledgeBase)
    role = source.find(source.stack.resolve(found.role_arn), iam.CfnRole) if found else None
    if role is None:
        text = "the role of its knowledge base is not in this stack: let it use the key"
        source.report("serverSideEncryptionConfiguration", text)
        return
    source.policy_for(role).add_statements(_key_use(key))


def _allow_key(resource: ForeignResource, role_property: str, key: kms.IKey) -> None:
    policy = resource.permissions(role_property, "use the key")
    if policy is not None:
        via = {"kms:ViaService": f"bedrock.{resource.stack.region}.amazonaws.com"}
        policy.add_statements(_key_use(key, {"StringEquals": via}))


def _key_use(key: kms.IKey, conditions: dict[str, Any] | None = None) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(_USE), resources=[key.key_arn], conditions=conditions)


def _attached(guardrail: AttachedGuardrail) -> dict[str, str]:
    return {
        "guardrailIdentifier": guardrail.guardrail_arn,
        "guardrailVersion": guardrail.guardrail_version,
    }


def _report_draft(resource: ForeignResource, given: dict[str, Any]) -> None:
    if given.get("guardrailVersion") in (None, "DRAFT"):
        text = "the guardrail is attached as a draft, which edits change: name a published version"
        resource.report("guardrailConfiguration", text)


def _unguarded(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for node in definition.get("nodes", []):
        configuration = node.get("configuration", {})
        yield from _unguarded(configuration.get("loop", {}).get("definition", {}))
        if _lacks_guardrail(configuration):
            yield node


def _lacks_guardrail(configuration: dict[str, Any]) -> bool:
    for kind in ("prompt", "knowledgeBase"):
        part = configuration.get(kind)
        invokes = part is not None and (kind == "prompt" or "modelId" in part)
        if part is not None and invokes and "guardrailConfiguration" not in part:
            return True
    return False


def _with_guardrail(definition: dict[str, Any], attached: dict[str, str]) -> dict[str, Any]:
    nodes = []
    for node in definition.get("nodes", []):
        configuration = dict(node.get("configuration", {}))
        if _lacks_guardrail(configuration):
            kind = "prompt" if "prompt" in configuration else "knowledgeBase"
            configuration[kind] = configuration[kind] | {"guardrailConfiguration": attached}
        if "loop" in configuration:
            inner = configuration["loop"]["definition"]
            configuration["loop"] = {"definition": _with_guardrail(inner, attached)}
        nodes.append(node | ({"configuration": configuration} if configuration else {}))
    return definition | {"nodes": nodes}
