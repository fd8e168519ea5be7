import re

import botocore.session
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from secure_bedrock.catalog.models import FoundationModel, InferenceProfile
from secure_bedrock.data.jobs import JobFiles, ModelJob, ModelJobRole
from secure_bedrock.data.jobs_network import JobNetwork
from secure_bedrock.testing import assert_secure

NOVA = FoundationModel("amazon.nova-lite-v1:0")
OWN = "arn:aws:bedrock:eu-west-1:111122223333"


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


@pytest.fixture
def files(env_stack, key):
    bucket = s3.Bucket.from_bucket_attributes(
        env_stack, "Data", bucket_name="data", encryption_key=key
    )
    return lambda prefix: JobFiles(bucket=bucket, prefix=prefix)


@pytest.fixture
def jobs(env_stack, key, files):
    def of(job=ModelJob.BATCH_INFERENCE, **changed):
        places = {"input": files("in/"), "output": files("out/")}
        wanted = {"models": [NOVA], "encryption_key": key, **places} | changed
        return ModelJobRole(env_stack, "Jobs", job=job, **wanted)

    return of


@pytest.fixture
def network(env_stack):
    vpc = ec2.Vpc.from_vpc_attributes(
        env_stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["a", "b"],
        isolated_subnet_ids=["subnet-1", "subnet-2"],
    )
    group = ec2.SecurityGroup.from_security_group_id(env_stack, "Group", "sg-1")
    return JobNetwork(subnets=vpc.isolated_subnets, security_groups=[group])


def allowing(statements, action):
    return [s for s in statements if action in [s["Action"], *s["Action"]]]


@pytest.mark.parametrize("job", list(ModelJob))
def test_defaults(env_stack, jobs, snapshot, job):
    jobs(job)
    assert Template.from_stack(env_stack).to_json() == snapshot


@pytest.mark.parametrize("job", list(ModelJob))
def test_it_is_secure_in_every_profile(env_stack, jobs, job, network):
    jobs(job, network=network)
    assert_secure(env_stack, profile=["strict", "residency", "agentic"])


@pytest.mark.parametrize(
    ("job", "name"),
    [
        (ModelJob.BATCH_INFERENCE, "model-invocation-job"),
        (ModelJob.CUSTOMIZATION, "model-customization-job"),
    ],
)
def test_only_such_jobs_of_this_account_and_region_assume_the_role(jobs, one, job, name):
    jobs(job)
    (statement,) = one("AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": f"{OWN}:{name}/*"},
    }


def test_input_is_read_and_output_written_within_the_account(jobs, env_stack, statements_of):
    jobs()
    found = statements_of(env_stack)
    (put,) = allowing(found, "s3:PutObject")
    assert put["Resource"] == "arn:aws:s3:::data/out/*"
    assert put["Condition"] == {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
    reads = {s["Resource"] for s in allowing(found, "s3:GetObject")}
    assert reads == {"arn:aws:s3:::data/in/*", "arn:aws:s3:::data/out/*"}


def test_listing_shows_the_prefixes_only(jobs, env_stack, statements_of):
    jobs()
    conditions = [s["Condition"] for s in allowing(statements_of(env_stack), "s3:ListBucket")]
    assert [c["StringLike"]["s3:prefix"] for c in conditions] == ["in/*", "out/*"]


def test_keys_are_used_through_s3_and_bedrock_only(jobs, env_stack, statements_of):
    jobs()
    via = [
        s["Condition"]["StringEquals"]["kms:ViaService"]
        for s in allowing(statements_of(env_stack), "kms:Decrypt")
    ]
    assert set(via) == {f"{each}.eu-west-1.amazonaws.com" for each in ("s3", "bedrock")}


@pytest.mark.parametrize(
    ("job", "invokes"), [(ModelJob.BATCH_INFERENCE, True), (ModelJob.CUSTOMIZATION, False)]
)
def test_batches_invoke_models_and_customization_does_not(
    jobs, env_stack, statements_of, job, invokes
):
    jobs(job)
    assert bool(allowing(statements_of(env_stack), "bedrock:InvokeModel")) is invokes


def test_network_interfaces_are_made_in_the_subnets_and_marked(
    jobs, env_stack, statements_of, network
):
    jobs(network=network)
    placed, marked = allowing(statements_of(env_stack), "ec2:CreateNetworkInterface")
    assert [each.rsplit("/")[-1] for each in placed["Resource"]] == ["sg-1", "subnet-1", "subnet-2"]
    assert marked["Condition"] == {
        "StringEquals": {"aws:RequestTag/BedrockManaged": "true"},
        "ArnLike": {"aws:RequestTag/BedrockModelInvocationJobArn": f"{OWN}:model-invocation-job/*"},
    }


@pytest.mark.parametrize("job", list(ModelJob))
def test_the_parameters_are_those_of_the_api_call(jobs, job, network):
    operation = f"Create{job.value[1]}"
    model = botocore.session.get_session().get_service_model("bedrock")
    known = model.operation_model(operation).input_shape.members
    parameters = jobs(job, network=network).parameters
    assert set(parameters) <= set(known)
    assert set(parameters["vpcConfig"]) == set(known["vpcConfig"].members)
    for name in ("inputDataConfig", "outputDataConfig", "trainingDataConfig"):
        assert set(parameters.get(name, {})) <= set(getattr(known.get(name), "members", {}))


def test_whoever_starts_jobs_passes_this_role_to_bedrock_only(jobs, env_stack, one):
    starter = iam.Role(env_stack, "Me", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    made = jobs(models=[InferenceProfile("eu.amazon.nova-lite-v1:0")])
    made.grant_start(starter).assert_success()
    found = one("AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    (passing,) = allowing(found, "iam:PassRole")
    assert passing["Condition"] == {
        "StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}
    }
    assert "Fn::GetAtt" in passing["Resource"]
    (create,) = allowing(found, "bedrock:CreateModelInvocationJob")
    assert f"{OWN}:inference-profile/eu.amazon.nova-lite-v1:0" in create["Resource"]
    (stop,) = allowing(found, "bedrock:StopModelInvocationJob")
    assert stop["Resource"] == f"{OWN}:model-invocation-job/*"


def test_a_grantee_without_a_policy_is_refused(jobs):
    with refused("has no identity policy to add statements to"):
        jobs().grant_start(iam.ServicePrincipal("lambda.amazonaws.com"))


@pytest.mark.parametrize(
    ("job", "changed", "message"),
    [
        (ModelJob.BATCH_INFERENCE, {"models": []}, "Test/Jobs: models is empty"),
        (
            ModelJob.CUSTOMIZATION,
            {"models": [InferenceProfile("eu.amazon.nova-lite-v1:0")]},
            "is an inference profile, which cannot be customized: name the model amazon.nova",
        ),
    ],
)
def test_models_that_cannot_be_used_are_refused(jobs, job, changed, message):
    with refused(message):
        jobs(job, **changed)


def test_results_do_not_become_input(jobs, files):
    with refused("input and output are both 'x/': use two places"):
        jobs(input=files("x/"), output=files("x/"))


def test_a_bucket_without_a_key_of_ones_own_is_refused(jobs, env_stack):
    plain = s3.Bucket.from_bucket_name(env_stack, "Plain", "plain")
    with refused("bucket Test/Plain has no customer managed key: create it with one"):
        jobs(output=JobFiles(bucket=plain, prefix="out/"))


@pytest.mark.parametrize("prefix", ["", "x", "/x/", "x/*/"])
def test_a_prefix_is_a_folder(env_stack, prefix):
    bucket = s3.Bucket.from_bucket_name(env_stack, "Plain", "plain")
    with refused(f"prefix {prefix!r} must be a folder"):
        JobFiles(bucket=bucket, prefix=prefix)


def test_a_network_has_subnets_and_groups(network):
    with refused("security_groups has 6 entries: name 1 to 5"):
        JobNetwork(subnets=network.subnets, security_groups=[*network.security_groups] * 6)
