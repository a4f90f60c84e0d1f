"""What the evaluation found, at exact positions."""
