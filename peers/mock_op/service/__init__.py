"""What the provider does: sign people in, and say so in tokens."""
