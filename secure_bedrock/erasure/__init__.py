"""Deletion on request: what is recorded and known of one person, found, erased and reported."""
