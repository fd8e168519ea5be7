"""Guardrails: specifications, versions that follow their content, grants and metrics."""
