import aws_cdk as cdk
import pytest

from secure_bedrock import ObservabilityLink, ObservabilitySink, Telemetry
from secure_bedrock.policy import Policy, Request, evaluate
from secure_bedrock.rules import Profile
from secure_bedrock.testing import assert_secure

SINK = "arn:aws:oam:eu-west-1:111122223333:sink/0a1b2c3d-0000-1111-2222-333344445555"
ORGANIZATION = "o-exampleorgid"


@pytest.fixture
def only(stack, resources):
    def properties(kind):
        (found,) = resources(stack, kind).values()
        return found["Properties"]

    return properties


def may_link(only, stack, **context):
    ObservabilitySink(
        stack,
        "Sink",
        organization_id=ORGANIZATION,
        telemetry=[Telemetry.METRICS, Telemetry.TRACES],
    )
    request = Request(
        principal="arn:aws:iam::444455556666:role/deploy",
        action="oam:CreateLink",
        resource=SINK,
        context={
            "aws:PrincipalOrgID": ORGANIZATION,
            "oam:ResourceTypes": ["AWS::CloudWatch::Metric"],
        }
        | context,
        resource_account="111122223333",
    )
    policy = Policy.from_document(only("AWS::Oam::Sink")["Policy"])
    identity = Policy.from_document(
        {"Statement": [{"Effect": "Allow", "Action": "oam:*", "Resource": "*"}]}
    )
    return evaluate(request, identity=[identity], resource_policies=[policy]).allowed


def test_accounts_of_the_organization_link_metrics(only, stack):
    assert may_link(only, stack)


@pytest.mark.parametrize(
    "context",
    [
        {"aws:PrincipalOrgID": "o-anotherorgid"},
        {"aws:PrincipalOrgID": ()},
        {"oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup"]},
        {"oam:ResourceTypes": ()},
    ],
)
def test_nobody_else_and_nothing_else_is_linked(only, stack, context):
    assert not may_link(only, stack, **context)


def test_a_link_shares_metrics_of_bedrock_only(only, stack):
    ObservabilityLink(stack, "Link", sink_arn=SINK)
    assert only("AWS::Oam::Link") == {
        "LabelTemplate": "$AccountName",
        "LinkConfiguration": {"MetricConfiguration": {"Filter": "Namespace LIKE 'AWS/Bedrock%'"}},
        "ResourceTypes": ["AWS::CloudWatch::Metric"],
        "SinkIdentifier": SINK,
    }


def test_log_groups_are_shared_by_name(only, stack):
    ObservabilityLink(
        stack,
        "Link",
        sink_arn=SINK,
        telemetry=[Telemetry.LOG_GROUPS],
        log_groups=["Bedrock-", "/aws/bedrock"],
    )
    link = only("AWS::Oam::Link")["LinkConfiguration"]
    assert link == {
        "LogGroupConfiguration": {
            "Filter": "LogGroupName LIKE 'Bedrock-%' OR LogGroupName LIKE '/aws/bedrock%'"
        }
    }


@pytest.mark.parametrize("profile", Profile)
def test_both_keep_every_rule(stack, profile):
    ObservabilitySink(stack, "Sink", organization_id=ORGANIZATION)
    ObservabilityLink(stack, "Link", sink_arn=SINK)
    assert_secure(stack, profile=profile)


def test_defaults(stack, snapshot):
    ObservabilitySink(stack, "Sink", organization_id=ORGANIZATION)
    ObservabilityLink(stack, "Link", sink_arn=SINK)
    assert cdk.assertions.Template.from_stack(stack).to_json() == snapshot


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"organization_id": "x"}, "organization_id is 'x': it looks like"),
        ({"telemetry": []}, "telemetry has nothing: choose members of Telemetry"),
        ({"telemetry": ["x"]}, r"telemetry has \['x'\]"),
    ],
)
def test_a_sink_refuses_what_it_cannot_be(stack, options, message):
    given = {"organization_id": ORGANIZATION} | options
    with pytest.raises(ValueError, match=f"^Test/Sink: {message}"):
        ObservabilitySink(stack, "Sink", **given)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sink_arn": "arn:aws:sns:x"}, "sink_arn is 'arn:aws:sns:x'"),
        ({"log_groups": ["a"]}, "log_groups has 1 names: name log groups if"),
        ({"telemetry": [Telemetry.LOG_GROUPS]}, "log_groups has 0 names"),
    ],
)
def test_a_link_refuses_what_it_cannot_be(stack, options, message):
    with pytest.raises(ValueError, match=f"^Test/Link: {message}"):
        ObservabilityLink(stack, "Link", **{"sink_arn": SINK} | options)
