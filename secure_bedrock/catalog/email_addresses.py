"""What AWS Budgets and Cost Anomaly Detection take as an e-mail address.

Source: Cost Explorer API, Subscriber (pattern of Address); AWS Budgets publishes none of its own.
"""

import re

MAX_EMAILS = 10
"""Addresses of one notification."""

_EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&'*+=?^_{|}~-]+@[a-zA-Z0-9_-]+(\.[a-zA-Z0-9_-]+)+")


def is_email(text: str) -> bool:
    """Whether AWS accepts the address."""
    return _EMAIL.fullmatch(text) is not None
