"""Tests of guardrails: suites of cases, what a guardrail answers to them, and reports."""
