"""Contracts of the broker's stores."""
