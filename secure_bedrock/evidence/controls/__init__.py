"""What templates show of the controls of frameworks, with the proof for each."""
