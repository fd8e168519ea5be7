"""Which documents the role of a knowledge base can read."""

from collections.abc import Iterator

from secure_bedrock.rules._buckets import BUCKET, bucket_name, buckets_of
from secure_bedrock.rules._kit import (
    NO,
    UNKNOWN,
    YES,
    Answer,
    Controls,
    Node,
    Resource,
    Severity,
    Verdicts,
    any_of,
    held_by,
    is_star,
    matches,
    refers_to,
    require,
    rule,
)
from secure_bedrock.rules.knowledge_bases._uses import (
    DATA_SOURCE,
    KNOWLEDGE_BASE,
    USER_GUIDE,
    source_location,
    working_locations,
)


@rule(
    "KBS18",
    resource=KNOWLEDGE_BASE,
    severity=Severity.HIGH,
    fix="Name only the buckets of the data sources in the policies of the role.",
    source=f"{USER_GUIDE}/kb-permissions.html",
    controls={
        "HIPAA": Controls(("164.312(a)(1)",), "stave"),
        "NIST 800-53 r5": Controls(("AC-6",), "stave"),
    },
)
def role_reads_its_sources_only(base: Resource) -> Verdicts:
    """The role of a knowledge base reads the buckets of its data sources and no others.

    Buckets are compared where role and data sources are in the template; prefixes are not.
    """
    role = base["RoleArn"].target
    read = [*_read(role)] if role is not None else []
    sources = _sources(base) if read else []
    for node in read:
        yield from require(_is_declared(node, base, sources), node)


def _read(role: Resource) -> Iterator[Node]:
    for statement in held_by(role.template, role.logical_id):
        if statement.allows("s3:GetObject") is YES:
            yield from statement.resources


def _sources(base: Resource) -> list[Resource]:
    every = base.template.of_type(DATA_SOURCE)
    return [each for each in every if refers_to(each["KnowledgeBaseId"], base) is not NO]


def _is_declared(node: Node, base: Resource, sources: list[Resource]) -> Answer:
    if is_star(node) is YES or bucket_name(node) == "*":
        return NO
    about_buckets = matches(node, "arn:*:s3:::*") is not NO or bool(buckets_of(node))
    other = node.target is not None and node.target.type != BUCKET
    if other or not about_buckets or not sources:
        return YES
    declared = [*map(source_location, sources), *working_locations(base.template)]
    return any_of(_same_bucket(node, each) for each in declared if not each.missing)


def _same_bucket(node: Node, declared: Node) -> Answer:
    """Whether two strings are about one bucket: by reference, or by the known part of the name."""
    if bucket_name(node) == bucket_name(declared):
        return YES
    mine, theirs = buckets_of(node), buckets_of(declared)
    if {each.logical_id for each in mine} & {each.logical_id for each in theirs}:
        return YES
    return NO if _known(node, mine) and _known(declared, theirs) else UNKNOWN


def _known(node: Node, buckets: list[Resource]) -> bool:
    """Whether it is certain which bucket is meant."""
    names = [each["BucketName"] for each in buckets]
    return bool(node.literal) or (bool(names) and all(n.missing or n.literal for n in names))
