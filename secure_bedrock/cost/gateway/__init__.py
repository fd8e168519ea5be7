"""The gateway in front of Converse and ConverseStream."""
