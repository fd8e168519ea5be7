"""Operations that change stacks."""

from secure_bedrock.emulator.cloudformation.errors import ValidationError
from secure_bedrock.emulator.cloudformation.operations import Operations, refuse_options
from secure_bedrock.emulator.services.dispatch import Call
from secure_bedrock.emulator.values import Members


class StackOperations(Operations):
    """Create, update, delete, protect."""

    def create_stack(self, call: Call) -> Members:
        """CreateStack."""
        refuse_options(call, "DisableRollback", "OnFailure")
        stack = self.for_creation(call)
        try:
            plan = self.stacks.plan(call.params, stack)
        except ValidationError:
            self.stacks.discard(stack)
            raise
        stack.protected = bool(call.params.get("EnableTerminationProtection"))
        self.stacks.carry_out(stack, plan)
        return {"StackId": stack.id}

    def update_stack(self, call: Call) -> Members:
        """UpdateStack."""
        refuse_options(call, "DisableRollback")
        stack = self.idle(call)
        plan = self.stacks.plan(call.params, stack)
        if stack.plan and plan.same_as(stack.plan):
            raise ValidationError("No updates are to be performed.")
        self.stacks.carry_out(stack, plan)
        return {"StackId": stack.id}

    def delete_stack(self, call: Call) -> Members:
        """DeleteStack: one that does not exist is no error."""
        try:
            stack = self.stack(call)
        except ValidationError:
            return {}
        if stack.status != "DELETE_COMPLETE":
            self.stacks.delete(stack, call.params.get("RetainResources", []))
        return {}

    def update_termination_protection(self, call: Call) -> Members:
        """UpdateTerminationProtection."""
        stack = self.stack(call)
        stack.protected = call.params["EnableTerminationProtection"]
        return {"StackId": stack.id}
