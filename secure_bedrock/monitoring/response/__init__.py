"""Answers to threats, and the functions that watch and answer."""
