"""Tests: sentences about clauses."""
