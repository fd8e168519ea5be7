import pytest

URL = "Properties.AllowedResourceOauth2ReturnUrls[0]"


def returning_to(*urls):
    properties = {"AllowedResourceOauth2ReturnUrls": list(urls)}
    return {"Type": "AWS::BedrockAgentCore::WorkloadIdentity", "Properties": properties}


@pytest.mark.parametrize(
    "url",
    [
        "https://app.example.com/callback",
        "http://localhost:8080/callback",
        "http://127.0.0.1",
        "myapp://callback",
        {"Fn::Sub": "https://${AWS::StackName}.example.com/callback"},
    ],
)
def test_an_exact_url_passes(judge, url):
    assert judge("AGC33", returning_to(url)) == []


@pytest.mark.parametrize(
    "url",
    ["http://app.example.com/callback", "https://*.example.com/callback", "http://localhost.evil"],
)
def test_a_url_that_others_can_read_fails(judge, url):
    assert judge("AGC33", returning_to(url)) == [f"fail {URL}"]


@pytest.mark.parametrize("url", [{"Ref": "Url"}, {"Fn::Sub": "${Origin}/callback"}])
def test_a_url_known_at_deployment_is_unknown(judge, url):
    assert judge("AGC33", returning_to(url)) == [f"unknown {URL}"]


def test_a_plain_url_can_be_acknowledged(judge, accepting):
    assert judge("AGC33", accepting(returning_to("http://x"), "AGC33")) == []
