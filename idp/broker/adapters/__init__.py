"""Calls to upstream providers over the one way out."""
