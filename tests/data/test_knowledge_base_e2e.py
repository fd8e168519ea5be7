"""A knowledge base on S3 Vectors, deployed to the emulated AWS and read back."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from secure_bedrock import SecureKnowledgeBase
from secure_bedrock.emulator import Emulator

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def deployed(request, tmp_path_factory, feature_flags):
    folder = request.config.rootpath / ".demo" / "cdk-cli"
    with Emulator(cache_folder=folder) as running:
        running.cdk().bootstrap()
        out = tmp_path_factory.mktemp("cdk.out")
        app = cdk.App(context=feature_flags, outdir=str(out))
        place = cdk.Environment(account=running.account, region=running.region)
        stack = cdk.Stack(app, "Knowledge", env=place)
        key = kms.Key(stack, "Key", enable_key_rotation=True)
        SecureKnowledgeBase(stack, "Base", encryption_key=key)
        app.synth()
        running.cdk().deploy(out)
        yield running


@pytest.fixture(scope="module")
def agent(deployed):
    return deployed.client("bedrock-agent")


@pytest.fixture(scope="module")
def base(agent):
    (listed,) = agent.list_knowledge_bases()["knowledgeBaseSummaries"]
    return agent.get_knowledge_base(knowledgeBaseId=listed["knowledgeBaseId"])["knowledgeBase"]


def test_its_vectors_are_in_the_index_of_an_encrypted_bucket(deployed, base):
    arn = base["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"]
    vectors = deployed.client("s3vectors")
    index = vectors.get_index(indexArn=arn)["index"]
    bucket = vectors.get_vector_bucket(vectorBucketName=index["vectorBucketName"])["vectorBucket"]
    assert (index["dimension"], index["distanceMetric"]) == (1024, "cosine")
    assert bucket["encryptionConfiguration"]["sseType"] == "aws:kms"


def test_its_data_source_is_the_bucket_of_this_account(deployed, agent, base):
    asked = {"knowledgeBaseId": base["knowledgeBaseId"]}
    (listed,) = agent.list_data_sources(**asked)["dataSourceSummaries"]
    found = agent.get_data_source(**asked, dataSourceId=listed["dataSourceId"])["dataSource"]
    documents = found["dataSourceConfiguration"]["s3Configuration"]
    assert documents["bucketOwnerAccountId"] == deployed.account
    assert found["serverSideEncryptionConfiguration"]["kmsKeyArn"].startswith("arn:aws:kms:")


def test_its_schedule_starts_jobs_of_this_data_source(deployed, base):
    scheduler = deployed.client("scheduler")
    (listed,) = scheduler.list_schedules()["Schedules"]
    found = scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"])
    assert found["Target"]["Arn"].endswith(":startIngestionJob")
    assert base["knowledgeBaseId"] in found["Target"]["Input"]


def test_what_it_logs_is_delivered_to_its_log_group(deployed, base):
    logs = deployed.client("logs")
    (delivery,) = logs.describe_deliveries()["deliveries"]
    source = logs.get_delivery_source(name=delivery["deliverySourceName"])["deliverySource"]
    assert source["resourceArns"] == [base["knowledgeBaseArn"]]
    assert source["logType"] == "APPLICATION_LOGS"
