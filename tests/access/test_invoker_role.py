import re

import pytest
from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs

from secure_bedrock.access.invoker_role import InvokerRole
from secure_bedrock.access.model_access import ModelAccess
from secure_bedrock.access.trust import EcsTasks, EksPods, LambdaFunctions, WebIdentity
from secure_bedrock.catalog.models import FoundationModel
from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
CLUSTER = f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/main"


@pytest.fixture
def make(env_stack, guardrail):
    access = ModelAccess(
        env_stack,
        "Access",
        models=[FoundationModel("amazon.nova-lite-v1:0")],
        guardrail=guardrail,
    )

    def invoker(workload=None, **properties):
        workload = workload or LambdaFunctions()
        return InvokerRole(env_stack, "Invoker", workload=workload, access=access, **properties)

    return invoker


@pytest.fixture
def trusts(judge):
    def ask(invoker, principal, action="sts:AssumeRole", **context):
        asked = judge(invoker.role)
        name = next(iter(asked.resources[key] for key in asked.resources if "Invoker" in key))
        policy = Policy.from_document(name["Properties"]["AssumeRolePolicyDocument"])
        request = Request(principal=principal, action=action, resource=asked.role, context=context)
        return evaluate(request, key_policy=policy).allowed

    return ask


def test_it_invokes_with_the_guardrail_only(make, judge, guardrail):
    ask = judge(make().role)
    model = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
    version = f"{guardrail.guardrail_arn}:1"
    assert ask("bedrock:InvokeModel", model, guardrail=version).allowed
    assert not ask("bedrock:InvokeModel", model).allowed


def test_lambda_functions_take_it_on_and_nobody_else(make, trusts):
    invoker = make(LambdaFunctions())
    assert trusts(invoker, "lambda.amazonaws.com")
    assert not trusts(invoker, "ecs-tasks.amazonaws.com")
    assert not trusts(invoker, f"arn:aws:iam::{ACCOUNT}:root")


def test_ecs_tasks_of_this_account_take_it_on(make, trusts):
    invoker = make(EcsTasks())
    source = {"aws:SourceArn": f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/x"}
    own = source | {"aws:SourceAccount": ACCOUNT}
    assert trusts(invoker, "ecs-tasks.amazonaws.com", **own)
    other = own | {"aws:SourceAccount": "444455556666"}
    assert not trusts(invoker, "ecs-tasks.amazonaws.com", **other)
    assert not trusts(invoker, "ecs-tasks.amazonaws.com")


def test_pods_of_one_service_account_take_it_on(make, trusts):
    invoker = make(EksPods(cluster_arn=CLUSTER, namespace="chat", service_account="api"))
    tags = {
        "aws:RequestTag/eks-cluster-arn": CLUSTER,
        "aws:RequestTag/kubernetes-namespace": "chat",
        "aws:RequestTag/kubernetes-service-account": "api",
    }
    for action in ("sts:AssumeRole", "sts:TagSession"):
        assert trusts(invoker, "pods.eks.amazonaws.com", action, **tags)
        other = tags | {"aws:RequestTag/kubernetes-namespace": "default"}
        assert not trusts(invoker, "pods.eks.amazonaws.com", action, **other)


def test_workloads_with_the_named_subject_take_it_on(make, trusts, env_stack):
    subject = "repo:acme/chat:environment:prod"
    workload = WebIdentity(provider=provider(env_stack), issuer=GITHUB, subjects=(subject,))
    invoker = make(workload)
    claims = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": subject}
    action = "sts:AssumeRoleWithWebIdentity"
    assert trusts(invoker, PROVIDER, action, **claims)
    assert not trusts(invoker, PROVIDER, action, **claims | {f"{GITHUB}:sub": "repo:evil/x:y"})
    assert not trusts(invoker, PROVIDER, action, **claims | {f"{GITHUB}:aud": "other"})


def provider(scope):
    return iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(scope, "Oidc", PROVIDER)


@pytest.mark.parametrize("subjects", [(), ("*",), ("repo:acme/*",), ("",)])
def test_subjects_that_admit_anyone_are_refused(env_stack, subjects):
    with pytest.raises(ValueError, match="write every accepted sub claim in full"):
        WebIdentity(provider=provider(env_stack), issuer=GITHUB, subjects=subjects)


def test_an_issuer_is_written_without_scheme(env_stack):
    with pytest.raises(ValueError, match="must not start with https://"):
        WebIdentity(provider=provider(env_stack), issuer=f"https://{GITHUB}", subjects=("a",))


def test_sessions_last_an_hour_unless_chosen(make, env_stack, resources):
    make()
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    assert role["Properties"]["MaxSessionDuration"] == 3600


@pytest.mark.parametrize("session", [Duration.minutes(59), Duration.hours(13)])
def test_sessions_have_limits(make, session):
    with pytest.raises(ValueError, match=re.escape("choose 1 to 12 hours")):
        make(max_session=session)


def test_a_permissions_boundary_is_attached(make, env_stack, resources):
    boundary = iam.ManagedPolicy.from_managed_policy_arn(
        env_stack, "Boundary", f"arn:aws:iam::{ACCOUNT}:policy/Boundary"
    )
    make(permissions_boundary=boundary)
    (role,) = resources(env_stack, "AWS::IAM::Role").values()
    assert role["Properties"]["PermissionsBoundary"].endswith("policy/Boundary")


def test_it_is_a_grantee_like_any_other(make, env_stack, resources):
    sqs.Queue(env_stack, "Queue").grant_send_messages(make())
    (policy,) = resources(env_stack, "AWS::IAM::Policy").values()
    actions = [s["Action"] for s in policy["Properties"]["PolicyDocument"]["Statement"]]
    assert any("sqs:SendMessage" in action for action in actions)


def test_defaults(make, env_stack, snapshot):
    from aws_cdk.assertions import Template

    make()
    assert Template.from_stack(env_stack).to_json() == snapshot
