"""Rules about what can be read of a template at all (TPL)."""
