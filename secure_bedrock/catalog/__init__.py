"""What AWS fixes and we must spell right. Data and plain values, no CDK."""
