"""Amazon Bedrock Guardrails."""

from collections.abc import Mapping
from typing import Any

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import capitalized, pick, tag_list, without
from secure_bedrock.verification.reading import Deployed, Reading, reader
from secure_bedrock.verification.values import Json

_ASSUMED = {
    "InputEnabled": True,
    "OutputEnabled": True,
    "Enabled": True,
    "InputAction": "BLOCK",
    "OutputAction": "BLOCK",
    "InputModalities": ["TEXT"],
    "OutputModalities": ["TEXT"],
    "Type": "DENY",
}
_CLASSIC = {"TierName": "CLASSIC"}
_BLOCKS = (
    "AutomatedReasoningPolicyConfig",
    "ContentPolicyConfig",
    "ContextualGroundingPolicyConfig",
    "CrossRegionConfig",
    "SensitiveInformationPolicyConfig",
    "TopicPolicyConfig",
    "WordPolicyConfig",
)
_TEXTS = ("BlockedInputMessaging", "BlockedOutputsMessaging", "Name", "Description")


@reader("AWS::Bedrock::Guardrail", implied={"Status": "READY"})
def read_guardrail(aws: Aws, guardrail: Deployed) -> Reading:
    """Every policy of a guardrail's working draft, and its key."""
    bedrock = aws.client("bedrock")
    found = bedrock.get_guardrail(guardrailIdentifier=guardrail.id)
    arn = found["guardrailArn"]
    return Reading(
        properties={
            **pick(capitalized(found), *_TEXTS, "Status"),
            "KmsKeyArn": found.get("kmsKeyArn"),
            **_blocks_read(found),
        },
        if_claimed={"Tags": tag_list(bedrock.list_tags_for_resource(resourceARN=arn).get("tags"))},
        attributes={
            "GuardrailArn": arn,
            "GuardrailId": found["guardrailId"],
            "Version": found["version"],
        },
        claim=_blocks_claimed(guardrail.claim),
    )


@reader("AWS::Bedrock::GuardrailVersion", implied={"Status": "READY"})
def read_version(aws: Aws, version: Deployed) -> Reading:
    """A published version: it is there, and it says what the stack's guardrail says."""
    identifier, number = version.id.split("|")
    found = aws.client("bedrock").get_guardrail(
        guardrailIdentifier=identifier, guardrailVersion=number
    )
    source = [
        each
        for each in version.peers("AWS::Bedrock::Guardrail")
        if each.id.rsplit("/", 1)[-1] == identifier.rsplit("/", 1)[-1]
    ]
    names = (*_BLOCKS, "BlockedInputMessaging", "BlockedOutputsMessaging")
    texts = pick(capitalized(found), "BlockedInputMessaging", "BlockedOutputsMessaging")
    read = {**_blocks_read(found), **texts} if source else {}
    claimed = {**source[0].claim, **_blocks_claimed(source[0].claim)} if source else {}
    return Reading(
        properties={"Status": found["status"], "Description": found.get("description"), **read},
        if_claimed={
            "GuardrailIdentifier": version.claim.get("GuardrailIdentifier")
            if _names_same(version.claim.get("GuardrailIdentifier"), found)
            else found["guardrailArn"]
        },
        attributes={
            "GuardrailArn": found["guardrailArn"],
            "GuardrailId": found["guardrailId"],
            "Version": found["version"],
        },
        claim=pick(claimed, *names),
    )


def _names_same(claimed: Json, found: Mapping[str, Any]) -> bool:
    return claimed in (found["guardrailId"], found["guardrailArn"])


def _blocks_read(found: Mapping[str, Any]) -> dict[str, Json]:
    content = found.get("contentPolicy", {})
    topics = found.get("topicPolicy", {})
    words = found.get("wordPolicy", {})
    sensitive = found.get("sensitiveInformationPolicy", {})
    grounding = found.get("contextualGroundingPolicy", {})
    profile = found.get("crossRegionDetails", {}).get("guardrailProfileArn")
    blocks = {
        "ContentPolicyConfig": pick(
            content, FiltersConfig="filters", ContentFiltersTierConfig="tier"
        ),
        "TopicPolicyConfig": pick(topics, TopicsConfig="topics", TopicsTierConfig="tier"),
        "WordPolicyConfig": pick(
            words, WordsConfig="words", ManagedWordListsConfig="managedWordLists"
        ),
        "SensitiveInformationPolicyConfig": pick(
            sensitive, PiiEntitiesConfig="piiEntities", RegexesConfig="regexes"
        ),
        "ContextualGroundingPolicyConfig": pick(grounding, FiltersConfig="filters"),
        "AutomatedReasoningPolicyConfig": found.get("automatedReasoningPolicy", {}),
        "CrossRegionConfig": {"GuardrailProfileArn": profile} if profile else {},
    }
    return {name: _plain(name, capitalized(block)) for name, block in blocks.items()}


def _blocks_claimed(claim: Mapping[str, Json]) -> dict[str, Json]:
    plain = {name: _plain(name, claim[name]) for name in _BLOCKS if name in claim}
    profile = claim.get("CrossRegionConfig", {})
    if isinstance(profile, Mapping) and "GuardrailProfileArn" in profile:
        plain["CrossRegionConfig"] = profile
    return plain


def _plain(name: str, block: Json) -> Json:
    """A policy without what Amazon Bedrock assumes anyway."""
    if not isinstance(block, Mapping):
        return block
    found = {key: _entries(name, value) for key, value in block.items() if value != _CLASSIC}
    return {key: value for key, value in found.items() if value not in ([], {})}


def _entries(name: str, value: Json) -> Json:
    if name == "SensitiveInformationPolicyConfig" and isinstance(value, list):
        return [_sensitive(each) for each in value]
    assumed = dict(_ASSUMED)
    if name != "TopicPolicyConfig":
        del assumed["Type"]
    if name == "ContextualGroundingPolicyConfig":
        assumed["Action"] = "BLOCK"
    return without(value, assumed)


def _sensitive(entity: Mapping[str, Json]) -> Json:
    """The actions for input and output default to the entity's own action."""
    assumed = {
        "InputEnabled": True,
        "OutputEnabled": True,
        "InputAction": entity.get("Action"),
        "OutputAction": entity.get("Action"),
    }
    return without(entity, assumed)
