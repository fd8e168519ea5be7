"""A template as an application with Bedrock has it, of any size: units of 25 resources.

Of each unit, six resources are Bedrock's own, eight are roles and policies, the rest is what stands
around them. About half keeps the rules; what does not is spread over the units.
"""

import json
import sys
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
UNIT = 25


def template(resources: int, *, conditions: bool = False) -> Resource:
    """A template with that many resources, rounded down to whole units."""
    made: Resource = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
            "ModelId": {"Type": "String", "Default": "amazon.nova-lite-v1:0"},
        },
        "Resources": {},
    }
    if conditions:
        made["Conditions"] = {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}}
    for number in range(resources // UNIT):
        unit = _unit(number)
        if conditions:
            key = unit[f"Guardrail{number}"]["Properties"]["KmsKeyArn"]
            chosen = {"Fn::If": ["IsProd", key, {"Ref": "AWS::NoValue"}]}
            unit[f"Guardrail{number}"]["Properties"]["KmsKeyArn"] = chosen
        made["Resources"] |= unit
    return made


def write(folder: Path, resources: int, *, conditions: bool = False) -> Path:
    """The same as a file."""
    file = folder / f"template-{resources}.json"
    file.write_text(json.dumps(template(resources, conditions=conditions), indent=1))
    return file


def _unit(n: int) -> Resource:
    return {**_bedrock(n), **_compute(n), **_storage(n), **_messaging(n)}


def _arn(name: str) -> Resource:
    return {"Fn::GetAtt": [name, "Arn"]}


def _role(service: str, *statements: Resource) -> Resource:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "inline", "PolicyDocument": policy}],
        },
    }


def _allow(actions: list[str], resource: object) -> Resource:
    return {"Effect": "Allow", "Action": actions, "Resource": resource}


def _model(n: int) -> object:
    model = {"Fn::Sub": "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/${ModelId}"}
    return "*" if n % 4 == 0 else model


def _bedrock(n: int) -> Resource:
    filters = [
        {"Type": kind, "InputStrength": "HIGH", "OutputStrength": "HIGH"}
        for kind in ("HATE", "INSULTS", "SEXUAL", "VIOLENCE", "MISCONDUCT")
    ]
    attack = {"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"}
    pii = [{"Type": kind, "Action": "ANONYMIZE"} for kind in ("EMAIL", "PHONE", "NAME")]
    guardrail = {
        "Name": f"guardrail-{n}",
        "BlockedInputMessaging": "Blocked.",
        "BlockedOutputsMessaging": "Blocked.",
        "KmsKeyArn": _arn(f"Key{n}"),
        "ContentPolicyConfig": {"FiltersConfig": [*filters, attack] if n % 3 else filters},
        "SensitiveInformationPolicyConfig": {"PiiEntitiesConfig": pii},
    }
    agent = {
        "AgentName": f"agent-{n}",
        "FoundationModel": {"Ref": "ModelId"},
        "Instruction": "You answer questions about orders and pass everything else on to people.",
        "AgentResourceRoleArn": _arn(f"AgentRole{n}"),
        "CustomerEncryptionKeyArn": _arn(f"Key{n}"),
        "IdleSessionTTLInSeconds": 600,
        "ActionGroups": [
            {
                "ActionGroupName": "orders",
                "ActionGroupExecutor": {"Lambda": _arn(f"Handler{n}0")},
                "FunctionSchema": {
                    "Functions": [{"Name": "cancel", "RequireConfirmation": "ENABLED"}]
                },
            }
        ],
    }
    if n % 2:
        agent["GuardrailConfiguration"] = {
            "GuardrailIdentifier": {"Ref": f"Guardrail{n}"},
            "GuardrailVersion": {"Fn::GetAtt": [f"Version{n}", "Version"]},
        }
    store = {
        "Type": "OPENSEARCH_SERVERLESS",
        "OpensearchServerlessConfiguration": {
            "CollectionArn": {"Fn::Sub": "arn:${AWS::Partition}:aoss:eu-west-1:1:collection/c"},
            "FieldMapping": {"MetadataField": "m", "TextField": "t", "VectorField": "v"},
            "VectorIndexName": "i",
        },
    }
    base = {
        "Name": f"base-{n}",
        "RoleArn": _arn(f"BaseRole{n}"),
        "KnowledgeBaseConfiguration": {
            "Type": "VECTOR",
            "VectorKnowledgeBaseConfiguration": {"EmbeddingModelArn": _model(1)},
        },
        "StorageConfiguration": store,
    }
    source = {
        "KnowledgeBaseId": {"Ref": f"Base{n}"},
        "Name": "documents",
        "DataSourceConfiguration": {
            "Type": "S3",
            "S3Configuration": {"BucketArn": _arn(f"Bucket{n}0")},
        },
        "DataDeletionPolicy": "RETAIN",
    }
    made = {
        f"Guardrail{n}": ("AWS::Bedrock::Guardrail", guardrail),
        f"Version{n}": (
            "AWS::Bedrock::GuardrailVersion",
            {"GuardrailIdentifier": {"Ref": f"Guardrail{n}"}},
        ),
        f"Agent{n}": ("AWS::Bedrock::Agent", agent),
        f"Alias{n}": (
            "AWS::Bedrock::AgentAlias",
            {"AgentId": {"Ref": f"Agent{n}"}, "AgentAliasName": "live"},
        ),
        f"Base{n}": ("AWS::Bedrock::KnowledgeBase", base),
        f"Source{n}": ("AWS::Bedrock::DataSource", source),
    }
    return {name: {"Type": kind, "Properties": held} for name, (kind, held) in made.items()}


def _compute(n: int) -> Resource:
    logs = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/x:*"}
    made: Resource = {
        f"AgentRole{n}": _role("bedrock.amazonaws.com", _allow(["bedrock:InvokeModel"], _model(n))),
        f"BaseRole{n}": _role(
            "bedrock.amazonaws.com",
            _allow(["bedrock:InvokeModel"], _model(1)),
            _allow(
                ["s3:GetObject", "s3:ListBucket"],
                [_arn(f"Bucket{n}0"), {"Fn::Join": ["", [_arn(f"Bucket{n}0"), "/*"]]}],
            ),
        ),
    }
    for each in range(4):
        name = f"{n}{each}"
        made[f"HandlerRole{name}"] = _role(
            "lambda.amazonaws.com",
            _allow(["logs:CreateLogStream", "logs:PutLogEvents"], logs),
            _allow(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"], _arn(f"Table{n}")),
            _allow(["bedrock:InvokeModel", "bedrock:ApplyGuardrail"], _model(n + each))
            if each < 2  # noqa: PLR2004 - two of four
            else _allow(["sqs:SendMessage"], _arn(f"Queue{n}")),
        )
        made[f"Handler{name}"] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": _arn(f"HandlerRole{name}"),
                "Code": {"S3Bucket": {"Fn::Sub": "assets-${AWS::AccountId}"}, "S3Key": "a.zip"},
                "Environment": {"Variables": {"MODEL_ID": {"Ref": "ModelId"}, "LOG": "INFO"}},
                "MemorySize": 512,
            },
        }
    return made


def _storage(n: int) -> Resource:
    root = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    key_policy = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:*", "Resource": "*"},
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": "*",
            },
        ],
    }
    bucket = _arn(f"Bucket{n}0")
    secure = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket, {"Fn::Join": ["", [bucket, "/*"]]}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    made = {
        f"Key{n}": ("AWS::KMS::Key", {"EnableKeyRotation": True, "KeyPolicy": key_policy}),
        f"Bucket{n}0": ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}),
        f"BucketPolicy{n}": (
            "AWS::S3::BucketPolicy",
            {
                "Bucket": {"Ref": f"Bucket{n}0"},
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [secure]},
            },
        ),
        f"Table{n}": (
            "AWS::DynamoDB::Table",
            {
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
        f"Logs{n}": ("AWS::Logs::LogGroup", {"RetentionInDays": 365, "KmsKeyId": _arn(f"Key{n}")}),
    }
    return {name: {"Type": kind, "Properties": held} for name, (kind, held) in made.items()}


def _messaging(n: int) -> Resource:
    made = {
        f"Queue{n}": ("AWS::SQS::Queue", {"SqsManagedSseEnabled": True}),
        f"Topic{n}": ("AWS::SNS::Topic", {"KmsMasterKeyId": {"Ref": f"Key{n}"}}),
        f"Alarm{n}": (
            "AWS::CloudWatch::Alarm",
            {
                "Namespace": "AWS/Bedrock",
                "MetricName": "InvocationThrottles",
                "ComparisonOperator": "GreaterThanThreshold",
                "EvaluationPeriods": 1,
                "Threshold": 10,
                "Period": 300,
                "Statistic": "Sum",
                "AlarmActions": [{"Ref": f"Topic{n}"}],
            },
        ),
        f"Permission{n}": (
            "AWS::Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": f"Handler{n}0"},
                "Principal": "bedrock.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": [f"Agent{n}", "AgentArn"]},
            },
        ),
    }
    return {name: {"Type": kind, "Properties": held} for name, (kind, held) in made.items()}


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), int(sys.argv[2])))
