"""The questions that are saved for analysts."""

from secure_bedrock.usage.questions import (
    Dimension,
    Question,
    guardrail_interventions,
    largest_prompts,
    latency,
    quality,
    usage_by,
)

_BY = {
    "ByPrincipal": (Dimension.PRINCIPAL, Dimension.MODEL),
    "ByRoleAndDay": (Dimension.DAY, Dimension.ROLE),
    "ByModel": (Dimension.MODEL, Dimension.REGION),
    "ByProject": (Dimension.PROJECT, Dimension.MODEL),
    "ByDay": (Dimension.DAY, Dimension.MODEL),
}


def saved_questions() -> dict[str, Question]:
    """A short name for each."""
    return {
        **{name: usage_by(dimensions) for name, dimensions in _BY.items()},
        "Latency": latency(lambda column, share: f"approx_percentile({column}, {share})"),
        "Guardrails": guardrail_interventions(),
        "Prompts": largest_prompts(),
        "Quality": quality(),
    }
