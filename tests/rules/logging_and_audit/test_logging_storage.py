import json

import pytest

KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"
RULES_ON_GROUPS = [
    ("LOG03", "KmsKeyId", KEY),
    ("LOG05", "RetentionInDays", 365),
    ("LOG06", "DataProtectionPolicy", {"Name": "p"}),
]
each_rule = pytest.mark.parametrize(("rule", "name", "value"), RULES_ON_GROUPS)


def group(**properties):
    properties = {"LogGroupName": "bedrock-model-invocations"} | properties
    return {"Type": "AWS::Logs::LogGroup", "Properties": properties}


@each_rule
def test_a_careful_log_group_passes(judge, rule, name, value):
    assert judge(rule, group(**{name: value})) == []


@each_rule
def test_a_careless_log_group_fails(judge, rule, name, value):
    assert value
    assert judge(rule, group()) == [f"fail Properties.{name}"]


@each_rule
def test_what_is_known_at_deployment_is_unknown(judge, rule, name, value):
    assert value
    assert judge(rule, group(**{name: {"Ref": "Value"}})) == [f"unknown Properties.{name}"]


@each_rule
def test_a_careless_log_group_can_be_acknowledged(judge, accepting, rule, name, value):
    assert judge(rule, accepting(group(**{name: None}), rule)) == []
    assert value


def test_an_aws_managed_key_fails(judge):
    found = judge("LOG03", group(KmsKeyId="arn:aws:kms:eu-west-1:1:alias/aws/logs"))
    assert found == ["fail Properties.KmsKeyId"]


NAMES = [
    ("/aws/bedrock/agents", ["LOG03", "LOG05"]),
    ("/aws/vendedlogs/bedrock-agentcore/gateway", ["LOG03", "LOG05"]),
    ({"Fn::Sub": "/${AWS::StackName}/bedrock"}, ["LOG03", "LOG05"]),
    ("BedrockModelInvocationLogs", ["LOG03", "LOG05", "LOG06"]),
    ("/aws/lambda/bedrock-chat", []),
    ("/aws/ecs/app", []),
    ({"Ref": "Name"}, []),
]


@pytest.mark.parametrize(("name", "expected"), NAMES)
def test_the_name_tells_what_is_logged(broken, name, expected):
    found = broken(group(LogGroupName=name)) & {"LOG03", "LOG05", "LOG06"}
    assert sorted(found) == expected


CONFIG = {"cloudWatchConfig": {"logGroupName": {"Ref": "Group"}, "roleArn": "arn"}}
CALL = {"service": "bedrock", "action": "PutModelInvocationLoggingConfiguration"}
WRITTEN = json.dumps(CALL | {"parameters": {"loggingConfig": CONFIG}}).partition('{"Ref": "Group"}')


def trusted(role, service):
    principal = {"Service": service}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    properties = role["Properties"] | {"AssumeRolePolicyDocument": {"Statement": [trust]}}
    return role | {"Properties": properties}


@pytest.mark.parametrize(
    "logging",
    [
        {"Type": "Custom::L", "Properties": {"LoggingConfig": CONFIG}},
        {
            "Type": "Custom::AWS",
            "Properties": {
                "Create": {"Fn::Join": ["", [WRITTEN[0] + '"', {"Ref": "Group"}, '"' + WRITTEN[2]]]}
            },
        },
    ],
)
def test_the_group_that_a_configuration_names_is_judged(judge, logging):
    resources = {"Group": group(LogGroupName="x"), "Other": group(LogGroupName="y"), "L": logging}
    assert judge("LOG06", resources) == ["fail Properties.DataProtectionPolicy"]


@pytest.mark.parametrize(
    ("service", "rules"),
    [
        ("bedrock.amazonaws.com", ["LOG03", "LOG06"]),
        ("bedrock-agentcore.amazonaws.com", ["LOG03"]),
        ("lambda.amazonaws.com", []),
    ],
)
def test_the_group_that_bedrock_writes_to_is_judged(judge, allowing, service, rules):
    role = allowing("logs:PutLogEvents", {"Fn::GetAtt": ["Group", "Arn"]})
    resources = {"Group": group(LogGroupName="x"), "Role": trusted(role, service)}
    assert [rule for rule in ("LOG03", "LOG06") if judge(rule, resources)] == rules


@pytest.mark.parametrize(("kind", "found"), [("Memory", 1), ("Other", 0)])
def test_the_group_that_vended_logs_go_to_is_judged(judge, kind, found):
    delivery = {"DeliverySourceName": {"Ref": "Source"}}
    delivery["DeliveryDestinationArn"] = {"Fn::GetAtt": ["Destination", "Arn"]}
    source = {"ResourceArn": {"Fn::GetAtt": [kind, "Arn"]}}
    place = {"DestinationResourceArn": {"Fn::GetAtt": ["Group", "Arn"]}}
    resources = {
        "Group": group(LogGroupName="x"),
        "Memory": {"Type": "AWS::BedrockAgentCore::Memory"},
        "Other": {"Type": "AWS::SNS::Topic"},
        "Source": {"Type": "AWS::Logs::DeliverySource", "Properties": source},
        "Destination": {"Type": "AWS::Logs::DeliveryDestination", "Properties": place},
        "Delivery": {"Type": "AWS::Logs::Delivery", "Properties": delivery},
    }
    assert len(judge("LOG03", resources)) == found


CAREFUL = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        ]
    },
    "VersioningConfiguration": {"Status": "Enabled"},
    "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 365}]},
    "PublicAccessBlockConfiguration": {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
    },
}
DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": "bedrock.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": {"Fn::Sub": "${Bucket.Arn}/AWSLogs/1/BedrockModelInvocationLogs/*"},
}
TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def bucket(*statements, **properties):
    policy = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": list(statements)}}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": CAREFUL | properties},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    }


def test_a_careful_bucket_passes(judge):
    assert judge("LOG04", bucket(DELIVERY, TLS)) == []


@pytest.mark.parametrize("name", CAREFUL)
def test_a_careless_bucket_fails(judge, name):
    found = judge("LOG04", bucket(DELIVERY, TLS, **{name: None}))
    assert found
    assert all(each.startswith(f"fail Properties.{name}.") for each in found)


def test_a_bucket_without_tls_fails(judge):
    assert judge("LOG04", bucket(DELIVERY)) == ["fail "]


def test_a_setting_known_at_deployment_is_unknown(judge):
    resources = bucket(DELIVERY, TLS, VersioningConfiguration={"Status": {"Ref": "Status"}})
    assert judge("LOG04", resources) == ["unknown Properties.VersioningConfiguration.Status"]


def test_the_bucket_that_a_configuration_names_is_judged(judge):
    config = {"s3Config": {"bucketName": {"Ref": "Bucket"}}}
    logging = {"Type": "Custom::L", "Properties": {"LoggingConfig": config}}
    assert judge("LOG04", bucket() | {"L": logging}) == ["fail "]
    assert judge("LOG04", bucket()) == []


def test_a_careless_bucket_can_be_acknowledged(judge, accepting):
    resources = bucket(DELIVERY)
    assert judge("LOG04", resources | {"Bucket": accepting(resources["Bucket"], "LOG04")}) == []
