"""What happened, who is told."""
