"""Which lines of the bill a budget counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import Token
from aws_cdk import aws_budgets as budgets

from secure_bedrock.catalog.billing import AWS_SERVICE_NAMES, MARKETPLACE
from secure_bedrock.catalog.cost_tags import cost_tag_problems

_Expression = budgets.CfnBudget.ExpressionProperty
_NOT_SPEND = ("Credit", "Refund")


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockAndMarketplace:
    """Bedrock as AWS bills it, and everything bought on AWS Marketplace.

    Third-party models are Marketplace purchases, so no model is missed, not even one that did not
    exist when this release was made. Other Marketplace purchases of the account are counted too.

    Attributes:
        more_services: Further names of the billing dimension "Service" that are Bedrock to you.
    """

    more_services: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeAccount:
    """Everything the account spends: nothing is missed, and other services count too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedServices:
    """Exactly these names of the billing dimension "Service", as Cost Explorer shows them.

    A model whose name is not listed is not counted, hence the warning to acknowledge.

    Attributes:
        names: For example ``Amazon Bedrock`` and ``Claude 3 Haiku (Amazon Bedrock Edition)``.
    """

    names: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedSpend:
    """Exactly what carries a cost allocation tag, such as that of a project.

    Spend counts from the day the tag is active in the payer account. ``ProjectProfile`` has one of
    these as its ``coverage``.

    Attributes:
        key: The tag's key, without the prefix ``user:``.
        value: Its value.
    """

    key: str
    value: str


BudgetCoverage = BedrockAndMarketplace | WholeAccount | NamedServices | TaggedSpend


def coverage_problems(coverage: BudgetCoverage) -> Iterator[str]:
    """Service names that can match nothing."""
    names = _given_names(coverage)
    if isinstance(coverage, TaggedSpend):
        yield from cost_tag_problems({coverage.key: coverage.value})
    if isinstance(coverage, NamedServices) and not names:
        yield "NamedServices without a name counts nothing: name a service, or use WholeAccount()"
    for name in names:
        if not Token.is_unresolved(name) and (not name or name != name.strip()):
            yield (
                f"service name {name!r} matches no line of a bill: "
                "write it as Cost Explorer shows it, without blanks around it"
            )
        if list(names).count(name) > 1:
            yield f"service name {name!r} is given twice: remove one"


def filter_expression(coverage: BudgetCoverage) -> budgets.CfnBudget.ExpressionProperty:
    """The budget's filter. Credits and refunds never count: they would hide what was spent."""
    spend = _Expression(not_=_dimension("RECORD_TYPE", _NOT_SPEND))
    match coverage:
        case WholeAccount():
            return spend
        case NamedServices(names=names):
            return _Expression(and_=[_dimension("SERVICE", names), spend])
        case TaggedSpend(key=key, value=value):
            tag = budgets.CfnBudget.TagValuesProperty(
                key=key, values=[value], match_options=["EQUALS"]
            )
            return _Expression(and_=[_Expression(tags=tag), spend])
        case BedrockAndMarketplace(more_services=more):
            bedrock = [
                _dimension("SERVICE", tuple(dict.fromkeys((*AWS_SERVICE_NAMES, *more)))),
                _dimension("BILLING_ENTITY", (MARKETPLACE,)),
            ]
            return _Expression(and_=[_Expression(or_=bedrock), spend])


def _given_names(coverage: BudgetCoverage) -> Sequence[str]:
    match coverage:
        case WholeAccount() | TaggedSpend():
            return ()
        case NamedServices(names=names):
            return names
        case BedrockAndMarketplace(more_services=more):
            return more


def _dimension(key: str, values: Sequence[str]) -> budgets.CfnBudget.ExpressionProperty:
    return _Expression(
        dimensions=budgets.CfnBudget.ExpressionDimensionValuesProperty(key=key, values=list(values))
    )
