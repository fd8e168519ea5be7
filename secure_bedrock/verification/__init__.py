"""Reads a deployed stack back through each service's own API and compares it with its template.

Only boto3 and only reading calls: it runs against a real account as well as against the emulator.
"""
