"""Carry out a plan over a stack: create, update, roll back, clean up, delete."""

from collections.abc import Callable
from dataclasses import replace

from secure_bedrock.emulator.cloudformation.errors import ResourceError, ValidationError
from secure_bedrock.emulator.cloudformation.intrinsics import Lookups, Resolver
from secure_bedrock.emulator.cloudformation.plan import Plan
from secure_bedrock.emulator.cloudformation.schema import is_replaced
from secure_bedrock.emulator.cloudformation.stack import Resource, Stack, now
from secure_bedrock.emulator.resources.workshop import Workshop
from secure_bedrock.emulator.values import Json, Members

Undo = Callable[[], None]
_FAILURES = (ResourceError, ValidationError)


class Deployment:
    """One run over one stack.

    Args:
        stack: The stack.
        plan: What it becomes.
        workshop: Makes, changes and removes single resources.
        lookups: Exports, zones and dynamic references.
        exported: Refuses an export name that another stack has.
    """

    def __init__(
        self,
        *,
        stack: Stack,
        plan: Plan,
        workshop: Workshop,
        lookups: Lookups,
        exported: Callable[[Stack, list[Members]], None],
    ) -> None:
        self._stack = stack
        self._plan = plan
        self._workshop = workshop
        self._exported = exported
        self._resources = dict(stack.resources)
        self._undo: list[Undo] = []
        self._left_over: list[Resource] = []
        self._resolver = Resolver(
            plan.template, plan.values, replace(lookups, resource=self._reference)
        )

    def create(self) -> None:
        """Create everything, or remove what was created."""
        stack = self._stack
        stack.set_status("CREATE_IN_PROGRESS")
        try:
            self._carry_out()
        except _FAILURES as error:
            stack.set_status("ROLLBACK_IN_PROGRESS", str(error))
            complete = self._roll_back()
            stack.set_status("ROLLBACK_COMPLETE" if complete else "ROLLBACK_FAILED")
            return
        stack.set_status("CREATE_COMPLETE")

    def update(self) -> None:
        """Change everything that differs, or restore what was."""
        stack = self._stack
        before = dict(stack.resources)
        stack.updated = now()
        stack.set_status("UPDATE_IN_PROGRESS")
        try:
            self._carry_out()
        except _FAILURES as error:
            stack.set_status("UPDATE_ROLLBACK_IN_PROGRESS", str(error))
            complete = self._roll_back()
            stack.resources = before
            stack.set_status("UPDATE_ROLLBACK_COMPLETE" if complete else "UPDATE_ROLLBACK_FAILED")
            return
        stack.set_status("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        gone = [found for name, found in before.items() if name not in self._plan.preview]
        for resource in [*self._left_over, *reversed(gone)]:
            self._clean_up(resource)
        stack.set_status("UPDATE_COMPLETE")

    def _carry_out(self) -> None:
        for name in self._plan.order:
            self._bring_about(name)
        outputs = self._outputs()
        self._exported(self._stack, outputs)
        kept = {name: self._resources[name] for name in self._plan.order}
        self._stack.resources = kept
        self._stack.outputs = outputs
        self._stack.plan = self._plan

    def _bring_about(self, name: str) -> None:
        definition = self._plan.definition(name)
        old = self._resources.get(name)
        new = Resource(name, definition["Type"], definition, {})
        try:
            new.properties = self._properties(definition, f"Resources.{name}.Properties")
            if old is None:
                self._create(new)
            elif old.type != new.type or is_replaced(new.type, old.properties, new.properties):
                self._replace(old, new)
            elif old.properties != new.properties:
                self._update(old, new)
            else:
                new.live, new.status, new.changed = old.live, old.status, old.changed
                self._resources[name] = new
        except _FAILURES as error:
            self._stack.set_resource(
                new,
                "UPDATE_FAILED" if old and old.type == new.type else "CREATE_FAILED",
                str(error),
            )
            self._stack.resources.setdefault(name, new)
            raise ResourceError(f"The following resource(s) failed: [{name}].") from error

    def _properties(self, definition: Members, path: str) -> Members:
        resolved = self._resolver.resolve(definition.get("Properties", {}), path)
        return self._workshop.with_stack_tags(definition["Type"], resolved, self._plan.tags)

    def _create(self, new: Resource) -> None:
        self._stack.set_resource(new, "CREATE_IN_PROGRESS")
        new.live = self._workshop.create(new)
        self._resources[new.name] = self._stack.resources[new.name] = new
        self._undo.append(lambda: self._remove(new, creating=True))
        self._stack.set_resource(new, "CREATE_COMPLETE")

    def _replace(self, old: Resource, new: Resource) -> None:
        reason = (
            "Requested update requires the creation of a new physical resource; hence creating one."
        )
        self._stack.set_resource(new, "UPDATE_IN_PROGRESS", reason)
        self._workshop.refuse_same_name(old, new)
        new.live = self._workshop.create(new)
        self._resources[new.name] = new
        self._left_over.insert(0, old)
        self._undo.append(lambda: self._remove(new, creating=True))
        self._stack.set_resource(new, "UPDATE_COMPLETE")

    def _update(self, old: Resource, new: Resource) -> None:
        new.live = old.live
        self._stack.set_resource(new, "UPDATE_IN_PROGRESS")

        def restore() -> None:
            old.live = self._workshop.update(new, old)
            self._stack.set_resource(old, "UPDATE_COMPLETE")

        self._undo.append(restore)
        new.live = self._workshop.update(old, new)
        self._resources[new.name] = new
        if old.live and new.live.physical_id != old.live.physical_id:
            self._left_over.insert(0, old)
            self._undo[-1] = lambda: self._remove(new, creating=True)
        self._stack.set_resource(new, "UPDATE_COMPLETE")

    def _outputs(self) -> list[Members]:
        outputs = []
        for name in self._plan.outputs:
            found = self._resolver.resolve(self._plan.template["Outputs"][name], f"Outputs.{name}")
            output = {"OutputKey": name, "OutputValue": str(found["Value"])}
            if "Description" in found:
                output["Description"] = found["Description"]
            if "Export" in found:
                output["ExportName"] = found["Export"]["Name"]
            outputs.append(output)
        return outputs

    def _reference(self, name: str, attribute: str | None) -> Json:
        resource = self._resources.get(name)
        if resource is None or resource.live is None:
            raise LookupError(f"{name} is not created")
        if attribute is None:
            return resource.live.ref
        return self._workshop.attribute(resource, attribute)

    def _roll_back(self) -> bool:
        complete = True
        for undo in reversed(self._undo):
            try:
                undo()
            except _FAILURES:
                complete = False
        return complete

    def _clean_up(self, resource: Resource) -> None:
        try:
            self._remove(resource, creating=False)
        except ResourceError:
            return  # CloudFormation too leaves what it cannot clean up, with an event that says so

    def _remove(self, resource: Resource, *, creating: bool) -> None:
        replaced = any(found is resource for found in self._left_over)
        policy = resource.definition.get("UpdateReplacePolicy" if replaced else "DeletionPolicy")
        remove(self._stack, resource, self._workshop, policy, creating=creating)


def remove(
    stack: Stack, resource: Resource, workshop: Workshop, policy: str | None, *, creating: bool
) -> None:
    """Delete one resource, unless its policy keeps it."""
    if resource.live is None:
        return
    if policy == "Retain" or (policy == "RetainExceptOnCreate" and not creating):
        stack.set_resource(resource, "DELETE_SKIPPED")
        return
    stack.set_resource(resource, "DELETE_IN_PROGRESS")
    try:
        workshop.delete(resource)
    except ResourceError as error:
        stack.set_resource(resource, "DELETE_FAILED", str(error))
        raise
    stack.set_resource(resource, "DELETE_COMPLETE")
    resource.live = None


def delete_stack(stack: Stack, workshop: Workshop, retain: set[str]) -> None:
    """Delete every resource, those that depend on others first."""
    stack.set_status("DELETE_IN_PROGRESS", "User Initiated")
    order = stack.plan.order if stack.plan else tuple(stack.resources)
    needs = stack.plan.needs if stack.plan else {}
    failed: set[str] = set()
    for name in reversed([*order, *(set(stack.resources) - set(order))]):
        resource = stack.resources.get(name)
        if resource is None:
            continue
        if any(name in needs.get(other, ()) for other in failed):
            failed.add(name)
            continue
        policy = "Retain" if name in retain else resource.definition.get("DeletionPolicy")
        try:
            remove(stack, resource, workshop, policy, creating=False)
        except ResourceError:
            failed.add(name)
    if failed:
        names = ", ".join(sorted(failed))
        stack.set_status("DELETE_FAILED", f"The following resource(s) failed to delete: [{names}].")
        return
    stack.deleted = now()
    stack.set_status("DELETE_COMPLETE")
