import json

import pytest

from secure_bedrock.rules import Parameters

GROUPS = "Properties.ActionGroups"
FUNCTION = f"{GROUPS}[0].FunctionSchema.Functions[0].RequireConfirmation"
PAYLOAD = f"{GROUPS}[0].ApiSchema.Payload"


def agent(*groups):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"ActionGroups": list(groups)}}


def functions(name, confirmation=None, **more):
    function = {"Name": name, "RequireConfirmation": confirmation}
    return agent({"FunctionSchema": {"Functions": [function]}} | more)


def api(path, method, **operation):
    schema = {"openapi": "3.0.0", "paths": {path: {method: operation}}}
    return agent({"ApiSchema": {"Payload": json.dumps(schema)}})


@pytest.mark.parametrize("count", [0, 10])
def test_a_few_action_groups_pass(judge, count):
    assert judge("AGT06", agent(*[{"ActionGroupName": "g"}] * count)) == []


def test_many_action_groups_fail(judge):
    assert judge("AGT06", agent(*[{"ActionGroupName": "g"}] * 11)) == [f"fail {GROUPS}"]


def test_the_most_action_groups_are_a_parameter(judge):
    one = Parameters(max_action_groups=1)
    assert judge("AGT06", agent({}, {}), parameters=one) == [f"fail {GROUPS}"]


def test_action_groups_known_only_at_deployment_are_unknown(judge):
    subject = {"Type": "AWS::Bedrock::Agent", "Properties": {"ActionGroups": {"Ref": "Groups"}}}
    assert judge("AGT06", subject) == [f"unknown {GROUPS}"]


def test_many_action_groups_can_be_acknowledged(judge, accepting):
    assert judge("AGT06", accepting(agent(*[{}] * 11), "AGT06")) == []


@pytest.mark.parametrize(
    "name", ["deleteOrder", "update_address", "MakePayment", "pay", "initiateTransfer"]
)
@pytest.mark.parametrize("confirmation", [None, "DISABLED"])
def test_a_change_without_confirmation_fails(judge, name, confirmation):
    assert judge("AGT07", functions(name, confirmation)) == [f"fail {FUNCTION}"]


@pytest.mark.parametrize("name", ["getPayment", "list_updates", "summarize", "describeTransfer"])
def test_looking_needs_no_confirmation(judge, name):
    assert judge("AGT07", functions(name)) == []


def test_a_confirmed_change_passes(judge):
    assert judge("AGT07", functions("deleteOrder", "ENABLED")) == []


@pytest.mark.parametrize(
    "more",
    [
        {"ActionGroupState": "DISABLED"},
        {"ActionGroupExecutor": {"CustomControl": "RETURN_CONTROL"}},
    ],
)
def test_what_the_agent_does_not_do_itself_passes(judge, more):
    assert judge("AGT07", functions("deleteOrder", **more)) == []


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    [
        ("/orders/{id}", "delete", {}),
        ("/orders", "post", {"operationId": "cancelOrder"}),
        ("/transfer", "put", {}),
        ("/orders", "patch", {"operationId": "updateOrder", "x-requireConfirmation": "DISABLED"}),
    ],
)
def test_an_operation_without_confirmation_fails(judge, path, method, operation):
    assert judge("AGT07", api(path, method, **operation)) == [f"fail {PAYLOAD}"]


@pytest.mark.parametrize(
    ("path", "method", "operation"),
    [
        ("/orders", "get", {"operationId": "cancelOrder"}),
        ("/orders", "post", {"operationId": "searchOrders"}),
        ("/orders/{id}", "delete", {"x-requireConfirmation": "ENABLED"}),
    ],
)
def test_other_and_confirmed_operations_pass(judge, path, method, operation):
    assert judge("AGT07", api(path, method, **operation)) == []


def test_a_schema_in_yaml_is_read(judge):
    subject = agent({"ApiSchema": {"Payload": "paths:\n  /orders:\n    delete: {summary: x}\n"}})
    assert judge("AGT07", subject) == [f"fail {PAYLOAD}"]


@pytest.mark.parametrize("payload", [{"Ref": "Schema"}, "paths: [", {"Fn::Sub": "paths: ${Paths}"}])
def test_a_schema_that_cannot_be_read_is_unknown(judge, payload):
    assert judge("AGT07", agent({"ApiSchema": {"Payload": payload}})) == [f"unknown {PAYLOAD}"]


def test_a_schema_in_a_bucket_is_unknown(judge):
    assert judge("AGT07", agent({"ApiSchema": {"S3": {"S3BucketName": "b"}}})) == [
        f"unknown {GROUPS}[0].ApiSchema.S3"
    ]


def test_a_confirmation_known_only_at_deployment_is_unknown(judge):
    assert judge("AGT07", functions("deleteOrder", {"Ref": "Confirm"})) == [f"unknown {FUNCTION}"]


def test_a_change_without_confirmation_can_be_acknowledged(judge, accepting):
    assert judge("AGT07", accepting(functions("deleteOrder"), "AGT07")) == []


def interpreter(state=None, signature="AMAZON.CodeInterpreter"):
    return agent({"ParentActionGroupSignature": signature, "ActionGroupState": state})


@pytest.mark.parametrize("state", [None, "ENABLED"])
def test_a_code_interpreter_fails(judge, state):
    assert judge("AGT08", interpreter(state)) == [f"fail {GROUPS}[0].ParentActionGroupSignature"]


@pytest.mark.parametrize(
    "subject", [agent({}), interpreter("DISABLED"), interpreter(signature="AMAZON.UserInput")]
)
def test_no_code_interpreter_passes(judge, subject):
    assert judge("AGT08", subject) == []


@pytest.mark.parametrize(
    "subject", [interpreter({"Ref": "S"}), interpreter(signature={"Ref": "S"})]
)
def test_a_code_interpreter_known_only_at_deployment_is_unknown(judge, subject):
    assert judge("AGT08", subject) == [f"unknown {GROUPS}[0].ParentActionGroupSignature"]


def test_a_code_interpreter_can_be_acknowledged(judge, accepting):
    assert judge("AGT08", accepting(interpreter(), "AGT08")) == []
