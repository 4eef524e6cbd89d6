"""Verification over SQL."""
