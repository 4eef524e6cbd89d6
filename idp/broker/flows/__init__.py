"""Use cases of the broker."""
