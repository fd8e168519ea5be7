"""Contradictions and gaps in what guardrails are told, found without any call."""
