"""Operations on change sets."""

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.operations import BUSY, Operations, refuse_options
from secure_bedrock.emulator.cloudformation.shown import CAPABILITIES, plan_parameters, plan_tags
from secure_bedrock.emulator.services.dispatch import Call, error
from secure_bedrock.emulator.values import Members


class ChangeSetOperations(Operations):
    """Create, describe, list, delete, execute."""

    def create_change_set(self, call: Call) -> Members:
        """CreateChangeSet."""
        refuse_options(call, "ResourcesToImport", "DeploymentMode")
        new = call.params.get("ChangeSetType", "UPDATE") == "CREATE"
        stack = self.for_creation(call) if new else self.idle(call)
        try:
            made = self.stacks.change_set(call.params, stack)
        except ValidationError:
            if new and not stack.change_sets:
                self.stacks.discard(stack)
            raise
        return {"Id": made.id, "StackId": stack.id}

    def describe_change_set(self, call: Call) -> Members:
        """DescribeChangeSet."""
        stack, made = self.change_set(call)
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
            "Capabilities": CAPABILITIES,
            "Parameters": plan_parameters(made.plan),
            "Tags": plan_tags(made.plan),
        }

    def list_change_sets(self, call: Call) -> Members:
        """ListChangeSets."""
        stack = self.stack(call)
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
        for stack in self.change_set_owners(call):
            for made in list(stack.change_sets.values()):
                if name in {made.name, made.id}:
                    del stack.change_sets[made.name]
        return {}

    def execute_change_set(self, call: Call) -> Members:
        """ExecuteChangeSet."""
        refuse_options(call, "DisableRollback")
        stack, made = self.change_set(call)
        if made.execution != "AVAILABLE" or (
            stack.plan is not None and stack.status.endswith(BUSY)
        ):
            raise error(
                "InvalidChangeSetStatus",
                f"ChangeSet [{made.id}] cannot be executed in its status of [{made.status}]",
            )
        stack.change_sets.clear()
        self.stacks.carry_out(stack, made.plan)
        return {}
