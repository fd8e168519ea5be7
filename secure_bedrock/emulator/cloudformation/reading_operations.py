"""Operations that read stacks and templates."""

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.operations import Operations
from secure_bedrock.emulator.cloudformation.shown import (
    CAPABILITIES,
    about_resources,
    about_stack,
    declared_parameters,
)
from secure_bedrock.emulator.services.dispatch import Call
from secure_bedrock.emulator.values import Members


class ReadingOperations(Operations):
    """Describe, list, get, validate."""

    def describe_stacks(self, call: Call) -> Members:
        """DescribeStacks."""
        if "StackName" in call.params:
            return {"Stacks": [about_stack(self.stack(call))]}
        found = [each for each in self.stacks.all(call.region) if each.status != "DELETE_COMPLETE"]
        return {"Stacks": [about_stack(stack) for stack in found]}

    def list_stacks(self, call: Call) -> Members:
        """ListStacks."""
        wanted = call.params.get("StackStatusFilter")
        found = [about_stack(stack) for stack in self.stacks.all(call.region)]
        return {
            "StackSummaries": [
                stack for stack in found if not wanted or stack["StackStatus"] in wanted
            ]
        }

    def describe_stack_events(self, call: Call) -> Members:
        """DescribeStackEvents, newest first."""
        return {"StackEvents": list(reversed(self.stack(call).events))}

    def describe_events(self, call: Call) -> Members:
        """DescribeEvents: no validation of AWS's runs here, so there is none to report."""
        self.stack(call)
        return {"OperationEvents": []}

    def describe_stack_resources(self, call: Call) -> Members:
        """DescribeStackResources."""
        wanted = call.params.get("LogicalResourceId")
        shown = about_resources(self.stack(call), "Timestamp")
        return {
            "StackResources": [
                found for found in shown if wanted in {None, found["LogicalResourceId"]}
            ]
        }

    def describe_stack_resource(self, call: Call) -> Members:
        """DescribeStackResource."""
        wanted = call.params["LogicalResourceId"]
        for found in about_resources(self.stack(call), "LastUpdatedTimestamp"):
            if found["LogicalResourceId"] == wanted:
                return {"StackResourceDetail": found}
        raise ValidationError(f"Resource {wanted} does not exist for stack")

    def list_stack_resources(self, call: Call) -> Members:
        """ListStackResources."""
        shown = about_resources(self.stack(call), "LastUpdatedTimestamp")
        return {"StackResourceSummaries": shown}

    def get_template(self, call: Call) -> Members:
        """GetTemplate."""
        if "ChangeSetName" in call.params:
            plan = self.change_set(call)[1].plan
        else:
            stack = self.stack(call)
            plan = stack.plan or next(iter(stack.change_sets.values())).plan
        return {"TemplateBody": plan.text, "StagesAvailable": ["Original", "Processed"]}

    def get_template_summary(self, call: Call) -> Members:
        """GetTemplateSummary."""
        template = self.template(call)
        return {
            "Parameters": declared_parameters(template),
            "ResourceTypes": sorted({found["Type"] for found in template["Resources"].values()}),
            "Capabilities": CAPABILITIES,
            "Description": template.get("Description"),
            "Version": template.get("AWSTemplateFormatVersion"),
        }

    def validate_template(self, call: Call) -> Members:
        """ValidateTemplate."""
        template = self.template(call)
        return {
            "Parameters": [
                {key: entry[key] for key in ("ParameterKey", "DefaultValue", "NoEcho")}
                for entry in declared_parameters(template)
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
                for stack, output in self.stacks.exports(call.region)
            ]
        }

    def list_imports(self, call: Call) -> Members:
        """ListImports."""
        return {"Imports": self.stacks.importers(call.params["ExportName"], call.region)}
