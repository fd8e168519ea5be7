"""The operations of the CloudFormation API, as the CDK CLI and boto3 call them."""



from moto.cloudformation.responses import CloudFormationResponse
from moto.core.utils import get_service_model

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.service import Stacks
from secure_bedrock.emulator.cloudformation.stack import ChangeSet, Stack
from secure_bedrock.emulator.cloudformation.template import parse, shown_parameters
from secure_bedrock.emulator.services.dispatch import Call, error, operation
from secure_bedrock.emulator.values import Json, Members

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_BUSY = "_IN_PROGRESS"
_DEAD_ENDS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


def register(stacks: Stacks) -> None:
    """Answer every operation of CloudFormation in this process; the ones we lack with an error."""
    api = Api(stacks)
    CloudFormationResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER = {}  # for moto's answers, not ours
    for name in get_service_model("cloudformation").operation_names:
        method = getattr(api, _METHODS.get(name, "refuse"))
        operation("cloudformation", name)(method)


class Api:
    """One method for each operation."""

    def __init__(self, stacks: Stacks) -> None:
        self._stacks = stacks

    def refuse(self, call: Call) -> Members:
        """Any operation that is not emulated."""
        raise ValidationError(f"cloudformation:{call.operation} is not emulated")

    def create_change_set(self, call: Call) -> Members:
        """CreateChangeSet."""
        _refuse_options(call, "ResourcesToImport", "DeploymentMode")
        new = call.params.get("ChangeSetType", "UPDATE") == "CREATE"
        stack = self._for_creation(call) if new else self._idle(call)
        try:
            made = self._stacks.change_set(call.params, stack)
        except ValidationError:
            if new and not stack.change_sets:
                self._stacks.discard(stack)
            raise
        return {"Id": made.id, "StackId": stack.id}

    def describe_change_set(self, call: Call) -> Members:
        """DescribeChangeSet."""
        stack, made = self._change_set(call)
        return {
            "ChangeSetId": made.id,
            "ChangeSetName": made.name,
            "StackId": stack.id,
            "StackName": stack.name,
            "CreationTime": made.created,
            "Status": made.status,
            "StatusReason": made.reason or None,
            "ExecutionStatus": made.execution,
            "Changes": made.changes,
            "Capabilities": _CAPABILITIES,
            "Parameters": _parameters(made.plan),
            "Tags": _tags(made.plan),
        }

    def list_change_sets(self, call: Call) -> Members:
        """ListChangeSets."""
        stack = self._stack(call)
        return {
            "Summaries": [
                {
                    "ChangeSetId": made.id,
                    "ChangeSetName": made.name,
                    "StackId": stack.id,
                    "StackName": stack.name,
                    "Status": made.status,
                    "ExecutionStatus": made.execution,
                    "CreationTime": made.created,
                }
                for made in stack.change_sets.values()
            ]
        }

    def delete_change_set(self, call: Call) -> Members:
        """DeleteChangeSet: one that does not exist is no error."""
        name = call.params["ChangeSetName"]
        for stack in self._change_set_owners(call):
            for made in list(stack.change_sets.values()):
                if name in {made.name, made.id}:
                    del stack.change_sets[made.name]
        return {}

    def execute_change_set(self, call: Call) -> Members:
        """ExecuteChangeSet."""
        _refuse_options(call, "DisableRollback")
        stack, made = self._change_set(call)
        if made.execution != "AVAILABLE" or stack.plan is not None and stack.status.endswith(_BUSY):
            raise error(
                "InvalidChangeSetStatus",
                f"ChangeSet [{made.id}] cannot be executed in its current status of [{made.status}]",
            )
        stack.change_sets.clear()
        self._stacks.carry_out(stack, made.plan)
        return {}

    def create_stack(self, call: Call) -> Members:
        """CreateStack."""
        _refuse_options(call, "DisableRollback", "OnFailure")
        stack = self._for_creation(call)
        try:
            plan = self._stacks.plan(call.params, stack)
        except ValidationError:
            self._stacks.discard(stack)
            raise
        stack.protected = bool(call.params.get("EnableTerminationProtection"))
        self._stacks.carry_out(stack, plan)
        return {"StackId": stack.id}

    def update_stack(self, call: Call) -> Members:
        """UpdateStack."""
        _refuse_options(call, "DisableRollback")
        stack = self._idle(call)
        plan = self._stacks.plan(call.params, stack)
        if stack.plan and plan.same_as(stack.plan):
            raise ValidationError("No updates are to be performed.")
        self._stacks.carry_out(stack, plan)
        return {"StackId": stack.id}

    def delete_stack(self, call: Call) -> Members:
        """DeleteStack: one that does not exist is no error."""
        try:
            stack = self._stack(call)
        except ValidationError:
            return {}
        if stack.status != "DELETE_COMPLETE":
            self._stacks.delete(stack, call.params.get("RetainResources", []))
        return {}

    def update_termination_protection(self, call: Call) -> Members:
        """UpdateTerminationProtection."""
        stack = self._stack(call)
        stack.protected = call.params["EnableTerminationProtection"]
        return {"StackId": stack.id}

    def describe_stacks(self, call: Call) -> Members:
        """DescribeStacks."""
        if "StackName" in call.params:
            return {"Stacks": [_shown(self._stack(call))]}
        found = self._stacks.all(call.region)
        return {"Stacks": [_shown(stack) for stack in found if stack.status != "DELETE_COMPLETE"]}

    def list_stacks(self, call: Call) -> Members:
        """ListStacks."""
        wanted = call.params.get("StackStatusFilter")
        found = [_shown(stack) for stack in self._stacks.all(call.region)]
        return {
            "StackSummaries": [
                stack for stack in found if not wanted or stack["StackStatus"] in wanted
            ]
        }

    def describe_stack_events(self, call: Call) -> Members:
        """DescribeStackEvents, newest first."""
        return {"StackEvents": list(reversed(self._stack(call).events))}

    def describe_events(self, call: Call) -> Members:
        """DescribeEvents: no validation of AWS's runs here, so there is none to report."""
        self._stack(call)
        return {"OperationEvents": []}

    def describe_stack_resources(self, call: Call) -> Members:
        """DescribeStackResources."""
        wanted = call.params.get("LogicalResourceId")
        shown = _shown_resources(self._stack(call), "Timestamp")
        return {
            "StackResources": [
                found for found in shown if wanted in {None, found["LogicalResourceId"]}
            ]
        }

    def describe_stack_resource(self, call: Call) -> Members:
        """DescribeStackResource."""
        wanted = call.params["LogicalResourceId"]
        for found in _shown_resources(self._stack(call), "LastUpdatedTimestamp"):
            if found["LogicalResourceId"] == wanted:
                return {"StackResourceDetail": found}
        raise ValidationError(f"Resource {wanted} does not exist for stack")

    def list_stack_resources(self, call: Call) -> Members:
        """ListStackResources."""
        shown = _shown_resources(self._stack(call), "LastUpdatedTimestamp")
        return {"StackResourceSummaries": shown}

    def get_template(self, call: Call) -> Members:
        """GetTemplate."""
        if "ChangeSetName" in call.params:
            plan = self._change_set(call)[1].plan
        else:
            stack = self._stack(call)
            plan = stack.plan or next(iter(stack.change_sets.values())).plan
        return {"TemplateBody": plan.text, "StagesAvailable": ["Original", "Processed"]}

    def get_template_summary(self, call: Call) -> Members:
        """GetTemplateSummary."""
        template = self._template(call)
        return {
            "Parameters": _declared(template),
            "ResourceTypes": sorted({found["Type"] for found in template["Resources"].values()}),
            "Capabilities": _CAPABILITIES,
            "Description": template.get("Description"),
            "Version": template.get("AWSTemplateFormatVersion"),
        }

    def validate_template(self, call: Call) -> Members:
        """ValidateTemplate."""
        template = self._template(call)
        return {
            "Parameters": [
                {key: entry[key] for key in ("ParameterKey", "DefaultValue", "NoEcho")}
                for entry in _declared(template)
            ],
            "Description": template.get("Description"),
        }

    def list_exports(self, call: Call) -> Members:
        """ListExports."""
        return {
            "Exports": [
                {
                    "ExportingStackId": stack.id,
                    "Name": output["ExportName"],
                    "Value": output["OutputValue"],
                }
                for stack, output in self._stacks.exports(call.region)
            ]
        }

    def list_imports(self, call: Call) -> Members:
        """ListImports."""
        return {"Imports": self._stacks.importers(call.params["ExportName"], call.region)}

    def _stack(self, call: Call) -> Stack:
        return self._stacks.find(call.params["StackName"], call.region)

    def _idle(self, call: Call) -> Stack:
        stack = self._stack(call)
        if stack.status.endswith(_BUSY) or stack.status in _DEAD_ENDS:
            raise ValidationError(
                f"Stack:{stack.id} is in {stack.status} state and can not be updated."
            )
        return stack

    def _for_creation(self, call: Call) -> Stack:
        name = call.params["StackName"]
        try:
            stack = self._stacks.find(name, call.region)
        except ValidationError:
            return self._stacks.add(name, call.region)
        if stack.status != "REVIEW_IN_PROGRESS":
            raise error("AlreadyExistsException", f"Stack [{name}] already exists")
        return stack

    def _change_set(self, call: Call) -> tuple[Stack, ChangeSet]:
        name = call.params["ChangeSetName"]
        for stack in self._change_set_owners(call):
            for made in stack.change_sets.values():
                if name in {made.name, made.id}:
                    return stack, made
        raise error("ChangeSetNotFound", f"ChangeSet [{name}] does not exist")

    def _change_set_owners(self, call: Call) -> list[Stack]:
        if "StackName" in call.params:
            return [self._stack(call)]
        return list(self._stacks.all(call.region))

    def _template(self, call: Call) -> Members:
        stack = self._stack(call) if "StackName" in call.params else None
        params = call.params | ({"UsePreviousTemplate": True} if stack else {})
        return parse(self._stacks.template_text(params, stack, call.region))


def _refuse_options(call: Call, *names: str) -> None:
    for name in names:
        if call.params.get(name) and call.params[name] not in {"ROLLBACK"}:
            raise ValidationError(f"{call.operation}: {name} is not emulated")


def _parameters(plan: Json) -> list[Members]:
    return shown_parameters(plan.template, plan.parameters, plan.values) if plan else []


def _tags(plan: Json) -> list[Members]:
    return [{"Key": key, "Value": value} for key, value in plan.tags.items()] if plan else []


def _shown(stack: Stack) -> Members:
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
        "Capabilities": _CAPABILITIES,
        "NotificationARNs": [],
        "Parameters": _parameters(stack.plan),
        "Tags": _tags(stack.plan),
        "Outputs": stack.outputs,
        "Description": stack.plan.template.get("Description") if stack.plan else None,
    }
    return {name: value for name, value in about.items() if value is not None}


def _shown_resources(stack: Stack, time_member: str) -> list[Members]:
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


def _declared(template: Members) -> list[Members]:
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


_METHODS = {
    "".join(word.title() for word in name.split("_")): name
    for name, method in vars(Api).items()
    if callable(method) and not name.startswith("_") and name != "refuse"
}
