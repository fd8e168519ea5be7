import pytest
from botocore.exceptions import ClientError

_FAILS = {"Type": "AWS::S3::Bucket", "Properties": {"WebsiteConfiguration": {}}}


def _queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def _group(name, **extra):
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name}, **extra}


def _names(aws, prefix):
    found = aws("logs").describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]
    return [group["logGroupName"] for group in found]


def test_resources_are_created_after_what_they_refer_to(stack):
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Fn::Sub": "${Queue.Arn}/x"}},
    }
    assert stack.create({"Name": parameter, "Queue": _queue()}) == "CREATE_COMPLETE"
    done = [name for name, status in stack.events() if status == "CREATE_COMPLETE"]
    assert done == ["Queue", "Name", stack.name]


def test_depends_on_orders_resources_without_references(stack):
    first = {"Type": "AWS::SQS::Queue", "DependsOn": ["Zulu"]}
    stack.create({"Alpha": first, "Zulu": _queue()})
    done = [name for name, status in stack.events() if status == "CREATE_COMPLETE"]
    assert done == ["Zulu", "Alpha", stack.name]


def test_a_failed_creation_deletes_what_was_created(stack, aws):
    fails = {**_FAILS, "DependsOn": "Group"}
    assert stack.create({"Group": _group(stack.name), "Fails": fails}) == "ROLLBACK_COMPLETE"
    assert _names(aws, stack.name) == []
    assert ("Group", "DELETE_COMPLETE") in stack.events()


def test_a_failed_update_restores_the_old_state(stack, aws):
    stack.create({"Queue": _queue(VisibilityTimeout=30)})
    changed = {"Queue": _queue(VisibilityTimeout=60), "Fails": {**_FAILS, "DependsOn": "Queue"}}
    assert stack.update(changed) == "UPDATE_ROLLBACK_COMPLETE"
    url = stack.physical_id("Queue")
    attributes = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "30"


def test_a_failed_update_deletes_what_it_created(stack, aws):
    stack.create({"Queue": _queue()})
    added = {"Group": _group(stack.name), "Fails": {**_FAILS, "DependsOn": "Group"}}
    assert stack.update({"Queue": _queue(), **added}) == "UPDATE_ROLLBACK_COMPLETE"
    assert _names(aws, stack.name) == []


def test_an_update_in_place_keeps_the_resource(stack):
    stack.create({"Queue": _queue(VisibilityTimeout=30)})
    before = stack.physical_id("Queue")
    assert stack.update({"Queue": _queue(VisibilityTimeout=60)}) == "UPDATE_COMPLETE"
    assert stack.physical_id("Queue") == before


def test_a_create_only_property_replaces_the_resource_and_deletes_the_old_one(stack, aws):
    stack.create({"Group": _group(f"{stack.name}-a")})
    assert stack.update({"Group": _group(f"{stack.name}-b")}) == "UPDATE_COMPLETE"
    assert _names(aws, stack.name) == [f"{stack.name}-b"]


def test_update_replace_policy_keeps_the_old_resource(stack, aws):
    stack.create({"Group": _group(f"{stack.name}-a", UpdateReplacePolicy="Retain")})
    stack.update({"Group": _group(f"{stack.name}-b", UpdateReplacePolicy="Retain")})
    assert _names(aws, stack.name) == [f"{stack.name}-a", f"{stack.name}-b"]


def test_a_named_resource_is_not_replaced_by_one_of_the_same_name(stack):
    def repository(kind):
        encryption = {"EncryptionType": kind}
        return {
            "Type": "AWS::ECR::Repository",
            "Properties": {"RepositoryName": stack.name, "EncryptionConfiguration": encryption},
        }

    stack.create({"R": repository("AES256")})
    assert stack.update({"R": repository("KMS")}) == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in stack.reasons()


def test_a_removed_resource_is_deleted_after_the_update(stack, aws):
    stack.create({"Queue": _queue(), "Group": _group(stack.name)})
    assert stack.update({"Queue": _queue()}) == "UPDATE_COMPLETE"
    assert _names(aws, stack.name) == []


def test_a_stack_is_deleted_dependents_first(stack):
    stack.create({"First": _queue(), "Second": {**_queue(), "DependsOn": "First"}})
    assert stack.delete() == "DELETE_COMPLETE"
    gone = [name for name, status in stack.events() if status == "DELETE_COMPLETE"]
    assert gone == ["Second", "First", stack.name]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_deletion_policy_keeps_the_resource(stack, aws, policy):
    stack.create({"Group": _group(stack.name, DeletionPolicy=policy)})
    assert stack.delete() == "DELETE_COMPLETE"
    assert _names(aws, stack.name) == [stack.name]


def test_retain_except_on_create_deletes_after_a_failed_creation(stack, aws):
    group = _group(stack.name, DeletionPolicy="RetainExceptOnCreate")
    stack.create({"Group": group, "Fails": {**_FAILS, "DependsOn": "Group"}})
    assert _names(aws, stack.name) == []


def test_an_unchanged_update_says_so_in_cloudformations_words(stack):
    stack.create({"Queue": _queue(VisibilityTimeout=30)})
    with pytest.raises(ClientError, match=r"No updates are to be performed\.$"):
        stack.update({"Queue": _queue(VisibilityTimeout=30)})


def test_a_change_set_without_changes_fails_in_cloudformations_words(stack, aws):
    stack.create({"Queue": _queue()})
    template = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {}}}}'
    aws("cloudformation").create_change_set(
        StackName=stack.name, ChangeSetName="same", TemplateBody=template
    )
    found = aws("cloudformation").describe_change_set(StackName=stack.name, ChangeSetName="same")
    assert (found["Status"], found["StatusReason"]) == (
        "FAILED",
        (
            "The submitted information didn't contain changes. "
            "Submit different information to create a change set."
        ),
    )


def test_a_change_set_tells_replacement_from_change_in_place(stack, aws):
    stack.create({"Queue": _queue(), "Group": _group(f"{stack.name}-a")})
    template = (
        '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}},'
        '"Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "b"}}}}'
    )
    names = {"StackName": stack.name, "ChangeSetName": "new"}
    aws("cloudformation").create_change_set(**names, TemplateBody=template)
    changes = aws("cloudformation").describe_change_set(**names)["Changes"]
    found = {
        change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"]
        for change in changes
    }
    assert {name: change["Replacement"] for name, change in found.items()} == {
        "Queue": "False",
        "Group": "True",
    }


def test_termination_protection_holds(stack, aws):
    stack.create({"Queue": _queue()})
    aws("cloudformation").update_termination_protection(
        StackName=stack.name, EnableTerminationProtection=True
    )
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stack.delete()


def test_a_bucket_that_is_not_empty_stays_and_fails_the_deletion(stack, aws):
    stack.create({"Bucket": {"Type": "AWS::S3::Bucket"}})
    aws("s3").put_object(Bucket=stack.physical_id("Bucket"), Key="x", Body=b"x")
    assert stack.delete() == "DELETE_FAILED"


def test_an_export_in_use_holds_its_stack(stack, other_stack):
    export = {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}, "Export": {"Name": stack.name}}
    stack.create({"Queue": _queue()}, Outputs={"Arn": export})
    arn = {"Value": {"Fn::ImportValue": stack.name}}
    other_stack.create({"Queue": _queue()}, Outputs={"Arn": arn})
    assert other_stack.outputs() == stack.outputs()
    with pytest.raises(ClientError, match=f"in use by {other_stack.name}"):
        stack.delete()
