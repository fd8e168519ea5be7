"""What is acknowledged, by part of the reference stack."""
