import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns

from secure_bedrock import (
    DataResidency,
    Documents,
    Embedding,
    ExistingBucket,
    FoundationModel,
    LockMode,
    ManagedStore,
    NewBucket,
    ObjectLock,
    OpenSearchStore,
    S3VectorStore,
    SecureKnowledgeBase,
    SyncSchedule,
    VectorDeletion,
    enforce_residency,
)
from secure_bedrock.testing import assert_secure

NOVA = FoundationModel("amazon.nova-lite-v1:0")
STORES = {
    "s3": S3VectorStore(),
    "opensearch": OpenSearchStore(),
    "managed": ManagedStore(),
    "managed-own-model": ManagedStore(embedding=Embedding(dimensions=256)),
}
KNOWLEDGE_BASE = "AWS::Bedrock::KnowledgeBase"
SOURCE = "AWS::Bedrock::DataSource"


@pytest.fixture
def env_stack(app):
    """With the synthesizer of every stack, which knows the role that deploys."""
    return cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="eu-west-1"))


def bucket_in(stack, **attributes):
    return s3.Bucket.from_bucket_attributes(stack, "Theirs", bucket_name="docs", **attributes)


def test_defaults(env_stack, snapshot):
    SecureKnowledgeBase(env_stack, "Base")
    assert cdk.assertions.Template.from_stack(env_stack).to_json() == snapshot


def test_opensearch(env_stack, snapshot):
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore())
    found = cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"]
    assert {k: v for k, v in found.items() if "OpenSearch" in v["Type"]} == snapshot


@pytest.mark.parametrize("store", STORES)
def test_every_store_is_clean_in_every_profile(env_stack, store):
    SecureKnowledgeBase(env_stack, "Base", store=STORES[store])
    assert_secure(env_stack, profile=["strict", "residency", "agentic"], unknown="fail")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"embedding": Embedding(dimensions=0)}, "dimensions is 0: choose 1 to 4,096"),
        ({"embedding": Embedding(dimensions=4097)}, "dimensions is 4097"),
        ({"embedding": Embedding(model=NOVA)}, "amazon.nova-lite-v1:0 is no embedding model"),
        ({"store": ManagedStore(embedding=Embedding(model=NOVA))}, "is no embedding model"),
        ({"store": ManagedStore(), "embedding": Embedding()}, "embedding has no effect"),
        ({"store": ManagedStore(), "documents": Documents(prefix="a/")}, "prefix has no effect"),
        ({"store": S3VectorStore(non_filterable_metadata=tuple("abcdefghi"))}, "has 9 keys"),
        ({"documents": Documents(prefix="")}, "prefix has 0 characters"),
        ({"documents": Documents(prefix="a" * 301)}, "prefix has 301 characters"),
        ({"documents": Documents(prefix="docs/*")}, "is no beginning of keys"),
        ({"documents": Documents(bucket=NewBucket(superseded_expire_after_days=0))}, "days is 0"),
        ({"documents": Documents(bucket=NewBucket(object_lock=ObjectLock(days=0)))}, "choose 1 to"),
        ({"sync": SyncSchedule(expression="at(2026-12-01T00:00:00)")}, "no schedule that repeats"),
        ({"sync": SyncSchedule(expression="rate(0 days)")}, "no schedule that repeats"),
        ({"removal_policy": cdk.RemovalPolicy.SNAPSHOT}, "removal_policy is SNAPSHOT"),
    ],
)
def test_what_is_outside_the_limits_is_refused(env_stack, options, message):
    with pytest.raises(ValueError, match=rf"^Test/Base: .*{message}"):
        SecureKnowledgeBase(env_stack, "Base", **options)


@pytest.mark.parametrize(
    ("attributes", "what"),
    [({"account": "444455556666"}, "account 444455556666"), ({"region": "us-east-1"}, "Region us")],
)
def test_a_bucket_of_another_place_is_refused(env_stack, attributes, what):
    documents = Documents(bucket=ExistingBucket(bucket=bucket_in(env_stack, **attributes)))
    with pytest.raises(ValueError, match=f"^Test/Base: bucket Test/Theirs is of {what}"):
        SecureKnowledgeBase(env_stack, "Base", documents=documents)


def test_an_existing_bucket_is_read_and_not_made(env_stack, resources):
    documents = Documents(bucket=ExistingBucket(bucket=bucket_in(env_stack)), prefix="hr/")
    SecureKnowledgeBase(env_stack, "Base", documents=documents)
    assert resources(env_stack, "AWS::S3::Bucket") == {}
    (source,) = resources(env_stack, SOURCE).values()
    found = source["Properties"]["DataSourceConfiguration"]["S3Configuration"]
    assert found["InclusionPrefixes"] == ["hr/"]
    assert found["BucketOwnerAccountId"] == "111122223333"


def test_a_residency_elsewhere_is_refused(app, env_stack):
    enforce_residency(app, DataResidency.in_geography("us"))
    with pytest.raises(ValueError, match=r"^Test/Base: eu-west-1 is outside the data residency us"):
        SecureKnowledgeBase(env_stack, "Base")


def test_the_vectors_of_a_deleted_source_can_be_kept(env_stack, one):
    documents = Documents(vectors_of_deleted_source=VectorDeletion.RETAIN)
    SecureKnowledgeBase(env_stack, "Base", documents=documents)
    assert one(SOURCE)["DataDeletionPolicy"] == "RETAIN"


def test_documents_can_be_locked(env_stack, resources):
    lock = ObjectLock(days=30, mode=LockMode.GOVERNANCE)
    base = SecureKnowledgeBase(
        env_stack, "Base", documents=Documents(bucket=NewBucket(object_lock=lock))
    )
    name = env_stack.get_logical_id(base.bucket.node.default_child)
    found = resources(env_stack, "AWS::S3::Bucket")[name]["Properties"]
    assert found["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {
        "Days": 30,
        "Mode": "GOVERNANCE",
    }


def test_everything_stateful_is_retained(env_stack):
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore())
    found = cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"].values()
    kept = {each["Type"] for each in found if each.get("DeletionPolicy") == "Retain"}
    assert kept == {
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::OpenSearchServerless::Collection",
        "AWS::OpenSearchServerless::Index",
        "AWS::OpenSearchServerless::SecurityPolicy",
        "AWS::S3::Bucket",
    }


def test_removal_can_be_chosen(env_stack):
    SecureKnowledgeBase(env_stack, "Base", removal_policy=cdk.RemovalPolicy.DESTROY)
    found = cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"].values()
    assert [each["Type"] for each in found if each.get("DeletionPolicy") == "Retain"] == []


def test_what_cannot_change_in_place_gets_another_name(known_stack):
    def name(**options):
        stack = known_stack()
        SecureKnowledgeBase(stack, "Base", **options)
        found = cdk.assertions.Template.from_stack(stack).find_resources(KNOWLEDGE_BASE)
        return next(iter(found.values()))["Properties"]["Name"]

    names = [
        name(),
        name(embedding=Embedding(dimensions=512)),
        name(store=S3VectorStore(non_filterable_metadata=("a",))),
        name(store=OpenSearchStore()),
        name(store=OpenSearchStore(standby_replicas=False)),
        name(store=ManagedStore()),
    ]
    assert len(set(names)) == len(names)
    assert name(sync=None) == names[0]


def test_a_managed_knowledge_base_has_the_key_and_no_store(env_stack, one):
    SecureKnowledgeBase(env_stack, "Base", store=ManagedStore())
    found = one(KNOWLEDGE_BASE)
    managed = found["KnowledgeBaseConfiguration"]["ManagedKnowledgeBaseConfiguration"]
    assert "StorageConfiguration" not in found
    assert managed["EmbeddingModelType"] == "MANAGED"
    assert "KmsKeyArn" in managed["ServerSideEncryptionConfiguration"]


def test_tags_of_the_stack_stay_off_the_collection(env_stack, one):
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore())
    cdk.Tags.of(env_stack).add("team", "search")
    assert "Tags" not in one("AWS::OpenSearchServerless::Collection")


def test_a_collection_is_made_in_its_order(env_stack, resources):
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore())
    all_resources = cdk.assertions.Template.from_stack(env_stack).to_json()["Resources"]

    def before(kind):
        (found,) = resources(env_stack, kind).values()
        return {all_resources[name]["Type"].rpartition("::")[2] for name in found["DependsOn"]}

    assert before("AWS::OpenSearchServerless::Collection") == {"SecurityPolicy"}
    assert before("AWS::OpenSearchServerless::Index") == {"AccessPolicy"}
    assert before(KNOWLEDGE_BASE) == {"Index"}


def test_the_role_exists_only_with_all_of_its_permissions(env_stack, resources):
    base = SecureKnowledgeBase(env_stack, "Base")
    name = env_stack.get_logical_id(base.role.node.default_child)
    role = resources(env_stack, "AWS::IAM::Role")[name]["Properties"]
    (policy,) = (each["Ref"] for each in role["ManagedPolicyArns"])
    assert policy in resources(env_stack, "AWS::IAM::ManagedPolicy")
    assert resources(env_stack, "AWS::IAM::Policy") == {}


def test_the_creator_of_the_index_is_the_deploying_role(env_stack, one):
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore())
    policy = json.dumps(one("AWS::OpenSearchServerless::AccessPolicy")["Policy"])
    assert "role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1" in policy


@pytest.mark.parametrize("synthesizer", [cdk.LegacyStackSynthesizer, cdk.DefaultStackSynthesizer])
def test_a_deploying_role_that_is_not_known_has_to_be_named(app, synthesizer):
    stack = cdk.Stack(app, "Plain", synthesizer=synthesizer())
    with pytest.raises(ValueError, match=r"name it with OpenSearchStore\(index_creator=...\)"):
        SecureKnowledgeBase(stack, "Base", store=OpenSearchStore())


def test_a_collection_can_be_reached_from_a_vpc(env_stack, one):
    vpc = cdk.aws_ec2.Vpc(env_stack, "Vpc", max_azs=2)
    SecureKnowledgeBase(env_stack, "Base", store=OpenSearchStore(vpc=vpc))
    endpoint = one("AWS::OpenSearchServerless::VpcEndpoint")
    assert len(endpoint["SubnetIds"]) == 2
    assert len(endpoint["SecurityGroupIds"]) == 1


def test_without_a_schedule_nothing_starts_jobs(env_stack, resources):
    base = SecureKnowledgeBase(env_stack, "Base", sync=None)
    assert resources(env_stack, "AWS::Scheduler::Schedule") == {}
    assert len(base.alarms) == 1


def test_a_topic_is_told_of_every_alarm(env_stack, resources):
    topic = sns.Topic(env_stack, "Topic", master_key=kms.Key(env_stack, "TopicKey"))
    SecureKnowledgeBase(env_stack, "Base", alarm_topic=topic)
    alarms = resources(env_stack, "AWS::CloudWatch::Alarm").values()
    assert [len(each["Properties"]["AlarmActions"]) for each in alarms] == [1, 1]


def test_an_imported_key_is_used_and_warned_about(env_stack):
    arn = "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555"
    SecureKnowledgeBase(env_stack, "Base", encryption_key=kms.Key.from_key_arn(env_stack, "K", arn))
    cdk.assertions.Annotations.from_stack(env_stack).has_warning(
        "/Test/K", cdk.assertions.Match.string_like_regexp("indexing.s3vectors.amazonaws.com")
    )


def test_it_works_without_account_and_region(app):
    stack = cdk.Stack(app, "Anywhere")
    for name, store in STORES.items():
        SecureKnowledgeBase(stack, name, store=store)
    text = json.dumps(cdk.assertions.Template.from_stack(stack).to_json()["Resources"])
    assert "arn:aws:" not in text
