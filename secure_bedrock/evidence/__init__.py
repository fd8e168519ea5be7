"""Evidence for auditors, computed from templates: who may do what, and which controls hold."""
