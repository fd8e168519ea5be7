"""Rules about IAM policies and roles (IAM)."""
