"""Vectors in OpenSearch Serverless, in the order in which its parts have to be made."""

from typing import Any

from aws_cdk import DefaultStackSynthesizer, Fn, Names, Stack
from aws_cdk import aws_opensearchserverless as aoss
from constructs import Construct

from secure_bedrock.data.vector_store import BuiltStore, OpenSearchStore, StoreRequest
from secure_bedrock.data.vector_store_network import collection_endpoint

_NAME_LENGTH = 32
_VECTOR, _TEXT, _METADATA = "vector", "AMAZON_BEDROCK_TEXT_CHUNK", "AMAZON_BEDROCK_METADATA"
_ROLE_PERMISSIONS = ("aoss:DescribeIndex", "aoss:ReadDocument", "aoss:WriteDocument")
_CREATOR_PERMISSIONS = (
    "aoss:CreateIndex",
    "aoss:DeleteIndex",
    "aoss:DescribeIndex",
    "aoss:UpdateIndex",
)


class OpenSearchVectors(Construct):
    """A private collection with your key, and one index: policies first, then what they cover.

    It protects against collections open to the internet, which is what examples make, and against
    the two ways to lose one: tags, which a collection cannot change, so tags of the stack stay off
    it; and an index that is asked for before its access policy.

    Args:
        scope: Parent construct.
        id: Construct id.
        store: Network, replicas and the index's creator.
        request: What the knowledge base gives.

    Raises:
        ValueError: The role that creates the index is not known.

    Source: OpenSearch Service Developer Guide, "Encryption at rest", "Network access" and "Data
    access control for Amazon OpenSearch Serverless".
    """

    def __init__(
        self, scope: Construct, id: str, *, store: OpenSearchStore, request: StoreRequest
    ) -> None:
        super().__init__(scope, id)
        self._request = request
        self._name = _name(self)
        self._index_name = f"vectors-{request.digest}"
        creator = store.index_creator.role_arn if store.index_creator else _creator(self)
        encryption = self._security_policy("encryption", self._encryption())
        network = self._security_policy("network", self._network(store))
        self.collection = aoss.CfnCollection(
            self,
            "Collection",
            name=self._name,
            type="VECTORSEARCH",
            standby_replicas="ENABLED" if store.standby_replicas else "DISABLED",
        )
        # A changed tag would replace the collection, and with it every vector.
        self.collection.add_property_deletion_override("Tags")
        self.collection.apply_removal_policy(request.removal_policy)
        for policy in (encryption, network):
            policy.apply_removal_policy(request.removal_policy)
            self.collection.node.add_dependency(policy)
        self._access = self._access_policy(creator)
        self.index = self._new_index()

    def built(self) -> BuiltStore:
        """What the knowledge base needs to know."""
        mapping = {"vectorField": _VECTOR, "textField": _TEXT, "metadataField": _METADATA}
        return BuiltStore(
            configuration={
                "type": "OPENSEARCH_SERVERLESS",
                "opensearchServerlessConfiguration": {
                    "collectionArn": self.collection.attr_arn,
                    "vectorIndexName": self._index_name,
                    "fieldMapping": mapping,
                },
            },
            actions=["aoss:APIAccessAll"],
            resource_arns=[self.collection.attr_arn],
            before=[self.index],
        )

    def _encryption(self) -> dict[str, Any]:
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}
        return {
            "Rules": [rule],
            "AWSOwnedKey": False,
            "KmsARN": self._request.encryption_key.key_arn,
        }

    def _network(self, store: OpenSearchStore) -> list[dict[str, Any]]:
        rule = {"ResourceType": "collection", "Resource": [f"collection/{self._name}"]}
        policy: dict[str, Any] = {
            "Rules": [rule],
            "AllowFromPublic": False,
            "SourceServices": ["bedrock.amazonaws.com"],
        }
        if store.vpc is not None:
            endpoint = collection_endpoint(self, vpc=store.vpc, name=self._name)
            policy["SourceVPCEs"] = [endpoint.attr_id]
        return [policy]

    def _security_policy(self, kind: str, policy: object) -> aoss.CfnSecurityPolicy:
        text = Stack.of(self).to_json_string(policy)
        return aoss.CfnSecurityPolicy(self, kind.title(), name=self._name, type=kind, policy=text)

    def _access_policy(self, creator: str) -> aoss.CfnAccessPolicy:
        index = [f"index/{self._name}/{self._index_name}"]
        grants = [
            (self._request.role.role_arn, _ROLE_PERMISSIONS, "The knowledge base"),
            (creator, _CREATOR_PERMISSIONS, "Creates the index"),
        ]
        policy = [
            {
                "Description": text,
                "Principal": [principal],
                "Rules": [
                    {"ResourceType": "index", "Resource": index, "Permission": list(permissions)}
                ],
            }
            for principal, permissions, text in grants
        ]
        return aoss.CfnAccessPolicy(
            self,
            "Access",
            name=self._name,
            type="data",
            policy=Stack.of(self).to_json_string(policy),
        )

    def _new_index(self) -> aoss.CfnIndex:
        properties = {
            _VECTOR: {
                "type": "knn_vector",
                "dimension": self._request.embedding.dimensions,
                "method": {"name": "hnsw", "engine": "faiss", "spaceType": "l2"},
            },
            _TEXT: {"type": "text", "index": True},
            _METADATA: {"type": "text", "index": False},
        }
        index = aoss.CfnIndex(
            self,
            "Index",
            collection_endpoint=self.collection.attr_collection_endpoint,
            index_name=self._index_name,
            mappings={"properties": properties},
            settings={"index": {"knn": True}},
        )
        index.apply_removal_policy(self._request.removal_policy)
        index.node.add_dependency(self._access)
        return index


def _name(scope: Construct) -> str:
    """Unique in the account and Region: collections and their policies begin with a letter."""
    name = Names.unique_resource_name(scope, max_length=_NAME_LENGTH - 3, separator="-")
    return f"kb-{name.lower()}"


def _creator(scope: Construct) -> str:
    synthesizer = Stack.of(scope).synthesizer
    try:
        if isinstance(synthesizer, DefaultStackSynthesizer):
            # It has placeholders of CloudFormation in it, not tokens.
            return Fn.sub(synthesizer.cloud_formation_execution_role_arn)
    except RuntimeError:  # one that was given to the stack does not know it in Python
        pass
    raise ValueError(
        f"{scope.node.path}: the role that deploys is not known from a synthesizer that was given "
        "to the stack: name it with OpenSearchStore(index_creator=...)"
    )
