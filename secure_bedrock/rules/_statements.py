"""Every policy statement of a template, read once."""

from secure_bedrock.rules._policies import Attachment, Document, attachments, documents
from secure_bedrock.rules._statement import Statement, StatementKind
from secure_bedrock.rules._template import Template


def statements(template: Template, *kinds: StatementKind) -> list[Statement]:
    """The statements of some kinds, all without kinds, in the order of the template."""
    every = _cached(template)[0]
    return [each for each in every if not kinds or each.kind in kinds]


def held_by(template: Template, logical_id: str) -> list[Statement]:
    """The statements that a role, user, group or function has through its policies."""
    return [each for each in _cached(template)[0] if logical_id in each.holders]


def trust_of(template: Template, logical_id: str) -> list[Statement]:
    """The statements that say who may assume a role."""
    return [
        each
        for each in statements(template, StatementKind.TRUST)
        if each.owner.logical_id == logical_id
    ]


def managed_policies(template: Template) -> list[Attachment]:
    """The managed policies that are attached in the template."""
    return _cached(template)[2]


def unread(template: Template) -> list[Document]:
    """The policy documents of which nothing, or not every statement, can be known."""
    return _cached(template)[1]


def _cached(template: Template) -> tuple[list[Statement], list[Document], list[Attachment]]:
    if "policies" not in template.cache:
        read: list[Statement] = []
        unreadable: list[Document] = []
        for document in documents(template):
            found = list(document.node.parsed()["Statement"])
            known = [node for node in found if isinstance(node.value, dict)]
            if any(node.unknown for node in found):
                unreadable.append(document)
            read += [Statement(n, document.kind, document.owner, document.holders) for n in known]
        template.cache["policies"] = (read, unreadable, list(attachments(template)))
    found_all: tuple[list[Statement], list[Document], list[Attachment]]
    found_all = template.cache["policies"]
    return found_all
