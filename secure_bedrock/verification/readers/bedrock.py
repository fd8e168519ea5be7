"""Amazon Bedrock besides its guardrails."""

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.readers._shaping import capitalized, tag_list
from secure_bedrock.verification.reading import Deployed, GoneError, Reading, reader
from secure_bedrock.verification.values import Json, as_list

_CUSTOM = ("ServiceToken", "ServiceTimeout")


@reader(
    "Custom::BedrockInvocationLogging",
    skip=[*_CUSTOM, "ReplaceExisting", "SavedConfigurationParameter"],
)
def read_invocation_logging(aws: Aws, logging: Deployed) -> Reading:
    """The account's model invocation logging configuration in this Region."""
    found = aws.client("bedrock").get_model_invocation_logging_configuration()
    configuration = found.get("loggingConfig")
    if not configuration:
        raise GoneError
    claimed = logging.claim["LoggingConfig"]
    off = {f"{kind}DataDeliveryEnabled": False for kind in ("text", "image", "embedding")}
    missing = {name: value for name, value in off.items() if name in claimed}
    return Reading(properties={"LoggingConfig": {**missing, **configuration}})


@reader(
    "Custom::BedrockDataRetention",
    skip=[*_CUSTOM, "KeepOnDelete", "ReplaceExisting", "SavedModesParameter"],
)
def read_data_retention(aws: Aws, retention: Deployed) -> Reading:
    """The mode at one of two endpoints; the other is named as not compared."""
    return Reading(
        properties={"Mode": aws.client("bedrock").get_account_data_retention()["mode"]},
        claim={"bedrock-mantle": retention.claim["Mode"]},
        unreadable={"bedrock-mantle": "boto3 has no client for this endpoint"},
    )


@reader("Custom::BedrockGuardrailVersions", skip=[*_CUSTOM, "KeepVersions"])
def read_version_retention(aws: Aws, retention: Deployed) -> Reading:
    """Every guardrail whose versions are counted is there."""
    bedrock = aws.client("bedrock")
    claimed = [each["GuardrailId"] for each in as_list(retention.claim["Guardrails"])]
    read = [
        bedrock.get_guardrail(guardrailIdentifier=identifier)["guardrailId"]
        for identifier in claimed
    ]
    return Reading(
        properties={"Guardrails": read},
        claim={"Guardrails": [identifier.rsplit("/", 1)[-1] for identifier in claimed]},
    )


@reader("AWS::Bedrock::ApplicationInferenceProfile")
def read_inference_profile(aws: Aws, profile: Deployed) -> Reading:
    """Name and tags of an application inference profile, and that it is active."""
    bedrock = aws.client("bedrock")
    found = bedrock.get_inference_profile(inferenceProfileIdentifier=profile.id)
    arn = found["inferenceProfileArn"]
    tags = bedrock.list_tags_for_resource(resourceARN=arn).get("tags")
    return Reading(
        properties={
            "InferenceProfileName": found["inferenceProfileName"],
            "Description": found.get("description"),
            "Status": found["status"],
        },
        if_claimed={"Tags": tag_list(tags)},
        attributes={
            "InferenceProfileArn": arn,
            "InferenceProfileId": found["inferenceProfileId"],
            "InferenceProfileIdentifier": arn,
        },
        unreadable={"ModelSource": "the service names the models, not what they were copied from"},
        claim={"Status": "ACTIVE"},
    )


@reader("AWS::Bedrock::ResourcePolicy")
def read_resource_policy(aws: Aws, policy: Deployed) -> Reading:
    """The policy of a shared guardrail."""
    arn: Json = policy.claim["ResourceArn"]
    found = aws.client("bedrock").get_resource_policy(resourceArn=arn)
    return Reading(properties={"ResourceArn": arn, "PolicyDocument": found["resourcePolicy"]})


@reader("AWS::Bedrock::EnforcedGuardrailConfiguration")
def read_enforced_guardrail(aws: Aws, enforced: Deployed) -> Reading:
    """Which guardrail version is enforced for the account."""
    found = aws.client("bedrock").list_enforced_guardrails_configuration()["guardrailsConfig"]
    one = next((each for each in found if each["configId"] == enforced.id), None)
    if one is None:
        raise GoneError
    claimed = str(enforced.claim["GuardrailIdentifier"])
    identifier = one["guardrailArn"] if claimed.startswith("arn:") else one["guardrailId"]
    names = ("selectiveContentGuarding", "modelEnforcement", "guardrailVersion")
    return Reading(
        properties={
            "GuardrailIdentifier": identifier,
            **capitalized({name: one[name] for name in names if one.get(name)}),
        },
    )
