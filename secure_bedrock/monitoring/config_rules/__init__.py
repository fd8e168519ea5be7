"""Rules of AWS Config: whether what was deployed is still as it was meant to be."""
