"""The page with everything that can be computed from the templates."""

from secure_bedrock.evidence.access_map import AccessMap, access_map
from secure_bedrock.evidence.controls.model import Evidence
from secure_bedrock.evidence.fixed_costs import FixedPrices, estimate
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.report_page.page import render_page


def whole_page(
    evidence: Evidence, previous: Evidence | None = None, *, prices: FixedPrices | None = None
) -> str:
    """The page of a report, with picture, access map, costs and changes.

    Args:
        evidence: What the templates show, with the templates themselves.
        previous: An earlier report, to say what changed since.
        prices: Prices of what is billed by time. Default: the packaged table.

    Raises:
        ModuleNotFoundError: Jinja is not installed: install ``secure-bedrock[report]``.
    """
    access, problem = _access(evidence)
    names = {
        (each.place.template, each.place.logical_id): each.place.construct_path
        for each in evidence.resources
    }
    return render_page(
        evidence,
        picture=draw(evidence.sources, access, names=names),
        costs=estimate(evidence.sources, prices),
        access=access,
        access_problem=problem,
        previous=previous,
    )


def _access(evidence: Evidence) -> tuple[AccessMap | None, str]:
    """The access map; a report is worth having without it, so what prevents it is said in it."""
    try:
        return access_map(evidence.sources), ""
    except ValueError as error:
        return None, f"No access map: {error}."
