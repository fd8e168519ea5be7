"""What a guardrail may hold: closed sets, limits and metric names.

Sources: CloudFormation Template Reference ``AWS::Bedrock::Guardrail``, Amazon Bedrock API Reference
``CreateGuardrail``, Amazon Bedrock User Guide "Guardrails" and "Quotas", CloudWatch metrics page
"Monitor Amazon Bedrock Guardrails". Several limits are known to the service alone: neither the CDK
nor a template linter reports them.
"""

from enum import StrEnum


class ContentCategory(StrEnum):
    """What a content filter looks for."""

    HATE = "HATE"
    INSULTS = "INSULTS"
    MISCONDUCT = "MISCONDUCT"
    PROMPT_ATTACK = "PROMPT_ATTACK"
    SEXUAL = "SEXUAL"
    VIOLENCE = "VIOLENCE"


class FilterStrength(StrEnum):
    """How readily a content filter acts. HIGH acts on content it is hardly sure about."""

    NONE = "NONE"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


class BlockAction(StrEnum):
    """What happens to a match. NONE reports it in the trace and lets it through."""

    BLOCK = "BLOCK"
    NONE = "NONE"


class SensitiveAction(StrEnum):
    """What happens to sensitive information. NONE reports it in the trace and lets it through."""

    BLOCK = "BLOCK"
    ANONYMIZE = "ANONYMIZE"
    NONE = "NONE"


class Modality(StrEnum):
    """What kind of content a filter evaluates."""

    IMAGE = "IMAGE"
    TEXT = "TEXT"


class GuardrailTier(StrEnum):
    """CLASSIC evaluates in the guardrail's Region; STANDARD needs cross-Region processing."""

    CLASSIC = "CLASSIC"
    STANDARD = "STANDARD"


CLASSIC_LANGUAGES = frozenset({"en", "es", "fr"})
"""What content filters and denied topics understand in the CLASSIC tier.

Source: Amazon Bedrock User Guide, "Languages supported by Amazon Bedrock Guardrails".
"""


class PiiType(StrEnum):
    """Personally identifiable information and secrets that AWS recognises."""

    ADDRESS = "ADDRESS"
    AGE = "AGE"
    AWS_ACCESS_KEY = "AWS_ACCESS_KEY"
    AWS_SECRET_KEY = "AWS_SECRET_KEY"  # noqa: S105 - the name of a kind of secret
    CA_HEALTH_NUMBER = "CA_HEALTH_NUMBER"
    CA_SOCIAL_INSURANCE_NUMBER = "CA_SOCIAL_INSURANCE_NUMBER"
    CREDIT_DEBIT_CARD_CVV = "CREDIT_DEBIT_CARD_CVV"
    CREDIT_DEBIT_CARD_EXPIRY = "CREDIT_DEBIT_CARD_EXPIRY"
    CREDIT_DEBIT_CARD_NUMBER = "CREDIT_DEBIT_CARD_NUMBER"
    DRIVER_ID = "DRIVER_ID"
    EMAIL = "EMAIL"
    INTERNATIONAL_BANK_ACCOUNT_NUMBER = "INTERNATIONAL_BANK_ACCOUNT_NUMBER"
    IP_ADDRESS = "IP_ADDRESS"
    LICENSE_PLATE = "LICENSE_PLATE"
    MAC_ADDRESS = "MAC_ADDRESS"
    NAME = "NAME"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a kind of secret
    PHONE = "PHONE"
    PIN = "PIN"
    SWIFT_CODE = "SWIFT_CODE"
    UK_NATIONAL_HEALTH_SERVICE_NUMBER = "UK_NATIONAL_HEALTH_SERVICE_NUMBER"
    UK_NATIONAL_INSURANCE_NUMBER = "UK_NATIONAL_INSURANCE_NUMBER"
    UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER = "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER"
    URL = "URL"
    USERNAME = "USERNAME"
    US_BANK_ACCOUNT_NUMBER = "US_BANK_ACCOUNT_NUMBER"
    US_BANK_ROUTING_NUMBER = "US_BANK_ROUTING_NUMBER"
    US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER = "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
    US_PASSPORT_NUMBER = "US_PASSPORT_NUMBER"
    US_SOCIAL_SECURITY_NUMBER = "US_SOCIAL_SECURITY_NUMBER"
    VEHICLE_IDENTIFICATION_NUMBER = "VEHICLE_IDENTIFICATION_NUMBER"


DRAFT = "DRAFT"
"""The version that follows every edit of a guardrail."""

GUARDRAILS_PER_REGION = 100
VERSIONS_PER_GUARDRAIL = 20

NAME_LIMIT = 50
NAME_PATTERN = r"[0-9a-zA-Z_-]+"
DESCRIPTION_LIMIT = 200
MESSAGE_LIMIT = 500

TOPICS_LIMIT = 30
TOPIC_NAME_LIMIT = 100
TOPIC_NAME_PATTERN = r"[0-9a-zA-Z_ !?.-]+"
TOPIC_DEFINITION_LIMITS = {GuardrailTier.CLASSIC: 200, GuardrailTier.STANDARD: 1_000}
TOPIC_EXAMPLES_LIMIT = 5
TOPIC_EXAMPLE_LIMIT = 100

WORDS_LIMIT = 10_000
WORD_LIMIT = 100

REGEXES_LIMIT = 30
REGEX_NAME_LIMIT = 100
REGEX_DESCRIPTION_LIMIT = 1_000
REGEX_PATTERN_LIMIT = 500

GROUNDING_THRESHOLD_LIMIT = 0.99

AUTOMATED_REASONING_POLICIES_LIMIT = 2
AUTOMATED_REASONING_ARN_PATTERN = (
    r"arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}"
    r":automated-reasoning-policy/[a-z0-9]{12}(:[1-9][0-9]{0,11})?"
)

TAGS_LIMIT = 200
TAG_KEY_LIMIT = 128
TAG_VALUE_LIMIT = 256
TAG_PATTERN = r"[a-zA-Z0-9\s._:/=+@-]*"

METRIC_NAMESPACE = "AWS/Bedrock/Guardrails"


class GuardrailMetric(StrEnum):
    """Metrics published for each guardrail and version."""

    INVOCATIONS = "Invocations"
    INVOCATIONS_INTERVENED = "InvocationsIntervened"
    INVOCATION_LATENCY = "InvocationLatency"
    INVOCATION_CLIENT_ERRORS = "InvocationClientErrors"
    INVOCATION_SERVER_ERRORS = "InvocationServerErrors"
    INVOCATION_THROTTLES = "InvocationThrottles"
    TEXT_UNIT_COUNT = "TextUnitCount"
