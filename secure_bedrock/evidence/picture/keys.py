"""Keys and what they encrypt, as two columns."""

import re

from secure_bedrock.evidence.picture.columns import Box, Columns, Line, Tie
from secure_bedrock.evidence.picture.graph import Graph, Thing
from secure_bedrock.evidence.picture.shapes import count

_KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
_REFERRED = (*_KEYS, "AWS::KMS::Alias")
_PROPERTY = re.compile(r"kms|encryptionkey", re.IGNORECASE)
_NO_DATA = ("AWS::KMS::", "AWS::IAM::")
_HOLDERS = {
    "AWS::Bedrock::Agent": "CustomerEncryptionKeyArn",
    "AWS::Bedrock::Flow": "CustomerEncryptionKeyArn",
    "AWS::Bedrock::Guardrail": "KmsKeyArn",
    "AWS::Bedrock::Prompt": "CustomerEncryptionKeyArn",
    "AWS::CloudTrail::Trail": "KMSKeyId",
    "AWS::DynamoDB::Table": "SSESpecification",
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::S3::Bucket": "BucketEncryption",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SQS::Queue": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
}
_NONE, _ELSEWHERE = "no-key", "key-elsewhere"


def keys(graph: Graph) -> Columns:
    """Keys of the templates, what names them for encryption, and what names no key."""
    lines: list[Line] = []
    holders: dict[str, Thing] = {}
    for use in graph.uses:
        if use.used.type not in _REFERRED or not _PROPERTY.search(use.path):
            continue
        if use.user.type.startswith(_NO_DATA):
            continue
        key = _behind(graph, use.used)
        holders[use.user.id] = use.user
        line = Line(left=key.id, right=use.user.id, tie=Tie.FIRM, words="encrypts")
        if line not in lines:
            lines.append(line)
    for thing in graph.of_type(*_HOLDERS):
        if thing.id not in holders:
            holders[thing.id] = thing
            lines.append(_without(thing))
    found = graph.of_type(*_KEYS)
    tied = {line.left for line in lines}
    outside = {
        _ELSEWHERE: Box(id=_ELSEWHERE, name="A key outside of the templates"),
        _NONE: Box(id=_NONE, name="No customer managed key named", kind="lacking"),
    }
    left = [*map(_key_box, found), *(each for id, each in outside.items() if id in tied)]
    return Columns(
        name="keys",
        title="Keys and what they encrypt",
        description=f"{count(len(found), 'key', 'keys')} of the templates, with a line to whatever "
        "names it for encryption.",
        heads=("Keys", "What they encrypt"),
        left=left,
        right=[
            Box(id=thing.id, name=thing.name, more=thing.noun, anchor=thing.id)
            for thing in holders.values()
        ],
        lines=lines,
    )


def _behind(graph: Graph, thing: Thing) -> Thing:
    return graph.of(thing, "TargetKeyId", *_KEYS) or thing


def _key_box(thing: Thing) -> Box:
    rotation = thing.resource["EnableKeyRotation"].literal == "true"
    return Box(
        id=thing.id,
        name=thing.name,
        more="rotates by itself" if rotation else "no rotation shown",
        anchor=thing.id,
        kind="key",
    )


def _without(thing: Thing) -> Line:
    """A thing that names no key of the templates: one from outside, or none at all."""
    node = thing.resource[_HOLDERS[thing.type]]
    text = str(node.shown)
    outside = "kms" in text.lower() or "${" in text or node.unknown
    return Line(
        left=_ELSEWHERE if outside and not node.missing else _NONE,
        right=thing.id,
        tie=Tie.UNKNOWN if outside and not node.missing else Tie.LACKING,
        words="encrypts" if outside and not node.missing else "for",
    )
