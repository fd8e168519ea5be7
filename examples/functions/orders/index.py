"""Carries out what the agent calls. The orders are made up: put your own look-up here."""

from typing import Any

ORDERS = {"1001": "shipped", "1002": "being packed"}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one function call of an agent."""
    arguments = {each["name"]: each["value"] for each in event.get("parameters", [])}
    order = arguments.get("order", "")
    if order not in ORDERS:
        text = "There is no such order."
    elif event["function"] == "cancel":
        text = f"Order {order} is cancelled."
    else:
        text = f"Order {order} is {ORDERS[order]}."
    return {
        "messageVersion": "1.0",
        "response": {
            "actionGroup": event["actionGroup"],
            "function": event["function"],
            "functionResponse": {"responseBody": {"TEXT": {"body": text}}},
        },
    }
