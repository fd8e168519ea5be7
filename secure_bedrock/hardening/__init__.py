"""What brings resources of other libraries up to the baseline."""
