import pytest

MODE = "Properties.PolicyEngineConfiguration.Mode"
LEVEL = "Properties.ExceptionLevel"
PASSED = "Properties.InterceptorConfigurations[0].InputConfiguration.PassRequestHeaders"


def gateway(**properties):
    return {"Type": "AWS::BedrockAgentCore::Gateway", "Properties": properties}


def intercepting(passed):
    return gateway(
        InterceptorConfigurations=[{"InputConfiguration": {"PassRequestHeaders": passed}}]
    )


def engine(mode):
    return gateway(PolicyEngineConfiguration={"Arn": "arn", "Mode": mode})


@pytest.mark.parametrize(
    ("rule", "subject", "expected"),
    [
        ("AGC16", engine("ENFORCE"), []),
        ("AGC16", engine("LOG_ONLY"), [f"fail {MODE}"]),
        ("AGC16", gateway(), ["fail Properties.PolicyEngineConfiguration"]),
        ("AGC16", engine({"Ref": "Mode"}), [f"unknown {MODE}"]),
        ("AGC17", gateway(), []),
        ("AGC17", gateway(ExceptionLevel="DEBUG"), [f"fail {LEVEL}"]),
        ("AGC17", gateway(ExceptionLevel={"Ref": "Level"}), [f"unknown {LEVEL}"]),
        ("AGC21", gateway(), []),
        ("AGC21", intercepting(passed=False), []),
        ("AGC21", intercepting(passed=True), [f"fail {PASSED}"]),
        ("AGC21", intercepting({"Ref": "Passed"}), [f"unknown {PASSED}"]),
    ],
)
def test_what_gateways_check_and_tell(judge, rule, subject, expected):
    assert judge(rule, subject) == expected


def behind_web_acl(resource, **properties):
    link = {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"ResourceArn": resource}}
    return {"Gateway": gateway(**properties), "Link": link}


OWN = {"Fn::GetAtt": ["Gateway", "GatewayArn"]}
FAILURE_MODE = "Properties.WafConfiguration.FailureMode"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (behind_web_acl(OWN), []),
        (behind_web_acl(OWN, WafConfiguration={"FailureMode": "FAIL_CLOSE"}), []),
        (
            behind_web_acl(OWN, WafConfiguration={"FailureMode": "FAIL_OPEN"}),
            [f"fail {FAILURE_MODE}"],
        ),
        (behind_web_acl("arn:aws:apigateway:eu-west-1::/restapis/x/stages/y"), ["fail "]),
        (behind_web_acl({"Ref": "ResourceArn"}), ["unknown "]),
    ],
)
def test_a_gateway_has_a_web_acl_that_closes(judge, subject, expected):
    assert judge("AGC18", subject) == expected


@pytest.mark.parametrize(
    ("rule", "subject"),
    [
        ("AGC16", gateway()),
        ("AGC17", gateway(ExceptionLevel="DEBUG")),
        ("AGC18", gateway()),
        ("AGC21", intercepting(passed=True)),
    ],
)
def test_what_a_gateway_does_can_be_acknowledged(judge, accepting, rule, subject):
    assert judge(rule, accepting(subject, rule)) == []
