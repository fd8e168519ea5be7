import json

import pytest

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
PATTERN = {"source": ["aws.kms"]}


def policy(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def topic(aws):
    attributes = {"KmsMasterKeyId": KEY}
    return aws.client("sns").create_topic(Name="claimed", Attributes=attributes)["TopicArn"]


@pytest.mark.parametrize(
    ("claim", "paths"),
    [
        ({"KmsMasterKeyId": KEY}, []),
        ({"KmsMasterKeyId": "arn:other"}, ["KmsMasterKeyId"]),
        ({}, ["KmsMasterKeyId"]),
        ({"KmsMasterKeyId": KEY, "DisplayName": "Alerts"}, ["DisplayName"]),
    ],
)
def test_a_topic(topic, differences, claim, paths):
    assert differences("AWS::SNS::Topic", topic, claim) == paths


@pytest.mark.parametrize(
    ("service", "paths"),
    [
        ("budgets.amazonaws.com", []),
        ("events.amazonaws.com", ["PolicyDocument.Statement[].Principal.Service[]"]),
    ],
)
def test_a_topic_policy(aws, topic, differences, service, paths):
    aws.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy(service))
    )
    claim = {"PolicyDocument": policy("budgets.amazonaws.com"), "Topics": [topic]}
    assert differences("AWS::SNS::TopicPolicy", "id", claim) == paths


@pytest.mark.parametrize(
    ("endpoint", "paths"), [("a@example.com", []), ("b@example.com", ["Endpoint"])]
)
def test_a_subscription(aws, topic, differences, endpoint, paths):
    arn = aws.client("sns").subscribe(
        TopicArn=topic, Protocol="email", Endpoint=endpoint, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    claim = {"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com"}
    assert differences("AWS::SNS::Subscription", arn, claim) == paths


ALARM = {
    "MetricName": "Invocations",
    "Namespace": "AWS/Bedrock",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 5,
    "ComparisonOperator": "GreaterThanThreshold",
    "Dimensions": [{"Name": "ModelId", "Value": "m"}],
    "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:claimed"],
    "TreatMissingData": "notBreaching",
}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, None),
        ({"Threshold": 50}, "Threshold"),
        ({"AlarmActions": []}, "AlarmActions[]"),
        ({"Dimensions": [{"Name": "ModelId", "Value": "n"}]}, "Dimensions[].Value"),
        ({"TreatMissingData": "ignore"}, "TreatMissingData"),
        ({"ActionsEnabled": False}, "ActionsEnabled"),
    ],
)
def test_an_alarm(aws, differences, change, path):
    aws.client("cloudwatch").put_metric_alarm(AlarmName="claimed", **{**ALARM, **change})
    found = differences("AWS::CloudWatch::Alarm", "claimed", ALARM)
    assert found == ([path] if path else [])


def test_an_alarm_that_is_gone(differences):
    assert differences("AWS::CloudWatch::Alarm", "gone", ALARM) == ["(resource)"]


@pytest.mark.parametrize(
    ("body", "paths"), [({"widgets": []}, []), ({"widgets": [{"x": 1}]}, ["DashboardBody"])]
)
def test_a_dashboard(aws, changed, body, paths):
    aws.client("cloudwatch").put_dashboard(DashboardName="d", DashboardBody=json.dumps(body))
    claim = {"DashboardBody": json.dumps({"widgets": []}, indent=1)}
    assert changed("AWS::CloudWatch::Dashboard", "d", claim) == paths


RULE = {
    "EventPattern": PATTERN,
    "State": "ENABLED",
    "Targets": [{"Id": "Target0", "Arn": "arn:aws:sns:eu-west-1:123456789012:claimed"}],
}


@pytest.fixture
def events(aws):
    client = aws.client("events")
    client.put_rule(Name="claimed", EventPattern=json.dumps(PATTERN), State="ENABLED")
    client.put_targets(Rule="claimed", Targets=RULE["Targets"])
    return client


def test_a_rule_as_claimed(events, differences):  # noqa: ARG001 - the rule has to exist
    assert differences("AWS::Events::Rule", "claimed", RULE) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda events: events.disable_rule(Name="claimed"), "State"),
        (lambda events: events.remove_targets(Rule="claimed", Ids=["Target0"]), "Targets[]"),
        (
            lambda events: events.put_rule(Name="claimed", EventPattern='{"source":["aws.s3"]}'),
            "EventPattern.source[]",
        ),
    ],
)
def test_a_rule_that_was_changed(events, differences, change, path):
    change(events)
    assert differences("AWS::Events::Rule", "claimed", RULE) == [path]
