from http.client import HTTPConnection

import pytest

MESSAGES = {"blockedInputMessaging": "no", "blockedOutputsMessaging": "no"}
ATTACK = {"type": "PROMPT_ATTACK", "inputStrength": "HIGH", "outputStrength": "NONE"}
CONTENT = {"contentPolicyConfig": {"filtersConfig": [ATTACK]}}
WORDS = {"wordPolicyConfig": {"wordsConfig": [{"text": "zebra"}]}}
LONG_TOPIC = {"name": "t", "type": "DENY", "definition": "x" * 201}
EU = {"crossRegionConfig": {"guardrailProfileIdentifier": "eu.guardrail.v1:0"}}
STANDARD = {
    "contentPolicyConfig": {"filtersConfig": [ATTACK], "tierConfig": {"tierName": "STANDARD"}}
}


def new(bedrock, **more):
    return bedrock.create_guardrail(**{"name": "one", **MESSAGES, **(more or CONTENT)})


def test_a_guardrail_reads_back_as_written(client):
    bedrock = client("bedrock")
    identifier = new(bedrock, **CONTENT, description="d")["guardrailId"]
    found = bedrock.get_guardrail(guardrailIdentifier=identifier)
    assert (found["name"], found["version"], found["status"]) == ("one", "DRAFT", "READY")
    assert found["contentPolicy"]["filters"] == [ATTACK]


def test_a_version_keeps_what_was_published(client):
    bedrock = client("bedrock")
    arn = new(bedrock)["guardrailArn"]
    assert bedrock.create_guardrail_version(guardrailIdentifier=arn)["version"] == "1"
    bedrock.update_guardrail(guardrailIdentifier=arn, name="two", **MESSAGES, **WORDS)
    first = bedrock.get_guardrail(guardrailIdentifier=arn, guardrailVersion="1")
    assert (first["name"], "wordPolicy" in first) == ("one", False)
    assert bedrock.get_guardrail(guardrailIdentifier=arn)["name"] == "two"


def test_a_version_number_is_not_used_twice(client):
    bedrock = client("bedrock")
    arn = new(bedrock)["guardrailArn"]
    bedrock.create_guardrail_version(guardrailIdentifier=arn)
    bedrock.delete_guardrail(guardrailIdentifier=arn, guardrailVersion="1")
    assert bedrock.create_guardrail_version(guardrailIdentifier=arn)["version"] == "2"


def test_listing_shows_drafts_or_all_versions_of_one(client):
    bedrock = client("bedrock")
    arn = new(bedrock)["guardrailArn"]
    bedrock.create_guardrail_version(guardrailIdentifier=arn)
    listed = bedrock.list_guardrails(guardrailIdentifier=arn)["guardrails"]
    assert [each["version"] for each in bedrock.list_guardrails()["guardrails"]] == ["DRAFT"]
    assert [each["version"] for each in listed] == ["DRAFT", "1"]


def test_deleting_a_guardrail_deletes_its_versions(client, refusal):
    bedrock = client("bedrock")
    arn = new(bedrock)["guardrailArn"]
    bedrock.create_guardrail_version(guardrailIdentifier=arn)
    bedrock.delete_guardrail(guardrailIdentifier=arn)
    code, _ = refusal(bedrock.get_guardrail, guardrailIdentifier=arn, guardrailVersion="1")
    assert code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({}, "At least one policy"),
        (
            {"contentPolicyConfig": {"filtersConfig": [ATTACK | {"outputStrength": "LOW"}]}},
            "PROMPT_ATT",
        ),
        ({"topicPolicyConfig": {"topicsConfig": [LONG_TOPIC]}}, "200 characters"),
        ({"wordPolicyConfig": {"wordsConfig": [{"text": "x" * 101}]}}, "less than or equal to 100"),
        ({"wordPolicyConfig": {}}, "must not be empty"),
        (
            {
                "sensitiveInformationPolicyConfig": {
                    "regexesConfig": [{"name": "n", "pattern": "x" * 501, "action": "BLOCK"}]
                }
            },
            "less than or equal to 500",
        ),
        (
            {
                "sensitiveInformationPolicyConfig": {
                    "regexesConfig": [{"name": "n", "pattern": "(?!x)", "action": "BLOCK"}]
                }
            },
            "look-around",
        ),
        (
            {
                "contextualGroundingPolicyConfig": {
                    "filtersConfig": [{"type": "GROUNDING", "threshold": 1.0}]
                }
            },
            "0.99",
        ),
        (STANDARD, "requires cross-Region"),
        (CONTENT | {"name": "not a name!"}, "pattern"),
        (CONTENT | {"kmsKeyId": "alias/none"}, "does not exist"),
    ],
)
def test_a_limit_only_the_service_knows_is_refused(client, refusal, config, message):
    arguments = {"name": "one", **MESSAGES, **config}
    code, text = refusal(client("bedrock").create_guardrail, **arguments)
    assert code == "ValidationException"
    assert message in text


def test_the_standard_tier_takes_a_long_topic(client):
    tier = {"topicsConfig": [LONG_TOPIC], "tierConfig": {"tierName": "STANDARD"}}
    bedrock = client("bedrock")
    identifier = new(bedrock, topicPolicyConfig=tier, **EU)["guardrailId"]
    details = bedrock.get_guardrail(guardrailIdentifier=identifier)["crossRegionDetails"]
    assert details["guardrailProfileArn"].endswith(":guardrail-profile/eu.guardrail.v1:0")


def test_a_profile_of_another_geography_is_refused(client, refusal):
    arguments = {"name": "one", **MESSAGES, **STANDARD, **EU}
    _, text = refusal(client("bedrock", "us-east-1").create_guardrail, **arguments)
    assert "cannot be used in us-east-1" in text


def test_a_guardrail_shows_the_arn_of_its_key(client):
    bedrock, kms = client("bedrock"), client("kms")
    key = kms.create_key()["KeyMetadata"]
    identifier = new(bedrock, **CONTENT, kmsKeyId=key["KeyId"])["guardrailId"]
    assert bedrock.get_guardrail(guardrailIdentifier=identifier)["kmsKeyArn"] == key["Arn"]


def test_a_disabled_key_is_refused(client, refusal):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    arguments = {"name": "one", **MESSAGES, **CONTENT, "kmsKeyId": key}
    assert refusal(client("bedrock").create_guardrail, **arguments)[0] == "ValidationException"


def test_the_21st_version_is_refused(client, refusal):
    bedrock = client("bedrock")
    arn = new(bedrock)["guardrailArn"]
    for _ in range(20):
        bedrock.create_guardrail_version(guardrailIdentifier=arn)
    code, _ = refusal(bedrock.create_guardrail_version, guardrailIdentifier=arn)
    assert code == "ServiceQuotaExceededException"


def test_the_101st_guardrail_is_refused(client, refusal):
    bedrock = client("bedrock")
    for number in range(100):
        new(bedrock, **CONTENT, name=f"g{number}")
    code, _ = refusal(new, bedrock=bedrock, **CONTENT)
    assert code == "ServiceQuotaExceededException"


def test_a_name_in_use_is_refused(client, refusal):
    bedrock = client("bedrock")
    new(bedrock)
    assert refusal(new, bedrock=bedrock)[0] == "ConflictException"


def test_a_repeated_client_token_makes_one_guardrail(client):
    bedrock = client("bedrock")
    first = new(bedrock, **CONTENT, clientRequestToken="a1")
    assert new(bedrock, **CONTENT, clientRequestToken="a1")["guardrailId"] == first["guardrailId"]
    assert len(bedrock.list_guardrails()["guardrails"]) == 1


def test_tags_are_added_removed_and_listed(client):
    bedrock = client("bedrock")
    arn = new(bedrock, **CONTENT, tags=[{"key": "a", "value": "1"}])["guardrailArn"]
    bedrock.tag_resource(resourceARN=arn, tags=[{"key": "b", "value": "2"}])
    bedrock.untag_resource(resourceARN=arn, tagKeys=["a"])
    assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "b", "value": "2"}]


def test_guardrails_of_another_region_are_apart(client):
    new(client("bedrock"))
    assert client("bedrock", "us-east-1").list_guardrails()["guardrails"] == []


def test_reset_forgets_them(client, endpoint):
    new(client("bedrock"))
    server = HTTPConnection(endpoint.removeprefix("http://"))
    server.request("POST", "/moto-api/reset")
    server.getresponse().read()
    assert client("bedrock").list_guardrails()["guardrails"] == []
