"""The same baseline in every account and Region of an organization."""
