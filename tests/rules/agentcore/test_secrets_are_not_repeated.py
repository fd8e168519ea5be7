import pytest

SECRET = "hunter2-correct-horse"


@pytest.mark.parametrize(
    ("rule_id", "resource"),
    [
        (
            "AGC05",
            {
                "Type": "AWS::BedrockAgentCore::Runtime",
                "Properties": {"EnvironmentVariables": {"DB_PASSWORD": SECRET}},
            },
        ),
        (
            "AGC31",
            {
                "Type": "AWS::BedrockAgentCore::ApiKeyCredentialProvider",
                "Properties": {"ApiKey": SECRET},
            },
        ),
    ],
)
def test_no_report_repeats_the_secret(findings, rule_id, resource):
    (found,) = findings(rule_id, resource)
    assert SECRET not in str(found)
    assert found.value == "(not shown)"
