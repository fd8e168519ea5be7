"""Who may call which model, from where, and through which guardrail."""
