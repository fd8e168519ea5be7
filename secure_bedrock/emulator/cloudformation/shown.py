"""Stacks, resources and parameters as the API shows them."""

from secure_bedrock.emulator.cloudformation.plan import Plan
from secure_bedrock.emulator.cloudformation.stack import Stack
from secure_bedrock.emulator.cloudformation.template import shown_parameters
from secure_bedrock.emulator.values import Members

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


def plan_parameters(plan: Plan | None) -> list[Members]:
    """The parameters of a plan, as the API shows them."""
    return shown_parameters(plan.template, plan.parameters, plan.values) if plan else []


def plan_tags(plan: Plan | None) -> list[Members]:
    """The tags of a plan."""
    return [{"Key": key, "Value": value} for key, value in plan.tags.items()] if plan else []


def about_stack(stack: Stack) -> Members:
    """A stack, as ``DescribeStacks`` shows it."""
    about: Members = {
        "StackId": stack.id,
        "StackName": stack.name,
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason or None,
        "EnableTerminationProtection": stack.protected,
        "DisableRollback": False,
        "Capabilities": CAPABILITIES,
        "NotificationARNs": [],
        "Parameters": plan_parameters(stack.plan),
        "Tags": plan_tags(stack.plan),
        "Outputs": stack.outputs,
        "Description": stack.plan.template.get("Description") if stack.plan else None,
    }
    return {name: value for name, value in about.items() if value is not None}


def about_resources(stack: Stack, time_member: str) -> list[Members]:
    """A stack's resources; the operations name the time differently."""
    return [
        {
            "StackName": stack.name,
            "StackId": stack.id,
            "LogicalResourceId": found.name,
            "PhysicalResourceId": found.physical_id,
            "ResourceType": found.type,
            "ResourceStatus": found.status,
            "ResourceStatusReason": found.reason,
            time_member: found.changed,
        }
        for found in stack.resources.values()
    ]


def declared_parameters(template: Members) -> list[Members]:
    """The parameters that a template declares."""
    return [
        {
            "ParameterKey": name,
            "DefaultValue": str(about["Default"]) if "Default" in about else None,
            "ParameterType": about["Type"],
            "NoEcho": str(about.get("NoEcho", "")).lower() == "true",
            "Description": about.get("Description"),
        }
        for name, about in template.get("Parameters", {}).items()
    ]
