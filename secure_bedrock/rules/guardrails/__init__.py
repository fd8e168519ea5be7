"""Rules about guardrails (GRD)."""
