import json

import pytest

from secure_bedrock.rules import Parameters

OPEN = {"Ref": "Elsewhere"}
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"


def policy(document, kind="encryption", **more):
    text = (
        document if isinstance(document, dict) and "Fn::Sub" in document else json.dumps(document)
    )
    properties = {"Name": "p", "Type": kind, "Policy": text, **more}
    return {"Type": "AWS::OpenSearchServerless::SecurityPolicy", "Properties": properties}


def collection(kind="VECTORSEARCH", **more):
    return {"Type": "AWS::OpenSearchServerless::Collection", "Properties": {"Type": kind, **more}}


def knowledge_base(**storage):
    properties = {"StorageConfiguration": storage}
    return {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": properties}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"AWSOwnedKey": True}, ["fail Properties.Policy.AWSOwnedKey"]),
        ({"Rules": []}, ["fail Properties.Policy.KmsARN"]),
        ({"KmsARN": KEY}, []),
        ({"AWSOwnedKey": False, "KmsARN": KEY}, []),
        ({"AWSOwnedKey": True, "KmsARN": KEY}, ["fail Properties.Policy.AWSOwnedKey"]),
        ({"Fn::Sub": '{"KmsARN": "${Key.Arn}"}'}, []),
        ({"Fn::Sub": '{"KmsARN": "${Elsewhere}"}'}, ["unknown Properties.Policy.KmsARN"]),
        ({"Fn::Sub": '{"KmsARN": ${Elsewhere}}'}, ["unknown Properties.Policy.KmsARN"]),
    ],
)
def test_an_encryption_policy_needs_a_key(judge, document, expected):
    key = {"Type": "AWS::KMS::Key", "Properties": {}}
    assert judge("KBS03", {"Policy": policy(document), "Key": key}) == expected


def test_a_missing_key_can_be_acknowledged(judge, accepting):
    assert judge("KBS03", accepting(policy({"AWSOwnedKey": True}), "KBS03")) == []


def test_a_collection_may_bring_its_own_key(judge):
    at = "Properties.EncryptionConfig"
    owned = {"AWSOwnedKey": True}
    assert judge("KBS03", collection()) == []
    assert judge("KBS03", collection(EncryptionConfig={"KmsKeyArn": KEY})) == []
    assert judge("KBS03", collection(EncryptionConfig=owned)) == [f"fail {at}.AWSOwnedKey"]
    assert judge("KBS03", collection(EncryptionConfig={})) == [f"fail {at}.KmsKeyArn"]


@pytest.mark.parametrize("rule", ["KBS03", "KBS04"])
def test_policies_for_collections_without_vectors_are_left_alone(judge, rule):
    logs = {"C": collection("TIMESERIES")}
    found = policy({"AWSOwnedKey": True}), policy([{"AllowFromPublic": True}], "network")
    resources = {"Encryption": found[0], "Network": found[1]}
    assert judge(rule, resources | logs) == []
    assert len(judge(rule, resources | {"C": collection()})) == 1
    assert len(judge(rule, resources | logs | {"Base": knowledge_base()})) == 1


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([{"AllowFromPublic": True}], ["fail Properties.Policy[0].AllowFromPublic"]),
        ([{"AllowFromPublic": False, "SourceServices": ["bedrock.amazonaws.com"]}], []),
        (
            [{"AllowFromPublic": False}, {"AllowFromPublic": "true"}],
            ["fail Properties.Policy[1].AllowFromPublic"],
        ),
        ({"Fn::Sub": "${Elsewhere}"}, ["unknown Properties.Policy.AllowFromPublic"]),
    ],
)
def test_a_network_policy_keeps_the_internet_out(judge, document, expected):
    assert judge("KBS04", policy(document, "network")) == expected


def test_a_public_collection_can_be_acknowledged(judge, accepting):
    public = policy([{"AllowFromPublic": True}], "network")
    assert judge("KBS04", accepting(public, "KBS04")) == []


def access(
    principal="arn:aws:iam::111122223333:role/r", permission="aoss:ReadDocument", at="index/c/*"
):
    rules = [{"ResourceType": "index", "Resource": [at], "Permission": [permission]}]
    text = json.dumps([{"Rules": rules, "Principal": [principal]}])
    properties = {"Type": "data", "Policy": {"Fn::Sub": text}}
    return {"Type": "AWS::OpenSearchServerless::AccessPolicy", "Properties": properties}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"principal": "${Role.Arn}"}, []),
        ({"at": "index/${Collection}/docs"}, []),
        ({"principal": "*"}, ["fail Properties.Policy[0].Principal[0]"]),
        (
            {"principal": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"},
            ["fail Properties.Policy[0].Principal[0]"],
        ),
        ({"principal": "${Given}"}, ["unknown Properties.Policy[0].Principal[0]"]),
        ({"permission": "*"}, ["fail Properties.Policy[0].Rules[0].Permission[0]"]),
        ({"at": "*"}, ["fail Properties.Policy[0].Rules[0].Resource[0]"]),
        ({"at": "collection/*"}, ["fail Properties.Policy[0].Rules[0].Resource[0]"]),
        ({"at": "index/*"}, ["fail Properties.Policy[0].Rules[0].Resource[0]"]),
        ({"permission": "aoss:*"}, ["fail Properties.Policy[0].Rules[0].Permission[0]"]),
        ({"at": "index/*/*"}, ["fail Properties.Policy[0].Rules[0].Resource[0]"]),
    ],
)
def test_data_access_names_who_what_and_where(judge, given, expected):
    resources = {
        "Policy": access(**given),
        "Role": {"Type": "AWS::IAM::Role", "Properties": {}},
        "Collection": collection(),
    }
    assert judge("KBS05", resources) == expected


def test_wide_data_access_can_be_acknowledged_or_is_not_about_vectors(judge, accepting):
    assert judge("KBS05", accepting(access(principal="*"), "KBS05")) == []
    assert judge("KBS05", {"P": access(principal="*"), "C": collection("SEARCH")}) == []


def aurora(**properties):
    store = {"RdsConfiguration": {"ResourceArn": {"Fn::GetAtt": ["Cluster", "DBClusterArn"]}}}
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": properties}
    return {"Base": knowledge_base(Type="RDS", **store), "Cluster": cluster}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, ["fail Properties.KmsKeyId", "fail Properties.StorageEncrypted"]),
        ({"StorageEncrypted": True}, ["fail Properties.KmsKeyId"]),
        ({"StorageEncrypted": False, "KmsKeyId": KEY}, ["fail Properties.StorageEncrypted"]),
        ({"StorageEncrypted": "true", "KmsKeyId": OPEN}, ["unknown Properties.KmsKeyId"]),
        ({"StorageEncrypted": True, "KmsKeyId": KEY}, []),
    ],
)
def test_aurora_with_vectors_needs_a_key(judge, properties, expected):
    assert judge("KBS07", aurora(**properties)) == expected


def test_aurora_without_vectors_is_left_alone(judge, accepting):
    resources = aurora()
    assert judge("KBS07", resources["Cluster"]) == []
    accepted = {**resources, "Cluster": accepting(resources["Cluster"], "KBS07")}
    assert judge("KBS07", accepted) == []


@pytest.mark.parametrize(
    ("encryption", "status"),
    [
        (None, "fail"),
        ({"SseType": "AES256"}, "fail"),
        ({"SseType": "aws:kms"}, "fail"),
        ({"SseType": OPEN, "KmsKeyArn": KEY}, "unknown"),
        ({"SseType": "aws:kms", "KmsKeyArn": KEY}, None),
    ],
)
def test_a_vector_bucket_needs_a_key(judge, accepting, encryption, status):
    properties = {"EncryptionConfiguration": encryption}
    bucket = {"Type": "AWS::S3Vectors::VectorBucket", "Properties": properties}
    expected = [f"{status} Properties.EncryptionConfiguration"] if status else []
    assert judge("KBS08", bucket) == expected
    assert judge("KBS08", accepting(bucket, "KBS08")) == []


def test_a_vector_index_is_as_its_bucket_unless_it_says_otherwise(judge):
    index = {"Type": "AWS::S3Vectors::Index", "Properties": {}}
    other = {**index, "Properties": {"EncryptionConfiguration": {"SseType": "AES256"}}}
    assert judge("KBS08", index) == []
    assert judge("KBS08", other) == ["fail Properties.EncryptionConfiguration"]


def graph(**properties):
    vectors = {"VectorSearchConfiguration": {"VectorSearchDimension": 1024}}
    return {"Type": "AWS::NeptuneGraph::Graph", "Properties": {**vectors, **properties}}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"KmsKeyIdentifier": KEY}, []),
        ({}, ["fail Properties.KmsKeyIdentifier"]),
        (
            {"KmsKeyIdentifier": KEY, "PublicConnectivity": True},
            ["fail Properties.PublicConnectivity"],
        ),
        (
            {"KmsKeyIdentifier": KEY, "PublicConnectivity": OPEN},
            ["unknown Properties.PublicConnectivity"],
        ),
    ],
)
def test_a_graph_is_private_and_has_a_key(judge, accepting, properties, expected):
    assert judge("KBS09", graph(**properties)) == expected
    assert judge("KBS09", accepting(graph(**properties), "KBS09")) == []


def test_only_graphs_with_vectors_count(judge):
    plain = {"Type": "AWS::NeptuneGraph::Graph", "Properties": {}}
    arn = {"NeptuneAnalyticsConfiguration": {"GraphArn": {"Fn::GetAtt": ["Graph", "GraphArn"]}}}
    assert judge("KBS09", plain) == []
    found = judge("KBS09", {"Graph": plain, "Base": knowledge_base(**arn)})
    assert found == ["fail Properties.KmsKeyIdentifier"]


@pytest.mark.parametrize(
    ("kind", "approved", "expected"),
    [
        ("S3_VECTORS", (), []),
        ("PINECONE", (), ["fail Properties.StorageConfiguration.Type"]),
        ("PINECONE", ("PINECONE",), []),
        ("RDS", ("PINECONE",), ["fail Properties.StorageConfiguration.Type"]),
        (OPEN, (), ["unknown Properties.StorageConfiguration.Type"]),
    ],
)
def test_vector_stores_are_approved(judge, kind, approved, expected):
    parameters = Parameters(approved_vector_stores=approved)
    assert judge("KBS11", knowledge_base(Type=kind), parameters=parameters) == expected


def test_an_unapproved_store_can_be_acknowledged_and_no_store_needs_no_approval(judge, accepting):
    assert judge("KBS11", accepting(knowledge_base(Type="PINECONE"), "KBS11")) == []
    assert judge("KBS11", {"Type": "AWS::Bedrock::KnowledgeBase", "Properties": {}}) == []
