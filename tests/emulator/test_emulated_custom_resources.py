import json

import pytest

_SOURCE = """
import json, os, time, urllib.request
import boto3

def handler(event, context):
    print("got", event["RequestType"])
    properties = event["ResourceProperties"]
    known = event.get("PhysicalResourceId", "-")
    boto3.client("ssm").put_parameter(
        Name="/".join([properties["Log"], event["RequestType"], known]),
        Type="String", Overwrite=True, Value=json.dumps(event))
    if properties.get("Sleep"):
        time.sleep(float(properties["Sleep"]))
    if properties.get("Silent"):
        raise ValueError("nothing to say")
    failed = properties.get("FailOn") == event["RequestType"]
    answer = {
        "Status": "FAILED" if failed else "SUCCESS",
        "Reason": "asked to fail",
        "PhysicalResourceId": known if event["RequestType"] == "Delete" else properties["Id"],
        "Data": {"Seen": json.dumps(properties), "Environment": os.environ["GREETING"]},
        "StackId": event["StackId"], "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, method="PUT")
    urllib.request.urlopen(request)
"""
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture(scope="module")
def package(code):
    return code(_SOURCE)


@pytest.fixture
def resources(stack, package):
    """A handler with its role and a custom resource with the given properties."""

    def build(*, runtime="python3.14", timeout=20, **properties):
        function = {
            "Runtime": runtime,
            "Handler": "handler.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": package,
            "Timeout": timeout,
            "Environment": {"Variables": {"GREETING": "hello"}},
        }
        custom = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, "Log": f"/{stack.name}"}
        role = {"RoleName": stack.name, "AssumeRolePolicyDocument": _TRUST}
        return {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Thing": {"Type": "Custom::Thing", "Properties": {**custom, "Id": "one", **properties}},
        }

    return build


@pytest.fixture
def sent(aws, stack):
    """The events that the handler got, by request type and physical id."""

    def find():
        path = f"/{stack.name}"
        found = aws("ssm").get_parameters_by_path(Path=path, Recursive=True)["Parameters"]
        return {each["Name"].removeprefix(f"{path}/"): json.loads(each["Value"]) for each in found}

    return find


def test_create_runs_the_packaged_handler_and_gives_its_data(stack, resources):
    value = {"Value": {"Fn::GetAtt": ["Thing", "Environment"]}}
    assert stack.create(resources(), Outputs={"Said": value}) == "CREATE_COMPLETE"
    assert stack.outputs() == {"Said": "hello"}
    assert stack.physical_id("Thing") == "one"


def test_the_event_is_cloudformations(stack, resources, sent):
    stack.create(resources(Number=3, Flag=True, Nested={"List": [1, False]}))
    event = sent()["Create/-"]
    assert event["ResourceType"] == "Custom::Thing"
    assert event["LogicalResourceId"] == "Thing"
    assert event["StackId"] == stack.id
    assert {name: event["ResourceProperties"][name] for name in ("Number", "Flag", "Nested")} == {
        "Number": "3",
        "Flag": "true",
        "Nested": {"List": ["1", "false"]},
    }


def test_update_carries_the_old_properties(stack, resources, sent):
    stack.create(resources(Color="red"))
    assert stack.update(resources(Color="blue")) == "UPDATE_COMPLETE"
    event = sent()["Update/one"]
    assert event["OldResourceProperties"]["Color"] == "red"
    assert event["ResourceProperties"]["Color"] == "blue"
    assert "Delete/one" not in sent()


def test_a_new_physical_id_on_update_deletes_the_old_one_in_clean_up(stack, resources, sent):
    stack.create(resources(Id="one"))
    assert stack.update(resources(Id="two")) == "UPDATE_COMPLETE"
    assert stack.physical_id("Thing") == "two"
    assert sent()["Delete/one"]["ResourceProperties"]["Id"] == "one"


def test_delete_is_sent_with_the_stacks_deletion(stack, resources, sent):
    stack.create(resources())
    assert stack.delete() == "DELETE_COMPLETE"
    assert sent()["Delete/one"]["PhysicalResourceId"] == "one"


def test_a_failed_create_rolls_the_stack_back_with_its_reason(stack, resources):
    assert stack.create(resources(FailOn="Create")) == "ROLLBACK_COMPLETE"
    assert "asked to fail" in stack.reasons()


def test_a_failed_create_is_followed_by_a_delete_of_what_was_reported(stack, resources, sent):
    stack.create(resources(FailOn="Create"))
    assert sent()["Delete/one"]["RequestType"] == "Delete"


def test_a_failed_update_is_undone_by_an_update_to_the_old_properties(stack, resources, sent):
    stack.create(resources(Color="red"))
    assert stack.update(resources(Color="blue", FailOn="Update")) == "UPDATE_ROLLBACK_COMPLETE"
    assert sent()["Update/one"]["ResourceProperties"]["Color"] == "red"


def test_a_failed_delete_fails_the_deletion(stack, resources):
    stack.create(resources(FailOn="Delete"))
    assert stack.delete() == "DELETE_FAILED"


def test_the_functions_time_limit_holds(stack, resources):
    assert stack.create(resources(timeout=1, Sleep=30)) == "ROLLBACK_COMPLETE"
    assert "Task timed out after 1.00 seconds" in stack.reasons()


def test_service_timeout_ends_the_wait(stack, resources):
    assert stack.create(resources(ServiceTimeout=1, Sleep=30)) == "ROLLBACK_COMPLETE"
    assert "AWS would wait 1 s" in stack.reasons()


def test_a_handler_that_raises_without_an_answer_fails_the_deployment(stack, resources):
    assert stack.create(resources(Silent="yes")) == "ROLLBACK_COMPLETE"
    assert "ended without an answer" in stack.reasons()
    assert "nothing to say" in stack.reasons()


def test_functions_that_are_not_python_are_refused(stack, resources):
    assert stack.create(resources(runtime="nodejs22.x")) == "ROLLBACK_COMPLETE"
    assert "runs on nodejs22.x: the emulator runs Python functions only" in stack.reasons()


def test_calls_are_recorded_for_the_functions_role(stack, resources, server):
    stack.create(resources())
    assert server.calls.of_role(stack.name) == ["ssm:PutParameter"]


def test_what_the_handler_prints_goes_to_its_log_group(stack, resources, aws):
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": stack.name}}
    made = resources()
    made["Function"]["Properties"]["LoggingConfig"] = {"LogGroup": {"Ref": "Group"}}
    assert stack.create({**made, "Group": group}) == "CREATE_COMPLETE"
    lines = aws("logs").filter_log_events(logGroupName=stack.name)["events"]
    assert "got Create" in [line["message"] for line in lines]


def test_invoke_runs_the_packaged_function(stack, aws, code):
    function = {
        "Runtime": "python3.13",
        "Handler": "handler.run",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": code("def run(event, context):\n    return {'twice': event['n'] * 2}\n"),
    }
    role = {"AssumeRolePolicyDocument": _TRUST}
    stack.create(
        {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        }
    )
    name = stack.physical_id("Function")
    answer = aws("lambda").invoke(FunctionName=name, Payload=b'{"n": 4}')
    assert json.load(answer["Payload"]) == {"twice": 8}


def test_new_code_runs_after_an_update(stack, aws, code, resources):
    stack.create(resources())
    changed = resources()
    changed["Function"]["Properties"]["Code"] = code("def handler(event, context):\n    return 7\n")
    assert stack.update(changed) == "UPDATE_COMPLETE"
    name = stack.physical_id("Function")
    assert aws("lambda").invoke(FunctionName=name)["Payload"].read() == b"7"
