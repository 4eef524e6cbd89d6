"""Use cases: each reads as the steps of its specification."""
