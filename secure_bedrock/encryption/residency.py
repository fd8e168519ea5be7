"""Data residency in a construct tree: set once, honoured by everything below."""

from collections.abc import Mapping, Sequence

from constructs import Construct, IConstruct

from secure_bedrock.catalog.geographies import GuardrailProfile
from secure_bedrock.catalog.models import Model
from secure_bedrock.catalog.residency import DataResidency
from secure_bedrock.encryption.place import place_of
from secure_bedrock.encryption.residency_validation import ResidencyValidation
from secure_bedrock.encryption.tokens import unresolved

_METADATA = "secure-bedrock:residency"


class _Used:
    """Whether any scope of this process has a residency; without one nobody need ask."""

    yes = False


def enforce_residency(scope: Construct, residency: DataResidency) -> None:
    """Keep data within a geography or Regions in everything below a scope.

    Constructs of this library refuse what would leave as soon as they are made. At synth, Amazon
    Bedrock resources of any library are looked at as well, and the Region of every stack that
    keeps data. Call it on the app or a stack, before constructs are made under it.

    Args:
        scope: An app, a stack or any other construct.
        residency: Where data may be processed and kept.

    Raises:
        ValueError: The scope, or one around it, has another residency already.
    """
    present = residency_of(scope)
    if present is not None and present != residency:
        raise ValueError(
            f"{scope.node.path or 'app'}: the data residency is {present.name} already, not "
            f"{residency.name}: enforce one of them"
        )
    if present == residency:
        return
    _Used.yes = True
    scope.node.add_metadata(_METADATA, {"regions": list(residency.regions), "name": residency.name})
    scope.node.add_validation(ResidencyValidation(scope, residency))


def residency_of(construct: IConstruct) -> DataResidency | None:
    """The residency enforced on the construct or around it, if any."""
    if not _Used.yes:
        return None
    for scope in reversed(construct.node.scopes):
        for entry in scope.node.metadata:
            if entry.type == _METADATA and isinstance(entry.data, Mapping):
                data = entry.data
                return DataResidency(regions=tuple(data["regions"]), name=data["name"])
    return None


def check_residency(
    construct: IConstruct,
    *,
    models: Sequence[Model] = (),
    guardrail_profile: GuardrailProfile | None = None,
) -> None:
    """Refuse what would leave the residency that is enforced around a construct.

    Raises:
        ValueError: The stack's Region, a model or the guardrail profile would leave it.
    """
    residency = residency_of(construct)
    if residency is None:
        return
    region = place_of(construct).region
    known = None if unresolved(region) else region
    problems = [] if known is None else [*residency.problems_of_region(known)]
    for model in models:
        problems += residency.problems_of_model(model)
    if guardrail_profile is not None:
        problems += residency.problems_of_guardrail_profile(guardrail_profile, known)
    for problem in problems:
        raise ValueError(f"{construct.node.path}: {problem}")
