"""What is read by the provider and what it shows."""
