"""A result as JSON."""

import json
from typing import Any

from secure_bedrock.custom_resources.assets.handlers.guardrail_tally import Share, Tally
from secure_bedrock.guardrail_tests.estimates import Estimate
from secure_bedrock.guardrail_tests.results import Result, SuiteResult

_VERSION = 1


def as_json(result: Result, cost: Estimate | None = None) -> str:
    """The whole result, with every case."""
    document = {
        "version": _VERSION,
        "guardrail": result.guardrail,
        "against": result.against or None,
        "estimate": cost.as_json() if cost else None,
        "exitCode": result.exit_code,
        "reasons": result.reasons,
        "undecided": result.undecided,
        "notes": list(result.notes),
        "suites": [_suite(each) for each in result.suites],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _suite(result: SuiteResult) -> dict[str, Any]:
    return {
        "name": result.suite.name,
        "thresholds": {
            "falseBlocks": result.suite.thresholds.false_blocks,
            "misses": result.suite.thresholds.misses,
        },
        "tally": _tally(result.tally),
        "regressions": [each.case.id for each in result.regressions],
        "cases": [each.as_json() for each in result.judgements],
        "before": [{"id": e.case.id, "status": e.status, "got": e.got} for e in result.before],
    }


def _tally(found: Tally) -> dict[str, Any]:
    return {
        "misses": _share(found.misses),
        "falseBlocks": _share(found.false_blocks),
        "otherPolicy": found.other_policy,
        "notEmulated": found.not_emulated,
        "noAnswer": found.no_answer,
    }


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "rate": round(share.rate, 4)}
