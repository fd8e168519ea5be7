import json

import pytest
from botocore.exceptions import ClientError

_BUCKET = {"Type": "AWS::S3::Bucket"}


def _refused(stack, resources, **sections):
    with pytest.raises(ClientError) as refusal:
        stack.create(resources, **sections)
    return refusal.value.response["Error"]["Message"]


def test_an_unknown_type_is_refused_before_anything_is_created(stack, aws):
    message = _refused(stack, {"Table": {"Type": "AWS::Redshift::Cluster"}, "Bucket": _BUCKET})
    assert "Unrecognized resource types: [AWS::Redshift::Cluster]" in message
    names = [found["StackName"] for found in aws("cloudformation").list_stacks()["StackSummaries"]]
    assert stack.name not in names


def test_a_property_that_nothing_takes_fails_the_deployment(stack):
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"WebsiteConfiguration": {"IndexDocument": "i"}},
    }
    assert stack.create({"Bucket": bucket}) == "ROLLBACK_COMPLETE"
    assert (
        "property WebsiteConfiguration.IndexDocument of type AWS::S3::Bucket is not emulated"
        in (stack.reasons())
    )


def test_a_nested_property_that_nothing_takes_fails_the_deployment(stack):
    group = {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "d",
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "SourceSecurityGroupOwnerId": "1"}],
        },
    }
    assert stack.create({"Group": group}) == "ROLLBACK_COMPLETE"
    assert "SecurityGroupIngress.0.SourceSecurityGroupOwnerId" in stack.reasons()


def test_a_value_that_is_not_read_back_fails_the_deployment(stack):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"SignatureVersion": "2"}}
    status = stack.create({"Topic": topic})
    assert status == "ROLLBACK_COMPLETE"
    assert "was accepted but is not read back" in stack.reasons()


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Ref": "Nothing"}, "[Nothing]: Resources.Bucket.Properties.BucketName.Ref"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "[Nothing]"),
        ({"Fn::Sub": "${Nothing}-x"}, "[Nothing]"),
        ({"Fn::FindInMap": ["M", "a", "b"]}, "Properties.BucketName.Fn::FindInMap"),
        ({"Fn::ImportValue": "nothing"}, "No export named nothing found"),
        ({"Fn::Transform": {"Name": "x"}}, "Fn::Transform: this function is not emulated"),
        ("{{resolve:secretsmanager:x}}", "is not emulated"),
    ],
)
def test_what_cannot_be_resolved_is_named(stack, value, named):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": value}}
    assert named in _refused(stack, {"Bucket": bucket})


def test_an_attribute_the_type_does_not_have_fails_the_deployment(stack):
    output = {"Value": {"Fn::GetAtt": ["Bucket", "Color"]}}
    assert stack.create({"Bucket": _BUCKET}, Outputs={"Color": output}) == "ROLLBACK_COMPLETE"
    assert "AWS::S3::Bucket has no attribute Color" in stack.reasons()


def test_a_cycle_is_named(stack):
    def queue(other):
        return {"Type": "AWS::SQS::Queue", "DependsOn": other}

    assert "Circular dependency between resources: [A, B]" in _refused(
        stack, {"A": queue("B"), "B": queue("A")}
    )


def test_an_unknown_section_is_refused(stack):
    assert "section Transform" in _refused(stack, {"Bucket": _BUCKET}, Transform="x")


def test_a_reference_to_a_resource_whose_condition_does_not_hold_is_refused(stack):
    never = {"Fn::Equals": ["a", "b"]}
    resources = {
        "Topic": {"Type": "AWS::SNS::Topic", "Condition": "Never"},
        "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Topic"}]}},
    }
    assert "its condition does not hold" in _refused(stack, resources, Conditions={"Never": never})


def test_operations_that_are_not_emulated_say_so(aws):
    with pytest.raises(ClientError, match="cloudformation:CreateStackSet is not emulated"):
        aws("cloudformation").create_stack_set(StackSetName="x", TemplateBody=json.dumps({}))


def test_a_rule_whose_assertion_does_not_hold_refuses_the_parameters(stack):
    rule = {
        "Assertions": [
            {
                "Assert": {"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "Version"}]}]},
                "AssertDescription": "too old",
            }
        ]
    }
    parameters = {"Version": {"Type": "String", "Default": "1"}}
    message = _refused(stack, {"Bucket": _BUCKET}, Rules={"R": rule}, Parameters=parameters)
    assert message.endswith("Rules.R: too old")
