"""Findings of many templates: collect the files, compare with a baseline, write a report."""
