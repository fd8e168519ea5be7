"""Specifications for common situations: plain values to use as they are or to extend.

All of them stop prompt attacks at HIGH strength, keep credentials out of prompts and responses, and
use the CLASSIC tier, so that content is evaluated in the guardrail's own Region. They are starting
points: which words, topics and identifiers matter is known to the application's owner alone.
"""

from secure_bedrock.catalog.guardrails import (
    ContentCategory,
    FilterStrength,
    PiiType,
    SensitiveAction,
)
from secure_bedrock.guardrails.content import ContentFilter, ContentPolicy
from secure_bedrock.guardrails.grounding import ContextualGrounding
from secure_bedrock.guardrails.sensitive_information import PiiFilter, SensitiveInformationPolicy
from secure_bedrock.guardrails.spec import GuardrailSpec
from secure_bedrock.guardrails.words import WordPolicy

_CREDENTIALS = (
    PiiType.AWS_ACCESS_KEY,
    PiiType.AWS_SECRET_KEY,
    PiiType.PASSWORD,
    PiiType.PIN,
)
_CARDS = (
    PiiType.CREDIT_DEBIT_CARD_CVV,
    PiiType.CREDIT_DEBIT_CARD_EXPIRY,
    PiiType.CREDIT_DEBIT_CARD_NUMBER,
)
_CONTACT_DETAILS = (PiiType.ADDRESS, PiiType.EMAIL, PiiType.PHONE)
_NUMBERS_OF_A_PERSON = (
    PiiType.CA_HEALTH_NUMBER,
    PiiType.CA_SOCIAL_INSURANCE_NUMBER,
    PiiType.DRIVER_ID,
    PiiType.INTERNATIONAL_BANK_ACCOUNT_NUMBER,
    PiiType.UK_NATIONAL_HEALTH_SERVICE_NUMBER,
    PiiType.UK_NATIONAL_INSURANCE_NUMBER,
    PiiType.UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER,
    PiiType.US_BANK_ACCOUNT_NUMBER,
    PiiType.US_BANK_ROUTING_NUMBER,
    PiiType.US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER,
    PiiType.US_PASSPORT_NUMBER,
    PiiType.US_SOCIAL_SECURITY_NUMBER,
)
_BLOCKED_WHEN_REGULATED = (*_CREDENTIALS, *_CARDS, *_NUMBERS_OF_A_PERSON)


def _block(*types: PiiType) -> tuple[PiiFilter, ...]:
    return tuple(PiiFilter(type=each) for each in types)


def _anonymize(*types: PiiType) -> tuple[PiiFilter, ...]:
    return tuple(
        PiiFilter(
            type=each,
            input_action=SensitiveAction.ANONYMIZE,
            output_action=SensitiveAction.ANONYMIZE,
        )
        for each in types
    )


def _content(**strengths: FilterStrength) -> ContentPolicy:
    """All categories at HIGH, except those named."""
    return ContentPolicy(
        filters=tuple(
            ContentFilter(category=each)
            if each.value.lower() not in strengths
            else ContentFilter(
                category=each,
                input_strength=strengths[each.value.lower()],
                output_strength=strengths[each.value.lower()],
            )
            for each in ContentCategory
        )
    )


PUBLIC_CHAT = GuardrailSpec(
    description="Chat with anyone: all content filters at HIGH, no profanity, no personal data.",
    content=_content(),
    words=WordPolicy(),
    sensitive_information=SensitiveInformationPolicy(
        pii=(
            *_block(*_CREDENTIALS, *_CARDS, *_NUMBERS_OF_A_PERSON),
            *_anonymize(*_CONTACT_DETAILS, PiiType.NAME),
        )
    ),
)
"""Chat with anyone on the internet."""

INTERNAL_ASSISTANT = GuardrailSpec(
    description="Assistant for staff: colleagues may be named, secrets and card data may not.",
    content=_content(insults=FilterStrength.MEDIUM, violence=FilterStrength.MEDIUM),
    sensitive_information=SensitiveInformationPolicy(
        pii=(*_block(*_CREDENTIALS, *_CARDS), *_anonymize(*_NUMBERS_OF_A_PERSON))
    ),
)
"""An assistant for one's own staff: it may name colleagues and discuss an incident."""

RAG = GuardrailSpec(
    description="Answers from documents: responses must be grounded in the source and relevant.",
    content=_content(),
    sensitive_information=SensitiveInformationPolicy(
        pii=(*_block(*_CREDENTIALS, *_CARDS), *_anonymize(*_NUMBERS_OF_A_PERSON))
    ),
    contextual_grounding=ContextualGrounding(),
)
"""Answers from documents. Callers have to mark the source and the question for grounding."""

CODE_ASSISTANT = GuardrailSpec(
    description="Help with code: credentials are blocked, addresses and names in code are left.",
    content=_content(misconduct=FilterStrength.MEDIUM, violence=FilterStrength.LOW),
    sensitive_information=SensitiveInformationPolicy(pii=_block(*_CREDENTIALS)),
)
"""Help with code, where "kill the process" is no violence. The STANDARD tier understands code."""

REGULATED_DATA = GuardrailSpec(
    description="Health, finance, government: every type of personal data, grounded answers.",
    content=_content(),
    words=WordPolicy(),
    sensitive_information=SensitiveInformationPolicy(
        pii=(
            *_block(*_BLOCKED_WHEN_REGULATED),
            *_anonymize(*(each for each in PiiType if each not in _BLOCKED_WHEN_REGULATED)),
        )
    ),
    contextual_grounding=ContextualGrounding(grounding_threshold=0.85, relevance_threshold=0.8),
)
"""Health, finance and government data: all 31 types of personal data are blocked or anonymised."""
