import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from secure_bedrock import EndpointPerimeter
from secure_bedrock.catalog.perimeter import DATA_ACTIONS
from secure_bedrock.catalog.service_authorization import actions_matching
from secure_bedrock.policy import Policy, Request, evaluate

WORKLOAD = "arn:aws:iam::111122223333:role/Workload"
KNOWLEDGE_BASE = "arn:aws:iam::111122223333:role/KnowledgeBase"
INSIDE = {"aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"}
OUTSIDE = {"aws:SourceIp": "203.0.113.7"}
OTHER_VPC = {"aws:SourceVpce": "vpce-9", "aws:SourceVpc": "vpc-9"}
DIRECT = {"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"}
FORWARDED = {**DIRECT, "aws:ViaAWSService": "true"}
SERVICE = {**DIRECT, "aws:PrincipalIsAWSService": "true"}
PERIMETER = EndpointPerimeter(vpc_endpoint_ids=["vpce-1"])
ARNS = {
    "bedrock:InvokeModel": "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
    "s3:GetObject": "arn:aws:s3:::docs/a.txt",
    "kms:Decrypt": "arn:aws:kms:eu-west-1:111122223333:key/k",
}
ADMINISTRATION = {
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketPolicy",
}
EVERYTHING = Policy.from_document(
    {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}, name="identity"
)


@pytest.fixture(scope="module")
def statements(feature_flags):
    """Deny statements of a role, a bucket and a key, by the service they speak of."""
    environment = cdk.Environment(account="111122223333", region="eu-west-1")
    stack = cdk.Stack(cdk.App(context=feature_flags), "Test", env=environment)
    spared = iam.Role.from_role_arn(stack, "Kb", KNOWLEDGE_BASE)
    PERIMETER.protect_role(
        iam.Role(stack, "Workload", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    )
    PERIMETER.protect_bucket(s3.Bucket(stack, "Bucket", bucket_name="docs"), except_roles=[spared])
    PERIMETER.protect_key(kms.Key(stack, "Key"), except_roles=[spared])
    template = cdk.assertions.Template.from_stack(stack)

    def denial(kind, name):
        (found,) = template.find_resources(kind).values()
        (statement,) = [s for s in found["Properties"][name]["Statement"] if s["Effect"] == "Deny"]
        return {**statement, "Resource": "*"}

    return {
        "bedrock": denial("AWS::IAM::Policy", "PolicyDocument"),
        "s3": denial("AWS::S3::BucketPolicy", "PolicyDocument"),
        "kms": denial("AWS::KMS::Key", "KeyPolicy"),
    }


@pytest.fixture
def passes(statements):
    """Whether a caller who may do everything gets past the denial."""

    def ask(action, *contexts, role=WORKLOAD):
        context = {key: value for one in contexts for key, value in one.items()}
        request = Request(principal=role, action=action, resource=ARNS[action], context=context)
        denial = statements[action.split(":")[0]]
        policy = Policy.from_document({"Version": "2012-10-17", "Statement": [denial]}, name="p")
        if "Principal" in denial:
            return evaluate(request, identity=[EVERYTHING], resource_policies=[policy]).allowed
        return evaluate(request, identity=[EVERYTHING, policy]).allowed

    return ask


@pytest.mark.parametrize("action", ARNS)
def test_calls_through_the_endpoint_pass(passes, action):
    assert passes(action, DIRECT, INSIDE)


@pytest.mark.parametrize("action", ARNS)
def test_calls_from_elsewhere_are_denied(passes, action):
    assert not passes(action, DIRECT, OUTSIDE)
    assert not passes(action, DIRECT, OTHER_VPC)
    assert not passes(action, OUTSIDE)


@pytest.mark.parametrize("action", ARNS)
def test_forward_access_sessions_and_services_pass(passes, action):
    assert passes(action, FORWARDED, OUTSIDE)
    assert passes(action, SERVICE, OUTSIDE)


@pytest.mark.parametrize("action", ["s3:GetObject", "kms:Decrypt"])
def test_role_of_a_service_passes_when_it_is_named(passes, action):
    assert passes(action, DIRECT, OUTSIDE, role=KNOWLEDGE_BASE)


def test_endpoints_and_vpcs_are_alternatives():
    both = EndpointPerimeter(vpc_endpoint_ids=["vpce-1"], vpc_ids=["vpc-2"])
    policy = {"Version": "2012-10-17", "Statement": [both.deny_models().to_statement_json()]}
    denial = Policy.from_document(policy, name="p")

    def allowed(**places):
        request = Request(
            principal=WORKLOAD,
            action="bedrock:Retrieve",
            context={**DIRECT, **{f"aws:{key}": value for key, value in places.items()}},
        )
        return evaluate(request, identity=[EVERYTHING, denial]).allowed

    assert allowed(SourceVpce="vpce-1", SourceVpc="vpc-1")
    assert allowed(SourceVpce="vpce-7", SourceVpc="vpc-2")
    assert not allowed(SourceVpce="vpce-7", SourceVpc="vpc-7")


def test_keys_and_buckets_stay_administrable(statements):
    for service in ("s3", "kms"):
        for action in statements[service]["Action"]:
            names = actions_matching(action)
            assert names
            assert names.isdisjoint(ADMINISTRATION), action


@pytest.mark.parametrize("action", DATA_ACTIONS)
def test_every_action_named_is_one_that_aws_has(action):
    assert actions_matching(action)


@pytest.mark.parametrize("service", ["bedrock", "bedrock-agentcore"])
def test_role_that_a_service_takes_on_is_refused(stack, service):
    trust = iam.ServicePrincipal(f"{service}.amazonaws.com")
    role = iam.Role(stack, "Agent", assumed_by=trust)
    with pytest.raises(ValueError, match=r"Test/Agent: bedrock.* takes on this role, and calls fr"):
        PERIMETER.protect_role(role)


def test_imported_bucket_key_and_role_are_refused(stack):
    arn = "arn:aws:kms:eu-west-1:111122223333:key/k"
    with pytest.raises(ValueError, match="Test/Key: the key is imported: add the statement there"):
        PERIMETER.protect_key(kms.Key.from_key_arn(stack, "Key", arn))
    with pytest.raises(ValueError, match="Test/Bucket: the bucket is imported: add the statement"):
        PERIMETER.protect_bucket(s3.Bucket.from_bucket_name(stack, "Bucket", "theirs"))
    role = iam.Role.from_role_arn(stack, "Role", WORKLOAD)
    with pytest.raises(ValueError, match=r"Test/Role: the role is imported: add deny_models\(\) w"):
        PERIMETER.protect_role(role)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ({}, "the perimeter is empty: name at least one endpoint or VPC"),
        ({"vpc_endpoint_ids": ["vpc-1"]}, "'vpc-1' is none of those ids: write vpce-"),
        ({"vpc_ids": ["vpce-1"]}, "'vpce-1' is none of those ids: write vpc-"),
    ],
)
def test_wrong_ids_are_refused(ids, message):
    with pytest.raises(ValueError, match=message):
        EndpointPerimeter(**ids)
