"""The page of ``secure-bedrock report``: everything that it draws from the templates."""

from secure_bedrock.evidence.access_map import AccessMap, access_map
from secure_bedrock.evidence.controls.model import Evidence
from secure_bedrock.evidence.fixed_costs import estimate
from secure_bedrock.evidence.picture import draw
from secure_bedrock.evidence.report_page.page import render_page


def html(evidence: Evidence, previous: Evidence | None) -> str:
    """The page, with picture, access map, fixed costs and, if asked for, what changed."""
    access, problem = _access(evidence)
    names = {
        (each.place.template, each.place.logical_id): each.place.construct_path
        for each in evidence.resources
        if each.place.construct_path
    }
    return render_page(
        evidence,
        picture=draw(evidence.sources, access, names=names),
        costs=estimate(evidence.sources),
        access=access,
        access_problem=problem,
        previous=previous,
    )


def _access(evidence: Evidence) -> tuple[AccessMap | None, str]:
    """The access map, or why there is none: it needs Region and account."""
    try:
        return access_map(evidence.sources), ""
    except ValueError as error:
        return None, str(error)
