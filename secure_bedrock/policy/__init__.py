"""IAM policies, read and judged in pure Python: no AWS account, no dependency, no CDK.

    guardrail = "arn:aws:bedrock:eu-west-1:111122223333:guardrail/abc:1"
    request = Request(
        principal="arn:aws:iam::111122223333:role/Invoker",
        action="bedrock:InvokeModel",
        resource="arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0",
        context={"bedrock:GuardrailIdentifier": guardrail},
    )
    policy = Policy.from_document(json.loads(text), name="InvokerRole/DefaultPolicy")
    decision = evaluate(request, identity=[policy])
    decision.verdict  # ALLOWED, DENIED, IMPLICITLY_DENIED or OPEN
    decision.reason  # one line that names the statement

Documents have to be resolved: an intrinsic in one is a ``ValueError``. A condition key is absent
unless the request's ``context`` states it or its ``open_keys`` say that it may be there; then the
verdict is OPEN where it matters, and ``decision.depends_on`` lists the statements.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secure_bedrock.policy.decision import Decision as Decision
    from secure_bedrock.policy.decision import Verdict as Verdict
    from secure_bedrock.policy.documents import FULL_AWS_ACCESS as FULL_AWS_ACCESS
    from secure_bedrock.policy.documents import Condition as Condition
    from secure_bedrock.policy.documents import Policy as Policy
    from secure_bedrock.policy.documents import Statement as Statement
    from secure_bedrock.policy.evaluation import evaluate as evaluate
    from secure_bedrock.policy.match import arn_match as arn_match
    from secure_bedrock.policy.match import resource_match as resource_match
    from secure_bedrock.policy.match import wildcard_match as wildcard_match
    from secure_bedrock.policy.request import Request as Request
    from secure_bedrock.policy.statements import Hit as Hit

_HOME = {
    "FULL_AWS_ACCESS": "documents",
    "Condition": "documents",
    "Decision": "decision",
    "Hit": "statements",
    "Policy": "documents",
    "Request": "request",
    "Statement": "documents",
    "Verdict": "decision",
    "arn_match": "match",
    "evaluate": "evaluation",
    "resource_match": "match",
    "wildcard_match": "match",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the names are those of _HOME


def __getattr__(name: str) -> object:
    """Load a name on first use: those who only match patterns need not wait for the rest."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
