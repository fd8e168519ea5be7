"""Custom resources for what CloudFormation has no type for: one Python handler each, no Docker."""
