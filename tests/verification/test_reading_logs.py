import json

import pytest

PROTECTION = {"Name": "mask", "Version": "2021-06-01", "Statement": [{"Sid": "audit"}]}
LET_LOGS_USE_IT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
            "Action": [
                "kms:Encrypt",
                "kms:Decrypt",
                "kms:ReEncrypt*",
                "kms:GenerateDataKey*",
                "kms:Describe*",
            ],
            "Resource": "*",
        }
    ],
}


@pytest.fixture
def claim(aws):
    key = aws.client("kms").create_key(Policy=json.dumps(LET_LOGS_USE_IT))["KeyMetadata"]["Arn"]
    return {"KmsKeyId": key, "RetentionInDays": 365}


@pytest.fixture
def logs(aws, claim):
    client = aws.client("logs")
    client.create_log_group(logGroupName="/claimed", kmsKeyId=claim["KmsKeyId"])
    client.put_retention_policy(logGroupName="/claimed", retentionInDays=365)
    client.create_log_group(logGroupName="/claimed/other")
    return client


def test_a_log_group_as_claimed(logs, claim, differences):  # noqa: ARG001 - the group has to exist
    assert differences("AWS::Logs::LogGroup", "/claimed", claim) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda logs: logs.delete_retention_policy(logGroupName="/claimed"), "RetentionInDays"),
        (lambda logs: logs.delete_log_group(logGroupName="/claimed"), "(resource)"),
    ],
)
def test_a_log_group_that_was_changed(logs, claim, differences, change, path):
    change(logs)
    assert differences("AWS::Logs::LogGroup", "/claimed", claim) == [path]


def test_a_log_group_with_another_key(logs, claim, differences):  # noqa: ARG001
    assert differences("AWS::Logs::LogGroup", "/claimed", {**claim, "KmsKeyId": "arn:other"}) == [
        "KmsKeyId"
    ]


def test_a_log_group_without_its_key(logs, claim, differences):  # noqa: ARG001
    assert differences("AWS::Logs::LogGroup", "/claimed/other", claim) == [
        "KmsKeyId",
        "RetentionInDays",
    ]


@pytest.mark.parametrize(
    ("policy", "paths"),
    [
        (PROTECTION, []),
        ({**PROTECTION, "Name": "other"}, ["DataProtectionPolicy"]),
        (None, ["DataProtectionPolicy"]),
    ],
)
def test_data_protection(logs, claim, changed, policy, paths):
    if policy:
        text = json.dumps(policy)
        logs.put_data_protection_policy(logGroupIdentifier="/claimed", policyDocument=text)
    claim["DataProtectionPolicy"] = PROTECTION
    assert changed("AWS::Logs::LogGroup", "/claimed", claim) == paths


@pytest.mark.parametrize(("pattern", "paths"), [("ERROR", []), ("WARN", ["FilterPattern"])])
def test_a_metric_filter(logs, differences, pattern, paths):
    metric = {"metricName": "Errors", "metricNamespace": "Test", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName="/claimed",
        filterName="errors",
        filterPattern=pattern,
        metricTransformations=[metric],
    )
    wanted = {
        "LogGroupName": "/claimed",
        "FilterPattern": "ERROR",
        "MetricTransformations": [
            {"MetricName": "Errors", "MetricNamespace": "Test", "MetricValue": "1"}
        ],
    }
    assert differences("AWS::Logs::MetricFilter", "errors", wanted) == paths
