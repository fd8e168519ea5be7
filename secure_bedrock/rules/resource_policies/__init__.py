"""Rules about policies on Bedrock resources (RPO)."""
