"""Invocation logging with a key and a topic that exist already."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns

from secure_bedrock import InvocationLogging, LogBucketOptions, LogGroupOptions

app = cdk.App()
stack = cdk.Stack(
    app, "Logging", env=cdk.Environment(account="111122223333", region="eu-central-1")
)

key = kms.Key(stack, "CompanyKey", enable_key_rotation=True)
topic = sns.Topic(stack, "OnCall", master_key=key, enforce_ssl=True)
InvocationLogging(
    stack,
    "InvocationLogging",
    encryption_key=key,
    alarm_topic=topic,
    log_group=LogGroupOptions(retention=logs.RetentionDays.SIX_MONTHS),
    bucket=LogBucketOptions(expire_after_days=730),
)

app.synth()
