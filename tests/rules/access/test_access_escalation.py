import pytest

STATEMENT = "Properties.Policies[0].PolicyDocument.Statement[0]"
ACTION = f"{STATEMENT}.Action"
A = "bedrock-agentcore:"
PASS = "iam:PassRole"
RUN = [A + "StartCodeInterpreterSession", A + "InvokeCodeInterpreter"]
DRIVE = [A + "StartBrowserSession", A + "ConnectBrowserAutomationStream"]
COMMAND = A + "InvokeAgentRuntimeCommand"
MINE = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:{}"
OF_AWS = "arn:aws:bedrock-agentcore:eu-west-1:aws:code-interpreter/aws.codeinterpreter.v1"
RUNTIME = [A + name for name in ("CreateAgentRuntime", "CreateAgentRuntimeEndpoint")]
IDENTITY = A + "CreateWorkloadIdentity"
HARNESS = [A + "CreateHarness", A + "GetAgentRuntime"]
TOOL = MINE.format("code-interpreter-custom/ci-1")


@pytest.mark.parametrize(
    "actions",
    [
        [PASS, A + "CreateCodeInterpreter", *RUN],
        [PASS, *RUNTIME, IDENTITY, COMMAND],
        [PASS, *HARNESS, COMMAND],
        [PASS, A + "CreateBrowser", *DRIVE],
        [PASS, A + "Create*", A + "Start*", A + "Invoke*"],
        [A + "CreateCodeInterpreter", "iam:*", *RUN],
    ],
)
def test_a_new_tool_with_a_passed_role_fails(judge, allowing, actions):
    found = judge("IAM19", allowing(actions, [TOOL, MINE.format("runtime/r"), "arn:aws:iam::1:x"]))
    assert found
    assert {line.split(".Action")[0] for line in found} == {f"fail {STATEMENT}"}


@pytest.mark.parametrize("left_out", range(4))
def test_every_action_is_needed(judge, allowing, left_out):
    actions = [PASS, A + "CreateCodeInterpreter", *RUN]
    del actions[left_out]
    assert judge("IAM19", allowing(actions, TOOL)) == []


@pytest.mark.parametrize(
    ("actions", "kind"),
    [(RUN, "code-interpreter-custom/*"), ([COMMAND], "runtime/*"), (DRIVE, "browser-custom/*")],
)
def test_running_code_in_any_existing_tool_fails(judge, allowing, actions, kind):
    role = allowing(actions, MINE.format(kind))
    assert judge("IAM19", role) == judge("IAM19", allowing(actions))
    assert len(judge("IAM19", role)) == 1


@pytest.mark.parametrize("tool", [TOOL, OF_AWS, [TOOL, OF_AWS]])
def test_running_code_in_a_chosen_tool_passes(judge, allowing, tool):
    assert judge("IAM19", allowing(RUN, tool)) == []


@pytest.mark.parametrize("name", ["AdministratorAccess", "AmazonS3ReadOnlyAccess"])
def test_a_chosen_tool_with_an_administrators_role_fails(judge, allowing, name):
    execution = {"ManagedPolicyArns": [f"arn:aws:iam::aws:policy/{name}"]}
    tool = {"ExecutionRoleArn": {"Fn::GetAtt": ["Execution", "Arn"]}}
    resources = {
        "Caller": allowing(RUN, {"Fn::GetAtt": ["Tool", "CodeInterpreterArn"]}),
        "Execution": {"Type": "AWS::IAM::Role", "Properties": execution},
        "Tool": {"Type": "AWS::BedrockAgentCore::CodeInterpreterCustom", "Properties": tool},
    }
    expected = [f"fail {ACTION}[1]"] if name == "AdministratorAccess" else []
    assert judge("IAM19", resources) == expected


def test_a_role_that_only_another_service_gets_passes(judge, allowing):
    condition = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    role = allowing([PASS, A + "CreateCodeInterpreter", *RUN], TOOL, Condition=condition)
    assert judge("IAM19", role) == []


def test_the_way_is_named(findings, allowing):
    (found,) = findings("IAM19", allowing(RUN))
    assert "StartCodeInterpreterSession, InvokeCodeInterpreter" in found.message


def test_a_tool_known_only_at_deployment_is_unknown(judge, allowing):
    assert judge("IAM19", allowing(RUN, {"Ref": "Tool"})) == [f"unknown {ACTION}[1]"]


def test_a_way_can_be_acknowledged(judge, allowing, accepting):
    assert judge("IAM19", accepting(allowing(RUN), "IAM19")) == []


@pytest.mark.parametrize(
    ("pays", "opens", "status"),
    [
        ("*", "*", ["fail"]),
        (MINE.format("payment-manager/a"), MINE.format("payment-manager/*"), ["fail"]),
        (MINE.format("payment-manager/a*"), MINE.format("payment-manager/*b"), ["fail"]),
        (MINE.format("payment-manager/a"), MINE.format("payment-manager/b"), []),
        (MINE.format("payment-manager/a"), {"Ref": "Manager"}, ["unknown"]),
        ({"Ref": "Manager"}, {"Ref": "Manager"}, ["fail"]),
    ],
)
def test_opening_and_making_a_payment_in_one_place_fails(judge, allowing, pays, opens, status):
    role = allowing(A + "ProcessPayment", pays)
    other = {"Effect": "Allow", "Action": A + "CreatePaymentSession", "Resource": opens}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(other)
    assert judge("IAM27", role) == [f"{each} {ACTION}" for each in status]


def test_two_roles_for_payments_pass(judge, allowing):
    resources = {"A": allowing(A + "ProcessPayment"), "B": allowing(A + "CreatePaymentSession")}
    assert judge("IAM27", resources) == []


def test_one_role_for_payments_can_be_acknowledged(judge, allowing, accepting):
    role = accepting(allowing([A + "ProcessPayment", A + "CreatePaymentSession"]), "IAM27")
    assert judge("IAM27", role) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("GetWorkloadAccessTokenForUserId", "workload-identity-directory/"),
        ("InvokeAgentRuntimeForUser", "runtime/"),
    ],
)
def test_acting_for_users_is_limited_to_resources(judge, allowing, action, kind):
    assert judge("IAM28", allowing(A + action)) == [f"fail {STATEMENT}.Resource"]
    everyone = allowing(A + action, MINE.format(kind + "*"))
    assert judge("IAM28", everyone) == [f"fail {STATEMENT}.Resource"]
    assert judge("IAM28", allowing(A + action, MINE.format(kind + "default/x"))) == []


@pytest.mark.parametrize("action", [A + "InvokeAgentRuntime*", A + "*", "*"])
def test_acting_for_users_through_a_wildcard_fails(judge, allowing, action):
    assert judge("IAM28", allowing(action)) == [f"fail {STATEMENT}.Resource"]


def test_calling_a_runtime_for_oneself_passes(judge, allowing):
    assert judge("IAM28", allowing(A + "InvokeAgentRuntime")) == []


def test_a_runtime_known_only_at_deployment_is_unknown(judge, allowing):
    role = allowing(A + "InvokeAgentRuntimeForUser", {"Ref": "Runtime"})
    assert judge("IAM28", role) == [f"unknown {STATEMENT}.Resource"]


def test_acting_for_users_can_be_acknowledged(judge, allowing, accepting):
    role = accepting(allowing(A + "InvokeAgentRuntimeForUser"), "IAM28")
    assert judge("IAM28", role) == []


@pytest.mark.parametrize(("one", "status"), [({"a": 1}, []), ({"Fn::X": 1}, ["unknown"])])
def test_a_place_of_payment_that_cannot_be_read_is_unknown_or_none(judge, allowing, one, status):
    role = allowing(A + "ProcessPayment", one)
    other = {"Effect": "Allow", "Action": A + "CreatePaymentSession", "Resource": "*"}
    role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].append(other)
    assert judge("IAM27", role) == [f"{each} {ACTION}" for each in status]
