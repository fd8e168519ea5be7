import pytest

JWT = {"CustomJWTAuthorizer": {"DiscoveryUrl": "https://example.com/.well-known"}}


def runtime(**properties):
    return {"Type": "AWS::BedrockAgentCore::Runtime", "Properties": properties}


def gateway(**properties):
    return {"Type": "AWS::BedrockAgentCore::Gateway", "Properties": properties}


def policy(of):
    return {"Type": "AWS::BedrockAgentCore::ResourcePolicy", "Properties": {"ResourceArn": of}}


@pytest.mark.parametrize(
    "callee",
    [
        runtime(AuthorizerConfiguration=JWT),
        gateway(AuthorizerType="CUSTOM_JWT"),
        gateway(AuthorizerType="NONE"),
    ],
)
def test_an_endpoint_for_callers_without_iam_needs_a_policy(judge, callee):
    assert judge("RPO03", callee) == ["fail "]
    own = policy({"Fn::GetAtt": ["Callee", "Arn"]})
    assert judge("RPO03", {"Callee": callee, "P": own}) == []


@pytest.mark.parametrize("callee", [runtime(), gateway(AuthorizerType="AWS_IAM")])
def test_an_endpoint_for_callers_with_iam_passes(judge, callee):
    assert judge("RPO03", callee) == []


def test_the_policy_of_another_endpoint_does_not_count(judge):
    callee = gateway(AuthorizerType="NONE")
    other = policy({"Fn::GetAtt": ["Other", "GatewayArn"]})
    resources = {"Callee": callee, "Other": gateway(AuthorizerType="AWS_IAM"), "P": other}
    assert judge("RPO03", resources) == ["fail "]


def test_a_policy_of_something_unknown_is_unknown(judge):
    resources = {"Callee": gateway(AuthorizerType="NONE"), "P": policy({"Ref": "Arn"})}
    assert judge("RPO03", resources) == ["unknown "]


def test_an_authorizer_known_only_at_deployment_is_unknown(judge):
    assert judge("RPO03", gateway(AuthorizerType={"Ref": "Kind"})) == ["unknown "]


def test_an_endpoint_without_a_policy_can_be_acknowledged(judge, accepting):
    assert judge("RPO03", accepting(gateway(AuthorizerType="NONE"), "RPO03")) == []
