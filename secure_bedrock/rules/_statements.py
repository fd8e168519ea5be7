"""Every policy statement of a template, read once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from secure_bedrock.rules._policies import Attachment, Document, attachments, documents
from secure_bedrock.rules._statement import Statement, StatementKind
from secure_bedrock.rules._template import Template


@dataclass(slots=True)
class _Policies:
    """What is in the policies of a template, and by what it is looked up."""

    every: list[Statement] = field(default_factory=list)
    unread: list[Document] = field(default_factory=list)
    attached: list[Attachment] = field(default_factory=list)
    by_holder: dict[str, list[Statement]] = field(default_factory=dict)
    trust: dict[str, list[Statement]] = field(default_factory=dict)
    by_kinds: dict[tuple[StatementKind, ...], list[Statement]] = field(default_factory=dict)

    def add(self, statement: Statement) -> None:
        """Put a statement where it will be looked for."""
        self.every.append(statement)
        for holder in dict.fromkeys(statement.holders):
            self.by_holder.setdefault(holder, []).append(statement)
        if statement.kind is StatementKind.TRUST:
            self.trust.setdefault(statement.owner.logical_id, []).append(statement)


def statements(template: Template, *kinds: StatementKind) -> Sequence[Statement]:
    """The statements of some kinds, all without kinds, in the order of the template."""
    policies = _policies(template)
    if not kinds:
        return policies.every
    if kinds not in policies.by_kinds:
        policies.by_kinds[kinds] = [each for each in policies.every if each.kind in kinds]
    return policies.by_kinds[kinds]


def held_by(template: Template, logical_id: str) -> Sequence[Statement]:
    """The statements that a role, user, group or function has through its policies."""
    return _policies(template).by_holder.get(logical_id, ())


def trust_of(template: Template, logical_id: str) -> Sequence[Statement]:
    """The statements that say who may assume a role."""
    return _policies(template).trust.get(logical_id, ())


def managed_policies(template: Template) -> Sequence[Attachment]:
    """The managed policies that are attached in the template."""
    return _policies(template).attached


def unread(template: Template) -> Sequence[Document]:
    """The policy documents of which nothing, or not every statement, can be known."""
    return _policies(template).unread


def _policies(template: Template) -> _Policies:
    known: _Policies | None = template.cache.get("policies")
    if known is None:
        known = template.cache["policies"] = _Policies(attached=list(attachments(template)))
        for document in documents(template):
            found = list(document.node.parsed()["Statement"])
            if any(node.unknown for node in found):
                known.unread.append(document)
            for node in found:
                if isinstance(node.value, dict):
                    known.add(Statement(node, document.kind, document.owner, document.holders))
    return known
