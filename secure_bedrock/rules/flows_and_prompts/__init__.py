"""Rules about flows, prompts, data automation and sessions (FLW, PRM, BDA, SES)."""
