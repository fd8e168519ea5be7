"""Rules about knowledge bases, their data sources and their vector stores (KBS)."""
