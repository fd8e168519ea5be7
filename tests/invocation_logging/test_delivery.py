import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from secure_bedrock.policy import Policy, Request, evaluate

ACCOUNT = "111122223333"
SOURCE = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:model-invocation-logging"
FAILURES = {
    "ModelInvocationLogsCloudWatchDeliveryFailure",
    "ModelInvocationLogsS3DeliveryFailure",
    "ModelInvocationLargeDataS3DeliveryFailure",
}


@pytest.fixture
def logging(invocation_logging):
    return invocation_logging()


def test_only_bedrock_of_this_account_and_region_takes_the_role(logging, deployed):
    (statement,) = deployed(logging.delivery_role.node.default_child)["AssumeRolePolicyDocument"][
        "Statement"
    ]
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:*"},
    }


@pytest.fixture
def role_may(logging, deployed):
    permissions = logging.node.find_child("DeliveryRolePermissions").node.default_child
    policy = Policy.from_document(deployed(permissions)["PolicyDocument"])

    def decide(action, resource, **context):
        role = f"arn:aws:iam::{ACCOUNT}:role/Delivery"
        request = Request(principal=role, action=action, resource=resource, context=context)
        return evaluate(request, identity=[policy]).allowed

    return decide


@pytest.fixture
def group(logging, env_stack):
    name = env_stack.resolve(logging.log_group.log_group_name)["Ref"]
    return f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{name}"


@pytest.mark.parametrize("action", ["logs:CreateLogStream", "logs:PutLogEvents"])
def test_the_role_writes_to_the_one_stream_and_no_other(role_may, group, action):
    assert role_may(action, f"{group}:log-stream:aws/bedrock/modelinvocations")
    assert not role_may(action, f"{group}:log-stream:another")


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"])
def test_the_role_uses_the_key_through_cloudwatch_logs_only(role_may, logging, env_stack, action):
    name = env_stack.resolve(logging.encryption_key.key_arn)["Fn::GetAtt"][0]
    key = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{name}"
    assert role_may(action, key, **{"kms:ViaService": "logs.eu-west-1.amazonaws.com"})
    assert not role_may(action, key)


@pytest.mark.parametrize(
    ("principal", "action", "context"),
    [
        (
            "bedrock.amazonaws.com",
            "kms:GenerateDataKey",
            {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": SOURCE},
        ),
        (
            "logs.eu-west-1.amazonaws.com",
            "kms:GenerateDataKey",
            {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:Logging"
                )
            },
        ),
    ],
)
def test_the_key_lets_both_services_in(logging, deployed, principal, action, context):
    document = deployed(logging.encryption_key.node.default_child)["KeyPolicy"]
    request = Request(
        principal=principal,
        action=action,
        resource=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k",
        context=context,
        resource_account=ACCOUNT,
    )
    key_policy = Policy.from_document(document)
    assert evaluate(request, key_policy=key_policy).allowed
    without_source = Request(
        principal=principal, action=action, resource=request.resource, resource_account=ACCOUNT
    )
    assert not evaluate(without_source, key_policy=key_policy).allowed


def test_one_alarm_for_each_way_of_delivery(logging, deployed):
    alarms = [deployed(alarm.node.default_child) for alarm in logging.alarms]
    assert {alarm["MetricName"] for alarm in alarms} == FAILURES
    for alarm in alarms:
        assert (alarm["Namespace"], alarm["Statistic"]) == ("AWS/Bedrock", "Sum")
        assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1)
        assert alarm["TreatMissingData"] == "notBreaching"
        assert "Dimensions" not in alarm


def test_a_topic_is_told_of_alarms_and_their_end(invocation_logging, env_stack, deployed):
    topic = sns.Topic(env_stack, "Topic")
    for alarm in invocation_logging(alarm_topic=topic).alarms:
        properties = deployed(alarm.node.default_child)
        assert properties["AlarmActions"] == properties["OKActions"]
        assert properties["AlarmActions"] == [env_stack.resolve(topic.topic_arn)["Ref"]]


def test_without_a_topic_nobody_is_told(logging, deployed):
    assert not any("AlarmActions" in deployed(a.node.default_child) for a in logging.alarms)


def test_an_encrypted_topic_with_a_policy_of_its_own_takes_the_alarm(
    invocation_logging, env_stack, deployed
):
    key = kms.Key(env_stack, "TopicKey")
    topic = sns.Topic(env_stack, "Topic", master_key=key, enforce_ssl=True)
    invocation_logging().notify(topic)
    context = {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:a",
        "aws:SecureTransport": "true",
    }
    topic_policy = env_stack.node.find_child("Topic").node.find_child("Policy").node.default_child
    publish = Request(
        principal="cloudwatch.amazonaws.com",
        action="sns:Publish",
        resource=env_stack.resolve(topic.topic_arn)["Ref"],
        context=context,
        resource_account=ACCOUNT,
    )
    document = deployed(topic_policy)["PolicyDocument"]
    assert evaluate(publish, resource_policies=[Policy.from_document(document)]).allowed
    key_sids = [s.get("Sid") for s in deployed(key.node.default_child)["KeyPolicy"]["Statement"]]
    assert "TopicPublisherCloudwatch" in key_sids


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("metric_log_group_failures", "ModelInvocationLogsCloudWatchDeliveryFailure"),
        ("metric_bucket_failures", "ModelInvocationLogsS3DeliveryFailure"),
        ("metric_large_data_failures", "ModelInvocationLargeDataS3DeliveryFailure"),
    ],
)
def test_metrics(logging, method, name):
    metric = getattr(logging, method)()
    assert (metric.namespace, metric.metric_name, metric.statistic) == ("AWS/Bedrock", name, "Sum")
    assert (metric.period.to_seconds(), metric.dimensions) == (300, None)
