import copy
import json

import pytest

CLAIM = {
    "Name": "claimed",
    "BlockedInputMessaging": "no",
    "BlockedOutputsMessaging": "no",
    "ContentPolicyConfig": {
        "FiltersConfig": [
            {"Type": "HATE", "InputStrength": "HIGH", "OutputStrength": "HIGH"},
            {"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"},
        ]
    },
    "TopicPolicyConfig": {
        "TopicsConfig": [{"Name": "Advice", "Definition": "Investment advice", "Type": "DENY"}]
    },
    "WordPolicyConfig": {
        "WordsConfig": [{"Text": "secret"}],
        "ManagedWordListsConfig": [{"Type": "PROFANITY"}],
    },
    "SensitiveInformationPolicyConfig": {
        "PiiEntitiesConfig": [{"Type": "EMAIL", "Action": "ANONYMIZE"}],
        "RegexesConfig": [{"Name": "id", "Pattern": "\\d+", "Action": "BLOCK"}],
    },
    "ContextualGroundingPolicyConfig": {"FiltersConfig": [{"Type": "GROUNDING", "Threshold": 0.8}]},
}


def lowered(value):
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lowered(each) for key, each in value.items()}
    return [lowered(each) for each in value] if isinstance(value, list) else value


@pytest.fixture
def bedrock(aws):
    return aws.client("bedrock")


@pytest.fixture
def guardrail(bedrock):
    return bedrock.create_guardrail(**lowered(CLAIM))["guardrailArn"]


def test_a_guardrail_as_claimed(guardrail, differences):
    assert differences("AWS::Bedrock::Guardrail", guardrail, CLAIM) == []


def test_what_bedrock_assumes_may_be_claimed(guardrail, differences):
    claim = copy.deepcopy(CLAIM)
    claim["ContentPolicyConfig"]["FiltersConfig"][0] |= {
        "InputEnabled": True,
        "InputAction": "BLOCK",
        "InputModalities": ["TEXT"],
    }
    claim["ContentPolicyConfig"]["ContentFiltersTierConfig"] = {"TierName": "CLASSIC"}
    claim["SensitiveInformationPolicyConfig"]["PiiEntitiesConfig"][0]["InputAction"] = "ANONYMIZE"
    assert differences("AWS::Bedrock::Guardrail", guardrail, claim) == []


def weaker(block, **change):
    """The claim with the first element of a block's first list changed."""
    claim = copy.deepcopy(CLAIM)
    first = next(iter(claim[block].values()))
    first[0] |= change
    return claim


@pytest.mark.parametrize(
    ("deployed", "path"),
    [
        (weaker("ContentPolicyConfig", InputStrength="LOW"), "ContentPolicyConfig"),
        (weaker("ContentPolicyConfig", InputEnabled=False), "ContentPolicyConfig"),
        (weaker("ContentPolicyConfig", OutputAction="NONE"), "ContentPolicyConfig"),
        (weaker("TopicPolicyConfig", Definition="Weather"), "TopicPolicyConfig"),
        (weaker("WordPolicyConfig", Text="public"), "WordPolicyConfig"),
        (
            weaker("SensitiveInformationPolicyConfig", InputAction="NONE"),
            "SensitiveInformationPolicyConfig",
        ),
        (
            weaker("SensitiveInformationPolicyConfig", Action="BLOCK"),
            "SensitiveInformationPolicyConfig",
        ),
        (
            weaker("ContextualGroundingPolicyConfig", Threshold=0.1),
            "ContextualGroundingPolicyConfig",
        ),
        (
            {k: v for k, v in CLAIM.items() if k != "WordPolicyConfig"},
            "WordPolicyConfig",
        ),
        ({**CLAIM, "BlockedInputMessaging": "ok"}, "BlockedInputMessaging"),
    ],
)
def test_a_guardrail_that_was_changed(bedrock, guardrail, changed, deployed, path):
    bedrock.update_guardrail(guardrailIdentifier=guardrail, **lowered(deployed))
    assert changed("AWS::Bedrock::Guardrail", guardrail, CLAIM) == [path]


def test_a_policy_nobody_claimed(guardrail, changed):
    claim = {name: value for name, value in CLAIM.items() if name != "TopicPolicyConfig"}
    assert changed("AWS::Bedrock::Guardrail", guardrail, claim) == ["TopicPolicyConfig"]


def test_a_guardrail_without_its_key(guardrail, differences):
    claim = {**CLAIM, "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1"}
    assert differences("AWS::Bedrock::Guardrail", guardrail, claim) == ["KmsKeyArn"]


def test_a_guardrail_that_is_gone(bedrock, guardrail, differences):
    bedrock.delete_guardrail(guardrailIdentifier=guardrail)
    assert differences("AWS::Bedrock::Guardrail", guardrail, CLAIM) == ["(resource)"]


@pytest.fixture
def version(bedrock, guardrail, verified):
    """Report of a published version, next to the guardrail the template claims."""
    made = bedrock.create_guardrail_version(guardrailIdentifier=guardrail, description="one")

    def run(claim, number=made["version"]):
        properties = {
            "GuardrailIdentifier": {"Fn::GetAtt": ["Guardrail", "GuardrailId"]},
            "Description": "one",
        }
        identifier = f"{guardrail.rsplit('/', 1)[-1]}|{number}"
        return verified(
            {
                "Guardrail": ("AWS::Bedrock::Guardrail", guardrail, claim),
                "Version": ("AWS::Bedrock::GuardrailVersion", identifier, properties),
            }
        )["Version"]

    return run


def test_a_version_that_says_what_the_guardrail_says(version):
    assert version(CLAIM).outcome == "ok"


def test_trap_6_a_version_older_than_the_guardrail(version):
    report = version(weaker("ContentPolicyConfig", InputStrength="LOW"))
    assert [each.path for each in report.differences] == [
        "ContentPolicyConfig.FiltersConfig[].InputStrength"
    ]


def test_a_version_that_is_gone(version):
    assert [each.path for each in version(CLAIM, "7").differences] == ["(resource)"]


@pytest.fixture
def configured(aws, bedrock):
    """Configures invocation logging to a bucket, as far as it is asked for."""
    here = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::claimed-logs/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("s3").create_bucket(Bucket="claimed-logs", **here)
    aws.client("s3").put_bucket_policy(Bucket="claimed-logs", Policy=json.dumps(policy))

    def run(**toggles):
        configuration = {"s3Config": {"bucketName": "claimed-logs", "keyPrefix": "logs"}, **toggles}
        bedrock.put_model_invocation_logging_configuration(loggingConfig=configuration)

    return run


def logging(**toggles):
    return {
        "ServiceToken": "arn:x",
        "LoggingConfig": {
            "s3Config": {"bucketName": "claimed-logs", "keyPrefix": "logs"},
            **toggles,
        },
    }


@pytest.mark.parametrize(
    ("deployed", "paths"), [(True, []), (False, ["LoggingConfig.textDataDeliveryEnabled"])]
)
def test_invocation_logging(configured, differences, deployed, paths):
    configured(textDataDeliveryEnabled=deployed)
    claim = logging(textDataDeliveryEnabled="true")
    assert differences("Custom::BedrockInvocationLogging", "id", claim) == paths


def test_invocation_logging_to_another_place(configured, differences):
    configured()
    claim = logging()
    claim["LoggingConfig"]["s3Config"] = {"bucketName": "mine", "keyPrefix": "logs"}
    assert differences("Custom::BedrockInvocationLogging", "id", claim) == [
        "LoggingConfig.s3Config.bucketName"
    ]


def test_invocation_logging_that_is_off(differences):
    assert differences("Custom::BedrockInvocationLogging", "id", logging()) == ["(resource)"]


def test_version_retention_names_guardrails_that_exist(bedrock, guardrail, differences):
    identifier = guardrail.rsplit("/", 1)[-1]
    claim = {"KeepVersions": "5", "Guardrails": [{"GuardrailId": identifier, "Content": "x"}]}
    assert differences("Custom::BedrockGuardrailVersions", "id", claim) == []
    bedrock.delete_guardrail(guardrailIdentifier=identifier)


def test_version_retention_of_a_guardrail_that_is_gone(differences):
    claim = {"KeepVersions": "5", "Guardrails": [{"GuardrailId": "abcdefghij", "Content": "x"}]}
    assert differences("Custom::BedrockGuardrailVersions", "id", claim) == ["(resource)"]


@pytest.mark.parametrize(("name", "paths"), [("team", []), ("other", ["InferenceProfileName"])])
def test_an_inference_profile(bedrock, differences, name, paths):
    model = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
    made = bedrock.create_inference_profile(
        inferenceProfileName="team", modelSource={"copyFrom": model}
    )["inferenceProfileArn"]
    claim = {"InferenceProfileName": name, "ModelSource": {"CopyFrom": model}}
    assert differences("AWS::Bedrock::ApplicationInferenceProfile", made, claim) == paths


@pytest.fixture
def enforced(bedrock, guardrail):
    number = bedrock.create_guardrail_version(guardrailIdentifier=guardrail)["version"]
    configuration = {"guardrailIdentifier": guardrail, "guardrailVersion": number}
    made = bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig=configuration)
    return made["configId"], number


def test_an_enforced_guardrail(guardrail, enforced, differences):
    identifier, number = enforced
    claim = {"GuardrailIdentifier": guardrail, "GuardrailVersion": number}
    kind = "AWS::Bedrock::EnforcedGuardrailConfiguration"
    assert differences(kind, identifier, claim) == []
    assert differences(kind, identifier, {**claim, "GuardrailVersion": "9"}) == ["GuardrailVersion"]
    assert differences(kind, "gone", claim) == ["(resource)"]
