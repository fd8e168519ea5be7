import json

import pytest
from botocore.stub import Stubber

from secure_bedrock.verification.aws import Aws
from secure_bedrock.verification.stack import StackError, load
from secure_bedrock.verification.values import Unknown

ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/Test/1"
IDENTITY = {"Account": "123456789012", "Arn": "arn:aws-us-gov:iam::123456789012:user/me"}
YAML = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Key: {Type: AWS::KMS::Key, Properties: {Description: !Sub "${Stage} key"}}
  Alias: {Type: AWS::KMS::Alias, Properties: {TargetKeyId: !GetAtt Key.Arn, AliasName: !Ref Stage}}
"""


@pytest.fixture
def loaded():
    """Loads a stack that CloudFormation describes as given."""
    aws = Aws(region="eu-west-1")

    def run(template, **described):
        stack = {
            "StackName": "Test",
            "StackId": ID,
            "StackStatus": "CREATE_COMPLETE",
            "CreationTime": 0,
            **described,
        }
        with Stubber(aws.client("cloudformation")) as answers, Stubber(aws.client("sts")) as sts:
            answers.add_response("describe_stacks", {"Stacks": [stack]})
            answers.add_response("get_template", {"TemplateBody": template})
            answers.add_response("list_stack_resources", {"StackResourceSummaries": SUMMARIES})
            sts.add_response("get_caller_identity", IDENTITY)
            return load(aws, "Test")

    return run


def summary(name, status="CREATE_COMPLETE", **more):
    return {
        "LogicalResourceId": name,
        "ResourceType": "AWS::KMS::Key",
        "ResourceStatus": status,
        "LastUpdatedTimestamp": 0,
        **more,
    }


SUMMARIES = [
    summary("Key", PhysicalResourceId="key-id"),
    summary("Gone", "DELETE_COMPLETE", PhysicalResourceId="old"),
    summary("Failed", "CREATE_FAILED"),
]


def test_a_template_in_yaml_is_read_with_its_short_forms(loaded):
    resources = loaded(YAML).resources
    assert resources["Key"]["Properties"] == {"Description": {"Fn::Sub": "${Stage} key"}}
    assert resources["Alias"]["Properties"]["TargetKeyId"] == {"Fn::GetAtt": "Key.Arn"}


def test_only_resources_that_exist_have_an_id(loaded):
    assert loaded(YAML).ids == {"Key": "key-id"}


def test_pseudo_parameters_are_those_of_the_stack(loaded):
    values = loaded(YAML).values
    assert values["AWS::Partition"] == "aws-us-gov"
    assert (values["AWS::StackId"], values["AWS::Region"]) == (ID, "eu-west-1")


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ({"Type": "String", "Default": "dev"}, None, "dev"),
        ({"Type": "String", "Default": "dev"}, {"ParameterValue": "prod"}, "prod"),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            {"ParameterValue": "/name", "ResolvedValue": "value"},
            "value",
        ),
        ({"Type": "CommaDelimitedList"}, {"ParameterValue": "a,b"}, ["a", "b"]),
        ({"Type": "String", "NoEcho": True}, {"ParameterValue": "****"}, Unknown),
        ({"Type": "String"}, None, Unknown),
    ],
)
def test_parameters(loaded, declared, given, value):
    parameters = [{"ParameterKey": "P", **given}] if given else []
    found = loaded(json.dumps({"Parameters": {"P": declared}}), Parameters=parameters).values["P"]
    assert isinstance(found, Unknown) if value is Unknown else found == value


def test_a_stack_that_does_not_exist_is_one_line():
    aws = Aws(region="eu-west-1")
    with Stubber(aws.client("cloudformation")) as answers:
        answers.add_client_error("describe_stacks", "ValidationError", "no such stack")
        with pytest.raises(StackError, match=r"^no stack 'Test' in eu-west-1 of this account$"):
            load(aws, "Test")


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE"])
def test_a_stack_that_was_never_deployed_is_one_line(loaded, status):
    with pytest.raises(StackError, match=f"^stack 'Test' is {status}: it was not deployed$"):
        loaded(YAML, StackStatus=status)
