"""What the knowledge bases of a template work with."""

from collections.abc import Iterable, Iterator

from secure_bedrock.rules._buckets import buckets_of
from secure_bedrock.rules._kit import YES, Node, Resource, Template, refers_to

KNOWLEDGE_BASE = "AWS::Bedrock::KnowledgeBase"
DATA_SOURCE = "AWS::Bedrock::DataSource"
USER_GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide"


def inside(owner: Resource, *path: str) -> Node:
    """The node at a path of property names."""
    node = owner[path[0]]
    for name in path[1:]:
        node = node[name]
    return node


def is_used(resource: Resource, *path: str) -> bool:
    """Whether a knowledge base of the template names the resource at a path of its properties."""
    return any(
        refers_to(inside(each, *path), resource) is YES
        for each in resource.template.of_type(KNOWLEDGE_BASE)
    )


def members(node: Node) -> list[Node]:
    """The values of an object, whatever their keys."""
    return [each for _, each in node.items()]


def source_location(source: Resource) -> Node:
    """Where a data source reads documents, if it reads a bucket."""
    configuration = source["DataSourceConfiguration"]
    managed = configuration["ManagedKnowledgeBaseConnectorConfiguration"]
    if managed.missing:
        return configuration["S3Configuration"]["BucketArn"]
    return managed["ConnectorParameters"]["connectionConfiguration"]["bucketName"]


def working_locations(template: Template) -> list[Node]:
    """Where chunks are transformed, and where images and other supplements are kept."""
    if "working locations" not in template.cache:
        found = [each for each in _working_locations(template) if not each.missing]
        template.cache["working locations"] = found
    known: list[Node] = template.cache["working locations"]
    return known


def _working_locations(template: Template) -> Iterator[Node]:
    for source in template.of_type(DATA_SOURCE):
        ingestion = inside(
            source, "VectorIngestionConfiguration", "CustomTransformationConfiguration"
        )
        yield ingestion["IntermediateStorage"]["S3Location"]["URI"]
    for base in template.of_type(KNOWLEDGE_BASE):
        for kind in ("VectorKnowledgeBaseConfiguration", "ManagedKnowledgeBaseConfiguration"):
            storage = inside(
                base, "KnowledgeBaseConfiguration", kind, "SupplementalDataStorageConfiguration"
            )
            for each in storage["SupplementalDataStorageLocations"]:
                yield each["S3Location"]["URI"]


def source_buckets(template: Template) -> list[Resource]:
    """The buckets of the template that data sources read, each once."""
    return _each_once(map(source_location, template.of_type(DATA_SOURCE)))


def working_buckets(template: Template) -> list[Resource]:
    """The buckets of the template for intermediate and supplemental data, each once."""
    return _each_once(working_locations(template))


def _each_once(locations: Iterable[Node]) -> list[Resource]:
    found = [each for node in locations for each in buckets_of(node)]
    return list({each.logical_id: each for each in found}.values())
