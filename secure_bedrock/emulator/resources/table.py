"""The table in docs/emulator.md: ``python -m secure_bedrock.emulator.resources.table``."""

from collections.abc import Iterator

from secure_bedrock.emulator.resources.declaration import Call, ResourceType
from secure_bedrock.emulator.resources.registry import TYPES


def table() -> str:
    """Every declared type with the calls that make and change it, and what is worth knowing."""
    rows = [
        f"| `{kind.name}` | {', '.join(dict.fromkeys(_operations(kind))) or '-'} | {kind.note} |"
        for kind in sorted(TYPES.values(), key=lambda kind: kind.name)
    ]
    return "\n".join(["| type | made and changed by | note |", "|---|---|---|", *rows])


def _operations(kind: ResourceType) -> Iterator[str]:
    calls: list[Call | None] = [kind.create, kind.update, *(part.set for part in kind.parts)]
    calls.append(kind.tagging.set if kind.tagging else None)
    for call in calls:
        if call:
            yield "".join(word.capitalize() for word in call.operation.split("_"))


if __name__ == "__main__":
    print(table())  # noqa: T201 - a script
