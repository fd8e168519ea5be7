"""AWS Lambda."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import pick, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json, Unknown, as_list


@reader(
    "AWS::Lambda::Function",
    implied={"MemorySize": 128, "Timeout": 3, "Architectures": ["x86_64"]},
)
def read_function(aws: Aws, function: Deployed) -> Reading:
    """Role, runtime, code, log group, environment and network of a function."""
    lambda_ = aws.client("lambda")
    found = lambda_.get_function_configuration(FunctionName=function.id)
    claim = function.claim
    code = _archive(aws, claim.get("Code", {}))
    network = found.get("VpcConfig", {})
    return Reading(
        properties={
            **pick(found, "Description", "Handler", "MemorySize", "Role", "Runtime", "Timeout"),
            "Architectures": found.get("Architectures", ["x86_64"]),
            "Environment": pick(found.get("Environment", {}), "Variables"),
            "KmsKeyArn": found.get("KMSKeyArn"),
            "Layers": [each["Arn"] for each in found.get("Layers", [])],
            "VpcConfig": pick(network, "SecurityGroupIds", "SubnetIds"),
        },
        if_claimed={
            "FunctionName": found["FunctionName"],
            "Code": found["CodeSha256"],
            "LoggingConfig": pick(found.get("LoggingConfig", {}), *claim.get("LoggingConfig", ())),
            "Tags": tag_list(lambda_.list_tags(Resource=found["FunctionArn"]).get("Tags")),
            **pick(found, "DeadLetterConfig", "EphemeralStorage", "TracingConfig"),
            **_concurrency(aws, function),
        },
        attributes={"Arn": found["FunctionArn"]},
        claim={"Code": code},
    )


@reader("AWS::Lambda::Permission")
def read_permission(aws: Aws, permission: Deployed) -> Reading:
    """The statement in the function's policy that lets somebody invoke it."""
    name = permission.claim["FunctionName"]
    policy = json.loads(aws.client("lambda").get_policy(FunctionName=name)["Policy"])
    found = [_as_permission(each) for each in as_list(policy["Statement"])]
    claim = {key: value for key, value in permission.claim.items() if key != "FunctionName"}
    if not found:
        raise GoneError
    best = max(found, key=lambda each: sum(each.get(k) == v for k, v in claim.items()))
    return Reading(properties={"FunctionName": name, **best})


@reader("AWS::Lambda::EventInvokeConfig")
def read_event_invoke_config(aws: Aws, wanted: Deployed) -> Reading:
    """How often a failed event is tried again, and where it goes then."""
    given = {"FunctionName": wanted.claim["FunctionName"], "Qualifier": wanted.claim["Qualifier"]}
    found = aws.client("lambda").get_function_event_invoke_config(**given)
    targets = {
        name: target for name, target in found.get("DestinationConfig", {}).items() if target
    }
    return Reading(
        properties={
            **given,
            "DestinationConfig": targets,
            **pick(found, "MaximumEventAgeInSeconds", "MaximumRetryAttempts"),
        }
    )


def _as_permission(statement: Mapping[str, Any]) -> dict[str, Json]:
    principal = statement.get("Principal", "*")
    tests = [
        test for operator in statement.get("Condition", {}).values() for test in operator.items()
    ]
    lower = {key.lower(): value for key, value in tests}
    return {
        "Action": statement["Action"],
        "Principal": next(iter(principal.values()))
        if isinstance(principal, Mapping)
        else principal,
        **pick(lower, SourceArn="aws:sourcearn", SourceAccount="aws:sourceaccount"),
        **pick(lower, PrincipalOrgID="aws:principalorgid"),
    }


def _archive(aws: Aws, code: Mapping[str, Json]) -> Json:
    """The claimed archive's hash as Lambda writes it: templates name a file, the service a hash."""
    if "S3Key" not in code:
        return Unknown("the code is not an archive in a bucket")
    try:
        archive = aws.client("s3").get_object(Bucket=code["S3Bucket"], Key=code["S3Key"])
    except ClientError as error:
        return Unknown(f"the archive could not be read: {error.response['Error']['Code']}")
    return base64.b64encode(hashlib.sha256(archive["Body"].read()).digest()).decode()


def _concurrency(aws: Aws, function: Deployed) -> dict[str, Json]:
    if "ReservedConcurrentExecutions" not in function.claim:
        return {}
    found = aws.client("lambda").get_function_concurrency(FunctionName=function.id)
    return pick(found, "ReservedConcurrentExecutions")
