"""What a user may choose about the rules."""

from dataclasses import dataclass, fields

_STRENGTHS = ("LOW", "MEDIUM", "HIGH")
_HIGHEST_THRESHOLD = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Thresholds and allow-lists of the rules. An empty allow-list switches its rule off.

    Attributes:
        minimum_strength: Lowest strength of a harmful-content filter: LOW, MEDIUM or HIGH.
        minimum_grounding_threshold: Lowest threshold of contextual grounding, 0 to 0.99.
        required_pii_types: PII types that every guardrail has to handle.
        allowed_models: Wildcard patterns of the model ids that may be used.
        allowed_regions: Regions in which data may be processed.
        approved_connectors: Data source types that a knowledge base may read.
        approved_vector_stores: Storage types that a knowledge base may use; empty: AWS services.
        trusted_issuers: Wildcard patterns of OpenID discovery URLs that may authorize callers.
        trusted_accounts: Account ids that resource policies may name besides the own account.
        required_tags: Tag keys that every Bedrock resource has to carry.
        legacy_models: Wildcard patterns of model ids that are not to be used any more.
        max_idle_session_seconds: Longest idle session of an agent.
        max_session_lifetime_seconds: Longest session of an AgentCore runtime.
        max_memory_days: Longest retention of agent and AgentCore memory, in days.
        max_action_groups: Most action groups of one agent.
        max_api_key_days: Longest life of a long-term Bedrock API key, in days.
        log_text: Whether invocation logs have to contain (True) or to leave out (False) the text.

    Raises:
        ValueError: A strength does not exist, or a number is out of range.
    """

    minimum_strength: str = "MEDIUM"
    minimum_grounding_threshold: float = 0.7
    required_pii_types: tuple[str, ...] = ()
    allowed_models: tuple[str, ...] = ()
    allowed_regions: tuple[str, ...] = ()
    approved_connectors: tuple[str, ...] = ()
    approved_vector_stores: tuple[str, ...] = ()
    trusted_issuers: tuple[str, ...] = ()
    trusted_accounts: tuple[str, ...] = ()
    required_tags: tuple[str, ...] = ()
    legacy_models: tuple[str, ...] = ()
    max_idle_session_seconds: int = 3600
    max_session_lifetime_seconds: int = 14_400
    max_memory_days: int = 90
    max_action_groups: int = 10
    max_api_key_days: int = 30
    log_text: bool = True

    def __post_init__(self) -> None:
        if self.minimum_strength not in _STRENGTHS:
            options = ", ".join(_STRENGTHS)
            raise ValueError(f"minimum_strength is {self.minimum_strength!r}: use {options}")
        if not 0 <= self.minimum_grounding_threshold <= _HIGHEST_THRESHOLD:
            given = self.minimum_grounding_threshold
            raise ValueError(
                f"minimum_grounding_threshold is {given!r}: use 0 to {_HIGHEST_THRESHOLD}"
            )
        for each in fields(self):
            number = getattr(self, each.name)
            if each.name.startswith("max_") and number < 0:
                raise ValueError(f"{each.name} is {number!r}: use 0 or more")
